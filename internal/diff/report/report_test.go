package report

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/diff"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// allowing is an inventory of roles that may each do an action on a table.
func allowing(action, prefix string, n int) *inventory.Inventory {
	inv := &inventory.Inventory{}
	for i := range n {
		st := policy.Statement{Effect: policy.Allow, Action: []string{action}, Resource: []string{"arn:aws:dynamodb:eu-central-1:444455556666:table/T"}}
		inv.Identities = append(inv.Identities, &inventory.Identity{Kind: inventory.Role, Name: fmt.Sprintf("%s%d", prefix, i), Policies: []*inventory.Document{
			{Document: policy.Document{Version: policy.Version, Statement: []policy.Statement{st}}, Kind: artifact.Identity, Name: "p"},
		}})
	}
	return inv
}

// TestPageIsBounded holds that a page fits a comment, says what it leaves out, and tells gains first.
func TestPageIsBounded(t *testing.T) {
	name := strings.Repeat("long", 60)
	r := diff.Inventories(allowing("dynamodb:GetItem", name, 800), allowing("dynamodb:Scan", name, 800))
	if len(r.Gains()) != 800 || len(r.Losses()) != 800 {
		t.Fatalf("%d gains, %d losses", len(r.Gains()), len(r.Losses()))
	}
	page := Markdown(r)
	if len(page) > 65536 || len(page) < 30000 {
		t.Errorf("the page has %d bytes", len(page))
	}
	if !strings.HasPrefix(page, Marker+"\n") || !strings.Contains(page, "(800 gains, 800 losses in all)") {
		t.Errorf("the page begins with %s", page[:200])
	}
	if strings.Contains(page, "| loss |") {
		t.Error("a loss has taken the room of a gain")
	}
	if page != Markdown(diff.Inventories(allowing("dynamodb:GetItem", name, 800), allowing("dynamodb:Scan", name, 800))) {
		t.Error("the page is another each time")
	}
}

const hostile = "a|b `x` ```\n</details><script> @team \x1b[31m\u202e [l](http://x)"

// TestHostile holds that names out of a file neither break a page nor rule a terminal.
func TestHostile(t *testing.T) {
	at := hcl.Range{Filename: hostile, Start: hcl.Pos{Line: 3}}
	part := diff.Part{Texts: []string{hostile}}
	condition := diff.Condition{Key: hostile, Values: part}
	r := diff.Result{
		Changes: []diff.Change{{
			Direction: diff.Gain, Layer: diff.TablePolicy, Subject: hostile, Actions: part, Resources: part, Who: &part, Ways: []diff.Way{{Rows: &condition, Conditions: []diff.Condition{condition}}},
			Document: hostile, Statement: hostile, At: at, Because: hostile, Held: hostile, Witness: diff.Witness{Request: access.Request{Action: hostile, Resource: hostile}},
		}},
		Undecided: []diff.Undecided{{Subject: hostile, Why: hostile, At: at}},
		Renames:   []diff.Rename{{Old: hostile, New: hostile}},
		Assumed:   []string{hostile},
	}
	page := Markdown(r)
	prose := withoutCode(page)
	for _, bad := range []string{" @team", "<script>", "](http://x)", "\x1b", "\u202e"} {
		if strings.Contains(prose, bad) {
			t.Errorf("the page holds %q outside of code: %s", bad, prose)
		}
	}
	for line := range strings.Lines(page) {
		if cells := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|"); strings.HasPrefix(line, "| 1 |") && cells != 6 {
			t.Errorf("a row of five cells has %d bars: %s", cells, line)
		}
	}
	if strings.ContainsAny(Text(r), "\x1b\u202e") {
		t.Errorf("the text holds what a terminal obeys: %q", Text(r))
	}
	if !json.Valid(JSON(r)) {
		t.Error("the JSON is none")
	}
}

// withoutCode is Markdown without its code spans.
func withoutCode(page string) string {
	var out strings.Builder
	for rest := page; rest != ""; {
		i := strings.IndexByte(rest, '`')
		if i < 0 {
			out.WriteString(rest)
			break
		}
		if i > 0 && rest[i-1] == '\\' {
			out.WriteString(rest[:i+1])
			rest = rest[i+1:]
			continue
		}
		fence := rest[i : i+len(rest[i:])-len(strings.TrimLeft(rest[i:], "`"))]
		_, after, closed := strings.Cut(rest[i+len(fence):], fence)
		out.WriteString(rest[:i])
		if !closed {
			break
		}
		rest = after
	}
	return out.String()
}

// TestFindings: gains are warnings, losses notes.
func TestFindings(t *testing.T) {
	ds := Findings(diff.Inventories(allowing("dynamodb:GetItem", "r", 1), allowing("dynamodb:Scan", "r", 1)))
	var b strings.Builder
	if err := diag.GitHub(&b, ds); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "::warning title=Access is gained [access-gained]::The role r0 may Scan on the table T. A request") ||
		!strings.Contains(b.String(), "::notice title=Access is lost [access-lost]::The role r0 may no longer GetItem on the table T. A request") {
		t.Error(b.String())
	}
}

// TestJSON holds the form that programs read.
func TestJSON(t *testing.T) {
	var got struct {
		Unchanged bool `json:"unchanged"`
		Changes   []struct {
			Direction string
			Actions   struct{ Patterns []string }
			Ways      []any
			Witness   struct {
				Old string `json:"old_decision"`
				New string `json:"new_decision"`
			}
		}
		Undecided []any
	}
	if err := json.Unmarshal(JSON(diff.Inventories(allowing("dynamodb:GetItem", "r", 1), allowing("dynamodb:Scan", "r", 1))), &got); err != nil {
		t.Fatal(err)
	}
	if got.Unchanged || len(got.Changes) != 2 || got.Changes[0].Direction != "gain" || got.Changes[0].Actions.Patterns[0] != "dynamodb:Scan" ||
		len(got.Changes[0].Ways) != 1 || got.Changes[0].Witness.Old != "implicit_deny" || got.Changes[0].Witness.New != "allow" || got.Undecided == nil {
		t.Errorf("%+v", got)
	}
}

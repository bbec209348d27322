package inventory_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/inventory"
)

func document(name, arn string) *inventory.Document {
	return &inventory.Document{Name: name, ARN: arn, Kind: artifact.Identity}
}

// joined is what comes of some identities, in lines.
func joined(identities ...*inventory.Identity) []string {
	inv := &inventory.Inventory{Identities: identities}
	inv.Join()
	inv.Join() // once more, and nothing changes
	var out []string
	for _, i := range inv.Identities {
		line := fmt.Sprintf("%s %s %s:", i.Kind, i.Name, i.ARN)
		if i.Trust != nil {
			line += " trust"
		}
		for _, d := range i.Policies {
			line += " " + d.Name
		}
		if i.Boundary != nil {
			line += " boundary " + i.Boundary.Name + " " + string(i.Boundary.Kind)
		}
		out = append(out, strings.TrimSpace(line+" "+strings.Join(i.Unread, " ")))
	}
	return out
}

func TestJoin(t *testing.T) {
	role := func(arn string, policies ...*inventory.Document) *inventory.Identity {
		return &inventory.Identity{Kind: inventory.Role, Name: "r", ARN: arn, Policies: policies}
	}
	trusted := func(arn string) *inventory.Identity {
		return &inventory.Identity{Kind: inventory.Role, Name: "r", ARN: arn, Trust: document("trust", "")}
	}
	alone := func(d *inventory.Document) *inventory.Identity {
		return &inventory.Identity{Kind: inventory.Somebody, Name: d.Name, Policies: []*inventory.Document{d}}
	}
	attached := func(arns ...string) *inventory.Identity {
		return &inventory.Identity{Kind: inventory.Role, Name: "r", Unread: arns}
	}
	bounded := attached("arn:p", "arn:p")
	bounded.BoundaryARN = "arn:p"
	for _, c := range []struct {
		name string
		in   []*inventory.Identity
		want []string
	}{
		{"parts of a role", []*inventory.Identity{trusted(""), role("arn:1", document("a", "")), role("", document("b", ""))}, []string{"role r arn:1: trust a b"}},
		{"an old and a new one", []*inventory.Identity{trusted("arn:1"), trusted("arn:1")}, []string{"role r arn:1: trust", "role r arn:1: trust"}},
		{"two policies of one name", []*inventory.Identity{role("", document("a", "")), role("", document("a", ""))}, []string{"role r : a", "role r : a"}},
		{"two accounts", []*inventory.Identity{trusted("arn:1"), trusted("arn:2"), role("arn:2", document("a", ""))}, []string{"role r arn:1: trust", "role r arn:2: trust a"}},
		{"one of two accounts, nobody says which", []*inventory.Identity{trusted("arn:1"), trusted("arn:2"), role("", document("a", ""))}, []string{"role r arn:1: trust", "role r arn:2: trust", "role r : a"}},
		{"a user of the same name", []*inventory.Identity{trusted(""), {Kind: inventory.User, Name: "r"}}, []string{"role r : trust", "user r :"}},
		{"an attached policy", []*inventory.Identity{alone(document("p", "arn:p")), attached("arn:p", "arn:q")}, []string{"role r : p arn:q"}},
		{"a boundary that is attached too", []*inventory.Identity{bounded, alone(document("p", "arn:p"))}, []string{"role r : p boundary p boundary"}},
		{"a policy of nobody", []*inventory.Identity{alone(document("p", "arn:p")), alone(document("q", ""))}, []string{"policy p : p", "policy q : q"}},
		{"a group", []*inventory.Identity{
			{Kind: inventory.User, Name: "u", ARN: "arn:aws:iam::1:user/u", Groups: []string{"g"}},
			{Kind: inventory.Group, Name: "g", ARN: "arn:aws:iam::1:group/g", Policies: []*inventory.Document{document("a", "")}, Unread: []string{"arn:x"}},
			{Kind: inventory.Group, Name: "g", ARN: "arn:aws:iam::2:group/g", Policies: []*inventory.Document{document("b", "")}},
		}, []string{"user u arn:aws:iam::1:user/u: a arn:x", "group g arn:aws:iam::1:group/g: a arn:x", "group g arn:aws:iam::2:group/g: b"}},
	} {
		if diff := cmp.Diff(c.want, joined(c.in...)); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
	}
}

func TestJoinTables(t *testing.T) {
	table := func(region string, described bool, policy *inventory.Document) *inventory.Table {
		out := &inventory.Table{Described: described, Policy: policy}
		if out.Name = "T"; region != "" {
			out.Region, out.Account = region, "111122223333"
		}
		return out
	}
	inv := &inventory.Inventory{Tables: []*inventory.Table{
		table("a", false, document("p", "")), table("a", true, nil), table("b", true, nil), table("", false, document("q", "")), table("b", false, document("r", "")),
	}}
	inv.Join()
	var got []string
	for _, table := range inv.Tables {
		line := fmt.Sprintf("%s %v", table.Region, table.Described)
		if table.Policy != nil {
			line += " " + table.Policy.Name
		}
		got = append(got, line)
	}
	// A policy without a place may be that of either.
	if want := []string{"a true p", "b true r", " false q"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAttach(t *testing.T) {
	i := &inventory.Identity{}
	for _, arn := range []string{
		"arn:aws-cn:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", "arn:aws-cn:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
		"arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole", "arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::111122223333:policy/service-role/AWSLambdaBasicExecutionRole", "",
	} {
		i.Attach(arn, hcl.Range{})
	}
	i.Bound("arn:aws:iam::aws:policy/AdministratorAccess", hcl.Range{})
	if len(i.Policies) != 1 || i.Policies[0].Name != "AWSLambdaBasicExecutionRole" || i.Boundary != nil {
		t.Errorf("policies %v", i.Policies)
	}
	want := []string{"arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole", "arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::111122223333:policy/service-role/AWSLambdaBasicExecutionRole", "arn:aws:iam::aws:policy/AdministratorAccess"}
	if diff := cmp.Diff(want, i.Unread); diff != "" {
		t.Error(diff)
	}
	if i.Attach("arn:aws:iam::aws:policy/AdministratorAccess", hcl.Range{}); len(i.Unread) != 4 {
		t.Errorf("attached twice: %q", i.Unread)
	}
}

func TestSplitTable(t *testing.T) {
	for arn, want := range map[string]string{
		"arn:aws:dynamodb:eu-west-1:111122223333:table/A":             "A eu-west-1 111122223333  true",
		"arn:aws:dynamodb:eu-west-1:111122223333:table/A/stream/2025": "A eu-west-1 111122223333 /stream/2025 true",
		"arn:aws:dynamodb:*:*:table/A/index/*":                        "A   /index/* true",
		"arn:aws:dynamodb:eu-west-1:111122223333:table/A*":            "    false",
		"arn:aws:dynamodb:eu-west-1:111122223333:table/${aws:x}":      "    false",
		"arn:aws:dynamodb:eu-west-1:111122223333:backup/A":            "    false",
		"arn:aws:s3:::table/A":                                        "    false",
		"*":                                                           "    false",
	} {
		table, rest, ok := inventory.SplitTable(arn)
		if got := fmt.Sprintf("%s %s %s %s %v", table.Name, table.Region, table.Account, rest, ok); got != want {
			t.Errorf("%s: %s, want %s", arn, got, want)
		}
	}
}

package report

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/audit"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/diff"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/inventory"
)

// Beyond is what exists compared with what a spec grants.
type Beyond struct {
	Findings  []audit.Finding
	Undecided hcl.Diagnostics
	Absent    []string // identities of the spec that do not exist, as far as is known: nothing about them was compared
}

// BeyondOf finds the access that a spec does not grant. Of the spec's own identities, tables, keys and endpoints it is all that
// is allowed, or not refused, beyond the spec. Other identities do as they like elsewhere: of them it is what reaches the spec's
// tables. What is on one side only has nothing to be compared with otherwise: a table of the spec that is not among the files is
// not a table without a policy.
func BeyondOf(granted, existing *inventory.Inventory) Beyond {
	b := newBeyond(granted, existing)
	var out Beyond
	result := diff.Inventories(granted, existing)
	for _, c := range result.Gains() {
		if b.concerns(c) {
			out.Findings = append(out.Findings, b.finding(c))
		}
	}
	for _, u := range result.Undecided {
		out.Undecided = append(out.Undecided, b.undecided(u, existing.Files))
	}
	for _, i := range granted.Identities {
		if !slices.ContainsFunc(existing.Identities, func(e *inventory.Identity) bool { return same(i, e) }) {
			out.Absent = append(out.Absent, i.String())
		}
	}
	return out
}

// beyond is one comparison.
type beyond struct {
	places map[string]hcl.Range // of what exists, by its name in messages
	own    map[string]bool      // names of what the spec has
	tables []string             // the ARNs of the spec's tables
	reach  automata.Set         // these, and what is in the tables
}

func newBeyond(granted, existing *inventory.Inventory) beyond {
	b := beyond{places: placesOf(existing), own: map[string]bool{}, reach: automata.None()}
	for name := range placesOf(granted) {
		b.own[name] = true
	}
	for _, i := range granted.Identities {
		for _, e := range existing.Identities {
			if same(i, e) {
				b.own[e.String()] = true
			}
		}
	}
	for _, t := range granted.Tables {
		b.tables = append(b.tables, t.ARN())
		b.reach = b.reach.Union(automata.Glob(t.ARN())).Union(automata.Glob(t.ARN() + "/*"))
	}
	return b
}

// same reports whether two identities are one. What a build wrote is called otherwise than IAM calls it, and has the same ARN.
func same(a, b *inventory.Identity) bool {
	if a.ARN != "" && b.ARN != "" {
		return a.ARN == b.ARN
	}
	return a.Kind == b.Kind && a.Name == b.Name
}

// placesOf are the subjects of an inventory, as messages call them, with where they stand.
func placesOf(inv *inventory.Inventory) map[string]hcl.Range {
	out := map[string]hcl.Range{}
	for _, i := range inv.Identities {
		out[i.String()] = i.Range
	}
	for _, t := range inv.Tables {
		at := t.Range
		if at.Filename == "" && t.Policy != nil {
			at = t.Policy.Node.Place()
		}
		out["the table "+t.Name] = at
	}
	for _, k := range inv.Keys {
		out["the key "+k.Name] = k.Range
	}
	for _, e := range inv.Endpoints {
		out["the endpoint "+e.Name] = e.Range
	}
	return out
}

// concerns reports whether a gain is one beyond the spec.
func (b beyond) concerns(c diff.Change) bool {
	if !c.Whole {
		return true
	}
	if c.Layer != diff.Access {
		return false
	}
	reaches := func(arns automata.Set) bool {
		return !arns.Intersect(b.reach).Empty() && !b.elsewhere(c, arns)
	}
	return slices.ContainsFunc(c.Boxes, func(box access.Box) bool {
		return reaches(box.Resource) && !box.Action.Intersect(ofDynamoDB()).Empty()
	}) || slices.ContainsFunc(c.Resources.Texts, func(arn string) bool {
		return unknown.MatchString(arn) && reaches(automata.Glob(unknown.ReplaceAllString(arn, "*")))
	})
}

// elsewhere reports whether whoever gains is of another account than all tables of the spec, and the resources name none of these
// in particular: a right on every table is one on those of his own account. It reaches a table of the spec only where that
// table's policy lets him in too (IAM user guide, "Cross-account policy evaluation logic"), which is a finding about the table.
func (b beyond) elsewhere(c diff.Change, arns automata.Set) bool {
	asked, err := c.Witness.Request.Asked()
	if err != nil || asked.Principal.Account == "" || asked.Principal.Account == noAccount {
		return false
	}
	for _, arn := range b.tables {
		for _, in := range []string{arn, arn + "/index/any", arn + "/stream/any"} {
			own := strings.SplitN(in, ":", 6)
			own[4] = asked.Principal.Account
			if accountOf(arn) == asked.Principal.Account || arns.Contains(in) && !arns.Contains(strings.Join(own, ":")) {
				return false
			}
		}
	}
	return arns.Contains("arn:aws:dynamodb:us-east-1:"+asked.Principal.Account+":table/any") || arns.Contains("*")
}

// noAccount stands where no account is known.
const noAccount = "000000000000"

// accountOf is the account that the ARN of a table names.
func accountOf(arn string) string { return strings.SplitN(arn, ":", 6)[4] }

// unknown is what stands in an ARN for something that is not known before the request, or could not be resolved. It may be
// anything.
var unknown = regexp.MustCompile(`\$?\{[^}]*\}`)

var ofDynamoDB = sync.OnceValue(func() automata.Set { return automata.Glob("dynamodb:*") })

// finding is a gain as a finding. A request that something else still refuses is not access yet.
func (b beyond) finding(c diff.Change) audit.Finding {
	f := audit.Finding{Rule: BeyondSpec, At: c.At, Subject: c.Subject, Document: c.Document, Statement: c.Statement}
	if c.Refusal { // the statement is the spec's, and is not there
		f.At, f.Document, f.Statement = b.places[c.Subject], "", ""
	}
	f.Detail = capital(c.Sentence()) + ". The spec does not grant that"
	switch {
	case c.Refusal:
		f.Detail = capital(c.Sentence()) + ". The spec has it refused"
	case c.Whole:
		f.Detail += ", and does not have " + c.Subject
	}
	if c.Because != "" {
		f.Detail += " (" + c.Because + ")"
	}
	f.Detail += "."
	if c.Held != "" {
		f.Severity = audit.Medium
		f.Detail += " For now " + c.Held + " refuses it."
	}
	if c.Witness.NewOutcome == evaluate.Allow {
		f.Witness = b.witness(c)
	}
	return f
}

// witness is the request of a gain, as it is decided now. Where it can be about a table of the spec it is.
func (b beyond) witness(c diff.Change) *audit.Witness {
	asked, err := c.Witness.Request.Asked()
	if err != nil {
		return nil
	}
	asked = access.Placed(asked, c.Witness.Kind)
	out := audit.Witness{Request: c.Witness.Request, Policies: c.Witness.New, Account: asked.ResourceAccount, Outcome: c.Witness.NewOutcome}
	out.Request.Resource = asked.Resource
	for _, arn := range b.tables {
		here := out
		here.Request.Resource = arn
		if account := accountOf(arn); account != "*" {
			here.Account = account // a table of another account asks for leave of its own policy
		}
		if slices.ContainsFunc(c.Boxes, func(box access.Box) bool { return box.Resource.Contains(arn) }) && here.Confirm() == nil {
			return &here
		}
	}
	if out.Confirm() != nil {
		return nil
	}
	return &out
}

// undecided is a comparison that could not be made. About what is in the spec that is an error: nobody knows whether it goes
// beyond.
func (b beyond) undecided(u diff.Undecided, files map[string][]byte) *hcl.Diagnostic {
	at := u.At
	if _, is := files[at.Filename]; !is {
		at = b.places[u.Subject]
	}
	detail := "Whether more is allowed than the spec grants, nobody can say of " + u.Subject + ": " + u.Why +
		" Write the statement otherwise, or compare it with the spec yourself."
	if b.own[u.Subject] {
		return diag.Error("undecided-beyond-spec", "Comparison with the spec that cannot be decided", detail, at)
	}
	return diag.Warning("undecided-beyond-spec", "Comparison with the spec that cannot be decided", detail, at)
}

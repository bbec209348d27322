// Package infer works out a spec of what exists: of an inventory, one that grants no more than the inventory does.
//
// A spec says less than policies can. So what is inferred is never read off a policy: it is a proposal (an operation on a
// table, for some rows and columns; who may become a role), it is taken as the generators would write it, and it is accepted
// where every request that this allows is allowed already, by what package access computes of all requests. What is left of
// the source's own statements when everything is accepted is what the spec does not repeat, and each such statement has a
// comment in the spec that says so, and why.
//
// The language of specs has rules of its own, and what they refuse is taken out again, with the reason: the whole is inferred
// once more without it, until nothing is refused. At the end the files that the spec generates are compared with what exists,
// by themselves; what they would grant beyond it are gains, and there must be none.
package infer

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/spec"
)

// The checks of this package.
const (
	idNothing = "import-nothing"
	idPlace   = "import-place"
	idRefused = "import-refused"
)

// Options are what an inventory does not say, or not alone.
type Options struct {
	Name        string // of the spec; empty: that of what was generated, or of the directory
	Directory   string // that the spec is in
	Environment string // empty: production
	Account     string // empty: that of the ARNs
	Region      string
	IDPattern   string // of tenant ids; empty: one that is safe for the keys, to be looked at
	Managed     bool   // Terraform shall manage the tables and roles; else they are made elsewhere
}

// Result is a spec.
type Result struct {
	// Text is the spec as a file. Where FillIn is not empty it lacks what only its author knows.
	Text []byte
	// Complete is the spec with words in place of what its author must fill in. It is what was compiled and compared.
	Complete []byte
	Model    *model.Model // of Complete; nil with errors among the findings
	Tree     generate.Tree
	FillIn   []Line
	Gains    []Gain
	LeftOut  int // comments about what is not repeated
	Roles    int
	Findings hcl.Diagnostics
	draft    *draft
}

// Line is a line of Text that the author must fill in.
type Line struct {
	Number int
	What   string // a sentence
}

// Infer works out a spec of what exists. File is what the spec will be called, in messages.
func Infer(inv *inventory.Inventory, file string, o Options) Result {
	d := newDraft(inv, o)
	if ds := d.place(); ds.HasErrors() {
		return Result{Findings: ds}
	}
	bans := map[string]string{}
	for range maxAttempts {
		attempt := d.attempt(bans)
		if len(attempt.tables) == 0 {
			return Result{Findings: append(d.findings, attempt.nothing())}
		}
		r := attempt.compile(file)
		if banned := attempt.refused(&r, bans); !banned {
			r.Findings = append(slices.Clone(d.findings), r.Findings...)
			return r
		}
	}
	return Result{Findings: hcl.Diagnostics{diag.Error(idRefused, "No spec can be made of this", "What the sources say was taken apart many times, and each time the rest was no spec. Import fewer files at once.", hcl.Range{})}}
}

// nothing is why there is no spec: without a table there is none.
func (d *draft) nothing() *hcl.Diagnostic {
	detail := "None of the sources describes a table of DynamoDB or names one in what a role may do. Give what aws dynamodb describe-table prints of the tables too."
	for _, n := range d.notes {
		detail += " " + n.text
	}
	return diag.Error(idNothing, "No table", clipped(detail, 3000), hcl.Range{})
}

// maxAttempts is far more than the parts of any spec that rules refuse.
const maxAttempts = 200

// compile takes the draft all the way.
func (d *draft) compile(file string) Result {
	r := Result{draft: d, LeftOut: d.leftOut}
	whole := d.write(complete)
	r.Complete = []byte(whole.String())
	open := d.write(toFillIn)
	r.Text, r.FillIn = []byte(open.String()), open.open
	for _, role := range d.roles {
		if !role.silent {
			r.Roles++
		}
	}
	m, ds := spec.Load(file, r.Complete)
	r.Findings = ds
	d.parts = whole.parts
	if m == nil {
		return r
	}
	r.Model = m
	tree, found := generate.All(m)
	r.Findings = append(r.Findings, found...)
	if found.HasErrors() {
		r.Model = nil
		return r
	}
	r.Tree = tree
	r.Gains = d.gains(m, tree.Policies)
	for _, role := range d.roles {
		d.explain(role)
	}
	r.Gains = append(r.Gains, d.endpointsAlone(file)...)
	r.Complete = []byte(d.write(complete).String()) // the comparison has more to say
	open = d.write(toFillIn)
	r.Text, r.FillIn, r.LeftOut = []byte(open.String()), open.open, d.leftOut
	_, ds = spec.Load(file, r.Complete) // at the lines that it has now, and the text too
	r.Findings = append(ds, found...)
	return r
}

// draft is a spec in the making.
type draft struct {
	Options
	inv      *inventory.Inventory
	held     []*holder // of every identity with policies, in the order of the inventory
	findings hcl.Diagnostics

	// What an attempt decides.
	bans      map[string]string
	env       *model.Environment
	tenancy   *tenancy
	tables    []*table
	keys      []*key
	roles     []*role
	endpoints []*endpoint
	boundary  string // of the roles that are made here, as guardrails have it; empty: none
	transport *note  // why plain HTTP is not refused here: the policies of tables are left alone
	notes     []note
	leftOut   int
	parts     []part
}

// part is lines of the written spec that can be left out by themselves.
type part struct {
	name     string
	from, to int
}

// note is a comment.
type note struct{ text string }

func newDraft(inv *inventory.Inventory, o Options) *draft {
	o.Environment = cmp.Or(o.Environment, "production")
	d := &draft{Options: o, inv: inv}
	d.Name = cmp.Or(d.Name, d.generatedName(), nameOf(o.Directory), "imported")
	for _, i := range inv.Identities {
		d.held = append(d.held, newHolder(i))
	}
	return d
}

// ownPath is the path of roles and policies that a build made (see model.RolesPath).
var ownPath = regexp.MustCompile(`:role/ddbgen(?:-bootstrap)?/([a-z][a-z0-9-]{0,30})/`)

// generatedName is the name of the spec that the inventory was generated from; empty if it was not.
func (d *draft) generatedName() string {
	for _, i := range d.inv.Identities {
		if m := ownPath.FindStringSubmatch(i.ARN); m != nil {
			return m[1]
		}
	}
	return ""
}

var nameless = regexp.MustCompile(`[^a-z0-9]+`)

// nameOf makes a name of that of a directory; empty if that cannot be done.
func nameOf(directory string) string {
	name := strings.TrimLeft(nameless.ReplaceAllString(strings.ToLower(directory), "-"), "-0123456789")
	return strings.TrimRight(name[:min(len(name), 31)], "-")
}

// attempt infers everything but what is banned.
func (d *draft) attempt(bans map[string]string) *draft {
	a := &draft{Options: d.Options, inv: d.inv, held: d.held, bans: bans, env: d.env}
	a.findTables()
	a.findTenancy()
	a.findGuards()
	a.findKeys()
	a.findRoles()
	a.findEndpoints()
	a.explainBans()
	return a
}

// banned reports whether a part is to be left out.
func (d *draft) banned(name string) bool { return d.bans[name] != "" }

// say adds a comment at the head of the spec.
func (d *draft) say(format string, args ...any) {
	d.notes = append(d.notes, note{fmt.Sprintf(format, args...)})
	d.leftOut++
}

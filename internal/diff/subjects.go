package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file goes through the subjects of two sides, and compares each layer of each.

// differ is one comparison of two inventories.
type differ struct {
	result  Result
	renamed renamed
	before  side
	after   side
}

func (d *differ) compare(before, after side) {
	d.before, d.after, d.renamed = before, after, renamed{}
	d.unread()
	pairs := d.renames(identities(before, after))
	for _, p := range pairs {
		d.identity(p)
	}
	d.boundaries(pairs)
	for _, p := range tables(before, after) {
		d.table(p)
	}
	for _, p := range keys(before, after) {
		d.key(p)
	}
	for _, p := range endpoints(before, after) {
		d.endpoint(p)
	}
	d.held()
	d.count()
}

// unread notes what of the files could not be read: what it allows is not known.
func (d *differ) unread() {
	for _, s := range []side{d.before, d.after} {
		for _, f := range s.Findings {
			if f.Severity != hcl.DiagError {
				continue
			}
			var at hcl.Range
			if f.Subject != nil {
				at = *f.Subject
			}
			d.result.Undecided = append(d.result.Undecided, Undecided{Subject: "what could not be read", Why: f.Summary + ": " + f.Detail, At: at})
		}
	}
}

// run compares one layer, and keeps what is found.
func (d *differ) run(c *comparison) {
	out := c.run()
	d.result.Changes = append(d.result.Changes, out.changes...)
	d.result.Undecided = append(d.result.Undecided, out.undecided...)
	d.assume(slices.Concat(c.old.documents, c.new.documents))
}

// assume notes the texts of documents that the files leave open. They are compared by their names: what is not known is taken for
// the same on both sides, and for no other text of the policies.
func (d *differ) assume(documents []*inventory.Document) {
	for _, doc := range documents {
		for _, open := range doc.Node.Unresolved() {
			d.result.Assumed = append(d.result.Assumed, "What stands for "+open+" is the same on both sides, and no other text of the policies.")
		}
	}
}

func some(d *inventory.Document) []*inventory.Document {
	if d == nil {
		return nil
	}
	return []*inventory.Document{d}
}

// identity compares what an identity's policies allow, and who may become it.
func (d *differ) identity(p pair[inventory.Identity]) {
	d.run(d.access(p))
	if c := d.trust(p); c != nil {
		d.run(c)
	}
	for _, arn := range unreadOnOneSide(p) {
		d.result.Undecided = append(d.result.Undecided, Undecided{Subject: p.either().String(), Layer: Access, At: p.either().Range,
			Why: "The policy " + arn + " is attached on one side only, and the files do not have its document."})
	}
	if p.old != nil && p.new != nil {
		for _, arn := range p.new.Unread {
			if slices.Contains(p.old.Unread, arn) {
				d.result.Assumed = append(d.result.Assumed, "The policy "+arn+", of which the files do not have the document, is attached on both sides and is the same.")
			}
		}
	}
}

// unreadOnOneSide are the ARNs of attached policies without a document, of one side.
func unreadOnOneSide(p pair[inventory.Identity]) []string {
	var before, after, out []string
	if p.old != nil {
		before = p.old.Unread
	}
	if p.new != nil {
		after = p.new.Unread
	}
	for _, arn := range slices.Concat(before, after) {
		if slices.Contains(before, arn) != slices.Contains(after, arn) {
			out = append(out, arn)
		}
	}
	return sorted(out)
}

// access is the comparison of what the policies of an identity allow, within its boundary.
func (d *differ) access(p pair[inventory.Identity]) *comparison {
	c := &comparison{layer: Access, subject: p.either().String(), whole: p.whole(), caller: caller(p.either()), callers: p.either().ARN, old: &state{}, new: &state{}}
	if p.old != nil {
		c.old = &state{documents: d.renamed.documents(p.old.Policies), limits: d.renamed.documents(some(p.old.Boundary))}
	}
	if p.new != nil {
		c.new = &state{documents: p.new.Policies, limits: some(p.new.Boundary)}
	}
	if p.old == nil {
		c.old.limits = c.new.limits // there were no policies to limit
	}
	if p.new == nil {
		c.new.limits = c.old.limits
	}
	return c
}

// trust is the comparison of who may become an identity; nil, where there is nothing to compare.
func (d *differ) trust(p pair[inventory.Identity]) *comparison {
	var before, after *inventory.Document
	if p.old != nil {
		before = d.renamed.document(p.old.Trust)
	}
	if p.new != nil {
		after = p.new.Trust
	}
	switch {
	case before == nil && after == nil:
		return nil
	case !p.whole() && (before == nil || after == nil):
		at, which := p.either().Range, "old"
		if after == nil {
			which = "new"
		}
		d.result.Undecided = append(d.result.Undecided, Undecided{Subject: p.either().String(), Layer: Trust, At: at,
			Why: "The " + which + " files do not say who may become it."})
		return nil
	}
	return &comparison{layer: Trust, subject: p.either().String(), whole: p.whole(), old: &state{documents: some(before)}, new: &state{documents: some(after)}}
}

// everything is a document that limits nothing: what there is where there is no boundary, and what AWS puts on an endpoint that is
// given no policy (VPC user guide, "Control access to VPC endpoints using endpoint policies", default endpoint policy).
func everything(name string, principal bool) *inventory.Document {
	st := policy.Statement{Effect: policy.Allow, Action: []string{"*"}, Resource: []string{"*"}}
	if principal {
		st.Principal = &policy.Principal{Any: true}
	}
	return &inventory.Document{Document: policy.Document{Version: policy.Version, Statement: []policy.Statement{st}}, Name: name}
}

// boundaries compares the boundaries of identities that are on both sides, each pair of documents once.
func (d *differ) boundaries(pairs []pair[inventory.Identity]) {
	type change struct{ before, after *inventory.Document }
	var order []change
	bounded, callers := map[change][]string{}, map[change]string{}
	for _, p := range pairs {
		if p.whole() {
			continue
		}
		c := change{p.old.Boundary, p.new.Boundary}
		if c.before == nil && c.after == nil {
			continue
		}
		if bounded[c] == nil {
			order, callers[c] = append(order, c), caller(p.new)
		}
		bounded[c] = append(bounded[c], p.new.String())
	}
	for _, c := range order {
		subject := "the boundary of " + someOf(bounded[c])
		before, after := d.renamed.document(c.before), c.after
		if before == nil {
			before = everything("no boundary", false)
		}
		if after == nil {
			after = everything("no boundary", false)
		}
		d.run(&comparison{layer: Boundary, subject: subject, caller: callers[c], old: &state{documents: some(before)}, new: &state{documents: some(after)}})
	}
}

// someOf is a list of which only the beginning is told, if it is long.
func someOf(names []string) string {
	const told = 3
	switch n := len(names); {
	case n == 1:
		return names[0]
	case n <= told:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	default:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:told-1], ", "), n-told+1)
	}
}

// table compares the policies of a table and of its stream.
func (d *differ) table(p pair[inventory.Table]) {
	name := "the table " + p.either().Name
	for _, layer := range []struct {
		Layer
		of func(*inventory.Table) *inventory.Document
	}{
		{TablePolicy, func(t *inventory.Table) *inventory.Document { return t.Policy }},
		{StreamPolicy, func(t *inventory.Table) *inventory.Document { return t.StreamPolicy }},
	} {
		c := &comparison{layer: layer.Layer, subject: name, whole: p.whole(), old: &state{}, new: &state{}}
		if p.old != nil {
			c.old.documents = some(d.renamed.document(layer.of(p.old)))
		}
		if p.new != nil {
			c.new.documents = some(layer.of(p.new))
		}
		d.run(c)
	}
}

// key compares the policies of a key. A key always has one (KMS developer guide, "Key policies"), so where there is none it is not
// known.
func (d *differ) key(p pair[inventory.Key]) {
	c := &comparison{layer: KeyPolicy, subject: "the key " + cmp.Or(p.either().Name, p.either().ARN), whole: p.whole(), old: &state{}, new: &state{}}
	if p.old != nil {
		c.old.documents = some(d.renamed.document(p.old.Policy))
	}
	if p.new != nil {
		c.new.documents = some(p.new.Policy)
	}
	if !p.whole() && (p.old.Policy == nil) != (p.new.Policy == nil) {
		d.result.Undecided = append(d.result.Undecided, Undecided{Subject: c.subject, Layer: KeyPolicy, At: p.either().Range,
			Why: "The files of one side do not have its policy."})
		return
	}
	d.run(c)
}

// endpoint compares the policies of an endpoint.
func (d *differ) endpoint(p pair[inventory.Endpoint]) {
	of := func(e *inventory.Endpoint) []*inventory.Document {
		switch {
		case e == nil:
			return []*inventory.Document{{Document: policy.Document{Version: policy.Version}, Name: "no endpoint"}}
		case e.Policy == nil:
			return some(everything("the default policy", true))
		}
		return some(d.renamed.document(e.Policy))
	}
	d.run(&comparison{layer: EndpointPolicy, subject: "the endpoint " + p.either().Name, whole: p.whole(),
		old: &state{documents: of(p.old)}, new: &state{documents: of(p.new)}})
}

// count says how much there was to compare.
func (d *differ) count() {
	before, after := counts(d.before), counts(d.after)
	d.result.Compared = Counts{
		Identities: max(before.Identities, after.Identities), Tables: max(before.Tables, after.Tables), Keys: max(before.Keys, after.Keys),
		Endpoints: max(before.Endpoints, after.Endpoints), Documents: max(before.Documents, after.Documents), Statements: max(before.Statements, after.Statements),
	}
}

func counts(s side) Counts {
	c := Counts{Identities: len(s.Identities), Tables: len(s.Tables), Keys: len(s.Keys), Endpoints: len(s.Endpoints)}
	for _, doc := range s.Documents() {
		c.Documents++
		c.Statements += len(doc.Document.Statement)
	}
	return c
}

// sort puts the result into its order, which does not depend on that of the files: by layer and subject, gains first, then by
// where the statements stand.
func (d *differ) sort() {
	rank := layers()
	order := func(l Layer) int { return slices.Index(rank, l) }
	slices.SortStableFunc(d.result.Changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(order(a.Layer), order(b.Layer)), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Direction, b.Direction),
			cmp.Compare(a.Document, b.Document), cmp.Compare(a.At.Start.Byte, b.At.Start.Byte), cmp.Compare(a.Sentence(), b.Sentence()))
	})
	slices.SortStableFunc(d.result.Undecided, func(a, b Undecided) int {
		return cmp.Or(cmp.Compare(order(a.Layer), order(b.Layer)), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Why, b.Why))
	})
	slices.SortFunc(d.result.Renames, func(a, b Rename) int { return cmp.Or(cmp.Compare(a.Old, b.Old), cmp.Compare(a.New, b.New)) })
	d.result.Undecided = slices.Compact(d.result.Undecided)
	d.result.Assumed = sorted(d.result.Assumed)
}

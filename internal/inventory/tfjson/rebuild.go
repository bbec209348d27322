package tfjson

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// This file makes the document of a data source that was put off, as the provider will (Terraform registry, hashicorp/aws,
// aws_iam_policy_document). What decides what a statement is about must be known: its effect, its actions, what its conditions
// test. Otherwise there is no document. Other values that are not known are names in braces, each of its own place, because
// nothing says that two of them are one.

// maxStatements is more than a policy has room for. Documents that take up others twice would double with each.
const maxStatements = 10_000

// rebuilt is a document that was made.
type rebuilt struct {
	node   *tree.Node // nil: a part of it that matters is not known
	denies bool       // something that it denies is not known, and left out
}

// rebuild is the document of a data source that was put off.
func (r *reader) rebuild(v *resource) rebuilt {
	if d, done := r.rebuilt[v]; done {
		return d
	}
	r.rebuilt[v] = rebuilt{} // what takes itself up is no document
	b := &rebuilder{reader: r, of: v, after: r.reads[v.address].At("change", "after"), unknown: r.unknown[v.address], ok: true}
	n := b.document()
	if b.ok && len(b.statements) > 0 {
		r.rebuilt[v] = rebuilt{n, b.lost}
	}
	return r.rebuilt[v]
}

// rebuilder makes one document.
type rebuilder struct {
	*reader
	of         *resource
	after      *tree.Node
	unknown    *tree.Node
	statements []*tree.Node
	taken      bool // whether it was said that an ARN is taken for the whole of a resource
	lost       bool // whether a statement was left out
	ok         bool
}

func (b *rebuilder) document() *tree.Node {
	out := &tree.Node{Kind: tree.Object, Range: b.after.Place()}
	version := b.known(b.after, b.unknown, "version")
	if version == nil {
		version = text("2012-10-17", out)
	}
	put(out, "Version", version)
	if id := b.known(b.after, b.unknown, "policy_id"); id.String() != "" {
		put(out, "Id", id)
	}
	b.documents("source_json")
	b.documents("source_policy_documents")
	list, unknown := b.after.Get("statement"), b.unknown.Get("statement")
	if isTrue(unknown) {
		b.ok = false
	}
	written := aligned(list.Each(), b.configured(b.of, "statement").Each())
	for i, s := range list.Each() {
		b.add(b.statement(i, s, item(unknown, i), written[i]))
	}
	b.documents("override_json")
	b.documents("override_policy_documents")
	put(out, "Statement", &tree.Node{Kind: tree.List, Items: b.statements, Range: list.Place()})
	return out
}

// known is a value of which all must be known; nil if it is null.
func (b *rebuilder) known(after, unknown *tree.Node, name string) *tree.Node {
	if some(unknown.Get(name)) {
		b.ok = false
	}
	if n := after.Get(name); n != nil && n.Kind != tree.Null {
		return n
	}
	return nil
}

// documents takes up the statements of documents that are given as JSON, some of which may have been put off too. Their order
// decides which of two statements of one Sid stays, so it must be plain which is which.
func (b *rebuilder) documents(name string) {
	given, unknown := b.after.Get(name), b.unknown.Get(name)
	items := given.Each()
	if isTrue(unknown) {
		if strings.HasSuffix(name, "_documents") {
			b.ok = false // not even how many there are is known
			return
		}
		items = []*tree.Node{nil}
	}
	later := b.deferredIn(name, unknown)
	for i, n := range items {
		switch {
		case isTrue(unknown) || isTrue(item(unknown, i)):
			if len(later) == 0 {
				b.ok = false
				return
			}
			d := b.rebuild(later[0])
			b.lost = b.lost || d.denies
			b.take(d.node)
			later = later[1:]
		case strings.TrimSpace(n.String()) != "":
			parsed, broken := tree.ParseJSON(n.Range.Filename, []byte(n.Text))
			if len(broken) > 0 || len(parsed) != 1 {
				b.ok = false
				return
			}
			move(parsed[0], n)
			b.take(parsed[0])
		}
	}
	b.ok = b.ok && len(later) == 0
}

// deferredIn is the documents that were put off of those that an argument takes up.
func (b *rebuilder) deferredIn(name string, unknown *tree.Node) []*resource {
	if !some(unknown) {
		return nil
	}
	var out []*resource
	origins, elsewhere := b.origins(b.of, b.configured(b.of, name))
	for _, o := range origins {
		if o.Attribute != "" {
			elsewhere = nil // what else is in the list says nothing of this
		}
		if s := b.putOff(b.of, o, elsewhere); s != nil {
			out = append(out, s)
		} else if known := b.instance(b.of, o); known == nil || b.reads[known.address] != nil || !strings.HasPrefix(o.Resource, policyDocument+".") {
			b.ok = false
		}
	}
	return out
}

// take takes up the statements of a document.
func (b *rebuilder) take(document *tree.Node) {
	if document == nil || document.Kind != tree.Object {
		b.ok = false
		return
	}
	for _, s := range document.Get("Statement").Each() {
		b.add(s)
	}
}

// add takes up a statement, in the place of one with the same Sid.
func (b *rebuilder) add(s *tree.Node) {
	if s == nil || len(b.statements) == maxStatements {
		b.ok = b.ok && s == nil
		return
	}
	if sid := s.Get("Sid").String(); sid != "" {
		if i := slices.IndexFunc(b.statements, func(other *tree.Node) bool { return other.Get("Sid").String() == sid }); i >= 0 {
			b.statements[i] = s
			return
		}
	}
	b.statements = append(b.statements, s)
}

// statement is a statement block as a policy has it. One that denies is left out if a part of it is not known: to deny too much
// would hide what is allowed.
func (b *rebuilder) statement(i int, after, unknown, config *tree.Node) *tree.Node {
	if isTrue(unknown) || after == nil || after.Kind != tree.Object {
		b.ok = false
		return nil
	}
	out := &tree.Node{Kind: tree.Object, Range: after.Range}
	if sid := b.known(after, unknown, "sid"); sid.String() != "" {
		put(out, "Sid", sid)
	}
	effect := b.known(after, unknown, "effect")
	if effect.String() == "" {
		effect = text("Allow", after)
	}
	put(out, "Effect", effect)
	if inventory.Denies(out) && some(unknown) {
		b.lost = true
		b.note(after.Range, "Denial that is known after the apply", "What this statement of %s denies is computed from something that does not exist yet. It is taken as not there, so that it denies nothing. Audit the state after the apply.", b.of.address)
		return nil
	}
	where := fmt.Sprintf("%s.statement.%d", b.of.address, i)
	for _, pair := range [][2]string{{"principals", "Principal"}, {"not_principals", "NotPrincipal"}} {
		if p := b.principals(after.Get(pair[0]), unknown.Get(pair[0]), where+"."+pair[0]); p != nil {
			put(out, pair[1], p)
		}
	}
	for _, pair := range [][2]string{{"actions", "Action"}, {"not_actions", "NotAction"}} {
		if v := b.known(after, unknown, pair[0]); len(v.Each()) > 0 {
			put(out, pair[1], v)
		}
	}
	for _, pair := range [][2]string{{"resources", "Resource"}, {"not_resources", "NotResource"}} {
		v := b.values(after.Get(pair[0]), unknown.Get(pair[0]), where+"."+pair[0])
		if len(v.Items) == 0 {
			continue
		}
		if pair[0] == "resources" && !isTrue(unknown.Get(pair[0])) && takesTables(out) {
			b.asTables(v, config.Get(pair[0]))
		}
		put(out, pair[1], v)
	}
	if c := b.conditions(after.Get("condition"), unknown.Get("condition"), where+".condition"); c != nil {
		put(out, "Condition", c)
	}
	return out
}

// asTables puts the ARNs of tables for resources that are not known, where the expression refers to as many attributes as there are
// such resources: then each is computed from one. Which is which does not matter in a list of resources. Whether something stands
// behind the ARN, such as /index/*, the plan does not say. One of those of a table is taken for the table, which is said, and
// others keep their names.
func (b *rebuilder) asTables(resources, expression *tree.Node) {
	var later []*tree.Node
	for _, n := range resources.Items {
		if n.Unknown != nil {
			later = append(later, n)
		}
	}
	origins, elsewhere := b.origins(b.of, expression)
	if len(later) == 0 || len(elsewhere) > 0 || len(origins) != len(later) {
		return
	}
	had := map[*resource]bool{}
	for i, o := range origins {
		if o.Attribute != "arn" || !strings.HasPrefix(o.Resource, "aws_dynamodb_table.") {
			continue
		}
		t := b.instance(b.of, o)
		if t == nil || had[t] {
			continue
		}
		had[t] = true
		arn, known := b.tableARN(t)
		if !known {
			continue
		}
		later[i].Text, later[i].Unknown = arn, nil
		if !b.taken {
			b.taken = true
			b.note(resources.Range, "Resource that is taken for a table", "A plan says that this resource of %s is computed from the ARN of %s, and not what else is in it, such as /index/*. It is taken for the table itself. Audit the Terraform files (.tf), or the state after the apply.", b.of.address, t.address)
		}
	}
}

// takesTables reports whether an action of a statement takes tables.
func takesTables(statement *tree.Node) bool {
	if statement.Get("NotAction") != nil {
		return true
	}
	return slices.ContainsFunc(statement.Get("Action").Each(), func(a *tree.Node) bool {
		pattern := strings.ToLower(a.String())
		return slices.ContainsFunc(catalog.Operations(), func(o catalog.Operation) bool {
			action, known := catalog.Load().Action(o.Action())
			matched, err := path.Match(pattern, strings.ToLower(o.Action()))
			return known && matched && err == nil && action.TakesResource("table")
		})
	})
}

package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
)

// resolve turns a document into a model: names become pointers, defaults are filled in, lists are put in order. It says
// what is wrong with one part of the spec, or with a reference from one part to another, and where exactly; what only
// the whole can tell is left to check.
//
// The phases follow from what refers to what:
//
//  1. environments: values that differ between environments need them
//  2. tenancy: templates need its pattern
//  3. keys, without their administrators, who may be roles
//  4. tables and their indexes
//  5. roles by name only, because roles, keys and endpoints refer to them
//  6. everything about roles; administrators; endpoints and where they stand; guardrails; the audit trail; claims
//  7. what Terraform runs as and with, which is about all that is made
//
// A document with mistakes is resolved as far as it goes. A leaf that was not written, or was written wrongly and has
// been reported, is empty, and nothing is said about it again.
func resolve(doc *Document) (*model.Model, hcl.Diagnostics) {
	r := &resolver{doc: doc, m: &model.Model{Name: doc.Name.Value}}
	r.resolveEnvironments()
	r.resolveTenancy()
	r.resolveKeys()
	r.resolveTables()
	r.nameRoles()
	r.resolveRoles()
	r.resolveAdministrators()
	r.resolveEndpoints()
	r.resolvePlacements()
	r.resolveGuardrails()
	r.resolveTrail()
	r.resolveClaims()
	r.resolveDeployment()
	r.checkKeysEverywhere()
	order(r.m)
	return r.m, r.diags
}

// resolver is the state of one resolution.
type resolver struct {
	doc   *Document
	m     *model.Model
	diags hcl.Diagnostics

	ids *idPattern // nil: none, or one that is wrong

	environments names[*model.Environment]
	keys         names[*model.Key]
	tables       names[*model.Table]
	roles        names[*model.Role]
	endpoints    names[*model.Endpoint]
}

func (r *resolver) error(id, summary string, at hcl.Range, format string, args ...any) {
	r.diags = append(r.diags, diag.Error(id, summary, fmt.Sprintf(format, args...), at))
}

func (r *resolver) warn(id, summary string, at hcl.Range, format string, args ...any) {
	r.diags = append(r.diags, diag.Warning(id, summary, fmt.Sprintf(format, args...), at))
}

// waive writes down that the spec asks for less than the safe default.
func (r *resolver) waive(subject, waived string, because Text) {
	r.m.Waivers = append(r.m.Waivers,
		model.Waiver{Subject: subject, Waived: waived, Because: because.Value, Origin: because.Range})
}

// needless warns of a reason given where none is needed: a reader would look for what it excuses.
func (r *resolver) needless(because Text) {
	if because.Set() {
		r.warn(idNeedlessBecause, "Nothing to excuse", because.Range,
			"A reason stands where the spec asks for less than the safe default, and nothing here does. Remove it, or write it as a comment.")
	}
}

// names finds the parts of one sort by their logical name.
type names[T any] struct {
	what  string // "table"
	where string // "in this spec" unless set
	parts map[string]T
	order []string // as written, for suggestions
}

func (n *names[T]) add(name string, part T) {
	if n.parts == nil {
		n.parts = map[string]T{}
	}
	n.parts[name] = part
	n.order = append(n.order, name)
}

// find returns the part that a reference names and reports a name that nothing has.
func find[T any](r *resolver, in names[T], ref Text) (T, bool) {
	part, ok := in.parts[ref.Value]
	if !ok && ref.Set() {
		r.error(idUnknownReference, "Unknown "+in.what, ref.Range, "There is no %s %q %s. %s",
			in.what, ref.Value, orElse(in.where, "in this spec"), didYouMean(ref.Value, in.order, "Write one of"))
	}
	return part, ok
}

// findAll returns the parts that a list names, sorted by name, and reports the names that nothing has and those that
// stand there twice.
func findAll[T any](r *resolver, in names[T], list List[Text]) []T {
	var found []T
	for _, ref := range sortedTexts(r.unique(list)) {
		if part, ok := find(r, in, ref); ok {
			found = append(found, part)
		}
	}
	return found
}

// unique returns the items of a list that were written, without repeats, which it reports.
func (r *resolver) unique(list List[Text]) []Text {
	seen := map[string]bool{}
	var items []Text
	for _, item := range list.Items {
		switch {
		case !item.Set():
		case seen[item.Value]:
			r.error(idDuplicateItem, "Listed twice", item.Range, "%q is in this list already. Remove one of them.", item.Value)
		default:
			seen[item.Value] = true
			items = append(items, item)
		}
	}
	return items
}

func sortedTexts(items []Text) []Text {
	slices.SortStableFunc(items, func(a, b Text) int { return cmp.Compare(a.Value, b.Value) })
	return items
}

func values(items []Text) []string {
	var out []string
	for _, item := range items {
		out = append(out, item.Value)
	}
	return out
}

func quoted(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(out, ", ")
}

// tags resolves the tags of a resource, sorted by key. Keys that begin with ddbgen: say what was made here; those who
// deploy reach it by them, so nobody else writes them.
func (r *resolver) tags(written Map[Text]) []model.Tag {
	var own []Entry[Text]
	for _, e := range written.Entries {
		if hasPrefixFold(e.Key.Value, "ddbgen:") {
			r.error(idReservedTag, "Reserved tag", e.Key.Range,
				"Tag keys that begin with ddbgen: say what this program made, and it writes them itself. Rename the tag.")
			continue
		}
		own = append(own, e)
	}
	return r.tagValues(own)
}

// tagValues are tags, sorted by key. AWS keeps keys that begin with aws: in any case for itself (Tagging AWS resources user
// guide, "Tag naming limits and requirements").
func (r *resolver) tagValues(written []Entry[Text]) []model.Tag {
	var tags []model.Tag
	for _, e := range written {
		if hasPrefixFold(e.Key.Value, "aws:") {
			r.error(idReservedTag, "Reserved tag", e.Key.Range,
				"Tag keys that begin with aws: belong to AWS, and nobody else can set them. Rename the tag.")
			continue
		}
		tags = append(tags, model.Tag{Key: e.Key.Value, Value: e.Value.Value})
	}
	slices.SortFunc(tags, func(a, b model.Tag) int { return cmp.Compare(a.Key, b.Key) })
	return tags
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

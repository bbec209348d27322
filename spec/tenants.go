package spec

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/collision"
	"github.com/ddbgen/ddbgen/internal/model"
)

// Law 4: for two different tenant ids, no key of the one is a key of the other. A template is a set of keys for every id,
// and the question is asked of every pair of templates of a table or an index, a template with itself included. It is
// decided for all ids of the pattern by package collision, which finds a key of two tenants wherever there is one.

func checkKeysApart(m *model.Model) hcl.Diagnostics {
	if m.Tenancy == nil {
		return nil
	}
	ids, problem := parseIDPattern(m.Tenancy.IDPattern)
	if problem != nil {
		return nil
	}
	a := apartness{ids: ids, known: map[string][]overlap{}}
	for _, t := range m.Tables {
		a.check(t.TenantKeys)
		for _, i := range t.GlobalIndexes {
			a.check(i.TenantKeys)
		}
	}
	return a.Diagnostics
}

// apartness is the state of the check. Most tables have templates that another has, or that differ from them in what all
// of a table's begin with, which changes nothing: what was decided once is known.
type apartness struct {
	findings
	ids    *idPattern
	known  map[string][]overlap
	gaveUp bool // what took too long once is not tried again
}

// overlap is two templates, by their place in a list, and a key of two tenants by them.
type overlap struct {
	a, b   int
	shared collision.Shared
	err    error // it could not be decided
}

// tenants are the two tenants, in order.
func (o overlap) tenants() []string {
	return []string{min(o.shared.First, o.shared.Second), max(o.shared.First, o.shared.Second)}
}

func (c *apartness) check(keys []model.KeyTemplate) {
	common, shapes := shapesOf(keys)
	var name strings.Builder
	for _, s := range shapes {
		name.WriteString(strconv.Quote(s.Prefix) + strconv.Quote(s.Suffix) + strconv.FormatBool(s.Open))
	}
	overlaps, decided := c.known[name.String()]
	if !decided && !c.gaveUp {
		overlaps = c.ids.overlaps(shapes)
		c.known[name.String()] = overlaps
	}
	for _, o := range overlaps {
		c.report(keys[o.a], keys[o.b], common+o.shared.Key, o)
	}
}

// shapesOf are templates without the text that all of them begin with, and that text.
func shapesOf(keys []model.KeyTemplate) (string, []collision.Template) {
	var out []collision.Template
	common := ""
	for at, k := range keys {
		out = append(out, collision.Template{Prefix: k.Prefix, Suffix: k.Suffix, Open: k.Open})
		if at == 0 {
			common = k.Prefix
		}
		for !strings.HasPrefix(k.Prefix, common) {
			_, size := utf8.DecodeLastRuneInString(common)
			common = common[:len(common)-size]
		}
	}
	for i := range out {
		out[i].Prefix = out[i].Prefix[len(common):]
	}
	return common, out
}

// overlaps are the pairs of templates by which two tenants share a key. A template that shares keys with itself is not
// compared with others: it will be another when that is mended.
func (p *idPattern) overlaps(shapes []collision.Template) []overlap {
	var out []overlap
	faulty := make([]bool, len(shapes))
	find := func(a, b int, pair ...collision.Template) bool {
		shared, found, err := collision.Find(p.set, pair)
		if found || err != nil {
			out = append(out, overlap{a, b, shared, err})
		}
		return found || err != nil
	}
	for i, shape := range shapes {
		faulty[i] = find(i, i, shape)
	}
	for b := range shapes {
		for a := range b {
			if !faulty[a] && !faulty[b] {
				find(a, b, shapes[a], shapes[b])
			}
		}
	}
	return out
}

// report reports two templates at the later of them.
func (c *apartness) report(a, b model.KeyTemplate, key string, o overlap) {
	what := fmt.Sprintf("By the template %q", templateText(a))
	if o.a != o.b {
		what = fmt.Sprintf("By the templates %q and %q", templateText(a), templateText(b))
	}
	if o.err != nil {
		c.gaveUp = true
		c.error(idKeysOverlap, "Keys that may be two tenants'", b.Origin,
			"%s, it would take too long to find out whether two tenants share a key. Shorten what stands before {tenant}, or narrow the id_pattern.", what)
		return
	}
	tenants := o.tenants()
	c.error(idKeysOverlap, "Key of two tenants", b.Origin,
		"%s, the key %q belongs to the tenant %q and to the tenant %q. %s", what, key, tenants[0], tenants[1], c.ids.remedy(a, b))
}

// remedy is what sets two templates apart.
func (p *idPattern) remedy(a, b model.KeyTemplate) string {
	if a.Prefix != b.Prefix {
		return "Begin both with the same text, or with texts of which neither goes on from the other."
	}
	for _, delimiter := range "#|~!,;&%<>" {
		if !p.holds(delimiter) {
			return fmt.Sprintf("Put a delimiter that no id can hold, such as %c, right after {tenant}.", delimiter)
		}
	}
	return "Narrow the id_pattern by a character, and put that one right after {tenant}."
}

// tenantOf returns the tenant that a key belongs to by a template, if there is one.
func (p *idPattern) tenantOf(t model.KeyTemplate, key string) (string, bool) {
	rest, ok := strings.CutPrefix(key, t.Prefix)
	if p == nil || !ok {
		return "", false
	}
	at := p.set.Start()
	for end, c := range rest + "\x00" {
		tail := rest[end:]
		fits := tail == t.Suffix || t.Open && strings.HasPrefix(tail, t.Suffix)
		if fits && p.set.Accepts(at) {
			return rest[:end], true
		}
		at = p.set.Step(at, c)
	}
	return "", false
}

// checkSubjectTemplates refuses open templates where the tenant id is a subject of an OpenID Connect issuer: a subject may
// hold a star, and whether IAM reads one in a substituted value as a wildcard is not documented.
func checkSubjectTemplates(m *model.Model) hcl.Diagnostics {
	var f findings
	if m.Tenancy == nil || m.Tenancy.Identity.Kind != model.OIDCSubject {
		return nil
	}
	for _, t := range allTemplates(m) {
		if t.Open {
			f.error(idOpenSubject, "Star beside a subject", t.Origin,
				"The tenant id is a token's subject, which may hold a star of its own, and whether IAM would read it as a wildcard is not documented. Use templates without a star, or another identity.")
		}
	}
	return f.Diagnostics
}

// checkDelimitersInTags warns where the delimiter after the id may itself stand in a tag's value: whoever passes the tag
// "acme#x" of a tenant id "acme" would then reach into acme's keys, and only they can prevent it.
func checkDelimitersInTags(m *model.Model) hcl.Diagnostics {
	var f findings
	if m.Tenancy == nil || !m.Tenancy.Identity.Tagged() {
		return nil
	}
	for _, t := range allTemplates(m) {
		first, size := utf8.DecodeRuneInString(t.Suffix)
		if size > 0 && inTagValue(first) {
			f.warn(idDelimiterInTag, "Delimiter that a tag can hold", t.Origin,
				"The tenant id arrives in a tag, and the value of a tag may hold %q too, so isolation rests on whoever passes the tag keeping to the id_pattern. Use a delimiter that no tag holds, such as #.", first)
		}
	}
	return f.Diagnostics
}

// allTemplates are the templates of all tables and indexes.
func allTemplates(m *model.Model) []model.KeyTemplate {
	var out []model.KeyTemplate
	for _, t := range m.Tables {
		out = append(out, t.TenantKeys...)
		for _, i := range t.GlobalIndexes {
			out = append(out, i.TenantKeys...)
		}
	}
	return out
}

package spec

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/model"
)

// Law 4: for two different tenant ids, no key of the one is a key of the other. A template is a set of keys for every id,
// and the question is asked of every pair of templates of a table or an index, a template with itself included.
//
// It is answered here for the plain cases. Call the alphabet the characters that ids are made of.
//
//   - Where neither prefix begins with the other, the keys differ before any id is reached.
//   - Where the prefixes are the same, it is enough that in both templates the key ends after the id, or goes on with a
//     character outside the alphabet: the id is then what stands between the prefix and the first such character, or the
//     end, and one key has one id. It is also enough that both go on with the same text and end: the id is what is left.
//   - Where one prefix begins with the other and R is the rest of it, the id of the shorter template lies where R begins.
//     If R holds a character outside the alphabet, that id would have to end right there: it would be the part of R
//     before. If that part is no id, or the shorter template ends after its id, no key belongs to both.
//
// What is left may well be apart and is refused all the same, with two ids and a key for proof where some are found.

func checkKeysApart(m *model.Model) hcl.Diagnostics {
	var f findings
	if m.Tenancy == nil {
		return nil
	}
	ids, problem := parseIDPattern(m.Tenancy.IDPattern)
	if problem != "" {
		return nil
	}
	for _, t := range m.Tables {
		f.checkApart(ids, t.TenantKeys)
		for _, i := range t.GlobalIndexes {
			f.checkApart(ids, i.TenantKeys)
		}
	}
	return f.Diagnostics
}

func (f *findings) checkApart(ids *idPattern, templates []model.KeyTemplate) {
	for at, a := range templates {
		for _, b := range templates[at:] {
			if !ids.apart(a, b) && !ids.apart(b, a) {
				f.notApart(ids, a, b)
			}
		}
	}
}

func (f *findings) notApart(ids *idPattern, a, b model.KeyTemplate) {
	remedy := "Put a delimiter that no id can hold, such as #, right after {tenant}."
	if a.Prefix != b.Prefix {
		remedy = "Begin both with the same text, or with texts of which neither goes on from the other."
	}
	what := fmt.Sprintf("By the template %q", templateText(a))
	if a != b {
		what = fmt.Sprintf("By the templates %q and %q", templateText(a), templateText(b))
	}
	at := b.Origin
	if c, found := ids.collision(a, b); found {
		f.error(idKeysOverlap, "Key of two tenants", at,
			"%s, the key %q belongs to the tenant %q and to the tenant %q. %s", what, c.key, c.first, c.second, remedy)
		return
	}
	f.error(idKeysOverlap, "Keys that may be two tenants'", at,
		"%s, it cannot be shown that two tenants never share a key. %s", what, remedy)
}

// apart reports whether it is plain that no key belongs to one tenant by a and to another by b. The prefix of a is taken
// to be the shorter one; the caller asks both ways.
func (p *idPattern) apart(a, b model.KeyTemplate) bool {
	rest, goesOn := strings.CutPrefix(b.Prefix, a.Prefix)
	switch {
	case !goesOn && !strings.HasPrefix(a.Prefix, b.Prefix):
		return true
	case !goesOn:
		return false
	case rest == "":
		return p.delimited(a) && p.delimited(b) || a.Suffix == b.Suffix && !a.Open && !b.Open
	}
	end := strings.IndexFunc(rest, func(c rune) bool { return !p.holds(c) })
	if end < 0 {
		return false
	}
	return a.Suffix == "" && !a.Open || p.delimited(a) && !p.whole.MatchString(rest[:end])
}

// delimited reports whether the id of a key can be told from what follows it.
func (p *idPattern) delimited(t model.KeyTemplate) bool {
	if t.Suffix == "" {
		return !t.Open
	}
	first, _ := utf8.DecodeRuneInString(t.Suffix)
	return !p.holds(first)
}

// collision is a key that belongs to two tenants.
type collision struct{ key, first, second string }

// collision looks for a key of two tenants among some ids that the templates make likely.
func (p *idPattern) collision(a, b model.KeyTemplate) (collision, bool) {
	ids := p.samples(a.Suffix + b.Suffix + a.Prefix + b.Prefix)
	for _, first := range ids {
		for _, second := range neighbours(a, b, first, ids) {
			if second == first || !p.whole.MatchString(second) {
				continue
			}
			if key := b.Prefix + second + b.Suffix; matchesTemplate(a, first, key) {
				return collision{key, first, second}, true
			}
			if key := a.Prefix + second + a.Suffix; matchesTemplate(b, first, key) {
				return collision{key, first, second}, true
			}
		}
	}
	return collision{}, false
}

// neighbours are the ids whose keys come near to those of an id: they take into themselves what stands around it.
func neighbours(a, b model.KeyTemplate, id string, ids []string) []string {
	out := []string{
		strings.TrimPrefix(b.Prefix, a.Prefix) + id, strings.TrimPrefix(a.Prefix, b.Prefix) + id,
		id + a.Suffix, id + b.Suffix,
	}
	for _, other := range ids {
		out = append(out, other, id+a.Suffix+other, id+b.Suffix+other)
	}
	return out
}

func matchesTemplate(t model.KeyTemplate, id, key string) bool {
	shape := t.Prefix + id + t.Suffix
	return key == shape || t.Open && strings.HasPrefix(key, shape)
}

// tenantOf returns the tenant that a key belongs to by a template, if there is one.
func (p *idPattern) tenantOf(t model.KeyTemplate, key string) (string, bool) {
	rest, ok := strings.CutPrefix(key, t.Prefix)
	if p == nil || !ok {
		return "", false
	}
	for end := range len(rest) + 1 {
		tail := rest[end:]
		fits := tail == t.Suffix || t.Open && strings.HasPrefix(tail, t.Suffix)
		if fits && p.whole.MatchString(rest[:end]) {
			return rest[:end], true
		}
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

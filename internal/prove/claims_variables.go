package prove

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file puts into policies what a claim says of the session. A claim names one tenant and one table, so that what the
// policies' variables stand for is known, and they can be compared with the texts of the claim.

// knownVariables are the values of policy variables, by their names in lower case: the session's account, its tenant, and its
// tags.
//
// A policy compares a tag of the session with the table's own. So where a claim is that something may not be done, the
// session has the table's tags, with which it could do most; where it may be done, those of the role.
func (in intent) knownVariables(c *model.Claim) map[string]string {
	const tag = "aws:principaltag/"
	out := map[string]string{"aws:principalaccount": in.e.Account}
	if !c.Table.Existing {
		for _, t := range in.e.AllTags(in.m, c.Table.Tags) {
			out[tag+strings.ToLower(t.Key)] = t.Value
		}
	}
	if c.May {
		for _, t := range in.roleTags(c.Role) {
			out[tag+strings.ToLower(t.Key)] = t.Value
		}
	}
	if tenant := in.sessionTenant(c.Role); tenant != "" {
		out[strings.ToLower(tenant)] = c.Tenant
	}
	return out
}

// tagKeys are the tags of the table and of the session, as far as the policies ask for them. Those of a table that is made
// elsewhere are unknown.
func (in intent) tagKeys(c *model.Claim, held access.Meaning, known map[string]string) []access.Key {
	tags := map[string]string{}
	for _, t := range in.e.AllTags(in.m, c.Table.Tags) {
		tags["aws:resourcetag/"+strings.ToLower(t.Key)] = t.Value
	}
	var out []access.Key
	for _, name := range keyNames(held) {
		value, tagged := tags[name]
		session, there := known[name]
		switch {
		case strings.HasPrefix(name, "aws:resourcetag/") && !c.Table.Existing:
			out = append(out, in.tagValue(name, value, tagged))
		case strings.HasPrefix(name, "aws:principaltag/") && there:
			out = append(out, in.tagValue(name, session, true))
		}
	}
	return out
}

// tagValue is a tag with a value, which can be empty, or a missing one.
func (in intent) tagValue(name, value string, there bool) access.Key {
	k := without(name)
	if there {
		k.Values.Absent, k.Values.Empty = false, value == ""
		k.Values.Every = in.Literal(value).Intersect(access.NonEmpty())
	}
	return k
}

// keyNames are the context keys that a meaning depends on.
func keyNames(m access.Meaning) []string {
	var out []string
	for _, b := range slices.Concat(m.Allows, m.Denies) {
		for _, k := range b.Keys {
			out = append(out, k.Name)
		}
	}
	return access.Sorted(out)
}

// instance is what documents mean where variables stand for what is known of them.
func (in intent) instance(documents []policy.Document, known map[string]string) (access.Meaning, error) {
	var out []policy.Document
	for _, d := range documents {
		statements := slices.Clone(d.Statement)
		for i := range statements {
			if err := fill(&statements[i], known); err != nil {
				return access.Meaning{}, err
			}
		}
		out = append(out, policy.Document{Version: d.Version, ID: d.ID, Statement: statements})
	}
	return in.Read(artifact.Identity, "the role's policies", out...)
}

func fill(st *policy.Statement, known map[string]string) error {
	for _, texts := range []*[]string{&st.Resource, &st.NotResource} {
		filled, err := filledAll(*texts, known)
		if err != nil {
			return err
		}
		*texts = filled
	}
	st.Condition = slices.Clone(st.Condition)
	for i := range st.Condition {
		filled, err := filledAll(st.Condition[i].Values, known)
		if err != nil {
			return err
		}
		st.Condition[i].Values = filled
	}
	return nil
}

func filledAll(texts []string, known map[string]string) ([]string, error) {
	var out []string
	for _, text := range texts {
		filled, err := filled(text, known)
		if err != nil {
			return nil, err
		}
		out = append(out, filled)
	}
	return out, nil
}

// filled is a text with the variables that are known replaced. Tenant ids and tags hold no character that a policy reads
// otherwise. A tag of the session that stays unknown is one that the table does not have, or may have: it can stay a
// variable. Any other unknown variable could be the very text of the claim, and is an error.
func filled(text string, known map[string]string) (string, error) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			out.WriteString(text)
			return out.String(), nil
		}
		out.WriteString(before)
		value, is := known[strings.ToLower(name)]
		switch {
		case is:
			out.WriteString(value)
		case strings.HasPrefix(strings.ToLower(name), "aws:principaltag/") || len(name) == 1:
			out.WriteString("${" + name + "}")
		default:
			return "", fmt.Errorf("what the variable %q stands for is not known", name)
		}
		text = after
	}
}

package kms

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// use is what one role does with a key: some cryptographic operations for some tables.
type use struct {
	role    *model.Role
	actions []string
	tables  []string // physical names
	creates string   // pattern of the names of tables that the role creates under the key; "": none
}

// usesOf are the uses of a key, in the order of the model's roles.
func usesOf(m *model.Model, e *model.Environment, k *model.Key) []use {
	tags := tagsUnder(m, e, k)
	var out []use
	for _, r := range m.Roles {
		names := append(reached(e, k, r), reachedByTags(e, r, tags)...)
		if len(names) > 0 {
			out = append(out, useOf(e, r, names))
		}
	}
	return out
}

// useOf is what a role needs of a key. To read and to write items is kms:Decrypt of the table's key, called by DynamoDB
// with the caller's credentials; DynamoDB makes new data keys under its own grant (developer guide, "encryption at rest:
// how it works"). That Decrypt is enough to write is not stated by AWS: should a service need more, writes are refused,
// and nothing is opened.
func useOf(e *model.Environment, r *model.Role, tables []string) use {
	u := use{role: r, actions: []string{"kms:Decrypt"}, tables: tables}
	switch r.Kind {
	case model.Backup:
		// A backup is encrypted anew (AWS Backup developer guide, "encryption for backups").
		u.actions = []string{"kms:Decrypt", "kms:GenerateDataKey"}
	case model.Restore:
		// Restoring is creating a table under the key. The encryption context of the new data names the new table, that of
		// the old data the old one.
		u.actions, u.creates = cryptoActions(), e.NamePrefix+r.Restore.Into
	}
	return u
}

// reached are the tables under a key whose items or whose stream a role reaches. A table may occur twice; an encoded list
// holds each once.
func reached(e *model.Environment, k *model.Key, r *model.Role) []string {
	var names []string
	for _, t := range r.Tables {
		if t.Encryption.Key == k {
			names = append(names, e.TableName(t))
		}
	}
	for _, g := range r.Grants {
		if g.Table.Encryption.Key == k && touchesItems(g.Actions) {
			names = append(names, e.TableName(g.Table))
		}
	}
	return names
}

// tagged is a table with the tags it carries.
type tagged struct {
	table *model.Table
	tags  []model.Tag
}

// tagsUnder are the tables under a key that can be reached by their tags, which a table whose rows belong to tenants never
// is.
func tagsUnder(m *model.Model, e *model.Environment, k *model.Key) []tagged {
	var out []tagged
	for _, t := range m.Tables {
		if t.Encryption.Key == k && !t.TenantKeyed() {
			out = append(out, tagged{t, e.AllTags(m, t.Tags)})
		}
	}
	return out
}

func reachedByTags(e *model.Environment, r *model.Role, tables []tagged) []string {
	var names []string
	for _, g := range r.TagGrants {
		if !touchesItems(g.Actions) {
			continue
		}
		for _, t := range tables {
			if carries(t.tags, g.Tags) {
				names = append(names, e.TableName(t.table))
			}
		}
	}
	return names
}

// touchesItems reports whether one of the actions works on items, rather than on the table's description.
func touchesItems(actions []model.Action) bool {
	return slices.ContainsFunc(actions, func(a model.Action) bool {
		o, known := catalog.OperationByName(a.Name)
		return known && o.Class != catalog.ClassDescribe
	})
}

// carries reports whether tags hold every match; one that asks for the principal's own value needs only the key.
func carries(tags []model.Tag, matches []model.TagMatch) bool {
	for _, want := range matches {
		if !slices.ContainsFunc(tags, func(t model.Tag) bool { return t.Key == want.Key && (want.Same || t.Value == want.Value) }) {
			return false
		}
	}
	return true
}

func (u use) statements(m *model.Model, e *model.Environment, sids artifact.Sids) []policy.Statement {
	statement := policy.Statement{
		Sid:       sids.Unique("UseBy" + artifact.Pascal(u.role.Name)),
		Effect:    policy.Allow,
		Principal: &policy.Principal{AWS: e.RoleARNs(m, u.role)},
		Action:    u.actions,
		Resource:  []string{thisKey},
		Condition: throughDynamoDB(e, equals, u.tables),
	}
	if u.creates == "" {
		return []policy.Statement{statement}
	}
	statement.Condition = throughDynamoDB(e, like, append(slices.Clone(u.tables), u.creates))
	// DynamoDB makes itself a grant of the key for the new table; for the old one it has its grant already.
	grant := statement
	grant.Sid = sids.Unique("GrantBy" + artifact.Pascal(u.role.Name))
	grant.Action = []string{"kms:CreateGrant"}
	grant.Condition = append(throughDynamoDB(e, like, []string{u.creates}), forAWSResource())
	return []policy.Statement{statement, grant}
}

// describe lets every user of the key see that it is enabled. DescribeKey carries no encryption context.
func describe(m *model.Model, e *model.Environment, uses []use) policy.Statement {
	var arns []string
	for _, u := range uses {
		arns = append(arns, e.RoleARNs(m, u.role)...)
	}
	return policy.Statement{
		Sid:       "DescribeByUsers",
		Effect:    policy.Allow,
		Principal: &policy.Principal{AWS: arns},
		Action:    []string{"kms:DescribeKey"},
		Resource:  []string{thisKey},
		Condition: []policy.Condition{callerAccount(e), viaDynamoDB(e)},
	}
}

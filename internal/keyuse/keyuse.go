// Package keyuse says which role uses which KMS key: for which tables, with which actions, under which conditions.
//
// A table's key is used by DynamoDB, with the rights of whoever reads or writes the table's items (DynamoDB developer
// guide, "encryption at rest: how it works"). Where that right is written depends on who owns the key: into the key policy
// of a key that is made here, into the roles' own policies for a key that exists already. It is the same right, so both
// take it from this package. The proof does not: what it expects of a key it works out itself.
package keyuse

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// Use is what a role does with a key, in one environment.
type Use struct {
	Role    *model.Role
	Actions []string
	Tables  []string // physical names, in the model's order, of the tables whose items the role reaches
	Creates []string // names, or patterns of names, of the tables that the role creates under the key
}

// Of are the uses of a key by the roles that work with its tables, in the order of the model's roles. A role that reaches no
// item of a table under the key has none.
func Of(m *model.Model, e *model.Environment, k *model.Key) []Use {
	var out []Use
	for _, r := range m.Roles {
		if u, any := ByRole(m, e, k, r); any {
			out = append(out, u)
		}
	}
	return out
}

// ByRole is what one role does with a key, if anything.
func ByRole(m *model.Model, e *model.Environment, k *model.Key, r *model.Role) (Use, bool) {
	u := Use{Role: r, Actions: actions(r.Kind)}
	for _, t := range m.Tables {
		switch {
		case t.Encryption.Key != k:
		case r.Kind == model.Deploy && !t.Existing:
			u.Creates = append(u.Creates, e.TableName(t))
		case reaches(m, e, r, t):
			u.Tables = append(u.Tables, e.TableName(t))
		}
	}
	if r.Kind == model.Restore && len(u.Tables) > 0 {
		u.Creates = []string{e.NamePrefix + r.Restore.Into}
	}
	return u, len(u.Names()) > 0
}

// Names are the names of all tables that the use is for. One may be a pattern.
func (u Use) Names() []string { return slices.Concat(u.Tables, u.Creates) }

// CryptoActions are the operations that use a symmetric key. AWS writes two of them with a star (ReEncrypt*,
// GenerateDataKey*); the star would add nothing but what asymmetric keys can do.
func CryptoActions() []string {
	return []string{
		"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext",
		"kms:ReEncryptFrom", "kms:ReEncryptTo",
	}
}

// actions are the operations that DynamoDB has done with a table's key for a kind of role. To read and to write items is
// kms:Decrypt of the table's key; DynamoDB makes new data keys under its own grant. That Decrypt is enough to write is not
// stated by AWS: should a service need more, writes are refused, and nothing is opened.
func actions(kind model.Kind) []string {
	switch kind {
	case model.Runtime, model.StreamConsumer, model.Export:
		return []string{"kms:Decrypt"}
	case model.Backup:
		// A backup is encrypted anew (AWS Backup developer guide, "encryption for backups").
		return []string{"kms:Decrypt", "kms:GenerateDataKey"}
	case model.Restore, model.Deploy:
		// Whoever creates a table under the key uses it in every way that DynamoDB needs, and to restore is to create. The
		// encryption context of the new data names the new table, that of restored data the old one.
		return CryptoActions()
	case model.Plan:
		return nil
	}
	panic("keyuse: unknown kind of role " + string(kind))
}

// reaches reports whether a role reaches a table's items or its stream.
func reaches(m *model.Model, e *model.Environment, r *model.Role, t *model.Table) bool {
	return slices.Contains(r.Tables, t) ||
		slices.ContainsFunc(r.Grants, func(g *model.Grant) bool { return g.Table == t && touchItems(g.Actions) }) ||
		slices.ContainsFunc(r.TagGrants, func(g *model.TagGrant) bool { return touchItems(g.Actions) && reachesByTags(m, e, g, t) })
}

// reachesByTags reports whether a table carries the tags of a grant. Tables whose rows belong to tenants are never reached
// by their tags.
func reachesByTags(m *model.Model, e *model.Environment, g *model.TagGrant, t *model.Table) bool {
	return !t.TenantKeyed() && carries(e.AllTags(m, t.Tags), g.Tags)
}

// touchItems reports whether one of the actions works on items, rather than on the table's description.
func touchItems(actions []model.Action) bool {
	return slices.ContainsFunc(actions, func(a model.Action) bool {
		o, known := catalog.OperationByName(a.Name)
		return known && o.Class != catalog.ClassDescribe
	})
}

// carries reports whether tags can satisfy every match. One that must be the principal's own is known by its key alone.
func carries(tags []model.Tag, matches []model.TagMatch) bool {
	for _, match := range matches {
		if !slices.ContainsFunc(tags, func(t model.Tag) bool { return t.Key == match.Key && (match.Same || t.Value == match.Value) }) {
			return false
		}
	}
	return true
}

package iam

import (
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file says which rows a grant reaches. dynamodb:LeadingKeys holds the partition keys that a request names: the
// table's when it goes to the table, the index's own when it goes to a global index (DynamoDB developer guide,
// specifying-conditions). So the condition of an index is made of the index's templates.

// rowsOfTable are the conditions that hold a grant to its rows of the table.
func (h holder) rowsOfTable(g *model.Grant) []policy.Condition {
	return h.rows(g.Rows, g.Table.TenantKeys)
}

// rowsOfIndex are the conditions that hold a grant to its rows of an index.
func (h holder) rowsOfIndex(g *model.Grant, i *model.Index) []policy.Condition {
	return h.rows(g.Rows, i.TenantKeys)
}

func (h holder) rows(rows model.Rows, templates []model.KeyTemplate) []policy.Condition {
	//exhaustive:enforce
	switch rows.Kind {
	case model.AllRows:
		return nil
	case model.NamedRows:
		return everyValue(leadingKeys, literals(rows.Keys)...)
	case model.OwnRows:
		return h.ownRows(templates)
	}
	panic("iam: unknown kind of rows")
}

// ownRows holds a request to the keys of its tenant. One open template makes all of them patterns: two operators on one
// key would both have to hold.
func (h holder) ownRows(templates []model.KeyTemplate) []policy.Condition {
	open := false
	for _, t := range templates {
		open = open || t.Open
	}
	write, condition := literal, everyValue
	if open {
		write, condition = literalPattern, everyValueLike
	}
	return append(condition(leadingKeys, h.tenantKeys(templates, write)...), h.namedTenant()...)
}

// tenantKeys are the partition keys of the tenant by these templates, their text written by write.
func (h holder) tenantKeys(templates []model.KeyTemplate, write func(string) string) []string {
	var values []string
	for _, t := range templates {
		value := write(t.Prefix) + h.tenantID(write) + write(t.Suffix)
		if t.Open {
			value += "*"
		}
		values = append(values, value)
	}
	return values
}

// namedTenant holds where the tag that carries the tenant is not empty. Trust demands the same when the session begins, but
// the trust of an existing role is written by others, and an empty tag would turn a template into a shorter one.
func (h holder) namedTenant() []policy.Condition {
	identity := h.m.Tenancy.Identity
	if !identity.Tagged() {
		return nil
	}
	return []policy.Condition{like("aws:PrincipalTag/"+identity.Name, "?*")}
}

// tenantID is what stands for the tenant in the value of a condition: the id itself in a silo, else the variable that the
// identity fills (IAM user guide, "IAM policy elements: Variables and tags", and "Available keys for AWS web identity
// federation").
func (h holder) tenantID(write func(string) string) string {
	identity := h.m.Tenancy.Identity
	//exhaustive:enforce
	switch identity.Kind {
	case model.Silo:
		return write(h.tenant)
	case model.SessionTag, model.CognitoClaim:
		return principalTag(identity.Name)
	case model.CognitoIdentity:
		return "${cognito-identity.amazonaws.com:sub}"
	case model.LoginWithAmazon:
		return "${www.amazon.com:user_id}"
	case model.Facebook:
		return "${graph.facebook.com:id}"
	case model.Google:
		return "${accounts.google.com:sub}"
	case model.OIDCSubject:
		return "${" + identity.Name + ":sub}"
	}
	panic("iam: unknown kind of identity")
}

func principalTag(key string) string { return "${aws:PrincipalTag/" + key + "}" }

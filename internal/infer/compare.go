package infer

import (
	"slices"
	"sync"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/diff"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/inventory/built"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// Difference is what the spec would change. That a role's own policies refuse no longer what they do not grant is no part of
// it: comments in the spec say so.
func (r Result) Difference() diff.Result {
	change := diff.Inventories(r.sides(false))
	gains := r.real(change.Gains())
	if len(gains) > 0 { // what the policies of the tables refuse is none: a request has to pass both
		gains = r.real(diff.Inventories(r.sides(true)).Gains())
	}
	change.Changes = append(gains, r.real(change.Losses())...)
	return change
}

// real are the changes that some request could be about, but for the refusals of a role that are gone.
func (r Result) real(changes []diff.Change) []diff.Change {
	return slices.DeleteFunc(changes, func(c diff.Change) bool {
		return c.Layer == diff.Access && (c.Refusal || len(access.Minus(c.Boxes, impossible(access.NewSymbols()))) == 0) ||
			c.Layer == diff.TablePolicy && !r.onTable(c)
	})
}

// onTable reports whether a change of the policy of a table is about that table or an index of it: a policy that names more says
// nothing of it (DynamoDB developer guide, "Using resource-based policies for DynamoDB").
func (r Result) onTable(c diff.Change) bool {
	for _, t := range r.draft.tables {
		if c.Subject == "the table "+t.Name {
			arn := r.draft.env.TableARN(t.model)
			own := access.NewSymbols().Patterns([]string{arn, arn + "/index/*"})
			return slices.ContainsFunc(c.Boxes, func(b access.Box) bool { return !b.Resource.Disjoint(own) })
		}
	}
	return true
}

// impossible is requests that cannot be made: of an operation on an index that works on tables only (Service Authorization
// Reference, "Actions defined by Amazon DynamoDB").
func impossible(symbols *access.Symbols) []access.Box {
	return []access.Box{symbols.On(tableOperations(), []string{"arn:*:dynamodb:*:*:table/*/index/*"})}
}

// tableOperations are the actions that work on no index.
var tableOperations = sync.OnceValue(func() []string {
	var actions []string
	for _, o := range itemOperations() {
		if !o.Has(catalog.TakesIndex) {
			actions = append(actions, o.Action())
		}
	}
	return actions
})

// sides are what exists and what the spec would make of it, as two inventories to be compared. Both hold what the spec writes and
// nothing else: what it leaves as it is, such as the trust of a role that is made elsewhere, has no difference. With guarded
// set, a role's policies hold what the policies of the tables refuse too: a request has to pass both.
func (r Result) sides(guarded bool) (before, after *inventory.Inventory) {
	before = &inventory.Inventory{Files: map[string][]byte{}}
	after = &inventory.Inventory{Files: map[string][]byte{}}
	if r.Model == nil {
		return before, after
	}
	d := r.draft
	made := built.Policies(r.Model, r.Tree.Policies)
	for name, src := range d.inv.Files {
		before.Files[name] = src
	}
	for name, src := range made.Files {
		after.Files["generated/"+name] = src
	}
	for _, role := range d.roles {
		if role.silent {
			continue
		}
		for _, tenant := range sortedKeys(role.identities()) {
			old, now := d.pair(role, tenant, made)
			if guarded {
				now.Policies = append(slices.Clip(now.Policies), refusals(r.Tree.Policies)...)
			}
			before.Identities, after.Identities = append(before.Identities, old), append(after.Identities, now)
		}
	}
	for _, t := range made.Tables {
		known := d.tableOf(t.Name)
		if t.Policy == nil || known == nil {
			continue
		}
		old := inventory.Table{Table: t.Table}
		if known.found != nil {
			old.Policy = known.found.Policy
		}
		before.Tables = append(before.Tables, &old)
		after.Tables = append(after.Tables, t)
	}
	return before, after
}

// pair is an identity as it is, and as the spec would have it.
func (d *draft) pair(r *role, tenant string, made *inventory.Inventory) (before, after *inventory.Identity) {
	old := *r.identities()[tenant].Identity
	now := inventory.Identity{Kind: old.Kind, ARN: d.roleARN(r, tenant)}
	for _, i := range made.Identities {
		if i.ARN == now.ARN {
			now = *i
			now.Kind = old.Kind
		}
	}
	if now.Name = old.Name; r.existing {
		now.ARN = old.ARN
		old.Trust, old.Boundary, old.BoundaryARN = nil, nil, ""
		now.Trust, now.Boundary, now.BoundaryARN = nil, nil, ""
	}
	for _, document := range old.Policies { // what is attached stays what it is
		if slices.Contains(now.Unread, document.ARN) {
			now.Policies = append(slices.Clip(now.Policies), document)
		}
	}
	if now.Boundary == nil && now.BoundaryARN == old.BoundaryARN {
		now.Boundary = old.Boundary
	}
	old.Unread, now.Unread = nil, nil
	return &old, &now
}

// refusals are what the generated policies of tables refuse whoever asks, as policies of a role.
func refusals(policies []artifact.Policy) []*inventory.Document {
	var out []*inventory.Document
	for _, document := range documentsOf(policies, artifact.Table) {
		var kept []policy.Statement
		for _, s := range document.Statement {
			if s.Effect == policy.Deny && s.Principal != nil && s.Principal.Any {
				s.Principal = nil
				kept = append(kept, s)
			}
		}
		document.Statement = kept
		out = append(out, &inventory.Document{Document: document, Kind: artifact.Identity, Name: "the policies of the tables"})
	}
	return out
}

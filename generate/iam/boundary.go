package iam

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/keyuse"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file makes the permissions boundary: the most that any role of the system can ever hold, whatever whoever deploys
// writes into its policies. A boundary grants nothing by itself; a role may do what its policies allow and its boundary
// allows too, and what a key policy grants to the role is held to it as well (IAM user guide, "Permissions boundaries for IAM
// entities").
//
// One document serves all roles, so it is the union of what they hold. Where every grant of an action on a table is held to
// rows, the union is held to those rows; conditions on columns and on transactions stay with the roles.
//
// Whoever deploys writes resource policies too, and one that names a session of a role is not held to what a boundary allows.
// It is held to what a boundary denies, so the document ends with that.

// Boundary is the permissions boundary of an environment, if it is made here.
func Boundary(m *model.Model, e *model.Environment) ([]artifact.Policy, hcl.Diagnostics) {
	if !m.Guardrails.Boundary.Made() {
		return nil, nil
	}
	h, bounds := holder{m: m, e: e}, merge(bounds(m, e))
	statements := append(bounds, denyAllElse(actionsOf(bounds))...)
	if len(bounds) > 0 {
		statements = append(statements, h.integrationRefusal()...)
	}
	nameUniquely(statements)
	bytes, fits := artifact.Encode(artifact.Boundary, document(statements))
	var ds hcl.Diagnostics
	if !fits {
		ds = append(ds, boundaryTooLarge(m, e, artifact.Size(artifact.Boundary, bytes)))
	}
	return []artifact.Policy{{Kind: artifact.Boundary, Environment: e, Bytes: bytes}}, ds
}

func boundaryTooLarge(m *model.Model, e *model.Environment, size int) *hcl.Diagnostic {
	return diag.Error("boundary-quota", "Permissions boundary too large",
		fmt.Sprintf("In the environment %q the boundary takes %d characters, and AWS allows %d: a boundary is one managed policy and must hold what all roles of the spec do together. "+
			"Divide the spec into several, each with fewer tables and roles, or write a boundary of your own, for instance with patterns for the names of tables, and give its ARN in permissions_boundary.",
			e.Name, size, artifact.Quota(artifact.Boundary)), m.Guardrails.Boundary.Origin)
}

// integrationRefusal refuses everything to sessions that begin with a token of a system of continuous integration which deploys
// here and which no role is for: whoever deploys writes the trust of the roles, and could let its own token in. A session of a
// web identity says which provider it came by (IAM user guide, "AWS global condition context keys", aws:FederatedProvider).
func (h holder) integrationRefusal() []policy.Statement {
	trusted := map[string]bool{}
	for _, r := range h.madeRoles() {
		trusted[model.In(h.e, r.Trust.Issuer)] = true
	}
	var providers []string
	for _, r := range h.m.RolesThat(model.Deploy) {
		if issuer := model.In(h.e, r.Trust.Issuer); r.Trust.Kind.ByIntegration() && !trusted[issuer] {
			providers = append(providers, h.identityProvider(issuer))
		}
	}
	if len(providers) == 0 {
		return nil
	}
	return []policy.Statement{
		deny("DenyIntegrationSessions", []string{"*"}, anything(), equals("aws:FederatedProvider", unique(providers)...)),
	}
}

// bounds are the statements that a boundary is merged of. What is made of roles leaves out those made elsewhere, which have no
// boundary of this system.
func bounds(m *model.Model, e *model.Environment) []policy.Statement {
	h := holder{m: m, e: e}
	out := h.tableBounds()
	for _, r := range h.madeRoles() {
		for _, tenant := range m.RoleTenants(r) {
			out = append(out, holder{m: m, e: e, role: r, tenant: tenant}.roleBounds()...)
		}
	}
	out = append(out, h.keyBounds()...)
	out = append(out, h.trailKeyBounds()...)
	out = append(out, h.attachedBounds()...)
	return append(out, h.alsoBounds()...)
}

// roleBounds are the statements of a role's own policies that are in the boundary as they are: those on whose scope there is
// nothing to unite.
func (h holder) roleBounds() []policy.Statement {
	return slices.Concat(
		called("TaggedTables", h.tagBounds()),
		called("Streams", h.streams()),
		called("Backups", h.backups()),
		called("Restores", h.restores()),
		called("Exports", h.exports()),
		called("AssumeRoles", h.assumptions()),
		called("KeyUse", h.keyUses()),
	)
}

// tagBounds are the role's access by tags. Where the tag of a table must be the role's own, the boundary also names the value
// that the role has: whoever deploys could give the role another, and reach the tables of other systems.
func (h holder) tagBounds() []policy.Statement {
	var out []policy.Statement
	for _, g := range h.role.TagGrants {
		out = append(out, h.tagGrant(g, append(tagConditions(g), h.ownTags(g)...))...)
	}
	return out
}

// ownTags hold where those tags of the principal that must be the same have the values that the role is given, if it is given
// any. The names of IAM's tags know no case (IAM user guide, "Tags for IAM resources").
func (h holder) ownTags(g *model.TagGrant) []policy.Condition {
	var out []policy.Condition
	for _, match := range g.Tags {
		for _, own := range h.e.AllTags(h.m, h.role.Tags) {
			if match.Same && strings.EqualFold(match.Key, own.Key) {
				out = append(out, equals("aws:PrincipalTag/"+match.Key, literal(own.Value)))
			}
		}
	}
	return out
}

// called gives all statements one name.
func called(sid string, statements []policy.Statement) []policy.Statement {
	for i := range statements {
		statements[i].Sid = sid
	}
	return statements
}

// keyBounds are the use of keys that are made here. Who uses which is in the policy of each key; the boundary would name every
// key of the account, by ids that nobody knows yet, so it holds the use to DynamoDB's.
func (h holder) keyBounds() []policy.Statement {
	var actions []string
	for _, k := range h.m.Keys {
		for _, r := range h.madeRoles() {
			use, any := keyuse.ByRole(h.m, h.e, k, r)
			if len(k.Existing) > 0 || !any {
				continue
			}
			actions = append(append(actions, use.Actions...), "kms:DescribeKey")
			if len(use.Creates) > 0 {
				actions = append(actions, "kms:CreateGrant")
			}
		}
	}
	if actions == nil {
		return nil
	}
	return []policy.Statement{{
		Sid: "KeyUse", Effect: policy.Allow, Action: actions, Resource: h.anyKey(), Condition: keyuse.Describing(h.e),
	}}
}

// trailKeyBounds let the readers of the audit trail decrypt its log files, as the policy of its key does.
func (h holder) trailKeyBounds() []policy.Statement {
	if h.m.Trail == nil || !slices.ContainsFunc(h.m.Trail.Readers, func(p model.Principal) bool { return p.Role != nil && !p.Role.Existing }) {
		return nil
	}
	return []policy.Statement{{
		Sid: "TrailReading", Effect: policy.Allow, Action: []string{"kms:Decrypt"}, Resource: h.anyKey(),
		Condition: []policy.Condition{keyuse.CallerAccount(h.e), equals("kms:EncryptionContext:aws:cloudtrail:arn", h.e.TrailARN(h.m))},
	}}
}

// attachedBounds are what AWS managed policies that roles have attached allow, as far as their content is known. Of any other
// policy the spec says itself what it needs of the boundary.
func (h holder) attachedBounds() []policy.Statement {
	var out []policy.Statement
	for _, arn := range h.attachedElsewhere(h.madeRoles()) {
		for _, s := range managedStatements(arn) {
			if s.Effect == policy.Allow {
				out = append(out, s)
			}
		}
	}
	return called("AttachedPolicies", out)
}

// managedStatements are the statements of an AWS managed policy; none of any other policy.
func managedStatements(arn string) []policy.Statement {
	_, name, byAWS := strings.Cut(arn, ":iam::aws:policy/")
	bytes, known := catalog.ManagedPolicyDocument(name[strings.LastIndex(name, "/")+1:])
	if !byAWS || !known {
		return nil
	}
	document, err := policy.Parse(bytes)
	if err != nil {
		panic("iam: managed policy " + name + ": " + err.Error())
	}
	return document.Statement
}

func (h holder) alsoBounds() []policy.Statement {
	also := h.m.Guardrails.Boundary.Also
	if len(also) == 0 {
		return nil
	}
	return []policy.Statement{{Sid: "Also", Effect: policy.Allow, Action: also, Resource: anything()}}
}

package prove

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// This file is the ways to rise: the published ones, and those that are about what this system makes.

// published are the ways that the catalog lists. Each of their actions is a step.
var published = sync.OnceValue(func() []method {
	var out []method
	for _, e := range catalog.EscalationMethods() {
		m := method{name: e.Name}
		for _, action := range e.Actions {
			step := access.Everything()
			step.Action = automata.Literal(strings.ToLower(action))
			m.steps = append(m.steps, step)
		}
		out = append(out, m)
	}
	return out
})

// methods are all ways that a role which deploys or plans could try.
func (in intent) methods(r *model.Role) []method {
	out := slices.Concat(published(), in.ofIdentities())
	out = append(out, in.ofResources()...)
	out = append(out, in.withheld(r)...)
	return append(out, in.otherwise())
}

func one(name string, step access.Box) method { return method{name: name, steps: []access.Box{step}} }

// ofIdentities are ways that lead through roles, their providers and the state, from which the next apply is made.
func (in intent) ofIdentities() []method {
	out := []method{
		one("A role that a service has for itself", in.Everywhere("iam", "CreateServiceLinkedRole")),
		one("An identity provider of one's own", in.Everywhere("iam", "AddClientIDToOpenIDConnectProvider CreateOpenIDConnectProvider CreateSAMLProvider UpdateOpenIDConnectProviderThumbprint UpdateSAMLProvider")),
		one("A session of one's own making", in.Everywhere("sts", "AssumeRoot GetFederationToken SetContext SetSourceIdentity TagSession")),
		one("The tags of another role", in.Everywhere("iam", "TagRole UntagRole")),
		one("The tag by which the system knows its own", in.Everywhere("ec2", "CreateTags DeleteTags")),
		one("An alarm that acts on anything else", in.Everywhere("cloudwatch", "PutMetricAlarm")),
	}
	if in.m.Tenancy != nil && in.m.Tenancy.Identity.Tagged() {
		chosen := access.Has("aws:TagKeys", in.AnyCase(in.m.Tenancy.Identity.Name))
		out = append(out, one("The tenant of a role", in.Everywhere("iam", "CreateRole TagRole UntagRole").Given(chosen)))
	}
	above := access.Everything()
	above.Action = changesOfIAM()
	own := in.m.BootstrapPath() + "*"
	above.Resource = in.Patterns([]string{in.iam("role" + own), in.iam("policy" + own), in.e.BoundaryARN(in.m)})
	out = append(out, one("One's own role, its policies, or the boundary", above))
	if in.m.State != nil {
		states := access.Everything()
		states.Action = automata.Glob("s3:*")
		states.Resource = in.Patterns([]string{"arn:" + in.e.Partition + ":s3:::" + model.In(in.e, in.m.State.Bucket) + "/*"})
		out = append(out, one("The state of another root", states))
	}
	return out
}

// ofResources are ways that lead through the policies of tables and keys.
func (in intent) ofResources() []method {
	items := access.Everything()
	items.Action = access.ItemsAndCopies()
	use := access.Everything()
	use.Action = in.OneOf(keyUses())
	return []method{
		one("The policy of another table", in.Everywhere("dynamodb", "PutResourcePolicy")),
		one("Items of a table", items),
		one("The policy of another key", in.Everywhere("kms", "PutKeyPolicy")),
		one("Use of a key", use),
		one("Use of a key, by a grant", in.Everywhere("kms", "CreateGrant")),
	}
}

// withheld are the ways to what the spec withholds from whoever deploys, as far as it does.
func (in intent) withheld(r *model.Role) []method {
	var out []method
	for _, w := range []struct {
		unless               model.Allowance
		name, service, calls string
	}{
		{model.DeleteTables, "A table deleted", "dynamodb", "DeleteTable DeleteTableReplica"},
		{model.DeleteKeys, "A key deleted", "kms", "ScheduleKeyDeletion"},
		{"", "A key disabled", "kms", "DeleteImportedKeyMaterial DisableKey DisableKeyRotation RetireGrant RevokeGrant"},
		{model.DeleteTrail, "The trail deleted", "cloudtrail", "DeleteTrail"},
		{model.DeleteTrail, "The trail turned elsewhere", "cloudtrail", "UpdateTrail"},
		{"", "The trail stopped", "cloudtrail", "StopLogging"},
	} {
		if !in.waived(r, w.unless) {
			out = append(out, one(w.name, in.Everywhere(w.service, w.calls)))
		}
	}
	for _, b := range in.lostKeys() {
		out = append(out, one("A key that is not the account's", b))
	}
	return out
}

// methodsWithinBoundary are the ways that a role within the boundary could try, or a session of it.
func (in intent) methodsWithinBoundary() []method {
	tables, keys := access.Everything(), access.Everything()
	tables.Action, keys.Action = changesOfTables(), changesOfKeys()
	out := append(slices.Clone(published()),
		one("A change of a table, by its policy", tables),
		one("A change of a key, by its policy", keys),
		one("A session of one's own making", in.Everywhere("sts", "AssumeRoot GetFederationToken SetContext SetSourceIdentity")))
	if providers := in.integrations(); len(providers) > 0 {
		out = append(out, one("A role made here, for whoever deploys", access.Everything().Given(in.Is(federatedProvider, providers...))))
	}
	return out
}

// waived reports whether a role has an allowance, and the spec says why.
func (in intent) waived(r *model.Role, a model.Allowance) bool {
	return r.May(a) && slices.ContainsFunc(in.m.Waivers, func(w model.Waiver) bool {
		return w.Subject == fmt.Sprintf("role %q", r.Name) && w.Because != ""
	})
}

// otherwise is any other request that is about identities, or about a service with which whoever deploys has nothing to do.
// Of the services left out every request is compared with what the spec means.
func (in intent) otherwise() method {
	b := access.Everything()
	b.Action = in.AnyOf(strings.Fields("application-autoscaling:* cloudtrail:* cloudwatch:* dynamodb:* ec2:* kms:* s3:*")).Complement()
	return method{name: "A change beyond what the system makes", steps: []access.Box{b}, general: true}
}

package prove

import (
	"strings"
	"sync"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// This file is the laws for roles that deploy and plan, and for the permissions boundary.

// deployLaws are the laws for what a role that deploys or plans is allowed.
func (in intent) deployLaws(r *model.Role) []law {
	laws := []law{
		{"items, or copies of them, to who deploys or plans", in.itemsBeyondLock},
		{"a session of another role to who deploys or plans", func(b access.Box) []access.Box { return doing(b, automata.Glob("sts:*")) }},
		{"use of a key otherwise than through DynamoDB, or for the state", in.keyUseBeyond},
		{"what was made elsewhere, or by the administrator, to be changed", in.changesBeyondPaths},
		{"a role without its boundary", in.unboundedRoles},
		{"the tenant of a role to be chosen", in.choosesTenant},
		{"an alarm that does more than scale", in.alarmsBeyondScaling},
		{"a key that is not the account's", func(b access.Box) []access.Box { return overlap(b, in.lostKeys()) }},
		{"something to be lost that the spec withholds", func(b access.Box) []access.Box { return doing(b, in.OneOf(losses(r))) }},
	}
	if r.Kind == model.Plan {
		laws = append(laws, law{"a change to who plans", in.changesBeyondLock})
	}
	return laws
}

// overlap is what a box has in common with some others.
func overlap(b access.Box, others []access.Box) []access.Box {
	var out []access.Box
	for _, o := range others {
		out = append(out, access.Meeting([]access.Box{b}, o)...)
	}
	return out
}

// doing is the part of a box whose action is one of a set.
func doing(b access.Box, these automata.Set) []access.Box {
	if b.Action.Disjoint(these) {
		return nil
	}
	b.Action = b.Action.Intersect(these)
	return some(b)
}

// itemsBeyondLock is law 7: no item, but the lock of the state and the digest, in a table of its own that holds nothing else.
func (in intent) itemsBeyondLock(b access.Box) []access.Box {
	return access.Minus(doing(b, beyondSettings()), in.ownLock())
}

// ownLock is the items by which the environment's state is locked, in a table that is none of the spec's.
func (in intent) ownLock() []access.Box {
	table := in.lockTable()
	if table == "" || in.systemTables().Contains(table) {
		return nil
	}
	return []access.Box{in.On(access.Actions("dynamodb", "GetItem PutItem DeleteItem"), []string{table}).
		Given(in.Is("dynamodb:LeadingKeys", in.lockItem(), in.lockItem()+"-md5"))}
}

// alarmsBeyondScaling is an alarm that could do anything but call a scaling policy, such as stop an instance.
func (in intent) alarmsBeyondScaling(b access.Box) []access.Box {
	scaling := in.Everywhere("cloudwatch", "PutMetricAlarm").Given(in.callsOnly([]string{"*"}))
	return access.Minus(doing(b, scaling.Action), []access.Box{scaling})
}

// beyondSettings is all of DynamoDB but the making of tables and their settings.
var beyondSettings = sync.OnceValue(func() automata.Set {
	return automata.Glob("dynamodb:*").Minus(access.OperationsWhere(func(o catalog.Operation) bool {
		return o.Class == catalog.ClassDescribe || o.Class == catalog.ClassControl
	}))
})

// keyUseBeyond is who could decrypt: a key is used through DynamoDB alone, but the one that the state is under.
func (in intent) keyUseBeyond(b access.Box) []access.Box {
	use := in.OneOf(append(keyUses(), "kms:creategrant", "kms:derivesharedsecret"))
	ways := []access.Box{access.Everything().Given(in.callerAndService()[1])}
	if in.m.State != nil && model.In(in.e, in.m.State.Key) != "" {
		state := access.Everything().Given(in.Is("kms:ViaService", in.stateService()))
		state.Resource = in.Literal(model.In(in.e, in.m.State.Key))
		ways = append(ways, state)
	}
	return access.Minus(doing(b, use), ways)
}

// changesBeyondPaths is law 9: of IAM, what lies below the system's own path; a role from elsewhere and the policies that
// are made for it, where the spec names it; and the service's role for autoscaling, whose name AWS gives.
func (in intent) changesBeyondPaths(b access.Box) []access.Box {
	own := in.m.RolesPath() + "*"
	reach := []string{in.iam("role" + own), in.iam("policy" + own), in.iam("instance-profile" + own)}
	for _, r := range in.existing() {
		reach = append(reach, in.e.RoleARNs(in.m, r)...)
		reach = append(reach, in.ownPolicies(r)...)
	}
	inside := in.On(nil, reach)
	inside.Action = automata.All()
	linked := in.On(access.Actions("iam", "CreateServiceLinkedRole"), []string{in.iam("role/aws-service-role/*")})
	return access.Minus(doing(b, automata.Glob("iam:*")), []access.Box{inside, linked})
}

// boundedChanges are the calls by which a role can be given more, or made anew: those that can ask for the boundary.
var boundedChanges = sync.OnceValue(func() automata.Set {
	return access.ActionsWhere(func(a catalog.Action) bool { return a.HasConditionKey("iam:PermissionsBoundary") && !access.Reads(a) })
})

// unboundedRoles is law 9 again: whatever gives a role more asks for the boundary, and whatever else is done to one below the
// system's path refuses another. A role from elsewhere has its own or none; to such a one policies are attached, which the
// spec asks for apart, and nothing else is done.
func (in intent) unboundedRoles(b access.Box) []access.Box {
	bounded := access.Everything().Given(in.Is("iam:PermissionsBoundary", in.e.BoundaryARN(in.m)))
	mild := in.On(access.Actions("iam", changesOfRoles), []string{in.iam("role" + in.m.RolesPath() + "*")}).Given(in.noOtherBoundary())
	var elsewhere, policies []string
	for _, r := range in.existing() {
		elsewhere = append(elsewhere, in.e.RoleARNs(in.m, r)...)
		policies = append(policies, append(in.ownPolicies(r), in.attached(r)...)...)
	}
	attaching := in.On(access.Actions("iam", "AttachRolePolicy DetachRolePolicy"), elsewhere).Given(in.Like("iam:PolicyARN", policies...))
	return access.Minus(doing(b, boundedChanges()), []access.Box{bounded, mild, attaching})
}

// noOtherBoundary is a role that has the system's boundary, or of which AWS does not say what it has.
func (in intent) noOtherBoundary() access.Key {
	return access.Key{Name: boundaryKey, Values: access.Values{Absent: true, Empty: true, Every: in.Literal(in.e.BoundaryARN(in.m))}}
}

// choosesTenant is law 9 once more: where the tenant of a session can be a tag of its role, nobody who deploys sets that tag.
func (in intent) choosesTenant(b access.Box) []access.Box {
	if in.m.Tenancy == nil || !in.m.Tenancy.Identity.Tagged() {
		return nil
	}
	tagging := in.Everywhere("iam", "CreateRole TagRole UntagRole").Given(access.Has("aws:TagKeys", in.AnyCase(in.m.Tenancy.Identity.Name)))
	if !b.Meets(tagging) {
		return nil
	}
	return some(access.Intersect(b, tagging))
}

// losses is law 8: what cannot be taken back, as far as the spec does not ask for it, in lower case.
func losses(r *model.Role) []string {
	out := []string{
		"cloudtrail:stoplogging", "dynamodb:deletebackup", "iam:deleterolepermissionsboundary", "kms:deleteimportedkeymaterial", "kms:disablekey",
		"kms:disablekeyrotation", "kms:retiregrant", "kms:revokegrant",
	}
	for _, loss := range []struct {
		asked model.Allowance
		calls []string
	}{
		{model.DeleteTables, []string{"dynamodb:deletetable", "dynamodb:deletetablereplica"}},
		{model.DeleteKeys, []string{"kms:schedulekeydeletion"}},
		{model.DeleteTrail, []string{"cloudtrail:deletetrail", "cloudtrail:updatetrail"}},
	} {
		if !r.May(loss.asked) {
			out = append(out, loss.calls...)
		}
	}
	return out
}

// changesBeyondLock is that who plans reads, and locks the state.
func (in intent) changesBeyondLock(b access.Box) []access.Box {
	readings := in.On(nil, []string{"*"})
	readings.Action = access.ReadingActions()
	return access.Minus([]access.Box{b}, append(in.state(false), readings))
}

// boundaryLaws are what is wrong with what a boundary lets through. It is what is left when a role's policies have been
// changed by who deploys, so it holds no right by which a role could get more.
func (in intent) boundaryLaws(allowed []access.Box) []violation {
	return broken(allowed, []law{
		{"a change of roles or policies", func(b access.Box) []access.Box { return doing(b, changesOfIAM()) }},
		{"a change of tables", func(b access.Box) []access.Box { return doing(b, changesOfTables()) }},
		{"a session of a role of others", in.othersSessions},
	})
}

// changesOfIAM are the actions of IAM but those that are known to read.
var changesOfIAM = sync.OnceValue(func() automata.Set { return automata.Glob("iam:*").Minus(access.ReadingActions()) })

// changesOfTables are the actions of DynamoDB but those on items, and those of the roles that read streams, back up, restore
// and export.
var changesOfTables = sync.OnceValue(func() automata.Set {
	return automata.Glob("dynamodb:*").Minus(access.OperationsWhere(func(o catalog.Operation) bool {
		switch o.Class {
		case catalog.ClassControl, catalog.ClassPermissionOnly, catalog.ClassImport:
			return false
		}
		return o.Name != "DeleteBackup"
	}))
})

// othersSessions is to become a role that is none of the system's.
func (in intent) othersSessions(b access.Box) []access.Box {
	var own []string
	for _, r := range in.m.Roles {
		own = append(own, in.e.RoleARNs(in.m, r)...)
	}
	inside := in.On(nil, own)
	inside.Action = automata.All()
	return access.Minus(doing(b, automata.Glob("sts:*")), []access.Box{inside})
}

// openSubjects is law 10: of an issuer whose subjects are the same in every run, one is asked for letter by letter.
func (in intent) openSubjects(r *model.Role, issuer string, b access.Box) []access.Box {
	//exhaustive:ignore
	switch r.Trust.Kind {
	case model.GitHubTrust, model.GitLabTrust, model.HCPTerraformTrust:
		exact := access.Everything().Given(in.Is(issuer+":sub", model.AllIn(in.e, r.Trust.Subjects)...))
		return b.Minus(exact)
	}
	return nil
}

// untrustedRuns is law 10 again: a token of a pull request, or of a plan, which anybody can start, makes no role that deploys; one of
// an apply makes no role that plans.
func (in intent) untrustedRuns(r *model.Role, issuer string, b access.Box) []access.Box {
	var refused []string
	//exhaustive:ignore
	switch r.Kind {
	case model.Deploy:
		refused = []string{"repo:*:pull_request", "organization:*:run_phase:plan"}
	case model.Plan:
		refused = []string{"organization:*:run_phase:apply"}
	}
	if issuer == "" || len(refused) == 0 {
		return nil
	}
	b = b.Given(access.Key{Name: strings.ToLower(issuer + ":sub"), Values: access.Values{Every: in.Patterns(refused)}})
	return some(b)
}

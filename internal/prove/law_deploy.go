package prove

import (
	"sync"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// This file is the laws for roles that deploy and plan, and for the permissions boundary.

// deployLaws are the laws for what a role that deploys or plans is allowed.
func (in intent) deployLaws(r *model.Role) []law {
	laws := []law{
		{"items, or copies of them, to who deploys or plans", in.itemsBeyondLock},
		{"a session of another role to who deploys or plans", func(b box) []box { return doing(b, automata.Glob("sts:*")) }},
		{"use of a key otherwise than through DynamoDB, or for the state", in.keyUseBeyond},
		{"what was made elsewhere, or by the administrator, to be changed", in.changesBeyondPaths},
		{"a role without its boundary", in.unboundedRoles},
		{"the tenant of a role to be chosen", in.choosesTenant},
		{"an alarm that does more than scale", in.alarmsBeyondScaling},
		{"a key that is not the account's", func(b box) []box { return overlap(b, in.lostKeys()) }},
		{"something to be lost that the spec withholds", func(b box) []box { return doing(b, in.oneOf(losses(r))) }},
	}
	if r.Kind == model.Plan {
		laws = append(laws, law{"a change to who plans", in.changesBeyondLock})
	}
	return laws
}

// overlap is what a box has in common with some others.
func overlap(b box, others []box) []box {
	var out []box
	for _, o := range others {
		out = append(out, meeting([]box{b}, o)...)
	}
	return out
}

// doing is the part of a box whose action is one of a set.
func doing(b box, these automata.Set) []box {
	if b.action.Disjoint(these) {
		return nil
	}
	b.action = b.action.Intersect(these)
	return some(b)
}

// itemsBeyondLock is law 7: no item, but the lock of the state and the digest, in a table of its own that holds nothing else.
func (in intent) itemsBeyondLock(b box) []box {
	return minus(doing(b, beyondSettings()), in.ownLock())
}

// ownLock is the items by which the environment's state is locked, in a table that is none of the spec's.
func (in intent) ownLock() []box {
	table := in.lockTable()
	if table == "" || in.systemTables().Contains(table) {
		return nil
	}
	return []box{in.on(actions("dynamodb", "GetItem PutItem DeleteItem"), []string{table}).
		given(in.is("dynamodb:LeadingKeys", in.lockItem(), in.lockItem()+"-md5"))}
}

// alarmsBeyondScaling is an alarm that could do anything but call a scaling policy, such as stop an instance.
func (in intent) alarmsBeyondScaling(b box) []box {
	scaling := in.everywhere("cloudwatch", "PutMetricAlarm").given(in.callsOnly([]string{"*"}))
	return minus(doing(b, scaling.action), []box{scaling})
}

// beyondSettings is all of DynamoDB but the making of tables and their settings.
var beyondSettings = sync.OnceValue(func() automata.Set {
	return automata.Glob("dynamodb:*").Minus(operationsWhere(func(o catalog.Operation) bool {
		return o.Class == catalog.ClassDescribe || o.Class == catalog.ClassControl
	}))
})

// itemsAndCopies is what reaches items, directly or by way of a stream, a copy or a backup.
var itemsAndCopies = sync.OnceValue(func() automata.Set { return operationsWhere(reachesItems) })

// reachesItems reports whether an operation reads or changes items, directly or by way of a stream, a copy or a backup.
func reachesItems(o catalog.Operation) bool {
	switch o.Class {
	case catalog.ClassItemRead, catalog.ClassItemWrite, catalog.ClassQuery, catalog.ClassScan, catalog.ClassPartiQL, catalog.ClassVector,
		catalog.ClassRestore:
		return true
	case catalog.ClassStream:
		return o.Name != "ListStreams"
	}
	return o.Name == "ExportTableToPointInTime" || o.Name == "ImportTable" || o.Name == "DeleteBackup"
}

// operationsWhere is the set of the actions of DynamoDB that satisfy want.
func operationsWhere(want func(catalog.Operation) bool) automata.Set {
	var names []string
	for _, o := range catalog.Operations() {
		if o.IsAction() && want(o) {
			names = append(names, lower(o.Action()))
		}
	}
	return automata.Literals(names)
}

// keyUseBeyond is who could decrypt: a key is used through DynamoDB alone, but the one that the state is under.
func (in intent) keyUseBeyond(b box) []box {
	use := in.oneOf(append(keyUses(), "kms:creategrant", "kms:derivesharedsecret"))
	ways := []box{everything().given(in.callerAndService()[1])}
	if in.m.State != nil && model.In(in.e, in.m.State.Key) != "" {
		state := everything().given(in.is("kms:ViaService", in.stateService()))
		state.resource = in.literal(model.In(in.e, in.m.State.Key))
		ways = append(ways, state)
	}
	return minus(doing(b, use), ways)
}

// changesBeyondPaths is law 9: of IAM, what lies below the system's own path; a role from elsewhere and the policies that
// are made for it, where the spec names it; and the service's role for autoscaling, whose name AWS gives.
func (in intent) changesBeyondPaths(b box) []box {
	own := in.m.RolesPath() + "*"
	reach := []string{in.iam("role" + own), in.iam("policy" + own), in.iam("instance-profile" + own)}
	for _, r := range in.existing() {
		reach = append(reach, in.e.RoleARNs(in.m, r)...)
		reach = append(reach, in.ownPolicies(r)...)
	}
	inside := in.on(nil, reach)
	inside.action = automata.All()
	linked := in.on(actions("iam", "CreateServiceLinkedRole"), []string{in.iam("role/aws-service-role/*")})
	return minus(doing(b, automata.Glob("iam:*")), []box{inside, linked})
}

// boundedChanges are the calls by which a role can be given more, or made anew: those that can ask for the boundary.
var boundedChanges = sync.OnceValue(func() automata.Set {
	return actionsWhere(func(a catalog.Action) bool { return a.HasConditionKey("iam:PermissionsBoundary") && !reads(a) })
})

func reads(a catalog.Action) bool { return a.Access == "Read" || a.Access == "List" }

// unboundedRoles is law 9 again: whatever gives a role more asks for the boundary, and whatever else is done to one below the
// system's path refuses another. A role from elsewhere has its own or none; to such a one policies are attached, which the
// spec asks for apart, and nothing else is done.
func (in intent) unboundedRoles(b box) []box {
	bounded := everything().given(in.is("iam:PermissionsBoundary", in.e.BoundaryARN(in.m)))
	mild := in.on(actions("iam", changesOfRoles), []string{in.iam("role" + in.m.RolesPath() + "*")}).given(in.noOtherBoundary())
	var elsewhere, policies []string
	for _, r := range in.existing() {
		elsewhere = append(elsewhere, in.e.RoleARNs(in.m, r)...)
		policies = append(policies, append(in.ownPolicies(r), in.attached(r)...)...)
	}
	attaching := in.on(actions("iam", "AttachRolePolicy DetachRolePolicy"), elsewhere).given(in.like("iam:PolicyARN", policies...))
	return minus(doing(b, boundedChanges()), []box{bounded, mild, attaching})
}

// noOtherBoundary is a role that has the system's boundary, or of which AWS does not say what it has.
func (in intent) noOtherBoundary() keyed {
	return keyed{boundaryKey, values{absent: true, empty: true, every: in.literal(in.e.BoundaryARN(in.m))}}
}

// choosesTenant is law 9 once more: where the tenant of a session can be a tag of its role, nobody who deploys sets that tag.
func (in intent) choosesTenant(b box) []box {
	if in.m.Tenancy == nil || !in.m.Tenancy.Identity.Tagged() {
		return nil
	}
	tagging := in.everywhere("iam", "CreateRole TagRole UntagRole").given(has("aws:TagKeys", in.anyCase(in.m.Tenancy.Identity.Name)))
	if !b.meets(tagging) {
		return nil
	}
	return some(intersect(b, tagging))
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
func (in intent) changesBeyondLock(b box) []box {
	readings := in.on(nil, []string{"*"})
	readings.action = readingActions()
	return minus([]box{b}, append(in.state(false), readings))
}

var readingActions = sync.OnceValue(func() automata.Set { return actionsWhere(reads) })

// boundaryLaws are what is wrong with what a boundary lets through. It is what is left when a role's policies have been
// changed by who deploys, so it holds no right by which a role could get more.
func (in intent) boundaryLaws(allowed []box) []violation {
	return broken(allowed, []law{
		{"a change of roles or policies", func(b box) []box { return doing(b, changesOfIAM()) }},
		{"a change of tables", func(b box) []box { return doing(b, changesOfTables()) }},
		{"a session of a role of others", in.othersSessions},
	})
}

// changesOfIAM are the actions of IAM but those that are known to read.
var changesOfIAM = sync.OnceValue(func() automata.Set { return automata.Glob("iam:*").Minus(readingActions()) })

// changesOfTables are the actions of DynamoDB but those on items, and those of the roles that read streams, back up, restore
// and export.
var changesOfTables = sync.OnceValue(func() automata.Set {
	return automata.Glob("dynamodb:*").Minus(operationsWhere(func(o catalog.Operation) bool {
		switch o.Class {
		case catalog.ClassControl, catalog.ClassPermissionOnly, catalog.ClassImport:
			return false
		}
		return o.Name != "DeleteBackup"
	}))
})

// othersSessions is to become a role that is none of the system's.
func (in intent) othersSessions(b box) []box {
	var own []string
	for _, r := range in.m.Roles {
		own = append(own, in.e.RoleARNs(in.m, r)...)
	}
	inside := in.on(nil, own)
	inside.action = automata.All()
	return minus(doing(b, automata.Glob("sts:*")), []box{inside})
}

// openSubjects is law 10: of an issuer whose subjects are the same in every run, one is asked for letter by letter.
func (in intent) openSubjects(r *model.Role, issuer string, b box) []box {
	//exhaustive:ignore
	switch r.Trust.Kind {
	case model.GitHubTrust, model.GitLabTrust, model.HCPTerraformTrust:
		exact := everything().given(in.is(issuer+":sub", model.AllIn(in.e, r.Trust.Subjects)...))
		return b.minus(exact)
	}
	return nil
}

// untrustedRuns is law 10 again: a token of a pull request, or of a plan, which anybody can start, makes no role that deploys; one of
// an apply makes no role that plans.
func (in intent) untrustedRuns(r *model.Role, issuer string, b box) []box {
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
	b = b.given(keyed{lower(issuer + ":sub"), values{every: in.patterns(refused)}})
	return some(b)
}

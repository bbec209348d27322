package prove

import (
	"slices"
	"sync"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// This file says what whoever deploys changes by design, and what the policies that it writes could give it. It is worked out
// from where things lie, and not from what the roles are granted, so that a grant which goes further is found.

// belongs is the ARNs right below the system's path, of a kind: those of the environment, without those of another one in the
// same account.
func (in intent) belongs(kind string) automata.Set {
	path := kind + in.m.RolesPath()
	out := in.Patterns([]string{in.iam(path + in.e.NamePrefix + "*")}).Minus(in.Patterns([]string{in.iam(path + "*/*")}))
	for _, e := range in.m.Environments {
		if e == in.e || e.Account != in.e.Account {
			continue
		}
		for _, r := range in.madeRoles() {
			for _, tenant := range in.m.RoleTenants(r) {
				name := in.iam(path + e.RoleName(r, tenant))
				out = out.Minus(in.Patterns([]string{name, name + "+*"}))
			}
		}
	}
	return out.Minus(in.Literal(in.e.BoundaryARN(in.m)))
}

// do is a box of actions of a service on some resources.
func (in intent) do(service, names string, resources automata.Set) access.Box {
	b := in.On(access.Actions(service, names), nil)
	b.Resource = resources
	return b
}

// changedBy is what a role that deploys changes by design by its own policies. Who plans changes nothing but the lock.
func (in intent) changedBy(r *model.Role) []access.Box {
	out := slices.Concat(lookingAtIAM(), in.stateAndLock(), in.keysThroughServices(r))
	if r.Kind == model.Plan {
		return out
	}
	return slices.Concat(out, in.changedRoles(), in.changedExistingRoles(r), in.changedInstances(), []access.Box{
		in.do("dynamodb", "PutResourcePolicy", in.systemTables()),
		in.Everywhere("ec2", "CreateTags").Given(in.Is("ec2:CreateAction", "CreateVpcEndpoint")),
		in.Everywhere("ec2", "CreateTags DeleteTags").Given(in.stack("aws:ResourceTag")),
		in.Everywhere("cloudwatch", "PutMetricAlarm").Given(in.callsOnly(in.tableNames())),
	})
}

// lookingAtIAM is to look at identities.
func lookingAtIAM() []access.Box {
	b := access.Everything()
	b.Action = readingOfIAM()
	return []access.Box{b}
}

var readingOfIAM = sync.OnceValue(func() automata.Set { return access.ReadingActions().Intersect(automata.Glob("iam:*")) })

// changedRoles is to make and change roles that keep the boundary, and policies. A session carries its role's tags, so the
// tenant's tag is not among those that are set.
func (in intent) changedRoles() []access.Box {
	roles, policies := in.belongs("role"), in.belongs("policy")
	bounded := in.Is("iam:PermissionsBoundary", in.e.BoundaryARN(in.m))
	var untagged []access.Key
	if in.m.Tenancy != nil && in.m.Tenancy.Identity.Tagged() {
		untagged = []access.Key{{Name: "aws:tagkeys", Values: access.Values{Multi: true, Absent: true, Empty: true, Every: access.NonEmpty().Minus(in.AnyCase(in.m.Tenancy.Identity.Name))}}}
	}
	return []access.Box{
		in.do("iam", "CreateRole", roles).Given(bounded).Given(untagged...),
		in.do("iam", "TagRole UntagRole", roles).Given(untagged...),
		in.do("iam", "AttachRolePolicy DeleteRolePolicy DetachRolePolicy PutRolePermissionsBoundary PutRolePolicy", roles).Given(bounded),
		in.do("iam", changesOfRoles, roles).Given(in.noOtherBoundary()),
		in.do("iam", "CreatePolicy CreatePolicyVersion DeletePolicy DeletePolicyVersion SetDefaultPolicyVersion TagPolicy UntagPolicy", policies),
	}
}

// changedExistingRoles is to write policies for roles from elsewhere, which the spec must ask for: no boundary of the system
// holds such a role.
func (in intent) changedExistingRoles(r *model.Role) []access.Box {
	if !in.waived(r, model.ChangeExistingRoles) {
		return nil
	}
	var policies []string
	var out []access.Box
	for _, x := range in.existing() {
		own := in.ownPolicies(x)
		policies = append(policies, own...)
		out = append(out, in.On(access.Actions("iam", "AttachRolePolicy DetachRolePolicy"), in.e.RoleARNs(in.m, x)).
			Given(in.Like("iam:PolicyARN", append(own, in.attached(x)...)...)))
	}
	return append(out, in.On(access.Actions("iam", "CreatePolicy CreatePolicyVersion DeletePolicy DeletePolicyVersion TagPolicy UntagPolicy"), policies))
}

// changedInstances is what a role for EC2 takes, and the role that autoscaling makes for itself. To pass a role is no more
// than to let EC2 have it: an instance is none of what is made.
func (in intent) changedInstances() []access.Box {
	partition, _ := catalog.PartitionOf(in.e.Region)
	const autoscaling = "dynamodb.application-autoscaling.amazonaws.com"
	return []access.Box{
		in.do("iam", "AddRoleToInstanceProfile CreateInstanceProfile DeleteInstanceProfile RemoveRoleFromInstanceProfile TagInstanceProfile UntagInstanceProfile", in.belongs("instance-profile")),
		in.do("iam", "PassRole", in.belongs("role")).Given(in.Is("iam:PassedToService", partition.ServicePrincipal("ec2"))),
		in.On(access.Actions("iam", "CreateServiceLinkedRole"), []string{in.iam("role/aws-service-role/" + autoscaling + "/*")}).Given(in.Is("iam:AWSServiceName", autoscaling)),
	}
}

// systemTables is the ARNs of the tables of the spec.
func (in intent) systemTables() automata.Set {
	return in.OneOf(access.Sorted(in.tablesThat(func(*model.Table) bool { return true })))
}

// tableNames are the names of the tables of the spec, and of the indexes of each.
func (in intent) tableNames() []string {
	var out []string
	for _, t := range in.m.Tables {
		out = append(out, in.e.TableName(t), in.e.TableName(t)+"/index/*")
	}
	return out
}

// stateAndLock is what the backend does with the state of the environment's own root.
func (in intent) stateAndLock() []access.Box {
	if in.m.State == nil {
		return nil
	}
	bucket := "arn:" + in.e.Partition + ":s3:::" + model.In(in.e, in.m.State.Bucket) + "/"
	key := in.e.StateKey(in.m, false)
	return append(in.ownLock(), in.On(access.Actions("s3", "GetObject PutObject DeleteObject"), []string{bucket + key, bucket + model.LockKey(key)}))
}

// keysThroughServices is to use keys as services do for whoever calls them: DynamoDB for the tables, and S3 for the state,
// if that is under a key. What either reads and writes is not for a key's policy to say. Grants that DynamoDB makes, as it
// does for whoever makes tables, are for its own use, and say so; the key that says it is never there without a value.
func (in intent) keysThroughServices(r *model.Role) []access.Box {
	services := []string{"dynamodb." + in.e.Region + ".amazonaws.com"}
	if in.m.State != nil && model.In(in.e, in.m.State.Key) != "" {
		services = append(services, in.stateService())
	}
	through := in.Is("kms:ViaService", services...)
	use, grant := access.Everything().Given(through), in.Everywhere("kms", "CreateGrant").Given(through)
	use.Action = in.OneOf(keyUses())
	if r.Kind == model.Deploy {
		grant = grant.Given(access.Key{Name: "kms:grantisforawsresource", Values: access.Values{Empty: true, Every: access.NonEmpty().Minus(in.AnyCase("false"))}})
	}
	return []access.Box{use, grant}
}

// keyUses are the actions by which data is decrypted and encrypted with keys such as are made here, in lower case.
func keyUses() []string {
	return []string{
		"kms:decrypt", "kms:encrypt", "kms:generatedatakey", "kms:generatedatakeypair", "kms:generatedatakeypairwithoutplaintext",
		"kms:generatedatakeywithoutplaintext", "kms:reencryptfrom", "kms:reencryptto",
	}
}

// lendable is what the policies of resources could give anybody, whatever is in them now, since whoever deploys writes them:
// all on tables and on keys, and a session of each role that is made. A session with a token of an identity provider is not
// among that: the call is not signed, so that no policy of the caller's holds against it.
func (in intent) lendable() []access.Box {
	tables, keys, sessions := access.Everything(), access.Everything(), in.do("sts", "AssumeRole SetContext SetSourceIdentity TagSession", in.belongs("role"))
	tables.Action, tables.Resource = automata.Glob("dynamodb:*"), in.tablesAndBelow()
	keys.Action, keys.Resource = automata.Glob("kms:*"), in.Patterns([]string{in.arn("kms", "key/*")})
	out := []access.Box{tables, sessions}
	if len(in.madeKeys()) > 0 {
		out = append(out, keys)
	}
	for i := range out {
		out[i].Origin = lentOrigin
	}
	return out
}

// lent is what the policies of resources could give a role that deploys or plans. By design it is given the control of tables
// and keys, but not what the spec withholds from whoever deploys. From who plans no more is withheld than from anybody else
// whom such a policy could name: items, use of keys, sessions.
func (in intent) lent(r *model.Role) rights {
	control := access.Everything()
	control.Action = controlActions()
	design := []access.Box{control}
	if r.Kind == model.Deploy {
		for _, w := range in.withheld(r) {
			design = access.Minus(design, w.steps)
		}
	}
	return rights{in.lendable(), append(design, in.keysThroughServices(r)...)}
}

// controlActions are the actions on tables and keys by which nobody reads or writes what is in them.
var controlActions = sync.OnceValue(func() automata.Set {
	return automata.Glob("dynamodb:*").Minus(access.ItemsAndCopies()).Union(automata.Glob("kms:*").Minus(automata.Literals(append(keyUses(), "kms:creategrant"))))
})

// lentOrigin is what rights that are lent are made of. Whoever deploys writes the policy, so only a Deny holds against it.
const lentOrigin = "No Deny statement holds against a policy of a table, of a key or of a role's trust that"

func (in intent) tablesAndBelow() automata.Set {
	var patterns []string
	for _, arn := range in.tablesThat(func(*model.Table) bool { return true }) {
		patterns = append(patterns, arn, arn+"/*")
	}
	return in.Patterns(patterns)
}

// withinBoundary is what a role within the boundary may be let do by design: to become another role of the system, what the
// spec has the boundary let through for policies from elsewhere, and what the policies of AWS grant that the spec attaches.
func (in intent) withinBoundary() rights {
	design := append(in.managed(), in.becomingAnother(), in.On(in.m.Guardrails.Boundary.Also, []string{"*"}))
	return rights{design: in.notDeploying(design)}
}

// lentWithinBoundary is what the policies of resources could give a session of a role within the boundary, which is held by
// no more than what the boundary denies (IAM user guide, "Policy evaluation logic", resource-based policies and permissions
// boundaries). By design such a session reaches what is in the system's tables, and uses keys; its rows are for the policies
// to say, which whoever deploys writes.
func (in intent) lentWithinBoundary() rights {
	items, use := access.Everything(), access.Everything()
	items.Action, items.Resource = automata.Glob("dynamodb:*").Minus(changesOfTables()), in.tablesAndBelow()
	use.Action = automata.Glob("kms:*").Minus(changesOfKeys())
	return rights{in.lendable(), in.notDeploying([]access.Box{items, use, in.becomingAnother()})}
}

func (in intent) becomingAnother() access.Box {
	return in.do("sts", "AssumeRole TagSession", in.belongs("role"))
}

// notDeploying is what of some boxes a session does that did not begin with a token of whoever deploys.
func (in intent) notDeploying(boxes []access.Box) []access.Box {
	return access.Meeting(boxes, access.Everything().Given(in.otherTokens()))
}

func (in intent) otherTokens() access.Key {
	return other(federatedProvider, in.OneOf(access.Sorted(in.integrations())))
}

// changesOfKeys are the actions of KMS but those by which a key is used, or looked at by who uses it.
var changesOfKeys = sync.OnceValue(func() automata.Set {
	return automata.Glob("kms:*").Minus(automata.Literals(append(keyUses(), "kms:creategrant", "kms:describekey")))
})

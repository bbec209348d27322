package prove

import (
	"slices"
	"sync"

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
	out := in.patterns([]string{in.iam(path + in.e.NamePrefix + "*")}).Minus(in.patterns([]string{in.iam(path + "*/*")}))
	for _, e := range in.m.Environments {
		if e == in.e || e.Account != in.e.Account {
			continue
		}
		for _, r := range in.madeRoles() {
			for _, tenant := range in.m.RoleTenants(r) {
				name := in.iam(path + e.RoleName(r, tenant))
				out = out.Minus(in.patterns([]string{name, name + "+*"}))
			}
		}
	}
	return out.Minus(in.literal(in.e.BoundaryARN(in.m)))
}

// do is a box of actions of a service on some resources.
func (in intent) do(service, names string, resources automata.Set) box {
	b := in.on(actions(service, names), nil)
	b.resource = resources
	return b
}

// changedBy is what a role that deploys changes by design by its own policies. Who plans changes nothing but the lock.
func (in intent) changedBy(r *model.Role) []box {
	out := slices.Concat(lookingAtIAM(), in.stateAndLock(), in.keysThroughServices(r))
	if r.Kind == model.Plan {
		return out
	}
	return slices.Concat(out, in.changedRoles(), in.changedExistingRoles(r), in.changedInstances(), []box{
		in.do("dynamodb", "PutResourcePolicy", in.systemTables()),
		in.everywhere("ec2", "CreateTags").given(in.is("ec2:CreateAction", "CreateVpcEndpoint")),
		in.everywhere("ec2", "CreateTags DeleteTags").given(in.stack("aws:ResourceTag")),
		in.everywhere("cloudwatch", "PutMetricAlarm").given(in.callsOnly(in.tableNames())),
	})
}

// lookingAtIAM is to look at identities.
func lookingAtIAM() []box {
	b := everything()
	b.action = readingOfIAM()
	return []box{b}
}

var readingOfIAM = sync.OnceValue(func() automata.Set { return readingActions().Intersect(automata.Glob("iam:*")) })

// changedRoles is to make and change roles that keep the boundary, and policies. A session carries its role's tags, so the
// tenant's tag is not among those that are set.
func (in intent) changedRoles() []box {
	roles, policies := in.belongs("role"), in.belongs("policy")
	bounded := in.is("iam:PermissionsBoundary", in.e.BoundaryARN(in.m))
	var untagged []keyed
	if in.m.Tenancy != nil && in.m.Tenancy.Identity.Tagged() {
		untagged = []keyed{{"aws:tagkeys", values{multi: true, absent: true, empty: true, every: nonEmpty().Minus(in.anyCase(in.m.Tenancy.Identity.Name))}}}
	}
	return []box{
		in.do("iam", "CreateRole", roles).given(bounded).given(untagged...),
		in.do("iam", "TagRole UntagRole", roles).given(untagged...),
		in.do("iam", "AttachRolePolicy DeleteRolePolicy DetachRolePolicy PutRolePermissionsBoundary PutRolePolicy", roles).given(bounded),
		in.do("iam", changesOfRoles, roles).given(in.noOtherBoundary()),
		in.do("iam", "CreatePolicy CreatePolicyVersion DeletePolicy DeletePolicyVersion SetDefaultPolicyVersion TagPolicy UntagPolicy", policies),
	}
}

// changedExistingRoles is to write policies for roles from elsewhere, which the spec must ask for: no boundary of the system
// holds such a role.
func (in intent) changedExistingRoles(r *model.Role) []box {
	if !in.waived(r, model.ChangeExistingRoles) {
		return nil
	}
	var policies []string
	var out []box
	for _, x := range in.existing() {
		own := in.ownPolicies(x)
		policies = append(policies, own...)
		out = append(out, in.on(actions("iam", "AttachRolePolicy DetachRolePolicy"), in.e.RoleARNs(in.m, x)).
			given(in.like("iam:PolicyARN", append(own, in.attached(x)...)...)))
	}
	return append(out, in.on(actions("iam", "CreatePolicy CreatePolicyVersion DeletePolicy DeletePolicyVersion TagPolicy UntagPolicy"), policies))
}

// changedInstances is what a role for EC2 takes, and the role that autoscaling makes for itself. To pass a role is no more
// than to let EC2 have it: an instance is none of what is made.
func (in intent) changedInstances() []box {
	partition, _ := catalog.PartitionOf(in.e.Region)
	const autoscaling = "dynamodb.application-autoscaling.amazonaws.com"
	return []box{
		in.do("iam", "AddRoleToInstanceProfile CreateInstanceProfile DeleteInstanceProfile RemoveRoleFromInstanceProfile TagInstanceProfile UntagInstanceProfile", in.belongs("instance-profile")),
		in.do("iam", "PassRole", in.belongs("role")).given(in.is("iam:PassedToService", partition.ServicePrincipal("ec2"))),
		in.on(actions("iam", "CreateServiceLinkedRole"), []string{in.iam("role/aws-service-role/" + autoscaling + "/*")}).given(in.is("iam:AWSServiceName", autoscaling)),
	}
}

// systemTables is the ARNs of the tables of the spec.
func (in intent) systemTables() automata.Set {
	return in.oneOf(sorted(in.tablesThat(func(*model.Table) bool { return true })))
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
func (in intent) stateAndLock() []box {
	if in.m.State == nil {
		return nil
	}
	bucket := "arn:" + in.e.Partition + ":s3:::" + model.In(in.e, in.m.State.Bucket) + "/"
	key := in.e.StateKey(in.m, false)
	return append(in.ownLock(), in.on(actions("s3", "GetObject PutObject DeleteObject"), []string{bucket + key, bucket + model.LockKey(key)}))
}

// keysThroughServices is to use keys as services do for whoever calls them: DynamoDB for the tables, and S3 for the state,
// if that is under a key. What either reads and writes is not for a key's policy to say. Grants that DynamoDB makes, as it
// does for whoever makes tables, are for its own use, and say so; the key that says it is never there without a value.
func (in intent) keysThroughServices(r *model.Role) []box {
	services := []string{"dynamodb." + in.e.Region + ".amazonaws.com"}
	if in.m.State != nil && model.In(in.e, in.m.State.Key) != "" {
		services = append(services, in.stateService())
	}
	through := in.is("kms:ViaService", services...)
	use, grant := everything().given(through), in.everywhere("kms", "CreateGrant").given(through)
	use.action = in.oneOf(keyUses())
	if r.Kind == model.Deploy {
		grant = grant.given(keyed{"kms:grantisforawsresource", values{empty: true, every: nonEmpty().Minus(in.anyCase("false"))}})
	}
	return []box{use, grant}
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
func (in intent) lendable() []box {
	tables, keys, sessions := everything(), everything(), in.do("sts", "AssumeRole SetContext SetSourceIdentity TagSession", in.belongs("role"))
	tables.action, tables.resource = automata.Glob("dynamodb:*"), in.tablesAndBelow()
	keys.action, keys.resource = automata.Glob("kms:*"), in.patterns([]string{in.arn("kms", "key/*")})
	out := []box{tables, sessions}
	if len(in.madeKeys()) > 0 {
		out = append(out, keys)
	}
	for i := range out {
		out[i].origin = lentOrigin
	}
	return out
}

// lent is what the policies of resources could give a role that deploys or plans. By design it is given the control of tables
// and keys, but not what the spec withholds from whoever deploys. From who plans no more is withheld than from anybody else
// whom such a policy could name: items, use of keys, sessions.
func (in intent) lent(r *model.Role) rights {
	control := everything()
	control.action = controlActions()
	design := []box{control}
	if r.Kind == model.Deploy {
		for _, w := range in.withheld(r) {
			design = minus(design, w.steps)
		}
	}
	return rights{in.lendable(), append(design, in.keysThroughServices(r)...)}
}

// controlActions are the actions on tables and keys by which nobody reads or writes what is in them.
var controlActions = sync.OnceValue(func() automata.Set {
	return automata.Glob("dynamodb:*").Minus(itemsAndCopies()).Union(automata.Glob("kms:*").Minus(automata.Literals(append(keyUses(), "kms:creategrant"))))
})

// lentOrigin is what rights that are lent are made of. Whoever deploys writes the policy, so only a Deny holds against it.
const lentOrigin = "No Deny statement holds against a policy of a table, of a key or of a role's trust that"

func (in intent) tablesAndBelow() automata.Set {
	var patterns []string
	for _, arn := range in.tablesThat(func(*model.Table) bool { return true }) {
		patterns = append(patterns, arn, arn+"/*")
	}
	return in.patterns(patterns)
}

// withinBoundary is what a role within the boundary may be let do by design: to become another role of the system, what the
// spec has the boundary let through for policies from elsewhere, and what the policies of AWS grant that the spec attaches.
func (in intent) withinBoundary() rights {
	design := append(in.managed(), in.becomingAnother(), in.on(in.m.Guardrails.Boundary.Also, []string{"*"}))
	return rights{design: in.notDeploying(design)}
}

// lentWithinBoundary is what the policies of resources could give a session of a role within the boundary, which is held by
// no more than what the boundary denies (IAM user guide, "Policy evaluation logic", resource-based policies and permissions
// boundaries). By design such a session reaches what is in the system's tables, and uses keys; its rows are for the policies
// to say, which whoever deploys writes.
func (in intent) lentWithinBoundary() rights {
	items, use := everything(), everything()
	items.action, items.resource = automata.Glob("dynamodb:*").Minus(changesOfTables()), in.tablesAndBelow()
	use.action = automata.Glob("kms:*").Minus(changesOfKeys())
	return rights{in.lendable(), in.notDeploying([]box{items, use, in.becomingAnother()})}
}

func (in intent) becomingAnother() box {
	return in.do("sts", "AssumeRole TagSession", in.belongs("role"))
}

// notDeploying is what of some boxes a session does that did not begin with a token of whoever deploys.
func (in intent) notDeploying(boxes []box) []box {
	return meeting(boxes, everything().given(in.otherTokens()))
}

func (in intent) otherTokens() keyed {
	return other(federatedProvider, in.oneOf(sorted(in.integrations())))
}

// changesOfKeys are the actions of KMS but those by which a key is used, or looked at by who uses it.
var changesOfKeys = sync.OnceValue(func() automata.Set {
	return automata.Glob("kms:*").Minus(automata.Literals(append(keyUses(), "kms:creategrant", "kms:describekey")))
})

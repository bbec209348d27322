package prove

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// This file says what the policies of tables, keys and endpoints must mean.

// table is what a table's resource policy must mean: it allows nothing, and refuses what the guardrails refuse.
func (in intent) table(t *model.Table) meaning {
	resources := []string{in.e.TableARN(t), in.e.TableARN(t) + "/index/*"}
	var out meaning
	if in.m.Guardrails.DenyInsecureTransport {
		everything := in.on(nil, resources)
		everything.action = automata.Glob("dynamodb:*")
		out.denies = append(out.denies, everything.given(in.isFalse("aws:SecureTransport")))
	}
	if len(in.m.Guardrails.OnlyThrough) > 0 {
		out.denies = append(out.denies, in.on(itemActions(), resources).given(in.elsewhere(t)...))
	}
	if held := in.heldToRecovery(); isRecoverable(t) && len(held) > 0 {
		recovery := in.on(actions("dynamodb", "UpdateContinuousBackups"), resources[:1])
		recovery.principal = in.oneOf(sorted(held))
		out.denies = append(out.denies, recovery)
	}
	return out
}

// heldToRecovery are the roles that deploy and may not turn point-in-time recovery off. To turn it on is the same call, which
// their own policies allow: a new table has no policy yet.
func (in intent) heldToRecovery() []string {
	var out []string
	for _, r := range in.m.RolesThat(model.Deploy) {
		if !r.May(model.ChangeRecovery) {
			out = append(out, in.e.RoleARN(r, ""))
		}
	}
	return out
}

func itemActions() []string {
	var out []string
	for _, o := range catalog.Operations() {
		if o.IsAction() && o.Has(catalog.CarriesAttributes) {
			out = append(out, o.Action())
		}
	}
	return out
}

// elsewhere is a request that comes through none of the guarded endpoints and is nobody's who is exempt.
func (in intent) elsewhere(t *model.Table) []keyed {
	var vpcs, ids []string
	for _, p := range in.m.Guardrails.OnlyThrough {
		placement := in.e.PlacementOf(p)
		if placement.EndpointID == "" {
			vpcs = append(vpcs, placement.VPC)
		} else {
			ids = append(ids, placement.EndpointID)
		}
	}
	exempt := []string{"arn:" + in.e.Partition + ":iam::" + in.e.Account + ":role/aws-service-role/*"}
	for _, r := range in.m.Roles {
		if r.Kind == model.Backup && slices.Contains(r.Tables, t) {
			exempt = append(exempt, in.e.RoleARNs(in.m, r)...)
		}
	}
	keys := []keyed{
		other("aws:PrincipalArn", in.patterns(exempt)),
		orMissing(in.isFalse("aws:PrincipalIsAWSService")),
		orMissing(in.isFalse("aws:ViaAWSService")),
	}
	if len(vpcs) > 0 {
		keys = append(keys, other("aws:SourceVpc", in.oneOf(sorted(vpcs))))
	}
	if len(ids) > 0 {
		keys = append(keys, other("aws:SourceVpce", in.oneOf(sorted(ids))))
	}
	return keys
}

// other is a key that is missing or holds none of some texts.
func other(key string, texts automata.Set) keyed {
	return keyed{strings.ToLower(key), values{absent: true, empty: true, every: nonEmpty().Minus(texts)}}
}

// endpoint is what an endpoint's policy must mean: each of its roles may do on each resource what it may do anyway, as far
// as the service behind the endpoint does it. Rows and columns are left to the role's own policies.
func (in intent) endpoint(p *model.Endpoint) meaning {
	served := in.on(servedActions(p.Service), []string{"*"})
	var out meaning
	for _, r := range p.Roles {
		caller := in.is("aws:PrincipalArn", in.e.RoleARNs(in.m, r)...)
		for _, tenant := range in.m.RoleTenants(r) {
			for _, b := range in.identity(r, tenant).allows {
				passes := box{principal: b.principal, action: b.action.Intersect(served.action), resource: b.resource}
				for _, k := range b.keys {
					if strings.HasPrefix(k.name, "aws:resourcetag/") {
						passes = passes.with(k.name, k.values)
					}
				}
				if !passes.action.Empty() {
					out.allows = append(out.allows, passes.given(caller))
				}
			}
		}
	}
	if len(out.allows) == 0 {
		out.denies = []box{everything()}
	}
	return out
}

// servedActions are the actions of a service that has its own endpoint.
func servedActions(service model.EndpointService) []string {
	var out []string
	for _, o := range catalog.Operations() {
		if o.IsAction() && (o.Class == catalog.ClassStream) == (service == model.DynamoDBStreams) {
			out = append(out, o.Action())
		}
	}
	return out
}

// key is what the policy of a key made here must mean.
func (in intent) key(k *model.Key) meaning {
	var out meaning
	allow := func(principals []string, boxes ...box) {
		for _, b := range boxes {
			b.principal = in.oneOf(sorted(principals))
			out.allows = append(out.allows, b)
		}
	}
	administer := in.on(administrations(), []string{"*"})
	allow([]string{"account:" + in.e.Account}, administer.given(in.is("kms:CallerAccount", in.e.Account)))
	for _, p := range k.Administrators {
		allow(in.e.PrincipalARNs(in.m, p), in.administration(p)...)
		allow(in.e.PrincipalARNs(in.m, p), in.tableCreation(in.underKey(k, isTable), "*")...)
	}
	for _, r := range in.m.RolesThat(model.Plan) {
		allow(in.e.RoleARNs(in.m, r), in.on(actions("kms", readingOfKeys), []string{"*"}))
	}
	var users []string
	for _, r := range in.m.Roles {
		if tables := in.tablesOf(r, k); len(tables) > 0 {
			users = append(users, in.e.RoleARNs(in.m, r)...)
			allow(in.e.RoleARNs(in.m, r), in.keyUse(r, tables, "*")...)
		}
	}
	if len(users) > 0 {
		allow(users, in.on([]string{"kms:DescribeKey"}, []string{"*"}).given(in.callerAndService()...))
	}
	if in.m.Trail != nil && in.m.Trail.Key == k {
		allow([]string{"service:cloudtrail.amazonaws.com"}, in.trail()...)
		if readers := in.principals(in.m.Trail.Readers); len(readers) > 0 {
			allow(readers, in.on([]string{"kms:Decrypt"}, []string{"*"}).given(in.is(trailKey, in.e.TrailARN(in.m))))
		}
	}
	return out
}

func (in intent) principals(all []model.Principal) []string {
	var out []string
	for _, p := range all {
		out = append(out, in.e.PrincipalARNs(in.m, p)...)
	}
	return out
}

const readingOfKeys = "DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags"

func administrations() []string {
	return actions("kms", readingOfKeys+" CancelKeyDeletion CreateAlias DeleteAlias DisableKey DisableKeyRotation EnableKey EnableKeyRotation "+
		"ListGrants ListKeyPolicies ListKeyRotations PutKeyPolicy RevokeGrant RotateKeyOnDemand ScheduleKeyDeletion TagResource UntagResource "+
		"UpdateAlias UpdateKeyDescription")
}

// administration is what an administrator does with the key itself. A role that deploys here does what Terraform calls, and
// takes the key away only where the spec lets it.
func (in intent) administration(p model.Principal) []box {
	if p.Role == nil || p.Role.Kind != model.Deploy {
		return []box{in.on(administrations(), []string{"*"})}
	}
	calls := readingOfKeys + " CreateAlias DeleteAlias EnableKeyRotation PutKeyPolicy TagResource UntagResource UpdateAlias UpdateKeyDescription"
	if p.Role.May(model.DeleteKeys) {
		calls += " ScheduleKeyDeletion"
	}
	return []box{in.on(actions("kms", calls), []string{"*"})}
}

// underKey are the names of those of some tables that are encrypted with a key.
func (in intent) underKey(k *model.Key, is func(*model.Table) bool) []string {
	var names []string
	for _, t := range in.m.Tables {
		if t.Encryption.Key == k && is(t) {
			names = append(names, in.e.TableName(t))
		}
	}
	return names
}

func isTable(*model.Table) bool { return true }

// tableCreation is what DynamoDB needs of whoever chooses a key for tables.
func (in intent) tableCreation(names []string, resource string) []box {
	if len(names) == 0 {
		return nil
	}
	through := append(in.callerAndService(), in.is("kms:EncryptionContext:aws:dynamodb:subscriberId", in.e.Account), in.is(tableNameKey, names...))
	return []box{
		in.on(allCrypto(), []string{resource}).given(through...),
		in.on([]string{"kms:CreateGrant"}, []string{resource}).given(append(through, in.isTrue("kms:GrantIsForAWSResource"))...),
	}
}

const trailKey = "kms:EncryptionContext:aws:cloudtrail:arn"

// trail lets CloudTrail encrypt the records of the system's own trail.
func (in intent) trail() []box {
	own := in.is("aws:SourceArn", in.e.TrailARN(in.m))
	context := in.like(trailKey, "arn:"+in.e.Partition+":cloudtrail:*:"+in.e.Account+":trail/*")
	return []box{
		in.on([]string{"kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"}, []string{"*"}).given(own, context),
		in.on([]string{"kms:DescribeKey"}, []string{"*"}).given(own),
	}
}

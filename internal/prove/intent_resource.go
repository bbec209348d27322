package prove

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// This file says what the policies of tables, keys and endpoints must mean.

// table is what a table's resource policy must mean: it allows nothing, and refuses what the guardrails refuse.
func (in intent) table(t *model.Table) access.Meaning {
	resources := []string{in.e.TableARN(t), in.e.TableARN(t) + "/index/*"}
	var out access.Meaning
	if in.m.Guardrails.DenyInsecureTransport {
		everything := in.On(nil, resources)
		everything.Action = automata.Glob("dynamodb:*")
		out.Denies = append(out.Denies, everything.Given(in.IsFalse("aws:SecureTransport")))
	}
	if len(in.m.Guardrails.OnlyThrough) > 0 {
		out.Denies = append(out.Denies, in.On(itemActions(), resources).Given(in.elsewhere(t)...))
	}
	if held := in.heldToRecovery(); isRecoverable(t) && len(held) > 0 {
		recovery := in.On(access.Actions("dynamodb", "UpdateContinuousBackups"), resources[:1])
		recovery.Principal = in.OneOf(access.Sorted(held))
		out.Denies = append(out.Denies, recovery)
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
func (in intent) elsewhere(t *model.Table) []access.Key {
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
	keys := []access.Key{
		other("aws:PrincipalArn", in.Patterns(exempt)),
		access.OrMissing(in.IsFalse("aws:PrincipalIsAWSService")),
		access.OrMissing(in.IsFalse("aws:ViaAWSService")),
	}
	if len(vpcs) > 0 {
		keys = append(keys, other("aws:SourceVpc", in.OneOf(access.Sorted(vpcs))))
	}
	if len(ids) > 0 {
		keys = append(keys, other("aws:SourceVpce", in.OneOf(access.Sorted(ids))))
	}
	return keys
}

// other is a key that is missing or holds none of some texts.
func other(key string, texts automata.Set) access.Key {
	return access.Key{Name: strings.ToLower(key), Values: access.Values{Absent: true, Empty: true, Every: access.NonEmpty().Minus(texts)}}
}

// endpoint is what an endpoint's policy must mean: each of its roles may do on each resource what it may do anyway, as far
// as the service behind the endpoint does it. Rows and columns are left to the role's own policies.
func (in intent) endpoint(p *model.Endpoint) access.Meaning {
	served := in.On(servedActions(p.Service), []string{"*"})
	var out access.Meaning
	for _, r := range p.Roles {
		caller := in.Is("aws:PrincipalArn", in.e.RoleARNs(in.m, r)...)
		for _, tenant := range in.m.RoleTenants(r) {
			for _, b := range in.identity(r, tenant).Allows {
				passes := access.Box{Principal: b.Principal, Action: b.Action.Intersect(served.Action), Resource: b.Resource}
				for _, k := range b.Keys {
					if strings.HasPrefix(k.Name, "aws:resourcetag/") {
						passes = passes.With(k.Name, k.Values)
					}
				}
				if !passes.Action.Empty() {
					out.Allows = append(out.Allows, passes.Given(caller))
				}
			}
		}
	}
	if len(out.Allows) == 0 {
		out.Denies = []access.Box{access.Everything()}
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
func (in intent) key(k *model.Key) access.Meaning {
	var out access.Meaning
	allow := func(principals []string, boxes ...access.Box) {
		for _, b := range boxes {
			b.Principal = in.OneOf(access.Sorted(principals))
			out.Allows = append(out.Allows, b)
		}
	}
	administer := in.On(administrations(), []string{"*"})
	allow([]string{"account:" + in.e.Account}, administer.Given(in.Is("kms:CallerAccount", in.e.Account)))
	for _, p := range k.Administrators {
		allow(in.e.PrincipalARNs(in.m, p), in.administration(p)...)
		allow(in.e.PrincipalARNs(in.m, p), in.tableCreation(in.underKey(k, isTable), "*")...)
	}
	for _, r := range in.m.RolesThat(model.Plan) {
		allow(in.e.RoleARNs(in.m, r), in.On(access.Actions("kms", readingOfKeys), []string{"*"}))
	}
	var users []string
	for _, r := range in.m.Roles {
		if tables := in.tablesOf(r, k); len(tables) > 0 {
			users = append(users, in.e.RoleARNs(in.m, r)...)
			allow(in.e.RoleARNs(in.m, r), in.keyUse(r, tables, "*")...)
		}
	}
	if len(users) > 0 {
		allow(users, in.On([]string{"kms:DescribeKey"}, []string{"*"}).Given(in.callerAndService()...))
	}
	if in.m.Trail != nil && in.m.Trail.Key == k {
		allow([]string{"service:cloudtrail.amazonaws.com"}, in.trail()...)
		if readers := in.principals(in.m.Trail.Readers); len(readers) > 0 {
			allow(readers, in.On([]string{"kms:Decrypt"}, []string{"*"}).Given(in.Is(trailKey, in.e.TrailARN(in.m))))
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
	return access.Actions("kms", readingOfKeys+" CancelKeyDeletion CreateAlias DeleteAlias DisableKey DisableKeyRotation EnableKey EnableKeyRotation "+
		"ListGrants ListKeyPolicies ListKeyRotations PutKeyPolicy RevokeGrant RotateKeyOnDemand ScheduleKeyDeletion TagResource UntagResource "+
		"UpdateAlias UpdateKeyDescription")
}

// administration is what an administrator does with the key itself. A role that deploys here does what Terraform calls, and
// takes the key away only where the spec lets it.
func (in intent) administration(p model.Principal) []access.Box {
	if p.Role == nil || p.Role.Kind != model.Deploy {
		return []access.Box{in.On(administrations(), []string{"*"})}
	}
	calls := readingOfKeys + " CreateAlias DeleteAlias EnableKeyRotation PutKeyPolicy TagResource UntagResource UpdateAlias UpdateKeyDescription"
	if p.Role.May(model.DeleteKeys) {
		calls += " ScheduleKeyDeletion"
	}
	return []access.Box{in.On(access.Actions("kms", calls), []string{"*"})}
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
func (in intent) tableCreation(names []string, resource string) []access.Box {
	if len(names) == 0 {
		return nil
	}
	through := append(in.callerAndService(), in.Is("kms:EncryptionContext:aws:dynamodb:subscriberId", in.e.Account), in.Is(tableNameKey, names...))
	return []access.Box{
		in.On(allCrypto(), []string{resource}).Given(through...),
		in.On([]string{"kms:CreateGrant"}, []string{resource}).Given(append(through, in.IsTrue("kms:GrantIsForAWSResource"))...),
	}
}

const trailKey = "kms:EncryptionContext:aws:cloudtrail:arn"

// trail lets CloudTrail encrypt the records of the system's own trail.
func (in intent) trail() []access.Box {
	own := in.Is("aws:SourceArn", in.e.TrailARN(in.m))
	context := in.Like(trailKey, "arn:"+in.e.Partition+":cloudtrail:*:"+in.e.Account+":trail/*")
	return []access.Box{
		in.On([]string{"kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"}, []string{"*"}).Given(own, context),
		in.On([]string{"kms:DescribeKey"}, []string{"*"}).Given(own),
	}
}

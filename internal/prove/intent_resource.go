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
		out.denies = []box{{principal: automata.All(), action: automata.All(), resource: automata.All()}}
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
	if administrators := in.principals(k.Administrators); len(administrators) > 0 {
		allow(administrators, administer)
		allow(administrators, in.tableCreation(k)...)
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

func administrations() []string {
	return []string{
		"kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DescribeKey", "kms:DisableKey",
		"kms:DisableKeyRotation", "kms:EnableKey", "kms:EnableKeyRotation", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus",
		"kms:ListGrants", "kms:ListKeyPolicies", "kms:ListKeyRotations", "kms:ListResourceTags", "kms:PutKeyPolicy",
		"kms:RevokeGrant", "kms:RotateKeyOnDemand", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource",
		"kms:UpdateAlias", "kms:UpdateKeyDescription",
	}
}

// tableCreation is what DynamoDB needs of whoever chooses the key for a table.
func (in intent) tableCreation(k *model.Key) []box {
	var names []string
	for _, t := range in.m.Tables {
		if t.Encryption.Key == k {
			names = append(names, in.e.TableName(t))
		}
	}
	if len(names) == 0 {
		return nil
	}
	through := append(in.callerAndService(), in.is("kms:EncryptionContext:aws:dynamodb:subscriberId", in.e.Account), in.is(tableNameKey, names...))
	return []box{
		in.on(allCrypto(), []string{"*"}).given(through...),
		in.on([]string{"kms:CreateGrant"}, []string{"*"}).given(append(through, in.isTrue("kms:GrantIsForAWSResource"))...),
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

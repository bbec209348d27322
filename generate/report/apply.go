package report

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/internal/words"
)

// prerequisites is what must be there before the first apply.
func prerequisites(m *model.Model) []string {
	var out []string
	out = append(out, providerPrerequisites(m)...)
	if b := m.Guardrails.Boundary; b != nil && !b.Made() {
		out = append(out, "The permissions boundary "+code(b.ARN)+" exists, and allows what the roles above may do.")
	}
	if arns := foreignPrincipals(m); len(arns) > 0 {
		out = append(out, "These roles exist, because AWS refuses a policy that names one that does not: "+codes(arns)+".")
	}
	if existing := words.Choose(m.Roles, roleName, func(r *model.Role) bool { return r.Existing }); len(existing) > 0 {
		out = append(out, existence(m, plural("role", "roles", existing), len(existing))+".")
	}
	out = append(out, tablePrerequisites(m)...)
	out = append(out, endpointPrerequisites(m)...)
	for _, r := range m.Roles {
		if r.Kind == model.Export {
			out = append(out, "The bucket "+code(r.Export.Bucket)+" exists, in the account.")
		}
	}
	if m.Trail != nil {
		out = append(out, "The bucket "+code(m.Trail.Bucket)+" exists and lets CloudTrail write, see below.")
	}
	return out
}

func tablePrerequisites(m *model.Model) []string {
	var out []string
	if existing := words.Choose(m.Tables, physicalName, func(t *model.Table) bool { return t.Existing }); len(existing) > 0 {
		out = append(out, existence(m, plural("table", "tables", existing), len(existing))+
			words.When(len(guardrails(m)) > 0, ". A resource policy that is there already is replaced: import it into Terraform first, and see what the plan would change")+".")
	}
	for _, k := range m.Keys {
		if len(m.RolesThat(model.Deploy)) == 0 && len(k.Existing) == 0 && slices.ContainsFunc(m.Tables, func(t *model.Table) bool { return t.Encryption.Key == k }) {
			out = append(out, "Whoever applies is an administrator of the key "+code(k.Name)+", "+anyCode(words.Principals(k.Administrators))+": nobody else may choose it for a table.")
		}
	}
	if anyRole(m, func(r *model.Role) bool { return len(r.TagGrants) > 0 }) {
		out = append(out, "Attribute-based access control is turned on for DynamoDB, in its settings for the account and region. Where it is off, access by tags grants nothing.")
	}
	return out
}

// existence says that things exist, under their names in each environment.
func existence(m *model.Model, what string, count int) string {
	verb := " exists"
	if count > 1 {
		verb = " exist"
	}
	prefixed := slices.ContainsFunc(m.Environments, func(e *model.Environment) bool { return e.NamePrefix != "" })
	return "T" + strings.TrimPrefix(what, "t") + verb + words.When(prefixed, ", with the environment's prefix before the name")
}

func roleName(r *model.Role) string { return r.PhysicalName }

func physicalName(t *model.Table) string { return t.PhysicalName }

func endpointPrerequisites(m *model.Model) []string {
	var out []string
	if len(m.Endpoints) > 0 {
		out = append(out, "No other application goes through these endpoints: "+codes(words.Choose(m.Endpoints, endpointName, func(*model.Endpoint) bool { return true }))+
			". Their policies let only the roles through that the spec names for them, and cut off everything else of the VPC that uses DynamoDB through them.")
	}
	if gateways := words.Choose(m.Endpoints, endpointName, func(p *model.Endpoint) bool { return p.Gateway }); len(gateways) > 0 {
		out = append(out, "A route table leads to one gateway endpoint for DynamoDB at most. If those of "+codes(gateways)+" lead to one already, import it, and see what the plan would change.")
	}
	if interfaces := words.Choose(m.Endpoints, endpointName, func(p *model.Endpoint) bool { return !p.Gateway }); len(interfaces) > 0 {
		out = append(out, "Applications are told the URL of "+plural("endpoint", "endpoints", interfaces)+", an output of Terraform: interface endpoints for DynamoDB have no private DNS name here.")
	}
	return out
}

// providerPrerequisites name the identity providers that are made elsewhere.
func providerPrerequisites(m *model.Model) []string {
	missing := func(e *model.Environment) string { return codes(providers(m, e)) }
	if !slices.ContainsFunc(m.Environments, func(e *model.Environment) bool { return missing(e) != "" }) {
		return nil
	}
	return []string{"The account has an identity provider in IAM for " + markdown().Each(m.Environments, missing) + "."}
}

// providers are the issuers that need an identity provider in the account of an environment; the four that AWS knows itself
// need none. Where there is a bootstrap root, that is what those of continuous integration are for.
func providers(m *model.Model, e *model.Environment) []string {
	var out []string
	for _, r := range m.AllRoles() {
		bootstrapped := m.Bootstraps() && r.Trust.Kind.ByIntegration()
		issuer := model.In(e, r.Trust.Issuer)
		if _, builtin := catalog.BuiltinAudience(issuer); issuer != "" && !builtin && !bootstrapped {
			out = append(out, issuer)
		}
		if name := r.Trust.SAMLProvider; name != "" {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// foreignPrincipals are the ARNs that trust and key policies name, as the spec has them.
func foreignPrincipals(m *model.Model) []string {
	var all []model.Principal
	for _, r := range m.AllRoles() {
		all = append(all, r.Trust.Roles...)
	}
	for _, k := range m.Keys {
		if len(k.Existing) == 0 {
			all = append(all, k.Administrators...)
		}
	}
	if m.Trail != nil {
		all = append(all, m.Trail.Readers...)
	}
	out := words.Choose(all, func(p model.Principal) string { return p.ARN }, func(p model.Principal) bool { return p.Role == nil })
	slices.Sort(out)
	return slices.Compact(out)
}

// documents are the policies that somebody else must put in place.
func documents(m *model.Model, foreign []ForeignKey) []documentSection {
	var out []documentSection
	for _, f := range foreign {
		out = append(out, documentSection{
			Title: "Key policy of " + text(f.Key.Name) + " in " + text(f.Environment.Name),
			Text:  ownerText(m, f),
			JSON:  string(policy.Encode(policy.Document{Version: policy.Version, Statement: f.Statements})),
		})
	}
	if m.Trail == nil {
		return out
	}
	for _, e := range m.Environments {
		out = append(out, documentSection{
			Title: "Bucket policy for the trail in " + text(e.Name),
			Text:  "CloudTrail writes to " + code(m.Trail.Bucket) + " only if the bucket's policy holds these statements:",
			JSON:  string(policy.Encode(policy.Document{Version: policy.Version, Statement: trailBucket(m, e)})),
		})
	}
	return out
}

// ownerText asks the owner of a key for statements. The roles' own policies carry their use as well, which is enough for a
// key policy that delegates to IAM; nothing else carries that of CloudTrail and of the administrators.
func ownerText(m *model.Model, f ForeignKey) string {
	out := "The key " + code(model.In(f.Environment, f.Key.Existing)) + " was made elsewhere. Its owner adds these statements to its policy. " +
		"Where that policy lets IAM policies of the account decide, those for the roles above are not needed: the roles' own policies hold the same."
	if len(f.Key.Administrators) == 0 && slices.ContainsFunc(m.Tables, func(t *model.Table) bool { return t.Encryption.Key == f.Key && !t.Existing }) {
		out += " Whoever applies needs the key, too, to create tables under it; the spec names no administrators for that."
	}
	return out
}

// trailBucket is what CloudTrail needs of the bucket (CloudTrail user guide, "Amazon S3 bucket policy for CloudTrail").
func trailBucket(m *model.Model, e *model.Environment) []policy.Statement {
	bucket := "arn:" + e.Partition + ":s3:::" + m.Trail.Bucket
	service := &policy.Principal{Service: []string{"cloudtrail.amazonaws.com"}}
	ofTrail := policy.Condition{Operator: "StringEquals", Key: "aws:SourceArn", Values: []string{e.TrailARN(m)}}
	return []policy.Statement{
		{Sid: "TrailReadsAcl", Effect: policy.Allow, Principal: service, Action: []string{"s3:GetBucketAcl"}, Resource: []string{bucket}, Condition: []policy.Condition{ofTrail}},
		{
			Sid: "TrailWrites", Effect: policy.Allow, Principal: service, Action: []string{"s3:PutObject"},
			Resource:  []string{bucket + "/AWSLogs/" + e.Account + "/*"},
			Condition: []policy.Condition{ofTrail, {Operator: "StringEquals", Key: "s3:x-amz-acl", Values: []string{"bucket-owner-full-control"}}},
		},
	}
}

package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// guardrails says what is refused whoever asks.
func guardrails(m *model.Model) []string {
	var out []string
	if m.Guardrails.DenyInsecureTransport {
		out = append(out, "Every table and its indexes refuse plain HTTP.")
	}
	if len(m.Guardrails.OnlyThrough) > 0 {
		var names []string
		for _, p := range m.Guardrails.OnlyThrough {
			names = append(names, p.Name)
		}
		out = append(out, "Items of every table are reached only through the endpoints "+codes(names)+
			". An endpoint whose id the spec does not give is known by its VPC: any DynamoDB endpoint of that VPC will do. "+
			"Calls that AWS services make, service-linked roles and the backup roles are exempt. Vector search is not covered.")
	}
	return out
}

// order is the order in which the modules are applied.
func order(m *model.Model) string {
	steps := []struct {
		name string
		any  bool
	}{{"roles", len(m.Roles) > 0}, {"keys", len(m.Keys) > 0}, {"tables", true}, {"endpoints", len(m.Endpoints) > 0}, {"audit", m.Trail != nil}}
	var names []string
	for _, s := range steps {
		if s.any {
			names = append(names, s.name)
		}
	}
	return strings.Join(names, ", ")
}

// prerequisites is what must be there before the first apply.
func prerequisites(m *model.Model) []string {
	var out []string
	if issuers := providers(m); len(issuers) > 0 {
		out = append(out, "The account has an identity provider in IAM for "+codes(issuers)+".")
	}
	if names := existing(m.Tables, func(t *model.Table) (string, bool) { return t.Name, t.Existing }); len(names) > 0 {
		out = append(out, "The tables "+codes(names)+" exist. A resource policy they have already is replaced: import it into Terraform first, and see what the plan would change.")
	}
	if names := existing(m.Roles, func(r *model.Role) (string, bool) { return r.Name, r.Existing }); len(names) > 0 {
		out = append(out, "The roles "+codes(names)+" exist.")
	}
	if slices.ContainsFunc(m.Roles, func(r *model.Role) bool { return len(r.TagGrants) > 0 }) {
		out = append(out, "Access by tags: attribute-based access control for DynamoDB is on in the account and region (`aws dynamodb describe-abac-status` does not exist in every CLI; the console shows it under Settings). "+
			"Whoever may tag tables decides who reads them; no role here may.")
	}
	if len(m.Endpoints) > 0 {
		out = append(out, "An endpoint's policy serves every application of its VPC. A VPC has one gateway endpoint for DynamoDB on a route table: if there is one, import it, and see what the plan would change.")
	}
	if m.Trail != nil {
		out = append(out, "The bucket "+code(m.Trail.Bucket)+" exists and lets CloudTrail write, see below.")
	}
	return out
}

func existing[T any](all []T, named func(T) (string, bool)) []string {
	var out []string
	for _, v := range all {
		if name, is := named(v); is {
			out = append(out, name)
		}
	}
	return out
}

// providers are the issuers that need an identity provider in the account; the four that AWS knows itself need none.
func providers(m *model.Model) []string {
	builtIn := []string{"www.amazon.com", "graph.facebook.com", "accounts.google.com", "cognito-identity.amazonaws.com"}
	var out []string
	for _, r := range m.Roles {
		for _, issuer := range values(r.Trust.Issuer) {
			if !slices.Contains(builtIn, issuer) && !slices.Contains(out, issuer) {
				out = append(out, issuer)
			}
		}
		if name := r.Trust.SAMLProvider; name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// documents are the policies that somebody else must put in place.
func documents(m *model.Model, foreign []ForeignKey) []documentSection {
	var out []documentSection
	for _, f := range foreign {
		out = append(out, documentSection{
			Title: "Key policy of " + text(f.Key.Name) + " in " + text(f.Environment.Name),
			Text: "The key " + code(model.In(f.Environment, f.Key.Existing)) + " was made elsewhere. Its owner adds these statements to its policy, " +
				"unless that policy leaves such decisions to IAM:",
			JSON: string(policy.Encode(policy.Document{Version: policy.Version, Statement: f.Statements})),
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

// outside is what these files do not decide.
func outside(m *model.Model) []string {
	var out []string
	for _, r := range m.Roles {
		for _, a := range r.Attach {
			out = append(out, "Role "+code(r.Name)+" also has the policy "+code(a.ARN)+", which is written elsewhere and says what it says.")
		}
		if r.Existing {
			out = append(out, "Who may become "+code(r.Name)+" is decided where that role is made, and other policies may be attached to it there."+demandedTag(m, r))
		}
	}
	return out
}

func demandedTag(m *model.Model, r *model.Role) string {
	if m.Tenancy == nil || !m.Tenancy.Identity.Tagged() || !r.TenantScoped() {
		return ""
	}
	return " Its trust must demand the session tag " + code(m.Tenancy.Identity.Name) + ", not empty, and no other tag."
}

func files(m *model.Model, policies []artifact.Policy) []fileRow {
	rows := []fileRow{{"ddbgen.lock", "digests of the spec and of every generated file"}}
	for _, e := range m.Environments {
		dir := artifact.EnvironmentDir(e)
		rows = append(rows, fileRow{dir + "/main.tf", "the root of " + text(e.Name) + ": wires the modules, and says which policy goes where"})
		for _, p := range policies {
			if p.Environment == e {
				rows = append(rows, fileRow{p.Path(), policyInWords(p)})
			}
		}
	}
	return append(rows, fileRow{"modules/", "the Terraform modules, shared by all environments"})
}

func policyInWords(p artifact.Policy) string {
	switch p.Kind {
	case artifact.Identity:
		return fmt.Sprintf("managed policy %s of role %s", code(p.ManagedPolicyName()), code(p.Environment.RoleName(p.Role, p.Tenant)))
	case artifact.Trust:
		return "who may become " + code(p.Environment.RoleName(p.Role, p.Tenant))
	case artifact.Table:
		return "what table " + code(p.Environment.TableName(p.Table)) + " and its indexes refuse to everybody"
	case artifact.Key:
		return "who may use and administer key " + text(p.Key.Name)
	case artifact.Endpoint:
		return "who may pass endpoint " + text(p.Endpoint.Name)
	}
	panic("report: unknown kind " + string(p.Kind))
}

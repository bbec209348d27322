package cfn

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// This file knows what Ref and Fn::GetAtt of a resource are (AWS CloudFormation template reference, "Return values" of each
// type). Of types that it does not know, both are names in braces.

// nameProperty is the property that names a resource, by type.
func nameProperty(kind string) string {
	switch kind {
	case "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::Serverless::SimpleTable":
		return "TableName"
	case "AWS::IAM::Role":
		return "RoleName"
	case "AWS::IAM::User":
		return "UserName"
	case "AWS::IAM::Group":
		return "GroupName"
	case "AWS::IAM::ManagedPolicy":
		return "ManagedPolicyName"
	case "AWS::Lambda::Function", "AWS::Serverless::Function":
		return "FunctionName"
	case "AWS::IAM::SAMLProvider":
		return "Name"
	case "AWS::KMS::Alias":
		return "AliasName"
	}
	return ""
}

// name is the physical name of a resource, or what stands for it. It is the same in all variants.
func (e *evaluator) name(r *resource) *tree.Node {
	if n := e.names[r.id]; n != nil {
		return n
	}
	chosen := &tree.Node{Kind: tree.String, Text: r.symbol, Unknown: []string{"the name or id of " + r.id + ", which AWS chooses"}, Range: r.at}
	e.chosen[chosen.Unknown[0]] = true
	property := r.properties.Get(nameProperty(r.kind))
	if property == nil {
		e.names[r.id] = chosen
		return chosen
	}
	if e.naming[r.id] {
		return chosen // a name that is made of itself
	}
	e.naming[r.id] = true
	given := e.steadily(func() *tree.Node { return e.value(property) })
	delete(e.naming, r.id)
	if given == nil || given.Kind != tree.String && given.Kind != tree.Number || given.Text == "" {
		given = chosen
	}
	e.names[r.id] = &tree.Node{Kind: tree.String, Text: given.Text, Unknown: given.Unknown, Range: given.Range}
	return e.names[r.id]
}

// resourceRef is what Ref of a resource is.
func (e *evaluator) resourceRef(r *resource, at hcl.Range) *tree.Node {
	switch r.kind {
	case "AWS::IAM::ManagedPolicy", "AWS::IAM::OIDCProvider", "AWS::IAM::SAMLProvider", "AWS::SNS::Topic", "AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine":
		return e.arn(r, at)
	}
	return e.named(r, at)
}

// named is the name of a resource, at the place where it is used.
func (e *evaluator) named(r *resource, where hcl.Range) *tree.Node { return at(e.name(r), where) }

// resourceAttribute is what Fn::GetAtt of a resource is.
func (e *evaluator) resourceAttribute(r *resource, attribute string, at hcl.Range) *tree.Node {
	switch {
	case attribute == "Arn", attribute == "PolicyArn" && r.kind == "AWS::IAM::ManagedPolicy", attribute == "TopicArn" && r.kind == "AWS::SNS::Topic":
		if arn := e.arn(r, at); arn != nil {
			return arn
		}
	case attribute == "StreamArn" && isTable(r):
		label := "{" + strings.Trim(r.symbol, "{}") + ".StreamLabel}"
		e.symbols[label] = true
		what := "the label of the stream of " + r.id + ", which AWS chooses"
		e.chosen[what] = true
		stream := &tree.Node{Kind: tree.String, Text: label, Unknown: []string{what}}
		return e.joined(at, "/stream/", []*tree.Node{e.arn(r, at), stream})
	case attribute == "KeyId" && r.kind == "AWS::KMS::Key", attribute == "Id" && r.kind == "AWS::EC2::VPCEndpoint":
		return e.named(r, at)
	}
	return unknown(strings.Trim(r.symbol, "{}")+"."+attribute, attribute+" of "+r.id, at)
}

func isTable(r *resource) bool { return nameProperty(r.kind) == "TableName" }

// arn is the ARN of a resource, as far as its type is known here; else a name in braces.
func (e *evaluator) arn(r *resource, at hcl.Range) *tree.Node {
	prefix := func(service string, regional bool) string {
		if !regional {
			return "arn:" + e.partition(at) + ":" + service + "::" + e.account(at) + ":"
		}
		return "arn:" + e.partition(at) + ":" + service + ":" + e.region(at) + ":" + e.account(at) + ":"
	}
	var front string
	switch r.kind {
	case "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::Serverless::SimpleTable":
		front = prefix("dynamodb", true) + "table/"
	case "AWS::IAM::Role":
		front = prefix("iam", false) + "role"
	case "AWS::IAM::User":
		front = prefix("iam", false) + "user"
	case "AWS::IAM::Group":
		front = prefix("iam", false) + "group"
	case "AWS::IAM::ManagedPolicy":
		front = prefix("iam", false) + "policy"
	case "AWS::IAM::OIDCProvider":
		if issuer := e.issuer(r, at); issuer != nil {
			return e.joined(at, "", []*tree.Node{literal(prefix("iam", false)+"oidc-provider/", at), issuer})
		}
		return unknown(strings.Trim(r.symbol, "{}")+".Arn", "the ARN of "+r.id, at)
	case "AWS::IAM::SAMLProvider":
		return e.joined(at, "", []*tree.Node{literal(prefix("iam", false)+"saml-provider/", at), e.name(r)})
	case "AWS::KMS::Key":
		front = prefix("kms", true) + "key/"
	case "AWS::Lambda::Function", "AWS::Serverless::Function":
		front = prefix("lambda", true) + "function:"
	case "AWS::S3::Bucket":
		return e.joined(at, "", []*tree.Node{literal("arn:"+e.partition(at)+":s3:::", at), e.bucket(r, at)})
	default:
		return unknown(strings.Trim(r.symbol, "{}")+".Arn", "the ARN of "+r.id, at)
	}
	parts := []*tree.Node{literal(front, at)}
	if strings.HasPrefix(r.kind, "AWS::IAM::") {
		parts = append(parts, e.path(r, at))
	}
	return e.joined(at, "", append(parts, e.name(r)))
}

// path is the path of what IAM has, which is in its ARN.
func (e *evaluator) path(r *resource, at hcl.Range) *tree.Node {
	if p := r.properties.Get("Path"); p != nil {
		path := e.steadily(func() *tree.Node { return e.value(p) })
		if path != nil && path.Kind == tree.String && path.Text != "" {
			return path
		}
	}
	return literal("/", at)
}

// issuer is the URL of an OpenID Connect provider without its scheme, as it is in the ARN of the provider (IAM user guide, "Create
// an OpenID Connect (OIDC) identity provider in IAM"); nil where it is not known that it begins with it.
func (e *evaluator) issuer(r *resource, at hcl.Range) *tree.Node {
	p := r.properties.Get("Url")
	if p == nil || e.naming[r.id] {
		return nil
	}
	e.naming[r.id] = true // a URL that is made of the ARN it is for
	url := e.steadily(func() *tree.Node { return e.text(p, at) })
	delete(e.naming, r.id)
	host, found := strings.CutPrefix(url.Text, "https://")
	if !found || host == "" {
		return nil
	}
	return &tree.Node{Kind: tree.String, Text: host, Unknown: url.Unknown, Range: at}
}

func (e *evaluator) bucket(r *resource, at hcl.Range) *tree.Node {
	if p := r.properties.Get("BucketName"); p != nil {
		if name := e.steadily(func() *tree.Node { return e.text(p, at) }); name.Text != "" {
			return name
		}
	}
	return e.named(r, at)
}

// suffix is the domain of AWS in the partition.
func (e *evaluator) suffix(at hcl.Range) string {
	if p, ok := catalog.PartitionOf(e.region(at)); ok {
		return p.DNSSuffix
	}
	return "amazonaws.com"
}

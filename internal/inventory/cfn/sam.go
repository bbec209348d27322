package cfn

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// This file reads what SAM makes roles of (AWS SAM developer guide, AWS::Serverless::Function and AWS::Serverless::StateMachine).

// samRole is the role that SAM makes for a function or a state machine that is given none; nil if there is none. Its logical id
// is that of the function with Role behind it (AWS SAM developer guide, "Generated AWS CloudFormation resources").
func samRole(r *resource) *resource {
	if r.kind != "AWS::Serverless::Function" && r.kind != "AWS::Serverless::StateMachine" || r.properties.Get("Role") != nil {
		return nil
	}
	id := r.id + "Role"
	properties := &tree.Node{Kind: tree.Object, Range: r.at}
	if path := r.properties.Get("RolePath"); path != nil {
		properties.Members = append(properties.Members, tree.Member{Name: "Path", Value: path})
	}
	return &resource{id: id, kind: "AWS::IAM::Role", properties: properties, condition: r.condition, symbol: symbol(id), node: r.node, at: r.at, made: true}
}

// samFunction gives the role of a function or a state machine what SAM gives it.
func (t *template) samFunction(r *resource) {
	if r.kind != "AWS::Serverless::Function" && r.kind != "AWS::Serverless::StateMachine" {
		return
	}
	role := t.resources[r.id+"Role"]
	if role == nil || !role.made {
		return
	}
	i := t.elsewhere(inventory.Role, t.name(role).Text, r.at)
	service := "lambda.amazonaws.com"
	if r.kind == "AWS::Serverless::StateMachine" {
		service = "states.amazonaws.com"
	}
	if trust := t.global(r, "AssumeRolePolicyDocument"); trust != nil {
		i.Trust = t.document(trust, artifact.Trust, "the trust policy of "+i.Name, false)
	} else {
		i.Trust = t.document(trusting(r.at, service), artifact.Trust, "the trust policy of "+i.Name, false)
	}
	for _, e := range t.entries(r.properties.Get("Policies")) {
		t.samPolicy(i, r, e)
	}
	t.bound(i, t.global(r, "PermissionsBoundary"))
	i.Tags = t.tagMap(t.global(r, "Tags"))
	t.samAttached(i, r)
}

// global is a property of a function, or what the template says of all functions.
func (t *template) global(r *resource, name string) *tree.Node {
	if n := r.properties.Get(name); n != nil {
		return n
	}
	return t.root.At("Globals", strings.TrimPrefix(r.kind, "AWS::Serverless::"), name)
}

// samAttached attaches what SAM attaches by itself: the right to write logs always, and what a function in a VPC, one that is
// traced and one that reads a stream needs.
func (t *template) samAttached(i *inventory.Identity, r *resource) {
	if r.kind == "AWS::Serverless::Function" {
		t.attachAWS(i, "AWSLambdaBasicExecutionRole", r.at)
	}
	if n := t.global(r, "VpcConfig"); n != nil {
		t.attachAWS(i, "AWSLambdaVPCAccessExecutionRole", n.Range)
	}
	if n := t.value(t.global(r, "Tracing")); n.String() == "Active" {
		t.attachAWS(i, "AWSXRayDaemonWriteAccess", n.Range)
	}
	for _, m := range members(r.properties.Get("Events")) {
		if m.Value.Get("Type").String() == "DynamoDB" {
			t.attachAWS(i, "AWSLambdaDynamoDBExecutionRole", m.Range)
		}
	}
}

// attachAWS attaches a policy of AWS's by its name. The path of one that is not known here cannot be told from its name.
func (t *template) attachAWS(i *inventory.Identity, name string, at hcl.Range) {
	path := "/{path}/"
	if info, ok := catalog.ManagedPolicy(name); ok {
		path = info.Path
	}
	i.Attach("arn:"+t.partition(at)+":iam::aws:policy"+path+name, at)
}

// samPolicy reads an item of Policies: the name or the ARN of a managed policy, a document, or a policy template with its
// parameters.
func (t *template) samPolicy(i *inventory.Identity, r *resource, e entry) {
	name, _ := call(e.node)
	switch {
	case name != "" || e.node.Kind == tree.String:
		arn := t.textOf(e.node)
		if strings.HasPrefix(arn, "arn:") || strings.HasPrefix(arn, "{") {
			t.attachARN(i, arn, e.node.Range, e.perhaps)
		} else if arn != "" {
			t.attachAWS(i, arn, e.node.Range)
		}
	case e.node.Get("Statement") != nil:
		if d := t.document(e.node, artifact.Identity, "a policy of "+r.id, e.perhaps); d != nil {
			i.Policies = append(i.Policies, d)
		}
	case e.node.Kind == tree.Object && len(e.node.Members) == 1:
		t.policyTemplate(i, r, e.node.Members[0])
	default:
		t.unread(e.node.Range, "Policy that is not understood", "An item of Policies is the name of a managed policy, a policy document, or one policy template, and this is none of them. Write one of them.")
	}
}

// policyTemplate writes a policy template of SAM out.
func (t *template) policyTemplate(i *inventory.Identity, r *resource, m tree.Member) {
	var grants []grant
	for _, p := range policyTemplates() {
		if p.name == m.Name {
			grants = p.grants
		}
	}
	if grants == nil {
		t.unread(m.Range, "Policy template that is not written out", "What the policy template %s grants is not read here: only those for DynamoDB and KMS are. Look it up in the AWS SAM developer guide, \"AWS SAM policy templates\".", m.Name)
		return
	}
	var statements []*tree.Node
	for _, g := range grants {
		var resources []*tree.Node
		for _, pattern := range g.resources {
			resources = append(resources, t.substitute(list(m.Value, []*tree.Node{literal(pattern, m.Range), m.Value}), m.Range))
		}
		statements = append(statements, allowing(m.Range, g.actions, resources))
	}
	if d := t.document(documentOf(m.Range, statements), artifact.Identity, m.Name+" of "+r.id, false); d != nil {
		i.Policies = append(i.Policies, d)
	}
}

// allowing is a statement that allows actions on resources.
func allowing(at hcl.Range, actions []string, resources []*tree.Node) *tree.Node {
	list := &tree.Node{Kind: tree.List, Range: at}
	for _, a := range actions {
		list.Items = append(list.Items, literal(a, at))
	}
	return object(at, "Effect", "Allow", "Action", list, "Resource", &tree.Node{Kind: tree.List, Items: resources, Range: at})
}

func documentOf(at hcl.Range, statements []*tree.Node) *tree.Node {
	return object(at, "Version", "2012-10-17", "Statement", &tree.Node{Kind: tree.List, Items: statements, Range: at})
}

// trusting is the trust policy that SAM writes for a service.
func trusting(at hcl.Range, service string) *tree.Node {
	return documentOf(at, []*tree.Node{object(at, "Effect", "Allow", "Principal", object(at, "Service", service), "Action", "sts:AssumeRole")})
}

// object is an object of names and values, which are texts or nodes.
func object(at hcl.Range, pairs ...any) *tree.Node {
	out := &tree.Node{Kind: tree.Object, Range: at}
	for i := 0; i+1 < len(pairs); i += 2 {
		m := tree.Member{Name: pairs[i].(string), Range: at}
		switch v := pairs[i+1].(type) {
		case string:
			m.Value = literal(v, at)
		case *tree.Node:
			m.Value = v
		}
		out.Members = append(out.Members, m)
	}
	return out
}

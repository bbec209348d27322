package terraform

import (
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
)

// boundaryName is the name of the boundary's resource. A hyphen is in no logical name, so no role's policy can clash.
const boundaryName = "permissions-boundary"

// bootstrapModule is the module of what an administrator makes before anything is deployed: the permissions boundary, the
// roles that deploy and plan, and the identity providers by which continuous integration becomes them.
func bootstrapModule(m *model.Model) []output.File {
	if !m.Bootstraps() {
		return nil
	}
	dir := module("bootstrap")
	files := roleFiles(m, dir, m.DeployRoles)
	if m.Guardrails.Boundary.Made() {
		files = append(files, boundary(m).named(dir, "boundary"))
	}
	if len(integrations(m)) > 0 {
		files = append(files, identityProviders().named(dir, "identity_providers"))
	}
	return append(files,
		bootstrapVariables(m).named(dir, "variables"),
		bootstrapOutputs(m).named(dir, "outputs"),
		versions().named(dir, "versions"))
}

// boundary is the file of the permissions boundary. Its description is the same for ever, because AWS cannot change it and
// Terraform would replace the policy.
func boundary(m *model.Model) *source {
	s := newSource()
	s.resource("aws_iam_policy", boundaryName, []string{
		"It grants nothing by itself: what a role may do is what both this policy and the role's own allow.",
	}, func(b body) {
		b.set("name", prefixed(blank().BoundaryName(m)))
		b.set("path", text(m.BootstrapPath()))
		b.set("description", text("The most that the roles of "+m.Name+" can ever do"))
		b.set("policy", expr("var.boundary"))
		b.set("tags", expr("var.tags"))
	})
	return s
}

func bootstrapVariables(m *model.Model) *source {
	s := newSource()
	s.prefixVariable()
	s.tagsVariable()
	if m.Guardrails.Boundary.Made() {
		s.variable("boundary", "The JSON policy that is the permissions boundary.", expr("string"))
	}
	if len(integrations(m)) > 0 {
		s.providerVariables()
	}
	if len(m.DeployRoles) > 0 {
		s.rolesVariable(m.DeployRoles)
	}
	return s
}

// bootstrapOutputs are the outputs of the module.
func bootstrapOutputs(m *model.Model) *source {
	return bootstrapResults(m, expr("aws_iam_policy."+boundaryName+".arn"), roleARNs(m.DeployRoles))
}

// bootstrapResults are the outputs of the module and of the root that calls it.
func bootstrapResults(m *model.Model, boundary, roles hclwrite.Tokens) *source {
	s := newSource()
	if m.Guardrails.Boundary.Made() {
		s.output("permissions_boundary", "ARN of the permissions boundary.", boundary)
	}
	if len(m.DeployRoles) > 0 {
		s.output("role_arns", "ARN of each role that deploys or plans.", roles)
	}
	return s
}

// bootstrapRoot is the root that an administrator applies.
func bootstrapRoot(m *model.Model, e *model.Environment, policies []artifact.Policy) []output.File {
	if !m.Bootstraps() {
		return nil
	}
	dir := artifact.BootstrapRootDir(e)
	return []output.File{
		bootstrapMain(m, e, policies).named(dir, "main"),
		rootProviders(m, e, true).named(dir, "providers"),
		bootstrapResults(m, expr("module.bootstrap.permissions_boundary"), expr("module.bootstrap.role_arns")).named(dir, "outputs"),
	}
}

func bootstrapMain(m *model.Model, e *model.Environment, policies []artifact.Policy) *source {
	s := newSource()
	s.blank()
	s.comment(
		"An administrator applies this root: before the environment's own, and whenever a build changes it. Here is what",
		"whoever deploys the environment must not be able to change: who that is, and the most that a role can ever do.",
	)
	s.top("locals", nil, nil, func(b body) { b.set("tags", tagObject(e.AllTags(m, nil))) })
	s.call(artifact.BootstrapRootDir(e), "bootstrap", e, func(b body) { bootstrapArguments(b, m, e, policies) })
	return s
}

func bootstrapArguments(b body, m *model.Model, e *model.Environment, policies []artifact.Policy) {
	b.set("tags", expr("local.tags"))
	if m.Guardrails.Boundary.Made() {
		b.set("boundary", policyFile(artifact.Policy{Kind: artifact.Boundary, Environment: e}))
	}
	if len(integrations(m)) > 0 {
		providerArguments(b, m, e)
	}
	if len(m.DeployRoles) > 0 {
		b.set("roles", roleObject(m, e, m.DeployRoles, policies))
	}
}

package terraform

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
)

// rootMain calls the modules that have content. Each policy is named by its file, so a reviewer sees what goes where.
func rootMain(m *model.Model, e *model.Environment, policies []artifact.Policy) *source {
	s := newSource()
	s.top("locals", nil, nil, func(b body) { b.set("tags", tagObject(e.AllTags(m, nil))) })
	call := func(name string, fill func(body)) { s.call(artifact.EnvironmentDir(e), name, e, fill) }
	if len(m.Roles) > 0 {
		call("roles", func(b body) { rolesArguments(b, m, e, policies) })
	}
	if made := madeKeys(m); len(made) > 0 {
		call("keys", func(b body) { keysArguments(b, m, e, made) })
	}
	if len(m.Tables) > 0 {
		call("tables", func(b body) { tablesArguments(b, m, e) })
	}
	if len(m.Endpoints) > 0 {
		call("endpoints", func(b body) {
			b.set("tags", expr("local.tags"))
			b.set("endpoints", object(pairsOf(m.Endpoints, func(p *model.Endpoint) pair { return pair{p.Name, endpointArgument(e, p)} })))
		})
	}
	if m.Trail != nil {
		call("audit", func(b body) { auditArguments(b, e, m.Trail) })
	}
	return s
}

// call is a module block with the arguments that every module takes, in the root of the directory dir.
func (s *source) call(dir, name string, e *model.Environment, fill func(body)) {
	up := strings.Repeat("../", strings.Count(dir, "/")+1)
	s.top("module", []string{name}, nil, func(b body) {
		b.set("source", text(up+module(name)))
		b.blank()
		b.set("name_prefix", text(e.NamePrefix))
		fill(b)
	})
}

func rolesArguments(b body, m *model.Model, e *model.Environment, policies []artifact.Policy) {
	b.set("tags", expr("local.tags"))
	b.set("roles", roleObject(m, e, m.Roles, policies))
	if !boundsRoles(m) {
		return
	}
	if m.Guardrails.Boundary.Made() {
		b.blank()
		b.comment("Made by the root in bootstrap, which is applied before this one.")
	}
	b.set("permissions_boundary", text(e.BoundaryARN(m)))
}

func roleObject(m *model.Model, e *model.Environment, roles []*model.Role, policies []artifact.Policy) hclwrite.Tokens {
	return object(pairsOf(roles, func(r *model.Role) pair { return pair{r.Name, roleArgument(m, e, r, policies)} }))
}

func roleArgument(m *model.Model, e *model.Environment, r *model.Role, policies []artifact.Policy) hclwrite.Tokens {
	if !r.PerTenant {
		return roleDocuments(e, r, "", policies)
	}
	return quoted(pairsOf(m.RoleTenants(r), func(tenant string) pair {
		return pair{tenant, roleDocuments(e, r, tenant, policies)}
	}))
}

func roleDocuments(e *model.Environment, r *model.Role, tenant string, policies []artifact.Policy) hclwrite.Tokens {
	var fields []pair
	if makesRole(r) {
		fields = append(fields, pair{"trust", policyFile(artifact.Policy{Kind: artifact.Trust, Environment: e, Role: r, Tenant: tenant})})
	}
	fields = append(fields, pair{"policies", list(mapOf(artifact.OfRole(policies, r, tenant), policyFile))})
	if len(r.Attach) > 0 {
		fields = append(fields, pair{"attach", list(mapOf(r.Attach, func(a model.Attachment) hclwrite.Tokens { return text(e.ExpandARN(a.ARN)) }))})
	}
	return object(fields)
}

func policyFile(p artifact.Policy) hclwrite.Tokens { return file(p.PathInRoot()) }

func keysArguments(b body, m *model.Model, e *model.Environment, made []*model.Key) {
	b.set("tags", expr("local.tags"))
	b.set("policies", object(pairsOf(made, func(k *model.Key) pair {
		return pair{k.Name, policyFile(artifact.Policy{Kind: artifact.Key, Environment: e, Key: k})}
	})))
	if len(m.Roles) > 0 {
		b.blank()
		b.comment("AWS refuses a key policy that names a role which does not exist yet.")
		b.set("depends_on", list([]hclwrite.Tokens{expr("module.roles")}))
	}
}

// tablesArguments has no depends_on: it would make Terraform put off reading existing tables to the apply whenever a role
// changes, and then plan to replace their resource policies. The keys come first because their ARNs are passed.
func tablesArguments(b body, m *model.Model, e *model.Environment) {
	if slices.ContainsFunc(m.Tables, makesTable) {
		b.set("tags", expr("local.tags"))
	}
	if used := tableKeys(m); len(used) > 0 {
		b.set("key_arns", object(pairsOf(used, func(k *model.Key) pair { return pair{k.Name, keyARN(e, k)} })))
	}
	if policied := keep(m.Tables, m.Policied); len(policied) > 0 {
		b.set("policies", object(pairsOf(policied, func(t *model.Table) pair {
			return pair{t.Name, policyFile(artifact.Policy{Kind: artifact.Table, Environment: e, Table: t})}
		})))
	}
}

func keyARN(e *model.Environment, k *model.Key) hclwrite.Tokens {
	if makesKey(k) {
		return expr("module.keys.arns.%s", k.Name)
	}
	return text(model.In(e, k.Existing))
}

func endpointArgument(e *model.Environment, p *model.Endpoint) hclwrite.Tokens {
	place := e.PlacementOf(p)
	if place == nil {
		panic("terraform: endpoint " + p.Name + " has no place in environment " + e.Name)
	}
	fields := []pair{{"vpc_id", text(place.VPC)}, {"service_name", text(serviceName(e, p))}}
	if p.Gateway {
		fields = append(fields, pair{"route_table_ids", texts(place.RouteTables)})
	} else {
		fields = append(fields, pair{"subnet_ids", texts(place.Subnets)}, pair{"security_group_ids", texts(place.SecurityGroups)})
	}
	policy := artifact.Policy{Kind: artifact.Endpoint, Environment: e, Endpoint: p}
	return object(append(fields, pair{"policy", policyFile(policy)}))
}

func auditArguments(b body, e *model.Environment, t *model.Trail) {
	b.set("tags", expr("local.tags"))
	b.set("table_arns", expr("module.tables.arns"))
	if t.Key != nil {
		b.set("kms_key_arn", keyARN(e, t.Key))
	}
}

// rootProviders is where the root is applied, and where its state is kept; bootstrap is for the administrator's root. The
// provider refuses other accounts, because policies name this one.
func rootProviders(m *model.Model, e *model.Environment, bootstrap bool) *source {
	s := newSource()
	if m.State == nil {
		s.top("terraform", nil, []string{
			"There is no backend here, so the state is a local file. To keep it elsewhere, put a backend.tf with",
			"terraform { backend \"s3\" { ... } } beside this file; a build leaves files alone that it did not write.",
		}, func(b body) { requirements(b, terraformVersions) })
	} else {
		s.top("terraform", nil, nil, func(b body) { backend(b, m, e, bootstrap) })
	}
	s.top("provider", []string{"aws"}, []string{"The policies name this account and region; the provider stops in any other account."}, func(b body) {
		b.set("region", text(e.Region))
		b.set("allowed_account_ids", texts([]string{e.Account}))
	})
	return s
}

// rootOutputs passes on what applications and other Terraform need to know.
func rootOutputs(m *model.Model) *source {
	s := newSource()
	if len(m.Roles) > 0 {
		s.output("role_arns", "ARN of each role; by tenant where a role is made once a tenant.", expr("module.roles.arns"))
	}
	if slices.ContainsFunc(m.Roles, hasInstanceProfile) {
		s.output("instance_profile_names", "Name of the instance profile of each role that EC2 instances run as.", expr("module.roles.instance_profile_names"))
	}
	if len(madeKeys(m)) > 0 {
		s.output("key_arns", "ARN of each key.", expr("module.keys.arns"))
	}
	if len(m.Tables) > 0 {
		s.output("table_names", "Physical name of each table.", expr("module.tables.names"))
		s.output("table_arns", "ARN of each table.", expr("module.tables.arns"))
	}
	if slices.ContainsFunc(m.Tables, streams) {
		s.output("stream_arns", "ARN of the stream of each table that has one.", expr("module.tables.stream_arns"))
	}
	if len(m.Endpoints) > 0 {
		s.output("endpoint_ids", "Id of each VPC endpoint.", expr("module.endpoints.ids"))
	}
	if slices.ContainsFunc(m.Endpoints, isInterface) {
		s.output("endpoint_urls", "URL of each interface endpoint, for the endpoint setting of the SDK's client.", expr("module.endpoints.urls"))
	}
	if m.Trail != nil {
		s.output("trail_arn", "ARN of the audit trail.", expr("module.audit.trail_arn"))
	}
	return s
}

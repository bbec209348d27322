package terraform

import (
	"slices"

	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
)

// rolesModule is the module of all roles: their trust, their policies, and that nothing else is attached to them.
func rolesModule(m *model.Model) []output.File {
	if len(m.Roles) == 0 {
		return nil
	}
	dir := module("roles")
	return append(roleFiles(m, dir, m.Roles),
		roleVariables(m).named(dir, "variables"),
		roleOutputs(m).named(dir, "outputs"),
		versions().named(dir, "versions"))
}

func roleFiles(m *model.Model, dir string, roles []*model.Role) []output.File {
	var files []output.File
	for _, r := range roles {
		files = append(files, role(m, r).named(dir, "role_"+r.Name))
	}
	return files
}

// role is the file of one role. A role that is made for each tenant is the same with a key of the tenant everywhere.
func role(m *model.Model, r *model.Role) *source {
	s := newSource()
	if r.Existing {
		existingRole(s, r)
	} else {
		madeRole(s, m, r)
	}
	rolePolicies(s, m, r)
	roleAttachments(s, r)
	if !r.Existing {
		exclusive(s, r)
	}
	if hasInstanceProfile(r) {
		instanceProfile(s, r)
	}
	return s
}

func existingRole(s *source, r *model.Role) {
	s.data("aws_iam_role", r.Name, []string{
		"Made elsewhere: its trust and its other policies are its owner's.",
	}, func(b body) {
		eachTenant(b, r)
		b.set("name", roleName(r))
	})
}

func madeRole(s *source, m *model.Model, r *model.Role) {
	s.resource("aws_iam_role", r.Name, nil, func(b body) {
		roleNotes(b, m, r)
		eachTenant(b, r)
		b.set("name", roleName(r))
		b.set("path", text(r.Path))
		if r.Description != "" {
			b.set("description", text(r.Description))
		}
		b.set("assume_role_policy", perTenant(r, expr("var.roles.%s.trust", r.Name), expr("each.value.trust")))
		b.set("max_session_duration", number(r.Session))
		if !deploys(m, r) && boundsRoles(m) {
			b.set("permissions_boundary", expr("var.permissions_boundary"))
		}
		b.set("tags", tags(r.Tags))
		roleOrder(b, m, r)
	})
}

// deploys reports whether a role is one that an administrator makes. Such a role has no permissions boundary: that is made
// of what the other roles need, and only the administrator could add to its policies.
func deploys(m *model.Model, r *model.Role) bool { return slices.Contains(m.DeployRoles, r) }

// boundsRoles reports whether the roles that are made beside the tables have a permissions boundary.
func boundsRoles(m *model.Model) bool {
	return m.Guardrails.Boundary != nil && slices.ContainsFunc(m.Roles, makesRole)
}

// roleOrder makes Terraform wait for what the trust policy names.
func roleOrder(b body, m *model.Model, r *model.Role) {
	if trusted := trustedRoles(r); len(trusted) > 0 {
		b.blank()
		b.comment("AWS refuses a trust policy that names a role which does not exist yet.")
		b.set("depends_on", list(mapOf(trusted, func(r *model.Role) hclwrite.Tokens { return expr("aws_iam_role.%s", r.Name) })))
	}
	if deploys(m, r) && r.Trust.Kind.ByIntegration() {
		b.blank()
		b.comment("Nobody becomes the role before there is the identity provider that its trust policy names.")
		b.set("depends_on", list([]hclwrite.Tokens{expr(madeProviders)}))
	}
}

// trustedRoles are the roles that must exist before r: those its trust policy names.
func trustedRoles(r *model.Role) []*model.Role {
	var out []*model.Role
	for _, p := range r.Trust.Roles {
		if p.Role != nil && p.Role != r && makesRole(p.Role) {
			out = append(out, p.Role)
		}
	}
	return out
}

// rolePolicies are the managed policies. Their description is the same for ever, because AWS cannot change it and
// Terraform would replace the policy.
func rolePolicies(s *source, m *model.Model, r *model.Role) {
	if r.PerTenant {
		tenantDocuments(s, r)
	}
	s.resource("aws_iam_policy", r.Name, append([]string{
		"One policy holds what fits AWS's quota; the second and later ones have their number in the name.",
	}, policyNotesAbove(m, r)...), func(b body) {
		b.set("for_each", perTenant(r,
			expr("{ for i, document in var.roles.%s.policies : i + 1 => document }", r.Name),
			expr("local.%s_documents", r.Name)))
		b.blank()
		b.set("name", perTenant(r,
			expr(`each.key == "1" ? `+reference(r)+`.name : "${`+reference(r)+`.name}+${each.key}"`),
			expr(`"${`+reference(r)+`[each.value.tenant].name}${each.value.suffix}"`)))
		b.set("path", text(r.Path))
		b.set("description", text("What the role "+r.Name+" may do"))
		b.set("policy", perTenant(r, expr("each.value"), expr("each.value.document")))
		b.set("tags", expr("var.tags"))
	})
}

// tenantDocuments flattens the documents of all tenants into one map, because for_each takes one level. A slash is in no
// tenant id that a role name can hold, so the keys are unambiguous.
func tenantDocuments(s *source, r *model.Role) {
	s.top("locals", nil, nil, func(b body) {
		b.set(r.Name+"_documents", expr(`merge([
  for tenant, role in var.roles.%s : {
    for i, document in role.policies : "${tenant}/${i + 1}" => {
      tenant   = tenant
      suffix   = i == 0 ? "" : "+${i + 1}"
      document = document
    }
  }
]...)`, r.Name))
	})
}

func roleAttachments(s *source, r *model.Role) {
	s.resource("aws_iam_role_policy_attachment", r.Name, nil, func(b body) {
		b.set("for_each", attached(r))
		b.blank()
		b.set("role", perTenant(r, expr(reference(r)+".name"), expr(reference(r)+"[each.value.tenant].name")))
		b.set("policy_arn", perTenant(r, expr("each.value"), expr("each.value.policy")))
	})
}

// attached is the map of what is attached: the policies above, and those written elsewhere, under keys that are known
// before anything exists.
func attached(r *model.Role) hclwrite.Tokens {
	switch {
	case r.PerTenant && len(r.Attach) > 0:
		return expr(`merge(
  { for key, policy in aws_iam_policy.%s : key => { tenant = split("/", key)[0], policy = policy.arn } },
  merge([
    for tenant, role in var.roles.%s : {
      for arn in role.attach : "${tenant}/${arn}" => { tenant = tenant, policy = arn }
    }
  ]...),
)`, r.Name, r.Name)
	case r.PerTenant:
		return expr(`{ for key, policy in aws_iam_policy.%s : key => { tenant = split("/", key)[0], policy = policy.arn } }`, r.Name)
	case len(r.Attach) > 0:
		return expr(`merge(
  { for key, policy in aws_iam_policy.%s : key => policy.arn },
  { for arn in var.roles.%s.attach : arn => arn },
)`, r.Name, r.Name)
	}
	return expr("{ for key, policy in aws_iam_policy.%s : key => policy.arn }", r.Name)
}

// exclusive makes a policy that someone adds by hand show as drift. The ARNs come from the attachments, not from the
// policies, so that they are attached before anything is detached.
func exclusive(s *source, r *model.Role) {
	s.resource("aws_iam_role_policy_attachments_exclusive", r.Name, []string{
		"Nothing else stays attached: a policy attached by hand shows in the plan, and the apply detaches it.",
	}, func(b body) {
		eachTenant(b, r)
		b.set("role_name", ownReference(r, "name"))
		b.set("policy_arns", perTenant(r,
			expr("[for attachment in aws_iam_role_policy_attachment.%s : attachment.policy_arn]", r.Name),
			expr(`[
  for key, attachment in aws_iam_role_policy_attachment.%s : attachment.policy_arn
  if split("/", key)[0] == each.key
]`, r.Name)))
	})
	s.resource("aws_iam_role_policies_exclusive", r.Name, []string{"The same for inline policies: there are none."}, func(b body) {
		eachTenant(b, r)
		b.set("role_name", ownReference(r, "name"))
		b.set("policy_names", list(nil))
	})
}

// hasInstanceProfile reports whether EC2 instances run as the role: they take it only in an instance profile.
func hasInstanceProfile(r *model.Role) bool {
	return !r.Existing && r.Trust.Kind == model.ServiceTrust && r.Trust.Service == "ec2"
}

func instanceProfile(s *source, r *model.Role) {
	s.resource("aws_iam_instance_profile", r.Name, []string{"An EC2 instance takes a role only in a profile."}, func(b body) {
		eachTenant(b, r)
		b.set("name", ownReference(r, "name"))
		b.set("path", text(r.Path))
		b.set("role", ownReference(r, "name"))
		b.set("tags", expr("var.tags"))
	})
}

// reference is the address of the role's resource or data source.
func reference(r *model.Role) string {
	if r.Existing {
		return "data.aws_iam_role." + r.Name
	}
	return "aws_iam_role." + r.Name
}

// ownReference is an attribute of the role, of the same tenant's if there are several.
func ownReference(r *model.Role, attribute string) hclwrite.Tokens {
	return perTenant(r, expr(reference(r)+"."+attribute), expr(reference(r)+"[each.key]."+attribute))
}

// roleName is the physical name.
func roleName(r *model.Role) hclwrite.Tokens {
	name := blank().RoleName(r, "")
	return perTenant(r, prefixed(name), join(expr("var.name_prefix"), text(name+"-"), expr("each.key")))
}

func eachTenant(b body, r *model.Role) {
	if r.PerTenant {
		b.set("for_each", expr("var.roles.%s", r.Name))
		b.blank()
	}
}

func perTenant(r *model.Role, once, each hclwrite.Tokens) hclwrite.Tokens {
	if r.PerTenant {
		return each
	}
	return once
}

func roleVariables(m *model.Model) *source {
	s := newSource()
	s.prefixVariable()
	s.tagsVariable()
	s.rolesVariable(m.Roles)
	if boundsRoles(m) {
		s.variable("permissions_boundary", "ARN of the permissions boundary: the most that a role which is made here can ever do, whatever is attached to it.", expr("string"))
	}
	return s
}

// rolesVariable declares what the files of roles read.
func (s *source) rolesVariable(roles []*model.Role) {
	s.variable("roles", "The JSON policy documents of each role (of each tenant's, where a role is made once a tenant) and the policies written elsewhere that stay attached.",
		objectType(pairsOf(roles, func(r *model.Role) pair { return pair{r.Name, roleType(r)} })))
}

func roleType(r *model.Role) hclwrite.Tokens {
	var fields []pair
	if makesRole(r) {
		fields = append(fields, pair{"trust", expr("string")})
	}
	fields = append(fields, pair{"policies", expr("list(string)")})
	if len(r.Attach) > 0 {
		fields = append(fields, pair{"attach", expr("list(string)")})
	}
	if r.PerTenant {
		return hclwrite.TokensForFunctionCall("map", objectType(fields))
	}
	return objectType(fields)
}

func roleOutputs(m *model.Model) *source {
	s := newSource()
	s.output("arns", "ARN of each role; by tenant where a role is made once a tenant.", roleARNs(m.Roles))
	if profiled := keep(m.Roles, hasInstanceProfile); len(profiled) > 0 {
		s.output("instance_profile_names", "Name of the instance profile of each role that EC2 instances run as.",
			object(pairsOf(profiled, func(r *model.Role) pair {
				return pair{r.Name, roleOutput(r, "aws_iam_instance_profile."+r.Name, "name")}
			})))
	}
	return s
}

func roleARNs(roles []*model.Role) hclwrite.Tokens {
	return object(pairsOf(roles, func(r *model.Role) pair { return pair{r.Name, roleOutput(r, reference(r), "arn")} }))
}

func roleOutput(r *model.Role, address, attribute string) hclwrite.Tokens {
	return perTenant(r,
		expr(address+"."+attribute),
		expr("{ for tenant, one in "+address+" : tenant => one."+attribute+" }"))
}

# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

resource "aws_iam_role" "api_tenant" {
  name                 = "${var.name_prefix}saas-api-tenant"
  path                 = "/ddbgen/saas/"
  description          = "One tenant's session"
  assume_role_policy   = var.roles.api_tenant.trust
  max_session_duration = 3600
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags

  # AWS refuses a trust policy that names a role which does not exist yet.
  depends_on = [aws_iam_role.api]
}

# One policy holds what fits AWS's quota; the second and later ones have their number in the name.
resource "aws_iam_policy" "api_tenant" {
  for_each = { for i, document in var.roles.api_tenant.policies : i + 1 => document }

  name        = each.key == "1" ? aws_iam_role.api_tenant.name : "${aws_iam_role.api_tenant.name}+${each.key}"
  path        = "/ddbgen/saas/"
  description = "What the role api_tenant may do"
  policy      = each.value
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "api_tenant" {
  for_each = { for key, policy in aws_iam_policy.api_tenant : key => policy.arn }

  role       = aws_iam_role.api_tenant.name
  policy_arn = each.value
}

# Nothing else stays attached: a policy attached by hand shows in the plan, and the apply detaches it.
resource "aws_iam_role_policy_attachments_exclusive" "api_tenant" {
  role_name   = aws_iam_role.api_tenant.name
  policy_arns = [for attachment in aws_iam_role_policy_attachment.api_tenant : attachment.policy_arn]
}

# The same for inline policies: there are none.
resource "aws_iam_role_policies_exclusive" "api_tenant" {
  role_name    = aws_iam_role.api_tenant.name
  policy_names = []
}

# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

resource "aws_iam_role" "support" {
  name                 = "${var.name_prefix}saas-support"
  path                 = "/ddbgen/saas/"
  description          = "Support desk"
  assume_role_policy   = var.roles.support.trust
  max_session_duration = 3600
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags
}

# One policy holds what fits AWS's quota; the second and later ones have their number in the name.
resource "aws_iam_policy" "support" {
  for_each = { for i, document in var.roles.support.policies : i + 1 => document }

  name        = each.key == "1" ? aws_iam_role.support.name : "${aws_iam_role.support.name}+${each.key}"
  path        = "/ddbgen/saas/"
  description = "What the role support may do"
  policy      = each.value
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "support" {
  for_each = { for key, policy in aws_iam_policy.support : key => policy.arn }

  role       = aws_iam_role.support.name
  policy_arn = each.value
}

# Nothing else stays attached: a policy attached by hand shows in the plan, and the apply detaches it.
resource "aws_iam_role_policy_attachments_exclusive" "support" {
  role_name   = aws_iam_role.support.name
  policy_arns = [for attachment in aws_iam_role_policy_attachment.support : attachment.policy_arn]
}

# The same for inline policies: there are none.
resource "aws_iam_role_policies_exclusive" "support" {
  role_name    = aws_iam_role.support.name
  policy_names = []
}

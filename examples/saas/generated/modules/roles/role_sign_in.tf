# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

resource "aws_iam_role" "sign_in" {
  name                 = "${var.name_prefix}saas-sign-in"
  path                 = "/ddbgen/saas/"
  description          = "Finds the tenant of an e-mail address, and nothing more"
  assume_role_policy   = var.roles.sign_in.trust
  max_session_duration = 3600
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags
}

# One policy holds what fits AWS's quota; the second and later ones have their number in the name.
resource "aws_iam_policy" "sign_in" {
  for_each = { for i, document in var.roles.sign_in.policies : i + 1 => document }

  name        = each.key == "1" ? aws_iam_role.sign_in.name : "${aws_iam_role.sign_in.name}+${each.key}"
  path        = "/ddbgen/saas/"
  description = "What the role sign_in may do"
  policy      = each.value
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "sign_in" {
  for_each = { for key, policy in aws_iam_policy.sign_in : key => policy.arn }

  role       = aws_iam_role.sign_in.name
  policy_arn = each.value
}

# Nothing else stays attached: a policy attached by hand shows in the plan, and the apply detaches it.
resource "aws_iam_role_policy_attachments_exclusive" "sign_in" {
  role_name   = aws_iam_role.sign_in.name
  policy_arns = [for attachment in aws_iam_role_policy_attachment.sign_in : attachment.policy_arn]
}

# The same for inline policies: there are none.
resource "aws_iam_role_policies_exclusive" "sign_in" {
  role_name    = aws_iam_role.sign_in.name
  policy_names = []
}

# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

resource "aws_iam_role" "auditor" {
  name                 = "${var.name_prefix}payments-auditor"
  path                 = "/ddbgen/payments/"
  description          = "Looks at tables, by their tags"
  assume_role_policy   = var.roles.auditor.trust
  max_session_duration = 3600
  permissions_boundary = var.permissions_boundary
  tags = merge(var.tags, {
    "Team" = "treasury"
  })
}

# One policy holds what fits AWS's quota; the second and later ones have their number in the name.
resource "aws_iam_policy" "auditor" {
  for_each = { for i, document in var.roles.auditor.policies : i + 1 => document }

  name        = each.key == "1" ? aws_iam_role.auditor.name : "${aws_iam_role.auditor.name}+${each.key}"
  path        = "/ddbgen/payments/"
  description = "What the role auditor may do"
  policy      = each.value
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "auditor" {
  for_each = { for key, policy in aws_iam_policy.auditor : key => policy.arn }

  role       = aws_iam_role.auditor.name
  policy_arn = each.value
}

# Nothing else stays attached: a policy attached by hand shows in the plan, and the apply detaches it.
resource "aws_iam_role_policy_attachments_exclusive" "auditor" {
  role_name   = aws_iam_role.auditor.name
  policy_arns = [for attachment in aws_iam_role_policy_attachment.auditor : attachment.policy_arn]
}

# The same for inline policies: there are none.
resource "aws_iam_role_policies_exclusive" "auditor" {
  role_name    = aws_iam_role.auditor.name
  policy_names = []
}

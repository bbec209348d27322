# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

resource "aws_iam_role" "api" {
  name                 = "${var.name_prefix}payments-api"
  path                 = "/ddbgen/payments/"
  description          = "The API's function; holds no data access, may only become a tenant"
  assume_role_policy   = var.roles.api.trust
  max_session_duration = 3600
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags
}

# One policy holds what fits AWS's quota; the second and later ones have their number in the name.
resource "aws_iam_policy" "api" {
  for_each = { for i, document in var.roles.api.policies : i + 1 => document }

  name        = each.key == "1" ? aws_iam_role.api.name : "${aws_iam_role.api.name}+${each.key}"
  path        = "/ddbgen/payments/"
  description = "What the role api may do"
  policy      = each.value
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "api" {
  for_each = merge(
    { for key, policy in aws_iam_policy.api : key => policy.arn },
    { for arn in var.roles.api.attach : arn => arn },
  )

  role       = aws_iam_role.api.name
  policy_arn = each.value
}

# Nothing else stays attached: a policy attached by hand shows in the plan, and the apply detaches it.
resource "aws_iam_role_policy_attachments_exclusive" "api" {
  role_name   = aws_iam_role.api.name
  policy_arns = [for attachment in aws_iam_role_policy_attachment.api : attachment.policy_arn]
}

# The same for inline policies: there are none.
resource "aws_iam_role_policies_exclusive" "api" {
  role_name    = aws_iam_role.api.name
  policy_names = []
}

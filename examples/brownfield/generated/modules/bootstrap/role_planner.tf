# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

resource "aws_iam_role" "planner" {
  name                 = "${var.name_prefix}brownfield-planner"
  path                 = "/ddbgen-bootstrap/brownfield/"
  assume_role_policy   = var.roles.planner.trust
  max_session_duration = 3600
  tags                 = var.tags

  # Nobody becomes the role before there is the identity provider that its trust policy names.
  depends_on = [aws_iam_openid_connect_provider.integration]
}

# One policy holds what fits AWS's quota; the second and later ones have their number in the name.
resource "aws_iam_policy" "planner" {
  for_each = { for i, document in var.roles.planner.policies : i + 1 => document }

  name        = each.key == "1" ? aws_iam_role.planner.name : "${aws_iam_role.planner.name}+${each.key}"
  path        = "/ddbgen-bootstrap/brownfield/"
  description = "What the role planner may do"
  policy      = each.value
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "planner" {
  for_each = { for key, policy in aws_iam_policy.planner : key => policy.arn }

  role       = aws_iam_role.planner.name
  policy_arn = each.value
}

# Nothing else stays attached: a policy attached by hand shows in the plan, and the apply detaches it.
resource "aws_iam_role_policy_attachments_exclusive" "planner" {
  role_name   = aws_iam_role.planner.name
  policy_arns = [for attachment in aws_iam_role_policy_attachment.planner : attachment.policy_arn]
}

# The same for inline policies: there are none.
resource "aws_iam_role_policies_exclusive" "planner" {
  role_name    = aws_iam_role.planner.name
  policy_names = []
}

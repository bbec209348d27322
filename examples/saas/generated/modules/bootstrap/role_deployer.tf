# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

resource "aws_iam_role" "deployer" {
  name                 = "${var.name_prefix}saas-deployer"
  path                 = "/ddbgen-bootstrap/saas/"
  assume_role_policy   = var.roles.deployer.trust
  max_session_duration = 3600
  tags                 = var.tags

  # Nobody becomes the role before there is the identity provider that its trust policy names.
  depends_on = [aws_iam_openid_connect_provider.integration]
}

# One policy holds what fits AWS's quota; the second and later ones have their number in the name.
resource "aws_iam_policy" "deployer" {
  for_each = { for i, document in var.roles.deployer.policies : i + 1 => document }

  name        = each.key == "1" ? aws_iam_role.deployer.name : "${aws_iam_role.deployer.name}+${each.key}"
  path        = "/ddbgen-bootstrap/saas/"
  description = "What the role deployer may do"
  policy      = each.value
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "deployer" {
  for_each = { for key, policy in aws_iam_policy.deployer : key => policy.arn }

  role       = aws_iam_role.deployer.name
  policy_arn = each.value
}

# Nothing else stays attached: a policy attached by hand shows in the plan, and the apply detaches it.
resource "aws_iam_role_policy_attachments_exclusive" "deployer" {
  role_name   = aws_iam_role.deployer.name
  policy_arns = [for attachment in aws_iam_role_policy_attachment.deployer : attachment.policy_arn]
}

# The same for inline policies: there are none.
resource "aws_iam_role_policies_exclusive" "deployer" {
  role_name    = aws_iam_role.deployer.name
  policy_names = []
}

# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

resource "aws_iam_role" "own_top_scores" {
  name                 = "${var.name_prefix}game-scores-own-top-scores"
  path                 = "/ddbgen/game-scores/"
  description          = "A widget that shows and raises the player's own top scores"
  assume_role_policy   = var.roles.own_top_scores.trust
  max_session_duration = 3600
  tags                 = var.tags
}

# One policy holds what fits AWS's quota; the second and later ones have their number in the name.
resource "aws_iam_policy" "own_top_scores" {
  for_each = { for i, document in var.roles.own_top_scores.policies : i + 1 => document }

  name        = each.key == "1" ? aws_iam_role.own_top_scores.name : "${aws_iam_role.own_top_scores.name}+${each.key}"
  path        = "/ddbgen/game-scores/"
  description = "What the role own_top_scores may do"
  policy      = each.value
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "own_top_scores" {
  for_each = { for key, policy in aws_iam_policy.own_top_scores : key => policy.arn }

  role       = aws_iam_role.own_top_scores.name
  policy_arn = each.value
}

# Nothing else stays attached: a policy attached by hand shows in the plan, and the apply detaches it.
resource "aws_iam_role_policy_attachments_exclusive" "own_top_scores" {
  role_name   = aws_iam_role.own_top_scores.name
  policy_arns = [for attachment in aws_iam_role_policy_attachment.own_top_scores : attachment.policy_arn]
}

# The same for inline policies: there are none.
resource "aws_iam_role_policies_exclusive" "own_top_scores" {
  role_name    = aws_iam_role.own_top_scores.name
  policy_names = []
}

# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

resource "aws_iam_role" "player" {
  name                 = "${var.name_prefix}game-scores-player"
  path                 = "/ddbgen/game-scores/"
  description          = "A signed-in player's own scores"
  assume_role_policy   = var.roles.player.trust
  max_session_duration = 3600
  tags                 = var.tags
}

# One policy holds what fits AWS's quota; the second and later ones have their number in the name.
resource "aws_iam_policy" "player" {
  for_each = { for i, document in var.roles.player.policies : i + 1 => document }

  name        = each.key == "1" ? aws_iam_role.player.name : "${aws_iam_role.player.name}+${each.key}"
  path        = "/ddbgen/game-scores/"
  description = "What the role player may do"
  policy      = each.value
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "player" {
  for_each = { for key, policy in aws_iam_policy.player : key => policy.arn }

  role       = aws_iam_role.player.name
  policy_arn = each.value
}

# Nothing else stays attached: a policy attached by hand shows in the plan, and the apply detaches it.
resource "aws_iam_role_policy_attachments_exclusive" "player" {
  role_name   = aws_iam_role.player.name
  policy_arns = [for attachment in aws_iam_role_policy_attachment.player : attachment.policy_arn]
}

# The same for inline policies: there are none.
resource "aws_iam_role_policies_exclusive" "player" {
  role_name    = aws_iam_role.player.name
  policy_names = []
}

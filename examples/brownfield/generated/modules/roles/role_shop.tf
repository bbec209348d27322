# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

# Made elsewhere: its trust and its other policies are its owner's.
data "aws_iam_role" "shop" {
  name = "${var.name_prefix}shop-backend"
}

# One policy holds what fits AWS's quota; the second and later ones have their number in the name.
resource "aws_iam_policy" "shop" {
  for_each = { for i, document in var.roles.shop.policies : i + 1 => document }

  name        = each.key == "1" ? data.aws_iam_role.shop.name : "${data.aws_iam_role.shop.name}+${each.key}"
  path        = "/service/"
  description = "What the role shop may do"
  policy      = each.value
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "shop" {
  for_each = { for key, policy in aws_iam_policy.shop : key => policy.arn }

  role       = data.aws_iam_role.shop.name
  policy_arn = each.value
}

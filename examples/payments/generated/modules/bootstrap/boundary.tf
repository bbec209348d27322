# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

# It grants nothing by itself: what a role may do is what both this policy and the role's own allow.
resource "aws_iam_policy" "permissions-boundary" {
  name        = "${var.name_prefix}payments-boundary"
  path        = "/ddbgen-bootstrap/payments/"
  description = "The most that the roles of payments can ever do"
  policy      = var.boundary
  tags        = var.tags
}

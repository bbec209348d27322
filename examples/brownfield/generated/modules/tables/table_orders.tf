# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

# Made elsewhere.
data "aws_dynamodb_table" "orders" {
  name = "${var.name_prefix}Orders"
}

resource "aws_dynamodb_resource_policy" "orders" {
  resource_arn = data.aws_dynamodb_table.orders.arn
  policy       = var.policies.orders
}

# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

resource "aws_vpc_endpoint" "app" {
  vpc_id            = var.endpoints.app.vpc_id
  service_name      = var.endpoints.app.service_name
  vpc_endpoint_type = "Gateway"
  route_table_ids   = var.endpoints.app.route_table_ids
  policy            = var.endpoints.app.policy
  tags = merge(var.tags, {
    Name = "${var.name_prefix}payments-app"
  })
}

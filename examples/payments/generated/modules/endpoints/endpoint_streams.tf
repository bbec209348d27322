# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

resource "aws_vpc_endpoint" "streams" {
  vpc_id             = var.endpoints.streams.vpc_id
  service_name       = var.endpoints.streams.service_name
  vpc_endpoint_type  = "Interface"
  subnet_ids         = var.endpoints.streams.subnet_ids
  security_group_ids = var.endpoints.streams.security_group_ids
  # DynamoDB's interface endpoints have no private DNS name; clients are given the URL in outputs.tf.
  private_dns_enabled = false
  policy              = var.endpoints.streams.policy
  tags = merge(var.tags, {
    Name = "${var.name_prefix}payments-streams"
  })
}

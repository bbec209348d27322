resource "aws_vpc_endpoint" "gateway" {
  vpc_id            = "vpc-0a1b2c3d4e5f60718"
  service_name      = "com.amazonaws.ap-northeast-1.dynamodb"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = ["rtb-0a1b2c3d4e5f60718"]
  policy            = file("${path.module}/policies/endpoint.json")
}

resource "aws_vpc_endpoint" "interface" {
  vpc_id              = "vpc-0a1b2c3d4e5f60718"
  service_name        = "com.amazonaws.ap-northeast-1.dynamodb-streams"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"]
  security_group_ids  = ["sg-0a1b2c3d4e5f60718"]
  private_dns_enabled = false
  policy              = file("${path.module}/policies/endpoint.json")
}

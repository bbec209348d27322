resource "aws_vpc_endpoint" "dynamodb" {
  vpc_id          = "vpc-0f1e2d3c4b5a69788"
  service_name    = "com.amazonaws.eu-west-1.dynamodb"
  route_table_ids = ["rtb-0aaa1111bbb2222cc"]
}

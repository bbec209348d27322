resource "aws_vpc_endpoint" "dynamodb" {
  vpc_id            = "vpc-0f1e2d3c4b5a69788"
  service_name      = "com.amazonaws.eu-west-1.dynamodb"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = ["rtb-0aaa1111bbb2222cc"]
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Items"
        Effect    = "Allow"
        Principal = "*"
        Action    = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]
        Resource  = "arn:aws:dynamodb:eu-west-1:*:table/orders-*"
      }
    ]
  })
}

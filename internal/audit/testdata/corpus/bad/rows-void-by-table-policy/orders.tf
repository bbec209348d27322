resource "aws_dynamodb_resource_policy" "orders" {
  resource_arn = "arn:aws:dynamodb:eu-west-1:210987654321:table/Orders"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TLS"
        Effect    = "Deny"
        Principal = "*"
        Action    = "dynamodb:*"
        Resource  = ["arn:aws:dynamodb:eu-west-1:210987654321:table/Orders", "arn:aws:dynamodb:eu-west-1:210987654321:table/Orders/index/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "Support"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::210987654321:role/tenant" }
        Action    = ["dynamodb:GetItem", "dynamodb:Query"]
        Resource  = "arn:aws:dynamodb:eu-west-1:210987654321:table/Orders"
      },
    ]
  })
}

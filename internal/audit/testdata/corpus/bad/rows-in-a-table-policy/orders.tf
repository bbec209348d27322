resource "aws_dynamodb_table" "orders" {
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "tenant"
  attribute {
    name = "tenant"
    type = "S"
  }
}

resource "aws_dynamodb_resource_policy" "orders" {
  resource_arn = aws_dynamodb_table.orders.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TLS"
        Effect    = "Deny"
        Principal = "*"
        Action    = "dynamodb:*"
        Resource  = [aws_dynamodb_table.orders.arn, "${aws_dynamodb_table.orders.arn}/index/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "Tenants"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::000000000000:role/tenant-session" }
        Action    = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"]
        Resource  = aws_dynamodb_table.orders.arn
        Condition = {
          "ForAllValues:StringEquals" = { "dynamodb:LeadingKeys" = "$${aws:PrincipalTag/tenant}" }
        }
      },
    ]
  })
}

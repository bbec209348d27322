resource "aws_dynamodb_table" "sessions" {
  name         = "web-sessions"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "session"

  attribute {
    name = "session"
    type = "S"
  }
}

resource "aws_dynamodb_resource_policy" "sessions" {
  resource_arn = "arn:aws:dynamodb:eu-west-1:210987654321:table/web-sessions"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "FraudDesk"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::345345345345:role/fraud/session-reader" }
        Action    = ["dynamodb:GetItem"]
        Resource  = "arn:aws:dynamodb:eu-west-1:210987654321:table/web-sessions"
      }
    ]
  })
}

locals {
  tables = "arn:aws:dynamodb:eu-west-1:210987654321:table"
}

resource "aws_dynamodb_table" "accounts" {
  name         = "accounts"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_resource_policy" "accounts" {
  resource_arn = "${local.tables}/accounts"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "NoPlainHttp"
      Effect    = "Deny"
      Principal = "*"
      Action    = "dynamodb:*"
      Resource  = ["${local.tables}/accounts", "${local.tables}/accounts/index/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_dynamodb_table" "payouts" {
  name         = "payouts"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_iam_role" "teller" {
  name = "teller"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "teller" {
  name = "tables"
  role = aws_iam_role.teller.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["dynamodb:GetItem", "dynamodb:PutItem"]
      Resource = ["${local.tables}/accounts", "${local.tables}/payouts"]
    }]
  })
}

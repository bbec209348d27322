variable "stage" { default = "live" }
data "aws_caller_identity" "me" {}
locals { prefix = "depot-${var.stage}" }
resource "aws_dynamodb_table" "parcels" {
  name         = "${local.prefix}-parcels"
  hash_key     = "pk"
  range_key    = "sk"
  billing_mode = "PAY_PER_REQUEST"
  attribute {
    name = "pk"
    type = "S"
  }
  attribute {
    name = "sk"
    type = "S"
  }
  attribute {
    name = "state"
    type = "S"
  }
  global_secondary_index {
    name            = "by_state"
    hash_key        = "state"
    projection_type = "ALL"
  }
}
data "aws_iam_policy_document" "carrier" {
  statement {
    sid       = "Rows"
    actions   = ["dynamodb:Query", "dynamodb:GetItem"]
    resources = [aws_dynamodb_table.parcels.arn, "${aws_dynamodb_table.parcels.arn}/index/by_state"]
    condition {
      test     = "ForAllValues:StringEquals"
      variable = "dynamodb:LeadingKeys"
      values   = ["&{aws:PrincipalTag/tenant}"]
    }
    condition {
      test     = "Null"
      variable = "dynamodb:LeadingKeys"
      values   = ["false"]
    }
  }
}
resource "aws_iam_role" "carrier" {
  name = "carrier"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["sts:AssumeRole", "sts:TagSession"], Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" } }]
  })
}
resource "aws_iam_role_policy" "carrier" {
  role   = aws_iam_role.carrier.id
  policy = data.aws_iam_policy_document.carrier.json
}

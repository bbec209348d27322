# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

# No customer managed key: the spec gives no reason for one.
# No point-in-time recovery: waived in the spec, for the reason that README.md lists.
#trivy:ignore:AWS-0025
#trivy:ignore:AWS-0024
resource "aws_dynamodb_table" "rates" {
  #checkov:skip=CKV_AWS_119:the spec gives no reason for a customer managed key
  #checkov:skip=CKV_AWS_28:point-in-time recovery is waived in the spec
  name                        = "${var.name_prefix}Rates"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "currency"
  range_key                   = "day"
  deletion_protection_enabled = true
  tags = merge(var.tags, {
    "Team" = "treasury"
  })

  attribute {
    name = "currency"
    type = "S"
  }

  attribute {
    name = "day"
    type = "S"
  }

  ttl {
    enabled = false
  }

  point_in_time_recovery {
    # kics-scan ignore-line
    enabled = false
  }

  # Not off: without a key of this account DynamoDB encrypts with one that AWS owns.
  server_side_encryption {
    # kics-scan ignore-line
    enabled = false
  }
}

resource "aws_dynamodb_resource_policy" "rates" {
  resource_arn = aws_dynamodb_table.rates.arn
  policy       = var.policies.rates
}

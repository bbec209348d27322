# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

# No customer managed key: the spec gives no reason for one.
#trivy:ignore:AWS-0025
resource "aws_dynamodb_table" "orders" {
  #checkov:skip=CKV_AWS_119:the spec gives no reason for a customer managed key
  name                        = "${var.name_prefix}Orders"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "PK"
  range_key                   = "SK"
  deletion_protection_enabled = true
  tags                        = var.tags

  attribute {
    name = "PK"
    type = "S"
  }

  attribute {
    name = "SK"
    type = "S"
  }

  attribute {
    name = "created_at"
    type = "S"
  }

  local_secondary_index {
    name            = "by_date"
    range_key       = "created_at"
    projection_type = "KEYS_ONLY"
  }

  ttl {
    enabled = false
  }

  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 35
  }

  # Not off: without a key of this account DynamoDB encrypts with one that AWS owns.
  server_side_encryption {
    # kics-scan ignore-line
    enabled = false
  }
}

resource "aws_dynamodb_resource_policy" "orders" {
  resource_arn = aws_dynamodb_table.orders.arn
  policy       = var.policies.orders
}

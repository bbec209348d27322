# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

# No customer managed key: the spec gives no reason for one.
#trivy:ignore:AWS-0025
resource "aws_dynamodb_table" "plans" {
  #checkov:skip=CKV_AWS_119:the spec gives no reason for a customer managed key
  name                        = "${var.name_prefix}Plans"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "plan_id"
  deletion_protection_enabled = true
  tags                        = var.tags

  attribute {
    name = "plan_id"
    type = "S"
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

resource "aws_dynamodb_resource_policy" "plans" {
  resource_arn = aws_dynamodb_table.plans.arn
  policy       = var.policies.plans
}

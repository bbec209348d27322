# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

# No customer managed key: the spec gives no reason for one.
#trivy:ignore:AWS-0025
resource "aws_dynamodb_table" "books" {
  #checkov:skip=CKV_AWS_119:the spec gives no reason for a customer managed key
  name                        = "${var.name_prefix}Books"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "ISBN"
  deletion_protection_enabled = true
  tags                        = var.tags

  attribute {
    name = "Author"
    type = "S"
  }

  attribute {
    name = "ISBN"
    type = "S"
  }

  attribute {
    name = "Title"
    type = "S"
  }

  global_secondary_index {
    name            = "ByAuthor"
    hash_key        = "Author"
    range_key       = "Title"
    projection_type = "ALL"
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

resource "aws_dynamodb_resource_policy" "books" {
  resource_arn = aws_dynamodb_table.books.arn
  policy       = var.policies.books
}

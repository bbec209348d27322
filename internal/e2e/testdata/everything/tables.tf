resource "aws_dynamodb_table" "ledger" {
  name                        = "Ledger"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "PK"
  range_key                   = "SK"
  stream_enabled              = true
  stream_view_type            = "NEW_AND_OLD_IMAGES"
  deletion_protection_enabled = true

  attribute {
    name = "PK"
    type = "S"
  }

  attribute {
    name = "SK"
    type = "S"
  }

  attribute {
    name = "GSI1PK"
    type = "S"
  }

  attribute {
    name = "GSI1SK"
    type = "N"
  }

  attribute {
    name = "amount"
    type = "N"
  }

  global_secondary_index {
    name               = "by_status"
    hash_key           = "GSI1PK"
    range_key          = "GSI1SK"
    projection_type    = "INCLUDE"
    non_key_attributes = ["amount", "status"]
  }

  local_secondary_index {
    name            = "by_amount"
    range_key       = "amount"
    projection_type = "KEYS_ONLY"
  }

  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = 20
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.payments.arn
  }

  ttl {
    attribute_name = "expires_at"
    enabled        = true
  }
}

resource "aws_dynamodb_resource_policy" "ledger" {
  resource_arn = aws_dynamodb_table.ledger.arn
  policy       = file("${path.module}/policies/table.json")
}

resource "aws_dynamodb_resource_policy" "ledger_stream" {
  resource_arn = aws_dynamodb_table.ledger.stream_arn
  policy       = file("${path.module}/policies/stream.json")
}

resource "aws_dynamodb_table" "counters" {
  name           = "Counters"
  billing_mode   = "PROVISIONED"
  read_capacity  = 10
  write_capacity = 5
  table_class    = "STANDARD"
  hash_key       = "PK"

  attribute {
    name = "PK"
    type = "S"
  }

  attribute {
    name = "email"
    type = "S"
  }

  global_secondary_index {
    name            = "by_email"
    hash_key        = "email"
    projection_type = "KEYS_ONLY"
    read_capacity   = 10
    write_capacity  = 5
  }

  point_in_time_recovery {
    enabled = true
  }

  # AWS managed key: without kms_key_arn.
  server_side_encryption {
    enabled = true
  }

  lifecycle {
    ignore_changes = [read_capacity, write_capacity]
  }
}

resource "aws_appautoscaling_target" "counters" {
  for_each = {
    "table/Counters"                = 100
    "table/Counters/index/by_email" = 50
  }

  service_namespace  = "dynamodb"
  resource_id        = each.key
  scalable_dimension = strcontains(each.key, "/index/") ? "dynamodb:index:ReadCapacityUnits" : "dynamodb:table:ReadCapacityUnits"
  min_capacity       = 10
  max_capacity       = each.value

  depends_on = [aws_dynamodb_table.counters]
}

resource "aws_appautoscaling_policy" "counters" {
  for_each = aws_appautoscaling_target.counters

  name               = "DynamoDBReadCapacityUtilization:${each.key}"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = each.value.service_namespace
  resource_id        = each.value.resource_id
  scalable_dimension = each.value.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = 70

    predefined_metric_specification {
      predefined_metric_type = "DynamoDBReadCapacityUtilization"
    }
  }
}

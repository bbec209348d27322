# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

# No customer managed key: the spec gives no reason for one.
#trivy:ignore:AWS-0025
resource "aws_dynamodb_table" "scores" {
  #checkov:skip=CKV_AWS_119:the spec gives no reason for a customer managed key
  name                        = "${var.name_prefix}GameScores"
  billing_mode                = "PROVISIONED"
  read_capacity               = 10
  write_capacity              = 5
  hash_key                    = "UserId"
  range_key                   = "GameTitle"
  deletion_protection_enabled = true
  tags                        = var.tags

  attribute {
    name = "GameTitle"
    type = "S"
  }

  attribute {
    name = "TopScore"
    type = "N"
  }

  attribute {
    name = "UserId"
    type = "S"
  }

  global_secondary_index {
    name               = "GameTitleIndex"
    hash_key           = "GameTitle"
    range_key          = "TopScore"
    projection_type    = "INCLUDE"
    non_key_attributes = ["Wins"]
    read_capacity      = 10
    write_capacity     = 5
  }

  local_secondary_index {
    name            = "TopScoreIndex"
    range_key       = "TopScore"
    projection_type = "INCLUDE"
    non_key_attributes = [
      "Losses",
      "Wins",
    ]
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

  lifecycle {
    # Autoscaling moves these; Terraform only sets where they start.
    # Indexes can only be left alone as a whole. The price: Terraform makes no change to an index of this
    # table. To add or change one, build and apply without autoscale_to, then with it again.
    ignore_changes = [
      read_capacity,
      write_capacity,
      global_secondary_index,
    ]
  }
}

resource "aws_appautoscaling_target" "scores-read" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.scores.name}"
  scalable_dimension = "dynamodb:table:ReadCapacityUnits"
  min_capacity       = 10
  max_capacity       = 200
  tags               = var.tags
}

resource "aws_appautoscaling_policy" "scores-read" {
  name               = "DynamoDBReadCapacityUtilization"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.scores-read.service_namespace
  resource_id        = aws_appautoscaling_target.scores-read.resource_id
  scalable_dimension = aws_appautoscaling_target.scores-read.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = 70

    predefined_metric_specification {
      predefined_metric_type = "DynamoDBReadCapacityUtilization"
    }
  }
}

resource "aws_appautoscaling_target" "scores-write" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.scores.name}"
  scalable_dimension = "dynamodb:table:WriteCapacityUnits"
  min_capacity       = 5
  max_capacity       = 100
  tags               = var.tags
}

resource "aws_appautoscaling_policy" "scores-write" {
  name               = "DynamoDBWriteCapacityUtilization"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.scores-write.service_namespace
  resource_id        = aws_appautoscaling_target.scores-write.resource_id
  scalable_dimension = aws_appautoscaling_target.scores-write.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = 70

    predefined_metric_specification {
      predefined_metric_type = "DynamoDBWriteCapacityUtilization"
    }
  }
}

resource "aws_appautoscaling_target" "scores-by_game-read" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.scores.name}/index/GameTitleIndex"
  scalable_dimension = "dynamodb:index:ReadCapacityUnits"
  min_capacity       = 10
  max_capacity       = 200
  tags               = var.tags
}

resource "aws_appautoscaling_policy" "scores-by_game-read" {
  name               = "DynamoDBReadCapacityUtilization"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.scores-by_game-read.service_namespace
  resource_id        = aws_appautoscaling_target.scores-by_game-read.resource_id
  scalable_dimension = aws_appautoscaling_target.scores-by_game-read.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = 70

    predefined_metric_specification {
      predefined_metric_type = "DynamoDBReadCapacityUtilization"
    }
  }
}

resource "aws_appautoscaling_target" "scores-by_game-write" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.scores.name}/index/GameTitleIndex"
  scalable_dimension = "dynamodb:index:WriteCapacityUnits"
  min_capacity       = 5
  max_capacity       = 100
  tags               = var.tags
}

resource "aws_appautoscaling_policy" "scores-by_game-write" {
  name               = "DynamoDBWriteCapacityUtilization"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.scores-by_game-write.service_namespace
  resource_id        = aws_appautoscaling_target.scores-by_game-write.resource_id
  scalable_dimension = aws_appautoscaling_target.scores-by_game-write.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = 70

    predefined_metric_specification {
      predefined_metric_type = "DynamoDBWriteCapacityUtilization"
    }
  }
}

resource "aws_dynamodb_resource_policy" "scores" {
  resource_arn = aws_dynamodb_table.scores.arn
  policy       = var.policies.scores
}

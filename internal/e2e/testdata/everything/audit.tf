resource "aws_cloudtrail" "audit" {
  name                          = "everything-audit"
  s3_bucket_name                = "everything-audit-logs"
  kms_key_id                    = aws_kms_key.payments.arn
  enable_log_file_validation    = true
  include_global_service_events = false

  advanced_event_selector {
    name = "Writes to the ledger"

    field_selector {
      field  = "eventCategory"
      equals = ["Data"]
    }

    field_selector {
      field  = "resources.type"
      equals = ["AWS::DynamoDB::Table"]
    }

    field_selector {
      field  = "readOnly"
      equals = ["false"]
    }

    field_selector {
      field  = "resources.ARN"
      equals = [aws_dynamodb_table.ledger.arn]
    }
  }
}

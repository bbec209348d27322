# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

# Records go to the bucket alone: who wants to be told of them subscribes to the bucket.
#trivy:ignore:AWS-0162
resource "aws_cloudtrail" "audit" {
  #checkov:skip=CKV_AWS_252:records go to the bucket alone, which can send notifications itself
  #checkov:skip=CKV2_AWS_10:records go to the bucket alone
  name                       = "${var.name_prefix}payments-audit"
  s3_bucket_name             = "acme-audit"
  kms_key_id                 = var.kms_key_arn
  enable_log_file_validation = true
  # The selector below picks events of these tables, so other regions add none and cost nothing. A trail of
  # all regions must include the global services' events; the selector takes none of them.
  is_multi_region_trail         = true
  include_global_service_events = true
  tags                          = var.tags

  advanced_event_selector {
    name = "Item access"

    field_selector {
      field  = "eventCategory"
      equals = ["Data"]
    }

    field_selector {
      field  = "resources.type"
      equals = ["AWS::DynamoDB::Table"]
    }

    # PartiQL statements count as writes whatever they do, so all of them are recorded here.
    field_selector {
      field  = "readOnly"
      equals = ["false"]
    }

    field_selector {
      field       = "resources.ARN"
      equals      = [var.table_arns.ledger]
      starts_with = ["${var.table_arns.ledger}/index/"]
    }
  }
}

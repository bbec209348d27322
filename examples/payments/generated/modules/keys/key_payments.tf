# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

resource "aws_kms_key" "payments" {
  description             = "Ledger data at rest"
  policy                  = var.policies.payments
  enable_key_rotation     = true
  rotation_period_in_days = 365
  deletion_window_in_days = 30
  tags                    = var.tags
}

resource "aws_kms_alias" "payments" {
  name          = "alias/${var.name_prefix}payments-payments"
  target_key_id = aws_kms_key.payments.key_id
}

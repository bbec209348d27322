resource "aws_kms_key" "payments" {
  description             = "Ledger data at rest"
  policy                  = file("${path.module}/policies/key.json")
  enable_key_rotation     = true
  rotation_period_in_days = 180
  deletion_window_in_days = 7

  depends_on = [aws_iam_role.api]
}

resource "aws_kms_alias" "payments" {
  name          = "alias/everything-payments"
  target_key_id = aws_kms_key.payments.key_id
}

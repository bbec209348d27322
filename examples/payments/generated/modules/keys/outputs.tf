# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

output "arns" {
  description = "ARN of each key."
  value = {
    payments = aws_kms_key.payments.arn
  }
}

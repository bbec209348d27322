# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

output "arns" {
  description = "ARN of each role; by tenant where a role is made once a tenant."
  value = {
    api        = aws_iam_role.api.arn
    api_tenant = aws_iam_role.api_tenant.arn
    auditor    = aws_iam_role.auditor.arn
    exporter   = aws_iam_role.exporter.arn
    projector  = aws_iam_role.projector.arn
    recovery   = aws_iam_role.recovery.arn
    support    = aws_iam_role.support.arn
    treasury   = aws_iam_role.treasury.arn
    vault      = aws_iam_role.vault.arn
  }
}

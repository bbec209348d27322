# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

output "arns" {
  description = "ARN of each role; by tenant where a role is made once a tenant."
  value = {
    api        = aws_iam_role.api.arn
    api_tenant = aws_iam_role.api_tenant.arn
    sign_in    = aws_iam_role.sign_in.arn
    support    = aws_iam_role.support.arn
  }
}

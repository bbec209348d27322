# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

output "arns" {
  description = "ARN of each role; by tenant where a role is made once a tenant."
  value = {
    catalogue = aws_iam_role.catalogue.arn
  }
}

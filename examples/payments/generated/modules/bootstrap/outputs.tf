# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

output "permissions_boundary" {
  description = "ARN of the permissions boundary."
  value       = aws_iam_policy.permissions-boundary.arn
}

output "role_arns" {
  description = "ARN of each role that deploys or plans."
  value = {
    deployer = aws_iam_role.deployer.arn
    planner  = aws_iam_role.planner.arn
  }
}

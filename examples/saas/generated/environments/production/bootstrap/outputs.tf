# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

output "permissions_boundary" {
  description = "ARN of the permissions boundary."
  value       = module.bootstrap.permissions_boundary
}

output "role_arns" {
  description = "ARN of each role that deploys or plans."
  value       = module.bootstrap.role_arns
}

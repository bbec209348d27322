# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

output "role_arns" {
  description = "ARN of each role; by tenant where a role is made once a tenant."
  value       = module.roles.arns
}

output "table_names" {
  description = "Physical name of each table."
  value       = module.tables.names
}

output "table_arns" {
  description = "ARN of each table."
  value       = module.tables.arns
}

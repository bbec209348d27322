# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

output "role_arns" {
  description = "ARN of each role; by tenant where a role is made once a tenant."
  value       = module.roles.arns
}

output "key_arns" {
  description = "ARN of each key."
  value       = module.keys.arns
}

output "table_names" {
  description = "Physical name of each table."
  value       = module.tables.names
}

output "table_arns" {
  description = "ARN of each table."
  value       = module.tables.arns
}

output "stream_arns" {
  description = "ARN of the stream of each table that has one."
  value       = module.tables.stream_arns
}

output "endpoint_ids" {
  description = "Id of each VPC endpoint."
  value       = module.endpoints.ids
}

output "endpoint_urls" {
  description = "URL of each interface endpoint, for the endpoint setting of the SDK's client."
  value       = module.endpoints.urls
}

output "trail_arn" {
  description = "ARN of the audit trail."
  value       = module.audit.trail_arn
}

# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

output "trail_arn" {
  description = "ARN of the trail."
  value       = aws_cloudtrail.audit.arn
}

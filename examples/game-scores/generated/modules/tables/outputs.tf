# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

output "names" {
  description = "Physical name of each table."
  value = {
    scores = aws_dynamodb_table.scores.name
  }
}

output "arns" {
  description = "ARN of each table."
  value = {
    scores = aws_dynamodb_table.scores.arn
  }
}

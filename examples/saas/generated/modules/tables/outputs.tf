# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

output "names" {
  description = "Physical name of each table."
  value = {
    app   = aws_dynamodb_table.app.name
    plans = aws_dynamodb_table.plans.name
  }
}

output "arns" {
  description = "ARN of each table."
  value = {
    app   = aws_dynamodb_table.app.arn
    plans = aws_dynamodb_table.plans.arn
  }
}

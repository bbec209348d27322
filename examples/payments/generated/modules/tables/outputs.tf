# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

output "names" {
  description = "Physical name of each table."
  value = {
    ledger = aws_dynamodb_table.ledger.name
    rates  = aws_dynamodb_table.rates.name
  }
}

output "arns" {
  description = "ARN of each table."
  value = {
    ledger = aws_dynamodb_table.ledger.arn
    rates  = aws_dynamodb_table.rates.arn
  }
}

output "stream_arns" {
  description = "ARN of the stream of each table that has one. It changes when the stream is turned off and on."
  value = {
    ledger = aws_dynamodb_table.ledger.stream_arn
  }
}

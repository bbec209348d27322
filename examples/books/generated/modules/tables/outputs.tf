# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

output "names" {
  description = "Physical name of each table."
  value = {
    books = aws_dynamodb_table.books.name
  }
}

output "arns" {
  description = "ARN of each table."
  value = {
    books = aws_dynamodb_table.books.arn
  }
}

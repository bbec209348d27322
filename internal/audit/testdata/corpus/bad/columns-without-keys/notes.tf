resource "aws_dynamodb_table" "notes" {
  name         = "notes"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "tenant_id"
  range_key    = "note_id"
  attribute {
    name = "tenant_id"
    type = "S"
  }
  attribute {
    name = "note_id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "notes_archive" {
  name         = "notes-archive"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "tenant_id"
  attribute {
    name = "tenant_id"
    type = "S"
  }
}

resource "aws_iam_role" "reader" {
  name = "notes-reader"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "reader" {
  name = "titles"
  role = aws_iam_role.reader.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Titles"
        Effect   = "Allow"
        Action   = ["dynamodb:GetItem", "dynamodb:Query"]
        Resource = aws_dynamodb_table.notes.arn
        Condition = {
          "ForAllValues:StringEquals" = { "dynamodb:Attributes" = ["tenant_id", "title"] }
          "Null"                      = { "dynamodb:Attributes" = "false" }
          "StringEquals"              = { "dynamodb:Select" = "SPECIFIC_ATTRIBUTES" }
        }
      },
      {
        Sid      = "Drafts"
        Effect   = "Allow"
        Action   = ["dynamodb:PutItem"]
        Resource = "arn:aws:dynamodb:us-east-1:000000000000:table/notes*"
      },
      {
        Sid      = "ByTitle"
        Effect   = "Allow"
        Action   = ["dynamodb:Query"]
        Resource = ["${aws_dynamodb_table.notes_archive.arn}", "${aws_dynamodb_table.notes_archive.arn}/index/by-title"]
      },
    ]
  })
}

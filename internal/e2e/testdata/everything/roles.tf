resource "aws_iam_policy" "boundary" {
  name   = "everything-boundary"
  path   = "/everything/"
  policy = file("${path.module}/policies/boundary.json")
}

resource "aws_iam_policy" "api" {
  name        = "everything-api"
  path        = "/everything/"
  description = "Reads its own tenant's items."
  policy      = file("${path.module}/policies/api.json")
}

resource "aws_iam_role" "api" {
  name                 = "everything-api"
  path                 = "/everything/"
  description          = "The API."
  max_session_duration = 7200
  assume_role_policy   = file("${path.module}/policies/api_trust.json")
  permissions_boundary = aws_iam_policy.boundary.arn
}

resource "aws_iam_role_policy_attachment" "api" {
  for_each = {
    own     = aws_iam_policy.api.arn
    logging = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
  }

  role       = aws_iam_role.api.name
  policy_arn = each.value
}

resource "aws_iam_role_policy_attachments_exclusive" "api" {
  role_name   = aws_iam_role.api.name
  policy_arns = [for attachment in aws_iam_role_policy_attachment.api : attachment.policy_arn]
}

resource "aws_iam_role_policies_exclusive" "api" {
  role_name    = aws_iam_role.api.name
  policy_names = []
}

resource "aws_iam_instance_profile" "api" {
  name = aws_iam_role.api.name
  path = "/everything/"
  role = aws_iam_role.api.name
}

resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

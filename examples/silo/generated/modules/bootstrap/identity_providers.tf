# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

# An account has one provider for an issuer. Other systems of the account may come to depend on these.
resource "aws_iam_openid_connect_provider" "integration" {
  for_each = var.identity_providers

  url            = "https://${each.key}"
  client_id_list = each.value
  tags           = var.tags
}

# Made elsewhere. One that is missing shows in the plan, and not in a pipeline that finds itself refused.
data "aws_iam_openid_connect_provider" "integration" {
  for_each = toset(var.existing_identity_providers)

  url = "https://${each.key}"
}

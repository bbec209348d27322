# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

locals {
  tags = {
    "Environment"  = "production"
    "ManagedBy"    = "ddbgen"
    "ddbgen:stack" = "saas/production"
  }
}

module "roles" {
  source = "../../modules/roles"

  name_prefix = ""
  tags        = local.tags
  roles = {
    api = {
      trust    = file("${path.module}/policies/trust.api.json")
      policies = [file("${path.module}/policies/role.api.json")]
      attach   = ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]
    }
    api_tenant = {
      trust    = file("${path.module}/policies/trust.api_tenant.json")
      policies = [file("${path.module}/policies/role.api_tenant.json")]
    }
    sign_in = {
      trust    = file("${path.module}/policies/trust.sign_in.json")
      policies = [file("${path.module}/policies/role.sign_in.json")]
    }
    support = {
      trust    = file("${path.module}/policies/trust.support.json")
      policies = [file("${path.module}/policies/role.support.json")]
    }
  }

  # Made by the root in bootstrap, which is applied before this one.
  permissions_boundary = "arn:aws:iam::444455556666:policy/ddbgen-bootstrap/saas/saas-boundary"
}

module "tables" {
  source = "../../modules/tables"

  name_prefix = ""
  tags        = local.tags
  policies = {
    app   = file("${path.module}/policies/table.app.json")
    plans = file("${path.module}/policies/table.plans.json")
  }
}

# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

locals {
  tags = {
    "ManagedBy"    = "ddbgen"
    "ddbgen:stack" = "brownfield/production"
  }
}

module "roles" {
  source = "../../modules/roles"

  name_prefix = ""
  tags        = local.tags
  roles = {
    shop = {
      policies = [file("${path.module}/policies/role.shop.json")]
    }
  }
}

module "tables" {
  source = "../../modules/tables"

  name_prefix = ""
  policies = {
    orders = file("${path.module}/policies/table.orders.json")
  }
}

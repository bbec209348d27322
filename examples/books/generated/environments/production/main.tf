# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

locals {
  tags = {
    "ManagedBy"    = "ddbgen"
    "ddbgen:stack" = "books/production"
  }
}

module "roles" {
  source = "../../modules/roles"

  name_prefix = ""
  tags        = local.tags
  roles = {
    catalogue = {
      trust    = file("${path.module}/policies/trust.catalogue.json")
      policies = [file("${path.module}/policies/role.catalogue.json")]
    }
  }
}

module "tables" {
  source = "../../modules/tables"

  name_prefix = ""
  tags        = local.tags
  policies = {
    books = file("${path.module}/policies/table.books.json")
  }
}

# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

locals {
  tags = {
    "ManagedBy"    = "ddbgen"
    "ddbgen:stack" = "silo/production"
  }
}

module "roles" {
  source = "../../modules/roles"

  name_prefix = ""
  tags        = local.tags
  roles = {
    gateway = {
      trust    = file("${path.module}/policies/trust.gateway.json")
      policies = [file("${path.module}/policies/role.gateway.json")]
    }
    worker = {
      "acme" = {
        trust    = file("${path.module}/policies/trust.worker.acme.json")
        policies = [file("${path.module}/policies/role.worker.acme.json")]
      }
      "globex" = {
        trust    = file("${path.module}/policies/trust.worker.globex.json")
        policies = [file("${path.module}/policies/role.worker.globex.json")]
      }
      "initech" = {
        trust    = file("${path.module}/policies/trust.worker.initech.json")
        policies = [file("${path.module}/policies/role.worker.initech.json")]
      }
    }
  }

  # Made by the root in bootstrap, which is applied before this one.
  permissions_boundary = "arn:aws:iam::444455556666:policy/ddbgen-bootstrap/silo/silo-boundary"
}

module "tables" {
  source = "../../modules/tables"

  name_prefix = ""
  tags        = local.tags
  policies = {
    orders = file("${path.module}/policies/table.orders.json")
  }
}

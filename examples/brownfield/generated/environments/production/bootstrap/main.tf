# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

# An administrator applies this root: before the environment's own, and whenever a build changes it. Here is what
# whoever deploys the environment must not be able to change: who that is, and the most that a role can ever do.

locals {
  tags = {
    "ManagedBy"    = "ddbgen"
    "ddbgen:stack" = "brownfield/production"
  }
}

module "bootstrap" {
  source = "../../../modules/bootstrap"

  name_prefix                 = ""
  tags                        = local.tags
  boundary                    = file("${path.module}/policies/boundary.json")
  identity_providers          = {}
  existing_identity_providers = ["token.actions.githubusercontent.com"]
  roles = {
    deployer = {
      trust    = file("${path.module}/policies/trust.deployer.json")
      policies = [file("${path.module}/policies/role.deployer.json")]
    }
    planner = {
      trust    = file("${path.module}/policies/trust.planner.json")
      policies = [file("${path.module}/policies/role.planner.json")]
    }
  }
}

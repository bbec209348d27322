# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

locals {
  tags = {
    "ManagedBy"    = "ddbgen"
    "ddbgen:stack" = "game-scores/production"
  }
}

module "roles" {
  source = "../../modules/roles"

  name_prefix = ""
  tags        = local.tags
  roles = {
    leaderboard = {
      trust    = file("${path.module}/policies/trust.leaderboard.json")
      policies = [file("${path.module}/policies/role.leaderboard.json")]
    }
    own_top_scores = {
      trust    = file("${path.module}/policies/trust.own_top_scores.json")
      policies = [file("${path.module}/policies/role.own_top_scores.json")]
    }
    player = {
      trust    = file("${path.module}/policies/trust.player.json")
      policies = [file("${path.module}/policies/role.player.json")]
    }
    referee = {
      trust    = file("${path.module}/policies/trust.referee.json")
      policies = [file("${path.module}/policies/role.referee.json")]
    }
  }
}

module "tables" {
  source = "../../modules/tables"

  name_prefix = ""
  tags        = local.tags
  policies = {
    scores = file("${path.module}/policies/table.scores.json")
  }
}

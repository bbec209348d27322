# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

locals {
  tags = {
    "CostCenter"   = "1234"
    "Environment"  = "staging"
    "ManagedBy"    = "ddbgen"
    "ddbgen:stack" = "payments/staging"
  }
}

module "roles" {
  source = "../../modules/roles"

  name_prefix = "staging-"
  tags        = local.tags
  roles = {
    api = {
      trust    = file("${path.module}/policies/trust.api.json")
      policies = [file("${path.module}/policies/role.api.json")]
      attach = [
        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
        "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
      ]
    }
    api_tenant = {
      trust    = file("${path.module}/policies/trust.api_tenant.json")
      policies = [file("${path.module}/policies/role.api_tenant.json")]
    }
    auditor = {
      trust    = file("${path.module}/policies/trust.auditor.json")
      policies = [file("${path.module}/policies/role.auditor.json")]
    }
    exporter = {
      trust    = file("${path.module}/policies/trust.exporter.json")
      policies = [file("${path.module}/policies/role.exporter.json")]
    }
    projector = {
      trust    = file("${path.module}/policies/trust.projector.json")
      policies = [file("${path.module}/policies/role.projector.json")]
    }
    recovery = {
      trust    = file("${path.module}/policies/trust.recovery.json")
      policies = [file("${path.module}/policies/role.recovery.json")]
    }
    support = {
      trust    = file("${path.module}/policies/trust.support.json")
      policies = [file("${path.module}/policies/role.support.json")]
    }
    treasury = {
      trust    = file("${path.module}/policies/trust.treasury.json")
      policies = [file("${path.module}/policies/role.treasury.json")]
    }
    vault = {
      trust    = file("${path.module}/policies/trust.vault.json")
      policies = [file("${path.module}/policies/role.vault.json")]
    }
  }

  # Made by the root in bootstrap, which is applied before this one.
  permissions_boundary = "arn:aws:iam::111122223333:policy/ddbgen-bootstrap/payments/staging-payments-boundary"
}

module "keys" {
  source = "../../modules/keys"

  name_prefix = "staging-"
  tags        = local.tags
  policies = {
    payments = file("${path.module}/policies/key.payments.json")
  }

  # AWS refuses a key policy that names a role which does not exist yet.
  depends_on = [module.roles]
}

module "tables" {
  source = "../../modules/tables"

  name_prefix = "staging-"
  tags        = local.tags
  key_arns = {
    payments = module.keys.arns.payments
  }
  policies = {
    ledger = file("${path.module}/policies/table.ledger.json")
    rates  = file("${path.module}/policies/table.rates.json")
  }
}

module "endpoints" {
  source = "../../modules/endpoints"

  name_prefix = "staging-"
  tags        = local.tags
  endpoints = {
    app = {
      vpc_id          = "vpc-0f9e8d7c6b5a43210"
      service_name    = "com.amazonaws.ap-northeast-1.dynamodb"
      route_table_ids = ["rtb-0f9e8d7c6b5a43210"]
      policy          = file("${path.module}/policies/endpoint.app.json")
    }
    streams = {
      vpc_id             = "vpc-0f9e8d7c6b5a43210"
      service_name       = "com.amazonaws.ap-northeast-1.dynamodb-streams"
      subnet_ids         = ["subnet-0f9e8d7c6b5a43210"]
      security_group_ids = ["sg-0f9e8d7c6b5a43210"]
      policy             = file("${path.module}/policies/endpoint.streams.json")
    }
  }
}

module "audit" {
  source = "../../modules/audit"

  name_prefix = "staging-"
  tags        = local.tags
  table_arns  = module.tables.arns
  kms_key_arn = module.keys.arns.payments
}

package prove

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/output"
)

// edit is a mistake in the Terraform of an example, and what the proof must say to it.
type edit struct {
	name     string
	example  string // payments if empty
	file     string // its path, or as much of its end as is needed
	old, new string // an empty old is the end of the file
	want     string // a regular expression
}

const inlinePolicy = `
resource "aws_iam_role_policy" "api" {
  role   = aws_iam_role.api.name
  policy = var.roles.api.trust
}
`

func edits() []edit {
	return slices.Concat(roleEdits(), attachmentEdits(), tableEdits(), keyEdits(), endpointEdits(), rootEdits(), stateEdits(), bootstrapEdits(), addedResources(), unreadable())
}

func roleEdits() []edit {
	api, trust := "roles/role_api.tf", "policies/trust."
	return []edit{
		{"another trust", "", "production/main.tf", trust + "api.json", trust + "vault.json", `role_api.tf:3\) has the assume_role_policy file\(".*/trust.vault.json"\)`},
		{"another policy", "", "production/main.tf", "policies/role.api.json", "policies/role.vault.json", `role.vault.json must have exactly one aws_iam_policy`},
		{"the policy of a trust", "", "production/main.tf", trust + "api.json", "policies/role.api.json", `assume_role_policy`},
		{"a policy left out", "", "production/main.tf", `policies = [file("${path.module}/policies/role.api.json")]`, `policies = []`, `role.api.json must have exactly one aws_iam_policy .* has 0`},
		{"a policy twice", "", "production/main.tf", `policies = [file("${path.module}/policies/role.api.json")]`, `policies = [file("${path.module}/policies/role.api.json"), file("${path.module}/policies/role.api.json")]`, `has 2`},
		{"another environment's policy", "", "production/main.tf", "/policies/trust.api.json", "/../staging/policies/trust.api.json", `file\("environments/staging`},
		{"another tenant's policy", "silo", "production/main.tf", "role.worker.acme.json", "role.worker.globex.json", `role.worker.globex.json must have exactly one`},
		{"another tenant's trust", "silo", "production/main.tf", "trust.worker.acme.json", "trust.worker.globex.json", `worker\["acme"\] .* assume_role_policy`},
		{"a tenant left out", "silo", "production/main.tf", `"acme" = {`, `"nobody" = {`, `The role silo-worker-acme must have exactly one aws_iam_role`},
		{"parts in the wrong order", "various", "production/main.tf", "role.worker.acme.json", "role.worker.acme~2.json", `worker.acme~2.json must have exactly one`},
		{"another name", "", api, "payments-api", "payments-apy", `The role payments-api must have exactly one aws_iam_role`},
		{"no prefix", "", "staging/main.tf", `name_prefix = "staging-"`, `name_prefix = ""`, `The role staging-payments-api must have`},
		{"another path", "", api, "/ddbgen/payments/", "/", `path "/", which should be "/ddbgen/payments/"`},
		{"a longer session", "", api, "3600", "43200", `max_session_duration 43200`},
		{"no trust", "", api, "  assume_role_policy   = var.roles.api.trust\n", "", `has no assume_role_policy`},
		{"another role's trust", "", api, "var.roles.api.trust", "var.roles.vault.trust", `has the assume_role_policy file\(".*trust.vault.json`},
		{"an inline policy", "", api, "  max_session", "  inline_policy {\n    name   = \"x\"\n    policy = var.roles.api.trust\n  }\n  max_session", `block that nothing asks for, inline_policy`},
		{"managed policies of its own", "", api, "  max_session", "  managed_policy_arns = [\"arn:aws:iam::aws:policy/AdministratorAccess\"]\n  max_session", `nothing asks for, managed_policy_arns`},
		{"a boundary", "books", "roles/role_catalogue.tf", "  max_session", "  permissions_boundary = \"arn:aws:iam::aws:policy/AdministratorAccess\"\n  max_session", `nothing asks for, permissions_boundary`},
		{"no boundary", "", api, "  permissions_boundary = var.permissions_boundary\n", "", `has no permissions_boundary, which should be "arn:aws:iam::444455556666:policy/ddbgen-bootstrap/payments/payments-boundary"`},
		{"another boundary", "", api, "var.permissions_boundary", `"arn:aws:iam::aws:policy/AdministratorAccess"`, `has the permissions_boundary "arn:aws:iam::aws:policy/AdministratorAccess"`},
		{"another environment's boundary", "", "staging/main.tf", "staging-payments-boundary", "payments-boundary", `staging: .* has the permissions_boundary ".*/payments-boundary", which should be ".*/staging-payments-boundary"`},
		{"a boundary that may change", "", api, "  max_session", "  lifecycle {\n    ignore_changes = [permissions_boundary]\n  }\n  max_session", `leaves changes of permissions_boundary alone`},
		{"another system's tag", "", "production/main.tf", `"payments/production"`, `"other/production"`, `aws_iam_role.api .* has the tags`},
		{"a tenant's tag", "", api, "tags                 = var.tags", "tags = merge(var.tags, { tenant_id = \"acme0001\" })", `has the tags`},
		{"changes left alone", "", api, "  max_session", "  lifecycle {\n    ignore_changes = [assume_role_policy]\n  }\n  max_session", `leaves changes of assume_role_policy alone`},
		{"another policy name", "various", "roles/role_worker.tf", `"+${i + 1}"`, `"-${i + 1}"`, `has the name "prod-various-worker-acme-2"`},
		{"a policy's name", "", api, `each.key == "1" ? aws_iam_role.api.name`, `each.key == "1" ? aws_iam_role.api.path`, `has the name "/ddbgen/payments/"`},
		{"another instance profile", "various", "roles/role_batch.tf", "role = aws_iam_role.batch.name", "role = \"other\"", `must have exactly one aws_iam_instance_profile`},
		{"another existing role", "brownfield", "roles/role_shop.tf", "shop-backend", "shop-frontend", `The role shop-backend must have exactly one aws_iam_role`},
		{"an existing role made again", "brownfield", "roles/role_shop.tf", "", "\nresource \"aws_iam_role\" \"shop\" {\n  name = \"shop-backend\"\n}\n", `aws_iam_role.shop \(.*\) is nothing that the spec asks for`},
	}
}

func attachmentEdits() []edit {
	api := "roles/role_api.tf"
	return []edit{
		{"to another role", "", api, "role       = aws_iam_role.api.name", `role       = "${var.name_prefix}payments-support"`, `attached to the role "payments-api"; they should be`},
		{"of another policy", "", api, "policy_arn = each.value", `policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"`, `AdministratorAccess`},
		{"of none", "brownfield", "roles/role_shop.tf", "policy_arn = each.value\n", "", `attaches no policy`},
		{"left out", "", api, "{ for key, policy in aws_iam_policy.api : key => policy.arn },", "", `are attached to the role "payments-api"; they should be`},
		{"one more", "", "production/main.tf", "attach = [", "attach = [\n\"arn:aws:iam::aws:policy/AdministratorAccess\",", `AdministratorAccess`},
		{"one less", "", "production/main.tf", "\"arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole\",", "", `attached to the role "payments-api"`},
		{"another tenant's", "silo", "roles/role_worker.tf", "role       = aws_iam_role.worker[each.value.tenant].name", `role       = aws_iam_role.worker["acme"].name`, `attached to the role "silo-worker-acme"`},
		{"to an existing role of another", "brownfield", "roles/role_shop.tf", "policy_arn = each.value", `policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"`, `attached to the role "shop-backend"`},
		{"not exclusive", "", api, "aws_iam_role_policy_attachments_exclusive", "aws_iam_role_policy_attachments_exclusiv", `exactly one aws_iam_role_policy_attachments_exclusive`},
		{"exclusive of fewer", "", api, "[for attachment in aws_iam_role_policy_attachment.api : attachment.policy_arn]", "[]", `has the policy_arns \[\]`},
		{"exclusive of more", "", api, "[for attachment in aws_iam_role_policy_attachment.api : attachment.policy_arn]", `concat([for attachment in aws_iam_role_policy_attachment.api : attachment.policy_arn], ["arn:aws:iam::aws:policy/AdministratorAccess"])`, `has the policy_arns .*AdministratorAccess`},
		{"exclusive of all tenants", "silo", "roles/role_worker.tf", "    if split(\"/\", key)[0] == each.key\n", "", `has the policy_arns`},
		{"an inline policy kept", "", api, "policy_names = []", `policy_names = ["x"]`, `has the policy_names \["x"\]`},
		{"inline policies not exclusive", "", api, "aws_iam_role_policies_exclusive", "aws_iam_role_policies_exclusiv", `exactly one aws_iam_role_policies_exclusive`},
	}
}

func tableEdits() []edit {
	ledger, rates := "tables/table_ledger.tf", "tables/table_rates.tf"
	return []edit{
		{"another name", "", ledger, "}Ledger", "}Ledgers", `The table Ledger must have exactly one aws_dynamodb_table`},
		{"another policy", "", "production/main.tf", "policies/table.ledger.json", "policies/table.rates.json", `policy.ledger \(.*\) has the policy file\(".*table.rates.json"\)`},
		{"the policy of another table", "", rates, "var.policies.rates", "var.policies.ledger", `table.ledger.json"\), which should be`},
		{"a policy on another table", "", rates, "resource_arn = aws_dynamodb_table.rates.arn", "resource_arn = aws_dynamodb_table.rates.stream_arn", `The table Rates must have exactly one aws_dynamodb_resource_policy`},
		{"two policies on one table", "", "tables/outputs.tf", "", "\nresource \"aws_dynamodb_resource_policy\" \"more\" {\n  resource_arn = aws_dynamodb_table.ledger.arn\n  policy       = var.policies.rates\n}\n", `The table Ledger must have exactly one aws_dynamodb_resource_policy .* has 2`},
		{"a policy on a stream", "", ledger, "", "\nresource \"aws_dynamodb_resource_policy\" \"stream\" {\n  resource_arn = aws_dynamodb_table.ledger.stream_arn\n  policy       = var.policies.ledger\n}\n", `aws_dynamodb_resource_policy.stream \(.*\) is nothing`},
		{"a policy that locks out", "", ledger, "resource_arn = aws_dynamodb_table.ledger.arn", "resource_arn = aws_dynamodb_table.ledger.arn\n  confirm_remove_self_resource_access = true", `nothing asks for, confirm_remove`},
		{"no policy", "", ledger, "  policy       = var.policies.ledger\n", "", `has no policy`},
		{"another key", "", ledger, "var.key_arns.payments", `"arn:aws:kms:ap-northeast-1:444455556666:key/other"`, `lacks a block, server_side_encryption`},
		{"no key", "", ledger, "    kms_key_arn = var.key_arns.payments\n", "", `lacks a block, server_side_encryption`},
		{"the alias of the key", "", "keys/outputs.tf", "aws_kms_key.payments.arn", "aws_kms_key.payments.key_id", `lacks a block, server_side_encryption`},
		{"a key after all", "", rates, "server_side_encryption {\n    # kics-scan ignore-line\n    enabled = false", "server_side_encryption {\n    enabled = true", `lacks a block, server_side_encryption`},
		{"an existing key of another environment", "various", "production/main.tf", "key/1234abcd", "key/9234abcd", `lacks a block, server_side_encryption`},
		{"another partition key", "", ledger, `hash_key                    = "PK"`, `hash_key                    = "SK"`, `has the hash_key "SK"`},
		{"no sort key", "", ledger, "  range_key                   = \"SK\"\n", "", `has no range_key`},
		{"another index key", "", ledger, `hash_key        = "GSI1PK"`, `hash_key        = "email"`, `lacks a block, global_secondary_index`},
		{"one more projected attribute", "", ledger, `"amount",`, `"amount", "iban",`, `lacks a block, global_secondary_index`},
		{"no protection", "", ledger, "deletion_protection_enabled = true", "deletion_protection_enabled = false", `has the deletion_protection_enabled false`},
		{"no recovery", "", ledger, "    enabled                 = true\n", "    enabled                 = false\n", `lacks a block, point_in_time_recovery`},
		{"a replica", "", ledger, "  ttl {", "  replica {\n    region_name = \"us-east-1\"\n  }\n\n  ttl {", `block that nothing asks for, replica`},
		{"the tags of ABAC", "", rates, `"treasury"`, `"platform"`, `has the tags`},
		{"no guard", "guarded", "tables/table_orders.tf", "resource \"aws_dynamodb_resource_policy\" \"orders\" {\n  resource_arn = aws_dynamodb_table.orders.arn\n  policy       = var.policies.orders\n}\n", "", `The table orders must have exactly one aws_dynamodb_resource_policy`},
		{"a guard that nothing asks for", "guarded", "tables/table_orders.tf", "", "\nresource \"aws_dynamodb_resource_policy\" \"cache\" {\n  resource_arn = aws_dynamodb_table.cache.arn\n  policy = var.policies.orders\n}\n", `aws_dynamodb_resource_policy.cache .* is nothing that the spec asks for`},
		{"the guard of another table", "guarded", "tables/table_orders.tf", "resource_arn = aws_dynamodb_table.orders.arn", "resource_arn = aws_dynamodb_table.cache.arn", `The table orders must have exactly one aws_dynamodb_resource_policy`},
		{"another existing table", "brownfield", "tables/table_orders.tf", "}Orders", "}Other", `The table Orders must have exactly one`},
		{"more left alone", "various", "tables/table_events.tf", "      read_capacity,\n", "      read_capacity,\n      server_side_encryption,\n", `leaves changes of server_side_encryption alone`},
		{"another service scaled", "various", "tables/table_events.tf", `service_namespace  = "dynamodb"`, `service_namespace  = "ecs"`, `has the service_namespace "ecs"`},
		{"a role for scaling", "various", "tables/table_events.tf", "  min_capacity ", "  role_arn = aws_dynamodb_table.events.arn\n  min_capacity ", `nothing asks for, role_arn`},
	}
}

func keyEdits() []edit {
	key := "keys/key_payments.tf"
	return []edit{
		{"no policy", "", key, "  policy                  = var.policies.payments\n", "", `The key payments must have exactly one aws_kms_key`},
		{"a table's policy", "", "production/main.tf", "policies/key.payments.json", "policies/table.rates.json", `The key payments must have exactly one aws_kms_key`},
		{"no lockout check", "", key, "  enable_key_rotation", "  bypass_policy_lockout_safety_check = true\n  enable_key_rotation", `nothing asks for, bypass_policy`},
		{"many regions", "", key, "  enable_key_rotation", "  multi_region = true\n  enable_key_rotation", `nothing asks for, multi_region`},
		{"no rotation", "", key, "enable_key_rotation     = true", "enable_key_rotation     = false", `has the enable_key_rotation false`},
		{"a short farewell", "", key, "deletion_window_in_days = 30", "deletion_window_in_days = 7", `has the deletion_window_in_days 7`},
		{"another system's tag", "", "production/main.tf", `"payments/production"`, `"other/production"`, `aws_kms_key.payments .* has the tags`},
		{"another alias", "", key, "payments-payments", "payments-other", `must have exactly one aws_kms_alias`},
		{"an alias of something else", "", key, "target_key_id = aws_kms_key.payments.key_id", "target_key_id = aws_kms_key.payments.arn", `has the target_key_id`},
	}
}

func endpointEdits() []edit {
	app := "endpoints/endpoint_app.tf"
	return []edit{
		{"another policy", "", "production/main.tf", "policies/endpoint.app.json", "policies/endpoint.streams.json", `The endpoint app must have exactly one aws_vpc_endpoint`},
		{"no policy", "", app, "  policy            = var.endpoints.app.policy\n", "", `The endpoint app must have exactly one`},
		{"another type", "", app, `"Gateway"`, `"Interface"`, `has the vpc_endpoint_type "Interface"`},
		{"another network", "", "production/main.tf", "vpc-0a1b2c3d4e5f60718", "vpc-0a1b2c3d4e5f60719", `has the vpc_id`},
		{"another service", "", "production/main.tf", "ap-northeast-1.dynamodb\"", "ap-northeast-1.s3\"", `has the service_name`},
		{"other route tables", "", "production/main.tf", "rtb-0a1b2c3d4e5f60718", "rtb-1a1b2c3d4e5f60718", `has the route_table_ids`},
		{"other security groups", "", "production/main.tf", "sg-0a1b2c3d4e5f60718", "sg-1a1b2c3d4e5f60718", `has the security_group_ids`},
		{"no tags", "", app, "merge(var.tags, {", "merge({}, {", `endpoint_app.tf:3\) has the tags`},
		{"another system's tag", "", "production/main.tf", `"payments/production"`, `"other/production"`, `aws_vpc_endpoint.app .* has the tags`},
		{"private names", "", "endpoints/endpoint_streams.tf", "private_dns_enabled = false", "private_dns_enabled = true", `has the private_dns_enabled true`},
	}
}

func rootEdits() []edit {
	trail := "audit/trail.tf"
	return []edit{
		{"another trail key", "", trail, "  kms_key_id                 = var.kms_key_arn\n", "", `has no kms_key_id`},
		{"another bucket", "", trail, `"acme-audit"`, `"other"`, `has the s3_bucket_name "other"`},
		{"a silent trail", "", trail, "  s3_bucket_name", "  enable_logging = false\n  s3_bucket_name", `nothing asks for, enable_logging`},
		{"another table recorded", "", "production/main.tf", "table_arns  = module.tables.arns", "table_arns  = { ledger = module.tables.arns.rates }", `lacks a block, advanced_event_selector`},
		{"reads recorded", "", trail, `equals = ["false"]`, `equals = ["true"]`, `lacks a block, advanced_event_selector`},
		{"another account", "", "production/providers.tf", `"444455556666"`, `"111122223333"`, `has the allowed_account_ids`},
		{"any account", "", "production/providers.tf", `  allowed_account_ids = ["444455556666"]`, ``, `has no allowed_account_ids`},
		{"another region", "", "production/providers.tf", "\"ap-northeast-1\"\n  allowed", "\"us-east-1\"\n  allowed", `exactly one aws with the region`},
		{"as another role", "", "production/providers.tf", "  region ", "  assume_role {\n    role_arn = \"arn:aws:iam::444455556666:role/admin\"\n  }\n  region ", `block that nothing asks for, assume_role`},
		{"a module left out", "", "production/main.tf", "module \"endpoints\" {\n  source = \"../../modules/endpoints\"", "module \"endpoints\" {\n  source = \"../../modules/nowhere\"", `there is no Terraform in this directory`},
		{"a module twice", "silo", "production/main.tf", "", "\nmodule \"again\" {\n  source      = \"../../modules/tables\"\n  name_prefix = \"\"\n  tags        = local.tags\n  policies    = { orders = file(\"${path.module}/policies/table.orders.json\") }\n}\n", `The table Orders must have exactly one aws_dynamodb_table .* has 2`},
		{"a policy not in form C", "", "production/policies/role.api.json", "{", "{\"e\u0301\": 1,", `characters that Terraform changes`},
	}
}

// stateEdits are mistakes in where the state is kept.
func stateEdits() []edit {
	providers, bootstrap := "production/providers.tf", "production/bootstrap/providers.tf"
	return []edit{
		{"another bucket of the state", "", providers, `"acme-tfstate"`, `"other"`, `backend.s3 .* has the bucket "other", which should be "acme-tfstate"`},
		{"another state", "", providers, "payments/production.tfstate", "payments/other.tfstate", `The state must have exactly one s3 with the key "payments/production.tfstate", and has 0`},
		{"the administrator's state", "", providers, "production.tfstate", "production.bootstrap.tfstate", `The state must have exactly one s3`},
		{"the state of who deploys", "", bootstrap, "production.bootstrap.tfstate", "production.tfstate", `The state must have exactly one s3 with the key "payments/production.bootstrap.tfstate"`},
		{"another region of the state", "", providers, `region       = "ap-northeast-1"`, `region = "us-east-1"`, `has the region "us-east-1"`},
		{"a plain state", "", providers, "encrypt      = true", "encrypt = false", `has the encrypt false`},
		{"no encryption", "", providers, "    encrypt      = true\n", "", `has no encrypt`},
		{"no lock", "", bootstrap, "    use_lockfile = true\n", "", `has no use_lockfile`},
		{"a lock that is off", "", providers, "use_lockfile = true", "use_lockfile = false", `has the use_lockfile false`},
		{"another key of the state", "rising", providers, "key/1234abcd", "key/9234abcd", `has the kms_key_id`},
		{"no key of the state", "rising", bootstrap, "    kms_key_id     = \"arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-44cd-96ef-1234567890ab\"\n", "", `has no kms_key_id`},
		{"another table of locks", "rising", providers, `"locks"`, `"orders"`, `has the dynamodb_table "orders", which should be "locks"`},
		{"two locks", "", providers, "    use_lockfile = true", "    use_lockfile = true\n    dynamodb_table = \"locks\"", `nothing asks for, dynamodb_table`},
		{"a state as another role", "", providers, "    encrypt ", "    assume_role = { role_arn = \"arn:aws:iam::444455556666:role/admin\" }\n    encrypt ", `nothing asks for, assume_role`},
		{"a state of nobody", "books", providers, "  required_providers", "  backend \"s3\" {\n    bucket = \"b\"\n  }\n  required_providers", `backend.s3 .* is nothing that the spec asks for`},
		{"another backend", "", providers, `backend "s3"`, `backend "local"`, `backend.local .* is nothing that the spec asks for`},
		{"no backend", "", providers, "  backend \"s3\" {\n    bucket       = \"acme-tfstate\"\n    key          = \"payments/production.tfstate\"\n    region       = \"ap-northeast-1\"\n    encrypt      = true\n    use_lockfile = true\n  }\n", "", `The state must have exactly one s3`},
		{"a state in the cloud", "", providers, `backend "s3"`, "cloud", `a cloud block in a terraform block is not read`},
	}
}

// bootstrapEdits are mistakes in what an administrator applies.
func bootstrapEdits() []edit {
	const main, policy = "production/bootstrap/main.tf", "bootstrap/boundary.tf"
	deployer, providers := "bootstrap/role_deployer.tf", "bootstrap/identity_providers.tf"
	return []edit{
		{"another document for the boundary", "", main, "policies/boundary.json", "policies/role.planner.json", `The permissions boundary must have exactly one aws_iam_policy`},
		{"another environment's boundary", "", main, "/policies/boundary.json", "/../../staging/bootstrap/policies/boundary.json", `The permissions boundary must have exactly one`},
		{"no document for the boundary", "", policy, "  policy      = var.boundary\n", "", `The permissions boundary must have exactly one`},
		{"another boundary name", "", policy, "payments-boundary", "payments-limit", `has the name "payments-limit", which should be "payments-boundary"`},
		{"a boundary among the roles' policies", "", policy, "/ddbgen-bootstrap/payments/", "/ddbgen/payments/", `has the path "/ddbgen/payments/"`},
		{"a boundary that may change", "", policy, "  policy ", "  lifecycle {\n    ignore_changes = [policy]\n  }\n  policy ", `leaves changes of policy alone`},
		{"who deploys among the roles", "", deployer, "/ddbgen-bootstrap/payments/", "/ddbgen/payments/", `aws_iam_role.deployer .* has the path "/ddbgen/payments/"`},
		{"a boundary of who deploys", "", deployer, "  max_session", "  permissions_boundary = aws_iam_policy.permissions-boundary.arn\n  max_session", `nothing asks for, permissions_boundary`},
		{"another trust of who deploys", "", main, "trust.deployer.json", "trust.planner.json", `aws_iam_role.deployer .* has the assume_role_policy file\(".*trust.planner.json"\)`},
		{"the policies of who deploys for who plans", "", main, "role.planner.json", "role.deployer.json", `role.deployer.json must have exactly one aws_iam_policy .* has 2`},
		{"a part left out", "", main, "        file(\"${path.module}/policies/role.deployer~2.json\"),\n", "", `role.deployer~2.json must have exactly one aws_iam_policy .* has 0`},
		{"a role of the system beside", "", main, "trust.planner.json", "../../policies/trust.api.json", `trust.api.json`},
		{"an administrator", "", deployer, "", "\nresource \"aws_iam_role_policy_attachment\" \"more\" {\n  role       = aws_iam_role.deployer.name\n  policy_arn = \"arn:aws:iam::aws:policy/AdministratorAccess\"\n}\n", `AdministratorAccess`},
		{"attachments that stay", "", deployer, "aws_iam_role_policy_attachments_exclusive", "aws_iam_role_policies_exclusive", `must have exactly one aws_iam_role_policy_attachments_exclusive|declared twice`},
		{"an inline policy of who deploys", "", deployer, "", "\nresource \"aws_iam_role_policy\" \"more\" {\n  role   = aws_iam_role.deployer.name\n  policy = var.boundary\n}\n", `aws_iam_role_policy.more .* is nothing that the spec asks for`},
		{"a longer session", "", deployer, "3600", "43200", `max_session_duration 43200`},
		{"a user", "", deployer, "", "\nresource \"aws_iam_user\" \"deployer\" {\n  name = \"deployer\"\n}\n", `aws_iam_user.deployer .* is nothing`},
		{"another issuer", "", main, "token.actions.githubusercontent.com", "token.example.com", `The identity provider https://token.actions.githubusercontent.com must have exactly one`},
		{"another scheme", "", providers, `"https://${each.key}"`, `"http://${each.key}"`, `The identity provider https://token.actions.githubusercontent.com must have exactly one`},
		{"one more audience", "", main, `["sts.amazonaws.com"]`, `["sts.amazonaws.com", "other"]`, `has the client_id_list \["sts.amazonaws.com", "other"\]`},
		{"no audience", "", main, `["sts.amazonaws.com"]`, `[]`, `has the client_id_list \[\]`},
		{"a thumbprint", "", providers, "  client_id_list", "  thumbprint_list = [\"0123456789012345678901234567890123456789\"]\n  client_id_list", `nothing asks for, thumbprint_list`},
		{"one more issuer", "", main, "existing_identity_providers = []", `existing_identity_providers = ["gitlab.com"]`, `data.aws_iam_openid_connect_provider.integration\["gitlab.com"\] .* is nothing`},
		{"a provider of others made", "", "staging/bootstrap/main.tf", "identity_providers          = {}", "identity_providers = { \"token.actions.githubusercontent.com\" = [\"sts.amazonaws.com\"] }", `In staging: module.bootstrap.aws_iam_openid_connect_provider.integration.* is nothing that the spec asks for`},
		{"a provider that is not made", "", main, "  identity_providers = {\n    \"token.actions.githubusercontent.com\" = [\"sts.amazonaws.com\"]\n  }\n  existing_identity_providers = []", "  identity_providers = {}\n  existing_identity_providers = [\"token.actions.githubusercontent.com\"]", `In production: The identity provider .* has 0`},
		{"no tags of a provider", "", providers, "  tags           = var.tags\n", "", `has no tags`},
		{"other tags of a provider", "", providers, "tags           = var.tags", "tags = {}", `has the tags {}`},
		{"another account to bootstrap", "", "production/bootstrap/providers.tf", `"444455556666"`, `"111122223333"`, `has the allowed_account_ids`},
		{"the roles in the bootstrap", "", main, "", "\nmodule \"keys\" {\n  source = \"../../../modules/keys\"\n  name_prefix = \"\"\n  tags = local.tags\n  policies = { payments = file(\"${path.module}/policies/boundary.json\") }\n}\n", `module.keys.aws_kms_key.payments .* is nothing that the spec asks for`},
		{"the bootstrap in the environment", "", "production/main.tf", "trust.api.json", "../bootstrap/policies/trust.deployer.json", `aws_iam_role.api .* has the assume_role_policy file\("environments/production/bootstrap/policies/trust.deployer.json"\)`},
	}
}

// addedResources are resources that nothing asks for, in a file that has others.
func addedResources() []edit {
	var out []edit
	for _, kind := range []string{
		"aws_iam_role", "aws_iam_policy", "aws_iam_policy_attachment", "aws_iam_user_policy", "aws_iam_group_policy", "aws_iam_instance_profile",
		"aws_kms_grant", "aws_kms_key_policy", "aws_kms_key", "aws_kms_alias", "aws_vpc_endpoint_policy", "aws_vpc_endpoint", "aws_dynamodb_table",
		"aws_dynamodb_global_table", "aws_dynamodb_kinesis_streaming_destination", "aws_lambda_function", "aws_ram_resource_share", "aws_cloudtrail", "null_resource", "terraform_data",
	} {
		out = append(out, edit{"an added " + kind, "", "roles/role_api.tf", "", "\nresource \"" + kind + "\" \"added\" {\n  name = \"added\"\n}\n", `roles\.` + kind + `\.added \(.*\) is nothing that the spec asks for`})
	}
	return append(out,
		edit{"an added inline policy", "", "roles/role_api.tf", "", inlinePolicy, `aws_iam_role_policy.api \(.*\) is nothing that the spec asks for`},
		edit{"an added data source", "", "roles/role_api.tf", "", "\ndata \"external\" \"x\" {\n  program = [\"sh\"]\n}\n", `data.external.x \(.*\) is nothing`},
		edit{"an added attachment", "", "roles/role_api.tf", "", "\nresource \"aws_iam_role_policy_attachment\" \"more\" {\n  role = aws_iam_role.api.name\n  policy_arn = \"arn:aws:iam::aws:policy/AdministratorAccess\"\n}\n", `AdministratorAccess`},
		edit{"an attachment elsewhere", "", "roles/role_api.tf", "", "\nresource \"aws_iam_role_policy_attachment\" \"more\" {\n  role = \"elsewhere\"\n  policy_arn = aws_iam_policy.api[\"1\"].arn\n}\n", `attachment.more \(.*\) is nothing that the spec asks for`},
	)
}

// unreadable are edits that make the Terraform something that is not understood, and so not proven.
func unreadable() []edit {
	api := "roles/role_api.tf"
	return []edit{
		{"a function", "", api, "var.roles.api.trust", `replace(var.roles.api.trust, "Deny", "Allow")`, `role_api.tf:7: the function replace is not evaluated`},
		{"a document in place", "", api, "var.roles.api.trust", `jsonencode({})`, `the function jsonencode`},
		{"a document with something behind it", "", "production/main.tf", `file("${path.module}/policies/trust.api.json")`, `"${file("${path.module}/policies/trust.api.json")} "`, `trust.api.json"\) \+ " "`},
		{"a choice by content", "", api, "var.roles.api.trust", `var.roles.api.trust == "x" ? "y" : var.roles.api.trust`, `this operation, of these operands`},
		{"a count", "", api, "  path ", "  count = 0\n  path ", `count of a resource is not read`},
		{"a provisioner", "", api, "  path ", "  provisioner \"local-exec\" {\n    command = \"x\"\n  }\n  path ", `a provisioner block is not read`},
		{"an import", "", "production/main.tf", "", "\nimport {\n  to = module.roles.aws_iam_role.api\n  id = \"x\"\n}\n", `a import block is not read`},
		{"a provider in a module", "", "roles/versions.tf", "", "\nprovider \"aws\" {}\n", `a provider block in a module`},
		{"another provider", "", "roles/versions.tf", `"hashicorp/aws"`, `"evil/aws"`, `a provider other than hashicorp/aws`},
		{"no file", "", "production/main.tf", "policies/trust.api.json", "policies/trust.nobody.json", `trust.nobody.json is not there`},
		{"a module from elsewhere", "", "production/main.tf", `"../../modules/keys"`, `"git::https://example.com/keys.git"`, `only modules of this tree are read`},
		{"no HCL", "", api, "{", "{{", `role_api.tf:3,`},
	}
}

func TestWiringMistakesAreFound(t *testing.T) {
	for _, x := range edits() {
		t.Run(x.example+" "+x.file+" "+x.name, func(t *testing.T) {
			m, files := wiringExample(t, x.built())
			changed := x.apply(t, files)
			want := regexp.MustCompile(`(?s)` + x.want)
			found := wiringOf(m, changed)
			for _, f := range found {
				if id := diag.IDOf(f); (id == "wiring" || id == "undecided-wiring") && f.Subject != nil && want.MatchString(f.Detail) {
					return
				}
			}
			t.Errorf("nothing that matches %q among %d findings", x.want, len(found))
			for _, f := range found {
				t.Log(f.Detail)
			}
		})
	}
}

// built is the example that is edited.
func (x edit) built() string {
	if x.example == "" {
		return "payments"
	}
	return x.example
}

// apply makes the edit, which must change something, in the one file that it names.
func (x edit) apply(t *testing.T, files []output.File) []output.File {
	t.Helper()
	changed := slices.Clone(files)
	for i, f := range changed {
		if !strings.HasSuffix(f.Path, x.file) {
			continue
		}
		text := string(f.Bytes) + x.new
		if x.old != "" {
			text = strings.Replace(string(f.Bytes), x.old, x.new, 1)
		}
		if text == string(f.Bytes) {
			t.Fatalf("%s has no %q", f.Path, x.old)
		}
		changed[i].Bytes = []byte(text)
		return changed
	}
	t.Fatalf("no file %s", x.file)
	return nil
}

// Two documents that change places are both read once, and both are in the wrong place.
func TestSwappedDocumentsAreFound(t *testing.T) {
	for _, pair := range [][2]string{
		{"trust.api.json", "trust.vault.json"}, {"role.api.json", "role.vault.json"}, {"role.api.json", "trust.api.json"},
		{"table.ledger.json", "table.rates.json"}, {"endpoint.app.json", "endpoint.streams.json"}, {"key.payments.json", "table.ledger.json"},
	} {
		m, files := wiringExample(t, "payments")
		a, b := "policies/"+pair[0], "policies/"+pair[1]
		changed := edit{file: "production/main.tf", old: a, new: "policies/held"}.apply(t, files)
		changed = edit{file: "production/main.tf", old: b, new: a}.apply(t, changed)
		changed = edit{file: "production/main.tf", old: "policies/held", new: b}.apply(t, changed)
		if len(wiringOf(m, changed)) == 0 {
			t.Errorf("%s and %s changed places, and nothing was found", a, b)
		}
	}
}

// What does not count may change: the order of what is a set, words for people, how a value is come by.
func TestHarmlessEditsAreNotFound(t *testing.T) {
	for _, x := range []edit{
		{file: "roles/role_api.tf", old: "description          = \"", new: "description = \"New words: "},
		{file: "roles/role_api.tf", old: "\n", new: "\n# a comment\n"},
		{file: "roles/role_api.tf", old: "var.roles.api.trust", new: "var.roles[\"api\"].trust"},
		{file: "roles/role_api.tf", old: "i + 1 => document", new: "\"${i + 1}\" => document"},
		{file: "roles/role_api.tf", old: "[for attachment in aws_iam_role_policy_attachment.api : attachment.policy_arn]", new: "concat(var.roles.api.attach, [aws_iam_policy.api[\"1\"].arn])"},
		{file: "endpoints/endpoint_app.tf", old: "tags = merge(var.tags, {", new: "tags = merge({}, var.tags, {"},
		{file: "tables/table_ledger.tf", old: "{\n    name = \"GSI1PK\"\n    type = \"S\"\n  }\n\n  attribute {\n    name = \"GSI1SK\"\n    type = \"N\"", new: "{\n    name = \"GSI1SK\"\n    type = \"N\"\n  }\n\n  attribute {\n    name = \"GSI1PK\"\n    type = \"S\""},
		{example: "rising", file: "production/bootstrap/main.tf", old: "\"drift\",\n      \"https://gitlab.com\"", new: "\"https://gitlab.com\", \"drift\""},
	} {
		m, files := wiringExample(t, x.built())
		for _, f := range wiringOf(m, x.apply(t, files)) {
			t.Errorf("%q for %q: %s", x.new, x.old, f.Detail)
		}
	}
}

// A directory where Terraform could be run is one of the model's roots.
func TestWiringOfStrayRoots(t *testing.T) {
	m, files := wiringExample(t, "books")
	for _, dir := range []string{"environments/production/bootstrap", "environments/staging", "environments/production/policies"} {
		found := wiringOf(m, append(slices.Clone(files), output.File{Path: dir + "/main.tf"}, output.File{Path: dir + "/outputs.tf"}))
		if len(found) != 1 || !strings.Contains(found[0].Detail, dir+" is no root that the spec asks for") {
			t.Errorf("%s: %v", dir, found)
		}
	}
}

// A file of the tree that Terraform does not read is a finding too.
func TestWiringOfStrays(t *testing.T) {
	m, files := wiringExample(t, "silo")
	files = append(files, output.File{Path: "environments/production/policies/role.stray.json", Bytes: []byte("{}")})
	if found := wiringOf(m, files); len(found) != 1 || !strings.Contains(found[0].Detail, "role.stray.json 0 times") {
		t.Error(found)
	}
	files[len(files)-1].Path = "environments/production/bootstrap/policies/role.stray.json"
	if found := wiringOf(m, files); len(found) != 1 || !strings.Contains(found[0].Detail, "bootstrap/policies/role.stray.json 0 times") {
		t.Error(found)
	}
	files = files[:len(files)-1]
	for _, name := range []string{"override.tf", "main_override.tf", "extra.tf.json", ".hidden.tf"} {
		found := wiringOf(m, append(slices.Clone(files), output.File{Path: "environments/production/" + name, Bytes: []byte("{}")}))
		if len(found) != 1 || diag.IDOf(found[0]) != "undecided-wiring" {
			t.Errorf("%s: %v", name, found)
		}
	}
}

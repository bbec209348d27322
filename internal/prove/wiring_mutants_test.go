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
	return slices.Concat(roleEdits(), attachmentEdits(), tableEdits(), keyEdits(), endpointEdits(), rootEdits(), addedResources(), unreadable())
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
		{"a boundary", "", api, "  max_session", "  permissions_boundary = \"arn:aws:iam::aws:policy/AdministratorAccess\"\n  max_session", `nothing asks for, permissions_boundary`},
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
		{"another region", "", "production/providers.tf", `"ap-northeast-1"`, `"us-east-1"`, `exactly one aws with the region`},
		{"as another role", "", "production/providers.tf", "  region ", "  assume_role {\n    role_arn = \"arn:aws:iam::444455556666:role/admin\"\n  }\n  region ", `block that nothing asks for, assume_role`},
		{"a module left out", "", "production/main.tf", "module \"endpoints\" {\n  source = \"../../modules/endpoints\"", "module \"endpoints\" {\n  source = \"../../modules/nowhere\"", `there is no Terraform in this directory`},
		{"a module twice", "silo", "production/main.tf", "", "\nmodule \"again\" {\n  source      = \"../../modules/tables\"\n  name_prefix = \"\"\n  tags        = local.tags\n  policies    = { orders = file(\"${path.module}/policies/table.orders.json\") }\n}\n", `The table Orders must have exactly one aws_dynamodb_table .* has 2`},
		{"a policy not in form C", "", "production/policies/role.api.json", "{", "{\"e\u0301\": 1,", `characters that Terraform changes`},
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
			name := x.example
			if name == "" {
				name = "payments"
			}
			m, files := wiringExample(t, name)
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
	} {
		m, files := wiringExample(t, "payments")
		for _, f := range wiringOf(m, x.apply(t, files)) {
			t.Errorf("%q for %q: %s", x.new, x.old, f.Detail)
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
	for _, name := range []string{"override.tf", "main_override.tf", "extra.tf.json", ".hidden.tf"} {
		found := wiringOf(m, append(slices.Clone(files), output.File{Path: "environments/production/" + name, Bytes: []byte("{}")}))
		if len(found) != 1 || diag.IDOf(found[0]) != "undecided-wiring" {
			t.Errorf("%s: %v", name, found)
		}
	}
}

package tfhcl

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/inventory/picture"
)

// read reads files, which are given as their names behind -- and their content.
func read(t *testing.T, src string, o Options) *inventory.Inventory {
	t.Helper()
	files := map[string][]byte{}
	name := "main.tf"
	for line := range strings.Lines(src) {
		if begin, is := strings.CutPrefix(line, "-- "); is {
			name = strings.TrimSpace(begin)
			continue
		}
		files["d/"+name] = append(files["d/"+name], line...)
	}
	inv, ok := Read("d", files, o)
	if !ok {
		t.Fatal("not read")
	}
	return inv
}

func TestRead(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"a data source", `data "aws_iam_policy_document" "base" {
  statement {
    sid       = "Base"
    actions   = ["dynamodb:Scan"]
    resources = ["*"]
  }
  statement {
    sid       = "Kept"
    actions   = ["dynamodb:Query"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "it" {
  source_policy_documents   = [data.aws_iam_policy_document.base.json]
  override_policy_documents = [file("over.json")]
  statement {
    sid       = "Base"
    effect    = "Deny"
    actions   = ["dynamodb:DeleteTable"]
    resources = ["*"]
  }
  statement {
    not_actions   = ["iam:*"]
    not_resources = ["a", "&{aws:username}"]
    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalTag/tenant"
      values   = ["a"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalTag/tenant"
      values   = ["&{aws:username}"]
    }
  }
  dynamic "statement" {
    for_each = { x = ["dynamodb:GetItem"] }
    iterator = s
    content {
      sid       = s.key
      actions   = s.value
      resources = ["*"]
    }
  }
}
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
    principals {
      type        = "AWS"
      identifiers = ["444455556666"]
    }
  }
  statement {
    effect  = "Deny"
    actions = ["sts:AssumeRole"]
    not_principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
  statement {
    actions = ["sts:TagSession"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.r.name
  policy = data.aws_iam_policy_document.it.json
}
-- over.json
{"Version": "2012-10-17",
 "Statement": [
  {"Sid": "x", "Effect": "Allow", "Action": "dynamodb:BatchGetItem", "Resource": "*"}
 ]}
`, `74 role r role/r
  trust aws_iam_role.r.assume_role_policy
    47 Allow {false [444455556666] [lambda.amazonaws.com] [] []} sts:AssumeRole on 
    58 Deny sts:AssumeRole on 
    66 Allow {true [] [] [] []} sts:TagSession on 
  policy aws_iam_role_policy.p
    16 Deny dynamodb:DeleteTable on *
    7 Allow dynamodb:Query on *
    22 Allow iam:* on a,${aws:username} if StringEquals aws:PrincipalTag/tenant [a ${aws:username}]
    3 Allow dynamodb:BatchGetItem on *
`},
		{"heredocs and jsonencode", `resource "aws_iam_user" "u" {
  name = "u"
}
resource "aws_iam_group" "g" {
  name = "g"
}
resource "aws_iam_user_group_membership" "m" {
  user   = aws_iam_user.u.name
  groups = [aws_iam_group.g.name]
}
resource "aws_iam_group_policy" "h" {
  group  = aws_iam_group.g.name
  policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": ${jsonencode(["dynamodb:GetItem",
    "dynamodb:Query"])},
          "Resource": "arn:aws:dynamodb:eu-west-1:444455556666:table/$${aws:username}"
        },
        {"Effect": "Deny", "Action": "dynamodb:Scan", "Resource": "*"}
      ]
    }
  EOT
}
resource "aws_iam_policy" "j" {
  name = "j"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for a in ["A", "B"] : {
      Effect   = "Allow"
      Action   = "dynamodb:${a}"
      Resource = "*"
    }]
  })
}
resource "aws_iam_user_policy_attachment" "a" {
  user       = aws_iam_user.u.name
  policy_arn = aws_iam_policy.j.arn
}
resource "aws_iam_role" "inline" {
  name                 = "inline"
  managed_policy_arns  = ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]
  permissions_boundary = aws_iam_policy.j.arn
  tags                 = { team = "a" }
  inline_policy {
    name   = "i"
    policy = jsonencode({ Version = "2012-10-17", Statement = { Effect = "Allow", Action = "dynamodb:PutItem", Resource = "*" } })
  }
}
`, `1 user u user/u
  policy aws_iam_policy.j
    32 Allow dynamodb:A on *
    32 Allow dynamodb:B on *
  policy aws_iam_group_policy.h
    17 Allow dynamodb:GetItem,dynamodb:Query on table/${aws:username}
    23 Deny dynamodb:Scan on *
4 group g group/g
  policy aws_iam_group_policy.h
    17 Allow dynamodb:GetItem,dynamodb:Query on table/${aws:username}
    23 Deny dynamodb:Scan on *
43 role inline role/inline
  policy i
    50 Allow dynamodb:PutItem on *
  policy AWSLambdaBasicExecutionRole
    45 Allow logs:CreateLogGroup,logs:CreateLogStream,logs:PutLogEvents on *
  boundary aws_iam_policy.j
    32 Allow dynamodb:A on *
    32 Allow dynamodb:B on *
  tag team=a
`},
		{"resources with policies", `provider "aws" { region = "eu-west-1" }
resource "aws_dynamodb_table" "t" {
  for_each     = { orders = "PK", users = "id" }
  name         = each.key
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = each.value
  attribute {
    name = each.value
    type = "S"
  }
}
resource "aws_dynamodb_resource_policy" "p" {
  for_each     = aws_dynamodb_table.t
  resource_arn = each.value.arn
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Deny", Principal = "*", Action = "dynamodb:*", Resource = [each.value.arn, "${each.value.arn}/index/*"], Condition = { Bool = { "aws:SecureTransport" = "false" } } }
  ] })
}
resource "aws_dynamodb_resource_policy" "s" {
  resource_arn = aws_dynamodb_table.t["orders"].stream_arn
  policy       = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = "*", Action = "dynamodb:GetRecords", Resource = "*" }] })
}
resource "aws_kms_key" "k" {}
resource "aws_kms_alias" "k" {
  name          = "alias/data"
  target_key_id = aws_kms_key.k.key_id
}
resource "aws_kms_key_policy" "k" {
  key_id = aws_kms_key.k.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = "*", Action = "kms:*", Resource = "*" }] })
}
resource "aws_vpc_endpoint" "e" {
  vpc_id       = "vpc-1"
  service_name = "com.amazonaws.${data.aws_region.here.region}.dynamodb"
}
resource "aws_vpc_endpoint_policy" "e" {
  vpc_endpoint_id = aws_vpc_endpoint.e.id
  policy          = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = "*", Action = "*", Resource = "*" }] })
}
data "aws_region" "here" {}
`, `2 table orders table/orders
  policy aws_dynamodb_resource_policy.p["orders"]
    16 Deny {true [] [] [] []} dynamodb:* on table/orders,table/orders/index/* if Bool aws:SecureTransport [false]
  stream aws_dynamodb_resource_policy.s
    21 Allow {true [] [] [] []} dynamodb:GetRecords on *
2 table users table/users
  policy aws_dynamodb_resource_policy.p["users"]
    16 Deny {true [] [] [] []} dynamodb:* on table/users,table/users/index/* if Bool aws:SecureTransport [false]
23 key alias/data arn:aws:kms:eu-west-1:444455556666:key/{aws_kms_key.k}
  policy aws_kms_key_policy.k
    30 Allow {true [] [] [] []} kms:* on *
32 endpoint aws_vpc_endpoint.e com.amazonaws.eu-west-1.dynamodb gateway:true
  policy aws_vpc_endpoint_policy.e
    38 Allow {true [] [] [] []} * on *
`},
		{"modules", `module "m" {
  for_each = toset(["a", "b"])
  source   = "./modules/role"
  name     = "${each.key}-${module.t.arn}"
  document = local.document
}
module "t" {
  source = "./modules/table"
}
locals {
  document = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "dynamodb:GetItem", Resource = module.t.arn }] })
}
-- modules/role/main.tf
variable "name" {}
variable "document" {}
resource "aws_iam_role" "r" {
  name = var.name
}
resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.r.id
  policy = var.document
}
-- modules/table/main.tf
resource "aws_dynamodb_table" "t" {
  name = "x"
}
output "arn" { value = aws_dynamodb_table.t.name }
`, `3 role a-x role/a-x
  policy module.m["a"].aws_iam_role_policy.p
    11 Allow dynamodb:GetItem on x
3 role b-x role/b-x
  policy module.m["b"].aws_iam_role_policy.p
    11 Allow dynamodb:GetItem on x
1 table x table/x
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, picture.Of(read(t, c.src, place))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestWorst holds that a condition that is not known never takes a right away, and never adds a refusal.
func TestWorst(t *testing.T) {
	const src = `variable "flag" { type = bool }
locals {
  denials = var.flag ? [{ Effect = "Deny", Action = "a:denied", Resource = "*" }] : []
}
resource "aws_iam_role" "r" {
  name = "r"
}
resource "aws_iam_role_policy" "p" {
  role = aws_iam_role.r.id
  policy = jsonencode({ Version = "2012-10-17", Statement = concat(local.denials, [
    { Effect = "Allow", Action = var.flag ? "a:one" : "a:two", Resource = "*" },
    { Effect = "Deny", Action = !var.flag ? "a:one" : "a:two", Resource = "*" },
    { Effect = "Deny", Action = "a:always", Resource = "*" }], [for a in ["a:loop"] : { Effect = "Deny", Action = a, Resource = "*" } if var.flag]) })
}
resource "aws_iam_role_policy" "q" {
  count  = var.flag ? 1 : 0
  role   = aws_iam_role.r.id
  policy = data.aws_iam_policy_document.q.json
}
data "aws_iam_policy_document" "q" {
  statement {
    actions   = ["a:allowed"]
    resources = ["*"]
  }
  statement {
    effect    = "Deny"
    actions   = ["a:count"]
    resources = ["*"]
  }
}
resource "aws_iam_role_policy" "s" {
  role   = aws_iam_role.r.id
  policy = data.aws_iam_policy_document.s.json
}
data "aws_iam_policy_document" "s" {
  statement {
    actions   = ["a:s"]
    resources = ["*"]
  }
  dynamic "statement" {
    for_each = var.flag ? [1] : []
    content {
      effect    = "Deny"
      actions   = ["a:dynamic"]
      resources = ["*"]
    }
  }
  dynamic "statement" {
    for_each = var.list
    content {
      effect    = "Deny"
      actions   = ["a:list"]
      resources = ["*"]
    }
  }
}
`
	const unknown = `5 role r role/r
  policy aws_iam_role_policy.p
    11 Allow a:one on *
    13 Deny a:always on *
    11 Allow a:two on *
  policy aws_iam_role_policy.q
    21 Allow a:allowed on *
  policy aws_iam_role_policy.s
    36 Allow a:s on *
`
	if diff := cmp.Diff(unknown, picture.Of(read(t, src, place))); diff != "" {
		t.Error(diff)
	}
	known := place
	known.Parameters = map[string]string{"flag": "true", "list": "[]"}
	const set = `5 role r role/r
  policy aws_iam_role_policy.p
    3 Deny a:denied on *
    11 Allow a:one on *
    12 Deny a:two on *
    13 Deny a:always on *
    13 Deny a:loop on *
  policy aws_iam_role_policy.q[0]
    21 Allow a:allowed on *
    25 Deny a:count on *
  policy aws_iam_role_policy.s
    36 Allow a:s on *
    40 Deny a:dynamic on *
`
	if diff := cmp.Diff(set, picture.Of(read(t, "variable \"list\" { type = list(string) }\n"+src, known))); diff == "" {
		t.Error("the line of a declaration in front is not counted")
	}
	if diff := cmp.Diff(set, picture.Of(read(t, src+"variable \"list\" { type = list(string) }\n", known))); diff != "" {
		t.Error(diff)
	}
}

// TestSaid holds that what is not read is said, at its line.
func TestSaid(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"resource \"aws_iam_policy\" \"p\" {\n  policy = file(\"../x.json\")\n}\n", "2 File outside of the directory"},
		{"resource \"aws_iam_policy\" \"p\" {\n  policy = file(\"gone.json\")\n}\n", "2 File that is not there"},
		{"resource \"aws_iam_policy\" \"p\" {\n  policy = var.p\n}\n", "2 Policy that is not known"},
		{"\nmodule \"m\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\n", "2 Module from elsewhere"},
		{"module \"m\" {\n  source = \"../m\"\n}\n", "1 Module outside of the directory"},
		{"module \"m\" {\n  source = \"./m\"\n}\n", "1 Module that is not there"},
		{"module \"m\" {\n  source = \"./m\"\n}\n-- m/main.tf\nmodule \"m\" {\n  source = \"../m\"\n}\n", "1 Modules without end"},
		{"locals {\n  a = {\n}\n", "1 Unclosed configuration block"},
		{"locals {\n}\n-- more.tf.json\n{}\n", "1 Terraform in JSON"},
		{"resource \"aws_iam_policy\" \"p\" {\n  policy = jsonencode({Statement = [\n    {Effect = \"Allow\", Acton = \"x\"}]})\n}\n", "3 Policy that cannot be read"},
		{"data \"aws_iam_policy_document\" \"d\" {\n  source_policy_documents = [var.p]\n}\nresource \"aws_iam_policy\" \"p\" {\n  policy = data.aws_iam_policy_document.d.json\n}\n", "2 Policy that is not known"},
		{"resource \"aws_iam_role\" \"r\" {\n  name = var.n\n}\n", "2 Value that is not known"},
	} {
		var got []string
		for _, d := range read(t, c.src, place).Findings {
			got = append(got, fmt.Sprint(d.Subject.Start.Line, " ", d.Summary))
		}
		if !strings.Contains(strings.Join(got, "\n")+"\n", c.want+"\n") {
			t.Errorf("%s\n  says %q, not %q", c.src, got, c.want)
		}
	}
}

func TestPlace(t *testing.T) {
	const src = "resource \"aws_dynamodb_table\" \"t\" {\n  name = \"t\"\n}\n"
	inv := read(t, src, Options{})
	if got := inv.Tables[0].ARN(); got != "arn:aws:dynamodb:us-east-1:000000000000:table/t" || len(found(inv.Findings, idAssumed)) != 1 {
		t.Error(got, inv.Findings)
	}
	inv = read(t, src+"provider \"aws\" {\n  region = \"cn-north-1\"\n}\n", Options{Account: "1"})
	if got := inv.Tables[0].ARN(); !strings.Contains(got, "arn:aws-cn:dynamodb:cn-north-1:") || len(found(inv.Findings, idAssumed)) != 0 {
		t.Error(got, inv.Findings)
	}
}

// TestProvider holds that the account is the only one that the provider takes, and none of several.
func TestProvider(t *testing.T) {
	const src = "resource \"aws_dynamodb_table\" \"t\" {\n  name = \"t\"\n}\nprovider \"aws\" {\n  region = \"eu-west-1\"\n  allowed_account_ids = [%s]\n}\n"
	for accounts, want := range map[string]string{`"444455556666"`: "444455556666", `"444455556666", "111122223333"`: "000000000000", ``: "000000000000", `var.x`: "000000000000"} {
		if got := read(t, fmt.Sprintf(src, accounts), Options{}).Tables[0].Account; got != want {
			t.Errorf("%s: %s", accounts, got)
		}
	}
}

// TestOnDisk holds that files are read from the directory itself, and that neither a name nor a link leads out of it.
func TestOnDisk(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const document = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "a:b", "Resource": "*"}]}`
	write("secret.json", document)
	write("in/m/main.tf", "resource \"aws_iam_policy\" \"m\" {\n  name = var.n\n  policy = file(\"${path.module}/p.json\")\n}\nvariable \"n\" {}\n")
	write("in/m/p.json", document)
	write("in/terraform.tfvars", "n = \"given\"\n")
	if err := os.Symlink("../secret.json", filepath.Join(dir, "in", "link.json")); err != nil {
		t.Skip(err)
	}
	main := "variable \"n\" {}\nmodule \"m\" {\n  source = \"./m\"\n  n = var.n\n}\nresource \"aws_iam_policy\" \"l\" {\n  name = \"l\"\n  policy = file(\"link.json\")\n}\n"
	in := filepath.ToSlash(filepath.Join(dir, "in"))
	inv, ok := Read(in, map[string][]byte{in + "/main.tf": []byte(main)}, place)
	if !ok || len(inv.Identities) != 1 || inv.Identities[0].Name != "given" {
		t.Errorf("%v %+v", ok, inv.Identities)
	}
	if inv.Files[in+"/m/p.json"] == nil || inv.Files[in+"/link.json"] != nil {
		t.Error("the file that was read is not among the files, or the one that was not is")
	}
}

// TestSteady holds that a name that hangs on a condition is the same in a policy, of which all cases are read, and elsewhere,
// and that a condition and its opposite go together.
func TestSteady(t *testing.T) {
	inv := read(t, `variable "flag" { type = bool }
resource "aws_dynamodb_table" "t" {
  name = var.flag ? "orders" : "orders-test"
}
resource "aws_iam_policy" "p" {
  name   = "p"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = var.flag ? "a:x" : "a:y", Resource = [aws_dynamodb_table.t.arn, !var.flag ? "y" : "x"] }] })
}
`, place)
	statements := inv.Identities[0].Policies[0].Document.Statement
	if len(statements) != 2 {
		t.Fatalf("%d statements", len(statements))
	}
	for _, s := range statements {
		if want := inv.Tables[0].ARN(); s.Resource[0] != want || "a:"+s.Resource[1] != s.Action[0] {
			t.Errorf("%s on %s, not %s", s.Action, s.Resource, want)
		}
	}
}

// TestAll holds that a module is read as it is called, from a directory beside it, and not by itself as well, and that nothing is
// read from outside of the root.
func TestAll(t *testing.T) {
	const role = "variable \"name\" {}\nresource \"aws_iam_role\" \"r\" {\n  name = var.name\n  assume_role_policy = file(\"${path.module}/trust.json\")\n}\n"
	const trust = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`
	call := func(source string) string {
		return "module \"m\" {\n  source = \"" + source + "\"\n  name = \"called\"\n}\n"
	}
	files := map[string]map[string][]byte{
		"r/env/prod":     {"r/env/prod/main.tf": []byte(call("../../modules/role")), "r/modules/role/main.tf": []byte(role), "r/modules/role/trust.json": []byte(trust)},
		"r/modules/role": {"r/modules/role/main.tf": []byte(role), "r/modules/role/trust.json": []byte(trust)},
		"r/alone":        {"r/alone/main.tf": []byte(role)},
		"r/a":            {"r/a/main.tf": []byte(call("../b") + "resource \"aws_iam_group\" \"a\" {\n  name = \"a\"\n}\n"), "r/b/main.tf": []byte(call("../a"))},
		"r/b":            {"r/b/main.tf": []byte(call("../a")), "r/a/main.tf": []byte(call("../b") + "resource \"aws_iam_group\" \"a\" {\n  name = \"a\"\n}\n")},
	}
	inv := All("r", []string{"r/env/prod", "r/modules/role", "r/alone", "r/a", "r/b"}, files, place)
	var got []string
	for _, i := range inv.Identities {
		got = append(got, fmt.Sprint(i.Name, " ", i.Trust != nil))
	}
	if len(got) < 4 || got[0] != "called true" || got[1] != "{var.name} false" || !strings.Contains(strings.Join(got[2:], ","), "a false") {
		t.Errorf("%q", got)
	}
	if inv := All("r/env", []string{"r/env/prod"}, files, place); len(inv.Identities) != 0 || len(found(inv.Findings, idUnread)) != 1 {
		t.Errorf("%v %v", inv.Identities, inv.Findings)
	}
}

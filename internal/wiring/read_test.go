package wiring

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/output"
)

// tree is a tree of files, written as path and content in turn.
func tree(pathsAndContents ...string) *Tree {
	var files []output.File
	for i := 0; i < len(pathsAndContents); i += 2 {
		files = append(files, output.File{Path: pathsAndContents[i], Bytes: []byte(pathsAndContents[i+1])})
	}
	return NewTree(files)
}

// listed are the resources that a root makes, one a line.
func listed(t *testing.T, tree *Tree, root string) string {
	t.Helper()
	resources, err := tree.Read(root)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, r := range resources {
		b.WriteString(r.Address() + ": " + r.Body.String() + "\n")
	}
	return b.String()
}

const rootFile = `
locals {
  tags = { A = "1" }
}

module "roles" {
  source = "../modules/roles"

  prefix = "p-"
  roles = {
    one = { trust = file("${path.module}/one.json"), policies = [file("${path.module}/a.json"), file("${path.module}/b.json")], extra = 1 }
  }
  depends_on = [module.other]
}

module "other" {
  source = "../modules/other"
  arns   = module.roles.arns
}

terraform {
  backend "s3" {
    bucket  = "b"
    encrypt = true
  }
}

provider "aws" {
  region = "r"
}

output "all" {
  value = module.other.all
}
`

const rolesFile = `
terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = { source = "hashicorp/aws", version = "> 5" }
  }
}

variable "prefix" { type = string }

variable "roles" {
  type = object({
    one = object({ trust = string, policies = list(string) })
  })
}

resource "aws_iam_role" "one" {
  name               = "${var.prefix}one"
  assume_role_policy = var.roles.one.trust

  inline {
    name = "x"
    deep {}
  }

  lifecycle {
    ignore_changes = [tags, name]
  }
}

resource "aws_iam_policy" "one" {
  for_each = { for i, d in var.roles.one.policies : i + 1 => d }
  name     = "${aws_iam_role.one.name}+${each.key}"
  policy   = each.value
}

resource "aws_iam_role_policy_attachment" "one" {
  for_each   = toset(["b", "a"])
  role       = aws_iam_role.one.name
  policy_arn = "${each.value} ${aws_iam_role.one.arn}"
}

output "arns" {
  value = { one = aws_iam_role.one.arn, policies = { for k, p in aws_iam_policy.one : k => p.arn } }
}
`

const otherFile = `
variable "arns" {
  type = object({ one = string, policies = map(string) })
}

data "aws_dynamodb_table" "t" {
  name = "t"
}

resource "aws_vpc_endpoint" "e" {
  tags = merge({ role = var.arns.one }, var.arns.policies)
  id_  = data.aws_dynamodb_table.t.arn
}

output "all" {
  value = "https://${aws_vpc_endpoint.e.dns_entry[0].dns_name}"
}
`

func TestRead(t *testing.T) {
	files := tree("env/main.tf", rootFile, "env/one.json", "{}", "env/a.json", "{}", "env/b.json", "{}", "env/sub/ignored.tf", "no HCL {",
		"modules/roles/main.tf", rolesFile, "modules/other/main.tf", otherFile)
	want := `backend.s3: bucket = "b"; encrypt = true
module.other.aws_vpc_endpoint.e: id_ = module.other.data.aws_dynamodb_table.t.arn; tags = {"1" = module.roles.aws_iam_policy.one["1"].arn, "2" = module.roles.aws_iam_policy.one["2"].arn, "role" = module.roles.aws_iam_role.one.arn}
module.other.data.aws_dynamodb_table.t: name = "t"
module.roles.aws_iam_policy.one["1"]: name = "p-one+1"; policy = file("env/a.json")
module.roles.aws_iam_policy.one["2"]: name = "p-one+2"; policy = file("env/b.json")
module.roles.aws_iam_role.one: assume_role_policy = file("env/one.json"); name = "p-one"; inline { name = "x"; deep {  } }
module.roles.aws_iam_role_policy_attachment.one["a"]: policy_arn = "a " + module.roles.aws_iam_role.one.arn; role = "p-one"
module.roles.aws_iam_role_policy_attachment.one["b"]: policy_arn = "b " + module.roles.aws_iam_role.one.arn; role = "p-one"
provider.aws: region = "r"
`
	if diff := cmp.Diff(want, listed(t, files, "env")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	resources, err := files.Read("env")
	if err != nil {
		t.Fatal(err)
	}
	role := resources[5]
	if diff := cmp.Diff([]string{"tags", "name"}, role.Ignored); diff != "" || role.Place != "modules/roles/main.tf:17" {
		t.Errorf("%s ignores (-want +got):\n%s", role.Place, diff)
	}
	if diff := cmp.Diff([]string{"env/one.json"}, role.Files()); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// A text is never a symbol, however it is written.
func TestTextsAreNoSymbols(t *testing.T) {
	got := listed(t, tree("r/main.tf", `resource "x" "y" {
  a = "file(\"r/p.json\")"
  b = "\" + aws_iam_role.r.arn"
  c = "directory(\"r\")"
}`), "r")
	want := `x.y: a = "file(\"r/p.json\")"; b = "\" + aws_iam_role.r.arn"; c = "directory(\"r\")"` + "\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Each is a file of a root, and what is wrong with it, with its line.
func TestUnread(t *testing.T) {
	const role = `resource "aws_iam_role" "r" {` + "\n"
	for _, test := range []struct{ src, want string }{
		{`x = 1`, "1: x stands outside a block"},
		{`moved {}`, "1: a moved block is not read"}, {`import {}`, "1: a import block"}, {`removed {}`, "1: a removed block"}, {`check "x" {}`, "1: a check block"}, {`ephemeral "x" "y" {}`, "1: a ephemeral block"},
		{`variable "x" { type = string }`, "a root with variables"}, {`variable "x" {}`, "1: a variable block without type"}, {`variable "x" { default = 1 }`, "1: default of a variable block"},
		{"variable \"x\" {\n type = string\n validation {}\n}", "3: a validation block in a variable block"}, {`output "x" {}`, "without value"}, {`output "x" "y" { value = 1 }`, "with 2 labels"},
		{"output \"x\" {\n value = aws_iam_role.none.arn\n}", "2: aws_iam_role.none is not declared"}, {"output \"x\" {\n value = 1\n precondition {}\n}", "3: a precondition block"},
		{`provider "aws" { alias = null }`, "1: a literal other than"}, {`provider {}`, "with 0 labels"}, {"provider \"aws\" {}\nprovider \"aws\" {}", "2: provider.aws is declared twice"},
		{"terraform {\n cloud {}\n}", "2: a cloud block in a terraform block"}, {"terraform {\n backend {}\n}", "2: a backend block with 0 labels"}, {"terraform {\n backend \"s3\" {}\n backend \"local\" {}\n}", "3: backend is declared twice"},
		{"terraform {\n backend \"s3\" {\n  key = local.k\n }\n}\nlocals {\n k = \"k\"\n}", "3: local.k is not declared"}, {"terraform {\n backend \"s3\" {\n  dynamic \"x\" {}\n }\n}", "3: a dynamic block"}, {"terraform {\n experiments = []\n}", "2: experiments of a terraform block"},
		{"terraform {\n required_providers {\n  aws = \"5\"\n }\n}", "3: a provider other than"},
		{"terraform {\n required_providers {\n  aws = { source = file(\"${path.module}/x\"), version = 1 }\n }\n}", "3: "}, {"terraform {\n required_providers {\n  random = { source = \"hashicorp/aws\", version = \"1\" }\n }\n}", "3: a provider other than"},
		{"locals {\n a = local.b\n b = local.a\n}", "2: local.a depends on itself"}, {"locals {\n a = 1\n}\nlocals {\n a = 1\n}", "5: local.a is declared twice"}, {"locals {\n x {}\n}", "2: a x block in locals"}, {`locals "x" {}`, "with 1 labels"},
		{role + "}\n" + role + "}", "3: aws_iam_role.r is declared twice"}, {role + " name = aws_iam_role.r.arn\n}", "1: aws_iam_role.r depends on itself"}, {`resource "x" {}`, "with 1 labels"},
		{role + " count = 1\n}", "2: count of a resource"}, {role + " provider = aws.x\n}", "2: provider of a resource"}, {role + " provisioner \"x\" {}\n}", "2: a provisioner block"}, {role + " connection {}\n}", "2: a connection block"},
		{role + " dynamic \"x\" {}\n}", "2: a dynamic block"}, {role + " x \"y\" {}\n}", "2: a x block with labels"}, {role + " x {\n  dynamic \"x\" {}\n }\n}", "3: a dynamic block"},
		{role + " depends_on = [\"x\"]\n}", "2: depends_on of something"}, {role + " depends_on = local.x\n}", "2: a list was expected"},
		{role + " lifecycle {\n  prevent_destroy = true\n }\n}", "3: prevent_destroy of a lifecycle block"}, {role + " lifecycle {\n  precondition {}\n }\n}", "3: a precondition block"}, {role + " lifecycle {\n  ignore_changes = all\n }\n}", "3: a list was expected"}, {role + " lifecycle {\n  ignore_changes = [tags[\"a\"]]\n }\n}", "3: ignore_changes of something"},
		{role + " for_each = [1]\n}", "2: for_each of a list"}, {role + " for_each = 1\n}", "2: a collection was expected"}, {role + " for_each = { (data.x.y.arn) = 1 }\n}", "2: data.x.y is not declared"},
		{role + "}\n" + `resource "aws_iam_policy" "p" {` + "\n for_each = { (aws_iam_role.r.arn) = 1 }\n}", "4: a key that is not known"}, {role + "}\n" + `resource "x" "p" {` + "\n a = aws_iam_role.r.unique_name\n}", "4: aws_iam_role.r has no element"},
		{role + "}\n" + `resource "x" "p" {` + "\n a = aws_iam_role.r.arn == \"x\"\n}", "4: this operation"}, {role + "}\n" + `resource "x" "p" {` + "\n a = split(\":\", aws_iam_role.r.arn)\n}", "4: split of anything but plain"},
		{role + "}\n" + `resource "x" "p" {` + "\n a = \"${aws_iam_role.r}\"\n b = \"x${aws_iam_role.r}\"\n}", "5: a text was expected"}, {"resource \"x\" \"p\" {\n a = { (path.module) = 1 }\n}", "2: a key that is not known"},
		{`module "m" {}`, "1: a module block without source"}, {"module \"m\" {\n source = \"hashicorp/x\"\n}", "2: only modules of this tree"}, {"module \"m\" {\n source = \"./none\"\n}", "there is no Terraform in this directory"}, {"module \"m\" {\n source = \"../../..\"\n}", "there is no Terraform"},
		{"module \"m\" {\n source = \"../r\"\n}", "1: a module that calls itself"}, {"module \"m\" {\n source = path.module\n}", "2: only modules of this tree"}, {"module \"m\" {\n source = \"../m\"\n x = 1\n y = \"\"\n}", "3: the module has no variable x"},
		{"module \"m\" {\n source = \"../m\"\n}", "1: the module's variable y is not set"}, {"module \"m\" {\n source = \"../m\"\n y = 1\n}", "3: a value of the kind wiring.Number does not fit"}, {"module \"m\" {\n source = \"../m\"\n y = module.m.z\n}", "1: module.m depends on itself"},
		{"module \"m\" {\n source = \"../m\"\n y = \"\"\n}\nlocals {\n a = module.m.none\n}", "6: the module m has no such output"}, {"module \"m\" {\n source = \"../m\"\n y = \"\"\n}\nlocals {\n a = module.m\n}", "6: module"},
		{"module \"m\" {\n source = \"../m\"\n count = 1\n}", "3: count of a module"}, {"module \"m\" {\n source = \"../m\"\n for_each = {}\n}", "3: for_each of a module"}, {"module \"m\" {\n source = \"../m\"\n providers = {}\n}", "3: providers of a module"}, {"module \"m\" {\n source = \"../m\"\n version = \"1\"\n}", "3: version of a module"}, {"module \"m\" {\n source = \"../m\"\n x {}\n}", "3: a x block in a module"},
		{"module \"m\" {\n source = \"../p\"\n}", "a provider block in a module"}, {"module \"m\" {\n source = \"../b\"\n}", "a backend block in a module"},
	} {
		files := tree("r/main.tf", test.src, "m/main.tf", "variable \"y\" { type = string }\n", "p/main.tf", "provider \"aws\" {}\n",
			"b/main.tf", "terraform {\n backend \"s3\" {}\n}\n")
		_, err := files.Read("r")
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s\nhas the error %v, not %q", test.src, err, test.want)
		}
	}
}

// Each is the type of a variable, an argument, and what arrives, or what is wrong.
func TestConstraints(t *testing.T) {
	for _, test := range []struct{ constraint, argument, want string }{
		{`string`, `"a"`, `"a"`}, {`number`, `1`, `1`}, {`bool`, `true`, `true`}, {`list(string)`, `["a"]`, `["a"]`}, {`list(string)`, `[]`, `[]`},
		{`map(string)`, `{ a = "b" }`, `{"a" = "b"}`}, {`object({ a = string })`, `{ a = "b", c = 1 }`, `{"a" = "b"}`}, {`map(object({ a = list(number) }))`, `{ x = { a = [1] } }`, `{"x" = {"a" = [1]}}`},
		{`string`, `1`, "does not fit"}, {`number`, `"1"`, "does not fit"}, {`bool`, `"true"`, "does not fit"}, {`string`, `["a"]`, "does not fit"}, {`list(string)`, `"a"`, "does not fit"}, {`list(string)`, `[1]`, "does not fit"}, {`list(string)`, `toset(["a"])`, "does not fit"},
		{`map(string)`, `["a"]`, "does not fit"}, {`map(string)`, `{ a = 1 }`, "does not fit"}, {`object({ a = string })`, `{ b = "b" }`, `asks for an attribute "a"`}, {`object({ a = string })`, `{ a = 1 }`, "does not fit"}, {`object({ a = optional(string) })`, `{ a = "a" }`, "does not fit"},
		{`any`, `1`, "does not fit"}, {`set(string)`, `["a"]`, "does not fit"}, {`tuple([string])`, `["a"]`, "does not fit"}, {`object(string)`, `{}`, "this type is not read"}, {`map`, `{}`, "does not fit"},
	} {
		files := tree("r/main.tf", "module \"m\" {\n source = \"../m\"\n v = "+test.argument+"\n}\n",
			"m/main.tf", "variable \"v\" {\n type = "+test.constraint+"\n}\nresource \"x\" \"y\" {\n a = var.v\n}\n")
		resources, err := files.Read("r")
		switch {
		case err != nil:
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s into %s: %v, not %s", test.argument, test.constraint, err, test.want)
			}
		case resources[0].Arguments["a"].String() != test.want:
			t.Errorf("%s into %s: %s, not %s", test.argument, test.constraint, resources[0].Arguments["a"], test.want)
		}
	}
}

// exampleTrees are the files of the examples.
func exampleTrees(t testing.TB) map[string][]output.File {
	t.Helper()
	out := map[string][]output.File{}
	dir := os.DirFS("../../examples")
	err := fs.WalkDir(dir, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		example, path, _ := strings.Cut(name, "/generated/")
		src, err := fs.ReadFile(dir, name)
		out[example] = append(out[example], output.File{Path: path, Bytes: src})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// FuzzRead demands that nothing panics, whatever is written in place of a file.
func FuzzRead(f *testing.F) {
	var files []output.File
	for _, tree := range exampleTrees(f) {
		for _, file := range tree {
			if strings.HasSuffix(file.Path, ".tf") {
				f.Add(file.Bytes)
			}
		}
	}
	files = exampleTrees(f)["silo"]
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, path := range []string{"environments/production/main.tf", "modules/roles/role_worker.tf"} {
			changed := append([]output.File{{Path: path, Bytes: src}}, files...)
			for i, file := range changed[1:] {
				if file.Path == path {
					changed = append(changed[:i+1], changed[i+2:]...)
					break
				}
			}
			_, _ = NewTree(changed).Read("environments/production")
		}
	})
}

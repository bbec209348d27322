package tfhcl

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ddbgen/ddbgen/internal/inventory/picture"
)

// hostile are files that make a careless reader go on forever, or grow without end.
func hostile() map[string]string {
	policy := "resource \"aws_iam_policy\" \"p\" {\n  name = \"p\"\n  policy = %s\n}\n"
	texts, lists, objects, whole := "locals {\n  t0 = \"aaaaaaaa\"\n", "locals {\n  l0 = [\"a\"]\n", "locals {\n  o0 = {a = 1}\n", "locals {\n  w0 = [\"a\"]\n"
	for i := range 60 {
		texts += fmt.Sprintf("  t%d = \"${local.t%d}${local.t%d}\"\n", i+1, i, i)
		lists += fmt.Sprintf("  l%d = concat(local.l%d, local.l%d)\n", i+1, i, i)
		objects += fmt.Sprintf("  o%d = {a = local.o%d, b = local.o%d}\n", i+1, i, i)
		whole += fmt.Sprintf("  w%d = [local.w%d, local.w%d]\n", i+1, i, i)
	}
	flags, choices := "", ""
	for i := range 30 {
		flags += fmt.Sprintf("variable \"f%d\" {}\n", i)
		choices += fmt.Sprintf("var.f%d ? \"a:b%d\" : \"a:c%d\", ", i, i, i)
	}
	statement := func(action string) string {
		return "jsonencode({Version = \"2012-10-17\", Statement = [{Effect = \"Allow\", Action = " + action + ", Resource = \"*\"}]})"
	}
	return map[string]string{
		"a cycle of locals":    "locals {\n  a = local.b\n  b = [local.c]\n  c = {x = local.a}\n}\n" + fmt.Sprintf(policy, "local.a"),
		"a cycle of resources": "resource \"aws_iam_role\" \"a\" {\n  name = aws_iam_role.b.name\n  assume_role_policy = data.aws_iam_policy_document.d.json\n}\nresource \"aws_iam_role\" \"b\" {\n  for_each = aws_iam_role.a\n  name = aws_iam_role.a.arn\n}\ndata \"aws_iam_policy_document\" \"d\" {\n  source_policy_documents = [data.aws_iam_policy_document.d.json, aws_iam_role.a.assume_role_policy]\n  statement {\n    actions = [aws_iam_role.a.assume_role_policy]\n  }\n}\n",
		"a cycle of counts":    "resource \"aws_iam_role\" \"a\" {\n  count = length(aws_iam_role.a)\n  name = \"x\"\n}\nresource \"aws_iam_role\" \"b\" {\n  for_each = aws_iam_role.b\n}\n",
		"a cycle of modules":   "module \"a\" {\n  source = \"./.\"\n}\nmodule \"b\" {\n  source = module.b.x\n  for_each = module.b\n}\n",
		"texts that double":    texts + "}\n" + fmt.Sprintf(policy, "local.t60"),
		"lists that double":    lists + "}\n" + fmt.Sprintf(policy, statement("local.l60")),
		"objects that double":  objects + "}\n" + fmt.Sprintf(policy, "jsonencode(local.o60)") + fmt.Sprintf(policy, "\"${jsonencode(local.o60)}\"") + fmt.Sprintf("resource \"aws_iam_role\" \"r\" {\n  name = \"r\"\n  tags = %s\n}\n", "local.o60"),
		"tuples that double":   whole + "}\n" + fmt.Sprintf(policy, statement("flatten(local.w60)")) + fmt.Sprintf(policy, statement("distinct(local.w60)")) + fmt.Sprintf(policy, statement("var.x ? local.w60 : local.w59")) + "resource \"aws_iam_role\" \"r\" {\n  name = lower(local.w60)\n  path = local.w60 == local.w59 ? 1 : 2\n}\n",
		"loops in loops":       "locals {\n  l = range(1000)\n  x = [for a in local.l : [for b in local.l : [for c in local.l : [for d in local.l : \"${a}${b}${c}${d}\"]]]]\n}\n" + fmt.Sprintf(policy, statement("flatten(local.x)")),
		"many conditions":      flags + fmt.Sprintf(policy, statement("["+choices+"]")),
		"many instances":       "resource \"aws_iam_role\" \"r\" {\n  count = 1000000000\n  name = \"r${count.index}\"\n}\n",
		"large numbers":        "locals {\n  a = 1e999999999\n  b = 10 * local.a * local.a\n  c = \"${local.a}\"\n  d = format(\"%999999999s\", 1)\n  e = replace(file(\"main.tf\"), \"\", file(\"main.tf\"))\n  f = setproduct(range(1000), range(1000), range(1000))\n  g = indent(999999999, \"a\\nb\")\n  h = substr(\"a\", 0, 1e300)\n}\n" + fmt.Sprintf(policy, "\"${local.b}${local.c}${local.d}${local.e}${local.g}${local.h}${jsonencode(local.f)}\""),
		"deep nesting":         "locals {\n  a = " + strings.Repeat("[", 3_000) + strings.Repeat("]", 3_000) + "\n}\n" + fmt.Sprintf(policy, "jsonencode(local.a)"),
		"deep calls":           "locals {\n  a = " + strings.Repeat("upper(", 2_000) + "\"a\"" + strings.Repeat(")", 2_000) + "\n}\n" + fmt.Sprintf(policy, "local.a"),
		"no end of brackets":   "locals {\n  a = " + strings.Repeat("[", 200_000),
		"no end of signs":      "locals {\n  a = " + strings.Repeat("!", 200_000) + "true\n}\n",
		"no end of choices":    "locals {\n  a = " + strings.Repeat("true ? 1 : ", 50_000) + "1\n}\n",
		"no end of templates":  "locals {\n  a = " + strings.Repeat("\"${", 50_000),
		"no end of blocks":     strings.Repeat("a {\n", 50_000),
		"wrong kinds": fmt.Sprintf(policy, "7") + fmt.Sprintf(policy, "[]") + fmt.Sprintf(policy, "null") + fmt.Sprintf(policy, "{}") + fmt.Sprintf(policy, "\"\"") +
			"resource \"aws_iam_role\" {}\nresource {}\nlocals \"x\" {}\nvariable {}\nmodule \"x\" {}\nmodule \"y\" {\n  source = []\n  count = \"x\"\n}\noutput \"x\" {}\nprovider \"aws\" {\n  region = []\n}\n" +
			"resource \"aws_dynamodb_table\" \"t\" {\n  name = []\n  hash_key = {}\n  attribute = 7\n  global_secondary_index {}\n  ttl {}\n  server_side_encryption {}\n  for_each = 7\n}\nresource \"aws_dynamodb_resource_policy\" \"x\" {\n  resource_arn = null\n  policy = jsonencode(7)\n}\n" +
			"resource \"aws_iam_role\" \"r\" {\n  name = [1]\n  inline_policy {}\n  inline_policy {\n    policy = 7\n  }\n  dynamic \"inline_policy\" {}\n  dynamic {}\n  managed_policy_arns = 7\n  tags = []\n  permissions_boundary = {}\n}\nresource \"aws_iam_policy_attachment\" \"a\" {\n  roles = 7\n}\n" +
			"data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    actions = 7\n    principals {}\n    condition {}\n    effect = []\n  }\n  version = []\n  source_policy_documents = 7\n  override_json = {}\n}\nresource \"aws_kms_key\" \"k\" {\n  policy = data.aws_iam_policy_document.d.json\n}\n",
		"functions of nothing": "locals {\n  a = [jsonencode(), join(), format(), element([]), slice(), lookup({}), merge(), concat(), keys(7), values(), length(), file(), templatefile(), try(), can(), coalesce(), zipmap([1]), contains([]), one([1, 2]), toset(), flatten(7), formatlist(\"%s\"), format(\"%\"), replace(), upper(1, 2), join(\",\", 7), file(7), each.key, count.index, self.x, path.x, var, local, data, module, data.x, a.b.c[*].d...]\n}\n" + fmt.Sprintf(policy, "jsonencode(local.a)"),
	}
}

func TestHostile(t *testing.T) {
	for name, src := range hostile() {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			inv, _ := Read("d", map[string][]byte{"d/main.tf": []byte(src)}, Options{})
			if took := time.Since(begin); took > 5*time.Second {
				t.Errorf("took %s", took)
			}
			for _, i := range inv.Identities {
				if len(i.Name) > maxText {
					t.Errorf("a name of %d bytes", len(i.Name))
				}
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	for _, src := range hostile() {
		if len(src) < 5_000 {
			f.Add([]byte(src))
		}
	}
	f.Add([]byte(declared))
	f.Fuzz(func(t *testing.T, src []byte) {
		files := map[string][]byte{"d/main.tf": src}
		inv, ok := Read("d", files, Options{})
		again, _ := Read("d", files, Options{})
		if ok && picture.Of(inv) != picture.Of(again) {
			t.Error("read twice, and not the same")
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var src strings.Builder
	for i := range 250 {
		fmt.Fprintf(&src, "resource \"aws_dynamodb_table\" \"t%[1]d\" {\n  name = \"t%[1]d\"\n  hash_key = \"PK\"\n  attribute {\n    name = \"PK\"\n    type = \"S\"\n  }\n}\nresource \"aws_iam_role\" \"r%[1]d\" {\n  name = \"r%[1]d\"\n}\n"+
			"resource \"aws_iam_role_policy\" \"p%[1]d\" {\n  role = aws_iam_role.r%[1]d.id\n  policy = jsonencode({Version = \"2012-10-17\", Statement = [{Effect = \"Allow\", Action = [\"dynamodb:GetItem\"], Resource = [aws_dynamodb_table.t%[1]d.arn, \"${aws_dynamodb_table.t%[1]d.arn}/index/*\"]}]})\n}\n", i)
	}
	files := map[string][]byte{"d/main.tf": []byte(src.String())}
	for b.Loop() {
		if inv, ok := Read("d", files, place); !ok || len(inv.Identities) != 250 {
			b.Fatal("not read")
		}
	}
}

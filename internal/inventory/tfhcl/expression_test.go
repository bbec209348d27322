package tfhcl

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// declared is what the expressions of TestExpressions can refer to.
const declared = `
variable "env" { type = string }
variable "flag" { type = bool }
variable "stage" { default = "dev" }
variable "given" { type = string }
variable "numbers" { type = list(number) }
variable "nothing" { default = null }
locals {
  list   = ["b", "a", "b"]
  object = { x = 1, y = { z = "deep" } }
  circle = local.round
  round  = "${local.circle}x"
}
data "aws_caller_identity" "me" {}
data "aws_region" "here" {}
data "aws_partition" "here" {}
data "aws_dynamodb_table" "old" { name = "old" }
data "aws_ami" "x" {}
resource "aws_dynamodb_table" "orders" { name = "orders" }
resource "aws_dynamodb_table" "named" { name = "${var.env}-named" }
resource "aws_dynamodb_table" "each" {
  for_each = toset(["a", "b"])
  name     = "t-${each.key}"
}
resource "aws_dynamodb_table" "count" {
  count = 2
  name  = "c-${count.index}"
}
resource "aws_dynamodb_table" "some" {
  for_each = var.env
  name     = "s-${each.key}"
}
resource "aws_iam_role" "api" {
  name = "api"
  path = "/app/"
}
resource "aws_iam_role" "prefixed" { name_prefix = "api-" }
resource "aws_iam_policy" "p" { name = "p" }
resource "aws_kms_key" "k" {}
`

var place = Options{Account: "444455556666", Region: "eu-west-1", Parameters: map[string]string{"given": "yes", "numbers": "[1, 2]"}}

// evaluated computes an expression of Terraform.
func evaluated(t *testing.T, expression string, o Options) (*tree.Node, *module) {
	t.Helper()
	m, ok := rooted("d", map[string][]byte{"d/main.tf": []byte(declared), "d/p.json": []byte("{\n \"Version\": \"2012-10-17\",\n \"Statement\": []\n}"), "d/t.tpl": []byte("Hello ${name}!\n")}, o)
	if !ok {
		t.Fatal("not read")
	}
	e, ds := hclsyntax.ParseExpression([]byte(expression), "d/x.tf", hcl.InitialPos)
	if ds.HasErrors() {
		t.Fatal(expression, ds)
	}
	return m.eval(e, nil), m
}

func TestExpressions(t *testing.T) {
	for _, c := range []struct{ expression, want, unknown string }{
		{`"plain"`, `"plain"`, ""},
		{`7`, `7`, ""},
		{`[1, true, null, {a = 1, "b" = 2, (var.stage) = 3}]`, `[1,true,null,{"a":1,"b":2,"dev":3}]`, ""},
		{`"${var.stage}-${7}-${true}"`, `"dev-7-true"`, ""},
		{`"$${aws:username}"`, `"${aws:username}"`, ""},
		{`"%{ for x in local.list }${x},%{ endfor }%{ if true }y%{ else }n%{ endif }"`, `"b,a,b,y"`, ""},
		{`var.given`, `"yes"`, ""},
		{`var.numbers`, `[1,2]`, ""},
		{`var.nothing`, `null`, ""},
		{`var.env`, `"{var.env}"`, "the variable env"},
		{`var.env.a[0]`, `"{var.env.a.0}"`, "0 of a of the variable env"},
		{`"x-${var.env}"`, `"x-{var.env}"`, "the variable env"},
		{`local.object.y.z`, `"deep"`, ""},
		{`local.object["x"]`, `1`, ""},
		{`local.list[1]`, `"a"`, ""},
		{`local.circle`, `"{local.circle}x"`, "the value local.circle, which refers to itself,"},
		{`local.gone`, `"{local.gone}"`, "local.gone"},
		{`terraform.workspace`, `"{terraform.workspace}"`, "terraform.workspace"},
		{`data.aws_caller_identity.me.account_id`, `"444455556666"`, ""},
		{`data.aws_region.here.name`, `"eu-west-1"`, ""},
		{`data.aws_partition.here.partition`, `"aws"`, ""},
		{`data.aws_partition.here.dns_suffix`, `"amazonaws.com"`, ""},
		{`data.aws_dynamodb_table.old.arn`, `"arn:aws:dynamodb:eu-west-1:444455556666:table/old"`, ""},
		{`data.aws_ami.x.id`, `"{data.aws_ami.x.id}"`, "id of data.aws_ami.x"},
		{`aws_dynamodb_table.orders.arn`, `"arn:aws:dynamodb:eu-west-1:444455556666:table/orders"`, ""},
		{`aws_dynamodb_table.orders.name`, `"orders"`, ""},
		{`aws_dynamodb_table.orders.id`, `"orders"`, ""},
		{`aws_dynamodb_table.orders.stream_arn`, `"arn:aws:dynamodb:eu-west-1:444455556666:table/orders/stream/{aws_dynamodb_table.orders.stream_label}"`, "the label of the stream of aws_dynamodb_table.orders, which AWS chooses"},
		{`aws_dynamodb_table.named.arn`, `"arn:aws:dynamodb:eu-west-1:444455556666:table/{var.env}-named"`, "the variable env"},
		{`aws_dynamodb_table.each["a"].arn`, `"arn:aws:dynamodb:eu-west-1:444455556666:table/t-a"`, ""},
		{`[for k, v in aws_dynamodb_table.each : "${k}=${v.name}"]`, `["a=t-a","b=t-b"]`, ""},
		{`values(aws_dynamodb_table.each)[*].name`, `["t-a","t-b"]`, ""},
		{`aws_dynamodb_table.count[*].name`, `["c-0","c-1"]`, ""},
		{`aws_dynamodb_table.count.*.name`, `["c-0","c-1"]`, ""},
		{`aws_dynamodb_table.count[1].name`, `"c-1"`, ""},
		{`aws_dynamodb_table.some["x"].name`, `"s-{aws_dynamodb_table.some.each.key}"`, "each key of aws_dynamodb_table.some"},
		{`aws_iam_role.api.arn`, `"arn:aws:iam::444455556666:role/app/api"`, ""},
		{`aws_iam_role.prefixed.name`, `"api-{aws_iam_role.prefixed}"`, "the name or id of aws_iam_role.prefixed, which AWS or Terraform chooses"},
		{`aws_iam_policy.p.id`, `"arn:aws:iam::444455556666:policy/p"`, ""},
		{`aws_kms_key.k.arn`, `"arn:aws:kms:eu-west-1:444455556666:key/{aws_kms_key.k}"`, "the name or id of aws_kms_key.k, which AWS or Terraform chooses"},
		{`aws_x.gone.arn`, `"{aws_x.gone.arn}"`, "aws_x.gone.arn"},
		{`module.gone.arn`, `"{module.gone}"`, "the module gone"},
		{`true ? "a" : "b"`, `"a"`, ""},
		{`var.stage == "dev" ? "a" : "b"`, `"a"`, ""},
		{`var.flag ? "a" : "a"`, `"a"`, ""},
		{`var.flag ? ["a"] : ["b"]`, `["a","b"]`, "a value that hangs on the variable flag"},
		{`var.flag && false`, `false`, ""},
		{`var.flag || true`, `true`, ""},
		{`var.env == var.env`, `true`, ""},
		{`1 + 2 * 3`, `7`, ""},
		{`"1" == 1`, `true`, ""},
		{`!false`, `true`, ""},
		{`[for x in local.list : upper(x) if x != "a"]`, `["B","B"]`, ""},
		{`{for i, x in ["p", "q"] : x => i}`, `{"p":0,"q":1}`, ""},
		{`{for x in local.list : x => x...}`, `{"b":["b","b"],"a":["a"]}`, ""},
		{`[for x in var.env : "t/${x}"]`, `["t/{var.env.value}"]`, "the variable env"},
		{`jsonencode({a = [1, "x"]})`, `{"a":[1,"x"]}`, ""},
		{`"${jsonencode({a = 1})}"`, `{"a":1}`, ""},
		{`"x${jsonencode({a = 1})}"`, `"x{\"a\":1}"`, ""},
		{`jsondecode("{\"a\": [1]}").a[0]`, `1`, ""},
		{`jsondecode(jsonencode({a = "b"})).a`, `"b"`, ""},
		{`join("-", ["a", var.env, "c"])`, `"a-{var.env}-c"`, "the variable env"},
		{`format("%s/%v-%%-%s", "a", 7, var.env)`, `"a/7-%-{var.env}"`, "the variable env"},
		{`format("%03d", 7)`, `"007"`, ""},
		{`formatlist("%s/index/*", ["a", var.env])`, `["a/index/*","{var.env}/index/*"]`, ""},
		{`concat(["a"], ["b"], [])`, `["a","b"]`, ""},
		{`flatten([["a"], [["b"], "c"]])`, `["a","b","c"]`, ""},
		{`merge({a = 1, b = 2}, {b = 3})`, `{"a":1,"b":3}`, ""},
		{`toset(["b", "a", "b"])`, `["a","b"]`, ""},
		{`distinct(local.list)`, `["b","a"]`, ""},
		{`compact(["a", "", "b"])`, `["a","b"]`, ""},
		{`reverse([1, 2])`, `[2,1]`, ""},
		{`keys({b = 1, a = 2})`, `["a","b"]`, ""},
		{`values({b = 1, a = 2})`, `[2,1]`, ""},
		{`lookup({a = "x"}, "b", "y")`, `"y"`, ""},
		{`element(["a", "b"], 3)`, `"b"`, ""},
		{`slice(["a", "b", "c"], 1, 2)`, `["b"]`, ""},
		{`length(local.list)`, `3`, ""},
		{`contains(local.list, "a")`, `true`, ""},
		{`one(["x"])`, `"x"`, ""},
		{`zipmap(["a"], [1])`, `{"a":1}`, ""},
		{`try(local.object.y.z, "no")`, `"deep"`, ""},
		{`coalesce(null, "", "x")`, `"x"`, ""},
		{`replace("a-b", "-", "_")`, `"a_b"`, ""},
		{`replace("abc", "/b./", "x")`, `"ax"`, ""},
		{`split(",", "a,b")`, `["a","b"]`, ""},
		{`trimprefix("ab", "a")`, `"b"`, ""},
		{`startswith("ab", "a")`, `true`, ""},
		{`lower(var.env) == lower(var.env)`, `true`, ""},
		{`file("p.json")`, `{"Version":"2012-10-17","Statement":[]}`, ""},
		{`templatefile("${path.module}/t.tpl", {name = "x"})`, `"Hello x!\n"`, ""},
	} {
		n, _ := evaluated(t, c.expression, place)
		if got := string(n.JSON()); got != c.want {
			t.Errorf("%s\n  is   %s\n  want %s", c.expression, got, c.want)
		}
		if got := strings.Join(n.Unknown, "; "); got != c.unknown {
			t.Errorf("%s\n  unknown %q\n  want    %q", c.expression, got, c.unknown)
		}
	}
}

// TestUnknown holds that what cannot be computed is said, and has a name that nothing else has.
func TestUnknown(t *testing.T) {
	expressions := []string{
		`var.flag ? "a" : "b"`, `var.flag ? "a" : "c"`, `var.env == "a"`, `var.env == "b"`, `var.env != "a"`, `!var.flag`, `lower(var.env)`, `upper(var.env)`, `lower("a/${var.env}")`, `lower("a:${var.env}")`,
		`merge(var.env, {})`, `length(var.env)`, `var.env + 1`, `uuid()`, `file("gone.json")`, `file("../p.json")`, `file("/etc/passwd")`, `[1][7]`, `{a = 1}.b`, `format("%999999999d", 1)`,
		`1 / 0`, `max("a")`, `regex("(", "a")`, `jsondecode("{")`, `1e999999999`, `"x${[1]}"`, `jsonencode(var.env)`, `templatefile("p.json", 7)["x"]`,
	}
	all, _ := evaluated(t, "[\n"+strings.Join(expressions, ",\n")+"\n]", place)
	names := map[string]string{}
	for i, n := range all.Items {
		if len(n.Unknown) == 0 || !strings.Contains(n.Text, "{") {
			t.Errorf("%s is %s, with nothing unknown", expressions[i], n.JSON())
		}
		if strings.ContainsAny(n.Text, "*?$:/") {
			t.Errorf("%s is %s, which means something in a pattern", expressions[i], n.Text)
		}
		if other, twice := names[n.Text]; twice {
			t.Errorf("%s and %s are both %s", expressions[i], other, n.Text)
		}
		names[n.Text] = expressions[i]
	}
}

func found(ds hcl.Diagnostics, id string) hcl.Diagnostics {
	var out hcl.Diagnostics
	for _, d := range ds {
		if string(diag.IDOf(d)) == id {
			out = append(out, d)
		}
	}
	return out
}

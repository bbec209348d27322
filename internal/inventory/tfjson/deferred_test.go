package tfjson_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/inventory/tfjson"
)

// statements are those of all policies, each on a line: whose it is, and what it says.
func statements(inv *inventory.Inventory) []string {
	var out []string
	add := func(who string, d *inventory.Document) {
		if d == nil {
			return
		}
		not := func(list []string) string {
			if len(list) == 0 {
				return ""
			}
			return " not " + strings.Join(list, ",")
		}
		for _, s := range d.Document.Statement {
			line := who + ": " + strings.TrimSpace(s.Sid+" "+string(s.Effect)) + " " + strings.Join(s.Action, ",") + not(s.NotAction) + " on " + strings.Join(s.Resource, ",") + not(s.NotResource)
			for _, c := range s.Condition {
				line += " if " + c.Operator + " " + c.Key + " " + strings.Join(c.Values, ",")
			}
			out = append(out, line)
		}
	}
	for _, i := range inv.Identities {
		for _, d := range i.Policies {
			add(i.Name, d)
		}
		add("boundary of "+i.Name, i.Boundary)
	}
	for _, t := range inv.Tables {
		add(t.Name, t.Policy)
	}
	return out
}

func source(t *testing.T, file string) string {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// TestFirst reads the plan of a root of which nothing exists yet. An ARN that is followed by /index/* is named there as the ARN
// itself is.
func TestFirst(t *testing.T) {
	inv := read(t, "testdata/first.json")
	want := []string{
		"api: Base Allow dynamodb:Scan on arn:aws:dynamodb:eu-west-1:000000000000:table/orders",
		"api: Rows Allow dynamodb:GetItem,dynamodb:Query on arn:aws:dynamodb:eu-west-1:000000000000:table/orders if ForAllValues:StringLike dynamodb:LeadingKeys ${aws:PrincipalTag/tenant}#*",
		"api: Allow dynamodb:* on arn:aws:dynamodb:eu-west-1:000000000000:table/orders,{data.aws_iam_policy_document.api.statement.1.resources.1}",
		"api: Allow kms:Decrypt on {data.aws_iam_policy_document.api.statement.3.resources.0}",
		"api: Allow s3:GetObject on arn:aws:s3:::x/${aws:username}",
		"api: Allow dynamodb:PutItem on arn:aws:dynamodb:eu-west-1:000000000000:table/many-a,arn:aws:dynamodb:eu-west-1:000000000000:table/many-b",
		"api: Allow dynamodb:PutItem on {data.aws_iam_policy_document.splat.statement.0.resources.0},{data.aws_iam_policy_document.splat.statement.0.resources.1}",
		"in: Allow dynamodb:Scan on arn:aws:dynamodb:eu-west-1:000000000000:table/orders",
		"ana: Allow dynamodb:GetItem on arn:aws:dynamodb:us-west-2:000000000000:table/far",
		"ana: Allow dynamodb:GetRecords on {data.aws_iam_policy_document.far.statement.1.resources.0}",
		"ana: Allow dynamodb:DescribeStream on {data.aws_iam_policy_document.far.statement.2.resources.0}",
		"ana: Allow dynamodb:Query on {data.aws_iam_policy_document.far.statement.3.resources.0}",
		"each-a: Allow dynamodb:PutItem on {data.aws_iam_policy_document.each.a.statement.0.resources.0}",
		"each-b: Allow dynamodb:PutItem on {data.aws_iam_policy_document.each.b.statement.0.resources.0}",
	}
	if diff := cmp.Diff(want, statements(inv)); diff != "" {
		t.Error(diff)
	}
	var findings []string
	for _, line := range shown(inv) {
		if strings.HasPrefix(line, "finding") {
			findings = append(findings, line)
		}
	}
	if diff := cmp.Diff([]string{
		"finding 10 Policy that is known after the apply", // it is jsonencode of a value that is not known
		"finding 7 Account or region that is not known",
		"finding 28 Resource that is taken for a table",
		"finding 27 Resource that is taken for a table",
		"finding 27 Denial that is known after the apply",
		"finding 49 Resource that is taken for a table",
		"finding 14 Policy that is known after the apply", // its actions are not known
		"finding 32 Resource that is taken for a table",
		"finding 33 Denial that is known after the apply",
		"finding 3 Policy that is known after the apply", // the policy of a table, which denies something of which the rest is not known
		"finding 16 Key without a policy",
	}, findings); diff != "" {
		t.Error(diff)
	}
	symbol := inv.Identities[0].Policies[0].Node.Get("Statement").Items[2].Get("Resource").Items[1]
	if symbol.Unknown == nil || symbol.Range.Start.Line != 27 || string(inv.Files["testdata/first.json"][symbol.Range.Start.Byte:symbol.Range.End.Byte]) != "null" {
		t.Errorf("%v at %v", symbol.Unknown, symbol.Range)
	}
}

// TestOptions holds that what is new is in the account and the region that were given, but for what its provider says of a region
// with an alias.
func TestOptions(t *testing.T) {
	src := source(t, "testdata/first.json")
	inv, _ := tfjson.Options{Account: "111122223333", Region: "eu-central-1"}.Read("plan.json", []byte(src))
	got := strings.Join(append(statements(inv), shown(inv)...), "\n")
	for _, want := range []string{
		"in: Allow dynamodb:Scan on arn:aws:dynamodb:eu-central-1:111122223333:table/orders\n",
		"ana: Allow dynamodb:GetItem on arn:aws:dynamodb:us-west-2:111122223333:table/far\n",
		"table arn:aws:dynamodb:eu-central-1:111122223333:table/orders@7", "table arn:aws:dynamodb:us-west-2:111122223333:table/far@4",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in\n%s", want, got)
		}
	}
	if strings.Contains(got, "Account or region that is not known") {
		t.Error("the account that was given is not known")
	}
	for from, to := range map[string]string{
		`"variables": {"region": {"value": "eu-west-1"}}`: `"variables": {"region": {"value": "moon"}}`,
		`"references": ["var.region"]`:                    `"references": ["var.region", "local.x"]`,
	} {
		if !strings.Contains(src, from) {
			t.Fatalf("no %s in the plan", from)
		}
		inv, _ := tfjson.Read("plan.json", []byte(strings.Replace(src, from, to, 1)))
		if got := strings.Join(statements(inv), "\n"); !strings.Contains(got, "in: Allow dynamodb:Scan on arn:aws:dynamodb:us-east-1:000000000000:table/orders\n") {
			t.Errorf("%s:\n%s", to, got)
		}
	}
	inv, _ = tfjson.Read("plan.json", []byte(strings.Replace(src, `"expressions": {"region": {"references": ["var.region"]}}`, `"expressions": {"region": {"constant_value": "cn-north-1"}, "allowed_account_ids": {"constant_value": ["444455556666"]}}`, 1)))
	if got := strings.Join(statements(inv), "\n"); !strings.Contains(got, "in: Allow dynamodb:Scan on arn:aws-cn:dynamodb:cn-north-1:444455556666:table/orders\n") {
		t.Error(got)
	}
}

// late is a plan of a table, and of a role whose policy is a document that was put off: what is known of its statements, what
// is not, and their configuration. More may be known of the document.
func late(after, unknown, config string) string {
	src := planned([4]string{"aws_dynamodb_table.t", `"name": "T", "hash_key": "id"`, `"arn": true`, ``},
		[4]string{"aws_iam_role.r", `"name": "r"`, ``, ``},
		[4]string{"aws_iam_role_policy.p", `"name": "p", "role": "r"`, `"policy": true`, `"policy": {"references": ["data.aws_iam_policy_document.d.json", "data.aws_iam_policy_document.d"]}`},
		[4]string{"aws_iam_policy_document.d", after, unknown, config})
	src = strings.ReplaceAll(src, `"address": "aws_iam_policy_document.d", "mode": "managed"`, `"address": "data.aws_iam_policy_document.d", "mode": "data"`)
	at := strings.LastIndex(src, `"actions": ["create"]`)
	return src[:at] + `"actions": ["read"]` + src[at+len(`"actions": ["create"]`):]
}

// TestRebuilt holds what becomes of the parts of a document that was put off.
func TestRebuilt(t *testing.T) {
	const (
		arn    = "arn:aws:dynamodb:us-east-1:000000000000:table/T"
		symbol = "{data.aws_iam_policy_document.d.statement.0.resources.0}"
		refers = `"resources": {"references": ["aws_dynamodb_table.t.arn", "aws_dynamodb_table.t"]}`
		get    = `"actions": ["dynamodb:GetItem"]`
		config = `"statement": [{"actions": {"constant_value": ["dynamodb:GetItem"]}, ` + refers + `}]`
		later  = `"statement": [{"resources": [true]}]`
	)
	for _, c := range []struct {
		name, after, unknown, config string
		want                         []string // nil: nothing is known of the policy
	}{
		{"the ARN of a table", `"statement": [{` + get + `, "resources": [null]}]`, later, config, []string{"r: Allow dynamodb:GetItem on " + arn}},
		{"among others", `"statement": [{` + get + `, "resources": ["arn:a", null]}]`, `"statement": [{"resources": [false, true]}]`, config, []string{"r: Allow dynamodb:GetItem on arn:a," + arn}},
		{"another ARN of a table", `"statement": [{` + get + `, "resources": [null]}]`, later, strings.Replace(config, "t.arn", "t.stream_arn", 1), []string{"r: Allow dynamodb:GetItem on " + symbol}},
		{"more resources than references", `"statement": [{` + get + `, "resources": [null, null]}]`, `"statement": [{"resources": [true, true]}]`, config,
			[]string{"r: Allow dynamodb:GetItem on " + symbol + ",{data.aws_iam_policy_document.d.statement.0.resources.1}"}},
		{"resources of which not even the number is known", `"statement": [{` + get + `, "resources": null}]`, `"statement": [{"resources": true}]`, config,
			[]string{"r: Allow dynamodb:GetItem on {data.aws_iam_policy_document.d.statement.0.resources}"}},
		{"with a local beside it", `"statement": [{` + get + `, "resources": [null]}]`, later, strings.Replace(config, `"aws_dynamodb_table.t"]`, `"aws_dynamodb_table.t", "local.x"]`, 1), []string{"r: Allow dynamodb:GetItem on " + symbol}},
		{"a dynamic block before it", `"statement": [{"actions": ["s3:*"], "resources": ["*"]}, {` + get + `, "resources": [null]}]`, `"statement": [{}, {"resources": [true]}]`, config, []string{"r: Allow s3:* on *", "r: Allow dynamodb:GetItem on " + arn}},
		{"a dynamic block of the same actions", `"statement": [{` + get + `, "resources": [null]}, {` + get + `, "resources": ["*"]}]`, `"statement": [{"resources": [true]}, {}]`, config,
			[]string{"r: Allow dynamodb:GetItem on " + symbol, "r: Allow dynamodb:GetItem on *"}},
		{"without a configuration", `"statement": [{` + get + `, "resources": [null]}]`, later, ``, []string{"r: Allow dynamodb:GetItem on " + symbol}},
		{"values and principals", `"statement": [{` + get + `, "resources": ["*"], "condition": [{"test": "StringEquals", "variable": "aws:username", "values": ["&{a:b}", null]}, {"test": "StringEquals", "variable": "aws:username", "values": ["x"]}]}]`,
			`"statement": [{"condition": [{"values": [false, true]}, {}]}]`, ``, []string{"r: Allow dynamodb:GetItem on * if StringEquals aws:username ${a:b},{data.aws_iam_policy_document.d.statement.0.condition.0.values.1},x"}},
		{"an action", `"statement": [{"actions": ["dynamodb:GetItem", null], "resources": ["*"]}]`, `"statement": [{"actions": [false, true]}]`, ``, nil},
		{"an effect", `"statement": [{` + get + `, "resources": ["*"]}]`, `"statement": [{"effect": true}]`, ``, nil},
		{"the key of a condition", `"statement": [{` + get + `, "resources": ["*"], "condition": [{"test": "StringEquals", "values": ["x"]}]}]`, `"statement": [{"condition": [{"variable": true}]}]`, ``, nil},
		{"conditions of which not even the number is known", `"statement": [{` + get + `, "resources": ["*"]}]`, `"statement": [{"condition": true}]`, ``, nil},
		{"a statement", `"statement": [{` + get + `, "resources": ["*"]}, null]`, `"statement": [{}, true]`, ``, nil},
		{"all statements", ``, `"statement": true`, ``, nil},
		{"a denial", `"statement": [{` + get + `, "resources": ["*"]}, {"effect": "Deny", ` + get + `, "resources": [null]}]`, `"statement": [{}, {"resources": [true]}]`, ``, []string{"r: Allow dynamodb:GetItem on *"}},
		{"a denial of the rest", `"statement": [{` + get + `, "resources": ["*"]}, {"effect": "Deny", ` + get + `, "not_resources": [null]}]`, `"statement": [{}, {"not_resources": [true]}]`, ``, []string{"r: Allow dynamodb:GetItem on *"}},
		{"a document that it takes up", `"source_policy_documents": [null], "statement": [{` + get + `, "resources": ["*"]}]`, `"source_policy_documents": [true]`, `"source_policy_documents": {"references": ["local.x"]}`, nil},
		{"itself", `"source_policy_documents": [null], "statement": [{` + get + `, "resources": ["*"]}]`, `"source_policy_documents": [true]`, `"source_policy_documents": {"references": ["data.aws_iam_policy_document.d.json", "data.aws_iam_policy_document.d"]}`, nil},
		{"a document that is known", `"source_policy_documents": ["{\"Statement\": {\"Sid\": \"A\", \"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\"}}"], "override_json": "{\"Statement\": [{\"Sid\": \"A\", \"Effect\": \"Deny\", \"Action\": \"s3:*\", \"Resource\": \"*\"}]}", "statement": [{` + get + `, "resources": ["*"]}]`, ``, ``,
			[]string{"r: A Deny s3:* on *", "r: Allow dynamodb:GetItem on *"}},
		{"a document that is none", `"source_json": "{", "statement": [{` + get + `, "resources": ["*"]}]`, ``, ``, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			inv, ok := tfjson.Read("plan.json", []byte(late(c.after, c.unknown, c.config)))
			if !ok {
				t.Fatal("not known")
			}
			if diff := cmp.Diff(c.want, statements(inv)); diff != "" {
				t.Error(diff)
			}
			told := strings.Contains(strings.Join(shown(inv), "\n"), "finding 4 Policy that is known after the apply")
			if told != (c.want == nil) {
				t.Errorf("that nothing is known is told: %v\n%s", told, strings.Join(shown(inv), "\n"))
			}
		})
	}
}

// TestLateBoundary holds that a boundary of which a part is not known limits nothing.
func TestLateBoundary(t *testing.T) {
	src := late(`"statement": [{"actions": ["dynamodb:GetItem"], "resources": [null]}]`, `"statement": [{"resources": [true]}]`, ``)
	src = strings.ReplaceAll(src, "aws_iam_role_policy", "aws_iam_policy")
	for _, c := range [][2]string{{`"arn:b"`, `"name": "p", "arn": "arn:b"`}, {`null`, `"name": "p"`}} {
		bound := strings.ReplaceAll(src, `"name": "r"}`, `"name": "r", "permissions_boundary": `+c[0]+`}`)
		bound = strings.ReplaceAll(bound, `"name": "p"`, c[1])
		if c[0] == "null" {
			bound = strings.Replace(bound, `"after": {"name": "r", "permissions_boundary": null}, "after_unknown": {}`, `"after": {"name": "r"}, "after_unknown": {"permissions_boundary": true}`, 1)
			bound = strings.Replace(bound, `"name": "r", "expressions": {}`, `"name": "r", "expressions": {"permissions_boundary": {"references": ["aws_iam_policy.p.arn", "aws_iam_policy.p"]}}`, 1)
		}
		inv, _ := tfjson.Read("plan.json", []byte(bound))
		got := strings.Join(shown(inv), "\n")
		if len(inv.Identities) != 1 || inv.Identities[0].Boundary != nil || !strings.Contains(got, "Boundary that is known after the apply") {
			t.Errorf("%s:\n%s", c[0], got)
		}
	}
}

// TestLateTablePolicy holds that nothing is said of the policy of a table that denies something which is not known: whatever it
// denies would be found missing.
func TestLateTablePolicy(t *testing.T) {
	allow := `{"actions": ["dynamodb:GetItem"], "resources": ["*"], "principals": [{"type": "AWS", "identifiers": [null]}]}`
	deny := `{"effect": "Deny", "actions": ["dynamodb:*"], "resources": [null], "principals": [{"type": "*", "identifiers": ["*"]}]}`
	unknown := `{"principals": [{"identifiers": [true]}]}`
	for _, c := range []struct {
		after, unknown string
		want           []string
	}{
		{allow, unknown, []string{"T: Allow dynamodb:GetItem on *"}},
		{allow + ", " + deny, unknown + `, {"resources": [true]}`, nil},
	} {
		src := strings.ReplaceAll(late(`"statement": [`+c.after+`]`, `"statement": [`+c.unknown+`]`, ``), "aws_iam_role_policy", "aws_dynamodb_resource_policy")
		src = strings.ReplaceAll(src, `"role": "r"`, `"resource_arn": "arn:aws:dynamodb:us-east-1:111122223333:table/T"`)
		inv, _ := tfjson.Read("plan.json", []byte(src))
		if diff := cmp.Diff(c.want, statements(inv)); diff != "" {
			t.Error(diff)
		}
	}
}

// TestInstances holds that a document names the table of its own instance of a module, and none where it cannot be told which.
func TestInstances(t *testing.T) {
	part := func(i string) (values, changes string) {
		about := func(kind, mode, more string) string {
			return `{"address": "module.m[` + i + `].` + kind + `", "module_address": "module.m[` + i + `]", "mode": "` + mode + `", "type": "` + strings.TrimSuffix(strings.TrimPrefix(kind, "data."), ".x") + `", "name": "x", ` + more + `}`
		}
		table, own := about("aws_dynamodb_table.x", "managed", `"values": {"name": "T`+i+`"}`), about("aws_iam_user_policy.x", "managed", `"values": {"user": "u`+i+`", "name": "p"}`)
		document := about("data.aws_iam_policy_document.x", "data", `"values": {}`)
		values = `{"address": "module.m[` + i + `]", "resources": [` + table + `, ` + own + `, ` + document + `]}`
		changes = about("aws_iam_user_policy.x", "managed", `"change": {"actions": ["create"], "after": {}, "after_unknown": {"policy": true}}`) + `, ` +
			about("data.aws_iam_policy_document.x", "data", `"change": {"actions": ["read"], "after": {"statement": [{"actions": ["dynamodb:Scan"], "resources": [null]}]}, "after_unknown": {"statement": [{"resources": [true]}]}}`)
		return values, changes
	}
	v0, c0 := part("0")
	v1, c1 := part("1")
	src := `{"format_version": "1.2", "planned_values": {"root_module": {"child_modules": [` + v0 + `, ` + v1 + `]}}, "resource_changes": [` + c0 + `, ` + c1 + `],
 "configuration": {"root_module": {"module_calls": {"m": {"module": {"resources": [{"address": "aws_dynamodb_table.x"},
  {"address": "aws_iam_user_policy.x", "expressions": {"policy": {"references": ["data.aws_iam_policy_document.x.json", "data.aws_iam_policy_document.x"]}}},
  {"address": "data.aws_iam_policy_document.x", "expressions": {"statement": [{"actions": {"constant_value": ["dynamodb:Scan"]}, "resources": {"references": ["aws_dynamodb_table.x.arn", "aws_dynamodb_table.x"]}}]}}]}}}}}}`
	inv, ok := tfjson.Read("plan.json", []byte(src))
	want := []string{
		"u0: Allow dynamodb:Scan on arn:aws:dynamodb:us-east-1:000000000000:table/T0",
		"u1: Allow dynamodb:Scan on arn:aws:dynamodb:us-east-1:000000000000:table/T1",
	}
	if diff := cmp.Diff(want, statements(inv)); !ok || diff != "" {
		t.Error(diff)
	}
}

// FuzzFirst holds that nothing in a plan of documents that were put off panics.
func FuzzFirst(f *testing.F) {
	src, err := os.ReadFile("testdata/first.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(src))
	f.Add(late(`"statement": [{"actions": 1, "resources": [[]], "condition": [null], "principals": {}}, 7], "source_json": 1`, `"statement": [{"condition": [{"values": true}], "principals": true}, true]`, `"statement": {"resources": 1}`))
	f.Fuzz(func(_ *testing.T, src string) {
		if inv, ok := tfjson.Read("plan.json", []byte(src)); ok {
			statements(inv)
		}
	})
}

package tfjson_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/describe"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/inventory/tfjson"
)

// shown is an inventory in lines: each thing with its documents, which stand at their lines.
func shown(inv *inventory.Inventory) []string {
	doc := func(what string, d *inventory.Document) string {
		if d == nil {
			return ""
		}
		s := d.Document.Statement[0]
		return fmt.Sprintf(" %s %s@%d %s %s;", what, d.Name, d.Statement(0).Start.Line, d.Kind, strings.Join(append(s.Action, s.NotAction...), ","))
	}
	var out []string
	for _, i := range inv.Identities {
		line := fmt.Sprintf("%s %s@%d %s:", i.Kind, i.Name, i.Range.Start.Line, i.ARN) + doc("trust", i.Trust)
		for _, d := range i.Policies {
			line += doc("policy", d)
		}
		line += doc("boundary", i.Boundary)
		for _, u := range i.Unread {
			line += " unread " + u + ";"
		}
		for _, t := range i.Tags {
			line += " tag " + t.Key + "=" + t.Value + ";"
		}
		out = append(out, line)
	}
	for _, t := range inv.Tables {
		line := fmt.Sprintf("table %s@%d:", t.ARN(), t.Range.Start.Line) + doc("policy", t.Policy) + doc("stream", t.StreamPolicy)
		for _, tag := range t.Tags {
			line += " tag " + tag.Key + "=" + tag.Value + ";"
		}
		out = append(out, line)
	}
	for _, k := range inv.Keys {
		out = append(out, fmt.Sprintf("key %s %s:", k.Name, k.ARN)+doc("policy", k.Policy))
	}
	for _, e := range inv.Endpoints {
		out = append(out, fmt.Sprintf("endpoint %s %s %s gateway %v@%d:", e.Name, e.Service, e.VPC, e.Gateway, e.Range.Start.Line)+doc("policy", e.Policy))
	}
	for _, d := range inv.Findings {
		line := 0
		if d.Subject != nil {
			line = d.Subject.Start.Line
		}
		out = append(out, fmt.Sprintf("finding %d %s", line, d.Summary))
	}
	return out
}

func read(t testing.TB, file string) *inventory.Inventory {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	inv, ok := tfjson.Read(file, src)
	if !ok {
		t.Fatalf("%s is not known", file)
	}
	return inv
}

// TestState reads a state with modules: what has a resource of its own goes before what a role repeats, and what is managed
// elsewhere is kept.
func TestState(t *testing.T) {
	want := []string{
		"role api@109 arn:aws:iam::111122223333:role/api: trust trust policy@114 trust sts:AssumeRole; policy own@130 role dynamodb:GetItem; policy rows@98 role dynamodb:Query;" +
			" policy byhand@117 role dynamodb:PutItem; boundary limit@90 boundary dynamodb:*; unread arn:aws:iam::aws:policy/AdministratorAccess; tag x=y;",
		"user ana@153 arn:aws:iam::111122223333:user/ana: policy ReadOnly@77 role dynamodb:Scan;",
		"group ops@143 arn:aws:iam::111122223333:group/ops: policy ReadOnly@77 role dynamodb:Scan;",
		"role legacy@138 : policy ReadOnly@77 role dynamodb:Scan;",
		"permission set Dev@203 arn:aws:sso:::permissionSet/ssoins-1/ps-1: policy inline policy@213 role dynamodb:DeleteTable; policy rows@98 role dynamodb:Query;" +
			" unread arn:aws:iam::aws:policy/PowerUserAccess; unread /x/other;",
		"policy spare@101 arn:aws:iam::111122223333:policy/spare: policy spare@106 role s3:GetObject;",
		"table arn:aws:dynamodb:eu-central-1:111122223333:table/Orders@32: policy resource policy@13 table dynamodb:*; stream stream policy@21 table dynamodb:GetRecords; tag a=b; tag c=d;",
		"table arn:aws:dynamodb:eu-central-1:111122223333:table/Elsewhere@24: policy resource policy@29 table dynamodb:GetItem;",
		"key alias/data arn:aws:kms:eu-central-1:111122223333:key/k1: policy key policy@61 key kms:*;",
		"key arn:aws:kms:eu-central-1:111122223333:key/k2 arn:aws:kms:eu-central-1:111122223333:key/k2: policy key policy@69 key kms:Decrypt;",
		"endpoint vpce-1 com.amazonaws.eu-central-1.dynamodb vpc-1 gateway true@168:",
		"endpoint vpce-2 com.amazonaws.eu-central-1.dynamodb vpc-1 gateway false@183: policy endpoint policy@188 endpoint dynamodb:GetItem;",
	}
	if diff := cmp.Diff(want, shown(read(t, "testdata/state.json"))); diff != "" {
		t.Error(diff)
	}
}

// TestTable holds that a table is described as describe-table would.
func TestTable(t *testing.T) {
	got := read(t, "testdata/state.json").Tables[0].Table
	if got.Range.Start.Line != 32 || *got.Protected {
		t.Errorf("at %v, protected %v", got.Range, *got.Protected)
	}
	got.Range, got.Protected = hcl.Range{}, nil
	want := describe.Table{
		Name: "Orders", Account: "111122223333", Region: "eu-central-1",
		PartitionKey: describe.Attribute{Name: "PK", Type: "S"}, SortKey: &describe.Attribute{Name: "SK", Type: "N"},
		GlobalIndexes: []describe.Index{{Name: "G", PartitionKey: describe.Attribute{Name: "g", Type: "B"}, Attributes: []string{"a"}, Capacity: &describe.Capacity{Read: 1, Write: 2}}},
		LocalIndexes:  []describe.Index{{Name: "L", PartitionKey: describe.Attribute{Name: "PK", Type: "S"}, SortKey: &describe.Attribute{Name: "g", Type: "B"}, Projection: "keys_only"}},
		Stream:        "new_image", TimeToLive: "at", Recovery: describe.Recovery{Known: true, On: true, Days: 7},
		Capacity: &describe.Capacity{Read: 5, Write: 6}, KMSKey: "arn:aws:kms:eu-central-1:111122223333:key/k1", Class: "STANDARD_INFREQUENT_ACCESS",
		LeftOut: []string{`The index "M" has a key of several attributes, so no role can be granted it here.`},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestPlan reads plans that Terraform printed: attachments are followed to policies that have no ARN yet.
func TestPlan(t *testing.T) {
	got := shown(read(t, "../../verify/testdata/attached.json"))
	for _, want := range []string{
		"role shop-loader@927 : trust trust policy@934 trust sts:AssumeRole; policy more@709 role s3:GetObject; policy shop-loader@868 role dynamodb:BatchWriteItem,dynamodb:DeleteItem,dynamodb:PutItem,dynamodb:UpdateItem;" +
			" unread arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess; unread arn:aws:iam::444455556666:policy/ddbgen-bootstrap/shop/shop-boundary;",
		"table arn:aws:dynamodb:*:*:table/Orders@1215: policy resource policy@1184 table dynamodb:*;",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is not among\n%s", want, strings.Join(got, "\n"))
		}
	}
	for _, line := range got {
		if strings.HasPrefix(line, "finding") || strings.HasPrefix(line, "policy") {
			t.Errorf("%s", line)
		}
	}
}

// planned is a plan of some resources, which are their changes too: address, what is known, what is not, and the configuration.
func planned(resources ...[4]string) string {
	var values, changes, configs []string
	for _, r := range resources {
		kind, name, _ := strings.Cut(r[0], ".")
		about := fmt.Sprintf(`"address": %q, "mode": "managed", "type": %q, "name": %q`, r[0], kind, name)
		values = append(values, fmt.Sprintf("\n{%s, \"values\": {%s}}", about, r[1]))
		changes = append(changes, fmt.Sprintf(`{%s, "change": {"actions": ["create"], "after": {%s}, "after_unknown": {%s}}}`, about, r[1], r[2]))
		configs = append(configs, fmt.Sprintf(`{%s, "expressions": {%s}}`, about, r[3]))
	}
	return fmt.Sprintf(`{"format_version": "1.2", "planned_values": {"root_module": {"resources": [%s]}}, "resource_changes": [%s], "configuration": {"root_module": {"resources": [%s]}}}`,
		strings.Join(values, ","), strings.Join(changes, ","), strings.Join(configs, ","))
}

const document = `"policy": "{\"Statement\":[{\"Action\":\"dynamodb:GetItem\",\"Effect\":\"Allow\",\"Resource\":\"*\"}]}"`

// TestUnknown holds what becomes of values that are not known before the apply.
func TestUnknown(t *testing.T) {
	role := [4]string{"aws_iam_role.r", ``, `"name": true, "arn": true`, ``}
	table := [4]string{"aws_dynamodb_table.t", `"name": "T", "hash_key": "id", "server_side_encryption": [{"enabled": true}]`, `"arn": true, "server_side_encryption": [{"kms_key_arn": true}]`, ``}
	endpoint := [4]string{"aws_vpc_endpoint.e", `"service_name": "com.amazonaws.eu-central-1.dynamodb"`, `"id": true, "policy": true`, ``}
	for _, c := range []struct {
		name string
		src  string
		want []string
	}{
		{"the name of a role", planned(role, [4]string{"aws_iam_role_policy.p", `"name": "p", ` + document, `"role": true`, `"role": {"references": ["aws_iam_role.r.name", "aws_iam_role.r"]}`}),
			[]string{"role {aws_iam_role.r}@2 : policy p@3 role dynamodb:GetItem;"}},
		{"a role that is nowhere", planned([4]string{"aws_iam_role_policy.p", `"name": "p", ` + document, `"role": true`, `"role": {"references": ["local.x"]}`}),
			[]string{"policy aws_iam_role_policy.p@2 : policy p@2 role dynamodb:GetItem;", "finding 2 Identity that is known after the apply"}},
		{"a policy", planned(role, [4]string{"aws_iam_role_policy.p", `"name": "p"`, `"role": true, "policy": true`, `"role": {"references": ["aws_iam_role.r.name"]}`}),
			[]string{"role {aws_iam_role.r}@2 :", "finding 3 Policy that is known after the apply"}},
		{"a boundary", planned([4]string{"aws_iam_policy.b", `"name": "b", ` + document, `"arn": true`, ``}, [4]string{"aws_iam_role.r", `"name": "r"`, `"permissions_boundary": true`, `"permissions_boundary": {"references": ["aws_iam_policy.b.arn", "aws_iam_policy.b"]}`}),
			[]string{"role r@3 : boundary b@2 boundary dynamodb:GetItem;"}},
		{"the policies of a role in an argument of it", planned([4]string{"aws_iam_policy.b", `"name": "b", ` + document, `"arn": true`, ``}, [4]string{"aws_iam_role.r", `"name": "r"`, `"managed_policy_arns": true`, `"managed_policy_arns": {"references": ["aws_iam_policy.b.arn", "aws_iam_policy.b"]}`}),
			[]string{"role r@3 : policy b@2 role dynamodb:GetItem;"}},
		{"the ARN of a stream", planned(table, [4]string{"aws_dynamodb_resource_policy.p", document, `"resource_arn": true`, `"resource_arn": {"references": ["aws_dynamodb_table.t.stream_arn", "aws_dynamodb_table.t"]}`}),
			[]string{"table arn:aws:dynamodb:*:*:table/T@2: stream stream policy@3 table dynamodb:GetItem;"}},
		{"the ARN of a table", planned(table, [4]string{"aws_dynamodb_resource_policy.p", document, `"resource_arn": true`, `"resource_arn": {"references": ["aws_dynamodb_table.t.arn", "aws_dynamodb_table.t"]}`}),
			[]string{"table arn:aws:dynamodb:*:*:table/T@2: policy resource policy@3 table dynamodb:GetItem;"}},
		{"a key that is given no policy", planned([4]string{"aws_kms_key.k", ``, `"policy": true, "arn": true`, ``}), []string{"finding 2 Key without a policy"}},
		{"the policy of a key", planned([4]string{"aws_kms_key.k", ``, `"policy": true, "arn": true`, `"policy": {"references": ["local.x"]}`}), []string{"finding 2 Policy that is known after the apply"}},
		{"a key with a policy of its own", planned([4]string{"aws_kms_key.k", ``, `"policy": true, "key_id": true`, ``}, [4]string{"aws_kms_key_policy.p", document, `"key_id": true`, `"key_id": {"references": ["aws_kms_key.k.key_id", "aws_kms_key.k"]}`},
			[4]string{"aws_kms_alias.a", `"name": "alias/a"`, `"target_key_id": true`, `"target_key_id": {"references": ["aws_kms_key.k.key_id", "aws_kms_key.k"]}`}),
			[]string{"key alias/a : policy key policy@3 key dynamodb:GetItem;"}},
		{"an endpoint that is given no policy", planned(endpoint), []string{"endpoint aws_vpc_endpoint.e com.amazonaws.eu-central-1.dynamodb  gateway true@2:"}},
		{"the policy of an endpoint", planned([4]string{endpoint[0], endpoint[1], endpoint[2], `"policy": {"references": ["local.x"]}`}), []string{"finding 2 Policy that is known after the apply"}},
		{"an endpoint with a policy of its own", planned(endpoint, [4]string{"aws_vpc_endpoint_policy.p", document, `"vpc_endpoint_id": true`, `"vpc_endpoint_id": {"references": ["aws_vpc_endpoint.e.id", "aws_vpc_endpoint.e"]}`}),
			[]string{"endpoint aws_vpc_endpoint.e com.amazonaws.eu-central-1.dynamodb  gateway true@3: policy endpoint policy@3 endpoint dynamodb:GetItem;"}},
		{"the policy of an endpoint in another state", planned([4]string{"aws_vpc_endpoint_policy.p", document + `, "vpc_endpoint_id": "vpce-9"`, ``, ``}), []string{"finding 2 Endpoint of another file"}},
		{"a plan of a part", strings.Replace(planned(), "{", `{"complete": false, `, 1), []string{"finding 1 Plan of a part"}},
		{"a plan that failed", strings.Replace(planned(), "{", `{"errored": true, `, 1), []string{"finding 1 Plan that failed"}},
		{"another format", strings.Replace(planned(), "1.2", "2.0", 1), []string{"finding 1 Unknown format"}},
		{"a name twice", strings.Replace(planned(), "{", `{"format_version": "1.0", `, 1), []string{"finding 1 Name that comes twice"}},
		{"a policy that is none", planned(role, [4]string{"aws_iam_policy.p", `"name": "p", "policy": "{}"`, ``, ``}), []string{"role {aws_iam_role.r}@2 :", "finding 3 Policy that cannot be read"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			inv, ok := tfjson.Read("plan.json", []byte(c.src))
			if !ok {
				t.Fatal("not known")
			}
			if diff := cmp.Diff(c.want, shown(inv)); diff != "" {
				t.Error(diff)
			}
		})
	}
	inv, _ := tfjson.Read("plan.json", []byte(planned(table)))
	if key := inv.Tables[0].KMSKey; key != "{aws_dynamodb_table.t.server_side_encryption.kms_key_arn}" {
		t.Errorf("the key is %s", key)
	}
}

// TestRemoved holds that a role does not keep what it repeats of a resource that the plan removes.
func TestRemoved(t *testing.T) {
	src := `{"format_version": "1.2", "planned_values": {"root_module": {"resources": [{"address": "aws_iam_role.r", "mode": "managed", "type": "aws_iam_role", "name": "r", "values": {
  "name": "r", "inline_policy": [{"name": "old", ` + document + `}, {"name": "kept", ` + document + `}], "managed_policy_arns": ["arn:aws:iam::1:policy/old", "arn:aws:iam::1:policy/kept"]}}]}},
 "resource_changes": [
  {"address": "aws_iam_role_policy.old", "mode": "managed", "type": "aws_iam_role_policy", "change": {"actions": ["delete"], "before": {"role": "r", "name": "old"}, "after": null}},
  {"address": "aws_iam_role_policy_attachment.old", "mode": "managed", "type": "aws_iam_role_policy_attachment", "change": {"actions": ["delete", "create"], "before": {"role": "r", "policy_arn": "arn:aws:iam::1:policy/old"}, "after": null}}]}`
	inv, _ := tfjson.Read("plan.json", []byte(src))
	want := []string{"role r@1 : policy kept@2 role dynamodb:GetItem; unread arn:aws:iam::1:policy/kept;"}
	if diff := cmp.Diff(want, shown(inv)); diff != "" {
		t.Error(diff)
	}
}

func TestOthers(t *testing.T) {
	for _, src := range []string{"", "x", "{}", "[]", `{"format_version": 1}`, `{"format_version": "1.0", "other": 1}`, `{"version": 4, "lineage": "x", "serial": 1}`, `{"format_version": "1.0"}{}`} {
		if _, ok := tfjson.Read("a.json", []byte(src)); ok {
			t.Errorf("%s is taken for a state", src)
		}
	}
	if inv, ok := tfjson.Read("a.json", []byte(`{"format_version": "1.0"}`)); !ok || len(shown(inv)) > 0 {
		t.Error("an empty state is not known as one")
	}
}

func FuzzRead(f *testing.F) {
	for _, file := range []string{"testdata/state.json", "../../verify/testdata/clean.json"} {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src))
	}
	f.Add(planned([4]string{"aws_iam_role.r", `"name": []`, `"name": [true]`, `"name": {}`}))
	f.Add(`{"format_version": "1.0", "values": {"root_module": {"resources": [null, {"type": "aws_iam_role"}], "child_modules": {"resources": 1}}}}`)
	f.Fuzz(func(_ *testing.T, src string) {
		if inv, ok := tfjson.Read("plan.json", []byte(src)); ok {
			shown(inv)
		}
	})
}

// state is a state of roles, each with a trust, a policy of its own, and one that is attached.
func state(roles int) []byte {
	statements := strings.Repeat(`{\"Sid\":\"Rows\",\"Action\":[\"dynamodb:GetItem\",\"dynamodb:Query\"],\"Effect\":\"Allow\",\"Resource\":\"arn:aws:dynamodb:eu-central-1:111122223333:table/Orders\",\"Condition\":{\"ForAllValues:StringEquals\":{\"dynamodb:LeadingKeys\":[\"${aws:PrincipalTag/tenant}\"]}}},`, 8)
	policy := `"policy": "{\"Version\":\"2012-10-17\",\"Statement\":[` + strings.TrimSuffix(statements, ",") + `]}"`
	var resources []string
	add := func(kind string, i int, values string) {
		resources = append(resources, fmt.Sprintf(`{"address": "%s.r%d", "mode": "managed", "type": %q, "name": "r%d", "provider_name": "registry.terraform.io/hashicorp/aws", "schema_version": 0, "values": {%s}, "sensitive_values": {}}`, kind, i, kind, i, values))
	}
	for i := range roles {
		add("aws_iam_role", i, fmt.Sprintf(`"name": "r%d", "arn": "arn:aws:iam::111122223333:role/r%d", "assume_role_policy": "{\"Statement\":[{\"Action\":\"sts:AssumeRole\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"lambda.amazonaws.com\"}}]}", "inline_policy": [{"name": "own", %s}], "managed_policy_arns": ["arn:aws:iam::111122223333:policy/r%d"]`, i, i, policy, i))
		add("aws_iam_role_policy", i, fmt.Sprintf(`"name": "own", "role": "r%d", %s`, i, policy))
		add("aws_iam_policy", i, fmt.Sprintf(`"name": "r%d", "arn": "arn:aws:iam::111122223333:policy/r%d", %s`, i, i, policy))
		add("aws_iam_role_policy_attachment", i, fmt.Sprintf(`"role": "r%d", "policy_arn": "arn:aws:iam::111122223333:policy/r%d"`, i, i))
	}
	return []byte(`{"format_version": "1.0", "terraform_version": "1.13.0", "values": {"root_module": {"resources": [` + strings.Join(resources, ",\n") + `]}}}`)
}

// TestLarge holds that a state takes no time in the square of its length.
func TestLarge(t *testing.T) {
	inv, ok := tfjson.Read("state.json", state(1000))
	if !ok || len(inv.Identities) != 1000 || len(inv.Identities[999].Policies) != 2 {
		t.Fatal("not read as a thousand roles of two policies")
	}
}

// BenchmarkRead reads a state of 1,000 roles.
func BenchmarkRead(b *testing.B) {
	src := state(1000)
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		tfjson.Read("state.json", src)
	}
}

package load_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/inventory/load"
)

const (
	allow   = `{"Statement": [{"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"}]}`
	trust   = `{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}]}`
	account = `{"RoleDetailList": [{"RoleName": "api", "Arn": "arn:aws:iam::111122223333:role/api", "AttachedManagedPolicies": [{"PolicyName": "rows", "PolicyArn": "arn:aws:iam::111122223333:policy/rows"}], "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/limit"}}]}`
	rows    = `{"Policy": {"PolicyName": "rows", "Arn": "arn:aws:iam::111122223333:policy/rows"}}{"PolicyVersion": {"Document": ` + allow + `}}`
	limit   = `{"Policies": [{"PolicyName": "limit", "Arn": "arn:aws:iam::111122223333:policy/limit", "DefaultVersionId": "v1", "PolicyVersionList": [{"VersionId": "v1", "Document": ` + allow + `}]}]}`
	table   = `{"Table": {"TableName": "Orders", "TableArn": "arn:aws:dynamodb:eu-central-1:111122223333:table/Orders", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}}`
	guard   = `{"Statement": [{"Effect": "Deny", "Action": "dynamodb:*", "Principal": "*", "Resource": "arn:aws:dynamodb:eu-central-1:111122223333:table/Orders"}]}`
	stack   = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Api:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: stack\n      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: lambda.amazonaws.com}}]}\n"
	hcl     = "resource \"aws_iam_role\" \"r\" {\n  name = \"tf\"\n  assume_role_policy = jsonencode({Statement = [{Effect = \"Allow\", Action = \"sts:AssumeRole\", Principal = {Service = \"lambda.amazonaws.com\"}}]})\n}\n"
	flow    = "on: push\njobs: {a: {runs-on: x, steps: []}}\n"
	shownTF = `{"format_version": "1.0", "terraform_version": "1.13.0", "values": {"root_module": {"resources": [{"address": "aws_iam_role.s", "mode": "managed", "type": "aws_iam_role", "name": "s", "values": {"name": "state"}}]}}}`
	kept    = `{"version": 4, "terraform_version": "1.13.0", "serial": 1, "lineage": "x", "resources": []}`
)

// read writes files and reads paths below their directory; {dir} in what comes back is that directory.
func read(t *testing.T, files map[string]string, paths ...string) (*inventory.Inventory, string) {
	t.Helper()
	dir := t.TempDir()
	for name, src := range files {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(src), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for i := range paths {
		paths[i] = filepath.Join(dir, paths[i])
	}
	inv, err := load.Paths(paths, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return inv, filepath.ToSlash(dir) + "/"
}

func shown(inv *inventory.Inventory, dir string) []string {
	var out []string
	for _, i := range inv.Identities {
		line := i.String()
		if i.Trust != nil {
			line += " trust"
		}
		for _, d := range i.Policies {
			line += " " + d.Name
		}
		if i.Boundary != nil {
			line += " boundary " + i.Boundary.Name
		}
		out = append(out, strings.TrimSpace(line+" "+strings.Join(i.Unread, " ")))
	}
	for _, t := range inv.Tables {
		out = append(out, fmt.Sprintf("table %s %v %v", t.Name, t.Described, t.Policy != nil))
	}
	for _, w := range inv.Workflows {
		out = append(out, "workflow "+strings.TrimPrefix(w.File, dir))
	}
	for _, d := range diag.Sort(inv.Findings) {
		if diag.IDOf(d) == "assumed-place" {
			continue // of the readers of templates and Terraform, which have their own tests
		}
		out = append(out, strings.TrimPrefix(d.Subject.Filename, dir)+": "+d.Summary)
	}
	return out
}

func TestPaths(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		paths []string
		want  []string
	}{
		{"a directory of every form", map[string]string{
			"a.json": allow, "account.json": account, "b/stack.yaml": stack, "c.template": stack, "ci/.github/workflows/ci.yml": flow, "state.json": shownTF, "tf/main.tf": hcl,
			"README.md": allow, "package.json": `{"name": "x"}`, "tsconfig.json": "{ // settings\n}", "values.yaml": "a: 1\n", "broken.yaml": "a: [\n", "list.json": "[1, 2]",
			"node_modules/x/a.json": allow, ".git/a.json": allow, "x/.terraform/a.json": allow, "vendor/a.json": allow,
		}, []string{"."}, []string{
			"the role tf trust", "the policy a a", "the role api arn:aws:iam::111122223333:policy/limit arn:aws:iam::111122223333:policy/rows",
			"the role stack trust", "the role stack trust", "the role state", "workflow ci/.github/workflows/ci.yml",
		}},
		{"policies that are attached in another file", map[string]string{"1.json": rows, "2.json": account, "3.json": limit}, []string{"."}, []string{"the role api rows boundary limit"}},
		{"a table and its policy", map[string]string{"1.json": guard, "2.json": table}, []string{"1.json", "2.json"}, []string{"table Orders true true"}},
		{"a file that is named twice", map[string]string{"a/a.json": allow}, []string{"a/a.json", "a", "a/../a/a.json"}, []string{"the policy a a"}},
		{"a role in two files", map[string]string{"role.api.json": allow, "trust.api.json": trust, "role.api~2.json": allow}, []string{"."}, []string{"the role api trust role.api role.api~2"}},
		{"a named file of no known form", map[string]string{"a.txt": "hello: x", "b.json": `{"a": 1}`, "c.json": "{"}, []string{"a.txt", "b.json", "c.json"},
			[]string{"a.txt: File of no known form", "b.json: File of no known form", "c.json: Not JSON"}},
		{"named files of which something is known", map[string]string{"a.json": "", "b.json": "\n", "c": "PK\x03\x04\x14\x00", "d.bin": "\x7fELF\x02\x00"}, []string{"a.json", "b.json", "c", "d.bin"},
			[]string{"a.json: Empty file", "b.json: Empty file", "c: Archive", "d.bin: No text"}},
		{"a named file with an odd name", map[string]string{"policy": allow, "plan.out.txt": shownTF, "stack": stack}, []string{"policy", "plan.out.txt", "stack"}, []string{"the policy policy policy", "the role state", "the role stack trust"}},
		{"a broken file with a policy in it", map[string]string{"a.json": allow[:40]}, []string{"."}, []string{"a.json: Not JSON"}},
		{"a state as Terraform keeps it", map[string]string{"terraform.tfstate": kept, "b.json": kept}, []string{"."}, []string{"b.json: State as Terraform keeps it", "terraform.tfstate: State as Terraform keeps it"}},
		{"a module of Terraform", map[string]string{"main.tf": "module \"r\" {\n  source = \"./r\"\n}\n", "r/main.tf": hcl}, []string{"."}, []string{"the role tf trust"}},
		{"a module beside the root", map[string]string{"live/main.tf": hcl, "r/main.tf": strings.ReplaceAll(hcl, "tf", "other")}, []string{"."}, []string{"the role tf trust", "the role other trust"}},
		{"a policy that Terraform reads", map[string]string{"main.tf": hcl + "resource \"aws_iam_role_policy\" \"p\" {\n  role = aws_iam_role.r.name\n  name = \"p\"\n  policy = file(\"${path.module}/p.json\")\n}\n", "p.json": allow}, []string{"."}, []string{"the role tf trust aws_iam_role_policy.p"}},
		{"Terraform in JSON", map[string]string{"main.tf.json": `{"resource": {}}`}, []string{"."}, []string{"main.tf.json: Terraform in JSON"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			inv, dir := read(t, c.files, c.paths...)
			if diff := cmp.Diff(c.want, shown(inv, dir)); diff != "" {
				t.Error(diff)
			}
			for _, d := range inv.Findings {
				if inv.Files[d.Subject.Filename] == nil && diag.IDOf(d) != "unknown-input" {
					t.Errorf("no file to show for %s", d.Subject.Filename)
				}
			}
		})
	}
}

// TestBuild holds that a build is read as a whole wherever it lies, and what stands in it beside.
func TestBuild(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "infra")
	if err := os.CopyFS(dir, os.DirFS("../../../examples/silo/generated")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "own.json"), []byte(allow), 0o644); err != nil {
		t.Fatal(err)
	}
	inv, err := load.Paths([]string{filepath.Dir(filepath.Dir(dir)), dir}, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, i := range inv.Identities {
		names = append(names, i.Name)
	}
	if !slices.Contains(names, "production/worker.acme") || !slices.Contains(names, "own") || len(slices.Compact(slices.Sorted(slices.Values(names)))) != len(names) {
		t.Errorf("read %v", names)
	}
	for _, d := range inv.Documents() {
		if !strings.HasPrefix(d.Node.Range.Filename, filepath.ToSlash(dir)+"/") || inv.Files[d.Node.Range.Filename] == nil {
			t.Errorf("%s stands in %s", d.Name, d.Node.Range.Filename)
		}
	}
}

// TestKeptState holds that a state which lies in a directory is told of and fails nothing, and that one that is asked for does.
func TestKeptState(t *testing.T) {
	files := map[string]string{"a.json": allow, "terraform.tfstate": kept}
	if inv, _ := read(t, files, "."); len(inv.Findings) != 1 || inv.Findings.HasErrors() || inv.Findings[0].Subject.Start.Line != 0 {
		t.Errorf("in a directory: %v", inv.Findings)
	}
	if inv, _ := read(t, files, "terraform.tfstate", "."); !inv.Findings.HasErrors() {
		t.Errorf("by name: %v", inv.Findings)
	}
}

// TestErrors holds what is no finding: paths that are not there, each of which is told.
func TestErrors(t *testing.T) {
	_, err := load.Paths([]string{filepath.Join(t.TempDir(), "none.json"), ".", filepath.Join(t.TempDir(), "neither.json")}, load.Options{})
	if err == nil || !strings.Contains(err.Error(), "none.json") || !strings.Contains(err.Error(), "neither.json") {
		t.Errorf("of the files that are not there it says: %v", err)
	}
	if _, err := load.Paths([]string{filepath.Join(t.TempDir(), "none.json")}, load.Options{}); err == nil {
		t.Error("a file that is not there is no error")
	}
	broken := t.TempDir()
	if err := os.WriteFile(filepath.Join(broken, "ddbgen.lock"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	inv, err := load.Paths([]string{broken}, load.Options{})
	if err != nil || len(inv.Findings) != 1 || inv.Findings[0].Summary != "Lock that cannot be read" {
		t.Errorf("%v, findings %v", err, inv)
	}
}

// TestModulesBeside holds that a module which lies beside the directory that calls it is read once, with what it is called with,
// wherever between the two the path is named.
func TestModulesBeside(t *testing.T) {
	inv, _ := read(t, map[string]string{
		"infra/live/main.tf":          "module \"api\" {\n  source = \"../modules/role\"\n  table = \"orders\"\n}\n",
		"infra/modules/role/main.tf":  "variable \"table\" {}\nresource \"aws_iam_policy\" \"p\" {\n  name = \"p\"\n  policy = jsonencode({Version = \"2012-10-17\", Statement = [{Effect = \"Allow\", Action = \"dynamodb:GetItem\", Resource = \"arn:aws:dynamodb:eu-west-1:111122223333:table/${var.table}\"}]})\n}\n",
		"infra/modules/other/main.tf": "resource \"aws_dynamodb_table\" \"t\" {\n  name = \"t\"\n  hash_key = \"id\"\n}\n",
	}, "infra")
	documents := inv.Documents()
	if len(documents) != 1 || documents[0].Document.Statement[0].Resource[0] != "arn:aws:dynamodb:eu-west-1:111122223333:table/orders" {
		t.Errorf("%d documents: %+v", len(documents), documents)
	}
	if len(inv.Tables) != 1 || inv.Tables[0].Name != "t" {
		t.Errorf("%+v", inv.Tables)
	}
}

// TestPlaceOfARNs holds that the account and the region of a template are those that all its ARNs of tables name, and that nothing
// is taken where they name several, or somebody said it.
func TestPlaceOfARNs(t *testing.T) {
	const template = "Resources:\n  Orders:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      TableName: orders\n      KeySchema: [{AttributeName: id, KeyType: HASH}]\n" +
		"      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Version: '2012-10-17'\n" +
		"        Statement: [{Effect: Allow, Action: dynamodb:GetItem, Resource: [ARNS]}]\n"
	for _, tt := range []struct {
		name, arns string
		options    load.Options
		want       string
		note       string
	}{
		{"one place", "'arn:aws:dynamodb:eu-west-1:111122223333:table/orders'", load.Options{}, "arn:aws:dynamodb:eu-west-1:111122223333:table/orders", "the account 111122223333 and the region eu-west-1"},
		{"one account", "'arn:aws:dynamodb:eu-west-1:111122223333:table/a', 'arn:aws:dynamodb:eu-central-1:111122223333:table/b'", load.Options{}, "arn:aws:dynamodb:us-east-1:111122223333:table/orders", "the account 111122223333,"},
		{"two accounts", "'arn:aws:dynamodb:eu-west-1:111122223333:table/a', 'arn:aws:dynamodb:eu-west-1:444455556666:table/b'", load.Options{Region: "eu-west-1"}, "arn:aws:dynamodb:eu-west-1:000000000000:table/orders", ""},
		{"two regions", "'arn:aws:dynamodb:eu-west-1:111122223333:table/a', 'arn:aws:dynamodb:us-east-1:111122223333:table/b'", load.Options{}, "arn:aws:dynamodb:us-east-1:111122223333:table/orders", "the account 111122223333,"},
		{"patterns", "'arn:aws:dynamodb:*:*:table/orders'", load.Options{}, "arn:aws:dynamodb:us-east-1:000000000000:table/orders", ""},
		{"said", "'arn:aws:dynamodb:eu-west-1:111122223333:table/orders'", load.Options{Account: "444455556666", Region: "eu-north-1"}, "arn:aws:dynamodb:eu-north-1:444455556666:table/orders", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "template.yaml")
			if err := os.WriteFile(file, []byte(strings.Replace(template, "ARNS", tt.arns, 1)), 0o644); err != nil {
				t.Fatal(err)
			}
			inv, err := load.Paths([]string{file}, tt.options)
			if err != nil || len(inv.Tables) != 1 {
				t.Fatalf("%v, %d tables", err, len(inv.Tables))
			}
			if got := inv.Tables[0].ARN(); got != tt.want {
				t.Errorf("got %s", got)
			}
			notes := ""
			for _, d := range inv.Findings {
				if strings.Contains(d.Summary, "taken from ARNs") {
					notes += d.Detail
				}
			}
			if (tt.note == "") != (notes == "") || !strings.Contains(notes, tt.note) {
				t.Errorf("the note is %q", notes)
			}
		})
	}
}

// TestPlaceOfPlan holds that what is said of the account and the region holds for a plan, too.
func TestPlaceOfPlan(t *testing.T) {
	inv, err := load.Paths([]string{filepath.Join("..", "tfjson", "testdata", "first.json")}, load.Options{Account: "444455556666", Region: "eu-north-1"})
	if err != nil || len(inv.Tables) == 0 {
		t.Fatalf("%v, and no table", err)
	}
	for _, table := range inv.Tables {
		if !strings.Contains(table.ARN(), ":444455556666:") {
			t.Errorf("%s", table.ARN())
		}
	}
}

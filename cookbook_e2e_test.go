package ddbgen_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/client"
	"github.com/ddbgen/ddbgen/internal/e2e"
	"github.com/ddbgen/ddbgen/internal/model"
)

// TestCookbookInTerraform has the real Terraform and the real provider validate every root of every recipe.
func TestCookbookInTerraform(t *testing.T) {
	e2e.Require(t)
	t.Parallel()
	var all []buildOf
	for _, r := range recipes(t) {
		all = append(all, buildOf{"recipe" + strconv.Itoa(r.number), r.m, r.tree})
	}
	validateTogether(t, all)
}

// TestCookbookCommands holds the commands of the AWS CLI that the page shows to AWS's own description of its services: the
// service has the operation, the operation the options, and all that it demands is given.
func TestCookbookCommands(t *testing.T) {
	e2e.Require(t)
	var commands []string
	for _, b := range blocks(t, cookbook) {
		for command := range strings.SplitSeq(strings.ReplaceAll(strings.TrimSpace(b.text), "\\\n", " "), "\n") {
			if b.language == "sh" && strings.HasPrefix(command, "aws ") {
				commands = append(commands, command)
			}
		}
	}
	if len(commands) == 0 {
		t.Fatal("the page shows no command: are they written otherwise now?")
	}
	run(t, ".", "python3", append([]string{"testdata/cookbook/commands.py"}, commands...)...)
}

// TestCookbookTenants runs the clients of recipe 1, each asking for one tenant, another, and the first again. Each request is
// decided by the recipe's policies, in the session that signed it; an emulator answers.
func TestCookbookTenants(t *testing.T) {
	for _, in := range []struct {
		language string
		command  func(t *testing.T) []string
	}{{"python", pythonTenant}, {"go", goTenant}, {"typescript", typescriptTenant}} {
		t.Run(in.language, func(t *testing.T) {
			e2e.Require(t)
			t.Parallel()
			command := in.command(t)
			gate := openGate(t, 1, "api", []item{
				{"PK": "TENANT#acme0001", "SK": "address"}, {"PK": "TENANT#acme0001", "SK": "plan"}, {"PK": "TENANT#globex01", "SK": "plan"},
			})
			got := gate.Emulator().Program(t, ".", command[0], append(command[1:], "acme0001", "globex01", "acme0001")...)
			want := []string{
				`{"tenant":"acme0001","rows":["address","plan"]}`, `{"tenant":"globex01","rows":["plan"]}`, `{"tenant":"acme0001","rows":["address","plan"]}`,
			}
			for i, line := range strings.Split(strings.TrimSpace(got), "\n") {
				if i >= len(want) || e2e.DiffJSON([]byte(want[i]), []byte(line)) != "" {
					t.Errorf("line %d of the answer is %s", i+1, line)
				}
			}
			calls := []string{
				"api/own AssumeRole: allow", "api_tenant/acme0001 Query: allow",
				"api/own AssumeRole: allow", "api_tenant/globex01 Query: allow",
				"api_tenant/acme0001 Query: allow",
			}
			if diff := cmp.Diff(calls, gate.Calls()); diff != "" {
				t.Errorf("the client did not keep one session for each tenant (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCookbookColumnClient runs the client of recipe 4 in its two roles.
func TestCookbookColumnClient(t *testing.T) {
	for _, want := range []struct {
		role, answer string
		calls        []string
	}{
		{
			"desk",
			`{"status": {"order_id": {"S": "1"}, "status": {"S": "paid"}}, "orders": [{"order_id": {"S": "1"}, "placed_at": {"S": "monday"}, "status": {"S": "paid"}}]}`,
			[]string{"desk/own GetItem: allow", "desk/own Query: allow"},
		},
		{"courier", "", []string{"courier/own UpdateItem: allow"}},
	} {
		t.Run(want.role, func(t *testing.T) {
			e2e.Require(t)
			t.Parallel()
			gate := openGate(t, 4, want.role, []item{{"order_id": "1", "customer": "ada", "placed_at": "monday", "status": "paid", "address": "hidden"}})
			got := gate.Emulator().Program(t, ".", "python3", "docs/clients/python/columns.py", want.role)
			if got != want.answer && e2e.DiffJSON([]byte(want.answer), []byte(got)) != "" {
				t.Errorf("got %s, want %s", got, want.answer)
			}
			if diff := cmp.Diff(want.calls, gate.Calls()); diff != "" {
				t.Errorf("what the client asked (-want +got):\n%s", diff)
			}
		})
	}
}

// typescriptVariable names the directory in which the client in TypeScript has its SDK. Setting it turns its test on.
const typescriptVariable = "DDBGEN_E2E_TYPESCRIPT"

func pythonTenant(*testing.T) []string { return []string{"python3", "docs/clients/python/tenant.py"} }

// goTenant builds the client, which is a module of its own: its SDK comes from the module cache or the module proxy.
func goTenant(t *testing.T) []string {
	t.Helper()
	const dir = "docs/clients/go"
	download := exec.Command("go", "mod", "download")
	download.Dir = dir
	if out, err := download.CombinedOutput(); err != nil {
		e2e.Need(t, fmt.Sprintf("the modules of %s cannot be downloaded: %v\n%s", dir, err, out))
	}
	run(t, dir, "go", "vet", ".")
	program := filepath.Join(t.TempDir(), "tenant")
	run(t, dir, "go", "build", "-o", program, ".")
	return []string{program}
}

// typescriptTenant compiles the client, as strictly as its tsconfig.json says.
func typescriptTenant(t *testing.T) []string {
	t.Helper()
	installed := os.Getenv(typescriptVariable)
	compiler := filepath.Join(installed, "node_modules", "typescript", "bin", "tsc")
	if _, err := os.Stat(compiler); err != nil {
		e2e.Need(t, typescriptVariable+" names no directory with TypeScript: copy docs/clients/typescript to one, run `npm ci` there, and set it to that")
	}
	dir := t.TempDir()
	for _, name := range []string{"package.json", "tsconfig.json", "tenant.ts"} {
		if err := os.WriteFile(filepath.Join(dir, name), read(t, filepath.Join("docs/clients/typescript", name)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(installed, "node_modules"), filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "node", compiler, "--project", ".")
	return []string{"node", filepath.Join(dir, "built", "tenant.js")}
}

// item is an item of texts.
type item map[string]string

// openGate starts an emulator that holds a recipe's table and items, behind the recipe's policies.
func openGate(t *testing.T, number int, caller string, items []item) *client.Gate {
	t.Helper()
	r := recipes(t)[number-1]
	env, table := r.m.Environments[0], r.m.Tables[0]
	emulator := e2e.StartEmulator(t, env.Account, env.Region)
	emulator.Seed(t, e2e.Seed{Tables: []map[string]any{withIndexes(createTable(env, table), table)}})
	for _, i := range items {
		attributes := map[string]any{}
		for name, text := range i {
			attributes[name] = map[string]string{"S": text}
		}
		emulator.Call(t, "dynamodb", "put_item", map[string]any{"TableName": env.TableName(table), "Item": attributes})
	}
	return client.Open(t, emulator, client.Account{Model: r.m, Environment: env, Policies: r.tree.Policies}, caller)
}

// withIndexes adds global indexes to a CreateTable request, for keys of type S.
func withIndexes(request map[string]any, t *model.Table) map[string]any {
	var indexes []map[string]any
	for _, i := range t.GlobalIndexes {
		var keys []map[string]string
		for n, name := range i.KeyAttributes() {
			keys = append(keys, map[string]string{"AttributeName": name, "KeyType": []string{"HASH", "RANGE"}[n]})
			request["AttributeDefinitions"] = append(request["AttributeDefinitions"].([]map[string]string), map[string]string{"AttributeName": name, "AttributeType": "S"})
		}
		indexes = append(indexes, map[string]any{"IndexName": i.PhysicalName, "KeySchema": keys, "Projection": map[string]string{"ProjectionType": "ALL"}})
	}
	if len(indexes) > 0 {
		request["GlobalSecondaryIndexes"] = indexes
	}
	return request
}

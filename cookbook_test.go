package ddbgen_test

import (
	"bytes"
	"go/format"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclparse"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/client"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/internal/prove"
	"github.com/ddbgen/ddbgen/spec"
)

const cookbook = "docs/cookbook.md"

// recipe is a numbered section of the cookbook, with its spec compiled.
type recipe struct {
	number int
	text   string
	blocks []block
	src    string
	m      *model.Model
	tree   generate.Tree
}

var numbered = regexp.MustCompile(`(?m)^## (\d+)\. .*$`)

// recipes are the numbered sections of the cookbook. Every one has one block of YAML, its whole spec.
func recipes(t *testing.T) []recipe {
	t.Helper()
	page := string(read(t, cookbook))
	starts := append(numbered.FindAllStringIndex(page, -1), []int{strings.Index(page, "\n## Becoming a tenant")})
	if len(starts) != 11 {
		t.Fatalf("the cookbook has %d recipes, want ten", len(starts)-1)
	}
	all := blocks(t, cookbook)
	var out []recipe
	for i, start := range starts[:10] {
		end := starts[i+1][0]
		r := recipe{number: i + 1, text: page[start[0]:end]}
		if !strings.HasPrefix(r.text, "## "+strconv.Itoa(r.number)+". ") {
			t.Errorf("recipe %d begins with %.20q", r.number, r.text)
		}
		for _, b := range all {
			if at := lineAt(page, b.line); at >= start[0] && at < end {
				r.blocks = append(r.blocks, b)
			}
		}
		specs := r.in("yaml")
		if len(specs) != 1 {
			t.Fatalf("recipe %d has %d blocks of YAML, want one, its spec", r.number, len(specs))
		}
		r.compile(t, specs[0].text)
		out = append(out, r)
	}
	return out
}

// lineAt is where a line of a text begins, lines counted from one.
func lineAt(text string, line int) int {
	at := 0
	for range line - 1 {
		at += strings.IndexByte(text[at:], '\n') + 1
	}
	return at
}

// in are the recipe's blocks of a language.
func (r recipe) in(language string) []block {
	return slices.DeleteFunc(slices.Clone(r.blocks), func(b block) bool { return b.language != language })
}

// compile gives the recipe a spec, which may have no findings at all.
func (r *recipe) compile(t *testing.T, src string) {
	t.Helper()
	m, ds := load(t, "recipe "+strconv.Itoa(r.number), []byte(src))
	if len(ds) > 0 {
		t.Errorf("recipe %d: %v", r.number, ds)
	}
	tree, ds := generate.All(m)
	if len(ds) > 0 {
		t.Fatalf("recipe %d: %v", r.number, ds)
	}
	r.src, r.m, r.tree = src, m, tree
}

// TestCookbookRecipes builds and proves every recipe's spec, with the claims it makes, and holds what the page shows of the
// output to the output.
func TestCookbookRecipes(t *testing.T) {
	for _, r := range recipes(t) {
		t.Run(strconv.Itoa(r.number), func(t *testing.T) {
			for _, part := range []string{"**What you want.**", "**The spec.**", "**What matters in the output.**", "**In AWS, beside it.**", "**The trap.**"} {
				if strings.Count(r.text, "\n"+part+" ")+strings.Count(r.text, "\n"+part+"\n") != 1 {
					t.Errorf("the recipe does not have the part %s once", part)
				}
			}
			if proof := prove.Run(r.m, r.tree.Files); len(proof.Findings) > 0 {
				t.Error(proof.Findings)
			}
			if len(r.m.Claims) == 0 {
				t.Error("the spec claims nothing")
			}
			shown := r.in("json")
			if len(shown) == 0 || len(shown) > 2 {
				t.Errorf("the recipe shows %d places of the output, want one or two", len(shown))
			}
			files := byPath(r.tree.Files)
			for _, b := range shown {
				if !strings.Contains("\n"+files[b.from], "\n"+b.text) {
					t.Errorf("%s:%d: this is not in %q:\n%s", cookbook, b.line, b.from, b.text)
				}
			}
			parser := hclparse.NewParser()
			for _, f := range r.tree.Files {
				if filepath.Ext(f.Path) == ".tf" {
					if _, ds := parser.ParseHCL(f.Bytes, f.Path); len(ds) > 0 {
						t.Error(ds)
					}
				}
			}
		})
	}
}

// TestCookbookSnippets holds that the blocks outside JSON and YAML are of files that other tests run, or commands.
func TestCookbookSnippets(t *testing.T) {
	shown := map[string]int{}
	for _, b := range blocks(t, cookbook) {
		switch b.language {
		case "yaml", "json":
		case "sh":
			if !strings.HasPrefix(b.text, "aws ") && !strings.HasPrefix(b.text, "terraform ") {
				t.Errorf("%s:%d: no test knows this command:\n%s", cookbook, b.line, b.text)
			}
		default:
			if !strings.HasPrefix(b.from, "docs/clients/") {
				t.Errorf("%s:%d: a block of %s is not from docs/clients", cookbook, b.line, b.language)
				continue
			}
			shown[b.language]++
			if !bytes.Contains(read(t, b.from), []byte("\n"+b.text)) {
				t.Errorf("%s:%d: this is not in %s:\n%s", cookbook, b.line, b.from, b.text)
			}
		}
	}
	if shown["go"] != 1 || shown["ts"] != 1 || shown["python"] != 2 {
		t.Errorf("the page shows %v of clients", shown)
	}
}

// TestCookbookClients parses the clients, which says that they are programs. Whether they are right is for TestClients, on
// machines that have their SDKs.
func TestCookbookClients(t *testing.T) {
	path := "docs/clients/go/tenant.go"
	if formatted, err := format.Source(read(t, path)); err != nil || !bytes.Equal(formatted, read(t, path)) {
		t.Errorf("%s is no Go as gofmt writes it: %v", path, err)
	}
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("the clients in Python are not parsed: python3 is not on PATH")
	}
	const parse = `import ast, sys
for path in sys.argv[1:]: ast.parse(open(path).read(), path)`
	run(t, ".", "python3", "-c", parse, "docs/clients/python/tenant.py", "docs/clients/python/columns.py")
}

// saying is a sentence of the cookbook that is true of what is built, and how that is seen.
type saying struct {
	recipe int
	says   string
	holds  func(t *testing.T, r recipe)
}

// TestCookbookSayings holds the recipes' text to the output, where no claim of the spec can. Whoever asks is an
// administrator as far as policies elsewhere go, so that the policy shown is what decides.
func TestCookbookSayings(t *testing.T) {
	all := recipes(t)
	for _, s := range sayings() {
		t.Run(strconv.Itoa(s.recipe)+" "+s.says, func(t *testing.T) {
			r := all[s.recipe-1]
			if !strings.Contains(oneLine(r.text), s.says) {
				t.Errorf("recipe %d does not say this", s.recipe)
			}
			s.holds(t, r)
		})
	}
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func sayings() []saying {
	return []saying{
		{1, "nobody becomes the tenant's role without the tag, with an empty one, or with another tag beside it", becomesTenant},
		{2, "The identity pool becomes the role, and must be yours; its users must have signed in; and the pool must pass the tag.", signsIn},
		{3, "So is `{tenant}-*` where an id may hold a hyphen, and the message shows a key that two ids share.", refusesPrefix},
		{6, "Who may become `partner` is that one role, and not its account", trustsOneRole},
		{7, "`UseByReport` goes with it, and a policy elsewhere that allows the role `kms:Decrypt` does not bring it back", revokes},
		{8, "from this repository by number, and from a job in the environment `production`", deploysFromEnvironment},
		{9, "The table refuses items to everybody who comes another way, administrators too.", refusesOtherWays},
		{9, "Streams are resources of their own, and are not covered.", leavesStreams},
		{10, "no table and no role is made or changed but for those", makesPoliciesOnly},
	}
}

func becomesTenant(t *testing.T, r recipe) {
	a := client.Account{Model: r.m, Environment: r.m.Environments[0], Policies: r.tree.Policies}
	api, err := a.Role("api")
	if err != nil {
		t.Fatal(err)
	}
	tenant, err := a.Role("api_tenant")
	if err != nil {
		t.Fatal(err)
	}
	own, other := model.Tag{Key: "tenant_id", Value: "acme0001"}, model.Tag{Key: "team", Value: "blue"}
	for _, c := range []struct {
		tags []model.Tag
		want evaluate.Outcome
	}{
		{[]model.Tag{own}, evaluate.Allow},
		{nil, evaluate.ImplicitDeny},
		{[]model.Tag{{Key: "tenant_id"}}, evaluate.ImplicitDeny},
		{[]model.Tag{own, other}, evaluate.ImplicitDeny},
		{[]model.Tag{other}, evaluate.ImplicitDeny},
	} {
		got, err := a.Assume(client.Session{Role: api, Name: "api"}, client.Session{Role: tenant, Name: "acme0001", Tags: c.tags})
		if err != nil || got.Outcome != c.want {
			t.Errorf("with the tags %v: %s, want %s (%v)", c.tags, got.Outcome, c.want, err)
		}
	}
}

func signsIn(t *testing.T, r recipe) {
	const policyPath, role = "environments/production/policies/trust.member.json", "arn:aws:iam::444455556666:role/ddbgen/notes/notes-member"
	signedIn := map[string][]string{
		"cognito-identity.amazonaws.com:aud": {"eu-central-1:12345678-1234-1234-1234-123456789012"},
		"cognito-identity.amazonaws.com:amr": {"authenticated"},
		"aws:RequestTag/tenant_id":           {"acme0001"},
		"aws:TagKeys":                        {"tenant_id"},
	}
	for _, action := range []string{"sts:AssumeRoleWithWebIdentity", "sts:TagSession"} {
		ask := asker{"cognito-identity.amazonaws.com", action, role}
		r.decides(t, policyPath, ask, signedIn, true)
		r.decides(t, policyPath, ask, with(signedIn, "cognito-identity.amazonaws.com:aud", "eu-central-1:00000000-1234-1234-1234-123456789012"), false)
		r.decides(t, policyPath, ask, with(signedIn, "cognito-identity.amazonaws.com:amr", "unauthenticated"), false)
		r.decides(t, policyPath, ask, with(signedIn, "aws:RequestTag/tenant_id"), false)
		r.decides(t, policyPath, ask, with(signedIn, "aws:TagKeys", "tenant_id", "team"), false)
	}
}

func refusesPrefix(t *testing.T, r recipe) {
	const template, ids = `"{tenant}#ACCOUNT#*"`, `"[a-z0-9]{4,16}"`
	if _, ds := spec.Load("spec.yaml", []byte(r.replaced(t, template, `"{tenant}*"`))); !ds.HasErrors() {
		t.Error("a template without a delimiter is not refused")
	}
	r.src = r.replaced(t, template, `"{tenant}-*"`)
	_, ds := spec.Load("spec.yaml", []byte(r.replaced(t, ids, `"[a-z0-9-]{4,16}"`)))
	if !ds.HasErrors() || len(regexp.MustCompile(`"[a-z0-9-]+"`).FindAllString(ds.Error(), -1)) < 3 {
		t.Errorf("the message does not show a key and two ids: %v", ds)
	}
}

func trustsOneRole(t *testing.T, r recipe) {
	const trust = "environments/production/policies/trust.partner.json"
	for asking, want := range map[string]bool{
		"arn:aws:sts::111122223333:assumed-role/reader/monday": true,
		"arn:aws:sts::111122223333:assumed-role/writer/monday": false,
		"arn:aws:iam::111122223333:root":                       false,
		"arn:aws:iam::111122223333:user/admin":                 false,
		"arn:aws:sts::999988887777:assumed-role/reader/monday": false,
	} {
		role := map[string][]string{}
		if strings.Contains(asking, "assumed-role/") {
			role["aws:PrincipalArn"] = []string{strings.Replace(strings.TrimSuffix(asking, "/monday"), ":sts::111122223333:assumed-role/", ":iam::111122223333:role/reports/", 1)}
		}
		r.decides(t, trust, asker{asking, "sts:AssumeRole", "arn:aws:iam::444455556666:role/ddbgen/catalogue/catalogue-partner"}, role, want)
	}
}

func revokes(t *testing.T, r recipe) {
	const keyPolicy = "environments/production/policies/key.vault.json"
	through := map[string][]string{
		"kms:CallerAccount": {"444455556666"},
		"kms:EncryptionContext:aws:dynamodb:subscriberId": {"444455556666"},
		"kms:EncryptionContext:aws:dynamodb:tableName":    {"Documents"},
		"kms:ViaService": {"dynamodb.eu-central-1.amazonaws.com"},
	}
	use := func(role, path string) (asker, map[string][]string) {
		return asker{"arn:aws:sts::444455556666:assumed-role/" + role + "/s", "kms:Decrypt", "arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"},
			with(through, "aws:PrincipalArn", "arn:aws:iam::444455556666:role/"+path+role)
	}
	report, keys := use("vault-report", "ddbgen/vault/")
	r.decides(t, keyPolicy, report, keys, true)
	r.decides(t, keyPolicy, report, with(keys, "kms:EncryptionContext:aws:dynamodb:tableName", "Other"), false)
	r.decides(t, keyPolicy, report, with(keys, "kms:ViaService"), false)
	other, otherKeys := use("Admin", "")
	r.decides(t, keyPolicy, other, otherKeys, false)

	from, to := strings.Index(r.src, "  report:\n"), strings.Index(r.src, "expect:\n")
	r.compile(t, r.src[:from]+"\n"+r.src[to:strings.Index(r.src, "  - {role: report")]+"  - {role: api, may: Query, table: documents}\n")
	r.decides(t, keyPolicy, report, keys, false)
	api, apiKeys := use("vault-api", "ddbgen/vault/")
	r.decides(t, keyPolicy, api, apiKeys, true)
}

func deploysFromEnvironment(t *testing.T, r recipe) {
	const trust, issuer = "environments/production/bootstrap/policies/trust.deployer.json", "token.actions.githubusercontent.com:"
	ask := asker{"arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com", "sts:AssumeRoleWithWebIdentity",
		"arn:aws:iam::444455556666:role/ddbgen-bootstrap/catalogue/catalogue-deployer"}
	token := map[string][]string{
		issuer + "aud": {"sts.amazonaws.com"}, issuer + "repository_id": {"456789"}, issuer + "repository_owner_id": {"123456"},
		issuer + "sub": {"repo:acme/infra:environment:production"},
	}
	r.decides(t, trust, ask, token, true)
	r.decides(t, trust, ask, with(token, issuer+"sub", "repo:acme@123456/infra@456789:environment:production"), true)
	for _, subject := range []string{"repo:acme/infra:pull_request", "repo:acme/infra:ref:refs/heads/main", "repo:acme/infra:environment:staging"} {
		r.decides(t, trust, ask, with(token, issuer+"sub", subject), false)
	}
	r.decides(t, trust, ask, with(token, issuer+"repository_id", "1"), false)
	r.decides(t, trust, ask, with(token, issuer+"aud", "https://github.com/acme"), false)
}

func refusesOtherWays(t *testing.T, r recipe) {
	const table = "environments/production/policies/table.entries.json"
	ask := asker{"arn:aws:sts::444455556666:assumed-role/Admin/s", "dynamodb:Query", "arn:aws:dynamodb:eu-central-1:444455556666:table/Entries"}
	inside := map[string][]string{"aws:SourceVpc": {"vpc-0a1b2c3d4e5f60718"}, "aws:SecureTransport": {"true"}, "aws:ViaAWSService": {"false"}}
	r.decides(t, table, ask, inside, true)
	r.decides(t, table, ask, with(inside, "aws:SourceVpc", "vpc-0f9e8d7c6b5a43210"), false)
	r.decides(t, table, ask, with(inside, "aws:SourceVpc"), false)
	r.decides(t, table, ask, with(with(inside, "aws:SourceVpc"), "aws:ViaAWSService", "true"), true)
}

func leavesStreams(t *testing.T, r recipe) {
	ask := asker{"arn:aws:sts::444455556666:assumed-role/Admin/s", "dynamodb:GetRecords", "arn:aws:dynamodb:eu-central-1:444455556666:table/Entries/stream/1"}
	r.decides(t, "environments/production/policies/table.entries.json", ask, nil, true)
}

func makesPoliciesOnly(t *testing.T, r recipe) {
	resource := regexp.MustCompile(`(?m)^resource "([a-z_]+)" "([a-z_]+)"`)
	imported := false
	for _, f := range r.tree.Files {
		for _, made := range resource.FindAllSubmatch(f.Bytes, -1) {
			switch kind := string(made[1]); kind {
			case "aws_dynamodb_resource_policy":
				imported = strings.Contains(r.text, " import module.tables."+kind+"."+string(made[2])+" ") && strings.HasPrefix(f.Path, "modules/tables/")
			case "aws_iam_policy", "aws_iam_role_policy_attachment":
			default:
				t.Errorf("%s makes a %s", f.Path, kind)
			}
		}
	}
	if !imported {
		t.Error("the page does not import the resource policy that is made")
	}
}

// asker is who asks for what. Policies elsewhere allow it.
type asker struct{ principal, action, resource string }

// decides demands that a policy of the recipe, attached to the resource, lets a request through or does not.
func (r recipe) decides(t *testing.T, path string, ask asker, keys map[string][]string, want bool) {
	t.Helper()
	document, err := policy.Parse([]byte(byPath(r.tree.Files)[path]))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	administrator, err := policy.Parse([]byte(`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}`))
	if err != nil {
		t.Fatal(err)
	}
	request := evaluate.Request{Principal: evaluate.MustPrincipal(ask.principal), Action: ask.action, Resource: ask.resource, Context: evaluate.ContextOf(keys)}
	got := evaluate.Decide(request, evaluate.Policies{Identity: []policy.Document{administrator}, Resource: &document})
	if (got.Outcome == evaluate.Allow) != want {
		t.Errorf("%v with %v: %s", ask, keys, got.Outcome)
	}
}

// with are condition keys with other values for one of them; without values, it is absent.
func with(keys map[string][]string, name string, values ...string) map[string][]string {
	out := map[string][]string{}
	for k, v := range keys {
		out[k] = v
	}
	out[name] = values
	return out
}

// replaced is the recipe's spec with one text in place of another that is there once.
func (r recipe) replaced(t *testing.T, old, text string) string {
	t.Helper()
	if strings.Count(r.src, old) != 1 {
		t.Fatalf("recipe %d does not have %s once", r.number, old)
	}
	return strings.Replace(r.src, old, text, 1)
}

// columnRequests are requests as SDKs send them, in the order of the page's table, each with the role that makes it.
func columnRequests() []struct{ role, operation, parameters string } {
	return []struct{ role, operation, parameters string }{
		{"desk", "GetItem", `{"TableName": "Orders", "Key": {"order_id": {"S": "1"}}, "ProjectionExpression": "order_id, placed_at"}`},
		{"desk", "GetItem", `{"TableName": "Orders", "Key": {"order_id": {"S": "1"}}}`},
		{"desk", "GetItem", `{"TableName": "Orders", "Key": {"order_id": {"S": "1"}}, "ProjectionExpression": "order_id, address"}`},
		{"desk", "GetItem", `{"TableName": "Orders", "Key": {"order_id": {"S": "1"}}, "ProjectionExpression": "#a", "ExpressionAttributeNames": {"#a": "status"}}`},
		{"desk", "GetItem", `{"TableName": "Orders", "Key": {"order_id": {"S": "1"}}, "ProjectionExpression": "#a", "ExpressionAttributeNames": {"#a": "address"}}`},
		{"desk", "GetItem", `{"TableName": "Orders", "Key": {"order_id": {"S": "1"}}, "ProjectionExpression": "#status.since", "ExpressionAttributeNames": {"#status": "status"}}`},
		{"desk", "Query", byCustomer(`"ProjectionExpression": "order_id, #status", "ExpressionAttributeNames": {"#status": "status"}`)},
		{"desk", "Query", byCustomer(`"ProjectionExpression": "order_id", "Select": "SPECIFIC_ATTRIBUTES"`)},
		{"desk", "Query", byCustomer(`"Select": "COUNT"`)},
		{"desk", "Query", byCustomer(`"ProjectionExpression": "order_id", "FilterExpression": "begins_with(address, :customer)"`)},
		{"courier", "UpdateItem", setStatus(``)},
		{"courier", "UpdateItem", setStatus(`, "ReturnValues": "NONE"`)},
		{"courier", "UpdateItem", setStatus(`, "ReturnValues": "ALL_NEW"`)},
		{"courier", "UpdateItem", setStatus(`, "ConditionExpression": "attribute_not_exists(address)"`)},
		{"courier", "PutItem", `{"TableName": "Orders", "Item": {"order_id": {"S": "1"}, "status": {"S": "delivered"}}}`},
	}
}

// moreColumnRequests have the further values of rows that name several, by row.
func moreColumnRequests() map[int][]string {
	return map[int][]string{
		8:  {byCustomer(`"Select": "ALL_PROJECTED_ATTRIBUTES"`)},
		12: {setStatus(`, "ReturnValues": "ALL_OLD"`), setStatus(`, "ReturnValues": "UPDATED_NEW"`), setStatus(`, "ReturnValues": "UPDATED_OLD"`)},
	}
}

func byCustomer(more string) string {
	return `{"TableName": "Orders", "IndexName": "by_customer", "KeyConditionExpression": "customer = :customer", "ExpressionAttributeValues": {":customer": {"S": "ada"}}, ` + more + `}`
}

func setStatus(more string) string {
	return `{"TableName": "Orders", "Key": {"order_id": {"S": "1"}}, "UpdateExpression": "SET #status = :s", ` +
		`"ExpressionAttributeNames": {"#status": "status"}, "ExpressionAttributeValues": {":s": {"S": "delivered"}}` + more + `}`
}

// TestCookbookColumns decides the requests of the page's table by the policies of recipe 4, and compares with its last column.
func TestCookbookColumns(t *testing.T) {
	r := recipes(t)[3]
	account := client.Account{Model: r.m, Environment: r.m.Environments[0], Policies: r.tree.Policies}
	rows := regexp.MustCompile(`(?m)^\| (.+) \| (allowed|refused) \|$`).FindAllStringSubmatch(string(read(t, cookbook)), -1)
	requests, more := columnRequests(), moreColumnRequests()
	if len(rows) != len(requests) {
		t.Fatalf("the page has %d rows about columns, and the test %d", len(rows), len(requests))
	}
	for i, row := range rows {
		role, err := account.Role(requests[i].role)
		if err != nil {
			t.Fatal(err)
		}
		for _, parameters := range append([]string{requests[i].parameters}, more[i]...) {
			got, err := account.Ask(client.Session{Role: role, Name: "s"}, requests[i].operation, []byte(parameters))
			if err != nil || (got.Outcome == evaluate.Allow) != (row[2] == "allowed") {
				t.Errorf("%s: %s, want %s (%v)\n%s", row[1], got.Outcome, row[2], err, parameters)
			}
		}
	}
}

package diff

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/describe"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/internal/tree"
)

const (
	account = "444455556666"
	ledger  = "arn:aws:dynamodb:eu-central-1:" + account + ":table/Ledger"
)

// doc is a document of some statements in JSON.
func doc(t testing.TB, kind artifact.Kind, name string, statements ...string) *inventory.Document {
	t.Helper()
	nodes, ds := tree.ParseJSON(name+".json", []byte(`{"Version": "2012-10-17", "Statement": [`+"\n"+strings.Join(statements, ",\n")+`]}`))
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	d, wrong := inventory.Parse(nodes[0], kind, name)
	if wrong != nil {
		t.Fatal(wrong)
	}
	return d
}

func role(name string, policies ...*inventory.Document) *inventory.Identity {
	return &inventory.Identity{Kind: inventory.Role, Name: name, ARN: "arn:aws:iam::" + account + ":role/" + name, Policies: policies}
}

func of(identities ...*inventory.Identity) *inventory.Inventory {
	return &inventory.Inventory{Identities: identities}
}

// told is what a result says, a line for each change, question and rename.
func told(r Result) string {
	var out []string
	for _, c := range r.Changes {
		line := map[Direction]string{Gain: "+ ", Loss: "- "}[c.Direction] + c.Sentence()
		if c.Because != "" {
			line += " (" + c.Because + ")"
		}
		if c.Held != "" {
			line += " (held by " + c.Held + ")"
		}
		out = append(out, line)
	}
	for _, u := range r.Undecided {
		out = append(out, "? "+u.Subject+": "+u.Why)
	}
	for _, n := range r.Renames {
		out = append(out, "= "+n.Old+" -> "+n.New)
	}
	return strings.Join(out, "\n")
}

// requireTold compares, and confirms the request of every change.
func requireTold(t *testing.T, before, after *inventory.Inventory, want ...string) Result {
	t.Helper()
	r := Inventories(before, after)
	if diff := cmp.Diff(strings.Join(want, "\n"), told(r)); diff != "" {
		t.Error(diff)
	}
	for _, c := range r.Changes {
		if err := c.Witness.Confirm(); err != nil {
			t.Errorf("%s: %v", c.Sentence(), err)
		}
	}
	if r.Unchanged() != (len(r.Changes)+len(r.Undecided) == 0) {
		t.Errorf("unchanged is %t", r.Unchanged())
	}
	return r
}

// says is one of an identity's policy.
func says(effect, sid, actions, resources, condition string) string {
	list := func(texts string) string { return `["` + strings.ReplaceAll(texts, " ", `","`) + `"]` }
	s := `{"Sid":"` + sid + `","Effect":"` + effect + `","Action":` + list(actions) + `,"Resource":` + list(resources)
	if condition != "" {
		s += `,"Condition":` + condition
	}
	return s + "}"
}

const ownRows = `{"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["TENANT#${aws:PrincipalTag/tenant}#*"]},"Null":{"dynamodb:LeadingKeys":"false"}}`

func TestAccess(t *testing.T) {
	policies := func(statements ...string) *inventory.Inventory {
		return of(role("api", doc(t, artifact.Identity, "p", statements...)))
	}
	read := says("Allow", "Read", "dynamodb:GetItem", ledger, ownRows)
	noHTTP := says("Deny", "NoHTTP", "*", "*", `{"Bool":{"aws:SecureTransport":"false"}}`)
	for _, tt := range []struct {
		name          string
		before, after *inventory.Inventory
		want          []string
	}{
		{"an action and an index", policies(read), policies(says("Allow", "Read", "dynamodb:GetItem dynamodb:Query", ledger+" "+ledger+"/index/by_status", ownRows)), []string{
			"+ the role api may GetItem on the index Ledger/by_status, for rows whose partition key is like TENANT#${aws:PrincipalTag/tenant}#*",
			"+ the role api may Query on the table Ledger and the index Ledger/by_status, for rows whose partition key is like TENANT#${aws:PrincipalTag/tenant}#*",
		}},
		{"a row beside", policies(read), policies(says("Allow", "Read", "dynamodb:GetItem", ledger, strings.Replace(ownRows, `#*"]`, `#*","CONFIG"]`, 1))), []string{
			"+ the role api may GetItem on the table Ledger, for rows whose partition key is CONFIG, alone or beside rows whose partition key is CONFIG or is like TENANT#${aws:PrincipalTag/tenant}#*",
		}},
		{"a null check gone", policies(read), policies(says("Allow", "Read", "dynamodb:GetItem", ledger, strings.Replace(ownRows, `,"Null":{"dynamodb:LeadingKeys":"false"}`, "", 1))), []string{
			"+ the role api may GetItem on the table Ledger, for requests that name no rows",
		}},
		{"all rows", policies(read), policies(says("Allow", "Read", "dynamodb:GetItem", ledger, "")), []string{
			"+ the role api may GetItem on the table Ledger, for rows whose partition key is none of TENANT#${aws:PrincipalTag/tenant}#*, alone or beside any rows (and requests that name no rows)",
		}},
		{"a tighter row", policies(read), policies(says("Allow", "Read", "dynamodb:GetItem", ledger, strings.Replace(ownRows, "}#*", "}#INVOICE#*", 1))), []string{
			"- the role api may no longer GetItem on the table Ledger, for rows whose partition key is like TENANT#${aws:PrincipalTag/tenant}#* but not TENANT#${aws:PrincipalTag/tenant}#INVOICE#*, alone or beside rows whose partition key is like TENANT#${aws:PrincipalTag/tenant}#*",
		}},
		{"a denial gone, of what is granted", policies(says("Allow", "All", "dynamodb:*", ledger, ""), says("Deny", "NoScan", "dynamodb:Scan", ledger, "")), policies(says("Allow", "All", "dynamodb:*", ledger, "")), []string{
			"+ the role api may Scan on the table Ledger (the statement NoScan of p refused it)",
		}},
		{"a denial gone, of more than is granted", policies(read, noHTTP), policies(read), []string{
			"+ the role api is no longer refused every action on every resource, if aws:SecureTransport is false",
		}},
		{"what both sides deny is not repeated", policies(noHTTP), policies(noHTTP, says("Allow", "List", "dynamodb:ListTables", "*", "")), []string{
			"+ the role api may ListTables on every resource",
		}},
		{"a table beside, under a denial that stays", policies(noHTTP, read), policies(noHTTP, says("Allow", "Read", "dynamodb:GetItem", ledger+" "+ledger+"2", ownRows)), []string{
			"+ the role api may GetItem on the table Ledger2, for rows whose partition key is like TENANT#${aws:PrincipalTag/tenant}#*",
		}},
		{"lists of values, split", policies(says("Allow", "L", "dynamodb:GetItem", ledger, `{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["a","b"]},"Null":{"dynamodb:LeadingKeys":"false"}}`)),
			policies(says("Allow", "A", "dynamodb:GetItem", ledger, `{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":"a"},"Null":{"dynamodb:LeadingKeys":"false"}}`),
				says("Allow", "B", "dynamodb:GetItem", ledger, `{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":"b"},"Null":{"dynamodb:LeadingKeys":"false"}}`)), []string{
				"- the role api may no longer GetItem on the table Ledger, for rows whose partition key is a and rows whose partition key is b, alone or beside rows whose partition key is a or b",
			}},
		{"negations, split", policies(says("Deny", "N", "dynamodb:GetItem", ledger, `{"StringNotEquals":{"dynamodb:Select":["COUNT","ALL_ATTRIBUTES"]}}`)),
			policies(says("Deny", "N", "dynamodb:GetItem", ledger, `{"StringNotEquals":{"dynamodb:Select":"COUNT"}}`), says("Deny", "M", "dynamodb:GetItem", ledger, `{"StringNotEquals":{"dynamodb:Select":"ALL_ATTRIBUTES"}}`)), []string{
				"- the role api is refused GetItem on the table Ledger, if dynamodb:Select is ALL_ATTRIBUTES",
				"- the role api is refused GetItem on the table Ledger, if dynamodb:Select is COUNT",
			}},
		{"an open list of actions", policies(says("Allow", "A", "iam:*", "*", ""), says("Deny", "B", "iam:Get*", "*", "")), policies(says("Allow", "A", "iam:Get*", "*", "")), []string{
			"+ the role api may iam:Get* on every resource (the statement B of p refused it)",
			"- the role api may no longer iam:* but iam:Get* on every resource",
		}},
		{"columns", policies(says("Allow", "C", "dynamodb:Query", ledger, `{"ForAllValues:StringEquals":{"dynamodb:Attributes":["PK"]},"StringEquals":{"dynamodb:Select":"SPECIFIC_ATTRIBUTES"}}`)),
			policies(says("Allow", "C", "dynamodb:Query", ledger, `{"ForAllValues:StringEquals":{"dynamodb:Attributes":["PK"]}}`)), []string{
				"+ the role api may Query on the table Ledger, for columns whose name is PK (and requests that name no columns) and if dynamodb:Select is not SPECIFIC_ATTRIBUTES",
			}},
		{"numbers and dates", policies(says("Allow", "D", "dynamodb:Query", ledger, `{"DateLessThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}}`)),
			policies(says("Allow", "D", "dynamodb:Query", ledger, `{"DateLessThan":{"aws:CurrentTime":"2027-01-01T00:00:00Z"}}`)), []string{
				"+ the role api may Query on the table Ledger, if aws:CurrentTime is before 2027-01-01T00:00:00Z but not before 2026-01-01T00:00:00Z",
			}},
		{"a role that is new", of(), policies(read), []string{
			"+ the role api may GetItem on the table Ledger, for rows whose partition key is like TENANT#${aws:PrincipalTag/tenant}#*",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := requireTold(t, tt.before, tt.after, tt.want...)
			back := Inventories(tt.after, tt.before)
			if len(back.Gains()) != len(r.Losses()) || len(back.Losses()) != len(r.Gains()) {
				t.Errorf("the other way round it is\n%s", told(back))
			}
		})
	}
}

// TestSameMeaning is other words for the same.
func TestSameMeaning(t *testing.T) {
	both := says("Allow", "Both", "dynamodb:GetItem dynamodb:Query", ledger+" "+ledger+"/index/by", ownRows)
	p := func(statements ...string) []*inventory.Document {
		return []*inventory.Document{doc(t, artifact.Identity, "p", statements...)}
	}
	for name, after := range map[string][]*inventory.Document{
		"a Sid":               p(strings.Replace(both, "Both", "Other", 1)),
		"a split by action":   p(says("Allow", "A", "dynamodb:GetItem", ledger+" "+ledger+"/index/by", ownRows), says("Allow", "B", "DynamoDB:query", ledger+"/index/by "+ledger, ownRows)),
		"a split by resource": p(says("Allow", "A", "dynamodb:GetItem dynamodb:Query", ledger, ownRows), says("Allow", "B", "dynamodb:Query dynamodb:GetItem", ledger+"/index/by", ownRows)),
		"two policies":        append(p(says("Allow", "A", "dynamodb:GetItem dynamodb:Query", ledger, ownRows)), p(says("Allow", "B", "dynamodb:Query dynamodb:GetItem", ledger+"/index/by", ownRows))...),
		"repetition":          p(both, both),
		"a part of another":   p(both, says("Allow", "Part", "dynamodb:GetItem", ledger, strings.Replace(ownRows, "}#*", "}#INVOICE#*", 1))),
		"a key in other case": p(strings.ReplaceAll(both, "dynamodb:LeadingKeys", "dynamodb:leadingkeys")),
		"wildcards":           p(strings.Replace(both, "}#*", "}#**", 1)),
	} {
		t.Run(name, func(t *testing.T) { requireTold(t, of(role("api", p(both)...)), of(role("api", after...))) })
	}
}

func TestBoundary(t *testing.T) {
	all := doc(t, artifact.Identity, "p", says("Allow", "All", "dynamodb:GetItem dynamodb:Scan", ledger, ""))
	narrow := doc(t, artifact.Boundary, "boundary", says("Allow", "Room", "dynamodb:GetItem", ledger, ""))
	wide := doc(t, artifact.Boundary, "boundary", says("Allow", "Room", "dynamodb:GetItem dynamodb:Scan dynamodb:Query", ledger, ""))
	bounded := func(b *inventory.Document) *inventory.Inventory {
		i := role("api", all)
		i.Boundary = b
		return of(i)
	}
	requireTold(t, bounded(narrow), bounded(wide),
		"+ the role api may Scan on the table Ledger (the boundary boundary left no room for it)",
		"+ the boundary of the role api leaves room for Query and Scan on the table Ledger")
	requireTold(t, bounded(narrow), bounded(nil),
		"+ the role api may Scan on the table Ledger (the boundary boundary left no room for it)",
		"+ the boundary of the role api leaves room for GetItem on every resource but the table Ledger",
		"+ the boundary of the role api leaves room for every action but GetItem on every resource")
	more := doc(t, artifact.Identity, "p", says("Allow", "All", "dynamodb:GetItem dynamodb:Scan dynamodb:Query", ledger, ""))
	i := role("api", more)
	i.Boundary = narrow
	requireTold(t, bounded(narrow), of(i)) // no room for Query
}

func trusting(t *testing.T, name, who string) *inventory.Identity {
	i := role(name)
	i.Trust = doc(t, artifact.Trust, "trust", `{"Sid":"Who","Effect":"Allow","Principal":`+who+`,"Action":"sts:AssumeRole"}`)
	return i
}

func TestTrust(t *testing.T) {
	requireTold(t, of(trusting(t, "api", `{"Service":"lambda.amazonaws.com"}`)), of(trusting(t, "api", `{"Service":["lambda.amazonaws.com","ec2.amazonaws.com"],"AWS":"111122223333"}`)),
		"+ the account 111122223333 and the service ec2.amazonaws.com may sts:AssumeRole to become the role api")
	requireTold(t, of(role("api")), of(trusting(t, "api", `"*"`)), "? the role api: The old files do not say who may become it.")
}

func TestRenames(t *testing.T) {
	tablePolicy := func(who string) []*inventory.Table {
		return []*inventory.Table{{Table: describe.Table{Name: "Ledger", Account: account, Region: "eu-central-1"}, Policy: doc(t, artifact.Table, "table",
			`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::`+account+`:role/`+who+`"},"Action":"dynamodb:GetItem","Resource":"`+ledger+`"}`)}}
	}
	system := func(api, caller, named string) *inventory.Inventory {
		i := trusting(t, api, `{"AWS":"arn:aws:iam::`+account+`:role/`+caller+`"}`)
		i.Policies = []*inventory.Document{doc(t, artifact.Identity, "p", says("Allow", "Read", "dynamodb:GetItem", ledger, ""))}
		return &inventory.Inventory{Identities: []*inventory.Identity{i, trusting(t, caller, `{"Service":"lambda.amazonaws.com"}`)}, Tables: tablePolicy(named)}
	}
	// Both roles have another name, one trusts the other, and the table's policy follows.
	requireTold(t, system("api", "front", "api"), system("reader", "edge", "reader"), "= the role api -> the role reader", "= the role front -> the role edge")
	// The table's policy still names the old role.
	requireTold(t, system("api", "front", "api"), system("reader", "front", "api"),
		"+ arn:aws:iam::444455556666:role/api may GetItem on the table Ledger",
		"- arn:aws:iam::444455556666:role/reader may no longer GetItem on the table Ledger",
		"= the role api -> the role reader")
	// What is called otherwise in another kind of file, and has the same ARN, has no other name.
	called := system("api", "front", "api")
	called.Identities[0].Name = "production/api"
	requireTold(t, system("api", "front", "api"), called)
	// A role that may do more is another role.
	more := system("reader", "front", "api")
	more.Identities[0].Policies[0].Document.Statement[0].Action = []string{"dynamodb:Query"}
	if r := Inventories(system("api", "front", "api"), more); len(r.Renames) > 0 || len(r.Gains()) == 0 || len(r.Losses()) == 0 {
		t.Error(told(r))
	}
}

func TestResourcePolicies(t *testing.T) {
	table := func(statements ...string) *inventory.Inventory {
		out := &inventory.Table{Table: describe.Table{Name: "Ledger", Account: account, Region: "eu-central-1"}}
		if len(statements) > 0 {
			out.Policy = doc(t, artifact.Table, "table", statements...)
		}
		return &inventory.Inventory{Tables: []*inventory.Table{out}}
	}
	noHTTP := `{"Sid":"NoHTTP","Effect":"Deny","Principal":"*","Action":"dynamodb:*","Resource":"` + ledger + `","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
	requireTold(t, table(noHTTP), table(), "+ everybody is no longer refused dynamodb:* on the table Ledger, if aws:SecureTransport is false")
	requireTold(t, table(), table(noHTTP), "- everybody is refused dynamodb:* on the table Ledger, if aws:SecureTransport is false")

	endpoint := func(d *inventory.Document) *inventory.Inventory {
		return &inventory.Inventory{Endpoints: []*inventory.Endpoint{{Name: "vpce-1", Policy: d}}}
	}
	requireTold(t, endpoint(doc(t, artifact.Endpoint, "e", `{"Effect":"Allow","Principal":"*","Action":"dynamodb:GetItem","Resource":"*"}`)), endpoint(nil),
		"+ everybody may every action but GetItem on every resource through the endpoint vpce-1")

	key := func(actions string) *inventory.Inventory {
		return &inventory.Inventory{Keys: []*inventory.Key{{Name: "payments", Policy: doc(t, artifact.Key, "k",
			`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::`+account+`:role/api"},"Action":[`+actions+`],"Resource":"*"}`)}}}
	}
	requireTold(t, key(`"kms:DescribeKey"`), key(`"kms:DescribeKey","kms:Decrypt"`), "+ arn:aws:iam::444455556666:role/api may kms:Decrypt on every resource")
}

// TestHeld: what a role gained, its table's policy refuses still.
func TestHeld(t *testing.T) {
	system := func(statements ...string) *inventory.Inventory {
		inv := of(role("api", doc(t, artifact.Identity, "p", statements...)))
		inv.Tables = []*inventory.Table{{Table: describe.Table{Name: "Ledger", Account: account, Region: "eu-central-1"}, Policy: doc(t, artifact.Table, "table",
			`{"Sid":"NoScan","Effect":"Deny","Principal":{"AWS":"arn:aws:iam::`+account+`:role/api"},"Action":"dynamodb:Scan","Resource":"`+ledger+`"}`)}}
		return inv
	}
	all, noScan := says("Allow", "All", "dynamodb:*", ledger, ""), says("Deny", "NoScan", "dynamodb:Scan", ledger, "")
	requireTold(t, system(all, noScan), system(all), "+ the role api may Scan on the table Ledger (the statement NoScan of p refused it) (held by the policy of the table Ledger)")
	noQuery := strings.Replace(noScan, "dynamodb:Scan", "dynamodb:Query", 1)
	requireTold(t, system(all, noQuery), system(all), "+ the role api may Query on the table Ledger (the statement NoScan of p refused it)")
}

// TestPlaces: a gain stands where the new document grants it, and a loss where the old one did.
func TestPlaces(t *testing.T) {
	before := of(role("api", doc(t, artifact.Identity, "old", says("Allow", "A", "dynamodb:GetItem", ledger, ""), says("Allow", "B", "dynamodb:Query", ledger, ""))))
	after := of(role("api", doc(t, artifact.Identity, "new", says("Allow", "A", "dynamodb:GetItem", ledger, ""), says("Allow", "C", "dynamodb:Scan", ledger, ""))))
	r := Inventories(before, after)
	if len(r.Changes) != 2 {
		t.Fatal(told(r))
	}
	gain, loss := r.Gains()[0], r.Losses()[0]
	if gain.At.Filename != "new.json" || gain.At.Start.Line != 3 || gain.Statement != "C" || loss.At.Filename != "old.json" || loss.At.Start.Line != 3 || loss.Statement != "B" {
		t.Errorf("%v %s, %v %s", gain.At, gain.Statement, loss.At, loss.Statement)
	}
}

// TestUndecided is what is said openly instead of "no change".
func TestUndecided(t *testing.T) {
	i, j := role("api"), role("api")
	j.Unread = []string{"arn:aws:iam::" + account + ":policy/unknown"}
	requireTold(t, of(i), of(j), "? the role api: The policy arn:aws:iam::444455556666:policy/unknown is attached on one side only, and the files do not have its document.")
	i.Unread = j.Unread
	if r := requireTold(t, of(i), of(j)); len(r.Assumed) != 1 {
		t.Errorf("%v is assumed", r.Assumed)
	}
	unread := of(role("api"))
	unread.Findings = hcl.Diagnostics{diag.Error("unreadable", "Summary", "Detail.", hcl.Range{})}
	requireTold(t, of(role("api")), unread, "? what could not be read: Summary: Detail.")
	two := func(keys string) *inventory.Inventory {
		return of(role("api", doc(t, artifact.Identity, "p", says("Allow", "Two", "dynamodb:GetItem", ledger, `{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":"`+keys+`"},"Null":{"dynamodb:LeadingKeys":"false"}}`))))
	}
	const a, b = "${aws:PrincipalTag/a}", "${aws:PrincipalTag/b}"
	if r := Inventories(two(a+b), two(b+a)); r.Unchanged() || len(r.Undecided) == 0 {
		t.Errorf("two variables in one text: %s", told(r))
	}
	requireTold(t, two(a+b), two(a+b)) // the same words mean the same, whatever that is
}

// TestNothing compares what is not there.
func TestNothing(t *testing.T) {
	empty := &inventory.Inventory{}
	if r := Inventories(empty, empty); !r.Unchanged() || r.Compared != (Counts{}) {
		t.Error(told(r))
	}
	d := &inventory.Document{Document: policy.Document{}, Kind: artifact.Identity}
	requireTold(t, of(role("api", d)), of(role("api")))
}

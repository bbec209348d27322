package describe

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"go.yaml.in/yaml/v4"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/spec"
)

// plain is the smallest description of a table.
const plain = `{"Table": {"TableName": "Orders", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}}`

// with is the smallest description, with a member more.
func with(member string) string {
	return strings.Replace(plain, `{"TableName"`, "{"+member+`, "TableName"`, 1)
}

// index is a member with a global index.
func index(rest string) string {
	return `"GlobalSecondaryIndexes": [{"IndexName": "ByX", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], ` + rest + `}]`
}

// shown is a finding in one line: where, its title, and the text it is about.
func shown(src string, d *hcl.Diagnostic) string {
	if d.Subject == nil {
		return d.Summary
	}
	at := d.Subject
	return fmt.Sprintf("%d:%d %s: %s", at.Start.Line, at.Start.Column, d.Summary, src[at.Start.Byte:at.End.Byte])
}

func TestFindings(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"nothing", "", "No table"},
		{"no JSON", "Unable to locate credentials", "1:1 Not JSON: U"},
		{"YAML", "Table:\n  TableName: Orders\n", "1:1 Not JSON: T"},
		{"cut off", plain[:60], "1:61 Not JSON: "},
		{"cut off in a string", `{"Table": {"TableName": "Or`, "1:28 Not JSON: "},
		{"a comma too many", `{"Table": {"TableName": "Orders",}}`, "1:33 Not JSON: ,"},
		{"no UTF-8", plain + "\xff", fmt.Sprintf("1:%d Not UTF-8: \xff", len(plain)+1)},
		{"UTF-16, as Windows PowerShell writes it", "\xff\xfe{\x00", "1:1 Not UTF-8: \xff"},
		{"half of a character", `{"Table": {"TableName": "\ud83d"}}`, `1:25 Half a character: "\ud83d"`},
		{"too deep", strings.Repeat("[", 110), "1:101 Values too deep in each other: ["},
		{"a name twice", `{"Table": {"TableName": "a", "TableName": "b"}}`, `1:30 Name that comes twice: "TableName"`},
		{"list-tables", `{"TableNames": ["Orders"]}`, "1:1 Not a description of a table: {"},
		{"no object", plain + "\n[17]", "2:2 Not a description of a table: 17"},
		{"an array in an array", "[[" + plain + "]]", "1:2 Not a description of a table: ["},
		{"null for a table", `{"Table": null}`, "1:1 Not a description of a table: {"},
		{"a setting of no table", `{"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}` + plain, "1:1 Setting of no table: {"},
		{"no name", strings.Replace(plain, `"TableName": "Orders", `, "", 1), "1:11 Incomplete description: {"},
		{"a name that is no string", strings.Replace(plain, `"Orders"`, "7", 1), "1:25 Wrong type: 7"},
		{"an ARN of another table", with(`"TableArn": "arn:aws:dynamodb:eu-central-1:444455556666:table/Other"`), `1:24 Unusable ARN: "arn:aws:dynamodb:eu-central-1:444455556666:table/Other"`},
		{"an ARN of something else", with(`"TableArn": "arn:aws:s3:::bucket"`), `1:24 Unusable ARN: "arn:aws:s3:::bucket"`},
		{"no key", `{"Table": {"TableName": "Orders", "KeySchema": []}}`, "1:11 Key that is no key: {"},
		{"a sort key alone", strings.Replace(plain, "HASH", "RANGE", 1), "1:11 Key that is no key: {"},
		{"a key that is a string", strings.Replace(plain, `{"AttributeName": "id", "KeyType": "HASH"}`, `"id"`, 1), `1:11 Key that is no key: {; 1:49 Wrong type: "id"`},
		{"an unknown sort of key", strings.Replace(plain, "HASH", "hash", 1), `1:11 Key that is no key: {; 1:84 Unknown sort of key: "hash"`},
		{"a key of no type", `{"Table": {"TableName": "Orders", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}}`, `1:67 Key of no type: "id"`},
		{"keys that are no array", `{"Table": {"TableName": "Orders", "KeySchema": {"id": "HASH"}}}`, "1:11 Key that is no key: {; 1:48 Wrong type: {"},
		{"an index without a projection", with(`"GlobalSecondaryIndexes": [{"IndexName": "ByX", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}]`), "1:39 Incomplete description: {"},
		{"an index without a key", with(`"GlobalSecondaryIndexes": [{"IndexName": "ByX", "Projection": {"ProjectionType": "ALL"}}]`), "1:39 Key that is no key: {"},
		{"an unknown projection", with(index(`"Projection": {"ProjectionType": "SOME"}`)), `1:152 Unknown projection: "SOME"`},
		{"a projected number", with(index(`"Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": [1, "a"]}`)), "1:184 Wrong type: 1"},
		{"an index of several attributes", with(strings.Replace(index(`"Projection": {"ProjectionType": "ALL"}`), `}], "Pro`, `}, {"AttributeName": "id", "KeyType": "HASH"}], "Pro`, 1)), "1:39 Left out of the spec: {"},
		{"a number in quotes", with(`"ProvisionedThroughput": {"ReadCapacityUnits": "5", "WriteCapacityUnits": 5}`), `1:59 Wrong type: "5"`},
		{"half a unit", with(`"ProvisionedThroughput": {"ReadCapacityUnits": 0.5, "WriteCapacityUnits": 5}`), "1:59 No whole number: 0.5"},
		{"too large a number", with(`"ProvisionedThroughput": {"ReadCapacityUnits": 1e99, "WriteCapacityUnits": 5}`), "1:59 No whole number: 1e99"},
		{"an unknown stream", with(`"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "ALL"}`), `1:77 Unknown view of a stream: "ALL"`},
		{"a stream that is on in words", with(`"StreamSpecification": {"StreamEnabled": "true"}`), `1:53 Wrong type: "true"`},
		{"replicas", with(`"Replicas": [{"RegionName": "eu-west-1"}]`), "1:25 Left out of the spec: {"},
		{"a key in KMS", with(`"SSEDescription": {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": "arn:x"}`), `1:89 Key of unknown owner: "arn:x"`},
		{"a time to live that is a number", plain + `{"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": 1}}`, "1:242 Wrong type: 1"},
		{"on the second line, behind wide letters", "\n" + `{"é": "日本", "Table": 1}`, "2:1 Not a description of a table: {; 2:22 Wrong type: 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, ds := Read("tables.json", []byte(c.src))
			var got []string
			for _, d := range diag.Sort(ds) {
				got = append(got, shown(c.src, d))
			}
			if got := strings.Join(got, "; "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestMany holds that a file of mistakes does not fill the screen, and that its warnings do not hide a mistake.
func TestMany(t *testing.T) {
	_, ds := Read("tables.json", []byte(strings.Repeat("{}", 1000)))
	if len(ds) != maxFindings {
		t.Errorf("%d findings, want %d", len(ds), maxFindings)
	}
	_, ds = Read("tables.json", []byte(strings.Repeat(with(`"Replicas": [{}]`), 1000)+"{}"))
	if len(ds) != maxFindings+1 || !ds.HasErrors() {
		t.Errorf("%d findings with errors: %v, want %d and one error", len(ds), ds.HasErrors(), maxFindings+1)
	}
}

func TestShapes(t *testing.T) {
	bare := strings.TrimSuffix(strings.TrimPrefix(plain, `{"Table": `), "}")
	second := strings.Replace(plain, "Orders", "Other", 1)
	for _, c := range []struct {
		name, src string
		want      []string
	}{
		{"one", plain, []string{"Orders"}},
		{"with a byte order mark", "\ufeff" + plain, []string{"Orders"}},
		{"what create-table prints", strings.Replace(plain, `"Table"`, `"TableDescription"`, 1), []string{"Orders"}},
		{"with --query Table", bare, []string{"Orders"}},
		{"one after the other", plain + "\n" + second, []string{"Orders", "Other"}},
		{"without a space", plain + second, []string{"Orders", "Other"}},
		{"in an array", "[" + plain + ", " + bare + "]", []string{"Orders", "Orders"}},
		{"with time to live behind it", plain + `{"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "at"}}`, []string{"Orders at"}},
		{"with time to live in the same object", strings.TrimSuffix(plain, "}") + `, "TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "at"}}`, []string{"Orders at"}},
		{"with time to live that is off", plain + `{"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}`, []string{"Orders"}},
		{"with time to live of the first", "[" + plain + `, {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLING", "AttributeName": "at"}}, ` + second + "]", []string{"Orders at", "Other"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tables, ds := Read("tables.json", []byte(c.src))
			if len(ds) > 0 {
				t.Fatal(ds)
			}
			var got []string
			for _, table := range tables {
				got = append(got, strings.TrimSpace(table.Name+" "+table.TimeToLive))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPlace(t *testing.T) {
	at := func(account, region string) *Table { return &Table{Account: account, Region: region} }
	for _, c := range []struct {
		tables  []*Table
		want    string
		several bool
	}{
		{[]*Table{at("", "")}, " ", false},
		{[]*Table{at("1", "a"), at("", ""), at("1", "a")}, "1 a", false},
		{[]*Table{at("", ""), at("1", "a"), at("1", "b")}, "1 a", true},
		{[]*Table{at("1", "a"), at("2", "a")}, "1 a", true},
	} {
		account, region, ds := Place(c.tables)
		if got := account + " " + region; got != c.want || ds.HasErrors() != c.several {
			t.Errorf("%q and errors: %v, want %q and %v", got, ds.HasErrors(), c.want, c.several)
		}
	}
}

func TestNames(t *testing.T) {
	n := NewNames("table")
	for _, c := range []struct{ physical, want string }{
		{"Orders", "orders"},
		{"orders", "orders_2"},
		{"ORDERS", "orders_3"},
		{"OrderItem", "order_item"},
		{"order-items.v2", "order_items_v2"},
		{"HTTPLog", "http_log"},
		{"prod_HTTP2Log", "prod_http2_log"},
		{"2024-orders", "table_2024_orders"},
		{"...", "table"},
		{"for", "table_for"},
		{"For", "table_for_2"},
		{"my_override", "table_my_override_table"},
		{"override", "table_override_table"},
		{strings.Repeat("a", 60), strings.Repeat("a", 39)},
		{strings.Repeat("a", 61), strings.Repeat("a", 37) + "_2"},
		{strings.Repeat("a", 38) + "-b", strings.Repeat("a", 38)},
		{"ключ", "table_2"},
	} {
		if got := n.Of(c.physical); got != c.want {
			t.Errorf("%s is called %s, want %s", c.physical, got, c.want)
		}
	}
	for i := range 200 {
		if name := n.Of("Orders"); len(name) > maxName {
			t.Errorf("the %dth name is %s", i, name)
		}
	}
}

// FuzzRead holds that whatever is described, the spec that comes of it holds the texts that were described, in the places
// where they belong, and nothing else.
func FuzzRead(f *testing.F) {
	f.Add([]byte(plain), true)
	for _, file := range []string{"testdata/everything.json"} {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src, false)
		f.Add(src, true)
	}
	for _, text := range []string{`a\nroles: {}`, `\u2028`, `*`, `# x`, `{a}`, `\ud800`, `\u0000`, `: `, `%s`} {
		f.Add([]byte(strings.ReplaceAll(plain, "id", text)), false)
		f.Add([]byte(strings.ReplaceAll(plain, "Orders", text)), true)
		f.Add([]byte(with(`"SSEDescription": {"KMSMasterKeyArn": "`+text+`"}, "TableClassSummary": {"TableClass": "`+text+`"}`)), true)
	}
	f.Fuzz(func(t *testing.T, src []byte, managed bool) {
		tables, ds := Read("tables.json", src)
		if ds.HasErrors() {
			return
		}
		text := Spec{Name: "fuzz", Account: "111122223333", Region: "us-east-1", Tables: tables, Managed: managed}.Text()
		var got struct {
			Version      int
			Name         string
			Environments map[string]map[string]string
			Tables       map[string]map[string]any
			More         map[string]any `yaml:",inline"`
		}
		if err := yaml.Load(text, &got); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if len(got.More) > 0 || len(got.Environments) != 1 || len(got.Tables) != len(tables) {
			t.Fatalf("the spec has other parts than it was given:\n%s", text)
		}
		n := NewNames("table")
		for _, table := range tables {
			checkWritten(t, table, n.Of(table.Name), got.Tables)
		}
		spec.Load("spec.yaml", text)
	})
}

func checkWritten(t *testing.T, want *Table, logical string, tables map[string]map[string]any) {
	t.Helper()
	got := tables[logical]
	name, renamed := got["name"]
	if !renamed {
		name = logical
	}
	key, typed := got["partition_key"].(map[string]any)
	if !typed {
		key = map[string]any{"name": got["partition_key"]}
	}
	if name != want.Name || key["name"] != want.PartitionKey.Name {
		t.Errorf("written %v, want the table %q with the key %q", got, want.Name, want.PartitionKey.Name)
	}
	known := []string{"name", "existing", "partition_key", "sort_key", "global_indexes", "local_indexes", "stream", "time_to_live", "encryption", "point_in_time_recovery", "billing"}
	for key := range got {
		if !slices.Contains(known, key) {
			t.Errorf("written %q, which nothing writes", key)
		}
	}
}

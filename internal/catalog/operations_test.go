package catalog

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The condition keys of the data-plane actions and whether an index can be
// their resource, as read from the Service Authorization Reference's page on
// DynamoDB by hand. The columns are LeadingKeys, Attributes, Select,
// ReturnValues, ReturnConsumedCapacity, EnclosingOperation, FullTableScan, and
// the index.
func TestConditionKeysOfTheDataPlane(t *testing.T) {
	keys := []string{"LeadingKeys", "Attributes", "Select", "ReturnValues", "ReturnConsumedCapacity", "EnclosingOperation", "FullTableScan"}
	for _, test := range []struct{ action, want string }{
		{"GetItem", "yyy-yy--"},
		{"BatchGetItem", "yyy-y---"},
		{"Query", "yyyyy--y"}, // the API has no ReturnValues
		{"Scan", "-yyyy--y"},  // nor has this one
		{"PutItem", "yy-yyy--"},
		{"UpdateItem", "yy-yyy--"},
		{"DeleteItem", "yy-yyy--"},
		{"BatchWriteItem", "yy--y---"},
		{"ConditionCheckItem", "yy-yy---"},
		{"PartiQLSelect", "yyy--yyy"},
		{"PartiQLInsert", "yy---y--"},
		{"PartiQLUpdate", "yy-y-y--"},
		{"PartiQLDelete", "yy-y-y--"},
		{"SearchVectors", "-------y"},
		{"GetRecords", "--------"},
		{"ExportTableToPointInTime", "--------"},
		{"CreateBackup", "--------"},
		{"RestoreTableFromBackup", "--------"},
		{"RestoreTableToPointInTime", "--------"},
		{"ImportTable", "--------"},
	} {
		action, ok := Load().Action("dynamodb:" + test.action)
		if !ok {
			t.Errorf("%s is missing", test.action)
		}
		var got []byte
		for _, key := range keys {
			got = append(got, mark(action.HasConditionKey("dynamodb:"+key)))
		}
		got = append(got, mark(action.TakesResource("index")))
		if string(got) != test.want {
			t.Errorf("%s: %s, want %s", test.action, got, test.want)
		}
	}
}

func mark(yes bool) byte {
	if yes {
		return 'y'
	}
	return '-'
}

// The table of operations has every action of the data, and says of each what
// the data says.
func TestOperationsAgreeWithTheData(t *testing.T) {
	carries := []struct {
		trait Trait
		key   string
	}{
		{CarriesLeadingKeys, "dynamodb:LeadingKeys"},
		{CarriesAttributes, "dynamodb:Attributes"},
		{CarriesSelect, "dynamodb:Select"},
		{CarriesReturnValues, "dynamodb:ReturnValues"},
		{CarriesReturnCapacity, "dynamodb:ReturnConsumedCapacity"},
		{CarriesEnclosing, "dynamodb:EnclosingOperation"},
		{CarriesFullTableScan, "dynamodb:FullTableScan"},
	}
	// What the data says and the table, on purpose, does not.
	oddities := map[string]Trait{"Query": CarriesReturnValues, "Scan": CarriesReturnValues}

	var names []string
	for _, o := range Operations() {
		if !o.IsAction() {
			continue
		}
		names = append(names, o.Action())
		action, ok := Load().Action(o.Action())
		if !ok || action.Name != o.Action() {
			t.Errorf("%s is not an action of the data", o.Name)
			continue
		}
		traits := o.Traits | oddities[o.Name]
		for _, c := range carries {
			if got := traits&c.trait != 0; got != action.HasConditionKey(c.key) {
				t.Errorf("%s carries %s: %v in the table, %v in the data", o.Name, c.key, got, !got)
			}
		}
		if o.Has(TakesIndex) != action.TakesResource("index") {
			t.Errorf("%s takes an index: %v in the table", o.Name, o.Has(TakesIndex))
		}
		if o.Has(ChangesItems) && action.Access != "Write" {
			t.Errorf("%s changes items, and its access level is %s", o.Name, action.Access)
		}
	}
	slices.Sort(names)
	if diff := cmp.Diff(dynamodbActions(), names); diff != "" {
		t.Errorf("actions of the data and of the table (-data +table):\n%s", diff)
	}
}

func dynamodbActions() []string {
	var names []string
	for _, s := range Load().Services() {
		if s.Name == "dynamodb" {
			for _, a := range s.Actions {
				names = append(names, a.Name)
			}
		}
	}
	return names
}

// An operation that is no action has members that are, and no name is twice.
func TestMembers(t *testing.T) {
	seen := map[string]bool{}
	for _, o := range Operations() {
		if seen[o.Name] {
			t.Errorf("%s is in the table twice", o.Name)
		}
		seen[o.Name] = true
		if o.Class < ClassItemRead || o.Class.String() == "none" {
			t.Errorf("%s has no class", o.Name)
		}
		for _, action := range o.Actions() {
			if _, ok := Load().Action(action); !ok {
				t.Errorf("%s is authorised by %s, which is not in the data", o.Name, action)
			}
		}
		if _, ok := Load().Action(o.Action()); ok != o.IsAction() {
			t.Errorf("%s: IsAction() = %v, and the data says %v", o.Name, o.IsAction(), ok)
		}
	}
}

func TestOperationByName(t *testing.T) {
	write, ok := OperationByName("TransactWriteItems")
	want := []string{"dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}
	if diff := cmp.Diff(want, write.Actions()); !ok || diff != "" {
		t.Errorf("TransactWriteItems (-want +got):\n%s", diff)
	}
	for _, name := range []string{"getitem", "dynamodb:GetItem", "TransactItems", ""} {
		if o, ok := OperationByName(name); ok {
			t.Errorf("OperationByName(%q) = %v", name, o)
		}
	}
}

func TestForRuntime(t *testing.T) {
	for _, test := range []struct {
		name string
		want bool
	}{
		{"GetItem", true}, {"Query", true}, {"Scan", true}, {"PutItem", true}, {"TransactWriteItems", true},
		{"PartiQLSelect", true}, {"SearchVectors", true}, {"DescribeTable", true},
		{"DescribeTimeToLive", false}, {"ListTables", false}, {"GetRecords", false}, {"UpdateTable", false},
		{"CreateBackup", false}, {"ExportTableToPointInTime", false}, {"ReadDataForReplication", false},
	} {
		if o, ok := OperationByName(test.name); !ok || o.ForRuntime() != test.want {
			t.Errorf("%s: ForRuntime() = %v, want %v", test.name, o.ForRuntime(), test.want)
		}
	}
}

// What replaces items changes them, and the two follow from the class.
func TestWrites(t *testing.T) {
	for _, o := range Operations() {
		if o.Has(ReplacesItems) && !o.Has(ChangesItems) {
			t.Errorf("%s replaces items and does not change them", o.Name)
		}
		if (o.Class == ClassItemWrite) != o.Has(ChangesItems) && o.Class != ClassPartiQL && o.Class != ClassStatement && o.Class != ClassTransaction {
			t.Errorf("%s is a %s operation, and ChangesItems is %v", o.Name, o.Class, o.Has(ChangesItems))
		}
	}
}

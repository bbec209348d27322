package calls

import (
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/catalog"
)

// sample is calls of every sort. Their actions are real, because whether a call reads is told by its action.
func sample() List {
	const read, create, update, remove = catalog.ReadPhase, catalog.CreatePhase, catalog.UpdatePhase, catalog.DeletePhase
	return List{
		{Action: "dynamodb:DescribeTable", On: "table", Phases: read | remove},
		{Action: "dynamodb:CreateTable", On: "table", Phases: create},
		{Action: "dynamodb:TagResource", On: "table", For: "tags", Phases: update},
		{Action: "dynamodb:TagResource", On: "table", For: "tags", Phases: create, ByAWS: true},
		{Action: "dynamodb:UpdateTimeToLive", On: "table", For: "ttl", Phases: create | update},
		{Action: "kms:DescribeKey", On: "key", For: "server_side_encryption", Phases: read},
		{Action: "kms:ListAliases", On: "*", Phases: read},
		{Action: "dynamodb:DeleteTable", On: "table", Phases: remove},
	}
}

func TestSelection(t *testing.T) {
	for name, test := range map[string]struct {
		got  List
		want string
	}{
		"all, sorted and once":       {sample(), "CreateTable DeleteTable DescribeTable TagResource UpdateTimeToLive DescribeKey ListAliases"},
		"on kinds":                   {sample().On("key", "*"), "DescribeKey ListAliases"},
		"with no optional argument":  {sample().With(), "CreateTable DeleteTable DescribeTable ListAliases"},
		"with an optional argument":  {sample().With("ttl").On("table"), "CreateTable DeleteTable DescribeTable UpdateTimeToLive"},
		"for an argument alone":      {sample().For("tags"), "TagResource"},
		"in any of some phases":      {sample().In(catalog.CreatePhase | catalog.DeletePhase), "CreateTable DeleteTable DescribeTable TagResource UpdateTimeToLive"},
		"in one phase alone":         {sample().OnlyIn(catalog.DeletePhase), "DeleteTable"},
		"reading, in whatever phase": {sample().Reading(), "DescribeTable DescribeKey ListAliases"},
		"changing":                   {sample().Changing(), "CreateTable DeleteTable TagResource UpdateTimeToLive"},
		"of actions alone":           {sample().On("table").Only("dynamodb:DeleteTable", "dynamodb:TagResource", "kms:DescribeKey"), "DeleteTable TagResource"},
		"without actions":            {sample().On("table").Without("dynamodb:DeleteTable", "dynamodb:TagResource"), "CreateTable DescribeTable UpdateTimeToLive"},
		"of nothing":                 {List(nil).With().On("*"), ""},
	} {
		var names []string
		for _, action := range test.got.Actions() {
			names = append(names, action[strings.Index(action, ":")+1:])
		}
		if got := strings.Join(names, " "); got != test.want {
			t.Errorf("%s: %s, not %s", name, got, test.want)
		}
	}
}

// TestOf holds that several types are taken together, and that taking them leaves the catalog as it is.
func TestOf(t *testing.T) {
	both := Of("aws_kms_alias", "aws_kms_key")
	if len(both) != len(catalog.Calls("aws_kms_alias"))+len(catalog.Calls("aws_kms_key")) || len(Of("aws_no_such_thing")) > 0 {
		t.Errorf("%d calls", len(both))
	}
	_ = append(both[:1], catalog.Call{Action: "kms:Decrypt"})
	for _, c := range Of("aws_kms_alias") {
		if c.Action == "kms:Decrypt" {
			t.Error("the catalog was changed")
		}
	}
}

func TestUnknownAction(t *testing.T) {
	defer func() {
		if said := recover(); said != "calls: no action chef:Cook" {
			t.Errorf("panic %v", said)
		}
	}()
	List{{Action: "chef:Cook"}}.Reading()
}

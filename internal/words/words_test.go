package words

import (
	"testing"

	"github.com/ddbgen/ddbgen/internal/model"
)

func TestList(t *testing.T) {
	for want, items := range map[string][]string{"": nil, "a": {"a"}, "a or b": {"a", "b"}, "a, b or c": {"a", "b", "c"}} {
		if got := List(items, "or"); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

// The styles say the same, and mark names each in their own way.
func TestStyles(t *testing.T) {
	table := &model.Table{Name: "led*ger", TenantKeys: []model.KeyTemplate{{Prefix: "T#"}}}
	grant := &model.Grant{
		Table: table, Actions: []model.Action{{Name: "DescribeTable"}, {Name: "GetItem"}, {Name: "PutItem", OnlyInTransaction: true}},
		Rows: model.Rows{Kind: model.OwnRows}, Attributes: []string{"PK"},
	}
	for _, test := range []struct {
		style Style
		want  string
	}{
		{Plain(), "GetItem, and inside transactions PutItem on led*ger: only rows of its own tenant, with keys T#{tenant}; only the attributes PK; also DescribeTable, which shows no items"},
		{Markdown(), "`GetItem`, and inside transactions `PutItem` on `led*ger`: only rows of its own tenant, with keys `T#{tenant}`; only the attributes `PK`; also `DescribeTable`, which shows no items"},
	} {
		if got := test.style.Grant(grant); got != test.want {
			t.Errorf("%s\nnot\n%s", got, test.want)
		}
	}
	if got := Plain().Rows(grant, table.TenantKeys, "acme"); got != "only rows of its own tenant, with keys T#acme" {
		t.Error(got)
	}
}

// No text of a spec breaks out of its line, whichever the style.
func TestOneLine(t *testing.T) {
	for _, style := range []Style{Plain(), Markdown()} {
		if got := style.Text("a\nb\u202ec"); got != "a b\uFFFDc" {
			t.Errorf("%q", got)
		}
	}
	if got := Plain().Name(""); got != "(empty)" {
		t.Errorf("%q", got)
	}
}

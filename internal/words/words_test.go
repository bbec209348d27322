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

// What differs between environments is said of each, and what does not, once. A claim of a token is said in words.
func TestAssumers(t *testing.T) {
	production, staging := &model.Environment{Name: "production"}, &model.Environment{Name: "staging"}
	both := []*model.Environment{production, staging}
	everywhere := func(value string) []model.EnvironmentValue {
		return []model.EnvironmentValue{{Environment: production, Value: value}, {Environment: staging, Value: value}}
	}
	token := model.Trust{
		Kind: model.GitHubTrust, Issuer: everywhere("issuer"), Audience: everywhere("sts"),
		Subjects: []model.EnvironmentValues{{Environment: production, Values: []string{"a", "b"}}, {Environment: staging, Values: []string{"c"}}},
		Claims:   []model.Tag{{Key: "job_workflow_ref", Value: "w@main"}, {Key: "other", Value: "x"}, {Key: "repository_id", Value: "1"}, {Key: "repository_owner_id", Value: "2"}},
	}
	const claims = ", with a token made for sts, in a job of the workflow w@main, other being x, in the repository with the id 1, of the owner with the id 2"
	same := token
	same.Subjects = []model.EnvironmentValues{{Environment: production, Values: []string{"a"}}, {Environment: staging, Values: []string{"a"}}}
	m := &model.Model{Environments: both}
	for _, test := range []struct {
		trust       model.Trust
		in          []*model.Environment
		long, short string
	}{
		{token, both, "the subject a or b of issuer" + claims + " (in production); the subject c of issuer" + claims + " (in staging)",
			"the subject a or b of issuer (in production); the subject c of issuer (in staging)"},
		{token, both[1:], "the subject c of issuer" + claims, "the subject a or b of issuer (in production); the subject c of issuer (in staging)"},
		{same, both, "the subject a of issuer" + claims, "the subject a of issuer"},
		{model.Trust{Kind: model.ServiceTrust, Service: "lambda"}, both, "the AWS service lambda", "the AWS service lambda"},
		{model.Trust{Kind: model.CognitoTrust, Audience: []model.EnvironmentValue{{Environment: production, Value: "p"}, {Environment: staging, Value: "s"}}}, both,
			"authenticated users of the Cognito identity pool p (in production); authenticated users of the Cognito identity pool s (in staging)",
			"authenticated users of the Cognito identity pool p (in production); authenticated users of the Cognito identity pool s (in staging)"},
	} {
		r := &model.Role{Trust: test.trust}
		if got := Plain().Assumer(m, r, test.in...); got != test.long {
			t.Errorf("%s\nnot\n%s", got, test.long)
		}
		if got := Plain().AssumerInShort(m, r); got != test.short {
			t.Errorf("in short: %s\nnot\n%s", got, test.short)
		}
	}
	if got := Plain().AssumerInShort(m, &model.Role{Existing: true}); got != "decided elsewhere" {
		t.Error(got)
	}
}

// A summary names what is done and to which rows, each once, in one order.
func TestSummary(t *testing.T) {
	table := &model.Table{Name: "ledger", TenantKeys: []model.KeyTemplate{{Prefix: "T#"}}}
	plain := &model.Table{Name: "rates"}
	named := func(names ...string) []model.Action {
		var out []model.Action
		for _, n := range names {
			out = append(out, model.Action{Name: n})
		}
		return out
	}
	for want, g := range map[string]*model.Grant{
		"reads and writes its own tenant's rows of ledger":        {Table: table, Actions: named("DescribeTable", "GetItem", "PutItem", "Query"), Rows: model.Rows{Kind: model.OwnRows}},
		"reads, scans and searches every tenant's rows of ledger": {Table: table, Actions: named("PartiQLSelect", "Scan", "SearchVectors")},
		"writes some columns of every row of rates":               {Table: plain, Actions: named("UpdateItem"), Attributes: []string{"a"}},
		"reads named rows of ledger":                              {Table: table, Actions: named("ConditionCheckItem"), Rows: model.Rows{Kind: model.NamedRows}},
		"describes rates":                                         {Table: plain, Actions: named("DescribeTable")},
	} {
		r := &model.Role{Kind: model.Runtime, Grants: []*model.Grant{g, g}}
		if got := Plain().Summary(&model.Model{}, r); len(got) != 1 || got[0] != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
	if got := Plain().Summary(&model.Model{}, &model.Role{Kind: model.Runtime}); len(got) != 1 || got[0] != "nothing in DynamoDB" {
		t.Errorf("%q", got)
	}
}

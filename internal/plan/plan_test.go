package plan

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "no plan",
		"[]":                        "no plan",
		"{}":                        "terraform show -json",
		`{"format_version": "1.2"}`: "terraform show -json", // a state has no planned values
		`{"format_version": "2.0", "planned_values": {}}`:                  "format version 2.0",
		`{"format_version": "1.2", "planned_values": {}, "errored": true}`: "failed",
	} {
		if _, err := Read([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error with %q", text, err, want)
		}
	}
}

// example is a plan in which values go through modules, instances, variables and outputs.
const example = `{
 "format_version": "1.2", "planned_values": {}, "complete": false,
 "resource_changes": [
  {"address": "aws_iam_policy.a[\"x.y]\"]", "mode": "managed", "type": "aws_iam_policy", "name": "a", "index": "x.y]", "change": {"after": {"name": "ax"}, "after_unknown": {"arn": true}}},
  {"address": "aws_iam_policy.a[\"z\"]", "mode": "managed", "type": "aws_iam_policy", "name": "a", "index": "z", "change": {"after": {"name": "az"}, "after_unknown": {"arn": true}}},
  {"address": "module.deep[0].aws_iam_policy.b", "module_address": "module.deep[0]", "mode": "managed", "type": "aws_iam_policy", "name": "b", "change": {"after": {"name": "b"}, "after_unknown": true}},
  {"address": "aws_iam_policy.gone", "mode": "managed", "type": "aws_iam_policy", "name": "gone", "change": {"after": null}},
  {"address": "data.aws_iam_policy.read", "mode": "data", "type": "aws_iam_policy", "name": "read", "change": {"after": {}}},
  {"address": "aws_iam_role_policy_attachment.each[\"z\"]", "mode": "managed", "type": "aws_iam_role_policy_attachment", "name": "each", "index": "z", "change": {"after": {}, "after_unknown": {"policy_arn": true}}},
  {"address": "aws_iam_role_policy_attachment.out", "mode": "managed", "type": "aws_iam_role_policy_attachment", "name": "out", "change": {"after": {}, "after_unknown": {"policy_arn": true}}},
  {"address": "aws_iam_role_policy_attachment.local", "mode": "managed", "type": "aws_iam_role_policy_attachment", "name": "local", "change": {"after": {}, "after_unknown": {"policy_arn": true}}},
  {"address": "module.deep[0].aws_iam_role_policy_attachment.in", "module_address": "module.deep[0]", "mode": "managed", "type": "aws_iam_role_policy_attachment", "name": "in", "index": 7, "change": {"after": {"list": ["a", null], "role": "r", "block": [{"policy": "p"}, {}]}, "after_unknown": {"policy_arn": true, "list": [false, true], "block": [{}, {"policy": true}]}}}
 ],
 "configuration": {"root_module": {
  "resources": [
   {"address": "aws_iam_policy.a"},
   {"address": "aws_iam_role_policy_attachment.each", "expressions": {"policy_arn": {"references": ["each.value"]}}, "for_each_expression": {"references": ["aws_iam_policy.a"]}},
   {"address": "aws_iam_role_policy_attachment.out", "expressions": {"policy_arn": {"references": ["module.deep[0].arn", "module.deep[0]", "module.deep"]}}},
   {"address": "aws_iam_role_policy_attachment.local", "expressions": {"policy_arn": {"references": ["local.arn"]}}}
  ],
  "module_calls": {"deep": {
   "expressions": {"given": {"references": ["aws_iam_policy.a"]}, "block": [{"arn": {}}]},
   "module": {
    "outputs": {"arn": {"expression": {"references": ["aws_iam_policy.b.arn", "aws_iam_policy.b"]}}},
    "resources": [
     {"address": "aws_iam_policy.b"},
     {"address": "aws_iam_role_policy_attachment.in", "expressions": {"policy_arn": {"references": ["var.given[\"a\"].arn", "var.given"]}}}
    ]
   }
  }}
 }}
}`

func TestRead(t *testing.T) {
	p, err := Read([]byte(example))
	if err != nil {
		t.Fatal(err)
	}
	if p.Complete {
		t.Error("the plan is not complete, and taken for it")
	}
	sources := map[string][]string{}
	for _, r := range p.Of("aws_iam_role_policy_attachment") {
		for _, s := range p.Sources(r, "policy_arn", "aws_iam_policy") {
			sources[r.Address] = append(sources[r.Address], s.Address)
		}
	}
	want := map[string][]string{
		`aws_iam_role_policy_attachment.each["z"]`:         {`aws_iam_policy.a["z"]`},
		"aws_iam_role_policy_attachment.out":               {"module.deep[0].aws_iam_policy.b"},
		"module.deep[0].aws_iam_role_policy_attachment.in": {`aws_iam_policy.a["x.y]"]`, `aws_iam_policy.a["z"]`},
	}
	if diff := cmp.Diff(want, sources); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
	if got := len(p.Of("aws_iam_policy")); got != 3 {
		t.Errorf("%d policies, not the 3 that will be there", got)
	}
}

func TestValues(t *testing.T) {
	p, err := Read([]byte(example))
	if err != nil {
		t.Fatal(err)
	}
	r := p.Resources[len(p.Resources)-1]
	blocks := r.Blocks("block")
	if r.Index != "7" || r.Text("role") != "r" || r.Text("absent") != "" || len(blocks) != 2 {
		t.Errorf("%+v", r)
	}
	if r.Unknown("role") || r.Unknown("absent") || !r.Unknown("policy_arn") || !r.Unknown("list") || !r.Unknown("block") {
		t.Error("what is unknown is taken for known, or the reverse")
	}
	if blocks[0].Unknown("policy") || !blocks[1].Unknown("policy") || blocks[0].Text("policy") != "p" {
		t.Errorf("blocks %+v", blocks)
	}
	if diff := cmp.Diff([]string{"a"}, r.Texts("list")); diff != "" {
		t.Error(diff)
	}
	if whole := p.Of("aws_iam_policy")[2]; !whole.Unknown("policy") {
		t.Error("all of a resource is unknown, and an attribute of it is not")
	}
}

// TestOrigins holds that references are followed to attributes, each as often as it is referred to, and what leads to none.
func TestOrigins(t *testing.T) {
	p, err := Read([]byte(example))
	if err != nil {
		t.Fatal(err)
	}
	a, b := Origin{"", `aws_iam_policy.a["x.y]"]`, "arn"}, Origin{"module.deep", "aws_iam_policy.b", "arn"}
	for _, c := range []struct {
		module    string
		refs      []string
		origins   []Origin
		elsewhere []string
	}{
		{"", []string{`aws_iam_policy.a["x.y]"].arn`, `aws_iam_policy.a["x.y]"]`, "aws_iam_policy.a"}, []Origin{a}, nil},
		{"", []string{`aws_iam_policy.a["x.y]"].arn`, `aws_iam_policy.a["x.y]"]`, "aws_iam_policy.a", `aws_iam_policy.a["x.y]"].arn`, `aws_iam_policy.a["x.y]"]`, "aws_iam_policy.a"}, []Origin{a, a}, nil},
		{"", []string{"aws_iam_policy.a", "aws_iam_policy.a"}, []Origin{{"", "aws_iam_policy.a", ""}, {"", "aws_iam_policy.a", ""}}, nil},
		{"", []string{"module.deep[0].arn", "module.deep[0]", "module.deep"}, []Origin{b}, nil},
		{"module.deep", []string{"var.given"}, []Origin{{"", "aws_iam_policy.a", ""}}, nil},
		{"module.deep", []string{"var.block"}, nil, []string{"var.block"}},
		{"", []string{"local.x", "each.key", "var.x", "aws_iam_policy.none.arn", "module.none.x", "module.deep", "x", ""}, nil,
			[]string{"local.x", "each.key", "var.x", "aws_iam_policy.none.arn", "module.none.x", "module.deep", "x", ""}},
	} {
		origins, elsewhere := p.Origins(c.module, c.refs)
		if diff := cmp.Diff(c.origins, origins); diff != "" {
			t.Errorf("%q: %s", c.refs, diff)
		}
		if diff := cmp.Diff(c.elsewhere, elsewhere); diff != "" {
			t.Errorf("%q: %s", c.refs, diff)
		}
	}
}

// TestOriginsEnd holds that outputs which refer to each other, or twice to the next, come to an end.
func TestOriginsEnd(t *testing.T) {
	inner := `{"resources": [{"address": "x.y"}], "outputs": {"o": {"expression": {"references": ["x.y.arn", "x.y"]}}}}`
	for range 40 {
		inner = `{"outputs": {"o": {"expression": {"references": ["module.m.o", "module.m", "module.m.o", "module.m"]}}}, "module_calls": {"m": {"module": ` + inner + `}}}`
	}
	circle := `{"module_calls": {"m": {"expressions": {"v": {"references": ["module.m.o", "module.m"]}}, "module": {"outputs": {"o": {"expression": {"references": ["var.v"]}}}}}}}`
	for _, root := range []string{inner, circle} {
		p, err := Read([]byte(`{"format_version": "1.2", "planned_values": {}, "configuration": {"root_module": ` + root + `}}`))
		if err != nil {
			t.Fatal(err)
		}
		if origins, elsewhere := p.Origins("", []string{"module.m.o", "module.m"}); len(elsewhere) == 0 || len(origins) > maxOrigins {
			t.Errorf("%d origins, %d elsewhere", len(origins), len(elsewhere))
		}
	}
}

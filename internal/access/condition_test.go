package access

import (
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

const (
	keysKey = "dynamodb:LeadingKeys"  // holds several values
	selects = "dynamodb:Select"       // holds one
	tag     = "aws:PrincipalTag/team" // what ${aws:PrincipalTag/team} stands for
)

// none is a key that is absent, null one that is there and empty.
var none, null1 = []string(nil), []string{""}

func TestCondition(t *testing.T) {
	tests := []struct {
		operator, key string
		values        []string
		holds, not    [][]string
	}{
		{"StringEquals", selects, []string{"a", "b"}, [][]string{{"a"}, {"b"}}, [][]string{none, null1, {"A"}, {"ab"}, {"*"}}},
		{"StringEquals", selects, []string{"a*"}, [][]string{{"a*"}}, [][]string{{"ab"}, {"a"}}},
		{"StringEquals", selects, []string{""}, [][]string{null1}, [][]string{none, {"a"}}},
		{"StringEquals", selects, nil, nil, [][]string{none, null1, {"a"}}},
		{"StringNotEquals", selects, []string{"a", "b"}, [][]string{none, null1, {"A"}, {"c"}}, [][]string{{"a"}, {"b"}}},
		{"StringEqualsIfExists", selects, []string{"a"}, [][]string{none, {"a"}}, [][]string{null1, {"b"}}},
		{"StringEqualsIgnoreCase", selects, []string{"aB"}, [][]string{{"ab"}, {"AB"}}, [][]string{none, {"a"}, {"abc"}}},
		{"StringNotEqualsIgnoreCase", selects, []string{"aB"}, [][]string{none, {"a"}}, [][]string{{"ab"}, {"AB"}}},
		{"StringLike", selects, []string{"a*"}, [][]string{{"a"}, {"ab"}, {"a*"}}, [][]string{none, null1, {"ba"}}},
		{"StringLike", selects, []string{"*"}, [][]string{null1, {"a"}}, [][]string{none}},
		{"StringLike", selects, []string{"?*"}, [][]string{{"a"}, {"ab"}}, [][]string{none, null1}},
		{"StringLike", selects, []string{"${*}${?}${$}"}, [][]string{{"*?$"}}, [][]string{{"abc"}}},
		{"StringNotLike", selects, []string{"a*"}, [][]string{none, null1, {"ba"}}, [][]string{{"a"}, {"ab"}}},
		{"Bool", selects, []string{"TRUE"}, [][]string{{"true"}, {"True"}}, [][]string{none, null1, {"false"}, {"yes"}}},
		{"Bool", selects, []string{"yes"}, nil, [][]string{none, {"yes"}, {"true"}}},
		{"BoolIfExists", selects, []string{"false"}, [][]string{none, {"false"}}, [][]string{null1, {"true"}}},
		{"ArnLike", selects, []string{"arn:aws:s3:::b*"}, [][]string{{"arn:aws:s3:::b"}, {"arn:aws:s3:::bc:d"}}, [][]string{none, {"arn:aws:s3::1:b"}, {"b"}}},
		{"ArnEquals", selects, []string{"arn:*:s3:::b"}, [][]string{{"arn:aws:s3:::b"}}, [][]string{{"arn:a:b:s3:::b"}, {"arn:aws:s3:::c"}}},
		{"ArnLike", selects, []string{"*"}, [][]string{{"arn:aws:s3:::b"}, {"a:b:c:d:e:f"}}, [][]string{none, {"b"}, {"a:b:c"}}},
		{"ArnLike", selects, []string{"arn:aws:s3:*"}, nil, [][]string{none, {"arn:aws:s3:::b"}}},
		{"ArnNotLike", selects, []string{"arn:aws:s3:::b"}, [][]string{none, {"b"}, {"arn:aws:s3:::c"}}, [][]string{{"arn:aws:s3:::b"}}},
		{"Null", selects, []string{"true"}, [][]string{none, null1}, [][]string{{"a"}}},
		{"Null", selects, []string{"False"}, [][]string{{"a"}}, [][]string{none, null1}},
		{"Null", selects, []string{"true", "false"}, [][]string{none, null1, {"a"}}, nil},
		{"Null", keysKey, []string{"false"}, [][]string{{"a"}, {"a", "b"}}, [][]string{none, null1}},

		{"ForAllValues:StringEquals", selects, []string{"a"}, [][]string{none, null1, {"a"}}, [][]string{{"b"}}},
		{"ForAnyValue:StringEquals", selects, []string{"a"}, [][]string{{"a"}}, [][]string{none, null1, {"b"}}},
		{"ForAllValues:StringEquals", keysKey, []string{"a", "b"}, [][]string{none, null1, {"a"}, {"a", "b"}}, [][]string{{"c"}, {"a", "c"}}},
		{"ForAllValues:StringEquals", keysKey, nil, [][]string{none, null1}, [][]string{{"a"}}},
		{"ForAllValues:StringNotEquals", keysKey, []string{"a"}, [][]string{none, null1, {"b"}, {"b", "c"}}, [][]string{{"a"}, {"a", "b"}}},
		{"ForAnyValue:StringEquals", keysKey, []string{"a", "b"}, [][]string{{"a"}, {"a", "c"}}, [][]string{none, null1, {"c"}}},
		{"ForAnyValue:StringNotEquals", keysKey, []string{"a"}, [][]string{null1, {"b"}, {"a", "b"}}, [][]string{none, {"a"}}},
		{"ForAnyValue:StringEqualsIfExists", keysKey, []string{"a"}, [][]string{none, {"a"}, {"a", "b"}}, [][]string{null1, {"b"}}},
		{"ForAllValues:StringLike", keysKey, []string{"a#*"}, [][]string{none, {"a#"}, {"a#b", "a#c"}}, [][]string{{"a"}, {"a#", "b"}}},
		{"ForAnyValue:StringEqualsIgnoreCase", "aws:TagKeys", []string{"tenant"}, [][]string{{"tenant"}, {"a", "TENANT"}}, [][]string{none, null1, {"tenants"}}},
		{"ForAllValues:StringNotEquals", "aws:TagKeys", []string{"s:stack"}, [][]string{none, null1, {"a"}, {"S:stack"}}, [][]string{{"s:stack"}, {"a", "s:stack"}}},
		{"ForAnyValue:StringEquals", "kms:ResourceAliases", []string{"alias/a"}, [][]string{{"alias/a"}, {"alias/b", "alias/a"}}, [][]string{none, null1, {"alias/b"}}},
		{"BoolIfExists", "kms:GrantIsForAWSResource", []string{"false"}, [][]string{none, {"false"}}, [][]string{{"true"}}},

		// The tag of whoever asks is "x".
		{"StringEquals", selects, []string{"${aws:PrincipalTag/team}"}, [][]string{{"x"}}, [][]string{none, null1, {"xx"}, {"y"}}},
		{"StringEquals", selects, []string{"T#${aws:principaltag/TEAM}"}, [][]string{{"T#x"}}, [][]string{{"x"}, {"T#"}}},
		{"ForAllValues:StringLike", keysKey, []string{"${aws:PrincipalTag/team}#*", "y"}, [][]string{none, {"x#"}, {"x#1", "y"}}, [][]string{{"x"}, {"xy#"}, {"x#", "z"}}},
		{"StringLike", selects, []string{"${aws:PrincipalTag/team}?"}, [][]string{{"xa"}}, [][]string{{"x"}, {"xab"}}},
	}
	for _, tt := range tests {
		c := policy.Condition{Operator: tt.operator, Key: tt.key, Values: tt.values}
		for _, held := range tt.holds {
			requireHolds(t, c, map[string][]string{tag: {"x"}, tt.key: held}, true)
		}
		for _, held := range tt.not {
			requireHolds(t, c, map[string][]string{tag: {"x"}, tt.key: held}, false)
		}
	}
}

// TestConditionWithoutTag is what a variable does that stands for nothing, or for the empty text.
func TestConditionWithoutTag(t *testing.T) {
	tests := []struct {
		operator string
		values   []string
		tag      []string
		held     []string
		want     bool
	}{
		{"StringEquals", []string{"${aws:PrincipalTag/team}"}, none, []string{"x"}, false},
		{"StringEquals", []string{"${aws:PrincipalTag/team}"}, none, null1, false},
		{"StringEquals", []string{"${aws:PrincipalTag/team}"}, null1, null1, true},
		{"StringEquals", []string{"T#${aws:PrincipalTag/team}"}, null1, null1, false},
		{"StringEquals", []string{"${aws:PrincipalTag/team}", "other"}, none, []string{"other"}, true},
		{"StringEqualsIfExists", []string{"${aws:PrincipalTag/team}"}, none, none, true},
		{"StringEqualsIfExists", []string{"${aws:PrincipalTag/team}"}, none, []string{"x"}, false},
		{"ForAllValues:StringEquals", []string{"${aws:PrincipalTag/team}"}, none, none, true},
		{"ForAllValues:StringEquals", []string{"${aws:PrincipalTag/team}"}, none, []string{"x"}, false},
		{"ForAnyValue:StringEquals", []string{"${aws:PrincipalTag/team}"}, none, none, false},
		{"StringLike", []string{"${aws:PrincipalTag/team}*"}, null1, []string{"anything"}, true},
		{"StringLike", []string{"${aws:PrincipalTag/team}*"}, none, []string{"anything"}, false},
	}
	for _, tt := range tests {
		c := policy.Condition{Operator: tt.operator, Key: selects, Values: tt.values}
		requireHolds(t, c, map[string][]string{tag: tt.tag, selects: tt.held}, tt.want)
	}
}

// requireHolds asks both the boxes and the evaluator whether a condition holds.
func requireHolds(t *testing.T, c policy.Condition, held map[string][]string, want bool) {
	t.Helper()
	d := policy.Document{Version: policy.Version, Statement: []policy.Statement{
		{Effect: policy.Allow, Action: []string{"*"}, Resource: []string{"*"}, Condition: []policy.Condition{c}},
	}}
	s := NewSymbols()
	m, err := s.readAlone(artifact.Identity, d)
	if err != nil {
		t.Fatalf("%v: %v", c, err)
	}
	r := evaluate.Request{Principal: evaluate.MustPrincipal(Anybody), Action: "dynamodb:Query", Resource: "r", Context: evaluate.ContextOf(held)}
	if got := s.outcome(m, r, comparedWithVariables(d)) == evaluate.Allow; got != want {
		t.Errorf("%v: %v is in the boxes: %t, want %t", c, held, got, want)
	}
	if got := evaluate.Decide(r, Layered(artifact.Identity, []policy.Document{d})).Outcome == evaluate.Allow; got != want {
		t.Errorf("%v: the evaluator holds %v: %t, want %t", c, held, got, want)
	}
}

// TestUndecided is what sets of texts cannot say exactly: an error, and never a guess.
func TestUndecided(t *testing.T) {
	allow := func(conditions ...policy.Condition) policy.Statement {
		return policy.Statement{Effect: policy.Allow, Action: []string{"*"}, Resource: []string{"*"}, Condition: conditions}
	}
	is := func(operator, key string, values ...string) policy.Condition {
		return policy.Condition{Operator: operator, Key: key, Values: values}
	}
	const variable = "${aws:PrincipalTag/team}"
	tests := []struct {
		why        string
		statements []policy.Statement
	}{
		{"NumericEquals", []policy.Statement{allow(is("NumericEquals", selects, "1"))}},
		{"has no set operator", []policy.Statement{allow(is("StringEquals", keysKey, "a"))}},
		{"Null with a set operator", []policy.Statement{allow(is("ForAllValues:Null", selects, "true"))}},
		{"neither true nor false", []policy.Statement{allow(is("Null", selects, "yes"))}},
		{"is not decided", []policy.Statement{allow(is("StringNotEquals", selects, variable))}},
		{"different variables", []policy.Statement{allow(is("StringEquals", selects, variable, "${aws:username}"))}},
		{"default", []policy.Statement{allow(is("StringEquals", selects, "${aws:PrincipalTag/team, 'x'}"))}},
		{"has no end", []policy.Statement{allow(is("StringEquals", selects, "${aws:PrincipalTag/team"))}},
		{"holds several values", []policy.Statement{allow(is("StringEquals", selects, "${aws:TagKeys}"))}},
		{"with itself", []policy.Statement{allow(is("StringEquals", tag, variable))}},
		{"the case of the variable", []policy.Statement{allow(is("StringEqualsIgnoreCase", selects, variable))}},
		{"the case of", []policy.Statement{allow(is("StringEqualsIgnoreCase", selects, "é"))}},
		{"before the last part", []policy.Statement{allow(is("ArnLike", selects, "arn:aws:s3::"+variable+":b"))}},
		{"one of two conditions", []policy.Statement{allow(is("StringEquals", selects, variable), is("StringLike", selects, "a*"))}},
		{"is not decided", []policy.Statement{allow(is("StringEquals", selects, variable)), allow(is("StringNotEquals", selects, "a"))}},
		{"before the last part", []policy.Statement{{Effect: policy.Allow, Action: []string{"*"}, Resource: []string{"arn:aws:s3::" + variable + ":b"}}}},
		{"several resources with variables", []policy.Statement{{Effect: policy.Allow, Action: []string{"*"}, Resource: []string{"arn:aws:s3:::" + variable, "arn:aws:s3:::b" + variable}}}},
		{"names a principal", []policy.Statement{{Effect: policy.Allow, Principal: &policy.Principal{Any: true}, Action: []string{"*"}, Resource: []string{"*"}}}},
		{"names no resource", []policy.Statement{{Effect: policy.Allow, Action: []string{"*"}}}},
	}
	for _, tt := range tests {
		s := NewSymbols()
		_, err := s.readAlone(artifact.Identity, policy.Document{Version: policy.Version, Statement: tt.statements})
		if err == nil || !strings.Contains(err.Error(), tt.why) {
			t.Errorf("%v: the error is %v, want %q", tt.statements, err, tt.why)
		}
	}
}

// TestMultivalued: prover and evaluator each know by themselves which keys hold several values, and must agree. The
// evaluator shows what it holds by matching nothing where such a key has no set operator.
func TestMultivalued(t *testing.T) {
	names := []string{
		"aws:TagKeys", "aws:CalledVia", "aws:PrincipalOrgPaths", "aws:ResourceOrgPaths", "aws:SourceOrgPaths", "aws:VpceOrgPaths",
		"aws:PrincipalServiceNamesList", "aws:SourceVpc", "aws:RequestTag/x", "cognito-identity.amazonaws.com:amr", "example.com:sub", "nobody:knows",
	}
	for _, s := range catalog.Load().Services() {
		for _, k := range s.ConditionKeys {
			names = append(names, k.Name)
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		d := policy.Document{Version: policy.Version, Statement: []policy.Statement{{
			Effect: policy.Allow, Action: []string{"*"}, Resource: []string{"*"},
			Condition: []policy.Condition{{Operator: "StringEquals", Key: name, Values: []string{"a"}}},
		}}}
		r := evaluate.Request{Principal: evaluate.MustPrincipal(Anybody), Action: "a:b", Resource: "r", Context: evaluate.Context{{Name: name, Values: []string{"a"}}}}
		single := evaluate.Decide(r, Layered(artifact.Identity, []policy.Document{d})).Outcome == evaluate.Allow
		if single == catalog.Multivalued(name) {
			t.Errorf("%s holds several values for the prover: %t, and for the evaluator: %t", name, catalog.Multivalued(name), !single)
		}
	}
}

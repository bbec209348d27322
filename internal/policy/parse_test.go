package policy

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// within puts elements into the smallest document that may hold them.
func within(elements string) string {
	return `{"Statement":{"Effect":"Allow","Action":"a:B",` + elements + `}}`
}

func TestParseAccepts(t *testing.T) {
	allow := func(change func(*Statement)) Document {
		s := Statement{Effect: Allow, Action: []string{"a:B"}}
		change(&s)
		return Document{Statement: []Statement{s}}
	}
	condition := func(operator, key string, values ...string) Document {
		return allow(func(s *Statement) {
			s.Condition = []Condition{{Operator: operator, Key: key, Values: values}}
		})
	}
	tests := []struct {
		name, text string
		want       Document
	}{
		{
			"every element of an identity policy",
			`{"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"S1","Effect":"Deny","NotAction":["a:B","c:*"],"NotResource":["r","q"]}]}`,
			Document{Version: Version, ID: "x", Statement: []Statement{{
				Sid: "S1", Effect: Deny, NotAction: []string{"a:B", "c:*"}, NotResource: []string{"r", "q"},
			}}},
		},
		{
			"the older version",
			`{"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`,
			Document{Version: VersionLegacy, Statement: []Statement{{
				Effect: Allow, Action: []string{"*"}, Resource: []string{"*"},
			}}},
		},
		{"no version, one statement without a list", within(`"Resource":"r"`), allow(func(s *Statement) { s.Resource = []string{"r"} })},
		{"no resource, as in a trust policy", within(`"Sid":""`), allow(func(*Statement) {})},
		{"white space and any order of elements", "\t{ \"Statement\" :\r\n[ { \"Action\" : [ \"a:B\" ] , \"Effect\" : \"Allow\" } ] }\n", allow(func(*Statement) {})},
		{"a list of one", within(`"Resource":["r"]`), allow(func(s *Statement) { s.Resource = []string{"r"} })},
		{"repeats are kept as written", within(`"Resource":["r","q","r"]`), allow(func(s *Statement) { s.Resource = []string{"r", "q", "r"} })},

		{"everyone", within(`"Principal":"*"`), allow(func(s *Statement) { s.Principal = &Principal{Any: true} })},
		{"everyone, the other spelling", within(`"Principal":{"AWS":"*"}`), allow(func(s *Statement) { s.Principal = &Principal{AWS: []string{"*"}} })},
		{"principals of every kind", within(`"Principal":{"AWS":["1","2"],"Service":"s","Federated":"f","CanonicalUser":["c"]}`), allow(func(s *Statement) {
			s.Principal = &Principal{AWS: []string{"1", "2"}, Service: []string{"s"}, Federated: []string{"f"}, CanonicalUser: []string{"c"}}
		})},
		{"NotPrincipal", within(`"NotPrincipal":{"AWS":"1"}`), allow(func(s *Statement) { s.NotPrincipal = &Principal{AWS: []string{"1"}} })},

		{"a condition of one value", within(`"Condition":{"StringEquals":{"k":"v"}}`), condition("StringEquals", "k", "v")},
		{"a condition of several values", within(`"Condition":{"StringEquals":{"k":["v","w"]}}`), condition("StringEquals", "k", "v", "w")},
		{"a condition of no values", within(`"Condition":{"StringEquals":{"k":[]}}`), condition("StringEquals", "k")},
		{"an empty value", within(`"Condition":{"StringEquals":{"k":""}}`), condition("StringEquals", "k", "")},
		{"a boolean is its text", within(`"Condition":{"Bool":{"k":true}}`), condition("Bool", "k", "true")},
		{"booleans and numbers are their text", within(`"Condition":{"NumericEquals":{"k":[false, -5,1.50,2E+3]}}`), condition("NumericEquals", "k", "false", "-5", "1.50", "2E+3")},
		{"an empty condition", within(`"Condition":{}`), allow(func(*Statement) {})},
		{"an operator without keys", within(`"Condition":{"Bool":{}}`), allow(func(*Statement) {})},
		{"a key with a space in it is another key", within(`"Condition":{"StringEquals":{"dynamodb: LeadingKeys":"v"}}`), condition("StringEquals", "dynamodb: LeadingKeys", "v")},
		{"several operators and keys, in their order", within(`"Condition":{"Null":{"b":"true","a":"false"},"Bool":{"a":"true"}}`), allow(func(s *Statement) {
			s.Condition = []Condition{{"Null", "b", []string{"true"}}, {"Null", "a", []string{"false"}}, {"Bool", "a", []string{"true"}}}
		})},

		{"escapes", within(`"Condition":{"StringEquals":{"k":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é"}}`), condition("StringEquals", "k", "\"\\/\b\f\n\r\té😀é")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Parse([]byte(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing", ``, `line 1, column 1: expected an object, found the end of the document`},
		{"a list", `[]`, `line 1, column 1: expected an object, found a list`},
		{"text", `"x"`, `line 1, column 1: expected an object, found a string`},
		{"a byte order mark", "\uFEFF{}", `line 1, column 1: expected an object, found '\ufeff'`},
		{"no statement", "\n {}", `line 2, column 2: Statement is missing`},
		{"no statements", `{"Statement":[]}`, `line 1, column 14: Statement: the list of statements is empty`},
		{"statement is text", `{"Statement":"x"}`, `line 1, column 14: Statement: expected a list, found a string`},
		{"statement is null", `{"Statement":null}`, `line 1, column 14: Statement: expected a list, found null`},
		{"statements nest", `{"Statement":[[]]}`, `line 1, column 15: Statement[0]: expected an object, found a list`},
		{"trailing object", within(`"Resource":"r"`) + " {}", `line 1, column 64: expected the end of the document, found an object`},
		{"trailing bracket", within(`"Resource":"r"`) + "}", `line 1, column 63: expected the end of the document, found '}'`},

		{"unknown element of a document", `{"Statements":[]}`, `line 1, column 2: Statements: unknown element "Statements"; the elements here are Version, Id, Statement`},
		{"lower case element", `{"version":"2012-10-17"}`, `line 1, column 2: version: unknown element "version"; it is spelt "Version"`},
		{"unknown element of a statement", within(`"Resources":"r"`), `line 1, column 47: Statement.Resources: unknown element "Resources"; the elements here are Sid, Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition`},
		{"lower case element of a statement", within(`"resource":"r"`), `line 1, column 47: Statement.resource: unknown element "resource"; it is spelt "Resource"`},
		{"element twice", within(`"Effect":"Deny"`), `line 1, column 47: Statement: "Effect" comes twice`},
		{"element twice through an escape", within(`"Eff\u0065ct":"Deny"`), `line 1, column 47: Statement: "Effect" comes twice`},
		{"statement twice", `{"Statement":{"Effect":"Allow","Action":"*"},"Statement":[]}`, `line 1, column 46: "Statement" comes twice`},
		{"unknown version", `{"Version":"2012-10-18"}`, `line 1, column 12: Version: no policy language has version "2012-10-18"; it is "2012-10-17" or "2008-10-17"`},
		{"version is a number", `{"Version":2012}`, `line 1, column 12: Version: expected a string, found a number`},

		{"no effect", `{"Statement":[{"Action":"*"}]}`, `line 1, column 15: Statement[0]: Effect is missing`},
		{"effect in lower case", `{"Statement":{"Effect":"allow"}}`, `line 1, column 24: Statement.Effect: no statement has the effect "allow"; it is "Allow" or "Deny", in this case`},
		{"effect is empty", `{"Statement":{"Effect":""}}`, `line 1, column 24: Statement.Effect: no statement has the effect ""; it is "Allow" or "Deny", in this case`},
		{"effect is a list", `{"Statement":{"Effect":["Allow"]}}`, `line 1, column 24: Statement.Effect: expected a string, found a list`},
		{"no action", `{"Statement":{"Effect":"Allow"}}`, `line 1, column 14: Statement: both Action and NotAction are missing`},
		{"action and not action", within(`"NotAction":"*"`), `line 1, column 14: Statement: Action and NotAction exclude each other`},
		{"resource and not resource", within(`"Resource":"*","NotResource":"r"`), `line 1, column 14: Statement: Resource and NotResource exclude each other`},
		{"principal and not principal", within(`"Principal":"*","NotPrincipal":"*"`), `line 1, column 14: Statement: Principal and NotPrincipal exclude each other`},
		{"no actions", `{"Statement":{"Effect":"Allow","Action":[]}}`, `line 1, column 41: Statement.Action: the list is empty`},
		{"empty action", `{"Statement":{"Effect":"Allow","Action":""}}`, `line 1, column 41: Statement.Action: the string is empty`},
		{"action is a number", `{"Statement":{"Effect":"Allow","Action":["a:B",5]}}`, `line 1, column 48: Statement.Action[1]: expected a string or a list of strings, found a number`},
		{"action is an object", `{"Statement":{"Effect":"Allow","Action":{}}}`, `line 1, column 41: Statement.Action: expected a string or a list of strings, found an object`},
		{"actions nest", `{"Statement":{"Effect":"Allow","Action":[["a:B"]]}}`, `line 1, column 42: Statement.Action[0]: expected a string or a list of strings, found a list`},
		{"no resources", within(`"Resource":[]`), `line 1, column 58: Statement.Resource: the list is empty`},

		{"principal is a name", within(`"Principal":"arn:aws:iam::1:root"`), `line 1, column 59: Statement.Principal: a principal is "*" or an object such as {"AWS": ...}, not "arn:aws:iam::1:root"`},
		{"principal is a list", within(`"Principal":["*"]`), `line 1, column 59: Statement.Principal: expected an object, found a list`},
		{"principal is empty", within(`"Principal":{}`), `line 1, column 59: Statement.Principal: no principal is named`},
		{"principal of no one", within(`"Principal":{"AWS":[]}`), `line 1, column 66: Statement.Principal.AWS: the list is empty`},
		{"unknown kind of principal", within(`"Principal":{"Aws":"1"}`), `line 1, column 60: Statement.Principal.Aws: unknown element "Aws"; it is spelt "AWS"`},

		{"unknown operator", within(`"Condition":{"StringMatches":{"k":"v"}}`), `line 1, column 60: Statement.Condition.StringMatches: no condition operator is named "StringMatches"`},
		{"operator in another case", within(`"Condition":{"stringEquals":{"k":"v"}}`), `line 1, column 60: Statement.Condition.stringEquals: no condition operator is named "stringEquals"`},
		{"condition is a list", within(`"Condition":[]`), `line 1, column 59: Statement.Condition: expected an object, found a list`},
		{"operator holds text", within(`"Condition":{"Bool":"true"}`), `line 1, column 67: Statement.Condition.Bool: expected an object, found a string`},
		{"operator twice", within(`"Condition":{"Bool":{"k":"true"},"Bool":{"l":"true"}}`), `line 1, column 80: Statement.Condition: "Bool" comes twice`},
		{"key twice", within(`"Condition":{"Bool":{"k":"true","k":"true"}}`), `line 1, column 79: Statement.Condition.Bool: "k" comes twice`},
		{"key twice in another case", within(`"Condition":{"Bool":{"aws:K":"true","aws:k":"true"}}`), `line 1, column 83: Statement.Condition.Bool.aws:k: the condition key "aws:k" is empty or differs from another only in case`},
		{"empty key", within(`"Condition":{"Bool":{"":"true"}}`), `line 1, column 68: Statement.Condition.Bool."": the condition key "" is empty or differs from another only in case`},
		{"value is null", within(`"Condition":{"Bool":{"k":null}}`), `line 1, column 72: Statement.Condition.Bool.k: expected a string, a number or a boolean, found null`},
		{"value is an object", within(`"Condition":{"Bool":{"k":{}}}`), `line 1, column 72: Statement.Condition.Bool.k: expected a string, a number or a boolean, found an object`},
		{"value is no number", within(`"Condition":{"Bool":{"k":[1,01]}}`), `line 1, column 75: Statement.Condition.Bool.k[1]: "01" is no number in JSON`},
		{"value is a bare word", within(`"Condition":{"Bool":{"k":True}}`), `line 1, column 72: Statement.Condition.Bool.k: expected a string, a number or a boolean, found 'T'`},
		{"values nest", within(`"Condition":{"Bool":{"k":[["x"]]}}`), `line 1, column 73: Statement.Condition.Bool.k[0]: expected a string, a number or a boolean, found a list`},
		{"deep nesting", within(`"Condition":{"Bool":{"k":` + strings.Repeat("[", 100_000)), `line 1, column 73: Statement.Condition.Bool.k[0]: expected a string, a number or a boolean, found a list`},
		{"odd names are quoted", within("\"Condition\":{\"Bool\":{\"a\\u001b b\":null}}"), `line 1, column 80: Statement.Condition.Bool."a\x1b b": expected a string, a number or a boolean, found null`},

		{"comma before a bracket", `{"Statement":[{"Effect":"Allow",}]}`, `line 1, column 33: Statement[0]: expected something after ",", found '}'`},
		{"comma before a list ends", within(`"Resource":["r",]`), `line 1, column 63: Statement.Resource: expected something after ",", found ']'`},
		{"comma at the start", `{,}`, `line 1, column 2: expected a name in double quotes, found ','`},
		{"no comma", `{"Id":"a" "Version":"2012-10-17"}`, `line 1, column 11: expected "," or "}", found a string`},
		{"no colon", `{"Id" "a"}`, `line 1, column 7: expected ":", found a string`},
		{"name without quotes", `{Id:"a"}`, `line 1, column 2: expected a name in double quotes, found 'I'`},
		{"single quotes", `{'Id':"a"}`, `line 1, column 2: expected a name in double quotes, found '\''`},
		{"comment", `{// x`, `line 1, column 2: expected a name in double quotes, found '/'`},
		{"cut off", `{"Id":"a"`, `line 1, column 10: expected "," or "}", found the end of the document`},
		{"cut off in a string", `{"Id":"a`, `line 1, column 7: Id: a string is not closed`},
		{"cut off in an escape", `{"Id":"\`, `line 1, column 7: Id: a string is not closed`},
		{"cut off in a unicode escape", `{"Id":"\u12`, `line 1, column 8: Id: a \u escape has fewer than four hexadecimal digits`},
		{"bad unicode escape", `{"Id":"\u12g4"}`, `line 1, column 8: Id: a \u escape has fewer than four hexadecimal digits`},
		{"signed unicode escape", `{"Id":"\u+123"}`, `line 1, column 8: Id: a \u escape has fewer than four hexadecimal digits`},
		{"bad escape", `{"Id":"\x41"}`, `line 1, column 8: Id: a string holds an escape that JSON does not have`},
		{"half a surrogate pair", `{"Id":"\ud83d"}`, `line 1, column 8: Id: a string holds half of a surrogate pair`},
		{"the other half", `{"Id":"\ude00"}`, `line 1, column 8: Id: a string holds half of a surrogate pair`},
		{"halves of two pairs", `{"Id":"\ud83d\u0041"}`, `line 1, column 8: Id: a string holds half of a surrogate pair`},
		{"newline in a string", "{\"Id\":\"a\nb\"}", `line 1, column 9: Id: a string holds the control character U+000A unescaped`},
		{"newline after an escape", "{\"Id\":\"\\t\nb\"}", `line 1, column 10: Id: a string holds the control character U+000A unescaped`},
		{"NUL", "{\x00", `line 1, column 2: expected a name in double quotes, found '\x00'`},
		{"not UTF-8", "{\n\"é\":\"\xff\"}", `line 2, column 6: the byte 0xFF is not UTF-8`},
		{"columns count characters", "{\n\"Id\":\"éé\",\"x\":1}", `line 2, column 11: x: unknown element "x"; the elements here are Version, Id, Statement`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := Parse([]byte(tt.text))
			var located *Error
			if !errors.As(err, &located) {
				t.Fatalf("got %+v, %v; want an *Error", d, err)
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(Document{}, d); diff != "" {
				t.Errorf("a document came with the error:\n%s", diff)
			}
		})
	}
}

func TestOperators(t *testing.T) {
	plain := strings.Fields(`StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase
		StringLike StringNotLike NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals
		NumericGreaterThan NumericGreaterThanEquals DateEquals DateNotEquals DateLessThan DateLessThanEquals
		DateGreaterThan DateGreaterThanEquals Bool BinaryEquals IpAddress NotIpAddress
		ArnEquals ArnNotEquals ArnLike ArnNotLike Null`)
	for _, operator := range plain {
		for _, set := range []string{"", "ForAllValues:", "ForAnyValue:"} {
			if !knownOperator(set + operator) {
				t.Errorf("%s is not known", set+operator)
			}
			if want := operator != "Null"; knownOperator(set+operator+"IfExists") != want {
				t.Errorf("%sIfExists: known is %v", set+operator, !want)
			}
		}
	}
	for _, operator := range strings.Fields(`ForAllValues: IfExists ForAllValues:ForAnyValue:Bool BoolIfExistsIfExists
		forallvalues:Bool ForAllValues:bool BoolIfexists BoolEquals NumericLike ForAnyValues:Bool StringEqual`) {
		if knownOperator(operator) {
			t.Errorf("%s is known", operator)
		}
	}
}

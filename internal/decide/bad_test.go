package decide

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type badLine struct {
	line string
	id   string // "" when it cannot be read
	want string
}

// badLines is the catalogue of mistakes.
func badLines() []badLine {
	return []badLine{
		// The line.
		{``, "", `column 1: expected an object, found the end of the line`},
		{`null`, "", `column 1: expected an object, found null`},
		{`[REQUEST]`, "", `column 1: expected an object, found a list`},
		{"\ufeff{}", "", `column 1: expected an object, found '\ufeff'`},
		{`{`, "", `column 2: expected "," or "}", found the end of the line`},
		{`{"id":"1"`, "1", `column 10: expected "," or "}", found the end of the line`},
		{`{"id":"1" "request":REQUEST}`, "1", `column 11: expected "," or "}", found a string`},
		{`{"id":"1",}`, "1", `column 11: expected something after ","`},
		{`{"id":"1","request":REQUEST} x`, "1", `column 174: expected the end of the line, found 'x'`},
		{`{"id":"1","request":REQUEST}{}`, "1", `column 173: expected the end of the line, found an object`},
		{`{'id':"1"}`, "", `column 2: expected a name in double quotes, found '\''`},
		{`{"id" "1"}`, "", `column 7: expected ":", found a string`},
		{`{}`, "", `column 1: request is missing`},
		{`{"id":"1","policies":{}}`, "1", `column 1: request is missing`},

		// Fields.
		{`{"Id":"1","request":REQUEST}`, "", `column 2: unknown field "Id"; the fields here are id, request, policies`},
		{`{"policy":{"a":["]}",1,null]},"request":REQUEST,"id":"1"}`, "1", `column 2: unknown field "policy"; the fields here are id, request, policies`},
		{`{"x":{"a":[1},"id":"1"}`, "", `column 2: unknown field "x"; the fields here are id, request, policies`},
		{`{"id":"1","id":"2","request":REQUEST}`, "1", `column 11: "id" comes twice`},
		{`{"id":"1","policies":{},"policies":{"identity":[ALLOW]},"request":REQUEST}`, "1", `column 25: "policies" comes twice`},
		{`{"id":"1","\u0069d":"2","request":REQUEST}`, "1", `column 11: "id" comes twice`},
		{`{"id":1,"request":REQUEST}`, "", `column 7: id: expected a string, found 1`},
		{`{"id":null,"request":REQUEST}`, "", `column 7: id: expected a string, found null`},
		{`{"id":nil,"request":REQUEST}`, "", `column 7: id: expected a string, found 'n'`},
		{`{"id":"\ud800","request":REQUEST}`, "", `column 7: id: a string holds an escape that JSON does not have, or half of a surrogate pair`},
		{`{"id":"\u12","request":REQUEST}`, "", `column 7: id: a string holds an escape that JSON does not have, or half of a surrogate pair`},
		{`{"id":"\x","request":REQUEST}`, "", `column 7: id: a string holds an escape that JSON does not have, or half of a surrogate pair`},
		{"{\"id\":\"a\tb\",\"request\":REQUEST}", "", `column 9: id: a string holds the control character U+0009 unescaped`},
		{"{\"id\":\"\xff\",\"request\":REQUEST}", "", `column 7: id: a string is not UTF-8`},
		{`{"id":"1`, "", `column 7: id: a string is not closed`},
		{`{"id":"1","request":[]}`, "1", `column 21: request: expected an object, found a list`},

		// The request.
		{`{"request":{"action":"a:B","resource":"*"},"id":"1"}`, "1", `column 12: request: principal is missing`},
		{`{"request":{"principal":"s3.amazonaws.com","resource":"*"},"id":"1"}`, "1", `column 12: request: action is missing`},
		{`{"request":{"principal":"s3.amazonaws.com","action":"a:B"},"id":"1"}`, "1", `column 12: request: resource is missing`},
		{`{"id":"1","request":{"principal":"","action":"a:B","resource":"*"}}`, "1", `column 34: request.principal: expected the ARN of a principal, the name of a service or {"anonymous":true}, found an empty string`},
		{`{"id":"1","request":{"principal":null,"action":"a:B","resource":"*"}}`, "1", `column 34: request.principal: expected the ARN of a principal, the name of a service or {"anonymous":true}, found null`},
		{`{"id":"1","request":{"principal":"ann","action":"a:B","resource":"*"}}`, "1", `column 34: request.principal: "ann" is no principal: neither an ARN nor the name of a service`},
		{`{"id":"1","request":{"principal":{},"action":"a:B","resource":"*"}}`, "1", `column 34: request.principal: a principal that is an object is {"anonymous":true}`},
		{`{"id":"1","request":{"principal":{"anonymous":false},"action":"a:B","resource":"*"}}`, "1", `column 47: request.principal.anonymous: expected true, found false`},
		{`{"id":"1","request":{"principal":{"AWS":"*"},"action":"a:B","resource":"*"}}`, "1", `column 35: request.principal: unknown field "AWS"; the fields here are anonymous`},
		{`{"id":"1","request":{"principal":"{\"AWS\":1}","action":"a:B","resource":"*"}}`, "1", `column 34: request.principal: in the string: unknown field "AWS"; the fields here are anonymous`},
		{`{"id":"1","request":{"principal":"{\"anonymous\":true} ,","action":"a:B","resource":"*"}}`, "1", `column 34: request.principal: in the string: expected the end of the line, found ','`},
		{`{"id":"1","request":{"principal":"s3.amazonaws.com","action":"Query","resource":"*"}}`, "1", `column 62: request.action: expected an action as in "dynamodb:Query", found "Query"`},
		{`{"id":"1","request":{"principal":"s3.amazonaws.com","action":"dynamodb:*","resource":"*"}}`, "1", `column 62: request.action: expected an action as in "dynamodb:Query", found "dynamodb:*"`},
		{`{"id":"1","request":{"principal":"s3.amazonaws.com","action":["a:B"],"resource":"*"}}`, "1", `column 62: request.action: expected an action as in "dynamodb:Query", found a list`},
		{`{"id":"1","request":{"principal":"s3.amazonaws.com","action":"a:B","resource":"table/T"}}`, "1", `column 79: request.resource: expected an ARN, or "*" for an action without a resource, found "table/T"`},
		{`{"id":"1","request":{"principal":"s3.amazonaws.com","action":"a:B","resource":"*","resource_account":"12345"}}`, "1", `column 102: request.resource_account: expected an account id of twelve digits, found "12345"`},
		{`{"id":"1","request":{"principal":"s3.amazonaws.com","action":"a:B","resource":"*","resource_account":123456789012}}`, "1", `column 102: request.resource_account: expected an account id of twelve digits, found 123456789012`},

		// The context.
		{`{"id":"1","request":{"context":["a"]}}`, "1", `column 32: request.context: expected an object, found a list`},
		{`{"id":"1","request":{"context":{"aws:SecureTransport":true}}}`, "1", `column 55: request.context["aws:SecureTransport"]: expected a string or a list of strings, found true`},
		{`{"id":"1","request":{"context":{"a:b":["x",{"y":1}]}}}`, "1", `column 44: request.context["a:b"][1]: expected a string, found an object`},
		{`{"id":"1","request":{"context":{"a:b":["x"}}}`, "1", `column 43: request.context["a:b"]: expected "," or "]", found '}'`},
		{`{"id":"1","request":{"context":{"a:b":"x","A:B":"y"}}}`, "1", `column 43: request.context: the condition key "A:B" is empty, or comes twice when case is ignored`},
		{`{"id":"1","request":{"context":{"":"x"}}}`, "1", `column 33: request.context: the condition key "" is empty, or comes twice when case is ignored`},

		// The policies.
		{`{"id":"1","policies":{"identity":ALLOW}}`, "1", `column 34: policies.identity: expected a list, found an object`},
		{`{"id":"1","policies":{"identity":null}}`, "1", `column 34: policies.identity: expected a list, found null`},
		{`{"id":"1","policies":{"identity":["{}"]}}`, "1", `column 35: policies.identity[0]: expected a policy document, an object, found a string`},
		{`{"id":"1","policies":{"resource":null}}`, "1", `column 34: policies.resource: expected a policy document, an object, found null`},
		{`{"id":"1","policies":{"scp":[ALLOW]}}`, "1", `column 30: policies.scp[0]: expected a list, found an object`},
		{`{"policies":{"identity":[{"Statement":[]}]},"id":"1"}`, "1", `column 39: policies.identity[0].Statement: the list of statements is empty`},
		{`{"policies":{"é":1},"id":"1"}`, "1", `column 14: policies: unknown field "é"; the fields here are identity, boundaries, session, scp, rcp, resource, endpoint`},
		{`{"id":"é","policies":{"scp":[[],[ALLOW,{"Statement":{"Effect":"allow"}}]]}}`, "é", `column 171: policies.scp[1][1].Statement.Effect: no statement has the effect "allow"; it is "Allow" or "Deny", in this case`},
		{`{"id":"1","policies":{"resource":{"Statement":[}},"request":REQUEST}`, "1", `column 48: policies.resource.Statement[0]: expected an object, found '}'`},
		{`{"id":"1","policies":{"resource":{"Version":"2012-10-17"`, "1", `column 57: policies.resource: expected "," or "}", found the end of the document`},
	}
}

func TestBadLine(t *testing.T) {
	d := NewDecider()
	for _, bad := range badLines() {
		text, good := lineOf(t, d, fill(bad.line))
		var a answer
		if err := json.Unmarshal([]byte(text), &a); err != nil {
			t.Fatal(err)
		}
		if good || a.Decision != nil || a.Error == nil || len(a.DecidedBy) > 0 {
			t.Errorf("%s\nis answered %s", bad.line, text)
			continue
		}
		want := answer{DecidedBy: []reason{}, Error: &bad.want}
		if bad.id != "" {
			want.ID = &bad.id
		}
		if diff := cmp.Diff(want, a); diff != "" {
			t.Errorf("%s (-want +got):\n%s", bad.line, diff)
		}
	}
}

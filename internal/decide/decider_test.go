package decide

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fill replaces the words in capitals of a line by the JSON that they stand for,
// so that a test shows what it is about and little else.
func fill(line string) string {
	return strings.NewReplacer(
		"REQUEST", `{"principal":"arn:aws:sts::111122223333:assumed-role/app/one","action":"dynamodb:GetItem","resource":"arn:aws:dynamodb:eu-west-1:111122223333:table/T"}`,
		"ABROAD", `{"principal":"arn:aws:iam::999988887777:user/ann","action":"dynamodb:GetItem","resource":"arn:aws:dynamodb:eu-west-1:111122223333:table/T"}`,
		"ALLOW", `{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":"dynamodb:GetItem","Resource":"*"}]}`,
		"EVERYONE", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"dynamodb:GetItem","Resource":"*"}}`,
		"DENY", `{"Version":"2012-10-17","Statement":[{"Sid":"Other","Effect":"Allow","Action":"s3:*","Resource":"*"},{"Sid":"No","Effect":"Deny","Action":"*","Resource":"*"}]}`,
	).Replace(line)
}

func lineOf(t *testing.T, d *Decider, line string) (text string, good bool) {
	t.Helper()
	answer, good := d.Line([]byte(line))
	if !strings.HasSuffix(string(answer), "}\n") || strings.Count(string(answer), "\n") != 1 {
		t.Fatalf("not one line: %q", answer)
	}
	return strings.TrimSuffix(string(answer), "\n"), good
}

// TestLine holds the format: each answer to the byte.
func TestLine(t *testing.T) {
	const read = `{"layer":"identity","policy":0,"statement":0,"sid":"Read","effect":"Allow"}`
	tests := []struct{ name, line, want string }{
		{"an allow", `{"id":"1","request":REQUEST,"policies":{"identity":[ALLOW]}}`,
			`{"id":"1","decision":"allow","decided_by":[` + read + `],"error":null}`},
		{"an implicit deny", `{"id":"2","request":REQUEST,"policies":{"identity":[]}}`,
			`{"id":"2","decision":"implicit_deny","decided_by":[],"error":null}`},
		{"no policies at all", `{"id":"3","request":REQUEST}`,
			`{"id":"3","decision":"implicit_deny","decided_by":[],"error":null}`},
		{"the second policy and statement", `{"id":"4","request":REQUEST,"policies":{"identity":[ALLOW,DENY]}}`,
			`{"id":"4","decision":"explicit_deny","decided_by":[{"layer":"identity","policy":1,"statement":1,"sid":"No","effect":"Deny"}],"error":null}`},
		{"a boundary and a session policy", `{"id":"5","request":REQUEST,"policies":{"identity":[ALLOW],"boundaries":[ALLOW],"session":[ALLOW]}}`,
			`{"id":"5","decision":"allow","decided_by":[` + read + `,{"layer":"boundary","policy":0,"statement":0,"sid":"Read","effect":"Allow"},{"layer":"session","policy":0,"statement":0,"sid":"Read","effect":"Allow"}],"error":null}`},
		{"levels of the organization", `{"id":"6","request":REQUEST,"policies":{"identity":[ALLOW],"scp":[[ALLOW],[DENY,DENY]]}}`,
			`{"id":"6","decision":"explicit_deny","decided_by":[{"layer":"scp","level":1,"policy":0,"statement":1,"sid":"No","effect":"Deny"},{"layer":"scp","level":1,"policy":1,"statement":1,"sid":"No","effect":"Deny"}],"error":null}`},
		{"a level zero is written", `{"id":"7","request":REQUEST,"policies":{"identity":[ALLOW],"rcp":[[EVERYONE]]}}`,
			`{"id":"7","decision":"allow","decided_by":[{"layer":"rcp","level":0,"policy":0,"statement":0,"sid":"","effect":"Allow"},` + read + `],"error":null}`},
		{"no levels are no layer", `{"id":"8","request":REQUEST,"policies":{"identity":[ALLOW],"scp":[],"rcp":[]}}`,
			`{"id":"8","decision":"allow","decided_by":[` + read + `],"error":null}`},
		{"a level without policies allows nothing", `{"id":"9","request":REQUEST,"policies":{"identity":[ALLOW],"scp":[[]]}}`,
			`{"id":"9","decision":"implicit_deny","decided_by":[],"error":null}`},
		{"a resource policy for another account", `{"id":"10","request":ABROAD,"policies":{"identity":[ALLOW],"resource":EVERYONE}}`,
			`{"id":"10","decision":"allow","decided_by":[{"layer":"resource","policy":0,"statement":0,"sid":"","effect":"Allow"},` + read + `],"error":null}`},
		{"an endpoint that does not allow", `{"id":"11","request":REQUEST,"policies":{"identity":[ALLOW],"endpoint":[ALLOW]}}`,
			`{"id":"11","decision":"implicit_deny","decided_by":[],"error":null}`},
		{"the owner of the resource is said", `{"id":"12","request":{"principal":"arn:aws:iam::111122223333:user/ann","action":"s3:GetObject","resource":"arn:aws:s3:::b/k","resource_account":"999988887777"},"policies":{"identity":[{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}]}}`,
			`{"id":"12","decision":"implicit_deny","decided_by":[],"error":null}`},
		{"a service", `{"request":{"principal":"lambda.amazonaws.com","action":"sts:AssumeRole","resource":"arn:aws:iam::111122223333:role/r"},"policies":{"resource":{"Version":"2012-10-17","Statement":{"Sid":"Trust","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}}},"id":"13"}`,
			`{"id":"13","decision":"allow","decided_by":[{"layer":"resource","policy":0,"statement":0,"sid":"Trust","effect":"Allow"}],"error":null}`},
		{"an anonymous caller, without an id", `{"request":{"principal":{"anonymous":true},"action":"s3:GetObject","resource":"arn:aws:s3:::b/k"},"policies":{}}`,
			`{"id":null,"decision":"implicit_deny","decided_by":[],"error":null}`},
		{"an anonymous caller in a string", `{"id":"","request":{"principal":"{\"anonymous\": true}","action":"s3:GetObject","resource":"*"},"policies":{"resource":{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}}}`,
			`{"id":"","decision":"allow","decided_by":[{"layer":"resource","policy":0,"statement":0,"sid":"","effect":"Allow"}],"error":null}`},
		{"white space and escapes", " {\t\"i\\u0064\" : \"<\\ud83d\\ude00\\\"\\n>\" , \"request\" : REQUEST }\r",
			`{"id":"<😀\"\n>","decision":"implicit_deny","decided_by":[],"error":null}`},
	}
	d := NewDecider()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, good := lineOf(t, d, fill(test.line))
			if diff := cmp.Diff(test.want, got); diff != "" || !good {
				t.Errorf("good: %v (-want +got):\n%s", good, diff)
			}
		})
	}
}

// TestContext: a context key has one value or a list of them, and each reaches
// the conditions as it was written.
func TestContext(t *testing.T) {
	tests := []struct{ context, condition, want string }{
		{`{"dynamodb:LeadingKeys":["a","b"]}`, `{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["a","b"]}}`, "allow"},
		{`{"dynamodb:LeadingKeys":["a","c"]}`, `{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["a","b"]}}`, "implicit_deny"},
		{`{"dynamodb:LeadingKeys":[]}`, `{"Null":{"dynamodb:LeadingKeys":"true"}}`, "allow"},
		{`{"DYNAMODB:leadingkeys":"a"}`, `{"ForAnyValue:StringEquals":{"dynamodb:LeadingKeys":"a"}}`, "allow"},
		{`{"aws:SecureTransport":"true"}`, `{"Bool":{"aws:SecureTransport":"true"}}`, "allow"},
		{`{}`, `{"Bool":{"aws:SecureTransport":"true"}}`, "implicit_deny"},
		{`{"aws:PrincipalTag/t":"x"}`, `{"StringEquals":{"aws:PrincipalTag/t":"x"}}`, "allow"},
	}
	d := NewDecider()
	for _, test := range tests {
		line := `{"request":{"principal":"arn:aws:iam::111122223333:user/ann","action":"dynamodb:Query","resource":"*","context":` + test.context +
			`},"policies":{"identity":[{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":` + test.condition + `}}]}}`
		var a answer
		text, _ := lineOf(t, d, line)
		if err := json.Unmarshal([]byte(text), &a); err != nil || a.Decision == nil || string(*a.Decision) != test.want {
			t.Errorf("%s under %s: got %s, want %s", test.context, test.condition, text, test.want)
		}
	}
}

// TestAnswersDoNotDepend: what was answered before changes nothing.
func TestAnswersDoNotDepend(t *testing.T) {
	used := NewDecider()
	for _, line := range seeds() {
		for range 2 {
			got, _ := lineOf(t, used, line)
			want, _ := lineOf(t, NewDecider(), line)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-fresh +used):\n%s", line, diff)
			}
		}
	}
}

// seeds are lines of every kind, where FuzzLine begins.
func seeds() []string {
	lines := []string{
		`{"id":"1","request":REQUEST,"policies":{"identity":[ALLOW],"boundaries":[ALLOW],"session":[DENY],"scp":[[ALLOW],[DENY]],"rcp":[[EVERYONE]],"resource":EVERYONE,"endpoint":[EVERYONE]}}`,
		`{"id":"2","request":{"principal":{"anonymous":true},"action":"s3:GetObject","resource":"*","resource_account":"111122223333","context":{"a:b":"c","d:e":["f","g"]}},"policies":{"resource":EVERYONE}}`,
		`{"id":"3","request":REQUEST,"policies":{"identity":[ALLOW,ALLOW,DENY]}}`,
	}
	for i := range lines {
		lines[i] = fill(lines[i])
	}
	for _, bad := range badLines() {
		lines = append(lines, fill(bad.line))
	}
	return lines
}

// FuzzLine: whatever a line is, it gets one line of JSON of the right shape, and
// a decision only if it is JSON itself.
func FuzzLine(f *testing.F) {
	for _, line := range seeds() {
		f.Add(line)
	}
	d := NewDecider()
	f.Fuzz(func(t *testing.T, line string) {
		text, good := lineOf(t, d, line)
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.DisallowUnknownFields()
		var a answer
		if err := decoder.Decode(&a); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		if good != (a.Decision != nil) || good != (a.Error == nil) || a.DecidedBy == nil || strings.Count(text, `":`) < 4 {
			t.Errorf("good: %v, but %s", good, text)
		}
		if good && !json.Valid([]byte(line)) {
			t.Errorf("this is not JSON and was decided: %q", line)
		}
		var plain struct{ ID *string }
		if good && json.Unmarshal([]byte(line), &plain) == nil && !cmp.Equal(plain.ID, a.ID) {
			t.Errorf("the id of %q is answered as %s", line, text)
		}
	})
}

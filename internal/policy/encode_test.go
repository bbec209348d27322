package policy

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// everything is a document with each element out of its canonical order.
func everything() Document {
	return Document{
		Statement: []Statement{
			{
				Condition: []Condition{
					{"StringLike", "dynamodb:LeadingKeys", []string{"b*", "a#${aws:PrincipalTag/tenant}", "b*"}},
					{"Null", "b", []string{"false"}},
					{"Null", "a", []string{"true"}},
					{"ForAllValues:StringEquals", "k", nil},
				},
				Resource:  []string{"z", "a", "z"},
				Action:    []string{"dynamodb:Query", "dynamodb:GetItem"},
				Principal: &Principal{Service: []string{"s"}, AWS: []string{"2", "1"}, Federated: []string{"f"}, CanonicalUser: []string{"c"}},
				Effect:    Allow,
				Sid:       "Zed",
			},
			{Effect: Deny, NotAction: []string{"a:B"}, NotResource: []string{"r"}, NotPrincipal: &Principal{AWS: []string{"1"}}},
			{Effect: Deny, Action: []string{"*"}, Principal: &Principal{Any: true}},
		},
		ID:      "the id",
		Version: Version,
	}
}

func TestEncode(t *testing.T) {
	want := `{
  "Version": "2012-10-17",
  "Id": "the id",
  "Statement": [
    {
      "Sid": "Zed",
      "Effect": "Allow",
      "Principal": {
        "AWS": [
          "1",
          "2"
        ],
        "CanonicalUser": "c",
        "Federated": "f",
        "Service": "s"
      },
      "Action": [
        "dynamodb:GetItem",
        "dynamodb:Query"
      ],
      "Resource": [
        "a",
        "z"
      ],
      "Condition": {
        "ForAllValues:StringEquals": {
          "k": []
        },
        "Null": {
          "a": "true",
          "b": "false"
        },
        "StringLike": {
          "dynamodb:LeadingKeys": [
            "a#${aws:PrincipalTag/tenant}",
            "b*"
          ]
        }
      }
    },
    {
      "Effect": "Deny",
      "NotPrincipal": {
        "AWS": "1"
      },
      "NotAction": "a:B",
      "NotResource": "r"
    },
    {
      "Effect": "Deny",
      "Principal": "*",
      "Action": "*"
    }
  ]
}
`
	if diff := cmp.Diff(want, string(Encode(everything()))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEncodeMinified(t *testing.T) {
	want := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["a:B","c:D"],"Resource":"two words","Condition":{"Bool":{"k":"true"},"Null":{"k":[]}}}]}`
	got := EncodeMinified(Document{Version: Version, Statement: []Statement{{
		Effect: Allow, Action: []string{"c:D", "a:B"}, Resource: []string{"two words"},
		Condition: []Condition{{"Null", "k", nil}, {"Bool", "k", []string{"true"}}},
	}}})
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestEncodeLeavesItsInput: sorting happens on copies.
func TestEncodeLeavesItsInput(t *testing.T) {
	d := everything()
	Encode(d)
	if diff := cmp.Diff(everything(), d); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

func TestEncodeText(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", `""`},
		{"<a>&'b'", `"<a>&'b'"`},
		{`say "no" \ yes`, `"say \"no\" \\ yes"`},
		{"\t\n\r", `"\t\n\r"`},
		{"\x00\x1f\x7f", `"\u0000\u001f\u007f"`},
		{"é ÿ 😀 \u2028", "\"é ÿ 😀 \u2028\""},
		{"\xff", "\"\uFFFD\""},
		{"${aws:PrincipalTag/tenant}#*", `"${aws:PrincipalTag/tenant}#*"`},
	}
	for _, tt := range tests {
		var w writer
		w.text(tt.text)
		if got := string(w.buf); got != tt.want || !json.Valid(w.buf) {
			t.Errorf("%q: got %s, want %s", tt.text, got, tt.want)
		}
	}
}

func TestEncodePanics(t *testing.T) {
	tests := []struct {
		name, want string
		statement  Statement
	}{
		{"same operator and key", "policy: two conditions of one statement are Bool on k", Statement{
			Condition: []Condition{{"Bool", "k", []string{"true"}}, {"Null", "k", nil}, {"Bool", "k", nil}},
		}},
		{"everyone and someone", "policy: a principal is everyone and named ones at once", Statement{
			Principal: &Principal{Any: true, AWS: []string{"1"}},
		}},
		{"no one", "policy: a principal names no one", Statement{NotPrincipal: &Principal{}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			defer func() {
				if got := recover(); got != tt.want {
					t.Errorf("got panic %v, want %q", got, tt.want)
				}
			}()
			Encode(Document{Statement: []Statement{tt.statement}})
		})
	}
}

func TestCountNonSpace(t *testing.T) {
	tests := []struct {
		text string
		want int
	}{
		{"", 0},
		{" \t\r\n", 0},
		{`{ "a" : 1 }`, 7},
		{`{"a b": "c d"}`, 13},
		{`{"a\" b": " \\" }`, 15},
		{`"é"`, 3},
		{"\u00a0", 1}, // a no-break space is no white space to JSON
	}
	for _, tt := range tests {
		if got := CountNonSpace([]byte(tt.text)); got != tt.want {
			t.Errorf("%q: got %d, want %d", tt.text, got, tt.want)
		}
	}
	d := everything()
	if got, want := CountNonSpace(Encode(d)), len(EncodeMinified(d)); got != want {
		t.Errorf("the indented form counts %d, the minified is %d long", got, want)
	}
	if strings.ContainsAny(string(EncodeMinified(d)), "\n\t") {
		t.Error("the minified form holds white space")
	}
}

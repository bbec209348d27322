package access

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// TestCells is that each comparison tells the representatives apart as it does what they stand for.
func TestCells(t *testing.T) {
	tests := []struct {
		operator string
		cuts     []string
		texts    []string // of every cell at least one
	}{
		{"NumericEquals", []string{"5", "5.0", "-1", "1e3", "five"}, []string{"-2", "-1", "0", "5", "6.5", "1000", "1001", "-1e300", "1e300"}},
		{"NumericEquals", []string{"0.1", "0.10000000000000002"}, []string{"0", "0.1", "0.10000000000000002", "0.2"}}, // nothing lies between
		{"NumericEquals", []string{"1.7976931348623157e308"}, []string{"0", "1.7976931348623157e308"}},
		{"NumericEquals", []string{"x"}, []string{}},
		{"DateEquals", []string{"2026-01-01", "1767225600", "2026-01-01T00:00:00.000000001Z", "9999-12-31T23:59:59Z"},
			[]string{"2025", "2026", "2026-01-01T00:00:00.000000001Z", "2026-02", "9999-12-31T23:59:59Z", "1e12"}},
		{"DateEquals", []string{"0000-01-01"}, []string{"-1e14", "0000-01-01T00:00Z", "1"}},
		{"IpAddress", []string{"10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "::ffff:10.1.2.4", "2001:db8::/32", "::ffff:0:0/90", "fe80::1%eth0"},
			[]string{"9.0.0.1", "10.0.0.1", "10.1.0.0", "10.1.2.3", "10.1.2.4", "10.1.2.5", "10.2.0.0", "11.0.0.0", "2001:db8::", "2001:db9::", "::1", "fe80::1%eth0", "::ffff:10.1.9.9"}},
		{"IpAddress", []string{"0.0.0.0/0", "::/0"}, []string{"1.2.3.4", "255.255.255.255", "::", "ffff::"}},
	}
	for _, tt := range tests {
		d := policy.Document{Version: policy.Version, Statement: []policy.Statement{{Effect: policy.Allow, Action: []string{"*"}, Resource: []string{"*"},
			Condition: []policy.Condition{{Operator: tt.operator, Key: "k", Values: tt.cuts}}}}}
		o := ordersOf([]policy.Document{d})["k"]
		if o.mixed {
			t.Errorf("%s %q is not cut", tt.operator, tt.cuts)
		}
		stand := map[string]bool{}
		for _, text := range tt.texts {
			cell := o.represent(text)
			stand[cell] = true
			if !slices.Contains(o.cells, cell) {
				t.Errorf("%s %q: %s is in no cell of %q", tt.operator, tt.cuts, text, o.cells)
			}
			for _, cut := range tt.cuts {
				for _, op := range []string{tt.operator, strings.Replace(tt.operator, "Equals", "LessThan", 1), strings.Replace(tt.operator, "Equals", "GreaterThanEquals", 1)} {
					if satisfies(op, cut, cell) != satisfies(op, cut, text) {
						t.Errorf("%s %s tells %s from %s, which stands for it", op, cut, text, cell)
					}
				}
			}
		}
		for _, cell := range o.cells {
			if got := o.represent(cell); got != cell && satisfies(tt.operator, tt.cuts[0], cell) != satisfies(tt.operator, tt.cuts[0], got) {
				t.Errorf("%s %q: %s stands for %s", tt.operator, tt.cuts, got, cell)
			}
		}
		for _, text := range []string{"", "a", "10.0.0", "2026-13"} {
			if o.represent(text) != text {
				t.Errorf("%s %q: %q is in a cell", tt.operator, tt.cuts, text)
			}
		}
	}
}

// TestMixed: a key that is compared by order and in another way is not decided, and neither is a value that was not known.
func TestMixed(t *testing.T) {
	document := func(conditions ...policy.Condition) policy.Document {
		return policy.Document{Version: policy.Version, Statement: []policy.Statement{{Effect: policy.Allow, Action: []string{"*"}, Resource: []string{"*"}, Condition: conditions}}}
	}
	number := policy.Condition{Operator: "NumericLessThan", Key: "k", Values: []string{"5"}}
	for _, other := range []policy.Condition{
		{Operator: "DateLessThan", Key: "K", Values: []string{"2026"}},
		{Operator: "StringEquals", Key: "K", Values: []string{"5.0"}},
		{Operator: "StringEquals", Key: "l", Values: []string{"${K}"}},
	} {
		d := document(number, other)
		if _, err := NewSymbols(d).Read(artifact.Identity, "mixed", d); err == nil || !strings.Contains(err.Error(), "another way") {
			t.Errorf("%v beside %v: the error is %v", other, number, err)
		}
	}
	d := document(number)
	if _, err := NewSymbols(d).Read(artifact.Identity, "known", d); err != nil {
		t.Error(err)
	}
	if _, err := NewSymbols(document()).Read(artifact.Identity, "unknown", d); err == nil {
		t.Error("a value that was not known is decided")
	}
}

// TestHostile reads what nobody should write, which must neither fail nor panic where what is not decided is a proposition.
func TestHostile(t *testing.T) {
	texts := []string{"", "${", "${}", "${a", "${a,", "${a,'", "${a, 'b'", "${a, 'b'}", "${a, b}", "${*, 'x'}", "${$}{a}", "}", "$", "*", "?", "a:b:c:d:e:${x}", "arn:${a:b}:c:d:e:f",
		"arn", "arn:", "arn:aws:s3", "arn:aws:s3:::${x}${y}${z}${v}${w}${u}${t}${s}${r}${q}", "\x00", "\u263a", "${\u263a}", "\xff", "1e999", "-", "0x10", "NaN", "10.0.0.0/33", "::/129", "fe80::1%", "1.2.3.4/", "/",
		"9999-99-99", "=", "====", "YQ", "YQ=="}
	for _, operator := range strings.Fields("StringEquals StringNotLike StringEqualsIgnoreCase NumericLessThan DateNotEquals Bool BinaryEquals IpAddress NotIpAddress ArnLike ArnNotEquals Null") {
		for _, set := range []string{"", "ForAllValues:", "ForAnyValue:"} {
			st := policy.Statement{Effect: policy.Deny, Action: texts, NotResource: texts, NotPrincipal: &policy.Principal{AWS: texts, Service: texts, Federated: texts, CanonicalUser: texts},
				Condition: []policy.Condition{{Operator: set + operator, Key: "k", Values: texts}, {Operator: set + operator, Key: "", Values: texts[:3]}}}
			d := policy.Document{Version: policy.Version, Statement: []policy.Statement{st}}
			for _, s := range []*Symbols{NewSymbols(d), NewWorlds(d)} {
				s.Opaque = true
				m, err := s.Read(artifact.Table, "hostile", d)
				if err != nil {
					t.Errorf("%s: %v", set+operator, err)
				}
				for _, b := range m.Denies {
					_ = s.Example(b, "", unknown).String()
				}
				s.Gain(m, Meaning{Allows: m.Denies})
			}
		}
	}
}

// TestBinary: texts are the same bytes whatever line ends they have and whatever their last digit has beyond the last byte.
func TestBinary(t *testing.T) {
	s := NewWorlds()
	for _, of := range []struct {
		written string
		is, not []string
	}{
		{"YQ==", []string{"YQ==", "YR==", "Yf==", "Y\nQ==\r\n", "YQ=\n="}, []string{"", "YQ", "YQ=", "Yg==", "YWE=", "yq=="}},
		{"YWI=", []string{"YWI=", "YWK=", "YWL="}, []string{"YWM=", "YQ==", "YWI"}},
		{"YWJj", []string{"YWJj", "\nYWJj"}, []string{"YWJk", "YWJj="}},
		{"", []string{"", "\n"}, []string{"=", "YQ=="}},
		{"a", nil, []string{"a", ""}},
	} {
		p, err := s.binary(of.written)
		if err != nil {
			t.Fatal(err)
		}
		decoded, wrong := base64.StdEncoding.DecodeString(of.written)
		for _, text := range append(of.is, of.not...) {
			got, err := base64.StdEncoding.DecodeString(text)
			same := wrong == nil && err == nil && string(got) == string(decoded)
			if listed := slices.Contains(of.is, text); p.set.Contains(text) != same || same != listed {
				t.Errorf("%q is %q: %t, decoded %t, listed %t", text, of.written, p.set.Contains(text), same, listed)
			}
		}
	}
}

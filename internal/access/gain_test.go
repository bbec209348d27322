package access

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/internal/sample"
)

// change is two documents and what is gained from one to the other.
type change struct {
	kind        artifact.Kind
	old, new    policy.Document
	symbols     *Symbols
	gain        []Box
	sure, empty bool
}

func newChange(t *testing.T, kind artifact.Kind, old, new policy.Document) change {
	t.Helper()
	s := NewWorlds(old, new)
	was, err := s.Read(kind, "old", old)
	if err != nil {
		t.Fatalf("%v in\n%s", err, policy.Encode(old))
	}
	is, err := s.Read(kind, "new", new)
	if err != nil {
		t.Fatalf("%v in\n%s", err, policy.Encode(new))
	}
	gain, sure := s.Gain(was, is)
	return change{kind, old, new, s, gain, sure, len(gain) == 0}
}

func (c change) allows(d policy.Document, q evaluate.Request) bool {
	return evaluate.Decide(q, Layered(c.kind, []policy.Document{d})).Outcome == evaluate.Allow
}

// confirmed reports whether the evaluator takes an example of a box for a gain.
func (c change) confirmed(b Box) (Request, error) {
	r := c.symbols.Example(b, "", unknown)
	if err := Confirm(r, c.kind, []policy.Document{c.new}, AllowsMore); err != nil {
		return r, fmt.Errorf("after it, %w", err)
	}
	if Confirm(r, c.kind, []policy.Document{c.old}, AllowsMore) == nil {
		return r, fmt.Errorf("before it, it was allowed as well")
	}
	return r, nil
}

// TestGain asks of random pairs of policies what is gained. Where nothing is, for sure, no request that is sampled may be
// allowed after and not before; and an example of each box must be, if it depends on no proposition.
func TestGain(t *testing.T) {
	for shard := range uint64(2) {
		t.Run(fmt.Sprint(shard), func(t *testing.T) {
			t.Parallel()
			testGain(t, shard, pairs(t, 3000)/2)
		})
	}
}

func testGain(t *testing.T, shard uint64, most int) {
	total, none, unsure, open := 0, 0, 0, 0
	for seed := shard; total < most; seed += 2 {
		g := sample.NewGrower(seed)
		old := few(seed, g.Document())
		after := g.Edit(old)
		if seed%4 == shard {
			after = few(seed, g.Document())
		}
		c := newChange(t, g.Kind, old, after)
		total++
		none, unsure = none+btoi(c.empty && c.sure), unsure+btoi(!c.sure)
		for i, b := range c.gain {
			if len(b.Propositions()) > 0 {
				open++
				continue
			}
			if i > 2 && i%7 != 0 {
				continue // most of many are about other texts of a variable
			}
			if r, err := c.confirmed(b); err != nil {
				t.Fatalf("seed %d: the gain of %s is not confirmed: %v\nold %s\nnew %s\n%s", seed, r, err, policy.Encode(old), policy.Encode(after), shown(Meaning{Allows: []Box{b}}))
			}
		}
		if c.empty && c.sure {
			c.requireNone(t, seed)
		}
	}
	t.Logf("%d pairs: in %d nothing is gained; %d are not sure, %d boxes depend on propositions", total, none, unsure, open)
	if none < total/10 || unsure > total/5 {
		t.Errorf("of %d pairs nothing is gained in %d, and %d are not sure", total, none, unsure)
	}
}

// few is a document with so few statements that what is in it matters, mostly.
func few(seed uint64, d policy.Document) policy.Document {
	if seed%16 > 0 {
		d.Statement = d.Statement[:min(len(d.Statement), 1+int(seed/8%2))]
	}
	return d
}

func (c change) requireNone(t *testing.T, seed uint64) {
	t.Helper()
	sampler := sample.NewSampler(seed, c.kind, c.old, c.new)
	sampler.Sessions = true
	for range requestsEach {
		if q := Placed(sampler.Request(), c.kind); c.allows(c.new, q) && !c.allows(c.old, q) {
			t.Fatalf("seed %d: nothing is said to be gained, for sure, but\n%+v\nold %s\nnew %s", seed, q, policy.Encode(c.old), policy.Encode(c.new))
		}
	}
}

// TestGainOfVariables is what a change gives that has to do with what variables stand for.
func TestGainOfVariables(t *testing.T) {
	is := func(operator, key string, values ...string) policy.Condition {
		return policy.Condition{Operator: operator, Key: key, Values: values}
	}
	allow := func(conditions ...policy.Condition) policy.Statement {
		return policy.Statement{Effect: policy.Allow, Action: []string{"dynamodb:Query"}, Resource: []string{"*"}, Condition: conditions}
	}
	deny := func(conditions ...policy.Condition) policy.Statement {
		st := allow(conditions...)
		st.Effect = policy.Deny
		return st
	}
	on := func(resources ...string) policy.Statement {
		return policy.Statement{Effect: policy.Allow, Action: []string{"dynamodb:Query"}, Resource: resources}
	}
	const v = "${aws:PrincipalTag/team}"
	const w = "${aws:PrincipalTag/unit}"
	tests := []struct {
		name     string
		old, new []policy.Statement
		gain     bool
		sure     bool
	}{
		{"the same", []policy.Statement{allow(is("StringEquals", selects, v))}, []policy.Statement{allow(is("StringLike", selects, v))}, false, true},
		{"a text that the variable may be", []policy.Statement{allow(is("StringEquals", selects, v)), deny(is("StringEquals", selects, "x"))},
			[]policy.Statement{allow(is("StringEquals", selects, v))}, true, true},
		{"a text that it may not be", []policy.Statement{allow(is("StringEquals", selects, v), is("StringNotEquals", tag, "x")), deny(is("StringEquals", selects, "x"))},
			[]policy.Statement{allow(is("StringEquals", selects, v), is("StringNotEquals", tag, "x"))}, false, true},
		{"an exception for one", []policy.Statement{allow(is("StringEquals", selects, v), is("StringNotEquals", tag, "x"))},
			[]policy.Statement{allow(is("StringEquals", selects, v))}, true, true},
		{"a pattern for all", []policy.Statement{allow(is("StringLike", selects, "T#"+v+"#*"))}, []policy.Statement{allow(is("StringLike", selects, "T#*#*"))}, true, true},
		{"a pattern within one", []policy.Statement{allow(is("StringLike", selects, "T#*"))}, []policy.Statement{allow(is("StringLike", selects, "T#"+v+"#*"))}, false, true},
		{"an empty variable", []policy.Statement{allow(is("StringLike", selects, "T#?*"))}, []policy.Statement{allow(is("StringLike", selects, "T#"+v+"*"))}, true, true},
		{"a prefix of a text", []policy.Statement{allow(is("StringLike", selects, v+"*")), deny(is("StringEquals", selects, "shared"))},
			[]policy.Statement{allow(is("StringLike", selects, v+"*"))}, true, true},
		{"a text within the pattern", []policy.Statement{allow(is("StringLike", selects, v+"#*", "shared#*"))},
			[]policy.Statement{allow(is("StringLike", selects, v+"#*")), allow(is("StringLike", selects, "shared#1*"))}, false, true},
		{"two that may be one", []policy.Statement{allow(is("StringEquals", selects, v), is("StringNotEquals", tag, w))},
			[]policy.Statement{allow(is("StringEquals", selects, v))}, true, true},
		{"two that are one", []policy.Statement{allow(is("StringEquals", selects, v), is("StringEquals", selects, w))},
			[]policy.Statement{allow(is("StringEquals", selects, w), is("StringEquals", selects, v))}, false, true},
		{"two by one", []policy.Statement{allow(is("StringEquals", selects, v), is("StringEquals", selects, w)), allow(is("StringNotEquals", selects, v))},
			[]policy.Statement{allow(is("StringEquals", selects, w))}, false, true},
		{"a table", []policy.Statement{on("arn:aws:dynamodb:*:*:table/" + v + "-*")}, []policy.Statement{on("arn:aws:dynamodb:us-east-1:*:table/" + v + "-a")}, false, true},
		{"a table by name", []policy.Statement{on("arn:aws:dynamodb:*:*:table/"+v, "arn:aws:dynamodb:*:*:table/a")},
			[]policy.Statement{on("arn:aws:dynamodb:us-east-1:*:table/"+v, "arn:aws:dynamodb:*:*:table/a", "arn:aws:dynamodb:*:*:table/b")}, true, true},
		{"a default", []policy.Statement{allow(is("StringEquals", selects, v))}, []policy.Statement{allow(is("StringEquals", selects, "${aws:PrincipalTag/team, 'x'}"))}, true, true},
		{"behind a star", []policy.Statement{allow(is("StringLike", selects, "*"+v+"*"))}, []policy.Statement{allow(is("StringLike", selects, "*"+v))}, false, false},
		{"only a part of a text", []policy.Statement{allow(is("StringLike", selects, v+"*"), is("StringNotEquals", tag, "shared")), deny(is("StringEquals", selects, "shared"))},
			[]policy.Statement{allow(is("StringLike", selects, v+"*"), is("StringNotEquals", tag, "shared"))}, true, true},
		{"a text that all begin with", []policy.Statement{allow(is("StringLike", selects, v+"*"), is("StringLike", tag, "ac*"))},
			[]policy.Statement{allow(is("StringLike", selects, "ac*"), is("StringLike", tag, "ac*"))}, true, true},
		{"a place within a place", []policy.Statement{allow(is("StringEquals", selects, v, "T#"+v))}, []policy.Statement{allow(is("StringEquals", selects, v))}, false, false},
		{"a part of a variable", []policy.Statement{allow(is("StringEquals", selects, v), is("StringEquals", tag, "T#"+w))},
			[]policy.Statement{allow(is("StringEquals", selects, v), is("StringEquals", tag, "T#"+w))}, false, false},
		{"too many texts", []policy.Statement{allow(is("StringLike", selects, v+"*", strings.Repeat("long", 20)))}, []policy.Statement{allow(is("StringLike", selects, v+"*"))}, false, false},
		{"any case", []policy.Statement{allow(is("StringEqualsIgnoreCase", selects, v))}, []policy.Statement{allow(is("StringEquals", selects, v))}, false, false},
		{"in the account of an ARN", []policy.Statement{allow(is("ArnLike", "aws:SourceArn", "arn:aws:s3::"+v+":b"))}, []policy.Statement{allow(is("ArnEquals", "aws:SourceArn", "arn:aws:s3::"+v+":b"))}, false, false},
		{"the end of an ARN", []policy.Statement{allow(is("ArnLike", "aws:SourceArn", "arn:aws:s3:::"+v+"/*"))}, []policy.Statement{allow(is("ArnEquals", "aws:SourceArn", "arn:aws:s3:::"+v+"/x"))}, false, true},
		{"two in a text", []policy.Statement{allow(is("StringLike", selects, v+w))}, []policy.Statement{allow(is("StringLike", selects, v+w))}, false, false},
	}
	for _, tt := range tests {
		c := newChange(t, artifact.Identity, policy.Document{Version: policy.Version, Statement: tt.old}, policy.Document{Version: policy.Version, Statement: tt.new})
		if c.empty == tt.gain || c.sure != tt.sure {
			t.Errorf("%s: %d boxes are gained, sure %t; want some %t, sure %t", tt.name, len(c.gain), c.sure, tt.gain, tt.sure)
		}
		for _, b := range c.gain {
			if r, err := c.confirmed(b); err != nil {
				t.Errorf("%s: %s is not confirmed: %v", tt.name, r, err)
			}
		}
	}
}

// TestGainOfPropositions: what is not decided makes no difference to itself, and all the difference to something else.
func TestGainOfPropositions(t *testing.T) {
	document := func(effect policy.Effect, values ...string) policy.Document {
		all := policy.Statement{Effect: policy.Allow, Action: []string{"*"}, Resource: []string{"*"}}
		st := all
		st.Effect = effect
		st.Condition = []policy.Condition{{Operator: "StringEqualsIgnoreCase", Key: selects, Values: values}}
		if effect == policy.Allow {
			return policy.Document{Version: policy.Version, Statement: []policy.Statement{st}}
		}
		return policy.Document{Version: policy.Version, Statement: []policy.Statement{st, all}}
	}
	for _, effect := range []policy.Effect{policy.Allow, policy.Deny} {
		if c := newChange(t, artifact.Identity, document(effect, "é", "ß"), document(effect, "ß", "é")); !c.empty || !c.sure {
			t.Errorf("%s: %d boxes are gained by another order of values, sure %t", effect, len(c.gain), c.sure)
		}
		c := newChange(t, artifact.Identity, document(effect, "é"), document(effect, "ß"))
		if c.empty || slices.ContainsFunc(c.gain, func(b Box) bool { return len(b.Propositions()) != 2 }) {
			t.Errorf("%s: another value does not show as a gain that depends on both", effect)
		}
		for _, b := range c.gain {
			if r := c.symbols.Example(b, "", unknown); len(r.Open) != 2 || slices.ContainsFunc(r.Context, func(k evaluate.Key) bool { return k.Name[0] == 0 }) {
				t.Errorf("%s: the example is %+v", effect, r)
			}
		}
	}
}

package infer

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/describe"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/internal/sample"
)

// grown is a random policy of a role that works with a table, with the holes that such policies have.
func grown(r *rand.Rand) policy.Document {
	const table = "arn:aws:dynamodb:eu-west-1:210987654321:table/"
	d := policy.Document{Version: policy.Version}
	for range 1 + r.IntN(4) {
		s := policy.Statement{Effect: policy.Allow}
		if r.IntN(4) == 0 {
			s.Effect = policy.Deny
		}
		for range 1 + r.IntN(4) {
			s.Action = append(s.Action, "dynamodb:"+sample.Pick(r, []string{
				"GetItem", "BatchGetItem", "Query", "Scan", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "ConditionCheckItem", "PartiQLSelect",
				"PartiQLUpdate", "DescribeTable", "DeleteTable", "GetRecords", "Get*", "*", "*Item", "Batch*", "CreateBackup",
			}))
		}
		for range 1 + r.IntN(2) {
			s.Resource = append(s.Resource, sample.Pick(r, []string{
				table + "Orders", table + "Orders", table + "Orders/index/*", table + "Orders/index/ByDay", table + "*", table + "Ord*", table + "Other", "*", table + "Orders/stream/*",
			}))
		}
		if r.IntN(8) == 0 {
			s.NotResource, s.Resource = []string{table + "Other"}, nil
		}
		for range r.IntN(4) {
			s.Condition = append(s.Condition, sample.Pick(r, []policy.Condition{
				{Operator: "ForAllValues:StringEquals", Key: leadingKeys, Values: []string{"${aws:PrincipalTag/tenant}"}},
				{Operator: "ForAllValues:StringLike", Key: leadingKeys, Values: []string{"T#${aws:PrincipalTag/tenant}", "T#${aws:PrincipalTag/tenant}#*"}},
				{Operator: "ForAllValues:StringLike", Key: leadingKeys, Values: []string{"${aws:PrincipalTag/tenant}*"}},
				{Operator: "ForAllValues:StringEquals", Key: leadingKeys, Values: []string{"CONFIG", "SHARED"}},
				{Operator: "ForAnyValue:StringEquals", Key: leadingKeys, Values: []string{"CONFIG"}},
				{Operator: "ForAllValues:StringNotEquals", Key: leadingKeys, Values: []string{"SECRET"}},
				{Operator: "Null", Key: leadingKeys, Values: []string{"false"}},
				{Operator: "ForAllValues:StringEquals", Key: attributesKey, Values: []string{"id", "day", "status"}},
				{Operator: "ForAllValues:StringEquals", Key: attributesKey, Values: []string{"status"}},
				{Operator: "Null", Key: attributesKey, Values: []string{"false"}},
				{Operator: "StringEquals", Key: selectKey, Values: []string{"SPECIFIC_ATTRIBUTES"}},
				{Operator: "StringEqualsIfExists", Key: returnValuesKey, Values: []string{"NONE", "UPDATED_OLD"}},
				{Operator: "ForAnyValue:StringEquals", Key: enclosingOperation, Values: []string{"TransactWriteItems", "TransactGetItems"}},
				{Operator: "Bool", Key: "aws:SecureTransport", Values: []string{sample.Pick(r, []string{"true", "false"})}},
				{Operator: "StringEquals", Key: "aws:ResourceTag/Team", Values: []string{"shop"}},
				{Operator: "Bool", Key: fullTableScan, Values: []string{"true"}},
				{Operator: "StringLike", Key: "aws:PrincipalTag/tenant", Values: []string{"?*"}},
				{Operator: "StringNotEquals", Key: "aws:SourceVpce", Values: []string{"vpce-1"}},
				{Operator: "NumericLessThan", Key: "s3:max-keys", Values: []string{"7"}},
			}))
		}
		s.Condition = distinct(s.Condition)
		d.Statement = append(d.Statement, s)
	}
	return d
}

// distinct keeps one condition of each operator and key, as JSON would.
func distinct(conditions []policy.Condition) []policy.Condition {
	var out []policy.Condition
	seen := map[string]bool{}
	for _, c := range conditions {
		if !seen[c.Operator+c.Key] {
			seen[c.Operator+c.Key] = true
			out = append(out, c)
		}
	}
	return out
}

func orders() *inventory.Table {
	return &inventory.Table{Described: true, Table: describe.Table{
		Name: "Orders", Account: "210987654321", Region: "eu-west-1", PartitionKey: describe.Attribute{Name: "id", Type: "S"},
		GlobalIndexes: []describe.Index{{Name: "ByDay", PartitionKey: describe.Attribute{Name: "day", Type: "S"}, Projection: "all"}}, Stream: "new_image",
	}}
}

// TestRandomLaw imports random policies. Nothing may be gained: by the comparison here, by package diff, and by the evaluator, which
// is asked about requests at the boundaries of both.
func TestRandomLaw(t *testing.T) {
	seeds := uint64(150) // DDBGEN_PAIRS asks for more at a release
	if n, err := strconv.ParseUint(os.Getenv("DDBGEN_PAIRS"), 10, 32); err == nil {
		seeds = n
	}
	written, asked, allowed := 0, 0, 0
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 7))
		i := &inventory.Identity{Kind: inventory.Role, Name: "app", ARN: "arn:aws:iam::210987654321:role/app"}
		for n := range 1 + r.IntN(2) {
			d := grown(r)
			if r.IntN(5) == 0 {
				d = sample.NewGrower(seed).Document()
				for n := range d.Statement {
					d.Statement[n].Principal, d.Statement[n].NotPrincipal = nil, nil
				}
			}
			i.Policies = append(i.Policies, &inventory.Document{Document: d, Kind: artifact.Identity, Name: "p" + strconv.Itoa(n)})
		}
		if r.IntN(5) == 0 {
			i.Boundary = &inventory.Document{Document: grown(r), Kind: artifact.Boundary, Name: "boundary"}
		}
		result := Infer(&inventory.Inventory{Identities: []*inventory.Identity{i}, Tables: []*inventory.Table{orders()}}, "spec.yaml", Options{Name: "x"})
		if result.Model == nil {
			t.Fatalf("seed %d: no spec: %v\n%s", seed, result.Findings, result.Complete)
		}
		if result.Roles > 0 {
			written++
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) { lawful(t, result) })
		n, m := confirmed(t, seed, i, result)
		asked, allowed = asked+n, allowed+m
	}
	t.Logf("%d roles written, %d requests asked, %d of them allowed by the spec", written, asked, allowed)
	if written < int(seeds/4) || allowed < int(seeds) {
		t.Errorf("%d roles written, %d requests allowed by the spec: too few to show anything", written, allowed)
	}
}

// confirmed asks the evaluator: what the generated policies allow, the policies that exist must.
func confirmed(t *testing.T, seed uint64, i *inventory.Identity, r Result) (asked, allowed int) {
	t.Helper()
	var before, after evaluate.Policies
	for _, d := range i.Policies {
		before.Identity = append(before.Identity, d.Document)
	}
	for _, p := range r.Tree.Policies {
		switch p.Kind {
		case artifact.Identity:
			after.Identity = append(after.Identity, parsed(p))
		case artifact.Table:
			d := parsed(p)
			after.Resource = &d
		}
	}
	if len(after.Identity) == 0 {
		return 0, 0
	}
	s := sample.NewSampler(seed, artifact.Identity, append(before.Identity, after.Identity...)...)
	for range 100 {
		request := access.Placed(s.Request(), artifact.Identity)
		asked++
		if evaluate.Decide(request, after).Outcome != evaluate.Allow {
			continue
		}
		allowed++
		if evaluate.Decide(request, before).Outcome != evaluate.Allow {
			t.Errorf("seed %d: the spec allows %+v, and it was not allowed\n%s", seed, request, r.Text)
		}
	}
	return asked, allowed
}

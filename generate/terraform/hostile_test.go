package terraform

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
)

// poison is text that would be syntax wherever escaping is forgotten: it ends a string, opens an interpolation or a
// directive, ends a comment, begins a line of its own.
const poison = "é\"}\\ ${var.x} %{ if true } $${y} \r\n\t# // */ </script> EOT \x7f\u2028 $"

// freeTexts are all free-text fields of the rich model, in a fixed order.
func freeTexts(m *model.Model) []*string {
	var out []*string
	tagValues := func(list []model.Tag) {
		for i := range list {
			out = append(out, &list[i].Key, &list[i].Value)
		}
	}
	for _, e := range m.Environments {
		out = append(out, &e.NamePrefix, &e.Region, &e.Account)
		tagValues(e.Tags)
		for i := range e.Placements {
			p := &e.Placements[i]
			out = append(out, &p.VPC)
			for _, list := range [][]string{p.RouteTables, p.Subnets, p.SecurityGroups} {
				for i := range list {
					out = append(out, &list[i])
				}
			}
		}
	}
	for _, k := range m.Keys {
		out = append(out, &k.Description)
		tagValues(k.Tags)
		for i := range k.Existing {
			out = append(out, &k.Existing[i].Value)
		}
	}
	for _, t := range m.Tables {
		out = append(out, &t.PhysicalName, &t.TimeToLive, &t.PartitionKey.Name)
		tagValues(t.Tags)
		for _, i := range t.Indexes() {
			out = append(out, &i.PhysicalName)
			for n := range i.Projection.Attributes {
				out = append(out, &i.Projection.Attributes[n])
			}
		}
	}
	for _, r := range m.AllRoles() {
		out = append(out, &r.PhysicalName, &r.Path, &r.Description)
		tagValues(r.Tags)
		out = append(out, values(r.Trust.Issuer, r.Trust.Audience)...)
		for i := range r.Attach {
			out = append(out, &r.Attach[i].ARN)
		}
	}
	s := m.State
	out = append(out, values(s.Bucket, s.Region, s.Key)...)
	return append(out, &s.Prefix, &s.LockTable, &m.Trail.Bucket, &m.Guardrails.Boundary.ARN)
}

// values are the fields of values that may differ between environments.
func values(all ...[]model.EnvironmentValue) []*string {
	var out []*string
	for _, list := range all {
		for i := range list {
			out = append(out, &list[i].Value)
		}
	}
	return out
}

// written are the fields whose text must be found again: those of an existing thing that modules do not mention, and
// texts that are left out when empty, are not among them.
func written(m *model.Model) []string {
	var out []string
	for _, field := range freeTexts(m) {
		if *field != "" && !slices.Contains(unwritten(m), field) {
			out = append(out, *field)
		}
	}
	return out
}

func unwritten(m *model.Model) []*string {
	catalogue := m.Tables[0]
	out := []*string{&m.Keys[0].Description, &catalogue.TimeToLive, &catalogue.PartitionKey.Name, &m.Roles[3].Description}
	for _, r := range m.DeployRoles {
		if len(r.Trust.Audience) > 0 {
			out = append(out, &r.Trust.Audience[0].Value) // production's identity providers exist already
		}
	}
	return out
}

// The rich model makes its boundary and locks its state by a file; with an ARN and a table both are elsewhere.
func TestHostileText(t *testing.T) {
	t.Run("made", func(t *testing.T) { hostile(t, rich(), "", "") })
	t.Run("elsewhere", func(t *testing.T) { hostile(t, rich(), "arn:{partition}:iam::{account}:policy/boundary", "locks") })
}

func hostile(t *testing.T, m *model.Model, boundary, table string) {
	t.Helper()
	m.Guardrails.Boundary.ARN, m.State.LockTable = boundary, table
	for i, field := range freeTexts(m) {
		if *field == "" && slices.Contains(choices(m), field) {
			continue
		}
		if *field == "" {
			*field = "x" // so that both models write the same attributes
		}
		*field = fmt.Sprintf("%03d%s", i, *field)
	}
	benign := structure(t, all(m))
	for _, field := range freeTexts(m) {
		if *field != "" {
			*field += poison
		}
	}
	files := all(m)
	if d := cmp.Diff(benign, structure(t, files)); d != "" {
		t.Error("text became syntax:", d)
	}
	values := strings.Join(stringValues(t, files), "\x00")
	for _, want := range written(m) {
		if !strings.Contains(values, expanded(m, want)) {
			t.Errorf("%q does not come back", want)
		}
	}
}

// choices are the fields that choose what is written by being empty.
func choices(m *model.Model) []*string {
	return []*string{&m.State.LockTable, &m.Guardrails.Boundary.ARN}
}

// expanded fills the placeholders of an ARN for the first environment; other texts have none.
func expanded(m *model.Model, s string) string { return m.Environments[0].ExpandARN(s) }

// structure is everything of the files but the values: blocks with their labels, and the names of attributes.
func structure(t *testing.T, files []output.File) []string {
	var out []string
	for _, f := range files {
		out = append(out, f.Path)
		out = append(out, outline(parse(t, f), " ")...)
	}
	return out
}

func outline(b *hclsyntax.Body, indent string) []string {
	var out []string
	for name := range b.Attributes {
		out = append(out, indent+name)
	}
	slices.Sort(out)
	for _, block := range b.Blocks {
		out = append(out, indent+block.Type+" "+strings.Join(block.Labels, " "))
		out = append(out, outline(block.Body, indent+" ")...)
	}
	return out
}

func parse(t *testing.T, f output.File) *hclsyntax.Body {
	t.Helper()
	file, ds := hclsyntax.ParseConfig(f.Bytes, f.Path, hcl.InitialPos)
	if ds.HasErrors() {
		t.Fatalf("%v\n%s", ds, f.Bytes)
	}
	return file.Body.(*hclsyntax.Body)
}

// stringValues are the values of all strings that need no more than the prefix to be known.
func stringValues(t *testing.T, files []output.File) []string {
	module := func(name string) cty.Value { return cty.ObjectVal(map[string]cty.Value{name: cty.StringVal("")}) }
	ctx := &hcl.EvalContext{Variables: map[string]cty.Value{
		"var": module("name_prefix"), "path": module("module"),
		"each":               module("key"),
		"aws_dynamodb_table": cty.ObjectVal(map[string]cty.Value{"events": module("name")}),
	}}
	var out []string
	for _, f := range files {
		hclsyntax.VisitAll(parse(t, f), func(n hclsyntax.Node) hcl.Diagnostics {
			if e, ok := n.(*hclsyntax.TemplateExpr); ok {
				if v, ds := e.Value(ctx); !ds.HasErrors() {
					out = append(out, v.AsString())
				}
			}
			return nil
		})
	}
	return out
}

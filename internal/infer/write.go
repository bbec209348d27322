package infer

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/describe"
	"github.com/ddbgen/ddbgen/spec"
)

// writer writes the spec. Texts from outside become part of it by spec.Scalar, or as words of a comment by plain.
type writer struct {
	describe.Lines
	*draft
	form  form
	parts []part
	open  []Line
}

// form is what becomes of what the author must fill in.
type form int

const (
	toFillIn      form = iota // lines to uncomment
	complete                  // words in its place
	withEndpoints             // the same, and the endpoints, which are lines to uncomment in the others
)

// write writes the spec.
func (d *draft) write(f form) *writer {
	w := &writer{draft: d, form: f}
	w.header()
	w.environments()
	w.tenancies()
	w.keyList()
	w.Line(0, "tables:")
	for i, t := range d.tables {
		if i > 0 {
			w.Line(0, "")
		}
		w.table(t)
	}
	w.endpointList()
	w.roleList()
	w.guardrails()
	return w
}

// lines is how many lines there are.
func (w *writer) lines() int { return strings.Count(w.String(), "\n") }

// as writes something that can be left out by itself.
func (w *writer) as(name string, write func()) {
	from := w.lines() + 1
	write()
	w.parts = append(w.parts, part{name, from, w.lines()})
}

// fill writes a setting that only the author knows: in a line to uncomment, or with a word in its place.
func (w *writer) fill(depth int, setting, word, hint, what string) {
	if w.form != toFillIn {
		w.Line(depth, "%s: %s", setting, word)
		return
	}
	w.Line(depth, "#%s: %s", setting, hint)
	w.open = append(w.open, Line{w.lines(), what})
}

func (w *writer) comments(depth int, notes []note) {
	for _, n := range notes {
		w.Prose(depth, "%s", n.text)
	}
}

func (w *writer) header() {
	w.Line(0, "# yaml-language-server: $schema=./ddbgen.schema.json")
	w.Line(0, "#")
	w.Prose(0, "Imported from what exists. It grants no more than that did; where it grants less, a comment says what was left out, where that stands, and why.")
	w.Line(0, "#")
	if w.Managed {
		w.Prose(0, "Terraform shall manage the tables and the roles. Before the first apply, import each table into its state, in generated/environments/%s, and read what it plans. Roles get another path, so they are made anew: give what assumes them the new ARN, then remove the old ones.", w.env.Name)
		w.Line(0, "#")
		for _, t := range w.tables {
			w.Line(0, "#   terraform import module.tables.aws_dynamodb_table.%s %q", t.logical, t.Name)
		}
	} else {
		w.Prose(0, "The tables and the roles are made elsewhere: their policies are written, and attached to the roles beside those that they have. Remove those then, or nothing has changed. The resource policy of a table is replaced; look at it first, with aws dynamodb get-resource-policy, if it is not among what was imported.")
	}
	w.Line(0, "#")
	w.Prose(0, "Lines that begin with # and no space are settings to fill in and uncomment.")
	for _, n := range w.notes {
		w.Line(0, "#")
		w.comments(0, []note{n})
	}
	w.Line(0, "version: 1")
	w.Line(0, "name: %s", spec.Scalar(w.Name))
	w.Line(0, "")
}

func (w *writer) environments() {
	w.Line(0, "environments:")
	w.Line(1, "%s:", w.env.Name)
	if w.env.Account == unknownAccount {
		w.Prose(2, "No ARN says which account it is.")
	}
	w.Line(2, "account: %q", w.env.Account)
	w.Line(2, "region: %s", spec.Scalar(w.env.Region))
	if w.form == withEndpoints && len(w.endpoints) > 0 {
		w.placements(2)
	}
	w.Line(0, "")
}

// placements writes where endpoints stand, with words for what an inventory does not know of them.
func (w *writer) placements(depth int) {
	w.Line(depth, "endpoints:")
	for _, e := range w.endpoints {
		w.as("endpoint:"+e.logical, func() { w.Line(depth+1, "%s: {%s}", e.logical, placement(e)) })
	}
}

func placement(e *endpoint) string {
	vpc := e.found.VPC
	if !vpcID.MatchString(vpc) {
		vpc = "vpc-00000000000000000"
	}
	if e.found.Gateway {
		return "vpc_id: " + vpc + ", route_table_ids: [rtb-00000000000000000]"
	}
	return "vpc_id: " + vpc + ", subnet_ids: [subnet-00000000000000000], security_group_ids: [sg-00000000000000000]"
}

func (w *writer) tenancies() {
	t := w.tenancy
	if t == nil {
		return
	}
	w.Line(0, "tenancy:")
	if t.assumed {
		w.Prose(1, "What tenant ids look like, no policy says: this is taken for it, so make it as narrow as your ids are. That no tenant reaches another's keys is proven for the ids of this pattern.")
	}
	w.Line(1, "id_pattern: %q", t.pattern)
	if t.words != "" {
		w.Line(1, "identity: {%s}", t.words)
	}
	if len(t.tenants) > 0 {
		w.as("silo:tenants", func() { w.Line(1, "tenants: %s", scalars(t.tenants)) })
	}
	w.Line(0, "")
}

func (w *writer) keyList() {
	if len(w.keys) == 0 {
		return
	}
	w.Prose(0, "Keys in KMS that tables are under. Their policies stay as they are.")
	w.Line(0, "keys:")
	for _, k := range w.keys {
		w.Line(1, "%s: {existing: %s}", k.logical, spec.Scalar(k.arn))
	}
	w.Line(0, "")
}

// endpointList writes the endpoints, in lines to uncomment.
func (w *writer) endpointList() {
	if len(w.endpoints) == 0 {
		return
	}
	hash := "#"
	if w.form == withEndpoints {
		hash = ""
	}
	w.Line(0, "")
	w.Prose(0, "The VPC endpoints. An endpoint of a spec is made by Terraform, and lets nobody through but its roles; to have these made anew, uncomment them, and where they stand in the environment, with the ids of the network.")
	w.Line(0, "%sendpoints:", hash)
	for _, e := range w.endpoints {
		w.as("endpoint:"+e.logical, func() {
			var roles []string
			for _, r := range e.roles {
				roles = append(roles, r.logical)
			}
			settings := "type: interface"
			if e.found.Gateway {
				settings = "type: gateway"
			}
			if e.streams {
				settings += ", service: dynamodb_streams"
			}
			w.Line(1, "%s%s: {%s, roles: %s}", hash, e.logical, settings, scalars(roles))
			if w.form != withEndpoints {
				w.Prose(1, "%s is %s. Under environments: %s: {%s}", e.logical, plain(e.found.Name), e.logical, placement(e))
			}
		})
	}
}

func (w *writer) guardrails() {
	if w.transport == nil && w.boundary == "" {
		return
	}
	w.Line(0, "")
	w.Line(0, "guardrails:")
	if w.transport != nil {
		w.comments(1, []note{*w.transport})
		w.Line(1, "insecure_transport: {effect: allow, because: the resource policies of tables are written elsewhere}")
	}
	if w.boundary != "" {
		w.Line(1, "permissions_boundary: %s", spec.Scalar(w.boundary))
	}
}

func scalars(texts []string) string {
	var out []string
	for _, t := range texts {
		out = append(out, spec.Scalar(t))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

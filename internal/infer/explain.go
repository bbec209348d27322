package infer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file says what of the source is not repeated. Every statement is compared with what the spec grants: where it allows
// anything more, there is a comment, with what kind of thing that is.

// explain writes the comments of a role.
func (d *draft) explain(r *role) {
	if r.silent && !d.touches(r.holder) || r.silent && d.bannedRole(r) {
		return
	}
	if r.isDeployer() && !r.silent {
		return // what it is given is what Terraform calls for this spec, and no more; what it had besides, the comparison tells
	}
	if r.deploys && r.holder.isAdministrator() {
		d.say("Left out: %s, which may do all there is, by * or NotAction. That is an administrator, and no role of a spec.", plain(r.holder.String()))
		return
	}
	if r.deploys {
		d.say("Left out: %s, which makes or looks after tables and settings. Roles of the kinds deploy and plan are given what Terraform calls for the spec, and an administrator makes them: write them when the spec stands.", plain(r.holder.String()))
		return
	}
	var others, lines []string
	for _, s := range r.holder.statements {
		rest := access.Minus(s.boxes, r.meant.Allows)
		if s.Effect == policy.Allow && len(rest) > 0 {
			rest = access.Minus(meet(rest, r.holder.allows), impossible(r.holder.symbols))
		}
		switch {
		case s.Effect == policy.Deny && r.silent:
			if len(s.Condition) > 0 {
				lines = append(lines, fmt.Sprintf("%s (%s) is a refusal under conditions, and nothing is granted that it could refuse.", s.place(), s.where()))
			}
		case s.Effect == policy.Deny:
			if len(access.Minus(s.boxes, r.meant.Denies)) > 0 {
				lines = append(lines, fmt.Sprintf("%s (%s) is a refusal, and is not repeated: what a role here is not granted, it cannot do.%s", s.place(), s.where(), uncertain(s)))
			}
		case s.undecided != nil && speaks(s):
			lines = append(lines, fmt.Sprintf("%s (%s) is left out: what it allows cannot be decided. %s.", s.place(), s.where(), sentence(s.undecided.Error())))
		case len(rest) == 0 && s.undecided == nil:
		case !speaks(s):
			if !slices.ContainsFunc(r.attach, func(arn string) bool { return arn == s.document.ARN }) {
				others = append(others, fmt.Sprintf("%s (%s)", some(services(s)), s.where()))
			}
		default:
			lines = append(lines, fmt.Sprintf("%s (%s) says more than is repeated here: %s", s.place(), s.where(), strings.Join(d.reasons(r, s, rest), " ")))
		}
	}
	if r.silent && len(lines) == 0 {
		lines = []string{"What its policies allow, others of them, or its permissions boundary, refuse."}
	}
	if r.silent {
		d.say("Left out: %s. %s", plain(r.holder.String()), clipped(strings.Join(lines, " "), 2000))
		return
	}
	for _, l := range lines {
		r.notes = append(r.notes, note{l})
		d.leftOut++
	}
	if len(others) > 0 {
		r.notes = append(r.notes, note{"No matter of a spec, and to be kept in a policy of its own: what is said of " + some(others) + "."})
		d.leftOut++
	}
}

func (d *draft) bannedRole(r *role) bool { return r.logical != "" && d.banned("role:"+r.logical) }

func uncertain(s *statement) string {
	if s.undecided == nil {
		return ""
	}
	return " What exactly it refuses cannot be decided (" + s.undecided.Error() + "), so nothing is granted that it could."
}

func sentence(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

func services(s *statement) []string {
	var out []string
	for _, a := range s.Action {
		if a = plain(a); !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// reasons say what of a statement is not repeated, and why.
func (d *draft) reasons(r *role, s *statement, rest []access.Box) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if wide := slices.DeleteFunc(slices.Clone(s.Action), func(a string) bool { _, name, _ := strings.Cut(a, ":"); return a != "*" && name != "*" }); len(wide) > 0 {
		add("The action %s is every action there is or will be, and a role of a spec has those it is given by name.", some(wide))
	}
	if len(s.NotAction) > 0 {
		add("NotAction grants every action but some, of services that do not exist yet too.")
	}
	left := leftActions(rest)
	limited := len(s.conditions(leadingKeys)) > 0
	if limited {
		var blind []string
		for _, o := range left {
			if !o.Has(catalog.CarriesLeadingKeys) && reachesRows(o) {
				blind = append(blind, o.Name)
			}
		}
		if len(blind) > 0 {
			add("%s does not tell IAM which partitions it reads, so the condition on dynamodb:LeadingKeys holds it to nothing.", some(blind))
		}
		if d.withoutKeys(rest) && !s.guarded(leadingKeys) {
			add("Without Null on dynamodb:LeadingKeys the condition is true of every request that names no key.")
		}
		out = append(out, d.rowReasons(r, s)...)
	}
	if lists := s.attributeLists(); len(lists) > 0 {
		add("Columns are held only where a read names its attributes (dynamodb:Select), a write returns no others (dynamodb:ReturnValues), and the list holds the keys; whole items cannot be held.")
	}
	out = append(out, d.kindReasons(r, s, left)...)
	if named := d.beyond(s, rest); len(named) > 0 {
		add("It reaches more than the tables of this spec and the indexes that are granted: %s.", some(named))
	}
	if keys := unknownConditions(s); len(keys) > 0 {
		add("It is held by %s, for which a spec has no words, and without that it would be wider.", some(keys))
	}
	if len(out) == 0 {
		add("For example %s.", plain(d.example(r.holder, rest)))
	}
	return out
}

// leftActions are the operations of DynamoDB in some boxes.
func leftActions(rest []access.Box) []catalog.Operation {
	return slices.DeleteFunc(catalog.Operations(), func(o catalog.Operation) bool {
		action := strings.ToLower(o.Action())
		return !o.IsAction() || !slices.ContainsFunc(rest, func(b access.Box) bool { return b.Action.Contains(action) })
	})
}

func reachesRows(o catalog.Operation) bool {
	switch o.Class {
	case catalog.ClassItemRead, catalog.ClassItemWrite, catalog.ClassQuery, catalog.ClassScan, catalog.ClassPartiQL, catalog.ClassVector, catalog.ClassStream:
		return true
	}
	return o.Name == "ExportTableToPointInTime"
}

// withoutKeys reports whether requests are left over that carry no partition key and could.
func (d *draft) withoutKeys(rest []access.Box) bool {
	return slices.ContainsFunc(rest, func(b access.Box) bool {
		v := b.Key(strings.ToLower(leadingKeys), true)
		return v.Absent || v.Empty
	})
}

// guarded reports whether a statement demands that a key is there.
func (s *statement) guarded(key string) bool {
	return slices.ContainsFunc(s.conditions(key), func(c policy.Condition) bool {
		return c.Operator == "Null" && slices.Equal(c.Values, []string{"false"})
	})
}

// rowReasons say why rows of a statement are told otherwise, or not at all.
func (d *draft) rowReasons(r *role, s *statement) []string {
	var out []string
	var foreign, patterns, missing []string
	for _, v := range s.keyValues() {
		switch {
		case v.variable != "" && (d.tenancy == nil || !strings.EqualFold(v.variable, d.tenancy.variable)):
			foreign = append(foreign, "${"+plain(v.variable)+"}")
		case !v.usable:
			patterns = append(patterns, "a value with a wildcard or several variables")
		case v.variable != "" && !d.templated(s, v):
			missing = append(missing, plain(templateWords(v.template)))
		}
	}
	if len(foreign) > 0 {
		out = append(out, fmt.Sprintf("Its rows are told by %s, which is not where the tenants of this spec come from.", some(foreign)))
	}
	if len(patterns) > 0 {
		out = append(out, "A spec has no words for "+patterns[0]+".")
	}
	if len(missing) > 0 {
		out = append(out, fmt.Sprintf("The key %s is not among the tenant_keys of the table.", some(missing)))
	}
	if d.tenancy != nil && d.tenancy.identity.Tagged() && !s.guarded("aws:PrincipalTag/"+d.tenancy.identity.Name) && len(foreign) == 0 {
		out = append(out, "Where the tag of the tenant is empty its key would be shorter, and be another's; the spec demands a tag that is not.")
	}
	return out
}

// templated reports whether a value is among the tenants' keys of a table that a statement is about.
func (d *draft) templated(s *statement, v keyValue) bool {
	return slices.ContainsFunc(d.tables, func(t *table) bool {
		return holdsTemplate(t.templates, v.template) && s.carries(d.env.TableARN(t.model)) ||
			slices.ContainsFunc(t.indexes, func(i *index) bool {
				return holdsTemplate(i.templates, v.template) && s.carries(d.env.IndexARN(i.model))
			})
	})
}

// example is a request of some boxes.
func (d *draft) example(h *holder, boxes []access.Box) string {
	return h.symbols.Example(access.Best(boxes), caller(h.Identity, d.env.Account), func(string) (automata.Set, bool) { return automata.Set{}, false }).String()
}

// caller is a session of an identity.
func caller(i *inventory.Identity, account string) string {
	name := "somebody"
	if literal(i.Name) && !strings.ContainsAny(i.Name, " /") {
		name = i.Name
	}
	return "arn:aws:sts::" + account + ":assumed-role/" + name + "/session"
}

// isAdministrator reports whether an identity may do something of DynamoDB only because it may do everything.
func (h *holder) isAdministrator() bool {
	all := func(s *statement) bool { return len(s.NotAction) > 0 || slices.Contains(s.Action, "*") }
	return !slices.ContainsFunc(h.statements, func(s *statement) bool { return s.Effect == policy.Allow && s.ofDynamoDB() && !all(s) })
}

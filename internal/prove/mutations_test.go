package prove_test

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is the edits.

func (e *editor) document() {
	e.edit("version 2008-10-17", func(d *policy.Document) { d.Version = policy.VersionLegacy })
	e.edit("no version", func(d *policy.Document) { d.Version = "" })
	e.edit("an id", func(d *policy.Document) { d.ID = "Id" })
	for _, action := range e.moreActions() {
		for _, resource := range append(slices.Clone(e.original.Statement[0].Resource), "*") {
			e.edit("another statement of "+action+" on "+resource, func(d *policy.Document) {
				d.Statement = append(d.Statement, e.another(action, resource))
			})
		}
	}
}

// another is a statement without conditions.
func (e *editor) another(action, resource string) policy.Statement {
	s := policy.Statement{Sid: "Another", Effect: policy.Allow, Action: []string{action}}
	if !e.ofRole() {
		s.Principal = e.original.Statement[0].Principal
	}
	if e.kind != artifact.Trust {
		s.Resource = []string{resource}
	}
	return s
}

// ofRole reports whether the policy is attached to roles, and so names no principal.
func (e *editor) ofRole() bool { return e.kind == artifact.Identity || e.kind == artifact.Boundary }

func (e *editor) moreActions() []string {
	switch e.kind {
	case artifact.Trust:
		return []string{"sts:TagSession", "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:SetSourceIdentity", "sts:*", "*"}
	case artifact.Key:
		return []string{"kms:*", "kms:Encrypt", "kms:CreateGrant", "kms:PutKeyPolicy", "kms:Decrypt", "*"}
	}
	return []string{
		"dynamodb:Scan", "dynamodb:SearchVectors", "dynamodb:PartiQLSelect", "dynamodb:PartiQLUpdate", "dynamodb:DeleteTable", "dynamodb:GetItem",
		"dynamodb:GetRecords", "dynamodb:ExportTableToPointInTime", "dynamodb:PutResourcePolicy", "dynamodb:*", "sts:AssumeRole", "iam:PassRole",
		"iam:PutRolePolicy", "kms:Decrypt", "*",
	}
}

func (e *editor) statement(i int) {
	s := e.original.Statement[i]
	e.edit("drop statement "+s.Sid, func(d *policy.Document) { d.Statement = slices.Delete(d.Statement, i, i+1) })
	e.edit("repeat statement "+s.Sid, func(d *policy.Document) { d.Statement = append(d.Statement, d.Statement[i]) })
	e.edit("reverse the statements", func(d *policy.Document) { slices.Reverse(d.Statement) })
	e.edit("repeat statement "+s.Sid+" without conditions", func(d *policy.Document) {
		again := d.Statement[i]
		again.Condition = nil
		d.Statement = append(d.Statement, again)
	})
	e.in(i, "no conditions", func(s *policy.Statement) { s.Condition = nil })
	e.in(i, "another Sid", func(s *policy.Statement) { s.Sid += "X" })
	e.in(i, "the other effect", func(s *policy.Statement) {
		if s.Effect == policy.Allow {
			s.Effect = policy.Deny
		} else {
			s.Effect = policy.Allow
		}
	})
	for _, c := range []policy.Condition{
		{Operator: "Bool", Key: "aws:SecureTransport", Values: []string{"true"}},
		{Operator: "StringEquals", Key: "aws:PrincipalTag/team", Values: []string{"a"}},
		{Operator: "Null", Key: "dynamodb:LeadingKeys", Values: []string{"false"}},
		{Operator: "Null", Key: "aws:PrincipalTag/tenant_id", Values: []string{"false"}},
		{Operator: "ForAnyValue:StringEquals", Key: "aws:TagKeys", Values: []string{"a"}},
		{Operator: "StringNotEquals", Key: "iam:PermissionsBoundary", Values: []string{"arn:aws:iam::444455556666:policy/none"}},
		{Operator: "ForAllValues:StringLike", Key: "dynamodb:LeadingKeys", Values: []string{"*"}},
		{Operator: "ForAllValues:StringEquals", Key: "dynamodb:Attributes", Values: []string{"a"}},
		{Operator: "StringEqualsIfExists", Key: "dynamodb:Select", Values: []string{"SPECIFIC_ATTRIBUTES"}},
	} {
		e.in(i, "add "+c.Operator+" "+c.Key, func(s *policy.Statement) { s.Condition = append(s.Condition, c) })
	}
}

func (e *editor) actions(i int) {
	s := e.original.Statement[i]
	others := func(action string) []string {
		service, name, found := strings.Cut(action, ":")
		if !found { // every action
			return []string{"dynamodb:*", "?*"}
		}
		verb := strings.IndexFunc(name[1:], func(r rune) bool { return 'A' <= r && r <= 'Z' }) + 1
		return []string{
			service + ":*", "*", service + ":" + name[:verb] + "*", action + "*", action[:len(action)-1] + "?", service + ":?" + name[1:],
			strings.ToLower(action), strings.ToUpper(action), action + "X", action[:len(action)-1], "dynamodb:Scan", "dynamodb:PartiQLSelect",
		}
	}
	lists(s.Action, others, e.moreActions(), func(name string, texts []string) {
		e.in(i, name, func(s *policy.Statement) { s.Action = texts })
	})
	lists(s.NotAction, others, e.moreActions(), func(name string, texts []string) {
		e.in(i, "but "+name, func(s *policy.Statement) { s.NotAction = texts })
	})
	e.in(i, "NotAction", func(s *policy.Statement) { s.NotAction, s.Action = s.Action, s.NotAction })
}

func (e *editor) resources(i int) {
	s := e.original.Statement[i]
	if e.kind == artifact.Trust {
		e.in(i, "a resource", func(s *policy.Statement) { s.Resource = []string{"*"} })
		return
	}
	var add []string
	if e.ofRole() && i == 0 {
		add = e.known.resources
	}
	lists(s.NotResource, e.otherResources, []string{"*"}, func(name string, texts []string) {
		e.in(i, "but "+name, func(s *policy.Statement) { s.NotResource = texts })
	})
	lists(s.Resource, e.otherResources, append(add, "*"), func(name string, texts []string) {
		e.in(i, name, func(s *policy.Statement) { s.Resource = texts })
	})
	e.in(i, "NotResource", func(s *policy.Statement) { s.NotResource, s.Resource = s.Resource, s.NotResource })
	e.in(i, "no resource", func(s *policy.Statement) { s.Resource = nil })
}

func (e *editor) otherResources(arn string) []string {
	out := []string{"*", arn + "*", arn + "?", arn + "X", arn[:len(arn)-1], arn[:len(arn)-1] + "?", arn + "/index/*", arn + "/*", strings.ToLower(arn),
		arn + "${aws:PrincipalTag/tenant_id}", arn + "${*}"}
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		for p := range parts {
			widened := slices.Clone(parts)
			widened[p] = "*"
			out = append(out, strings.Join(widened, ":"))
		}
		out = append(out, strings.Join(parts[:5], ":"))
	}
	if table, _, on := strings.Cut(arn, "/index/"); on {
		out = append(out, table, table+"/index/*", table+"*")
		for _, other := range e.known.resources {
			if strings.HasPrefix(other, table+"/index/") {
				out = append(out, other)
			}
		}
	}
	return out
}

func (e *editor) principal(i int) {
	p := e.original.Statement[i].Principal
	if p == nil {
		e.in(i, "a principal", func(s *policy.Statement) { s.Principal = &policy.Principal{AWS: []string{"444455556666"}} })
		return
	}
	e.in(i, "no principal", func(s *policy.Statement) { s.Principal = nil })
	e.in(i, "NotPrincipal", func(s *policy.Statement) { s.NotPrincipal, s.Principal = s.Principal, nil })
	e.in(i, "everybody", func(s *policy.Statement) { s.Principal = &policy.Principal{Any: true} })
	e.in(i, "every AWS principal", func(s *policy.Statement) { s.Principal = &policy.Principal{AWS: []string{"*"}} })
	others := func(name string) []string {
		out := []string{name + "x", name[:len(name)-1], "*"}
		if strings.HasPrefix(name, "arn:") && strings.Contains(name, ":iam::") {
			account := strings.Split(name, ":")[4]
			out = append(out, account, "arn:aws:iam::"+account+":root", strings.ReplaceAll(name, account, "999999999999"))
		}
		near, _ := slices.BinarySearch(e.known.principals, name)
		for n := range min(3, len(e.known.principals)) {
			out = append(out, e.known.principals[(near+1+n)%len(e.known.principals)])
		}
		return out
	}
	change := func(set func(p *policy.Principal, texts []string)) func(string, []string) {
		return func(name string, texts []string) {
			changed := *p
			if set(&changed, texts); len(changed.AWS)+len(changed.Service)+len(changed.Federated) > 0 {
				e.in(i, "principal: "+name, func(s *policy.Statement) { s.Principal = &changed })
			}
		}
	}
	if p.Any {
		for _, one := range append(e.known.principals, "444455556666") {
			e.in(i, "only "+one, func(s *policy.Statement) { s.Principal = &policy.Principal{AWS: []string{one}} })
		}
		return
	}
	lists(p.AWS, others, []string{"*", "arn:aws:iam::444455556666:root", "arn:aws:iam::999999999999:role/x"}, change(func(p *policy.Principal, texts []string) { p.AWS = texts }))
	lists(p.Service, others, []string{"s3.amazonaws.com"}, change(func(p *policy.Principal, texts []string) { p.Service = texts }))
	lists(p.Federated, others, []string{"accounts.google.com"}, change(func(p *policy.Principal, texts []string) { p.Federated = texts }))
}

func (e *editor) condition(i, c int) {
	e.in(i, "drop "+e.original.Statement[i].Condition[c].Operator+" "+e.original.Statement[i].Condition[c].Key, func(s *policy.Statement) {
		s.Condition = slices.Delete(s.Condition, c, c+1)
	})
}

func (e *editor) operator(i, c int) {
	was := e.original.Statement[i].Condition[c].Operator
	base := was
	for _, set := range []string{"ForAllValues:", "ForAnyValue:"} {
		base = strings.TrimPrefix(base, set)
	}
	base = strings.TrimSuffix(base, "IfExists")
	become := func(operator string) {
		e.in(i, was+" becomes "+operator, func(s *policy.Statement) { s.Condition[c].Operator = operator })
	}
	for _, set := range []string{"", "ForAllValues:", "ForAnyValue:"} {
		for _, base := range []string{base, negated(base), "StringEquals", "StringLike"} {
			become(set + base)
			become(set + base + "IfExists")
		}
	}
	for _, other := range []string{"StringEqualsIgnoreCase", "ForAllValues:StringEqualsIgnoreCase", "ArnLike", "ArnEquals", "Bool", "Null", "ForAllValues:Null", "NumericEquals"} {
		become(other)
	}
}

func negated(base string) string {
	if without := strings.Replace(base, "Not", "", 1); without != base {
		return without
	}
	for _, kind := range []string{"String", "Arn", "Numeric", "Date"} {
		if rest, is := strings.CutPrefix(base, kind); is {
			return kind + "Not" + rest
		}
	}
	return base
}

func (e *editor) key(i, c int) {
	key := e.original.Statement[i].Condition[c].Key
	for _, other := range []string{
		key + " ", " " + key, key + "x", key[:len(key)-1], strings.ToLower(key), strings.ToUpper(key), strings.Replace(key, ":", ": ", 1),
		"aws:PrincipalTag/tenant_id", "dynamodb:Attributes", "dynamodb:LeadingKeys", "dynamodb:FirstPartitionKeyValues", "aws:RequestTag/x",
		"aws:TagKeys", "kms:ViaService",
	} {
		e.in(i, key+" becomes "+other, func(s *policy.Statement) { s.Condition[c].Key = other })
	}
}

func (e *editor) values(i, c int) {
	condition := e.original.Statement[i].Condition[c]
	lists(condition.Values, otherValues, []string{"*", "?*", "", "x", "true", "false", "${aws:PrincipalTag/tenant_id}"}, func(name string, texts []string) {
		e.in(i, condition.Key+": "+name, func(s *policy.Statement) { s.Condition[c].Values = texts })
	})
}

func otherValues(value string) []string {
	out := []string{"", "*", "?*", "?", "x", "true", "false", "TRUE", value + "x", value + "*", value + "?", "*" + value, value + " ",
		strings.ToLower(value), strings.ToUpper(value), strings.TrimSuffix(value, "*"), strings.TrimSuffix(value, "#*"), strings.TrimSuffix(value, "#*") + "*",
		strings.TrimSuffix(value, "#*") + "-*", strings.ReplaceAll(value, "#", "-"), strings.ReplaceAll(value, "#", "")}
	if value != "" {
		out = append(out, value[:len(value)-1], value[1:])
	}
	if cut := strings.LastIndexByte(value, '#'); cut >= 0 {
		out = append(out, value[:cut], value[:cut+1], value[:cut+1]+"*", value[:cut]+"*")
	}
	if begin, end := strings.Index(value, "${"), strings.IndexByte(value, '}'); 0 <= begin && begin < end {
		before, variable, after := value[:begin], value[begin:end+1], value[end+1:]
		for _, other := range []string{
			"*", "?", "", "acme", strings.ToUpper(variable), variable[:len(variable)-2] + "}", variable[:len(variable)-1] + "x}",
			variable[:len(variable)-1] + ", 'x'}", "${*}", "${aws:username}", variable + variable, variable[:len(variable)-1], "$" + variable,
		} {
			out = append(out, before+other+after)
		}
	}
	return out
}

package sample

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// Grower makes random policies of everything that AWS accepts, mostly of what is often used.
type Grower struct {
	*rand.Rand
	Kind artifact.Kind
}

// NewGrower makes a grower of policies of some kind. Equal seeds make equal policies.
func NewGrower(seed uint64) Grower {
	r := rand.New(rand.NewPCG(seed, 2))
	return Grower{r, Pick(r, []artifact.Kind{artifact.Identity, artifact.Identity, artifact.Identity, artifact.Boundary, artifact.Table, artifact.Trust})}
}

// Document is a policy.
func (g Grower) Document() policy.Document {
	d := policy.Document{Version: Pick(g.Rand, []string{policy.Version, policy.Version, policy.Version, policy.Version, policy.VersionLegacy, ""})}
	for range 1 + g.IntN(4) {
		d.Statement = append(d.Statement, g.statement())
	}
	return d
}

func (g Grower) statement() policy.Statement {
	s := policy.Statement{Effect: Pick(g.Rand, []policy.Effect{policy.Allow, policy.Allow, policy.Deny})}
	actions := g.some(2, "dynamodb:Query", "dynamodb:GetItem", "dynamodb:Get*", "dynamodb:*", "dynamodb:?can", "DynamoDB:query", "sts:AssumeRole", "*")
	if s.Action = actions; g.IntN(10) == 0 {
		s.Action, s.NotAction = nil, actions
	}
	if g.Kind != artifact.Trust {
		resources := g.some(2, "arn:aws:dynamodb:r:000000000000:table/A", "arn:aws:dynamodb:r:000000000000:table/A*", "arn:aws:dynamodb:*:*:table/?", "*",
			"arn:aws:dynamodb:r:000000000000:table/A/index/*", "arn:aws:dynamodb:r:000000000000:table/${aws:PrincipalTag/t}", "arn:aws:dynamodb",
			"arn:aws:dynamodb:r:000000000000:table/${aws:PrincipalTag/t}-*", "arn:aws:dynamodb:r:000000000000:table/${*}",
			"arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/t}*", "arn:aws:dynamodb:${aws:PrincipalTag/t}:000000000000:table/A")
		if s.Resource = resources; g.IntN(10) == 0 {
			s.Resource, s.NotResource = nil, resources
		}
	}
	if g.Kind != artifact.Identity && g.Kind != artifact.Boundary {
		s.Principal = g.principal()
		if g.IntN(8) == 0 {
			s.Principal, s.NotPrincipal = nil, s.Principal
		}
	}
	for range g.IntN(4) {
		c := g.condition()
		if !slices.ContainsFunc(s.Condition, func(o policy.Condition) bool { return o.Operator == c.Operator && o.Key == c.Key }) {
			s.Condition = append(s.Condition, c)
		}
	}
	return s
}

func (g Grower) principal() *policy.Principal {
	switch g.IntN(5) {
	case 0:
		return &policy.Principal{Any: true}
	case 1:
		return &policy.Principal{Service: g.some(2, "lambda.amazonaws.com", "ecs-tasks.amazonaws.com")}
	case 2:
		return &policy.Principal{AWS: []string{"*"}}
	case 3:
		if g.IntN(4) == 0 {
			return &policy.Principal{AWS: g.some(2, "arn:aws:iam::*:role/a", "AROAEXAMPLEEXAMPLE", "arn:aws:iam::000000000000:user/p/c", "arn:aws:sts::000000000000:assumed-role/a/session"),
				Service: []string{"*"}, Federated: []string{"accounts.google.com"}}
		}
	}
	names := []string{"arn:aws:iam::000000000000:role/a", "arn:aws:iam::000000000000:role/p/b"}
	if g.Kind == artifact.Trust { // what else an account may do to a table, its own policies say
		names = append(names, "000000000000", "arn:aws:iam::999999999999:root")
	}
	return &policy.Principal{AWS: g.some(2, names...)}
}

func (g Grower) some(most int, of ...string) []string {
	g.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
	return of[:1+g.IntN(most)]
}

func (g Grower) condition() policy.Condition {
	if g.IntN(6) == 0 {
		return g.rare()
	}
	key := Pick(g.Rand, []string{
		"dynamodb:LeadingKeys", "dynamodb:LeadingKeys", "dynamodb:Attributes", "aws:TagKeys", "dynamodb:Select", "dynamodb:select",
		"aws:PrincipalTag/t", "aws:PrincipalTag/u", "aws:ResourceTag/t", "aws:SecureTransport", "aws:SourceArn", "dynamodb:LeadingKeys ",
		"iam:PermissionsBoundary", "kms:ResourceAliases", "kms:GrantIsForAWSResource",
	})
	if g.IntN(4) == 0 {
		return policy.Condition{Operator: "Null", Key: key, Values: g.some(2, "true", "false", "false", "False")}
	}
	base, values := g.comparison(key)
	set := Pick(g.Rand, []string{"", "", "ForAllValues:", "ForAnyValue:"})
	if set == "" && catalog.Multivalued(key) {
		set = Pick(g.Rand, []string{"ForAllValues:", "ForAnyValue:"})
	}
	if g.IntN(20) == 0 {
		values = nil
	}
	return policy.Condition{Operator: set + base + Pick(g.Rand, []string{"", "", "IfExists"}), Key: key, Values: values}
}

// rare is a condition of a kind that few policies have.
func (g Grower) rare() policy.Condition {
	set, exists := Pick(g.Rand, []string{"", "", "", "ForAllValues:", "ForAnyValue:"}), Pick(g.Rand, []string{"", "", "IfExists"})
	pick := func(texts ...string) string { return Pick(g.Rand, texts) }
	relation := pick("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
	const t, u = "${aws:PrincipalTag/t}", "${aws:PrincipalTag/u}"
	switch g.IntN(10) {
	case 0:
		return policy.Condition{Operator: set + "Numeric" + relation + exists, Key: pick("s3:max-keys", "s3:max-keys", "aws:EpochTime"), Values: g.some(2, "5", "5.0", "6", "1e1", "-1", "five")}
	case 1:
		return policy.Condition{Operator: set + "Date" + relation + exists, Key: pick("aws:CurrentTime", "aws:CurrentTime", "aws:EpochTime"),
			Values: g.some(2, "2026-01-01", "2026-01-01T00:00:00Z", "2026", "1767225600", "2026-06-01T12:00Z", "now")}
	case 2:
		return policy.Condition{Operator: set + pick("IpAddress", "IpAddress", "NotIpAddress") + exists, Key: "aws:SourceIp",
			Values: g.some(3, "10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "0.0.0.0/0", "2001:db8::/32", "::/0", "::ffff:10.1.2.3", "10.0.0.0/99")}
	case 3:
		return policy.Condition{Operator: set + "BinaryEquals" + exists, Key: "example:blob", Values: g.some(2, "YQ==", "YWI=", "YWJj", "", "a")}
	case 4:
		return policy.Condition{Operator: pick("ForAllValues:Null", "ForAnyValue:Null"), Key: pick("dynamodb:LeadingKeys", "dynamodb:Select"), Values: g.some(1, "true", "false")}
	case 5:
		return policy.Condition{Operator: pick("StringEquals", "StringNotLike", "Null") + "", Key: pick("dynamodb:LeadingKeys", "aws:TagKeys"), Values: g.some(2, "a", "true", "x")}
	case 6:
		return policy.Condition{Operator: set + pick("StringNotEquals", "StringNotLike") + exists, Key: pick("dynamodb:LeadingKeys", "dynamodb:Select", "aws:ResourceTag/t"),
			Values: g.some(2, t, "T#"+t, t+"#*", "a", u)}
	case 7:
		return policy.Condition{Operator: set + pick("StringEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase") + exists, Key: pick("dynamodb:Select", "aws:ResourceTag/t", "aws:PrincipalTag/t"),
			Values: g.some(2, "${aws:PrincipalTag/t, 'acme'}", "T#${aws:PrincipalTag/t, '*'}", "${aws:TagKeys}", "${aws:PrincipalTag/t", "${}", t+u, u)}
	case 8:
		return policy.Condition{Operator: set + pick("ArnLike", "ArnNotEquals") + exists, Key: "aws:SourceArn",
			Values: g.some(2, "arn:aws:s3::"+t+":b", "arn:aws:s3:::"+u+"/*", "arn:aws:s3:::${aws:PrincipalTag/t, 'b'}", "arn:*:s3:::"+t)}
	}
	return policy.Condition{Operator: set + pick("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase") + exists, Key: "dynamodb:Select", Values: g.some(2, "é", "a", t)}
}

func (g Grower) comparison(key string) (base string, values []string) {
	switch key {
	case "aws:SecureTransport", "kms:GrantIsForAWSResource":
		return "Bool", g.some(2, "true", "false", "TRUE", "yes")
	case "aws:SourceArn":
		return Pick(g.Rand, []string{"ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals"}),
			g.some(2, "arn:aws:s3:::b", "arn:aws:s3:::b*", "arn:*:s3:::b", "arn:aws:s3:*:*:*", "*", "b", "arn:aws:s3:::${aws:PrincipalTag/t}")
	}
	base = Pick(g.Rand, []string{"StringEquals", "StringEquals", "StringLike", "StringLike", "StringNotEquals", "StringNotLike", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"})
	variable := []string{"${aws:PrincipalTag/t}", "T#${aws:PrincipalTag/t}", "${aws:PrincipalTag/t}*", "T#${aws:PrincipalTag/t}#*", "x"}
	if g.IntN(3) == 0 && !strings.Contains(base, "Not") {
		return base, g.some(2, variable...)
	}
	return base, g.some(3, "a", "acme", "acme-*", "*", "?*", "?", "", "T#acme", "T#*", "*a*", "ACME", "${*}", "${$}a", "true")
}

// Edit is a document with one change, or none that matters.
func (g Grower) Edit(d policy.Document) policy.Document {
	d.Statement = slices.Clone(d.Statement)
	i := g.IntN(len(d.Statement))
	s := &d.Statement[i]
	s.Condition = slices.Clone(s.Condition)
	switch n := g.IntN(10); {
	case n == 0:
		d.Statement = append(d.Statement, g.statement())
	case n == 1 && len(d.Statement) > 1:
		d.Statement = slices.Delete(d.Statement, i, i+1)
	case n == 2:
		d.Statement = append(d.Statement, *s)
	case n == 3 && len(s.Action) > 0:
		s.Action = append(slices.Clone(s.Action), s.Action[0]+"*")
	case n == 4 && len(s.Resource) > 0:
		s.Resource = append(slices.Clone(s.Resource), s.Resource[0]+"*")
	case n == 5:
		s.Condition = append(s.Condition, policy.Condition{Operator: "Null", Key: "dynamodb:Attributes", Values: []string{"false"}})
	case len(s.Condition) > 0:
		g.editCondition(s)
	}
	return d
}

func (g Grower) editCondition(s *policy.Statement) {
	i := g.IntN(len(s.Condition))
	c := &s.Condition[i]
	switch g.IntN(6) {
	case 0:
		s.Condition = slices.Delete(s.Condition, i, i+1)
	case 1:
		if !strings.HasSuffix(c.Operator, "IfExists") && c.Operator != "Null" {
			c.Operator += "IfExists"
		}
	case 2:
		c.Operator = strings.Replace(c.Operator, "ForAnyValue:", "ForAllValues:", 1)
	case 3:
		c.Values = append(slices.Clone(c.Values), Pick(g.Rand, []string{"a", "acme", "true"}))
	case 4:
		if len(c.Values) > 1 {
			c.Values = c.Values[1:]
		}
	case 5:
		if !strings.Contains(c.Operator, "IgnoreCase") {
			c.Operator = strings.Replace(c.Operator, "StringEquals", "StringLike", 1)
		}
	}
}

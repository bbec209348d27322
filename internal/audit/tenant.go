package audit

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/collision"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is about the texts that tell one tenant's rows and tables from another's.

var tenantPrefix = Rule{
	ID: "tenant-prefix", Severity: High, Title: "Pattern by which one tenant reaches another",
	Why: "A star right after the tenant's id, or right before it, matches whatever continues the id: the tenant `acme` reaches what belongs to `acme2`. " +
		"A session whose tag is empty reaches everything.",
	Remedy: "Compare the whole key with `StringEquals`. Where keys go on after the id, put a delimiter between the id and the star that no id can " +
		"hold, such as `#`, and write the keys so.",
	Source: "DynamoDB developer guide, \"Using IAM policy conditions for fine-grained access control\"; IAM user guide, \"Condition operators\" (StringLike), \"Rules for tagging in IAM and AWS STS\"",
}

var tenantDelimiter = Rule{
	ID: "tenant-delimiter", Severity: Low, Title: "Delimiter that an id can hold",
	Why: "The pattern ends the tenant's id with a delimiter that ids of this kind may hold themselves. If there can be a tenant `acme` and another " +
		"whose id is `acme`, the delimiter and more, the first reaches the rows of the second. Whether ids are made so, no policy says.",
	Remedy: "Use a delimiter that the value cannot hold, such as `#`: tags of AWS hold letters, digits, blanks and `_.:/=+-@` only. Or make sure, where tenants are made, that no id holds the delimiter.",
	Source: "IAM user guide, \"Rules for tagging in IAM and AWS STS\"",
}

var variableDefault = Rule{
	ID: "variable-default", Severity: High, Title: "Variable with a default that makes a tenant of anybody",
	Why: "`${aws:PrincipalTag/tenant, 'x'}` stands for `x` in a session without the tag. Whoever forgets to pass it does not get nothing, " +
		"but the rows or the tables of `x`.",
	Remedy: "Write the variable without a default. Then a session without the tag matches nothing, which shows at once.",
	Source: "IAM user guide, \"IAM policy elements: Variables and tags\" (specifying default values)",
}

var chosenByCaller = Rule{
	ID: "tenant-chosen-by-caller", Severity: High, Title: "Tenant that the caller chooses",
	Why: "`${aws:userid}` ends with the name of the session, and `${aws:SourceIdentity}` is what was passed with the first `sts:AssumeRole`. Both are " +
		"parameters of the call: where the role's trust does not pin them, whoever may assume the role says which tenant he is. `${aws:UserAgent}` and `${aws:referer}` are headers, which any caller writes as he likes.",
	Remedy: "Tell tenants by a session tag that the identity provider signs or that a trusted role passes, or by the identity id of Cognito. To keep the session's " +
		"name, demand in the trust that it is the caller's own: `StringEquals: {\"sts:RoleSessionName\": \"${aws:username}\"}`.",
	Source: "IAM user guide, \"IAM and AWS STS condition context keys\" (sts:RoleSessionName, sts:SourceIdentity), \"AWS global condition context keys\" (aws:userid)",
}

// findTenants looks at the texts of statements that allow in which a variable stands for a tenant.
func (s *subject) findTenants() {
	for _, st := range slices.Concat(s.statements, s.granted, s.refusing) {
		if !touchesItems(st) || !slices.ContainsFunc(textsOf(st.Statement), func(t string) bool { return strings.Contains(t, "${") }) {
			continue
		}
		s.findPrefixes(st)
		s.findDefaults(st)
		s.findRunTogether(st)
		s.findChosen(st)
	}
}

// shown is a request among some that is allowed: by the statement itself or, where that denies all others, by any.
func (s *subject) shown(st statement, asked []access.Box) *Witness {
	if st.Effect == policy.Allow {
		return s.witness(s.allowedBy(st, asked...))
	}
	w, _ := s.allowedAtAll(access.Minus(asked, st.boxes))
	return w
}

// spot is a text of a statement that tells tenants apart.
type spot struct {
	text string
	path []string
	n    int               // which of the values
	of   *policy.Condition // nil: a resource
}

// spots are the texts of a statement that name rows or resources which somebody may have: in one that denies, those that it
// spares.
func spots(st policy.Statement) []spot {
	var out []spot
	for i, r := range st.Resource {
		if st.Effect == policy.Allow {
			out = append(out, spot{r, []string{"Resource"}, i, nil})
		}
	}
	for _, c := range st.Condition {
		if !isRowKey(c.Key) && !isResourceTag(c.Key) || policy.OperatorOf(c.Operator).Negated != (st.Effect == policy.Deny) {
			continue
		}
		for i, v := range c.Values {
			out = append(out, spot{v, conditionNames(c), i, &c})
		}
	}
	return out
}

func isResourceTag(key string) bool {
	return strings.HasPrefix(strings.ToLower(key), "aws:resourcetag/")
}

// rows reports whether a spot is about rows, and not about tables.
func (p spot) rows() bool { return p.of != nil && isRowKey(p.of.Key) }

// patterned reports whether stars of a spot are wildcards.
func (p spot) patterned() bool {
	if p.of == nil {
		return true
	}
	switch policy.OperatorOf(p.of.Operator).Base {
	case "StringLike", "StringNotLike", "ArnLike", "ArnEquals":
		return true
	}
	return false
}

// findPrefixes looks for patterns in which the text of one tenant begins, or ends, that of another.
func (s *subject) findPrefixes(st statement) {
	if st.document.Document.Version != policy.Version {
		return
	}
	for _, p := range spots(st.Statement) {
		if !p.patterned() {
			continue
		}
		reported := false
		for _, v := range variablesIn(p.text) {
			before, after, _ := strings.Cut(p.text, v.written)
			if !reported && !v.hasDefault {
				reported = s.findPrefix(st, p, v, before, after)
			}
		}
	}
}

func (s *subject) findPrefix(st statement, p spot, v variable, before, after string) bool {
	delimiter, open, hasStar := after, "", false
	if i := strings.IndexAny(after, "*?"); i >= 0 {
		delimiter, open, hasStar = after[:i], after[i+1:], true
		if after[i] == '?' && (delimiter != "" || strings.HasPrefix(open, "?")) {
			return false // some letters are not a whole delimiter and the rest of an id
		}
	}
	other := "" // what another tenant's text is, given this one's
	switch {
	case strings.HasSuffix(before, "*"):
		delimiter, other = "", strings.TrimSuffix(before, "*")+"x"+v.written+strings.ReplaceAll(after, "*", "x")
	case !hasStar || strings.Contains(delimiter, "${"):
		return false
	default:
		template := collision.Template{Prefix: "", Suffix: delimiter, Open: true}
		if _, found, err := collision.Find(idsOf(v.name), []collision.Template{template}); !found || err != nil {
			return false
		}
		longer := "2"
		if delimiter != "" {
			longer = delimiter + "eu"
		}
		other = before + v.written + longer + delimiter + strings.ReplaceAll(open, "*", "x")
	}
	other = strings.NewReplacer("*", "x", "?", "x").Replace(other)
	rule, id := tenantPrefix, oneTenant+"2"
	if delimiter != "" {
		rule, id = tenantDelimiter, oneTenant+delimiter+"eu"
	}
	if strings.HasSuffix(before, "*") {
		id = "x" + oneTenant
	}
	w := s.shown(st, s.about(p, other))
	if w == nil {
		return false
	}
	what := "rows"
	if !p.rows() {
		what = "tables"
	}
	f := Finding{Rule: rule, Witness: w, At: st.document.Value(st.index, p.n, p.path...),
		Detail: fmt.Sprintf("%q lets the tenant %s reach the %s of the tenant %s.", p.text, oneTenant, what, id)}
	if rule.ID == tenantPrefix.ID && p.rows() && !strings.Contains(p.text, "?") && st.Effect == policy.Allow {
		f.Repair = encoded(exactly(st.Statement, p, v))
	}
	s.shows(f, st)
	return true
}

// exactly is a statement with a pattern replaced by the tenant's id and a delimiter that tags cannot hold, before what the star
// stood for.
func exactly(st policy.Statement, p spot, v variable) policy.Statement {
	return changeCondition(st, *p.of, func(c *policy.Condition) {
		c.Values = slices.Clone(c.Values)
		before, after, _ := strings.Cut(p.text, v.written)
		c.Values[p.n] = strings.TrimSuffix(before, "*") + v.written + "#" + after
	})
}

// about is the requests about a row or a resource with a text that may have variables.
func (s *subject) about(p spot, text string) []access.Box {
	bare := policy.Statement{Effect: policy.Allow, Action: []string{"dynamodb:*"}, Resource: []string{"*"}}
	if p.of == nil {
		bare.Resource = []string{text}
	} else if !p.rows() {
		bare.Condition = []policy.Condition{{Operator: "StringEquals", Key: p.of.Key, Values: []string{text}}}
	} else {
		bare.Condition = []policy.Condition{
			{Operator: "ForAllValues:StringEquals", Key: p.of.Key, Values: []string{text}},
			{Operator: "Null", Key: p.of.Key, Values: []string{"false"}},
		}
	}
	boxes, err := boxesOf(s.symbols, policy.Version, artifact.Identity, "", bare)
	if err != nil {
		return nil
	}
	var out []access.Box
	for _, b := range boxes {
		out = append(out, access.Meeting(s.asked("items", isItems), b)...)
	}
	return out
}

// idsOf is what a variable can stand for, as far as it is documented (IAM user guide, "Rules for tagging in IAM and AWS STS",
// "Available keys for AWS web identity federation"; Cognito developer guide, "Identity pools"). Of identity providers in
// general it is taken that ids hold what tags do, and a bar.
func idsOf(name string) automata.Set {
	name = strings.ToLower(name)
	switch {
	case name == catalog.CognitoIssuer+":sub":
		return ids()["cognito"]
	case name == catalog.GoogleIssuer+":sub", name == catalog.FacebookIssuer+":id":
		return ids()["digits"]
	case name == catalog.AmazonIssuer+":user_id":
		return ids()["amazon"]
	case strings.HasPrefix(name, "aws:principaltag/"):
		return ids()["tag"]
	case name == "aws:username", name == "aws:userid", name == "aws:sourceidentity":
		return ids()["name"]
	}
	return ids()["subject"]
}

var ids = sync.OnceValue(func() map[string]automata.Set {
	out := map[string]automata.Set{}
	for kind, pattern := range map[string]string{
		"cognito": "[a-z]{2}-[a-z]{4,9}-[0-9]:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
		"digits":  "[0-9]+",
		"amazon":  `amzn1\.account\.[A-Z0-9]+`,
		"tag":     "[A-Za-z0-9 _.:/=+@-]+",
		"name":    "[A-Za-z0-9_.:=+,@-]+",
		"subject": "[A-Za-z0-9 _.:/=+@|-]+",
	} {
		set, err := automata.Regexp(pattern)
		if err != nil {
			panic("audit: " + err.Error())
		}
		out[kind] = set
	}
	return out
})

// findRunTogether looks for texts in which the end of one variable can be read as the beginning of the next: the rows of a team bc
// of a are those of a team c of ab.
func (s *subject) findRunTogether(st statement) {
	if st.document.Document.Version != policy.Version {
		return
	}
	for _, p := range spots(st.Statement) {
		vars := variablesIn(p.text)
		for i := 1; i < len(vars); i++ {
			_, after, _ := strings.Cut(p.text, vars[i-1].written)
			delimiter, _, _ := strings.Cut(after, vars[i].written)
			if vars[i-1].written == vars[i].written || strings.ContainsAny(delimiter, "*?") && p.patterned() {
				continue
			}
			template := collision.Template{Suffix: delimiter, Open: true}
			if _, found, err := collision.Find(idsOf(vars[i-1].name), []collision.Template{template}); !found || err != nil {
				continue
			}
			rule, how := tenantPrefix, "with nothing between"
			if delimiter != "" {
				rule, how = tenantDelimiter, fmt.Sprintf("with %q between, which the first may hold", delimiter)
			}
			text := strings.Replace(p.text, vars[i-1].written, "a", 1)
			text = strings.Replace(text, vars[i].written, "b"+delimiter+"c", 1)
			w := s.shown(st, s.about(p, strings.NewReplacer("*", "x", "?", "x").Replace(p.text)))
			if w == nil {
				continue
			}
			s.shows(Finding{Rule: rule, Witness: w, At: st.document.Value(st.index, p.n, p.path...),
				Detail: fmt.Sprintf("%q has %s and %s %s, so %q is for two callers: where the first is \"a\", and where it is %q.", p.text, vars[i-1].written, vars[i].written, how, text, "a"+delimiter+"b")}, st)
			return
		}
	}
}

// findDefaults looks for variables with a default that whoever lacks the key gets rows or tables by.
func (s *subject) findDefaults(st statement) {
	for _, p := range spots(st.Statement) {
		for _, v := range variablesIn(p.text) {
			if !v.hasDefault {
				continue
			}
			w := s.shown(st, lacking(s.asked("items", isItems), v.name))
			if w == nil {
				continue
			}
			s.shows(Finding{Rule: variableDefault, Witness: w, At: st.document.Value(st.index, p.n, p.path...),
				Repair: encoded(replaceTexts(st.Statement, v.written, "${"+v.name+"}")),
				Detail: fmt.Sprintf("In a session without %s, %q is read as %q, and the request shown is allowed.", v.name, p.text, strings.ReplaceAll(p.text, v.written, v.fallback))}, st)
		}
	}
}

// findChosen looks for tenants that are told by what the caller passes to STS, where the trust of the role lets him pass anything.
func (s *subject) findChosen(st statement) {
	for _, p := range spots(st.Statement) {
		for _, v := range variablesIn(p.text) {
			pin := ""
			switch strings.ToLower(v.name) {
			case "aws:useragent", "aws:referer":
				if w := s.shown(st, s.asked("items", isItems)); w != nil {
					s.shows(Finding{Rule: chosenByCaller, Witness: w, At: st.document.Value(st.index, p.n, p.path...),
						Detail: fmt.Sprintf("%s is a header of the request, in which a caller writes what he likes.", v.written)}, st)
					return
				}
				continue
			case "aws:userid":
				pin = "sts:RoleSessionName"
			case "aws:sourceidentity":
				pin = "sts:SourceIdentity"
			default:
				continue
			}
			if s.Kind != inventory.Role || s.Trust == nil {
				continue // who may assume it is not known
			}
			who := chooses(s.Trust.Document, pin)
			if who == "" {
				continue
			}
			if w := s.shown(st, s.asked("items", isItems)); w != nil {
				s.shows(Finding{Rule: chosenByCaller, Witness: w, At: st.document.Value(st.index, p.n, p.path...),
					Detail: fmt.Sprintf("The rows are those of %q. The trust of the role lets %s assume it, and does not pin %s.", p.text, who, pin)}, st)
				return
			}
		}
	}
}

// chooses is somebody whom a trust policy lets assume the role with any value of a key; empty if there is nobody. Services pass
// a name of their own making.
func chooses(d policy.Document, pin string) string {
	for _, st := range d.Statement {
		if st.Effect != policy.Allow || st.Principal == nil || slices.ContainsFunc(st.Condition, func(c policy.Condition) bool { return strings.EqualFold(c.Key, pin) }) {
			continue
		}
		if !slices.ContainsFunc(st.Action, func(a string) bool {
			return strings.HasPrefix(strings.ToLower(a), "sts:assumerole") || a == "sts:*" || a == "*"
		}) {
			continue
		}
		switch {
		case st.Principal.Any:
			return "everybody"
		case len(st.Principal.AWS) > 0:
			return st.Principal.AWS[0]
		case len(st.Principal.Federated) > 0:
			return "whom " + st.Principal.Federated[0] + " vouches for"
		}
	}
	return ""
}

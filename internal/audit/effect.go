package audit

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is about what is written and has no effect, and about what could not be decided.

var noSuchAction = Rule{
	ID: "no-such-action", Severity: Low, Title: "Action that does not exist",
	Why: "AWS takes any name for an action. One that does not exist grants nothing and, in a statement that denies, stops nothing. `TransactWriteItems`, `TransactGetItems` and " +
		"`ExecuteStatement` are operations of the API and no actions: AWS asks for the right of each of their members.",
	Remedy: "Write the action's name as the service has it. For transactions grant `GetItem`, `PutItem`, `UpdateItem`, `DeleteItem` and `ConditionCheckItem`, for PartiQL `PartiQLSelect` and its like.",
	Source: "Service Authorization Reference, \"Actions, resources, and condition keys for Amazon DynamoDB\"; DynamoDB developer guide, \"IAM policies with transactions\", \"IAM policies with PartiQL for DynamoDB\"",
}

var resourceMatchesNothing = Rule{
	ID: "resource-matches-nothing", Severity: Low, Title: "Resource that no ARN matches",
	Why: "The text is the ARN of nothing in DynamoDB, so the statement has no effect on what it was written for. Common slips are an index without its name, an empty region or " +
		"account, and `/indexes/` or `/streams/` for `/index/` and `/stream/`.",
	Remedy: "Write `arn:aws:dynamodb:REGION:ACCOUNT:table/NAME`, with `/index/NAME`, `/stream/LABEL` or `/backup/NAME` after it.",
	Source: "Service Authorization Reference, \"Actions, resources, and condition keys for Amazon DynamoDB\" (resource types)",
}

var actionDoesNotFit = Rule{
	ID: "action-does-not-fit", Severity: Low, Title: "Action on resources that it does not take",
	Why: "Each action is asked about resources of certain types: `GetRecords` about a stream, `GetItem` about a table, `Query` about a table or an index, `ListTables` and " +
		"`ListStreams` about `*`. On any other resource it is not granted.",
	Remedy: "Put the action into a statement with resources of its type; those that take none go with `\"Resource\": \"*\"`.",
	Source: "Service Authorization Reference, \"Actions, resources, and condition keys for Amazon DynamoDB\"",
}

var undecidedStatement = Rule{
	ID: "undecided-statement", Severity: Low, Title: "Statement that could not be decided",
	Why: "The audit looks at all requests at once, and there are conditions for which that cannot be done exactly. What else is found is right, since a request shows it, but about this statement " +
		"something may have been missed. Silence is not safety here.",
	Remedy: "Read the statement by hand, or write the condition in a simpler way.",
	Source: "IAM user guide, \"IAM JSON policy elements: Condition operators\"",
}

var unreadPolicy = Rule{
	ID: "unread-policy", Severity: Low, Title: "Attached policy that was not given",
	Why:    "The identity is held to some rows or columns, and a policy is attached to it of which only the ARN is known. A looser statement in there would void the limits.",
	Remedy: "Give the policy's document too: `aws iam get-account-authorization-details` prints all of them.",
	Source: "IAM user guide, \"Policy evaluation logic\"",
}

// findNoEffect looks for actions and resources of DynamoDB that match nothing.
func (s *subject) findNoEffect() {
	for _, st := range s.statements {
		if st.document.Node == nil || !touchesDynamoDB(st) {
			continue
		}
		s.findNoSuchActions(st)
		dead := s.findDeadResources(st)
		if !dead {
			s.findMisfits(st)
		}
	}
}

func (s *subject) findNoSuchActions(st statement) {
	for _, of := range []struct {
		name    string
		actions []string
	}{{"Action", st.Action}, {"NotAction", st.NotAction}} {
		for i, a := range of.actions {
			_, name, _ := strings.Cut(a, ":")
			if exists(a) {
				continue
			}
			f := Finding{Rule: noSuchAction, At: st.document.Value(st.index, i, of.name), Detail: fmt.Sprintf("DynamoDB has no action %s.", name)}
			var instead []string
			if o, known := operationFolded(name); known {
				instead = o.Actions()
				f.Detail = fmt.Sprintf("%s is an operation of the API and no action. It is authorised by %s.", o.Name, list(instead))
			} else if near := catalog.NearAmong(name, namesOfDynamoDB()); len(near) > 0 {
				instead = []string{"dynamodb:" + near[0]}
				f.Detail += fmt.Sprintf(" It is close to %s.", near[0])
			}
			if st.Effect == policy.Allow && of.name == "Action" {
				f.Witness = s.missing(st, instead)
				f.Repair = encoded(keepActions(st.Statement, exists))
			}
			if st.Effect == policy.Deny {
				f.Severity = Medium
			}
			s.shows(f, st)
		}
	}
}

// missing is a request for one of some actions on what a statement is about, that is not allowed.
func (s *subject) missing(st statement, actions []string) *Witness {
	wanted := func(o catalog.Operation) bool { return slices.Contains(actions, o.Action()) }
	var about []access.Box
	for _, b := range s.onResources(st) {
		about = append(about, access.Meeting(s.requestsOf(wanted), b)...)
	}
	return s.witnessOf(about, evaluate.ImplicitDeny)
}

func namesOfDynamoDB() []string {
	var out []string
	for _, o := range catalog.Operations() {
		if o.IsAction() {
			out = append(out, o.Name)
		}
	}
	return out
}

// exists reports whether an action of a policy matches one that there is, or is not of DynamoDB.
func exists(action string) bool {
	service, _, _ := strings.Cut(action, ":")
	return !strings.EqualFold(service, "dynamodb") || hasUnknown(action) || namesBy(action, func(catalog.Operation) bool { return true })
}

// findDeadResources looks for resources that match nothing. What was not known when the document was read stands in braces, and
// may be anything.
func (s *subject) findDeadResources(st statement) bool {
	found := false
	for n, r := range st.Resource {
		if !strings.Contains(r, ":dynamodb:") || strings.Contains(r, "{") && !strings.Contains(r, "${") {
			continue
		}
		why := ""
		switch matched := automata.Glob(withoutNames(r)); {
		case matched.Disjoint(anyShape()):
			why = "is the ARN of nothing"
		case !plausiblePlace(r):
			why = "has a region or an account that cannot be"
		default:
			why = s.unknownIndex(r)
		}
		if why == "" {
			continue
		}
		found = true
		f := Finding{Rule: resourceMatchesNothing, At: st.document.Value(st.index, n, "Resource"), Detail: fmt.Sprintf("%q %s.", r, why)}
		if len(st.Resource) > 1 {
			f.Repair = encoded(withoutResources(st.Statement, func(of string) bool { return of == r }))
		}
		s.shows(f, st)
	}
	return found
}

// anyShape is every ARN of DynamoDB.
var anyShape = sync.OnceValue(func() automata.Set {
	all := automata.None()
	for _, kind := range []string{"table", "index", "stream", "backup", "export", "import", "global-table", ""} {
		all = all.Union(shapes()[kind])
	}
	return all
})

// withoutNames is a text with a star for each variable.
func withoutNames(text string) string {
	for _, v := range variablesIn(text) {
		text = strings.ReplaceAll(text, v.written, "*")
	}
	return text
}

// plausiblePlace reports whether the region and the account of an ARN are such, as far as they are written out.
func plausiblePlace(arn string) bool {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return true
	}
	region, account := parts[3], parts[4]
	if strings.Contains(parts[5], "global-table/") {
		region = "*"
	}
	open := func(t string) bool { return strings.ContainsAny(t, "*?${") }
	return (open(region) || strings.Count(region, "-") >= 2) && (open(account) || len(account) == 12 && strings.Trim(account, "0123456789") == "")
}

// unknownIndex says that a table which is known has no index of a name.
func (s *subject) unknownIndex(r string) string {
	arn, index, found := strings.Cut(r, "/index/")
	if !found || strings.ContainsAny(arn[strings.LastIndexByte(arn, ':')+1:]+index, "*?${") {
		return ""
	}
	for _, t := range s.knownTables() {
		if !t.Described || !strings.HasSuffix(arn, ":table/"+t.Name) || automata.Glob(t.ARN()).Disjoint(automata.Glob(arn)) {
			continue
		}
		for _, i := range t.GlobalIndexes {
			if i.Name == index {
				return ""
			}
		}
		for _, i := range t.LocalIndexes {
			if i.Name == index {
				return ""
			}
		}
		return fmt.Sprintf("is an index that the table %s does not have", t.Name)
	}
	return ""
}

// findMisfits looks for actions by name that take none of the resources of their statement, and that no other statement allows.
func (s *subject) findMisfits(st statement) {
	if len(st.Resource) == 0 || st.Effect != policy.Allow {
		return
	}
	for n, a := range st.Action {
		_, name, _ := strings.Cut(a, ":")
		o, known := operationFolded(name)
		if !strings.HasPrefix(strings.ToLower(a), "dynamodb:") || !known || !o.IsAction() || fits(st, o) {
			continue
		}
		requests := s.of(o)
		if slices.ContainsFunc(s.allows(), func(other statement) bool { return len(s.allowedBy(other, requests...)) > 0 }) {
			continue
		}
		s.shows(Finding{Rule: actionDoesNotFit, Witness: s.witnessOf(requests, evaluate.ImplicitDeny), At: st.document.Value(st.index, n, "Action"),
			Repair: encoded(keepActions(st.Statement, func(b string) bool { return !strings.EqualFold(a, b) })),
			Detail: fmt.Sprintf("%s takes %s, and the statement has none.", o.Name, typeWords(typesOf(o.Action())))}, st)
	}
}

// fits reports whether an operation takes one of the resources of a statement.
func fits(st statement, o catalog.Operation) bool {
	return slices.ContainsFunc(st.Resource, func(r string) bool {
		if _, name, found := strings.Cut(r, ":table/"); r == "*" || found && name != "" && !strings.Contains(name, "/") && slices.Contains(typesOf(o.Action()), "table") {
			return true
		}
		return !automata.Glob(withoutNames(r)).Disjoint(resourcesOf(o.Action()))
	})
}

func typeWords(types []string) string {
	if len(types) == 1 && types[0] == "" {
		return "no resource but *"
	}
	out := make([]string, len(types))
	for i, t := range types {
		out[i] = "a " + t
	}
	return strings.ReplaceAll(strings.Join(out, " or "), "a index", "an index")
}

// findUnknown reports what the audit could not look at.
func (s *subject) findUnknown() {
	for _, st := range slices.Concat(s.statements, s.granted) {
		switch unknown := unknownIn(st); {
		case st.document.Node == nil || !touchesDynamoDB(st):
		case unknown != "":
			s.shows(Finding{Rule: undecidedStatement, Detail: fmt.Sprintf("What %s stands for is not known, so it was taken for nothing.", unknown)}, st)
		case st.undecided != nil:
			s.shows(Finding{Rule: undecidedStatement, Detail: sentence(st.undecided.Error()) + "."}, st)
		}
	}
	if len(s.Unread) == 0 {
		return
	}
	limits := slices.Concat(s.limits(rowLimits), s.limits(columnLimits))
	if len(limits) == 0 {
		return
	}
	for _, arn := range s.Unread {
		if name := arn[strings.LastIndexByte(arn, '/')+1:]; !knownPolicy(arn, name) {
			s.shows(Finding{Rule: unreadPolicy, At: s.Range, Detail: fmt.Sprintf("%s is attached to %s, and what it allows is not known.", arn, s)}, limits[0].statement)
		}
	}
}

// unknownIn is an action or a condition key of a statement of which a part is not known: what the statement is about depends on
// it. Resources are settled.
func unknownIn(st statement) string {
	texts := slices.Concat(st.Action, st.NotAction)
	for _, c := range st.Condition {
		texts = append(texts, c.Key)
	}
	if i := slices.IndexFunc(texts, hasUnknown); i >= 0 {
		return texts[i]
	}
	return ""
}

// knownPolicy reports whether it is known of a policy of AWS what it grants of DynamoDB: that it is nothing, or what is looked at.
func knownPolicy(arn, name string) bool {
	if !strings.Contains(arn, ":iam::aws:policy/") {
		return false
	}
	if _, granted := grantedByAWS(name); granted {
		return true
	}
	info, known := catalog.ManagedPolicy(name)
	return known && !info.Tables
}

package access

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file chooses, of the many texts that would do in an example, one that a person would have written.

// naturalResource is a resource of a set that looks like one of the action's.
func naturalResource(action string, set automata.Set, texts []string) string {
	service, _, _ := strings.Cut(action, ":")
	for _, usual := range usualResources(service) {
		if set.Contains(usual) {
			return usual
		}
	}
	for _, shape := range resourceShapes() {
		if within := set.Intersect(shape); !within.Empty() {
			return shortest(within, texts)
		}
	}
	return shortest(set, texts)
}

// usualResources are what an action of a service may be about.
func usualResources(service string) []string {
	switch service {
	case "dynamodb":
		return []string{anyTable, anyTable + "/index/any", anyTable + "/stream/2026-01-01T00:00:00.000"}
	case "kms":
		return []string{"arn:aws:kms:us-east-1:000000000000:key/any"}
	case "iam", "sts":
		return []string{"arn:aws:iam::000000000000:role/any"}
	case "s3":
		return []string{"arn:aws:s3:::any", "arn:aws:s3:::any/any"}
	}
	return nil
}

// resourceShapes are sets of ARNs that look like ARNs, the best first: of tables, of anything in a usual place, and with a
// place at all.
var resourceShapes = sync.OnceValue(func() []automata.Set {
	const name = "[A-Za-z0-9_.-]+"
	with := func(before string) automata.Set { return automata.Concat(mustRegexp(before), automata.All()) }
	return []automata.Set{
		mustRegexp("arn:aws:dynamodb:us-east-1:000000000000:table/" + name + "(/(index|stream|backup|export)/" + name + ")?"),
		mustRegexp("arn:aws:dynamodb:[a-z0-9-]+:000000000000:table/" + name + "(/(index|stream|backup|export)/" + name + ")?"),
		mustRegexp("arn:aws:dynamodb:us-east-1:[0-9]{12}:table/" + name + "(/(index|stream|backup|export)/" + name + ")?"),
		with("arn:aws:[a-z0-9-]+:us-east-1:000000000000:"),
		with("arn:aws:[a-z0-9-]+:[a-z0-9-]+:000000000000:"),
		with("arn:aws:[a-z0-9-]+:us-east-1:[0-9]{12}:"),
		with("arn:aws:[a-z0-9-]+:[a-z0-9-]+:[0-9]{12}:"),
		with("arn:aws:(iam|sts)::[0-9]{12}:[a-z-]+/" + name),
		with("arn:aws:s3:::" + name),
		with("arn:aws:"),
	}
})

// naturalCaller is a principal of a set.
func naturalCaller(set automata.Set, texts []string) string {
	for _, shape := range callerShapes() {
		if within := set.Intersect(shape); !within.Empty() {
			return shortest(within, texts)
		}
	}
	return shortest(set, texts)
}

// callerShapes are sets of principals, as they are written here.
var callerShapes = sync.OnceValue(func() []automata.Set {
	const name = "[A-Za-z0-9+=,.@_-]+"
	return []automata.Set{
		mustRegexp("arn:aws:iam::[0-9]{12}:role/" + name),
		mustRegexp("arn:aws:iam::[0-9]{12}:role/(" + name + "/)+" + name),
		mustRegexp("arn:aws:sts::[0-9]{12}:assumed-role/" + name + "/" + name),
		mustRegexp("arn:aws[a-z-]*:(iam::[0-9]{12}:(user|role)|sts::[0-9]{12}:(assumed-role/" + name + "|federated-user))/(" + name + "/)*" + name),
		mustRegexp("account:[0-9]{12}"),
		mustRegexp("service:" + name + `\.amazonaws\.com(\.cn)?`),
		mustRegexp("federated:.+"),
	}
})

// variableName is the name in a policy variable, without a default.
var variableName = regexp.MustCompile(`\$\{\s*([^${}*?,\s]+)`)

// spellingOf is how documents write the names of keys, the first of them if they differ.
func spellingOf(documents []policy.Document) map[string]string {
	out := map[string]string{}
	add := func(name string) {
		if folded := strings.ToLower(name); out[folded] == "" {
			out[folded] = name
		}
	}
	for _, d := range documents {
		for _, st := range d.Statement {
			for _, c := range st.Condition {
				add(c.Key)
			}
			for _, c := range st.Condition {
				addVariables(add, c.Values)
			}
			addVariables(add, st.Resource)
			addVariables(add, st.NotResource)
		}
	}
	return out
}

func addVariables(add func(string), texts []string) {
	for _, text := range texts {
		for _, m := range variableName.FindAllStringSubmatch(text, -1) {
			add(m[1])
		}
	}
}

// spelledKey is the name of a key as the documents write it, or else AWS. Strict symbols know no documents, and leave it.
func (s *Symbols) spelledKey(name string) string {
	if s.isStrict() {
		return name
	}
	if written := s.spelling[name]; written != "" {
		return written
	}
	if k, known := catalog.Load().ConditionKey(name); known && !strings.Contains(k.Name, "${") {
		return k.Name
	}
	return name
}

// naturalKey is what a key can hold in an example; nil where it is missing.
func (s *Symbols) naturalKey(k Key, texts []string, r Request) []string {
	if k.Values.Absent && !derivedAlways(k.Name) || !k.Values.there() {
		held, _ := k.Values.example(texts)
		return held
	}
	if len(k.Values.Some) == 0 {
		return []string{s.naturalText(k.Name, k.Values.Every, texts, r)}
	}
	var out []string
	for _, some := range k.Values.Some {
		out = append(out, s.naturalText(k.Name, some, texts, r))
	}
	return Sorted(out)
}

// naturalText is a text of a set that a key can hold.
func (s *Symbols) naturalText(name string, set automata.Set, texts []string, r Request) string {
	candidates := s.usualTexts(name, r)
	o := s.orders[name]
	isOrdered := o != nil && !o.mixed
	if isOrdered {
		isCell := func(text string) bool { return slices.Contains(o.cells, text) } // other texts stand for what is in no cell
		candidates = append(slices.DeleteFunc(candidates, func(text string) bool { return !isCell(text) }), o.cells...)
	}
	if i := slices.IndexFunc(candidates, set.Contains); i >= 0 {
		return candidates[i]
	}
	text := shortest(set, texts)
	if last := len(text) - 1; !isOrdered && last >= 0 && strings.ContainsRune("#_-/:|.", rune(text[last])) {
		ends := s.Set("ends", func() automata.Set { return automata.Glob("*1") })
		if longer := shortest(set.Intersect(ends), texts); longer == text+"1" {
			return longer // what a pattern such as ORDER#* is of
		}
	}
	return text
}

// usualTexts are what a key mostly holds.
func (s *Symbols) usualTexts(name string, r Request) []string {
	if text := derivedText(name, r); text != "" {
		return []string{text, "111111111111"}
	}
	switch name {
	case "dynamodb:select":
		return []string{"ALL_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "COUNT"}
	case "dynamodb:returnvalues":
		return []string{"ALL_OLD", "NONE", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"}
	case "dynamodb:returnconsumedcapacity":
		return []string{"TOTAL", "INDEXES", "NONE"}
	case "dynamodb:enclosingoperation":
		return []string{"TransactWriteItems", "TransactGetItems", "BatchWriteItem", "BatchGetItem"}
	case "aws:sourceip", "aws:vpcsourceip":
		return []string{"203.0.113.10", "10.0.0.10"}
	case "aws:sourcevpc":
		return []string{"vpc-0123456789abcdef0"}
	case "aws:sourcevpce":
		return []string{"vpce-0123456789abcdef0"}
	case "aws:requestedregion":
		return []string{"us-east-1", "eu-west-1", "us-west-2"}
	case "aws:sourceaccount":
		return []string{"000000000000", "111111111111"}
	case "aws:principalorgid", "aws:resourceorgid", "aws:sourceorgid":
		return []string{"o-a1b2c3d4e5", "o-f6g7h8i9j0"}
	case "kms:viaservice":
		return []string{"dynamodb.us-east-1.amazonaws.com", "s3.us-east-1.amazonaws.com"}
	case "aws:securetransport", "aws:multifactorauthpresent", "aws:viaawsservice":
		return []string{"false", "true"}
	}
	if k, known := catalog.Load().ConditionKey(name); known && strings.HasPrefix(k.Type, "Bool") {
		return []string{"false", "true"}
	}
	return []string{"any", "other"}
}

// derivedAlways reports whether a key follows from who asks about what, and so is there in every signed request.
func derivedAlways(name string) bool {
	switch name {
	case "aws:principalarn", "aws:principalisawsservice", "aws:principalaccount", "aws:principaltype", "aws:resourceaccount":
		return true
	}
	return false
}

// derivedText is what such a key holds (IAM user guide, "AWS global condition context keys").
func derivedText(name string, r Request) string {
	if !derivedAlways(name) {
		return ""
	}
	if r.Principal == "" {
		r.Principal = Anybody
	}
	asked, err := r.Asked()
	if err != nil {
		return ""
	}
	p := asked.Principal
	isARN := func(kind string) bool { return strings.Contains(p.Name, kind) }
	switch name {
	case "aws:principalaccount":
		return p.Account
	case "aws:resourceaccount":
		if fields := strings.SplitN(r.Resource, ":", 6); len(fields) == 6 && isAccount(fields[4]) {
			return fields[4]
		}
		return p.Account
	case "aws:principalisawsservice":
		return []string{"false", "true"}[btoi(p.Account == "" && p.Name != "")]
	case "aws:principalarn":
		if isARN(":assumed-role/") {
			return "arn:aws:iam::" + p.Account + ":role/" + p.Role
		}
		return p.Name
	}
	switch {
	case isARN(":assumed-role/") || isARN(":role/"):
		return "AssumedRole"
	case isARN(":user/"):
		return "User"
	case isARN(":federated-user/"):
		return "FederatedUser"
	case strings.HasSuffix(p.Name, ":root"):
		return "Account"
	}
	return ""
}

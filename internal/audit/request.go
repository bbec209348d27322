package audit

import (
	"slices"
	"strings"
	"sync"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/evaluate"
)

// This file is the requests that there can be: what a request of an operation is about and which condition keys it has. A
// policy allows many requests that nobody can make, such as GetItem without a key, and those show nothing.

// The condition keys of DynamoDB, in lower case.
const (
	keyLeading      = "dynamodb:leadingkeys"
	keyAttributes   = "dynamodb:attributes"
	keySelect       = "dynamodb:select"
	keyReturnValues = "dynamodb:returnvalues"
	keyFullScan     = "dynamodb:fulltablescan"
)

// isRowKey reports whether a condition key holds the partition keys of a request (DynamoDB developer guide, "Using IAM policy
// conditions"; dynamodb:FirstPartitionKeyValues is another name of dynamodb:LeadingKeys, the others are further attributes of
// the key of an index).
func isRowKey(key string) bool {
	key = strings.ToLower(key)
	return key == keyLeading || strings.HasPrefix(key, "dynamodb:") && strings.HasSuffix(key, "partitionkeyvalues")
}

// shapes are the ARNs of each type of resource.
var shapes = sync.OnceValue(func() map[string]automata.Set {
	part := automata.Glob("*:*").Union(automata.Glob("*/*")).Union(automata.Literal("")).Complement()
	label := automata.Glob("*/*").Union(automata.Literal("")).Complement()
	table := automata.Concat(automata.Glob("arn:aws*:dynamodb:").Minus(automata.Glob("*:*:*:*:*")), part, automata.Literal(":"), part, automata.Literal(":table/"), part)
	below := func(kind string) automata.Set { return automata.Concat(table, automata.Literal("/"+kind+"/"), label) }
	return map[string]automata.Set{
		"table": table, "index": below("index"), "stream": below("stream"), "backup": below("backup"), "export": below("export"), "import": below("import"),
		"global-table": automata.Concat(automata.Glob("arn:aws*:dynamodb::").Minus(automata.Glob("*:*:*:*:*")), part, automata.Literal(":global-table/"), part),
		"":             automata.Literal("*"),
	}
})

// typesOf are the types of resource that an action can be granted on; "" for an action without any.
func typesOf(action string) []string {
	a, _ := catalog.Load().Action(action)
	var out []string
	for _, r := range a.Resources {
		out = append(out, r.Type)
	}
	if len(out) == 0 {
		out = []string{""}
	}
	slices.Sort(out)
	return out
}

// resourcesOf is everything that a request of an action can be about.
func resourcesOf(action string) automata.Set {
	types := typesOf(action)
	return resourceSets.get(strings.Join(types, " "), func() automata.Set {
		out := automata.None()
		for _, t := range types {
			out = out.Union(shapes()[t])
		}
		return out
	})
}

// sets are sets that are made once, whoever asks.
type sets struct {
	lock sync.Mutex
	made map[string]automata.Set
}

var resourceSets sets

func (s *sets) get(name string, make func() automata.Set) automata.Set {
	s.lock.Lock()
	defer s.lock.Unlock()
	if set, known := s.made[name]; known {
		return set
	}
	if s.made == nil {
		s.made = map[string]automata.Set{}
	}
	set := make()
	s.made[name] = set
	return set
}

// boxCache is requests that are the same for all subjects whose documents ask about the same keys.
var boxCache = struct {
	sync.Mutex
	made map[string][]access.Box
}{made: map[string][]access.Box{}}

// asked is the requests of some operations, under a name that no other operations have.
func (s *subject) asked(name string, want func(catalog.Operation) bool) []access.Box {
	for _, k := range carried() {
		if s.mentions(k.key) {
			name += " " + k.key
		}
	}
	boxCache.Lock()
	defer boxCache.Unlock()
	boxes, known := boxCache.made[name]
	if !known {
		boxes = s.requestsOf(want)
		boxCache.made[name] = boxes
	}
	return boxes
}

// of is the requests of one operation.
func (s *subject) of(o catalog.Operation) []access.Box {
	return s.asked("of "+o.Name, func(p catalog.Operation) bool { return p.Name == o.Name })
}

// requestsOf is the requests of some operations, as boxes: each of several operations that are about the same and have the same
// condition keys.
func (s *subject) requestsOf(want func(catalog.Operation) bool) []access.Box {
	type group struct {
		box     access.Box
		actions []string
		name    string
	}
	var groups []group
	for _, o := range catalog.Operations() {
		if !o.IsAction() || !want(o) {
			continue
		}
		for _, b := range s.boxesOfOperation(o) {
			i := slices.IndexFunc(groups, func(g group) bool { return g.name == b.Origin })
			if i < 0 {
				i = len(groups)
				groups = append(groups, group{box: b, name: b.Origin})
			}
			groups[i].actions = append(groups[i].actions, strings.ToLower(o.Action()))
		}
	}
	var out []access.Box
	for _, g := range groups {
		g.box.Action, g.box.Origin = s.symbols.OneOf(access.Sorted(g.actions)), ""
		out = append(out, g.box)
	}
	return out
}

// boxesOfOperation is the requests of an operation, with a name in Origin that tells apart what differs in more than the
// action. Only the keys that some document asks about are looked at.
func (s *subject) boxesOfOperation(o catalog.Operation) []access.Box {
	b := access.Everything()
	b.Resource = resourcesOf(o.Action())
	b.Origin = strings.Join(typesOf(o.Action()), " ")
	narrow := func(has bool, key access.Key) {
		switch {
		case !s.mentions(key.Name):
		case has:
			b = b.Given(key)
			b.Origin += " " + key.Name
		default:
			b = b.Given(access.Key{Name: key.Name, Values: access.Values{Multi: key.Values.Multi, Absent: true, Every: automata.None()}})
			b.Origin += " no " + key.Name
		}
	}
	narrow(o.Has(catalog.CarriesSelect), s.symbols.Is(keySelect, "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "COUNT", "SPECIFIC_ATTRIBUTES"))
	if o.Class != catalog.ClassQuery && o.Class != catalog.ClassScan { // the reference lists it for these, and they have no such parameter
		narrow(o.Has(catalog.CarriesReturnValues), s.symbols.Is(keyReturnValues, "ALL_NEW", "ALL_OLD", "NONE", "UPDATED_NEW", "UPDATED_OLD"))
	}
	leading := access.Key{Name: keyLeading, Values: access.Values{Multi: true, Every: access.NonEmpty()}}
	attributes := access.Key{Name: keyAttributes, Values: access.Values{Multi: true, Every: access.NonEmpty()}}
	if o.Class != catalog.ClassPartiQL || !o.Has(catalog.CarriesFullTableScan) {
		narrow(o.Has(catalog.CarriesLeadingKeys), leading)
		if o.Class != catalog.ClassScan { // a scan need not name an attribute
			narrow(o.Has(catalog.CarriesAttributes), attributes)
		}
		narrow(false, s.symbols.IsTrue(keyFullScan))
		return []access.Box{b}
	}
	// A SELECT is a query where it names a partition key, and else a scan, which names none.
	scan := b
	narrow(true, leading)
	narrow(true, attributes)
	narrow(true, s.symbols.IsFalse(keyFullScan))
	query := b
	b = scan
	narrow(false, leading)
	narrow(true, s.symbols.IsTrue(keyFullScan))
	return []access.Box{query, b}
}

// scans are the requests that read items without naming a partition key.
func isScan(o catalog.Operation) bool {
	return o.Class == catalog.ClassScan || o.Class == catalog.ClassVector || o.Has(catalog.CarriesFullTableScan)
}

// onlyScans are the requests among some that name no partition key.
func onlyScans(boxes []access.Box) []access.Box {
	var out []access.Box
	for _, b := range boxes {
		out = append(out, b.With(keyLeading, access.Values{Multi: true, Absent: true, Every: automata.None()}))
	}
	return slices.DeleteFunc(out, access.Box.IsEmpty)
}

// maxTries is how many requests the evaluator is asked about for one finding.
const maxTries = 12

// witness is a request of some boxes that the evaluator allows; nil if it allows none that was tried.
func (s *subject) witness(boxes []access.Box) *Witness { return s.witnessOf(boxes, evaluate.Allow) }

func (s *subject) witnessOf(boxes []access.Box, want evaluate.Outcome) *Witness {
	tries := 0
	for _, b := range boxes {
		for _, o := range catalog.Operations() {
			if !o.IsAction() || !b.Action.Contains(strings.ToLower(o.Action())) {
				continue
			}
			if tries++; tries > maxTries {
				return nil
			}
			if w := s.request(b, o, want); w != nil {
				return w
			}
		}
	}
	return nil
}

// request is a request of a box for an operation, if the evaluator answers as wanted.
func (s *subject) request(b access.Box, o catalog.Operation, want evaluate.Outcome) *Witness {
	b.Action = s.symbols.Literal(strings.ToLower(o.Action()))
	for key, written := range s.spelling {
		if _, unknown := unknownKey(written); unknown {
			b = b.With(key, access.Values{Multi: b.Key(key, false).Multi, Absent: true, Every: automata.None()})
		}
	}
	if s.ARN != "" { // what AWS says of the caller is known
		_, account := place(s.session)
		for key, is := range map[string]string{"aws:principalarn": s.ARN, "aws:principalaccount": account, "aws:resourceaccount": account} {
			if _, asks := b.Find(key); asks {
				b = b.With(key, access.Values{Every: s.symbols.Literal(is)})
			}
		}
	}
	if b.Resource = b.Resource.Intersect(resourcesOf(o.Action())); b.IsEmpty() {
		return nil
	}
	b.Resource = s.placed(b.Resource)
	r := s.symbols.Example(b, s.session, usualText)
	r.Context = slices.DeleteFunc(r.Context, func(k evaluate.Key) bool { return strings.HasPrefix(k.Name, "\x00") }) // what was supposed
	for i, k := range r.Context {
		r.Context[i].Name = spelledKey(s, k.Name)
	}
	w := &Witness{Request: r, Policies: s.policiesFor(r.Resource), Outcome: want}
	if w.Confirm() != nil {
		return nil
	}
	return w
}

// placed is a set of resources narrowed to one that a person knows: of a table of the inventory if it is among them.
func (s *subject) placed(resources automata.Set) automata.Set {
	partition, account := place(s.session)
	for _, t := range s.knownTables() {
		arn := t.ARN()
		if t.Account == "" || t.Region == "" {
			arn = "arn:" + partition + ":dynamodb:us-east-1:" + account + ":table/" + t.Name
		}
		if resources.Contains(arn) {
			return s.symbols.Literal(arn)
		}
		for _, i := range slices.Concat(t.GlobalIndexes, t.LocalIndexes) {
			if at := arn + "/index/" + i.Name; resources.Contains(at) {
				return s.symbols.Literal(at)
			}
		}
	}
	in := func(region string) automata.Set {
		return s.symbols.Set("in "+region, func() automata.Set {
			return automata.Glob("arn:" + partition + ":dynamodb:" + region + ":" + account + ":*")
		})
	}
	for _, usual := range []automata.Set{in("us-east-1"), in("?????????*")} {
		if narrowed := resources.Intersect(usual); !narrowed.Empty() {
			resources = narrowed
			break
		}
	}
	for _, name := range []string{"any", "any/index/any", "any/stream/2026-01-01T00:00:00.000", "any/backup/any"} {
		if arn := "arn:" + partition + ":dynamodb:us-east-1:" + account + ":table/" + name; resources.Contains(arn) {
			return s.symbols.Literal(arn)
		}
	}
	return resources
}

// The tenants of examples.
const (
	oneTenant     = "acme"
	anotherTenant = "globex"
)

// usualText is what a variable stands for in an example.
func usualText(name string) (automata.Set, bool) {
	switch {
	case strings.HasPrefix(name, "aws:principaltag/"):
		return automata.Literal(oneTenant), true
	case name == catalog.CognitoIssuer+":sub":
		return automata.Literal("us-east-1:0a1b2c3d-1111-2222-3333-444455556666"), true
	case name == "aws:username":
		return automata.Literal("alice"), true
	case name == "aws:userid":
		return automata.Literal("AROAEXAMPLEEXAMPLE000:alice"), true
	}
	return automata.Set{}, false
}

// spelledKey is a condition key as it is documented, or as the documents write it.
func spelledKey(s *subject, key string) string {
	if k, known := catalog.Load().ConditionKey(key); known && !strings.Contains(k.Name, "${") {
		return k.Name
	}
	if name, known := globalKey(key); known && !strings.HasSuffix(name, "/") {
		return name
	}
	if written := s.spelling[key]; written != "" {
		return written
	}
	return key
}

// reachesItemsByPattern reports whether a pattern of an action matches one that reads or writes items.
func reachesItemsByPattern(pattern string) bool { return namesBy(pattern, isItems) }

func namesBy(pattern string, want func(catalog.Operation) bool) bool {
	if !strings.ContainsAny(pattern, "*?") {
		service, name, _ := strings.Cut(pattern, ":")
		o, known := operationFolded(name)
		return known && o.IsAction() && strings.EqualFold(service, "dynamodb") && want(o)
	}
	pattern = strings.ToLower(pattern)
	return slices.ContainsFunc(catalog.Operations(), func(o catalog.Operation) bool {
		return o.IsAction() && want(o) && matches(pattern, strings.ToLower(o.Action()))
	})
}

// namesByType reports whether a pattern of an action matches one that takes resources of one of some types.
func namesByType(pattern string, types []string) bool {
	return namesBy(pattern, func(o catalog.Operation) bool {
		return slices.ContainsFunc(typesOf(o.Action()), func(t string) bool { return slices.Contains(types, t) })
	})
}

// names reports whether the actions of a statement have one of some operations among them. It costs little, and most statements
// of an account are about other services.
func names(st statement, want func(catalog.Operation) bool) bool {
	return len(st.NotAction) > 0 || slices.ContainsFunc(st.Action, func(a string) bool { return namesBy(a, want) })
}

// matches reports whether a text matches a pattern of * and ?.
func matches(pattern, text string) bool {
	star, from := -1, 0
	p, t := 0, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			from++
			p, t = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

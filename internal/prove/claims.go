package prove

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file proves the claims that the author of a spec makes. A claim is about a shape of requests: an operation, on a
// table or an index, for a tenant, perhaps on one partition. That something may be done means that some ordinary request
// of the shape is allowed, that it may not means that none is, whatever else the request says. Both are asked of the
// role's own policies as they were emitted, under its boundary; what guards tables and endpoints can only refuse more.

// claims proves the claims in environments, one after the other. A claim that fails in one is not asked again in the next.
func (p *prover) claims(environments ...*model.Environment) {
	for _, e := range environments {
		in := p.intent(e)
		for _, c := range p.m.Claims {
			if p.refuted(c) {
				continue
			}
			if own, readable := p.own(in, c); readable {
				p.claim(in, c, own)
			}
		}
	}
}

const claimID = "claim"

func (p *prover) refuted(c *model.Claim) bool {
	return slices.ContainsFunc(p.result.Findings, func(d *hcl.Diagnostic) bool {
		return string(diag.IDOf(d)) == claimID && d.Subject != nil && *d.Subject == c.Origin
	})
}

// own are the policies of a claim's role, and its boundary; false if one cannot be read, which is a finding elsewhere.
func (p *prover) own(in intent, c *model.Claim) (evaluate.Policies, bool) {
	first := artifact.Policy{Kind: artifact.Identity, Environment: in.e, Role: c.Role, Part: 1}
	if c.Role.PerTenant {
		first.Tenant = c.Tenant
	}
	identity, readable := p.documents(p.parts(first))
	out := evaluate.Policies{Identity: identity}
	if in.isBounded(c.Role) {
		boundary, alsoReadable := p.documents([]string{in.bounding().policy.Path()})
		out.Boundaries, readable = boundary, readable && alsoReadable
	}
	return out, readable
}

// documents are those of some files that are there: a role may have no rights of its own, and the boundary be in another root.
func (p *prover) documents(paths []string) ([]policy.Document, bool) {
	var out []policy.Document
	for _, path := range paths {
		bytes, there := p.files[path]
		if !there {
			continue
		}
		document, err := policy.Parse(bytes)
		if err != nil {
			return nil, false
		}
		out = append(out, document)
	}
	return out, true
}

// claim decides one claim. Both answers rest on a request: what may be done is shown by one that is allowed, what may not
// be, where it can, by another.
func (p *prover) claim(in intent, c *model.Claim, policies evaluate.Policies) {
	known := in.knownVariables(c)
	held, err := in.instance(policies.Identity, known)
	if err == nil && len(policies.Boundaries) > 0 {
		err = in.limited(&held, policies.Boundaries, known)
	}
	if err != nil {
		p.claimed(c, "It cannot be decided whether %s: %v. %s", in.sentence(c), err, p.remedy)
		return
	}
	shapes := in.shapes(c, in.tagKeys(c, held, known))
	var hits []access.Box
	for _, s := range shapes {
		hits = append(hits, access.Meeting(held.Allows, s)...)
	}
	hits = in.likely(access.Minus(hits, held.Denies))
	caller := session(in.e, c.Role, first(c.Role.PerTenant, c.Tenant))
	switch {
	case len(hits) == 0 && c.May:
		p.refute(in, c, policies, in.example(shapes[0], caller), access.AllowsLess)
	case len(hits) > 0 && !c.May:
		p.refute(in, c, policies, in.example(access.Best(hits), caller), access.AllowsMore)
	case c.May:
		if err := access.ConfirmUnder(in.example(access.Best(hits), caller), artifact.Identity, policies, access.AllowsMore); err != nil {
			p.claimed(c, "It cannot be decided whether %s: %s is allowed by the proof, and the evaluator does not confirm this (%v). %s",
				in.sentence(c), in.example(access.Best(hits), caller), err, p.remedy)
		}
	}
}

// limited leaves of what policies allow what a boundary lets through.
func (in intent) limited(held *access.Meaning, boundaries []policy.Document, known map[string]string) error {
	limits, err := in.instance(boundaries, known)
	if err != nil {
		return err
	}
	var allows []access.Box
	for _, b := range limits.Allows {
		allows = append(allows, access.Meeting(held.Allows, b)...)
	}
	held.Allows, held.Denies = allows, append(held.Denies, limits.Denies...)
	return nil
}

func first(use bool, text string) string {
	if use {
		return text
	}
	return ""
}

// refute reports a claim that does not hold, with a request that shows it.
func (p *prover) refute(in intent, c *model.Claim, policies evaluate.Policies, r access.Request, kind access.DifferenceKind) {
	verb, remedy := "refuse", "Give the role the right"
	if kind == access.AllowsMore {
		verb, remedy = "allow", "Take the right from the role"
	}
	doubt := ""
	if err := access.ConfirmUnder(r, artifact.Identity, policies, kind); err != nil {
		doubt = fmt.Sprintf(" The evaluator does not confirm this (%v), so the proof is inconclusive.", err)
	}
	p.claimed(c, "The claim is that %s, and the role's policies %s this request: %s.%s %s, or correct the claim.", in.sentence(c), verb, r, doubt, remedy)
}

func (p *prover) claimed(c *model.Claim, format string, args ...any) {
	p.result.Findings = append(p.result.Findings, diag.Error(claimID, "Claim that does not hold", fmt.Sprintf(format, args...), c.Origin))
}

// sentence is the claim in words, for one environment.
func (in intent) sentence(c *model.Claim) string {
	var b strings.Builder
	fmt.Fprintf(&b, "in the environment %q the role %q ", in.e.Name, c.Role.Name)
	if c.Tenant != "" {
		fmt.Fprintf(&b, "of the tenant %q ", c.Tenant)
	}
	b.WriteString("may ")
	if !c.May {
		b.WriteString("not ")
	}
	fmt.Fprintf(&b, "%s on the table %q", c.Operation, c.Table.Name)
	if c.Index != nil {
		fmt.Fprintf(&b, " by its index %q", c.Index.Name)
	}
	if c.PartitionKey != "" {
		fmt.Fprintf(&b, " in the partition %q", c.PartitionKey)
	}
	return b.String()
}

// shapes are the requests that a claim is about: one box for each action that authorises the operation.
func (in intent) shapes(c *model.Claim, keys []access.Key) []access.Box {
	o := operationOf(model.Action{Name: c.Operation})
	if tenant := in.sessionTenant(c.Role); tenant != "" {
		keys = append(keys, in.Is(tenant, c.Tenant))
	}
	var out []access.Box
	for _, name := range o.Actions() {
		member := operationOf(model.Action{Name: cutService(name)})
		b := in.On([]string{name}, in.claimedResources(c, name)).Given(keys...)
		b = b.Given(in.claimedPartition(c, member)...).Given(in.claimedEnclosing(c, o, member)...)
		if c.May {
			b = b.Given(notCarried(member)...)
		}
		out = append(out, b)
	}
	return out
}

// sessionTenant is the key that holds the tenant of a role's sessions; "" if they have none, or have it in their policies.
func (in intent) sessionTenant(r *model.Role) string {
	if in.m.Tenancy == nil || !r.TenantScoped() {
		return ""
	}
	return in.tenantVariable()
}

// claimedResources are the ARNs that a claim is about, as far as the action takes them.
func (in intent) claimedResources(c *model.Claim, action string) []string {
	if c.Index != nil {
		return []string{in.e.IndexARN(c.Index)}
	}
	a, _ := catalog.Load().Action(action)
	table := in.e.TableARN(c.Table)
	var out []string
	if a.TakesResource("table") {
		out = append(out, table)
	}
	if a.TakesResource("index") && !c.May && c.PartitionKey == "" {
		out = append(out, table+"/index/*")
	}
	for _, part := range []string{"stream", "backup", "export", "import"} {
		if a.TakesResource(part) {
			out = append(out, table+"/"+part+"/*")
		}
	}
	return out
}

// claimedPartition is what the request says of partitions. One that may be made names them, or no more than the claimed
// one; of one that may not, the claimed one is among them.
func (in intent) claimedPartition(c *model.Claim, o catalog.Operation) []access.Key {
	const key = "dynamodb:LeadingKeys"
	switch {
	case !o.Has(catalog.CarriesLeadingKeys):
		return nil
	case c.PartitionKey != "" && c.May:
		return []access.Key{in.Is(key, c.PartitionKey)}
	case c.PartitionKey != "":
		return []access.Key{{Name: strings.ToLower(key), Values: access.Values{Multi: true, Every: access.NonEmpty(), Some: []automata.Set{in.Literal(c.PartitionKey)}}}}
	case c.May:
		return []access.Key{{Name: strings.ToLower(key), Values: access.Values{Multi: true, Every: access.NonEmpty()}}}
	}
	return nil
}

// claimedEnclosing is what the request says of a transaction around it: the one that the claim names, or, if it may be
// made and the claim names none, none.
func (in intent) claimedEnclosing(c *model.Claim, o, member catalog.Operation) []access.Key {
	const key = "dynamodb:EnclosingOperation"
	switch o.Name {
	case "TransactGetItems", "TransactWriteItems", "ExecuteTransaction":
		if member.Has(catalog.CarriesEnclosing) {
			return []access.Key{in.Is(key, o.Name)}
		}
		return nil
	}
	if c.May {
		return []access.Key{without(key)}
	}
	return nil
}

// likely is those of some boxes that are in no transaction, or in one that has their action as a member, if there are such: a
// policy can allow a write inside of TransactGetItems, but nobody can make one.
func (in intent) likely(boxes []access.Box) []access.Box {
	var out []access.Box
	for _, o := range catalog.Operations() {
		if o.Class != catalog.ClassTransaction && o.Name != "ExecuteTransaction" {
			continue
		}
		member := in.On(o.Actions(), []string{"*"}).Given(access.OrMissing(in.Is("dynamodb:EnclosingOperation", o.Name)))
		for _, b := range boxes {
			if b.Meets(member) {
				out = append(out, access.Intersect(b, member))
			}
		}
	}
	if len(out) == 0 {
		return boxes
	}
	return out
}

// notCarried are the keys of DynamoDB that ordinary requests of an operation do not have.
func notCarried(o catalog.Operation) []access.Key {
	var out []access.Key
	for _, k := range []struct {
		carries catalog.Trait
		key     string
	}{
		{catalog.CarriesLeadingKeys, "dynamodb:LeadingKeys"},
		{catalog.CarriesAttributes, "dynamodb:Attributes"},
		{catalog.CarriesSelect, "dynamodb:Select"},
		{catalog.CarriesReturnValues, "dynamodb:ReturnValues"},
		{catalog.CarriesReturnCapacity, "dynamodb:ReturnConsumedCapacity"},
		{catalog.CarriesEnclosing, "dynamodb:EnclosingOperation"},
		{catalog.CarriesFullTableScan, "dynamodb:FullTableScan"},
	} {
		if !o.Has(k.carries) {
			out = append(out, without(k.key))
		}
	}
	return out
}

// without is a key that is missing.
func without(key string) access.Key {
	return access.Key{Name: strings.ToLower(key), Values: access.Values{Multi: catalog.Multivalued(key), Absent: true, Every: automata.None()}}
}

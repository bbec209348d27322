package prove

import (
	"fmt"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file proves the permissions boundary. A boundary gives nothing, so that one which is too narrow breaks roles, and one
// which is too wide shows nowhere until a role's policies are changed: both must be found before.

// limit is the boundary as it was emitted.
type limit struct {
	allowed  []access.Box // what it lets through: what it allows, less what it denies
	name     string       // what findings call it
	document policy.Document
}

// limit reads the boundary quietly; nil if there is none, or if it cannot be read, which is a finding of its own proof.
func (p *prover) limit(in intent) *limit {
	path := in.bounding().policy.Path()
	if _, there := p.files[path]; !there || !in.m.Guardrails.Boundary.Made() {
		return nil
	}
	document, m, err := p.peek(in, artifact.Boundary, path)
	if err != nil {
		return nil
	}
	return &limit{m.Settled().Allows, p.called(path), document}
}

// peek reads a policy that is proven elsewhere.
func (p *prover) peek(in intent, kind artifact.Kind, path string) (policy.Document, access.Meaning, error) {
	document, err := policy.Parse(p.files[path])
	if err != nil {
		return document, access.Meaning{}, err
	}
	m, err := in.Read(kind, p.called(path), document)
	return document, m, err
}

// bounding is the boundary as the subject of a proof.
func (in intent) bounding() subject {
	s := subject{policy: artifact.Policy{Kind: artifact.Boundary, Environment: in.e}}
	if b := in.m.Guardrails.Boundary; b != nil {
		s.origin = b.Origin
	}
	return s
}

// boundary proves what the boundary means, and that it holds back no use of a key that the key's policy gives to a role: of
// what is given to a role by its ARN, a boundary lets through what it allows itself (IAM user guide, "Policy evaluation
// logic", resource-based policies and permissions boundaries).
func (p *prover) boundary(in intent) {
	if !in.m.Guardrails.Boundary.Made() {
		return
	}
	s := in.bounding()
	got, _ := p.compare(in, s, []string{s.policy.Path()}, in.boundary())
	p.lawful(in, s, "", in.boundaryLaws(got.Allows))
	if l := p.limit(in); l != nil && p.whole {
		for _, k := range in.madeKeys() {
			p.keyWithin(in, l, k)
		}
	}
}

// keyWithin proves that what the policy of a key gives to the roles that are made here lies within the boundary. In the
// policy of a key the resource is that key, whatever its id will be, and KMS knows the account of every caller.
func (p *prover) keyWithin(in intent, l *limit, k *model.Key) {
	s := subject{artifact.Policy{Kind: artifact.Key, Environment: in.e, Key: k}, k.Origin}
	document, m, err := p.peek(in, artifact.Key, s.policy.Path())
	if err != nil {
		return
	}
	keys := access.Everything().Given(in.Is("kms:CallerAccount", in.e.Account))
	keys.Resource = in.Patterns([]string{in.arn("kms", "key/*")})
	var given []access.Box
	allowed := m.Settled().Allows
	for _, user := range in.users() {
		given = append(given, access.Meeting(allowed, access.Intersect(keys, user))...)
	}
	p.within(in, l, s, given, "", evaluate.Policies{Resource: &document})
}

// users are the requests of the roles that are made here, as policies of resources name them: a box for each provider whose
// tokens begin sessions.
func (in intent) users() []access.Box {
	var providers, arns = []string{}, map[string][]string{}
	for _, r := range in.madeRoles() {
		provider := in.provider(r.Trust)
		providers = append(providers, provider)
		arns[provider] = append(arns[provider], in.e.RoleARNs(in.m, r)...)
	}
	var out []access.Box
	for _, provider := range access.Sorted(providers) {
		b := access.Everything().Given(in.begunBy(provider))
		b.Principal = in.OneOf(access.Sorted(arns[provider]))
		out = append(out, b)
	}
	return out
}

// begunBy is what sessions of a role say of who began them: the provider whose tokens the role takes, or none. Another one
// they cannot have, since the role's trust, which is proven too, takes no token of it.
func (in intent) begunBy(provider string) access.Key {
	return access.Key{Name: federatedProvider, Values: access.Values{Absent: true, Every: in.OneOf([]string{provider}).Intersect(access.NonEmpty())}}
}

// ofSessions are what sessions of a role made here carry that its boundary may ask for: who began them, and the role's own
// tags. Whoever may begin them cannot choose other tags, but the tenant's, which no grant compares with a table's.
func (in intent) ofSessions(r *model.Role) []access.Key {
	out := []access.Key{in.begunBy(in.provider(r.Trust))}
	for _, g := range r.TagGrants {
		out = append(out, in.ownTags(r, g)...)
	}
	return out
}

// roleWithin proves that what a role's own policies allow lies within the boundary.
func (p *prover) roleWithin(in intent, l *limit, s subject, documents []policy.Document, allowed []access.Box) {
	r := s.policy.Role
	if l == nil || !in.isBounded(r) {
		return
	}
	own := access.Meeting(allowed, access.Everything().Given(in.ofSessions(r)...))
	p.within(in, l, s, own, session(in.e, r, s.policy.Tenant), evaluate.Policies{Identity: documents})
}

// isBounded reports whether a role has the boundary that is made here: those from elsewhere have their own, and an
// administrator, who makes the others, gives them none.
func (in intent) isBounded(r *model.Role) bool {
	return in.m.Guardrails.Boundary.Made() && !r.Existing && !deploys(r)
}

// deploys reports whether a role deploys or plans.
func deploys(r *model.Role) bool { return r.Kind == model.Deploy || r.Kind == model.Plan }

// within reports a request that some policies allow and the boundary does not.
func (p *prover) within(in intent, l *limit, s subject, allowed []access.Box, caller string, policies evaluate.Policies) {
	rest := access.Minus(allowed, l.allowed)
	if len(rest) == 0 {
		return
	}
	request := in.example(access.Best(rest), caller)
	detail := fmt.Sprintf("%s allows a request that %s holds back: %s.", p.called(s.policy.Path()), l.name, request)
	if err := heldBack(request, policies, l.document); err != nil {
		detail += fmt.Sprintf(" The evaluator does not confirm this (%v), so the proof is inconclusive.", err)
	}
	p.finding(s, "beyond-boundary", "Role needs more than its boundary lets through", "%s", detail)
}

// heldBack asks the evaluator: policies allow a request by themselves, and not under the boundary.
func heldBack(r access.Request, policies evaluate.Policies, boundary policy.Document) error {
	if r.Principal == "" {
		r.Principal = access.Anybody
	}
	asked, err := r.Asked()
	if err != nil {
		return err
	}
	asked.ResourceAccount = asked.Principal.Account
	if alone := evaluate.Decide(asked, policies).Outcome; alone != evaluate.Allow {
		return fmt.Errorf("without the boundary it answers %s", alone)
	}
	policies.Boundaries = []policy.Document{boundary}
	if bounded := evaluate.Decide(asked, policies).Outcome; bounded == evaluate.Allow {
		return fmt.Errorf("it answers %s", bounded)
	}
	return nil
}

package evaluate

import (
	"github.com/ddbgen/ddbgen/internal/policy"
)

// Policies are the policies that bear on a request. An empty layer does not
// apply; an identity without policies is allowed nothing by them.
type Policies struct {
	Identity   []policy.Document   // of the role or user, together
	Boundaries []policy.Document   // each must allow; an identity has one at most
	Session    []policy.Document   // passed when the session was made, together
	SCP        [][]policy.Document // levels from the organization's root to the principal's account
	RCP        [][]policy.Document // levels from the organization's root to the resource's account
	Resource   *policy.Document    // of the table, stream, key, or the role's trust
	Endpoint   []policy.Document   // of the VPC endpoints on the way; each must allow
}

// Decide decides one request, with all reasons.
func Decide(request Request, policies Policies) Decision {
	d := decider{request: &request, policies: &policies}
	d.decide()
	if d.decision.Outcome == ImplicitDeny {
		d.explain()
	}
	return d.decision
}

// DecideInto decides like Decide, without Missed, and into a decision that is
// used again. Where it allows it allocates nothing once DecidedBy has grown.
func DecideInto(decision *Decision, request *Request, policies *Policies) {
	d := decider{request: request, policies: policies}
	d.decision.DecidedBy = decision.DecidedBy[:0]
	d.decide()
	*decision = d.decision
}

// decider is one decision in the making.
type decider struct {
	request  *Request
	policies *Policies
	decision Decision
}

func (d *decider) decide() {
	d.decision.Outcome = ImplicitDeny
	if d.denies() {
		d.decision.Outcome = ExplicitDeny
		return
	}
	if d.guardsAllow() && d.grants() {
		d.decision.Outcome = Allow
		return
	}
	d.decision.DecidedBy = d.decision.DecidedBy[:0]
}

// denies looks for Deny statements. All of them are collected, as an answer that
// names only the first would change when an unrelated policy does.
func (d *decider) denies() bool {
	p := d.policies
	if d.hasPolicies() {
		d.collectAll(policy.Deny, Identity, 0, p.Identity)
		d.collectAll(policy.Deny, Boundary, 0, p.Boundaries)
		d.collectAll(policy.Deny, Session, 0, p.Session)
	}
	if d.underSCPs() {
		for level := range p.SCP {
			d.collectAll(policy.Deny, SCP, level, p.SCP[level])
		}
	}
	if !d.request.isServiceLinkedRole() {
		for level := range p.RCP {
			d.collectAll(policy.Deny, RCP, level, p.RCP[level])
		}
	}
	if p.Resource != nil {
		d.collect(policy.Deny, Resource, 0, 0, p.Resource, anyReach)
		d.denyBounded()
	}
	d.collectAll(policy.Deny, Endpoint, 0, p.Endpoint)
	return len(d.decision.DecidedBy) > 0
}

// hasPolicies says whether the principal is one to which identity policies,
// boundaries and session policies can be attached.
func (d *decider) hasPolicies() bool {
	k := d.request.Principal.kind
	return k.isIAM() && k != root
}

// underSCPs says whether service control policies reach the principal: they are
// about the users and roles of an account, its root user too, and not about
// services, strangers and service-linked roles (Organizations user guide,
// "Service control policies").
func (d *decider) underSCPs() bool {
	return d.request.Principal.kind.isIAM() && !d.request.isServiceLinkedRole()
}

// denyBounded adds the Deny statements that have a NotPrincipal, for a principal
// that has a boundary: they hold whoever is named (IAM user guide, "AWS JSON
// policy elements: NotPrincipal", key points).
func (d *decider) denyBounded() {
	if len(d.policies.Boundaries) == 0 || !d.hasPolicies() {
		return
	}
	document := d.policies.Resource
	for i := range document.Statement {
		s := &document.Statement[i]
		if s.Effect != policy.Deny || s.NotPrincipal == nil || d.request.matchesPrincipal(s, Resource) != 0 {
			continue
		}
		everyone := *s
		everyone.Principal, everyone.NotPrincipal = &policy.Principal{Any: true}, nil
		if reached, _ := d.request.match(&everyone, Resource, hasVariables(document)); reached != 0 {
			d.add(Reason{Resource, 0, 0, i, s.Sid, s.Effect})
		}
	}
}

// guardsAllow asks the layers that only limit and are independent of who grants.
func (d *decider) guardsAllow() bool {
	p := d.policies
	if !d.request.isServiceLinkedRole() {
		for level := range p.RCP {
			if !d.collectAll(policy.Allow, RCP, level, p.RCP[level]) && hasAllow(p.RCP[level]) {
				return false
			}
		}
	}
	if d.underSCPs() {
		for level := range p.SCP {
			if !d.collectAll(policy.Allow, SCP, level, p.SCP[level]) {
				return false
			}
		}
	}
	return d.eachAllows(Endpoint, p.Endpoint)
}

// grants asks the layers that grant: the resource's policy and the identity's
// policies, and what limits the latter.
func (d *decider) grants() bool {
	byResource := d.resourceGrants()
	mark := len(d.decision.DecidedBy)
	if !d.request.Principal.kind.isIAM() {
		// Services, identity providers and strangers have no policies of their own.
		return byResource != 0
	}
	byIdentity := d.identityAllows()
	bounded := d.limitsAllow()
	switch {
	case d.isCrossAccount():
		return byResource != 0 && byIdentity && bounded
	case byResource&toItself != 0:
		if !byIdentity || !bounded {
			d.decision.DecidedBy = d.decision.DecidedBy[:mark]
		}
		return true
	case byResource&toRole != 0:
		return bounded
	case d.needsResourcePolicy():
		return byResource&toAccount != 0 && byIdentity && bounded
	}
	return byIdentity && bounded
}

// resourceGrants collects what the resource's policy allows. In the principal's
// own account an Allow to the account adds nothing to what the account's own
// policies allow, except where the resource's policy must agree.
func (d *decider) resourceGrants() reach {
	if d.policies.Resource == nil {
		return 0
	}
	wanted := toRole | toItself
	if d.isCrossAccount() || d.needsResourcePolicy() {
		wanted = anyReach
	}
	return d.collect(policy.Allow, Resource, 0, 0, d.policies.Resource, wanted)
}

// identityAllows asks the identity's own policies. The root user needs none; a
// federated user has none without session policies (STS API reference,
// GetFederationToken).
func (d *decider) identityAllows() bool {
	switch d.request.Principal.kind {
	case root:
		return true
	case federatedUser:
		if len(d.policies.Session) == 0 {
			return false
		}
	}
	return d.collectAll(policy.Allow, Identity, 0, d.policies.Identity)
}

// limitsAllow asks the boundary and the session policies.
func (d *decider) limitsAllow() bool {
	if !d.hasPolicies() {
		return true
	}
	bounded := d.eachAllows(Boundary, d.policies.Boundaries)
	return bounded && d.sessionAllows()
}

func (d *decider) sessionAllows() bool {
	session := d.policies.Session
	return len(session) == 0 || d.collectAll(policy.Allow, Session, 0, session)
}

// isCrossAccount says whether the resource belongs to another account.
func (d *decider) isCrossAccount() bool {
	return d.request.resourceAccount() != d.request.Principal.Account
}

// needsResourcePolicy says whether the resource's own policy must let the
// account's policies count even in the same account: keys and roles (IAM user
// guide, "How AWS enforcement code logic evaluates requests", resource-based
// policies). Where that policy is not given, it does not apply.
func (d *decider) needsResourcePolicy() bool {
	return d.policies.Resource != nil && (isKey(d.request.Resource) || isRole(d.request.Resource))
}

// eachAllows asks every document of a layer by itself.
func (d *decider) eachAllows(layer Layer, documents []policy.Document) bool {
	all := true
	for i := range documents {
		all = d.collect(policy.Allow, layer, 0, i, &documents[i], anyReach) != 0 && all
	}
	return all
}

// collectAll asks the documents of a layer, or of one level of it, together.
func (d *decider) collectAll(effect policy.Effect, layer Layer, level int, documents []policy.Document) bool {
	found := false
	for i := range documents {
		found = d.collect(effect, layer, level, i, &documents[i], anyReach) != 0 || found
	}
	return found
}

// collect adds the statements of one document that have the effect, match, and
// name the principal in a wanted way. It returns how they name it.
func (d *decider) collect(effect policy.Effect, layer Layer, level, index int, document *policy.Document, wanted reach) reach {
	var found reach
	variables := hasVariables(document)
	for i := range document.Statement {
		s := &document.Statement[i]
		if s.Effect != effect {
			continue
		}
		reached, _ := d.request.match(s, layer, variables)
		if reached&wanted == 0 {
			continue
		}
		found |= reached & wanted
		d.add(Reason{layer, level, index, i, s.Sid, s.Effect})
	}
	return found
}

func (d *decider) add(r Reason) {
	d.decision.DecidedBy = append(d.decision.DecidedBy, r)
}

// hasVariables says whether "${" begins a variable in a document: the language
// has had them since 2012 (IAM user guide, "IAM JSON policy elements: Version").
func hasVariables(document *policy.Document) bool {
	return document.Version == policy.Version
}

func hasAllow(documents []policy.Document) bool {
	for i := range documents {
		for j := range documents[i].Statement {
			if documents[i].Statement[j].Effect == policy.Allow {
				return true
			}
		}
	}
	return false
}

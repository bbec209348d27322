package evaluate

import (
	"fmt"
	"strings"

	"github.com/ddbgen/ddbgen/internal/policy"
)

// Decision is what AWS answers to a request, and why.
type Decision struct {
	Outcome Outcome

	// DecidedBy are the statements that made the decision: after an explicit deny
	// every Deny that matched, after an allow every Allow that took part in it.
	// It is empty after an implicit deny, which no statement makes, and where the
	// root user is allowed without a policy.
	DecidedBy []Reason

	// Missed are, after an implicit deny, the statements that would have allowed
	// but for one element, by layer that had to allow and did not.
	Missed []Miss
}

// Outcome is the decision itself.
type Outcome string

// The outcomes (IAM user guide, "The difference between explicit and implicit
// denies").
const (
	Allow        Outcome = "allow"
	ImplicitDeny Outcome = "implicit_deny"
	ExplicitDeny Outcome = "explicit_deny"
)

// Layer is a kind of policy in its place in the procedure.
type Layer string

// The layers.
const (
	Identity Layer = "identity"
	Boundary Layer = "boundary"
	Session  Layer = "session"
	SCP      Layer = "scp"
	RCP      Layer = "rcp"
	Resource Layer = "resource"
	Endpoint Layer = "endpoint"
)

// Reason is one statement of one policy.
type Reason struct {
	Layer     Layer
	Level     int // of SCP and RCP: 0 is the organization's root
	Policy    int // the index in its layer, or its level
	Statement int
	Sid       string
	Effect    policy.Effect
}

// Miss is a statement that did not match, and what of it. Where no statement of
// a layer is even about the action, it is one Miss whose Statement is -1, and
// whose Policy is too where the layer's policies are taken together.
type Miss struct {
	Reason
	Failed string
}

// explain finds, layer by layer, why nothing allowed.
func (d *decider) explain() {
	p := d.policies
	iam := d.request.Principal.kind.isIAM()
	d.explainGuards()
	if iam && !d.identityAllows() {
		d.miss(Identity, 0, p.Identity)
	}
	if d.hasPolicies() {
		d.explainEach(Boundary, p.Boundaries)
		if !d.sessionAllows() {
			d.miss(Session, 0, p.Session)
		}
	}
	if p.Resource != nil && d.resourceGrants()&(toRole|toItself) == 0 {
		d.miss(Resource, 0, []policy.Document{*p.Resource})
	} else if p.Resource == nil && (!iam || d.isCrossAccount()) {
		d.miss(Resource, 0, nil)
	}
	d.decision.DecidedBy = nil
}

func (d *decider) explainGuards() {
	p := d.policies
	if !d.request.isServiceLinkedRole() {
		for level, documents := range p.RCP {
			if hasAllow(documents) && !d.collectAll(policy.Allow, RCP, level, documents) {
				d.miss(RCP, level, documents)
			}
		}
	}
	if d.underSCPs() {
		for level, documents := range p.SCP {
			if !d.collectAll(policy.Allow, SCP, level, documents) {
				d.miss(SCP, level, documents)
			}
		}
	}
	d.explainEach(Endpoint, p.Endpoint)
}

func (d *decider) explainEach(layer Layer, documents []policy.Document) {
	for i := range documents {
		if d.collect(policy.Allow, layer, 0, i, &documents[i], anyReach) == 0 && !d.missDocument(layer, 0, i, &documents[i]) {
			d.missNothing(layer, 0, i)
		}
	}
}

// miss adds the near misses of a layer, or of a level of one, or that it has
// none.
func (d *decider) miss(layer Layer, level int, documents []policy.Document) {
	found := false
	for i := range documents {
		found = d.missDocument(layer, level, i, &documents[i]) || found
	}
	if !found {
		d.missNothing(layer, level, -1)
	}
}

func (d *decider) missNothing(layer Layer, level, index int) {
	reason := Reason{Layer: layer, Level: level, Policy: index, Statement: -1, Effect: policy.Allow}
	d.decision.Missed = append(d.decision.Missed, Miss{reason, "no statement allows " + d.request.Action})
}

// missDocument adds the statements of one document that are about the action.
func (d *decider) missDocument(layer Layer, level, index int, document *policy.Document) bool {
	found := false
	for i := range document.Statement {
		s := &document.Statement[i]
		if s.Effect != policy.Allow {
			continue
		}
		reached, failed := d.request.match(s, layer, hasVariables(document))
		if failed.element == actionElement {
			continue
		}
		found = true
		reason := Reason{layer, level, index, i, s.Sid, s.Effect}
		d.decision.Missed = append(d.decision.Missed, Miss{reason, d.describe(s, reached, failed)})
	}
	return found
}

// describe says in words what of a statement did not match.
func (d *decider) describe(s *policy.Statement, reached reach, failed mismatch) string {
	switch failed.element {
	case resourceElement:
		return fmt.Sprintf("the resource %s is not among its resources", d.request.Resource)
	case principalElement:
		return fmt.Sprintf("the principal %s is not among its principals", d.request.Principal)
	case conditionElement:
		return d.describeCondition(&s.Condition[failed.condition])
	}
	if reached == toAccount {
		return "it allows the account, whose own policies must allow too"
	}
	return "it allows, but a layer that must allow too does not"
}

func (d *decider) describeCondition(c *policy.Condition) string {
	k := d.request.lookup(c.Key)
	got := "the request does not have the key"
	if k.present {
		values := make([]string, k.len())
		for i := range values {
			values[i] = fmt.Sprintf("%q", k.at(i))
		}
		got = "the request has " + strings.Join(values, ", ")
	}
	return fmt.Sprintf("the condition %s on %s does not hold: %s", c.Operator, c.Key, got)
}

// String is the principal as ParsePrincipal reads it.
func (p Principal) String() string {
	if p.kind == anonymous {
		return "anonymous"
	}
	return p.Name
}

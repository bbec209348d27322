package prove

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file shows that nobody rises above what the spec gives him by what the roles that deploy and plan may do, in however
// many steps.
//
// Sequences have no end, so what is shown is an invariant. Whoever deploys changes some things by design, which
// escalation_own.go lists: roles below the system's path, as long as they keep the boundary, and their trust; policies beside
// them; the policies of the system's tables and keys. Whatever it makes of those, a role that it made is allowed at most what
// the boundary allows; and it itself, like any session of such a role, is allowed that, or what the policies that it can
// write might, less what its own policies deny, or the boundary, which is all that holds against those. None of this changes
// by a step: its own policies and the boundary are not among what it changes. So it is enough to look at single requests.
// Each published way to rise, and some that are this system's own, needs a request of each of some kinds, and one of them
// beyond what is changed by design. Where no such request is possible, to the role or to a role within the boundary, the way
// is closed at every step.

// actor is somebody who could rise.
type actor struct {
	subject   subject
	name      string // as findings call him
	caller    string
	documents []policy.Document
	own       rights // by his own policies
	lent      rights // by the policies of resources, as whoever deploys could write them
	denies    []access.Box
	methods   []method
}

// rights are requests that are allowed, and what of them is done by design.
type rights struct{ allows, design []access.Box }

// escalation proves it of everyone in an environment.
func (p *prover) escalation(in intent) {
	for _, r := range in.m.DeployRoles {
		s := subject{artifact.Policy{Kind: artifact.Identity, Environment: in.e, Role: r, Part: 1}, r.Origin}
		a := actor{subject: s, name: fmt.Sprintf("the role %q", r.Name), caller: session(in.e, r, "")}
		a.own.design, a.lent, a.methods = in.changedBy(r), in.lent(r), in.methods(r)
		p.rises(in, a, p.parts(s.policy))
	}
	if s := in.bounding(); in.m.Guardrails.Boundary.Made() && len(in.madeRoles()) > 0 {
		r := in.madeRoles()[0]
		a := actor{subject: s, name: "a role within the boundary", caller: session(in.e, r, in.m.RoleTenants(r)[0])}
		a.own, a.lent, a.methods = in.withinBoundary(), in.lentWithinBoundary(), in.methodsWithinBoundary()
		p.rises(in, a, []string{s.policy.Path()})
	}
}

// rises reports the ways that are open to an actor, whose policies are at some paths. That one of those cannot be read or
// decided is said where it is proven what it means.
func (p *prover) rises(in intent, a actor, paths []string) {
	for _, path := range paths {
		document, m, err := p.peek(in, a.subject.policy.Kind, path)
		if err != nil {
			return
		}
		a.documents = append(a.documents, document)
		a.own.allows = append(a.own.allows, m.Allows...)
		a.denies = append(a.denies, m.Denies...)
	}
	var found []way
	for _, m := range a.methods {
		if m.general && len(found) > 0 {
			continue
		}
		if step, open := a.open(m); open {
			found = join(found, m.name, in.example(step, a.caller), step.Origin)
		}
	}
	for _, w := range found {
		p.risen(a, w)
	}
}

// method is a way to rise: who can make a request of each step, one of them beyond what is done by design, is on his way.
type method struct {
	name    string
	steps   []access.Box
	general bool // no way of its own, but a request beyond what is done by design; asked for where no other way is found
}

// open is requests that open a way, if it is open.
func (a actor) open(m method) (access.Box, bool) {
	var beyond []access.Box
	for _, step := range m.steps {
		possible := false
		for _, r := range []rights{a.own, a.lent} {
			requests := access.Minus(access.Meeting(r.allows, step), a.denies)
			possible = possible || len(requests) > 0
			beyond = append(beyond, access.Minus(requests, r.design)...)
		}
		if !possible {
			return access.Box{}, false
		}
	}
	if len(beyond) == 0 {
		return access.Box{}, false
	}
	return access.Best(beyond), true
}

// way is a request that opens ways to rise, and the statement that allows it.
type way struct {
	request access.Request
	methods []string
	origin  string
}

// join adds a method to those that the same request opens.
func join(ways []way, method string, r access.Request, origin string) []way {
	i := slices.IndexFunc(ways, func(w way) bool { return w.request.String() == r.String() && w.origin == origin })
	if i < 0 {
		return append(ways, way{r, []string{method}, origin})
	}
	ways[i].methods = append(ways[i].methods, method)
	return ways
}

// risen reports a way.
func (p *prover) risen(a actor, w way) {
	detail := fmt.Sprintf("%s lets %s take a step to more than the spec gives: %s. Ways that it opens: %s.", w.origin, a.name, w.request, strings.Join(w.methods, "; "))
	if err := a.confirm(w.request, w.origin == lentOrigin); err != nil {
		detail += fmt.Sprintf(" The evaluator does not confirm this (%v), so the proof is inconclusive.", err)
	}
	p.finding(a.subject, "escalation", "Way to more than the spec gives", "%s", detail)
}

// confirm asks the evaluator, which must allow the request: under the actor's own policies, or under a policy of the resource
// that gives it to the actor's session.
func (a actor) confirm(r access.Request, lent bool) error {
	if !lent {
		return access.Confirm(r, a.subject.policy.Kind, a.documents, access.AllowsMore)
	}
	asked, err := r.Asked()
	if err != nil {
		return err
	}
	asked.ResourceAccount = asked.Principal.Account
	policies := evaluate.Policies{Resource: &policy.Document{Version: policy.Version, Statement: []policy.Statement{{
		Effect: policy.Allow, Principal: &policy.Principal{AWS: []string{r.Principal}}, Action: []string{r.Action}, Resource: []string{r.Resource},
	}}}}
	if a.subject.policy.Kind == artifact.Boundary {
		policies.Boundaries = a.documents
	} else {
		policies.Identity = a.documents
	}
	if outcome := evaluate.Decide(asked, policies).Outcome; outcome != evaluate.Allow {
		return fmt.Errorf("it answers %s", outcome)
	}
	return nil
}

package evaluate

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/policy"
)

// element is the part of a statement that a request failed to match.
type element int

const (
	none element = iota // everything matched
	actionElement
	resourceElement
	principalElement
	conditionElement
)

// mismatch is what a request failed to match first.
type mismatch struct {
	element   element
	condition int // the index of the condition
}

// match compares a request with a statement of a layer. When all of it matches
// the reach says how directly the statement names the principal; in layers
// without principals it is the principal itself, to whom the policy is attached.
func (r *Request) match(s *policy.Statement, layer Layer, variables bool) (reach, mismatch) {
	if !r.matchesAction(s) {
		return 0, mismatch{element: actionElement}
	}
	if !r.matchesResource(s, layer, variables) {
		return 0, mismatch{element: resourceElement}
	}
	reached := r.matchesPrincipal(s, layer)
	if reached == 0 {
		return 0, mismatch{element: principalElement}
	}
	for i := range s.Condition {
		if !r.holds(&s.Condition[i], variables) {
			return 0, mismatch{element: conditionElement, condition: i}
		}
	}
	return reached, mismatch{}
}

func (r *Request) matchesAction(s *policy.Statement) bool {
	for _, a := range s.Action {
		if matchAction(a, r.Action) {
			return true
		}
	}
	if len(s.NotAction) == 0 {
		return false
	}
	for _, a := range s.NotAction {
		if matchAction(a, r.Action) {
			return false
		}
	}
	return true
}

// matchesResource compares the resource. A statement without any is about the
// role that carries it when it stands in a trust policy, and has no effect
// anywhere else (KMS developer guide, "Key policies").
func (r *Request) matchesResource(s *policy.Statement, layer Layer, variables bool) bool {
	for _, text := range s.Resource {
		if r.matchResource(text, variables) {
			return true
		}
	}
	if len(s.NotResource) == 0 {
		return len(s.Resource) == 0 && layer == Resource && isRole(r.Resource)
	}
	for _, text := range s.NotResource {
		if r.matchResource(text, variables) {
			return false
		}
	}
	return true
}

// matchesPrincipal compares the principal. Policies that are attached to an
// identity or an account have no principals, and a statement that has one there
// has no effect.
func (r *Request) matchesPrincipal(s *policy.Statement, layer Layer) reach {
	if layer != Resource && layer != Endpoint && layer != RCP {
		if s.Principal != nil || s.NotPrincipal != nil {
			return 0
		}
		return toItself
	}
	var reached reach
	switch {
	case s.Principal != nil:
		reached = r.reachOf(s.Principal)
	case s.NotPrincipal != nil:
		if r.reachOf(s.NotPrincipal)&(toRole|toItself) == 0 {
			reached = toItself
		}
	}
	if layer == Endpoint {
		// An account in an endpoint policy is its root user (AWS PrivateLink guide,
		// "Control access to VPC endpoints", principals for gateway endpoints).
		reached &^= toAccount
	}
	return reached
}

// isRole says whether a resource is an IAM role, whose policy is a trust policy.
func isRole(resource string) bool {
	return hasService(resource, "iam") && strings.Contains(resource, ":role/")
}

// isKey says whether a resource is a KMS key.
func isKey(resource string) bool {
	return hasService(resource, "kms") && strings.Contains(resource, ":key/")
}

func hasService(arn, service string) bool {
	i := fieldOffset(arn, 2)
	return i >= 0 && strings.HasPrefix(arn[i:], service+":")
}

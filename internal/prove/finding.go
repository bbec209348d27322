package prove

import (
	"fmt"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file shows a difference as a person can check it: a concrete request, which the evaluator has confirmed.

// differ reports a difference, with the request that shows it.
func (p *prover) differ(in intent, s subject, documents []policy.Document, d access.Difference) {
	caller := ""
	if s.policy.Role != nil && s.policy.Kind == artifact.Identity {
		caller = session(in.e, s.policy.Role, s.policy.Tenant)
	}
	request := in.example(d.Request, caller)
	id, summary, sentence := words(d.Kind)
	detail := fmt.Sprintf("%s %s: %s.", p.called(s.policy.Path()), sentence, request)
	if err := access.Confirm(request, s.policy.Kind, documents, d.Kind); err != nil {
		detail += fmt.Sprintf(" The evaluator does not confirm this (%v), so the proof is inconclusive.", err)
	}
	p.finding(s, id, summary, "%s", detail)
}

// words are a difference as a check id, a title, and the verb of the sentence about the document.
func words(k access.DifferenceKind) (id, summary, sentence string) {
	switch k {
	case access.AllowsMore:
		return "allows-more", "Policy allows what the spec does not", "allows a request that the spec does not"
	case access.AllowsLess:
		return "allows-less", "Policy refuses what the spec allows", "does not allow a request that the spec allows"
	case access.DeniesMore:
		return "denies-more", "Policy denies what the spec does not", "denies a request that the spec does not deny"
	case access.DeniesLess:
		return "denies-less", "Policy lets through what the spec denies", "does not deny a request that the spec denies"
	}
	panic("prove: unknown kind of difference")
}

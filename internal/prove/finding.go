package prove

import (
	"fmt"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file shows a difference as a person can check it: a concrete request, which the evaluator has confirmed.

// differ reports a difference, with the request that shows it.
func (p *prover) differ(in intent, s subject, documents []policy.Document, d difference) {
	caller := ""
	if s.policy.Role != nil && s.policy.Kind == artifact.Identity {
		caller = session(in.e, s.policy.Role, s.policy.Tenant)
	}
	request := in.example(d.request, caller)
	id, summary, sentence := d.kind.words()
	detail := fmt.Sprintf("%s %s: %s.", p.called(s.policy.Path()), sentence, request)
	if err := confirm(request, s.policy.Kind, documents, d.kind); err != nil {
		detail += fmt.Sprintf(" The evaluator does not confirm this (%v), so the proof is inconclusive.", err)
	}
	p.finding(s, id, summary, "%s", detail)
}

// words are a difference as a check id, a title, and the verb of the sentence about the document.
func (k differenceKind) words() (id, summary, sentence string) {
	switch k {
	case allowsMore:
		return "allows-more", "Policy allows what the spec does not", "allows a request that the spec does not"
	case allowsLess:
		return "allows-less", "Policy refuses what the spec allows", "does not allow a request that the spec allows"
	case deniesMore:
		return "denies-more", "Policy denies what the spec does not", "denies a request that the spec does not deny"
	case deniesLess:
		return "denies-less", "Policy lets through what the spec denies", "does not deny a request that the spec denies"
	}
	panic("prove: unknown kind of difference")
}

// confirm asks the evaluator about a request, under the documents alone: it must allow, or deny, as the difference says.
func confirm(r Request, kind artifact.Kind, documents []policy.Document, d differenceKind) error {
	return confirmUnder(r, kind, layered(kind, documents), d)
}

// confirmUnder asks the evaluator about a request under policies of several layers.
func confirmUnder(r Request, kind artifact.Kind, policies evaluate.Policies, d differenceKind) error {
	asked, err := placed(r, kind)
	if err != nil {
		return err
	}
	decision := evaluate.Decide(asked, policies)
	switch d {
	case allowsMore, allowsLess:
		if want := d == allowsMore; (decision.Outcome == evaluate.Allow) != want {
			return fmt.Errorf("it answers %s", decision.Outcome)
		}
	case deniesMore, deniesLess:
		if want := d == deniesMore; (decision.Outcome == evaluate.ExplicitDeny) != want {
			return fmt.Errorf("it answers %s", decision.Outcome)
		}
	}
	return nil
}

// placed is the request with a caller and a resource where the document leaves them open: a statement for everybody is
// about anybody, and a trust policy or a key policy is about what it is attached to.
func placed(r Request, kind artifact.Kind) (evaluate.Request, error) {
	if r.Principal == "" {
		r.Principal = anybody
	}
	asked, err := r.asked()
	if err != nil {
		return asked, err
	}
	asked.ResourceAccount = asked.Principal.Account // what another account would have to agree to is no matter of one document
	switch kind {
	case artifact.Trust:
		asked.Resource = "arn:aws:iam::" + asked.Principal.Account + ":role/trusting"
	case artifact.Key:
		asked.Resource = "arn:aws:kms:us-east-1:" + asked.Principal.Account + ":key/key"
	}
	return asked, nil
}

// anybody is a caller that may be anybody.
const anybody = "arn:aws:sts::000000000000:assumed-role/anybody/session"

// layered puts documents into the layer they belong to. A document that grants nothing by itself, or that could only
// refuse, stands beside one that allows everything, so that its own verdict is what decides.
func layered(kind artifact.Kind, documents []policy.Document) evaluate.Policies {
	everything := policy.Statement{Effect: policy.Allow, Action: []string{"*"}, Resource: []string{"*"}}
	everybody := everything
	everybody.Principal = &policy.Principal{Any: true}
	alone := func(s policy.Statement) policy.Document {
		return policy.Document{Version: policy.Version, Statement: []policy.Statement{s}}
	}
	switch kind {
	case artifact.Identity:
		return evaluate.Policies{Identity: documents}
	case artifact.Boundary:
		return evaluate.Policies{Identity: []policy.Document{alone(everything)}, Boundaries: documents}
	case artifact.Endpoint:
		open := alone(everybody)
		return evaluate.Policies{Resource: &open, Endpoint: documents}
	case artifact.Table:
		return evaluate.Policies{Resource: &documents[0]}
	case artifact.Trust, artifact.Key:
		return evaluate.Policies{Resource: &documents[0]}
	}
	panic("prove: unknown kind " + string(kind))
}

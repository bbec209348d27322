package access

import (
	"fmt"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file asks the evaluator about a request under documents alone.

// Confirm asks the evaluator about a request, under the documents alone: it must allow, or deny, as the difference says.
func Confirm(r Request, kind artifact.Kind, documents []policy.Document, d DifferenceKind) error {
	return ConfirmUnder(r, kind, Layered(kind, documents), d)
}

// ConfirmUnder asks the evaluator about a request under policies of several layers.
func ConfirmUnder(r Request, kind artifact.Kind, policies evaluate.Policies, d DifferenceKind) error {
	if r.Principal == "" {
		r.Principal = Anybody
	}
	asked, err := r.Asked()
	if err != nil {
		return err
	}
	asked = Placed(asked, kind)
	decision := evaluate.Decide(asked, policies)
	switch d {
	case AllowsMore, AllowsLess:
		if want := d == AllowsMore; (decision.Outcome == evaluate.Allow) != want {
			return fmt.Errorf("it answers %s", decision.Outcome)
		}
	case DeniesMore, DeniesLess:
		if want := d == DeniesMore; (decision.Outcome == evaluate.ExplicitDeny) != want {
			return fmt.Errorf("it answers %s", decision.Outcome)
		}
	}
	return nil
}

// Placed is the request about what a document of a kind is attached to, where the document leaves it open: a trust policy and
// a key policy are about their own role and key. What another account would have to agree to is no matter of one document.
func Placed(r evaluate.Request, kind artifact.Kind) evaluate.Request {
	r.ResourceAccount = r.Principal.Account
	switch kind {
	case artifact.Trust:
		r.Resource = "arn:aws:iam::" + r.Principal.Account + ":role/trusting"
	case artifact.Key:
		r.Resource = "arn:aws:kms:us-east-1:" + r.Principal.Account + ":key/key"
	}
	return r
}

// Anybody is a caller that may be anybody: who a statement for everybody is asked about.
const Anybody = "arn:aws:sts::000000000000:assumed-role/anybody/session"

// Layered puts documents into the layer they belong to. A document that grants nothing by itself, or that could only
// refuse, stands beside one that allows everything, so that its own verdict is what decides.
func Layered(kind artifact.Kind, documents []policy.Document) evaluate.Policies {
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
	panic("access: unknown kind " + string(kind))
}

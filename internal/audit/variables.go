package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is about policy variables that stand for nothing.

var legacyVariables = Rule{
	ID: "legacy-variables", Severity: Medium, Title: "Variables in a document without them",
	Why: "Policy variables came with the version `2012-10-17` of the policy language. In a document of `2008-10-17`, and in one that names no version, " +
		"`${aws:username}` is these very letters. A statement that allows by it grants nothing, and one that denies unless it matches denies everything.",
	Remedy: "Write `\"Version\": \"2012-10-17\"` at the top of the document.",
	Source: "IAM user guide, \"IAM JSON policy elements: Version\"",
}

var variableWithoutValue = Rule{
	ID: "variable-without-value", Severity: Medium, Title: "Variable that never has a value",
	Why: "A variable is the value of a condition key of the request. One that is misspelt, that holds several values, or that sessions of a role do not have " +
		"has none: what is compared with it never matches, and a negation of it always does.",
	Remedy: "Name a key that the session has: `${aws:PrincipalTag/tenant}`, `${cognito-identity.amazonaws.com:sub}`. Roles have no `aws:username`.",
	Source: "IAM user guide, \"IAM policy elements: Variables and tags\"; \"Available keys for AWS web identity federation\"",
}

// findVariables looks for variables that stand for nothing.
func (s *subject) findVariables() {
	seen := map[*inventory.Document]bool{}
	for _, st := range s.statements {
		if !touchesDynamoDB(st) {
			continue
		}
		if st.document.Document.Version != policy.Version {
			if !seen[st.document] && slices.ContainsFunc(textsOf(st.Statement), func(t string) bool { return len(variablesIn(t)) > 0 }) {
				seen[st.document] = true
				s.findLegacy(st)
			}
			continue
		}
		s.findUnset(st)
	}
}

func (s *subject) findLegacy(st statement) {
	at := st.document.Node.Get("Version").Place()
	if at.Filename == "" {
		at = st.document.Node.Place()
	}
	said := "names no version"
	if st.document.Document.Version != "" {
		said = "is of the version " + st.document.Document.Version
	}
	f := Finding{Rule: legacyVariables, At: at, Detail: fmt.Sprintf("The document %s, so the variables in it are plain text.", said)}
	boxes, err := boxesOf(s.symbols, policy.Version, artifact.Identity, "", asAllow(st.Statement))
	switch {
	case err != nil:
	case st.Effect == policy.Allow:
		f.Witness = s.witnessOf(boxes, evaluate.ImplicitDeny)
	default:
		f.Witness = s.witnessOf(boxes, evaluate.Allow)
	}
	s.shows(f, st)
}

// asAllow is a statement as one that allows, of an identity's policy.
func asAllow(st policy.Statement) policy.Statement {
	st.Effect, st.Principal, st.NotPrincipal = policy.Allow, nil, nil
	return st
}

// valueless says why a variable has no value; empty if it may have one.
func (s *subject) valueless(v variable) (why, meant string) {
	name := strings.ToLower(v.name)
	switch {
	case catalog.Multivalued(v.name):
		return "holds several values, and a variable must stand for one", ""
	case name == "aws:username" && s.Kind == inventory.Role:
		return "is the name of an IAM user, and a session of a role has none", ""
	case isCIClaim(name):
		return "is a claim that trust policies can ask about, and that no session keeps", ""
	}
	if meant, unknown := unknownKey(v.name); unknown {
		return "does not exist", meant
	}
	if issuer, claim, found := strings.Cut(v.name, "/"); found && issuer == catalog.CognitoIssuer {
		return "does not exist", issuer + ":" + claim
	}
	return "", ""
}

// isCIClaim reports whether a key is a claim of a CI provider beside sub, aud and amr, which are all that a session has of a token
// (IAM user guide, "Available keys for AWS web identity federation").
func isCIClaim(name string) bool {
	issuer, claim, _ := strings.Cut(name, ":")
	return strings.HasSuffix(issuer, ".githubusercontent.com") && claim != "sub" && claim != "aud" && claim != "amr"
}

func (s *subject) findUnset(st statement) {
	for _, p := range s.texts(st) {
		for _, v := range variablesIn(p.text) {
			if v.hasDefault {
				continue
			}
			why, meant := s.valueless(v)
			if why == "" {
				continue
			}
			f := Finding{Rule: variableWithoutValue, At: p.at}
			f.Detail = fmt.Sprintf("%s %s.", v.written, why)
			if meant != "" {
				f.Detail += fmt.Sprintf(" It is close to ${%s}.", meant)
				f.Repair = encoded(replaceTexts(st.Statement, v.written, "${"+meant+"}"))
			}
			f.Witness = s.unset(st, v)
			s.shows(f, st)
		}
	}
	s.findEscapes(st)
}

// unset is a request that shows what a variable without a value does.
func (s *subject) unset(st statement, v variable) *Witness {
	meant := replaceTexts(asAllow(st.Statement), v.written, anotherTenant)
	boxes, err := boxesOf(s.symbols, st.document.Document.Version, artifact.Identity, "", meant)
	if err != nil {
		return nil
	}
	if st.Effect == policy.Deny {
		return s.witnessOf(boxes, evaluate.ExplicitDeny)
	}
	return s.witnessOf(boxes, evaluate.ImplicitDeny)
}

// findEscapes looks for what Terraform writes for a dollar sign: in a policy it is plain text.
func (s *subject) findEscapes(st statement) {
	for _, p := range s.texts(st) {
		for _, escape := range []string{"&{", "$${"} {
			_, rest, found := strings.Cut(p.text, escape)
			name, _, closed := strings.Cut(rest, "}")
			if !found || !closed || !strings.Contains(name, ":") {
				continue
			}
			fixed := func(t string) string { return strings.ReplaceAll(t, escape, "${") }
			f := Finding{Rule: variableWithoutValue, At: p.at, Repair: encoded(mapTexts(st.Statement, fixed)),
				Detail: fmt.Sprintf("%q is how Terraform escapes a variable. In the policy itself it is not one, or has a dollar sign before it.", escape+name+"}")}
			boxes, err := boxesOf(s.symbols, st.document.Document.Version, artifact.Identity, "", mapTexts(asAllow(st.Statement), fixed))
			if err == nil && st.Effect == policy.Allow {
				f.Witness = s.witnessOf(boxes, evaluate.ImplicitDeny)
			}
			s.shows(f, st)
		}
	}
}

// written is a text of a statement with its place.
type written struct {
	text string
	at   hcl.Range
}

// texts are the texts of a statement that variables can be in, each with its place.
func (s *subject) texts(st statement) []written {
	var out []written
	for _, of := range []struct {
		name  string
		texts []string
	}{{"Resource", st.Resource}, {"NotResource", st.NotResource}} {
		for i, t := range of.texts {
			out = append(out, written{t, st.document.Value(st.index, i, of.name)})
		}
	}
	for _, c := range st.Condition {
		for i, t := range c.Values {
			out = append(out, written{t, st.document.Value(st.index, i, conditionNames(c)...)})
		}
	}
	return out
}

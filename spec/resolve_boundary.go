package spec

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/model"
)

// generated is the word for a boundary that is made here.
const generated = "generate"

// boundary resolves the permissions boundary of the roles that are made here.
func (r *resolver) boundary(v Boundary) *model.Boundary {
	b := &model.Boundary{Because: v.Because.Value, Origin: v.Range}
	for _, action := range sortedTexts(r.unique(v.Also)) {
		r.checkAlso(action)
		b.Also = append(b.Also, action.Value)
	}
	if v.Policy.Value != generated {
		b.ARN = v.Policy.Value
		r.checkBoundaryARN(v.Policy)
	}
	switch {
	case !v.Also.Set():
		r.needless(v.Because)
	case !b.Made():
		r.error(idBoundary, "Addition to someone else's boundary", v.Also.Range,
			"A boundary made elsewhere says itself what it lets through. Remove \"also\", or write policy: generate.")
	case !v.Because.Set():
		r.error(idNeedsBecause, "Wider boundary without a reason", v.Also.Range,
			"What a boundary lets through beyond what the spec grants needs a reason that reviewers can read. Add it beside \"also\", as because: \"…\".")
	default:
		r.waive("permissions boundary", "lets through "+strings.Join(b.Also, ", ")+" on every resource", v.Because)
	}
	return b
}

// heldServices are the services by which a role could widen its own access or act as another role, and those that the spec
// itself grants, each with how those of its actions begin by which nobody can. A boundary that lets the others through on
// every resource bounds nothing.
var heldServices = map[string][]string{
	"account": nil, "iam": nil, "organizations": nil, "sts": nil, "rolesanywhere": nil, // who may do what
	"identitystore": nil, "sso": nil, "sso-directory": nil,
	"dax": nil, "dynamodb": nil, "kms": nil, // items, past the conditions of the spec
	"cloudformation": nil, "codebuild": nil, "servicecatalog": nil, // run what they are given as a role that they have
	"lambda":               {"get", "invoke", "list"},
	"ec2-instance-connect": nil, "ssm": {"getparameter"}, // open a shell on what has a role
}

// checkAlso refuses the actions that a boundary is there to hold.
func (r *resolver) checkAlso(text Text) {
	service, action, _ := strings.Cut(text.Value, ":")
	harmless, held := heldServices[service]
	begins := func(prefix string) bool { return hasPrefixFold(action, prefix) }
	if held && !slices.ContainsFunc(harmless, begins) {
		r.error(idBoundary, "Action that a boundary is there to hold", text.Range,
			"With %s on every resource a role could get past what the spec says, by itself or as another role. Remove it; what a role needs of DynamoDB and KMS is let through because the spec grants it.", text.Value)
	}
}

// checkBoundaryARN demands a policy of AWS or of the environment's own account, as IAM does of any that is attached, and
// none that this program makes: whoever deploys a system could rewrite it.
func (r *resolver) checkBoundaryARN(text Text) {
	r.policyPlace(text)
	if name := text.Value[strings.LastIndex(text.Value, "/")+1:]; splitARN(text.Value).account == "aws" && (name == "AdministratorAccess" || name == "IAMFullAccess") {
		r.error(idBoundary, "Boundary that bounds nothing", text.Range,
			"A role within %s could give itself any access. Write generate, or name a policy that lets through what roles of this system need.", name)
	}
	_, path, _ := strings.Cut(text.Value, ":policy")
	for _, own := range []string{rolesPaths, bootstrapPaths} {
		if hasPrefixFold(path, own) {
			r.error(idBoundary, "Boundary among what it bounds", text.Range,
				"Policies under %s are made by this program. Write generate to have the boundary made here, or name a policy of another path.", own)
		}
	}
}

package prove

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/wiring"
)

// This file proves the wiring of what an administrator applies before the rest: the boundary, the roles that deploy and
// plan, and the identity providers by which continuous integration becomes them.

// bootstrap proves all that the root makes which an administrator applies.
func (w *wired) bootstrap() {
	if w.m.Guardrails.Boundary.Made() {
		w.boundary()
	}
	for _, r := range w.m.DeployRoles {
		w.role(r, "")
	}
	for _, i := range w.issuers() {
		w.identityProvider(i)
	}
}

// boundary proves the policy that is the boundary: roles name it by its ARN, which is its path and its name.
func (w *wired) boundary() {
	origin := w.m.Guardrails.Boundary.Origin
	policy := wiring.File(artifact.Policy{Kind: artifact.Boundary, Environment: w.e}.Path())
	if r := w.one(origin, "The permissions boundary", selector{wiring.Managed, "aws_iam_policy", "policy"}, policy); r != nil {
		w.match(origin, r, wiring.Body{Arguments: arguments{
			"name":   wiring.Literal(w.e.BoundaryName(w.m)),
			"path":   wiring.Literal(w.m.BootstrapPath()),
			"policy": policy,
		}}, "description", "tags")
	}
}

// issuer is who signs the tokens of a system of continuous integration.
type issuer struct {
	url       string
	audiences []string // sorted
	role      *model.Role
}

// issuers are those of all roles of the model in the environment, in the order of their roles.
func (w *wired) issuers() []issuer {
	var out []issuer
	for _, r := range w.m.AllRoles() {
		if !r.Trust.Kind.ByIntegration() {
			continue
		}
		url := "https://" + model.In(w.e, r.Trust.Issuer)
		i := slices.IndexFunc(out, func(x issuer) bool { return x.url == url })
		if i < 0 {
			i = len(out)
			out = append(out, issuer{url: url, role: r})
		}
		out[i].audiences = access.Sorted(append(out[i].audiences, model.In(w.e, r.Trust.Audience)))
	}
	return out
}

// identityProvider proves the identity provider of an issuer: made here, for the audiences that roles ask for and no others,
// or looked up.
func (w *wired) identityProvider(i issuer) {
	url, audiences := wiring.Literal(i.url), wiring.Literals(i.audiences)
	s, want := selector{wiring.Data, "aws_iam_openid_connect_provider", "url"}, arguments{"url": url}
	if w.e.MakesProviders {
		s.mode = wiring.Managed
	}
	r := w.one(i.role.Origin, "The identity provider "+i.url, s, url)
	if r == nil {
		return
	}
	if w.e.MakesProviders {
		want["client_id_list"] = unordered(r.Arguments["client_id_list"], audiences)
		want["tags"] = w.tags(nil)
	}
	w.match(i.role.Origin, r, wiring.Body{Arguments: want})
}

package infer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/spec"
)

// This file infers who may become a role that is made here. A trust policy is read for the forms that it could be of, each is
// tried in its turn, and the first whose generated policy lets in nobody new is kept. Where none is, the role's trust stays as
// it is, written elsewhere.

// findTrust chooses the form of a role's trust: the first that is not banned.
func (d *draft) findTrust(r *role) {
	if r.silent || r.existing {
		return
	}
	r.trusts = d.trustForms(r)
	for _, form := range r.trusts {
		if !d.banned(trustPart(r, form)) {
			r.trust = form
			return
		}
	}
	if r.isDeployer() || ownPath.MatchString(r.holder.ARN) { // which cannot be made elsewhere
		r.silent = true
		d.say("Left out: %s, whose trust policy a spec has no words for.", plain(r.holder.String()))
		return
	}
	r.existing = true
	where := "which nobody says"
	if r.holder.Trust != nil {
		where = at(r.holder.Trust)
	}
	r.notes = append(r.notes, note{fmt.Sprintf("Who may become it (%s) is of no form that a spec has, or would let in others, so the role is left as one that is made elsewhere.", where)})
	d.leftOut++
}

func trustPart(r *role, form string) string { return "trust:" + r.logical + ":" + form }

// trustForms are the forms of assumed_by that a trust policy could be of.
func (d *draft) trustForms(r *role) []string {
	if r.holder.Trust == nil {
		return nil
	}
	var out []string
	for _, s := range r.holder.Trust.Document.Statement {
		if s.Effect != policy.Allow || s.Principal == nil {
			continue
		}
		out = append(out, d.serviceForms(s)...)
		out = append(out, d.roleForms(r, s)...)
		for _, f := range s.Principal.Federated {
			out = append(out, federatedForms(s, f)...)
		}
	}
	return slices.Compact(out)
}

func (d *draft) serviceForms(s policy.Statement) []string {
	var out []string
	partition, _ := catalog.PartitionOf(d.env.Region)
	services := slices.DeleteFunc(catalog.AssumingServices(), func(service catalog.AssumingService) bool {
		return !slices.Contains(s.Principal.Service, partition.ServicePrincipal(service.Principal))
	})
	slices.SortStableFunc(services, func(a, b catalog.AssumingService) int {
		at := func(service catalog.AssumingService) int {
			return slices.Index(s.Principal.Service, partition.ServicePrincipal(service.Principal))
		}
		return at(a) - at(b)
	})
	for _, service := range services {
		cluster, namespace, account := valueOf(s, "aws:RequestTag/eks-cluster-name"), valueOf(s, "aws:RequestTag/kubernetes-namespace"), valueOf(s, "aws:RequestTag/kubernetes-service-account")
		if service.Name == "eks_pod_identity" && cluster != "" && namespace != "" && account != "" {
			out = append(out, fmt.Sprintf("eks_pod_identity: {cluster: %s, namespace: %s, service_account: %s}", spec.Scalar(cluster), spec.Scalar(namespace), spec.Scalar(account)))
		}
		out = append(out, "service: "+service.Name)
	}
	return out
}

var roleARN = regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:role/[a-zA-Z0-9+=,.@_/-]+$`)

// roleForms are one role of the spec, or roles made elsewhere.
func (d *draft) roleForms(r *role, s policy.Statement) []string {
	var out, arns []string
	for _, arn := range s.Principal.AWS {
		for _, other := range d.roles {
			if other != r && !other.silent && !other.existing && !other.isDeployer() && other.has(arn) {
				out = append(out, "role: "+other.logical)
			}
		}
		if roleARN.MatchString(arn) {
			arns = append(arns, spec.Scalar(arn))
		}
	}
	if len(arns) > 0 {
		out = append(out, "roles: ["+strings.Join(arns, ", ")+"]")
	}
	return slices.Compact(out)
}

// has reports whether an ARN is the role's, for one of its tenants in a silo.
func (r *role) has(arn string) bool {
	for _, h := range r.per {
		if h.ARN == arn {
			return true
		}
	}
	return r.holder.ARN == arn
}

// valueOf is the only value that a condition of a statement demands of a key; empty if it is not one text.
func valueOf(s policy.Statement, key string) string {
	all := valuesOf(s, key)
	if len(all) != 1 {
		return ""
	}
	return all[0]
}

// valuesOf are the texts that conditions of a statement demand of a key.
func valuesOf(s policy.Statement, key string) []string {
	var out []string
	for _, c := range s.Condition {
		op := policy.OperatorOf(c.Operator)
		if strings.EqualFold(c.Key, key) && !op.Negated && (op.Base == "StringEquals" || op.Base == "StringLike") {
			out = append(out, c.Values...)
		}
	}
	return out
}

var (
	gitHubSubject    = regexp.MustCompile(`^repo:([a-zA-Z0-9-]+)(?:@([0-9]+))?/([a-zA-Z0-9_.-]+?)(?:@([0-9]+))?:(environment|ref:refs/heads/|ref:refs/tags/|pull_request)(?::?)(.*)$`)
	gitLabSubject    = regexp.MustCompile(`^project_path:([^:]+):ref_type:(branch|tag):ref:(.+)$`)
	terraformSubject = regexp.MustCompile(`^organization:([^:]+):project:([^:]+):workspace:([^:]+):run_phase:(plan|apply)$`)
	buildkiteSubject = regexp.MustCompile(`^organization:([^:]+):pipeline:([^:]+):ref:refs/heads/([^:]+):commit:\*:step:([^:]+)$`)
	circleSubject    = regexp.MustCompile(`^org/([0-9a-f-]{36})/project/([0-9a-f-]{36})/user/([0-9a-f-]{36})$`)
	podSubject       = regexp.MustCompile(`^system:serviceaccount:([^:]+):([^:]+)$`)
	bitbucketIssuer  = regexp.MustCompile(`^api\.bitbucket\.org/2\.0/workspaces/([^/]+)/pipelines-config/identity/oidc$`)
	bitbucketAud     = regexp.MustCompile(`^ari:cloud:bitbucket::workspace/([0-9a-f-]{36})$`)
)

// federatedForms are the forms for an identity provider.
func federatedForms(s policy.Statement, provider string) []string {
	if _, name, is := strings.Cut(provider, ":saml-provider/"); is {
		return []string{"saml: {provider: " + spec.Scalar(name) + "}"}
	}
	of := provider
	if _, name, is := strings.Cut(provider, ":oidc-provider/"); is {
		of = name
	}
	if of == catalog.CognitoIssuer {
		var out []string
		for _, pool := range valuesOf(s, of+":aud") {
			out = append(out, "cognito: {identity_pool: "+spec.Scalar(pool)+"}")
		}
		return out
	}
	var out []string
	for _, subject := range valuesOf(s, of+":sub") {
		out = append(out, tokenForms(s, of, subject)...)
	}
	key, builtin := catalog.BuiltinAudience(of)
	if !builtin {
		key = of + ":aud"
	}
	if len(out) == 0 {
		for _, audience := range valuesOf(s, key) {
			out = append(out, fmt.Sprintf("web_identity: {provider: %s, audience: %s}", spec.Scalar(of), spec.Scalar(audience)))
		}
	}
	return out
}

// tokenForms are the forms for tokens with a subject.
func tokenForms(s policy.Statement, of, subject string) []string {
	q := spec.Scalar
	if m := gitHubSubject.FindStringSubmatch(subject); m != nil && of == "token.actions.githubusercontent.com" {
		return gitHubForms(s, of, m)
	}
	if m := gitLabSubject.FindStringSubmatch(subject); m != nil && of == "gitlab.com" {
		form := fmt.Sprintf("gitlab: {project: %s, %s: %s", q(m[1]), m[2], q(m[3]))
		for _, claim := range []string{"project_id", "namespace_id"} {
			if id := valueOf(s, of+":"+claim); id != "" {
				form += fmt.Sprintf(", %s: %q", claim, id)
			}
		}
		if audience := valueOf(s, of+":aud"); audience != "" && audience != "https://gitlab.com" {
			form += ", audience: " + q(audience)
		}
		return []string{form + "}"}
	}
	if m := terraformSubject.FindStringSubmatch(subject); m != nil && of == "app.terraform.io" {
		return []string{fmt.Sprintf("hcp_terraform: {organization: %s, project: %s, workspace: %s, run_phase: %s}", q(m[1]), q(m[2]), q(m[3]), m[4])}
	}
	if m := buildkiteSubject.FindStringSubmatch(subject); m != nil && of == "agent.buildkite.com" {
		return []string{fmt.Sprintf("buildkite: {organization: %s, pipeline: %s, branch: %s, step: %s}", q(m[1]), q(m[2]), q(m[3]), q(m[4]))}
	}
	if m := circleSubject.FindStringSubmatch(subject); m != nil && of == "oidc.circleci.com/org/"+m[1] {
		return []string{fmt.Sprintf("circleci: {organization_id: %q, project_id: %q, user_id: %q}", m[1], m[2], m[3])}
	}
	if m := bitbucketIssuer.FindStringSubmatch(of); m != nil && !strings.Contains(subject, "*") {
		if aud := bitbucketAud.FindStringSubmatch(valueOf(s, of+":aud")); aud != nil {
			return []string{fmt.Sprintf("bitbucket: {workspace: %s, workspace_uuid: %q, subject: %q}", q(m[1]), aud[1], subject)}
		}
	}
	if m := podSubject.FindStringSubmatch(subject); m != nil {
		return []string{fmt.Sprintf("irsa: {issuer: %s, namespace: %s, service_account: %s}", q(of), q(m[1]), q(m[2]))}
	}
	return nil
}

// gitHubForms are the ways to write a subject of GitHub: with ids by the claims, as GitHub's two forms of subjects.
func gitHubForms(s policy.Statement, of string, m []string) []string {
	q := spec.Scalar
	what := map[string]string{"environment": "environment", "ref:refs/heads/": "branch", "ref:refs/tags/": "tag"}[m[5]]
	form := fmt.Sprintf("github: {repository: %s, pull_request: true", q(m[1]+"/"+m[3]))
	if what != "" {
		form = fmt.Sprintf("github: {repository: %s, %s: %s", q(m[1]+"/"+m[3]), what, q(strings.ReplaceAll(m[6], "%3A", ":")))
	}
	if ref := valueOf(s, of+":job_workflow_ref"); ref != "" {
		form += ", workflow: " + q(ref)
	}
	repository, owner := valueOf(s, of+":repository_id"), valueOf(s, of+":repository_owner_id")
	if repository == "" && owner == "" {
		return []string{form + "}"}
	}
	if repository != "" {
		form += fmt.Sprintf(", repository_id: %q", repository)
	}
	if owner != "" {
		form += fmt.Sprintf(", owner_id: %q", owner)
	}
	if repository == "" || owner == "" {
		return []string{form + "}"}
	}
	return []string{form + "}", form + ", subject: immutable}", form + ", subject: classic}"}
}

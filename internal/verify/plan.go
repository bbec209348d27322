package verify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/internal/plan"
	"github.com/ddbgen/ddbgen/internal/prove"
)

// Plan holds a plan of an environment's root to a model: the policies that it would leave on the roles, keys, tables and
// endpoints of the spec grant what the model means, and nothing else is put on those. Things are known by the names that
// AWS knows them by, not by their addresses, so it does not matter how the configuration came to be.
func Plan(m *model.Model, e *model.Environment, p *plan.Plan) Outcome {
	return newPlanned(m, e, p, (*planned).environment, prove.Environment)
}

// BootstrapPlan holds a plan of the root to a model that an administrator applies before an environment's own: the boundary
// and the roles that deploy and plan are what the model means, and nothing else is put on those.
func BootstrapPlan(m *model.Model, e *model.Environment, p *plan.Plan) Outcome {
	return newPlanned(m, e, p, (*planned).bootstrap, prove.Bootstrap)
}

// proof is what proves policies that were found somewhere.
type proof func(m *model.Model, e *model.Environment, policies []output.File, names map[string]string, remedy string) prove.Result

// newPlanned takes a plan apart and has what it holds proven.
func newPlanned(m *model.Model, e *model.Environment, p *plan.Plan, take func(*planned), prove proof) Outcome {
	c := &planned{m: m, e: e, plan: p, names: map[string]string{}, unproven: map[string]bool{}, ours: map[*plan.Resource]bool{}, strange: map[string]bool{}}
	if !p.Complete {
		c.find("partial-plan", "Part of the plan is missing", hcl.Range{},
			"The plan leaves something out, as one with -target does, or puts something off. Plan the whole root.")
	}
	take(c)
	c.strangers()
	out := Outcome{Result: prove(m, e, c.files, c.names, planAgain), Outside: c.outside}
	out.Findings = append(c.found, slices.DeleteFunc(out.Findings, c.told)...)
	return out
}

// environment takes what the environment's own root makes.
func (c *planned) environment() {
	c.roles(c.m.Roles)
	for _, k := range c.m.Keys {
		if len(k.Existing) == 0 {
			c.key(k)
		}
	}
	for _, t := range c.m.Tables {
		c.table(t)
	}
	for _, x := range c.m.Endpoints {
		c.endpoint(x)
	}
	c.elsewhere(c.m.DeployRoles, "the bootstrap root")
	if c.m.Guardrails.Boundary.Made() {
		for _, r := range c.boundaries() {
			c.other(r, c.m.Guardrails.Boundary.Origin, "the permissions boundary", "the bootstrap root")
		}
	}
}

// bootstrap takes what the root makes that an administrator applies.
func (c *planned) bootstrap() {
	if b := c.m.Guardrails.Boundary; b.Made() {
		c.boundary(b)
	}
	c.roles(c.m.DeployRoles)
	c.elsewhere(c.m.Roles, "the environment's own root")
}

func (c *planned) roles(roles []*model.Role) {
	for _, r := range roles {
		for _, tenant := range c.m.RoleTenants(r) {
			c.role(r, tenant)
		}
	}
}

// planAgain ends findings about the documents of a plan.
const planAgain = "Plan again, from the files that ddbgen build writes."

// planned is a plan as it is taken apart.
type planned struct {
	m        *model.Model
	e        *model.Environment
	plan     *plan.Plan
	files    []output.File
	names    map[string]string // of policies by their path: where in the plan they are
	unproven map[string]bool   // paths of policies that a finding was made of already
	ours     map[*plan.Resource]bool
	strange  map[string]bool // policies of others that were looked at
	found    hcl.Diagnostics
	outside  []string
}

// document hands a policy on to the proof. What is not known before the apply cannot be proven.
func (c *planned) document(r *plan.Resource, attribute string, as artifact.Policy, origin hcl.Range) {
	path := as.Path()
	c.ours[r] = true
	name := r.Address + "." + attribute
	switch {
	case r.Unknown(attribute):
		c.unknown(path, origin, name)
	case c.names[path] != "":
		c.find("second-policy", "Two policies for one thing", origin, "Both %s and %s are the policy of the same thing, so the one that is applied last stays. Remove the one that ddbgen did not write.", c.names[path], name)
	case r.Text(attribute) == "":
		c.missing(path, origin, name+" is empty, so AWS's default policy would stand there")
	default:
		c.names[path] = name
		c.files = append(c.files, output.File{Path: path, Bytes: []byte(r.Text(attribute))})
	}
}

func (c *planned) unknown(path string, origin hcl.Range, name string) {
	c.unproven[path] = true
	c.find("unknown-policy", "Policy is known only after the apply", origin,
		"%s depends on something that does not exist yet, so nothing is proven of it. Policies that ddbgen writes are literal: let Terraform read those files.", name)
}

func (c *planned) missing(path string, origin hcl.Range, what string) {
	c.unproven[path] = true
	c.find("not-planned", "Plan lacks what the spec has", origin, "%s. Plan the root that ddbgen wrote for the environment %q.", what, c.e.Name)
}

// told reports whether a finding of the proof says again that a policy cannot be read.
func (c *planned) told(d *hcl.Diagnostic) bool {
	if diag.IDOf(d) != "unreadable-policy" {
		return false
	}
	for path := range c.unproven { // in any order: whether one is in the text does not depend on it
		if strings.Contains(d.Detail, path) {
			return true
		}
	}
	return false
}

func (c *planned) find(id, summary string, origin hcl.Range, format string, args ...any) {
	c.found = append(c.found, diag.Error(id, summary, fmt.Sprintf(format, args...), origin))
}

func (c *planned) warn(id, summary string, origin hcl.Range, format string, args ...any) {
	c.found = append(c.found, diag.Warning(id, summary, fmt.Sprintf(format, args...), origin))
}

// named is the resources of a type that have a name, or that a reference leads to such.
func (c *planned) named(kind, name string) []*plan.Resource {
	return slices.DeleteFunc(c.plan.Of(kind), func(r *plan.Resource) bool { return r.Text("name") != name })
}

// concerns reports whether an attribute of a resource is one of some texts, or, while it is unknown, computed from a
// resource of a kind whose attribute of is.
func (c *planned) concerns(r *plan.Resource, attribute, kind, of string, texts ...string) bool {
	if !r.Unknown(attribute) {
		return slices.Contains(texts, r.Text(attribute))
	}
	return slices.ContainsFunc(c.plan.Sources(r, attribute, kind), func(s *plan.Resource) bool { return slices.Contains(texts, s.Text(of)) })
}

// table takes the policy of a table.
func (c *planned) table(t *model.Table) {
	as := artifact.Policy{Kind: artifact.Table, Environment: c.e, Table: t}
	for _, r := range c.plan.Of("aws_dynamodb_resource_policy") {
		if c.concerns(r, "resource_arn", "aws_dynamodb_table", "name", c.e.TableARN(t), c.e.TableName(t)) {
			c.document(r, "policy", as, t.Origin)
		}
		if strings.HasPrefix(r.Text("resource_arn"), c.e.TableARN(t)+"/stream/") {
			c.ours[r] = true
			c.find("extra-policy", "Policy that the spec does not have", t.Origin,
				"%s is a policy of the stream of %s, of which the spec says nothing. Remove it.", r.Address, t.Name)
		}
	}
}

// key takes the policy of a key, which is known by its alias: its id is AWS's to choose.
func (c *planned) key(k *model.Key) {
	as := artifact.Policy{Kind: artifact.Key, Environment: c.e, Key: k}
	var keys []*plan.Resource
	for _, alias := range c.named("aws_kms_alias", c.e.KeyAlias(c.m, k)) {
		for _, r := range c.plan.Of("aws_kms_key") {
			if c.points(alias, "target_key_id", r) {
				keys = append(keys, r)
			}
		}
	}
	if len(keys) == 0 {
		c.missing(as.Path(), k.Origin, fmt.Sprintf("No key of the plan has the alias %s", c.e.KeyAlias(c.m, k)))
	}
	for _, key := range keys {
		c.document(key, "policy", as, k.Origin)
		for _, r := range c.plan.Of("aws_kms_key_policy") {
			if c.points(r, "key_id", key) {
				c.document(r, "policy", as, k.Origin)
			}
		}
		for _, r := range c.plan.Of("aws_kms_grant") {
			if c.points(r, "key_id", key) {
				c.find("extra-grant", "Grant that the spec does not have", k.Origin,
					"%s lets somebody use the key %s beside its policy, of which the spec says nothing. Remove it.", r.Address, k.Name)
			}
		}
	}
}

// points reports whether an attribute of a resource is the id or the ARN of another, or is computed from it.
func (c *planned) points(r *plan.Resource, attribute string, to *plan.Resource) bool {
	if r.Unknown(attribute) {
		return slices.Contains(c.plan.Sources(r, attribute, to.Type), to)
	}
	text := r.Text(attribute)
	return text != "" && slices.Contains([]string{to.Text("id"), to.Text("arn"), to.Text("key_id")}, text)
}

// endpoint takes the policy of an endpoint, which is known by where it stands and what is behind it.
func (c *planned) endpoint(x *model.Endpoint) {
	as := artifact.Policy{Kind: artifact.Endpoint, Environment: c.e, Endpoint: x}
	place := c.e.PlacementOf(x)
	kind := map[bool]string{true: "Gateway", false: "Interface"}[x.Gateway]
	found := false
	for _, r := range c.plan.Of("aws_vpc_endpoint") {
		if r.Text("vpc_id") != place.VPC || r.Text("vpc_endpoint_type") != kind || !strings.HasSuffix(r.Text("service_name"), "."+string(x.Service)) {
			continue
		}
		found = true
		c.document(r, "policy", as, x.Origin)
		for _, other := range c.plan.Of("aws_vpc_endpoint_policy") {
			if c.points(other, "vpc_endpoint_id", r) {
				c.document(other, "policy", as, x.Origin)
			}
		}
	}
	if !found {
		c.missing(as.Path(), x.Origin, fmt.Sprintf("The plan has no %s endpoint for %s in %s", strings.ToLower(kind), x.Service, place.VPC))
	}
}

package verify

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/plan"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/internal/words"
)

// strangers looks at every other policy of the plan: who else is granted tables of the spec, or becomes its roles.
func (c *planned) strangers() {
	for _, r := range c.plan.Of("aws_iam_role_policy", "aws_iam_policy", "aws_iam_user_policy", "aws_iam_group_policy") {
		switch {
		case c.ours[r]:
		case r.Type == "aws_iam_role_policy" && c.onOurRole(r, "role") != nil:
			role := c.onOurRole(r, "role")
			c.find("extra-policy", "Policy that the spec does not have", role.Origin,
				"%s is an inline policy of the role %q, so the role may do more than is proven. Remove it, and give the role what it needs in the spec.", r.Address, role.Name)
		case r.Unknown("policy"):
			c.warn("unknown-stranger", "Policy outside the spec is known only after the apply", hcl.Range{},
				"%s.policy is not known yet, so whether it grants something of the spec is not either. Look at it after the apply.", r.Address)
		default:
			c.stranger(r.Address, r.Text("policy"))
		}
	}
	for _, r := range c.plan.Of("aws_iam_role") {
		for _, block := range r.Blocks("inline_policy") {
			if !c.ours[r] {
				c.stranger(r.Address+".inline_policy", block.Text("policy"))
			}
		}
	}
	for _, r := range c.plan.Of("aws_iam_role_policy_attachment", "aws_iam_user_policy_attachment", "aws_iam_group_policy_attachment") {
		if !c.ours[r] {
			c.borrowed(r)
		}
	}
}

// onOurRole is the role of the spec that a resource names; nil if it is another.
func (c *planned) onOurRole(r *plan.Resource, attribute string) *model.Role {
	for _, role := range c.m.AllRoles() {
		for _, tenant := range c.m.RoleTenants(role) {
			if c.concerns(r, attribute, "aws_iam_role", "name", c.e.RoleName(role, tenant)) {
				return role
			}
		}
	}
	return nil
}

// stranger warns of a policy that grants something of the spec.
func (c *planned) stranger(address, text string) {
	if text == "" {
		return
	}
	document, err := policy.Parse([]byte(text))
	if err != nil {
		c.warn("unreadable-stranger", "Policy outside the spec cannot be read", hcl.Range{},
			"%s: %v, so whether it grants something of the spec is not known. Write it as AWS documents policies.", address, err)
		return
	}
	canonical := string(policy.Encode(document))
	if c.strange[canonical] {
		return // a role repeats its inline policies, which are resources of their own too
	}
	c.strange[canonical] = true
	if granted := c.granted(document); len(granted) > 0 {
		c.warn("outside-proof", "Grant outside the proof", hcl.Range{},
			"%s allows something on %s, which the spec does not say and the proof does not see. Give the access in the spec, or narrow the policy.", address, words.List(granted, "and"))
	}
}

// granted is what of the spec the Allow statements of a document speak of.
func (c *planned) granted(document policy.Document) []string {
	var out []string
	data, becoming := dataActions(), automata.Glob("sts:assumerole*").Union(automata.Literal("sts:tagsession"))
	for _, t := range c.m.Tables {
		if allows(document, data, c.arns(t)) {
			out = append(out, fmt.Sprintf("the table %q", t.Name))
		}
	}
	for _, r := range c.m.Roles {
		if allows(document, becoming, automata.Literals(slices.Sorted(slices.Values(c.e.RoleARNs(c.m, r))))) {
			out = append(out, fmt.Sprintf("the role %q", r.Name))
		}
	}
	return out
}

// arns are the ARNs of a table, its indexes and its streams, whose labels are times. No wider: a pattern for another table
// with a star in it would match what follows a star here.
func (c *planned) arns(t *model.Table) automata.Set {
	all := []string{c.e.TableARN(t)}
	for _, i := range t.Indexes() {
		all = append(all, c.e.IndexARN(i))
	}
	slices.Sort(all)
	return automata.Literals(all).Union(automata.Glob(c.e.TableARN(t) + "/stream/????-??-??T??:??:??.???"))
}

// dataActions are the actions of DynamoDB by which items are reached, or the way to them is opened.
func dataActions() automata.Set {
	var names []string
	for _, o := range catalog.Operations() {
		if o.IsAction() && o.Class != catalog.ClassDescribe {
			names = append(names, strings.ToLower(o.Action()))
		}
	}
	slices.Sort(names)
	return automata.Literals(slices.Compact(names))
}

// allows reports whether some Allow statement speaks of some of the actions on some of the resources. Its conditions are
// not looked at, and a variable counts as any text: this finds what to look at, and proves nothing.
func allows(document policy.Document, actions, resources automata.Set) bool {
	return slices.ContainsFunc(document.Statement, func(s policy.Statement) bool {
		return s.Effect == policy.Allow && !spoken(s.Action, s.NotAction, strings.ToLower).Disjoint(actions) &&
			!spoken(s.Resource, s.NotResource, anyVariable).Disjoint(resources)
	})
}

func spoken(named, excepted []string, as func(string) string) automata.Set {
	out := automata.None()
	for _, p := range append(slices.Clone(named), excepted...) {
		out = out.Union(automata.Glob(as(p)))
	}
	if len(excepted) > 0 {
		return out.Complement()
	}
	return out
}

// anyVariable is a pattern with a star for each variable.
func anyVariable(pattern string) string {
	before, rest, found := strings.Cut(pattern, "${")
	_, after, closed := strings.Cut(rest, "}")
	if !found || !closed {
		return pattern
	}
	return before + "*" + anyVariable(after)
}

// borrowed warns of an attachment to somebody outside the spec: of a policy of the spec, or of one of AWS's that grants
// every table.
func (c *planned) borrowed(r *plan.Resource) {
	arn := r.Text("policy_arn")
	if r.Unknown("policy_arn") {
		if sources := c.plan.Sources(r, "policy_arn", "aws_iam_policy"); len(sources) == 1 {
			arn = c.arn(sources[0])
		}
	}
	own := slices.ContainsFunc(c.plan.Of("aws_iam_policy"), func(p *plan.Resource) bool { return c.ours[p] && c.arn(p) == arn })
	if own || everyTable(arn) {
		c.warn("outside-proof", "Grant outside the proof", hcl.Range{},
			"%s attaches %s, which grants tables of the spec, to somebody of whom the spec does not speak. Give the access in the spec, or remove the attachment.", r.Address, arn)
	}
}

// everyTable reports whether a policy is one of AWS's own that reach every table of the account. Its path is passed over:
// names are unique in an account whatever their paths (IAM user guide, "IAM identifiers").
func everyTable(arn string) bool {
	_, name, aws := strings.Cut(arn, ":iam::aws:policy/")
	info, _ := catalog.ManagedPolicy(path.Base(name))
	return aws && info.Tables
}

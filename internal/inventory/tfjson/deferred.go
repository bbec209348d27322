package tfjson

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/plan"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// This file follows a policy that is not known yet to the aws_iam_policy_document that it will be. Where that names the ARN of
// something new, Terraform puts off reading it until the apply, and a plan has its arguments instead (Terraform documentation,
// "JSON output format", resource_changes with the action read).

const policyDocument = "data.aws_iam_policy_document"

// deferred is the document of an attribute that is not known yet; nil if it cannot be told.
func (r *reader) deferred(v *resource, attribute string, kind artifact.Kind, name string) *inventory.Document {
	s := r.documentOf(v, r.configured(v, attribute))
	if s == nil {
		return nil
	}
	made := r.rebuild(s)
	if made.node == nil || made.denies && kind != artifact.Identity {
		return nil // what the policy of a resource does not deny would be found missing
	}
	d, wrong := inventory.Parse(made.node, kind, name)
	if wrong != nil {
		return nil // a name in braces stands where it cannot, so it is not known what is there
	}
	r.inexact[d] = true
	return d
}

// documentOf is the one policy document that was put off and whose JSON an expression is; nil if it is something else too.
func (r *reader) documentOf(v *resource, expression *tree.Node) *resource {
	origins, elsewhere := r.origins(v, expression)
	if len(origins) != 1 {
		return nil
	}
	return r.putOff(v, origins[0], elsewhere)
}

// putOff is the policy document that was put off at an origin. With each.key or count.index beside it, the origin is the instance
// with the key of the resource that refers to it; which attribute of it is not written then, and JSON is what policies take.
func (r *reader) putOff(v *resource, o plan.Origin, elsewhere []string) *resource {
	if !strings.HasPrefix(o.Resource, policyDocument+".") {
		return nil
	}
	switch {
	case len(elsewhere) == 0 && (o.Attribute == "json" || o.Attribute == "minified_json"):
	case o.Attribute == "" && len(elsewhere) == 1 && (elsewhere[0] == "each.key" || elsewhere[0] == "count.index"):
		o.Resource += v.key()
	default:
		return nil
	}
	s := r.instance(v, o)
	if s == nil || r.reads[s.address] == nil {
		return nil
	}
	return s
}

// origins is what an expression of a resource refers to.
func (r *reader) origins(v *resource, expression *tree.Node) (origins []plan.Origin, elsewhere []string) {
	var refs []string
	for _, ref := range expression.Get("references").Each() {
		refs = append(refs, ref.String())
	}
	return r.readPlan().Origins(withoutKeys(v.module), refs)
}

// instance is the resource at an origin. Within one module it is that of the same instance of the module; nil if there are
// several that it may be.
func (r *reader) instance(v *resource, o plan.Origin) *resource {
	if r.byOrigin == nil {
		r.byOrigin = map[[2]string][]*resource{}
		for _, s := range r.all {
			key := [2]string{withoutKeys(s.module), s.local()}
			r.byOrigin[key] = append(r.byOrigin[key], s)
		}
	}
	found := r.byOrigin[[2]string{o.Module, o.Resource}]
	if o.Module == withoutKeys(v.module) {
		if i := slices.IndexFunc(found, func(s *resource) bool { return s.module == v.module }); i >= 0 {
			return found[i]
		}
		return nil
	}
	if len(found) != 1 {
		return nil
	}
	return found[0]
}

// local is the address of a resource in its module.
func (v *resource) local() string {
	if v.module == "" {
		return v.address
	}
	return strings.TrimPrefix(v.address, v.module+".")
}

// key is the key of an instance, as it stands in its address: ["orders"], [0], or nothing.
func (v *resource) key() string {
	local := v.local()
	return strings.TrimPrefix(local, withoutKeys(local))
}

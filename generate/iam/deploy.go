package iam

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/calls"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is for roles that deploy. Such a role may do what Terraform calls to make what the spec describes, and to change
// it: the actions are those that were seen to be called for each type of resource, and here each gets its scope. Where a
// name says what belongs to the system the scope is an ARN; where AWS gives out ids it is the tag model.StackTag.
//
// Whatever is not among that is withheld twice: no statement grants it, and at the end a Deny refuses it, whatever else is
// attached to the role, and whatever a policy of a table or of a key grants to its sessions.

// deployment is what a role of this kind may do. What is done to a key stands in the policy of the key.
func (h holder) deployment() []policy.Statement {
	if h.role.Kind != model.Deploy {
		return nil
	}
	return slices.Concat(
		h.tableDeployment(),
		h.autoscalingDeployment(),
		h.roleDeployment(),
		h.existingRoleDeployment(),
		h.instanceProfileDeployment(),
		h.keyDeployment(),
		h.endpointDeployment(),
		h.trailDeployment(),
		h.state(),
	)
}

// whileKept are the phases of a resource's life but for its end.
const whileKept = catalog.ReadPhase | catalog.CreatePhase | catalog.UpdatePhase

// allowTo is allow under one more condition, whose values may grow with the spec, in several statements where they would
// outgrow one. They leave room for the resources, which may grow too.
func (h holder) allowTo(limit policy.Condition, sid string, list calls.List, resources []string, conditions ...policy.Condition) []policy.Statement {
	var out []policy.Statement
	for _, values := range splitBy(limit.Values, valuesAStatement/2) {
		limit.Values = values
		out = append(out, h.allow(sid, list, resources, append(slices.Clone(conditions), limit)...)...)
	}
	return out
}

// allow grants the actions of calls on resources, in several statements where they would outgrow one; nothing if there are no
// resources.
func (h holder) allow(sid string, list calls.List, resources []string, conditions ...policy.Condition) []policy.Statement {
	return h.onEach(policy.Statement{
		Sid: sid, Effect: policy.Allow, Action: list.Actions(), Condition: conditions,
	}, resources)
}

// anything is the resource of actions that take none.
func anything() []string { return []string{"*"} }

// arn is the ARN of something in the environment's account and region.
func (h holder) arn(service, resource string) string {
	return "arn:" + h.e.Partition + ":" + service + ":" + h.e.Region + ":" + h.e.Account + ":" + resource
}

// ofStack holds where a tag of the request, or of the resource, says that the thing belongs to this system in this
// environment.
func (h holder) ofStack(tag string) policy.Condition {
	return equals(tag+"/"+model.StackTag, h.e.Stack(h.m))
}

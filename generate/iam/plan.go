package iam

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/calls"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is for roles that plan: they look at what there is, by the calls that a refresh makes, and change nothing but the
// lock. A plan may run on what a stranger proposes, so such a role sees settings and no data.

func (h holder) planning() []policy.Statement {
	if h.role.Kind != model.Plan {
		return nil
	}
	return slices.Concat(
		h.tableReading(),
		h.autoscalingReading(),
		h.roleReading(),
		h.keyAliasList(),
		h.defaultKeyReading(),
		h.endpointLists(),
		h.trailReading(),
		h.state(),
	)
}

func (h holder) tableReading() []policy.Statement {
	table, guard := calls.Of("aws_dynamodb_table").On("table"), calls.Of("aws_dynamodb_resource_policy")
	return slices.Concat(
		h.allow("TableReading", table.In(catalog.ReadPhase), h.tablesThat()),
		h.allow("TablePolicyReading", guard.In(catalog.ReadPhase), append(h.tablesThat(made), h.tablesThat(exists, h.m.Policied)...)),
	)
}

func (h holder) autoscalingReading() []policy.Statement {
	if alarms, _ := h.scalingAlarms(); len(alarms) == 0 {
		return nil
	}
	return append(h.autoscalingLists(),
		h.allow("ScalableTargetReading", scalingCalls().On("ScalableTarget").In(catalog.ReadPhase), h.scalableTargets())...)
}

func (h holder) roleReading() []policy.Statement {
	existing := append(calls.Of("data aws_iam_role"), calls.Of("aws_iam_role_policy_attachment").In(catalog.ReadPhase)...)
	profile := calls.Of("aws_iam_instance_profile").On("instance-profile").In(catalog.ReadPhase)
	return slices.Concat(
		h.allow("RoleReading", roleCalls(catalog.Drift).In(catalog.ReadPhase), h.ownRoles()),
		h.allow("ExistingRoleReading", existing, h.existingRoleARNs()),
		h.allow("PolicyReading", policyCalls().In(catalog.ReadPhase), append(h.ownPolicies(), h.existingRolePolicies()...)),
		h.allow("InstanceProfileReading", profile, h.forEC2("instance-profile")),
	)
}

func (h holder) trailReading() []policy.Statement {
	if h.m.Trail == nil {
		return nil
	}
	return append(h.allow("TrailReading", trailCalls().In(catalog.ReadPhase), h.trail()), h.trailList()...)
}

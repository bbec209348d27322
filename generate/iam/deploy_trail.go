package iam

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/calls"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file lets the audit trail be made and kept running. To stop it is never granted, and to delete it, or to change where
// it writes, only where the spec allows that. What it records can be changed by whoever makes it: PutEventSelectors has no
// condition key (Service Authorization Reference, CloudTrail).

// redirection changes the trail's bucket or key.
const redirection = "cloudtrail:UpdateTrail"

func (h holder) trailDeployment() []policy.Statement {
	if h.m.Trail == nil {
		return nil
	}
	var deletable []string
	if h.role.May(model.DeleteTrail) {
		deletable = h.trail()
	}
	ending := append(trailCalls().OnlyIn(catalog.DeletePhase), trailCalls().Only(redirection)...)
	return slices.Concat(
		h.allow("Trail", trailCalls().In(whileKept).Without(redirection), h.trail()),
		h.trailList(),
		h.allow("TrailDeletion", ending, deletable),
	)
}

func trailCalls() calls.List { return calls.Of("aws_cloudtrail").On("trail") }

func (h holder) trailList() []policy.Statement {
	return h.allow("TrailList", calls.Of("aws_cloudtrail").On("*"), anything())
}

func (h holder) trail() []string { return []string{h.e.TrailARN(h.m)} }

package terraform

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/model"
)

// This file writes the notes that scanners read where a check cannot be met because the spec chose otherwise. Each has
// its reason, so that a reviewer can disagree. Checkov reads notes inside the resource, Trivy those on the lines directly
// above it, KICS the one above the line it complains of.

// tableNotesAbove are the comments before a table.
func tableNotesAbove(t *model.Table) []string {
	var why, notes []string
	if t.Encryption.Kind != model.CustomerManaged {
		why = append(why, "No customer managed key: the spec gives no reason for one.")
		notes = append(notes, "#trivy:ignore:AWS-0025")
	}
	if t.PointInTimeDays == 0 {
		why = append(why, "No point-in-time recovery: waived in the spec, for the reason that README.md lists.")
		notes = append(notes, "#trivy:ignore:AWS-0024")
	}
	return append(why, notes...)
}

// tableNotes are the comments inside a table.
func tableNotes(b body, t *model.Table) {
	var notes []string
	if t.Encryption.Kind != model.CustomerManaged {
		notes = append(notes, "#checkov:skip=CKV_AWS_119:the spec gives no reason for a customer managed key")
	}
	if t.PointInTimeDays == 0 {
		notes = append(notes, "#checkov:skip=CKV_AWS_28:point-in-time recovery is waived in the spec")
	}
	if t.Capacity != nil && !t.Capacity.Autoscaled() {
		notes = append(notes, "#checkov:skip=CKV2_AWS_16:the spec sets a fixed capacity")
	}
	b.comment(notes...)
}

// roleNotes are the comments inside a role.
func roleNotes(b body, m *model.Model, r *model.Role) {
	if r.Trust.Kind == model.GitHubTrust && slices.ContainsFunc(m.Environments, func(e *model.Environment) bool { return immutable(e, r) }) {
		b.comment("#checkov:skip=CKV_AWS_393:the subject names owner and repository by their ids too, a form that the check does not know")
	}
}

// immutable reports whether the first subject, the only one that Checkov reads, names the repository with ids.
func immutable(e *model.Environment, r *model.Role) bool {
	subjects := model.AllIn(e, r.Trust.Subjects)
	if len(subjects) == 0 {
		return false
	}
	owner, _, _ := strings.Cut(subjects[0], "/")
	return strings.Contains(owner, "@")
}

// policyNotesAbove are the comments before a role's policies.
func policyNotesAbove(m *model.Model, r *model.Role) []string {
	if r.Kind != model.Deploy || !slices.ContainsFunc(m.Roles, hasInstanceProfile) {
		return nil
	}
	return []string{
		"Who makes an instance profile must be able to pass its role: here, the roles of EC2 instances, and to EC2 alone.",
		"#trivy:ignore:AWS-0342",
	}
}

// kicsNote is the comment above a setting that is off.
func kicsNote(b body, off bool) {
	if off {
		b.comment("kics-scan ignore-line")
	}
}

// trailNotesAbove are the comments before the trail.
func trailNotesAbove(t *model.Trail) []string {
	why := []string{"Records go to the bucket alone: who wants to be told of them subscribes to the bucket."}
	notes := []string{"#trivy:ignore:AWS-0162"}
	if t.Key == nil {
		why = append(why, "No customer managed key: the spec names none, so S3 encrypts the records with its own.")
		notes = append(notes, "#trivy:ignore:AWS-0015")
	}
	return append(why, notes...)
}

// trailNotes are the comments inside the trail.
func trailNotes(b body, t *model.Trail) {
	b.comment(
		"#checkov:skip=CKV_AWS_252:records go to the bucket alone, which can send notifications itself",
		"#checkov:skip=CKV2_AWS_10:records go to the bucket alone",
	)
	if t.Key == nil {
		b.comment("#checkov:skip=CKV_AWS_35:the spec names no key for the trail")
	}
}

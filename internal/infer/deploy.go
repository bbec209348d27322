package infer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/spec"
)

// This file infers what Terraform runs as. What such a role is given follows from the rest of the spec, so there is little to
// infer: which of the two kinds, where the state lies, and what is allowed beyond the safe default. Whether all of that is the
// role's already, the comparison of the generated policies says.

// findDeployment makes a role that changes or looks after tables one of the kinds deploy and plan. Roles that are made elsewhere
// cannot be of these kinds.
func (d *draft) findDeployment(r *role) {
	if !r.deploys || r.existing {
		return
	}
	h := r.holder
	r.kind = model.Plan
	if h.reaches("iam:AttachRolePolicy", automata.All()) || h.reaches("dynamodb:PutResourcePolicy", automata.All()) || h.reaches("dynamodb:CreateTable", automata.All()) {
		r.kind = model.Deploy
	}
	r.silent, r.entries, r.tables, r.attach = false, nil, nil, nil
	r.settings = stateOf(h)
}

var stateObject = regexp.MustCompile(`^arn:aws[a-z-]*:s3:::([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/((?:[a-zA-Z0-9!_()-][a-zA-Z0-9!_.()-]*/)*)([a-z][a-z0-9_-]{0,30})[.]tfstate$`)

// stateOf is the setting for the state that a role reads or writes; nothing if there is none.
func stateOf(h *holder) []string {
	for _, s := range h.statements {
		for _, arn := range s.Resource {
			m := stateObject.FindStringSubmatch(arn)
			if m == nil || s.Effect != policy.Allow || m[2] == "" {
				continue
			}
			state := "bucket: " + spec.Scalar(m[1]) + ", prefix: " + spec.Scalar(m[2])
			if table := lockTable(h); table != "" {
				state += ", lock: {table: " + spec.Scalar(table) + "}"
			}
			if key := stateKey(h); key != "" {
				state += ", key: " + spec.Scalar(key)
			}
			return []string{"state: {" + state + "}"}
		}
	}
	return nil
}

// lockTable is the table that a role writes locks into: the only one whose items it may touch.
func lockTable(h *holder) string {
	for _, s := range h.statements {
		for _, arn := range s.Resource {
			r, is := resourceOf(arn)
			if is && s.Effect == policy.Allow && literal(r.table) && r.part == "" && slices.Contains(s.Action, "dynamodb:PutItem") && len(s.conditions(leadingKeys)) > 0 {
				return r.table
			}
		}
	}
	return ""
}

var stateKeyARN = regexp.MustCompile(`^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-f-]{36}$`)

// stateKey is the key that a role uses through S3.
func stateKey(h *holder) string {
	for _, s := range h.statements {
		through := slices.ContainsFunc(s.conditions("kms:ViaService"), func(c policy.Condition) bool {
			return slices.ContainsFunc(c.Values, func(v string) bool { return strings.HasPrefix(v, "s3.") })
		})
		if s.Effect == policy.Allow && through && len(s.Resource) == 1 && stateKeyARN.MatchString(s.Resource[0]) {
			return s.Resource[0]
		}
	}
	return ""
}

// allow are the settings of a deploy role for what is withheld from it otherwise, as far as it has it.
func (d *draft) allow(r *role) []string {
	if r.kind != model.Deploy {
		return nil
	}
	var out []string
	if r.holder.reaches("dynamodb:DeleteTable", automata.All()) && d.Managed {
		out = append(out, "delete_tables")
	}
	if slices.ContainsFunc(d.roles, func(other *role) bool { return !other.silent && other.existing }) {
		out = append(out, "change_existing_roles")
	}
	if len(out) == 0 {
		return nil
	}
	because := clip(fmt.Sprintf("%s may do so, as it was imported; say why when you review this", plain(r.holder.String())))
	return []string{"allow: [" + strings.Join(out, ", ") + "]", "because: " + spec.Scalar(because)}
}

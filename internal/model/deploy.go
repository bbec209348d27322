package model

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// This file is about what Terraform runs as, and what an administrator makes before it runs: the roles that deploy and
// plan, the permissions boundary of all others, the state.

// Boundary is the permissions boundary of every role that is made here: the most that any of them can ever hold.
type Boundary struct {
	// ARN is a policy made elsewhere; it may hold {partition} and {account}. "": the boundary is made here, of what the
	// roles hold.
	ARN string
	// Also are actions, such as "logs:PutLogEvents", that a boundary made here lets through on every resource: policies that
	// are attached from elsewhere need them.
	Also    []string
	Because string // why Also
	Origin  hcl.Range
}

// Made reports whether the boundary is made here.
func (b *Boundary) Made() bool { return b != nil && b.ARN == "" }

// State is where Terraform keeps the state of each environment's roots: an S3 bucket.
type State struct {
	Bucket    []EnvironmentValue
	Region    []EnvironmentValue // of the bucket
	Prefix    string             // of the keys of objects: "" or ends in /
	LockTable string             // DynamoDB table, in the environment's account and region; "": a lock object beside the state
	Key       []EnvironmentValue // KMS key ARNs; empty: S3's own encryption
	Origin    hcl.Range
}

// Allowance is something a deploy role is not given unless the spec asks for it.
type Allowance string

// The allowances.
const (
	DeleteTables        Allowance = "delete_tables"
	DeleteKeys          Allowance = "delete_keys"
	DeleteTrail         Allowance = "delete_trail"
	ChangeRecovery      Allowance = "change_recovery"       // point-in-time recovery of tables that have it
	ChangeExistingRoles Allowance = "change_existing_roles" // attach policies to roles made elsewhere, which have no boundary of this system
)

// May reports whether a deploy role is given something that is else withheld.
func (r *Role) May(a Allowance) bool { return slices.Contains(r.Allows, a) }

// AllRoles are the roles of every kind: those that work with the tables, then those that deploy and plan.
func (m *Model) AllRoles() []*Role { return slices.Concat(m.Roles, m.DeployRoles) }

// KeptFromRecovery are the deploy roles that may not change the point-in-time recovery of a table. It is the table's own
// policy that refuses them: AWS has no condition key that tells turning recovery off from turning it on, and what turns it
// on for a new table comes before the table has a policy.
func (m *Model) KeptFromRecovery(t *Table) []*Role {
	if t.Existing || t.PointInTimeDays == 0 {
		return nil
	}
	return slices.DeleteFunc(m.RolesThat(Deploy), func(r *Role) bool { return r.May(ChangeRecovery) })
}

// Policied reports whether a table has a resource policy.
func (m *Model) Policied(t *Table) bool {
	return m.Guardrails.DenyInsecureTransport || len(m.Guardrails.OnlyThrough) > 0 || len(m.KeptFromRecovery(t)) > 0
}

// RolesThat are the roles of a kind.
func (m *Model) RolesThat(kind Kind) []*Role {
	var out []*Role
	for _, r := range m.AllRoles() {
		if r.Kind == kind {
			out = append(out, r)
		}
	}
	return out
}

// Bootstraps reports whether an environment has a root that an administrator applies before the other: whether there is
// anything that the roles which deploy must not make themselves.
func (m *Model) Bootstraps() bool { return len(m.DeployRoles) > 0 || m.Guardrails.Boundary.Made() }

// StackTag is the tag by which AWS tells what this system made in an environment from everything else, where names cannot:
// keys and VPC endpoints get their ids from AWS. Every resource carries it.
const StackTag = "ddbgen:stack"

// Stack is the value of StackTag.
func (e *Environment) Stack(m *Model) string { return m.Name + "/" + e.Name }

// RolesPath is the path of the roles that are made here, and of their policies. Whoever deploys may change what is under it.
func (m *Model) RolesPath() string { return "/ddbgen/" + m.Name + "/" }

// BootstrapPath is the path of the roles that deploy and plan, of their policies and of the boundary. Whoever deploys changes
// nothing under it.
func (m *Model) BootstrapPath() string { return "/ddbgen-bootstrap/" + m.Name + "/" }

// BoundaryName is the name of the boundary that is made here.
func (e *Environment) BoundaryName(m *Model) string { return e.NamePrefix + m.Name + "-boundary" }

// BoundaryARN is the ARN of the permissions boundary; "" if there is none.
func (e *Environment) BoundaryARN(m *Model) string {
	switch b := m.Guardrails.Boundary; {
	case b == nil:
		return ""
	case b.Made():
		return "arn:" + e.Partition + ":iam::" + e.Account + ":policy" + m.BootstrapPath() + e.BoundaryName(m)
	default:
		return e.ExpandARN(b.ARN)
	}
}

// StateKey is the key of the object that holds the state of an environment's root; bootstrap is for the administrator's.
func (e *Environment) StateKey(m *Model, bootstrap bool) string {
	name := e.Name
	if bootstrap {
		name += ".bootstrap"
	}
	return m.State.Prefix + name + ".tfstate"
}

// LockKey is the key of the object that locks a state (Terraform documentation, backend "s3", use_lockfile).
func LockKey(stateKey string) string { return stateKey + ".tflock" }

// ServiceName is the name of the service behind an endpoint. It is com.amazonaws in China too, where most other services have
// a cn in front (China user guide, "Gateway endpoints for Amazon DynamoDB").
func (e *Environment) ServiceName(p *Endpoint) string {
	return "com.amazonaws." + e.Region + "." + string(p.Service)
}

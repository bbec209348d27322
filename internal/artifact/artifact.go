// Package artifact is the list of policies that a build makes: what each one is for, where it lies, how large it may be.
// Generators make the values, Terraform and the report are written from them, and the files on disk are found by the
// same paths, so that nothing else needs to know how a file is named.
package artifact

import (
	"fmt"

	"github.com/ddbgen/ddbgen/internal/model"
)

// Kind is what a policy is attached to.
type Kind string

// The kinds of policy.
const (
	Identity Kind = "role"     // a managed policy of a role
	Trust    Kind = "trust"    // the trust policy of a role
	Boundary Kind = "boundary" // the permissions boundary of the roles
	Table    Kind = "table"    // the resource policy of a table
	Key      Kind = "key"      // the key policy of a KMS key
	Endpoint Kind = "endpoint" // the policy of a VPC endpoint
)

// Policy is one generated policy document of one environment. Which of the pointers is set follows from Kind.
type Policy struct {
	Kind        Kind
	Environment *model.Environment
	Role        *model.Role // Identity, Trust
	Tenant      string      // Identity, Trust of a role made per tenant
	Part        int         // Identity: 1, 2, … where a role's statements fill several managed policies
	Table       *model.Table
	Key         *model.Key
	Endpoint    *model.Endpoint
	Bytes       []byte
}

// The directories of the output: of the environments' Terraform roots, of the policies in each of them, and of the modules
// that the roots share.
const (
	EnvironmentsDir = "environments"
	PoliciesDir     = "policies"
	BootstrapDir    = "bootstrap" // in an environment: what an administrator applies
	ModulesDir      = "modules"
)

// Path is where the policy lies below the output directory.
func (p Policy) Path() string { return p.RootDir() + "/" + p.PathInRoot() }

// PathInRoot is where the policy lies below the Terraform root that reads it.
func (p Policy) PathInRoot() string {
	name := string(p.Kind)
	if stem := p.stem(); stem != "" {
		name += "." + stem
	}
	return PoliciesDir + "/" + name + ".json"
}

// RootDir is the directory of the Terraform root that reads the policy.
func (p Policy) RootDir() string {
	if p.Bootstraps() {
		return BootstrapRootDir(p.Environment)
	}
	return EnvironmentDir(p.Environment)
}

// Bootstraps reports whether the policy is for the root that an administrator applies.
func (p Policy) Bootstraps() bool {
	return p.Kind == Boundary || p.Role != nil && (p.Role.Kind == model.Deploy || p.Role.Kind == model.Plan)
}

// EnvironmentDir is the directory of an environment's Terraform root.
func EnvironmentDir(e *model.Environment) string { return EnvironmentsDir + "/" + e.Name }

// BootstrapRootDir is the directory of the root that an administrator applies before the environment's own.
func BootstrapRootDir(e *model.Environment) string { return EnvironmentDir(e) + "/" + BootstrapDir }

// stem is the file name between the kind and the ending. A tilde separates the part, because neither a logical name nor
// a tenant id that a role name can hold contains one.
func (p Policy) stem() string {
	//exhaustive:enforce
	switch p.Kind {
	case Boundary:
		return "" // an environment has one
	case Table:
		return p.Table.Name
	case Key:
		return p.Key.Name
	case Endpoint:
		return p.Endpoint.Name
	case Identity, Trust:
		stem := p.Role.Name
		if p.Tenant != "" {
			stem += "." + p.Tenant
		}
		if p.Part > 1 {
			stem += fmt.Sprintf("~%d", p.Part)
		}
		return stem
	}
	panic("artifact: unknown kind " + string(p.Kind))
}

// ManagedPolicyName is the physical name of an Identity policy. A plus separates the part, because no role name that is
// made of a logical name contains one; that no other role name gets in the way is for the spec to see to.
func (p Policy) ManagedPolicyName() string {
	name := p.Environment.RoleName(p.Role, p.Tenant)
	if p.Part > 1 {
		name += fmt.Sprintf("+%d", p.Part)
	}
	return name
}

// OfRole are a role's managed policies for a tenant ("" but in a silo), in the order of their parts.
func OfRole(policies []Policy, r *model.Role, tenant string) []Policy {
	var out []Policy
	for _, p := range policies {
		if p.Kind == Identity && p.Role == r && p.Tenant == tenant {
			out = append(out, p)
		}
	}
	return out
}

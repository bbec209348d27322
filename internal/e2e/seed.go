package e2e

import (
	_ "embed"
	"encoding/json"
	"testing"
)

// Seed is what is in the account before Terraform comes: what a spec refers to
// and does not create.
type Seed struct {
	Networks []Network `json:"networks,omitempty"`
	// Buckets are S3 buckets, by name. Each lets CloudTrail write into it.
	Buckets []string `json:"buckets,omitempty"`
	// Tables are CreateTable requests as boto3 takes them.
	Tables []map[string]any `json:"tables,omitempty"`
	Keys   []SeedKey        `json:"keys,omitempty"`
	Roles  []SeedRole       `json:"roles,omitempty"`
	// IdentityProviders are OpenID Connect providers, by URL without https://.
	IdentityProviders []string `json:"identity_providers,omitempty"`
	// Policies are customer managed policies, such as a permissions boundary.
	Policies []SeedPolicy `json:"policies,omitempty"`
}

// Network is a VPC and parts of it, under the ids the spec gives them.
type Network struct {
	VPC            string   `json:"vpc"`
	RouteTables    []string `json:"route_tables,omitempty"`
	Subnets        []string `json:"subnets,omitempty"`
	SecurityGroups []string `json:"security_groups,omitempty"`
}

// SeedKey is a KMS key. Its id is the last part of the ARN the spec has for it.
type SeedKey struct {
	ID     string          `json:"id"`
	Alias  string          `json:"alias,omitempty"` // with "alias/"
	Policy json.RawMessage `json:"policy,omitempty"`
}

// SeedRole is an IAM role. Trust may be left out.
type SeedRole struct {
	Name  string          `json:"name"`
	Path  string          `json:"path,omitempty"`
	Trust json.RawMessage `json:"trust,omitempty"`
}

// SeedPolicy is a customer managed policy.
type SeedPolicy struct {
	Name     string          `json:"name"`
	Path     string          `json:"path,omitempty"`
	Document json.RawMessage `json:"document"`
}

//go:embed scripts/seed.py
var seedScript string

// Seed puts things into the account. It may be called more than once.
func (e *Emulator) Seed(t testing.TB, seed Seed) {
	t.Helper()
	var made map[string]string
	e.script(t, seedScript, seed, &made)
	for wanted, id := range made {
		e.ids.add(wanted, id)
	}
}

package spec

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/model"
)

// The limits of names. Tables: DynamoDB API reference, CreateTable. Roles and paths: IAM user guide, "IAM and STS
// quotas". Tags: Tagging AWS resources user guide.
const (
	minTableName = 3
	maxTableName = 255
	maxRoleName  = 64
	maxRolePath  = 512
	maxTags      = 50
)

func checkTableNames(m *model.Model) hcl.Diagnostics {
	var f findings
	first := map[string]*model.Table{}
	for _, t := range m.Tables {
		if other := first[t.PhysicalName]; other != nil {
			f.error(idNameTaken, "Two tables of one name", t.Origin,
				"The tables %q and %q would both be called %q in AWS. Give one of them another \"name\".", other.Name, t.Name, t.PhysicalName)
		}
		first[t.PhysicalName] = t
		for _, e := range m.Environments {
			if n := len(e.TableName(t)); n < minTableName || n > maxTableName {
				f.error(idPhysicalName, "Name of the wrong length for AWS", t.Origin,
					"In the environment %q the table would be called %q, which has %s; DynamoDB takes %d to %d. Choose another \"name\".",
					e.Name, e.TableName(t), characters(n), minTableName, maxTableName)
				break
			}
		}
	}
	return f.Diagnostics
}

// checkRoleNames holds the names of roles, one for each tenant in a silo, to IAM's length, and demands that no two are the
// same to IAM, which does not tell upper from lower case (IAM user guide, "IAM identifiers").
func checkRoleNames(m *model.Model) hcl.Diagnostics {
	var f findings
	first := map[string]*model.Role{}
	prefix := longestPrefix(m)
	for _, r := range m.AllRoles() {
		if len(r.Path) > maxRolePath {
			f.error(idRoleName, "Path too long for IAM", r.Origin,
				"The path of the role %q has %s, and IAM takes %d. Correct the name.", r.Name, characters(len(r.Path)), maxRolePath)
		}
		for _, tenant := range m.RoleTenants(r) {
			name := (&model.Environment{}).RoleName(r, tenant)
			if other := first[strings.ToLower(name)]; other != nil && other != r {
				f.error(idNameTaken, "Two roles of one name", r.Origin,
					"The roles %q and %q would both be called %q to IAM, which does not tell upper from lower case. Give one of them another \"name\".", other.Name, r.Name, name)
				break
			}
			first[strings.ToLower(name)] = r
			if n := len(prefix) + len(name); n > maxRoleName {
				f.error(idRoleName, "Name too long for IAM", r.Origin,
					"The role would be called %q, which has %s, and IAM takes %d. Give it a shorter \"name\".", prefix+name, characters(n), maxRoleName)
				break
			}
		}
	}
	return f.Diagnostics
}

func longestPrefix(m *model.Model) string {
	longest := ""
	for _, e := range m.Environments {
		if len(e.NamePrefix) > len(longest) {
			longest = e.NamePrefix
		}
	}
	return longest
}

// aliasName is what KMS takes for an alias (KMS API reference, CreateAlias). The length cannot be exceeded: all parts of
// the name are bounded.
var aliasName = regexp.MustCompile(`^alias/[a-zA-Z0-9/_-]+$`)

func checkAliases(m *model.Model) hcl.Diagnostics {
	var f findings
	for _, k := range m.Keys {
		for _, e := range m.Environments {
			if alias := e.KeyAlias(m, k); len(k.Existing) == 0 && !aliasName.MatchString(alias) {
				f.error(idKeyAlias, "Alias that KMS does not take", e.Origin,
					"The key %q would have the alias %q, and an alias holds letters, digits, / _ and - only. Choose a name_prefix without a full stop.", k.Name, alias)
				break
			}
		}
	}
	return f.Diagnostics
}

// trailName is what CloudTrail takes (CloudTrail user guide, "Naming requirements for CloudTrail resources").
var trailName = regexp.MustCompile(`^[a-zA-Z0-9](?:[._-]?[a-zA-Z0-9])*$`)

func checkTrailName(m *model.Model) hcl.Diagnostics {
	var f findings
	if m.Trail == nil {
		return nil
	}
	for _, e := range m.Environments {
		if name := e.TrailName(m); !trailName.MatchString(name) {
			f.error(idTrailName, "Name that CloudTrail does not take", e.Origin,
				"The audit trail would be called %q. CloudTrail wants a letter or digit first and last, and no two of . _ - side by side. Change name_prefix, or the spec's name.", name)
		}
	}
	return f.Diagnostics
}

func checkTags(m *model.Model) hcl.Diagnostics {
	var f findings
	for _, e := range m.Environments {
		report := func(what string, own []model.Tag, at hcl.Range) {
			if n := len(e.AllTags(m, own)); n > maxTags {
				f.error(idTooManyTags, "Too many tags", at,
					"In the environment %q %s would have %d tags, with those that everything gets, and AWS takes %d. Remove some.", e.Name, what, n, maxTags)
			}
		}
		for _, k := range m.Keys {
			report(fmt.Sprintf("the key %q", k.Name), k.Tags, k.Origin)
		}
		for _, t := range m.Tables {
			report(fmt.Sprintf("the table %q", t.Name), t.Tags, t.Origin)
		}
		for _, r := range m.AllRoles() {
			report(fmt.Sprintf("the role %q", r.Name), r.Tags, r.Origin)
		}
	}
	return f.Diagnostics
}

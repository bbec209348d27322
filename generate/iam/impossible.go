package iam

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
)

// This file is the last line of defence. A grant that promises rows or columns must not hold an action whose requests do
// not carry the keys that tell them. Such a grant is refused long before it gets here; should it get here after all, the
// action is left out of the policy and the build fails.

// unconfined says why no condition can hold an action to the rows and columns of its grant; "" if one can, or need not.
func unconfined(g *model.Grant, o operation) string {
	switch {
	case o.Class == catalog.ClassDescribe:
		return ""
	case g.Rows.Kind != model.AllRows && !o.Has(catalog.CarriesLeadingKeys):
		return "requests of it do not carry dynamodb:LeadingKeys, so no condition can hold it to the rows of this entry"
	case g.Attributes != nil:
		if _, can := columnUseOf(o); !can {
			return "it reaches items whole, so no condition can hold it to the attributes of this entry"
		}
	}
	return ""
}

// reachable reports whether an index can be held to the rows of a grant.
func reachable(g *model.Grant, i *model.Index) bool {
	return g.Rows.Kind != model.OwnRows || len(i.TenantKeys) > 0
}

// impossible are the findings about what a role is meant to do and no policy can make it do.
func impossible(r *model.Role) hcl.Diagnostics {
	var ds hcl.Diagnostics
	if r.Kind == model.Restore && !r.Restore.FromBackup && ofAWSBackup(r) {
		ds = append(ds, diag.Error("restore-source", "Nothing to restore from",
			"AWS Backup restores its recovery points, not a table's point in time. Add backup to from, or let another principal assume the role.", r.Origin))
	}
	for _, g := range r.Grants {
		for _, o := range operationsOf(g.Actions) {
			if why := unconfined(g, o); why != "" {
				ds = append(ds, diag.Error("unconfined-action", "Operation cannot be confined",
					fmt.Sprintf("%s cannot be granted here: %s. Grant it in an entry of its own, or leave it out.", o.Name, why), g.Origin))
			}
		}
		for _, i := range g.Indexes {
			if !reachable(g, i) {
				ds = append(ds, diag.Error("unconfined-index", "Index cannot be confined",
					fmt.Sprintf("The partition key of index %q does not hold the tenant, so no condition can hold a query of it to one tenant. "+
						"Leave the index out, or give it tenant_keys.", i.Name), g.Origin))
			}
		}
	}
	return ds
}

package spec

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
)

// check holds a model to the laws that need the whole of it. Resolution has seen to what one entry says: operations that
// a runtime role cannot have, operations and indexes that cannot be held to rows, reasons that are missing.
//
// Every check is a function of the model alone; this is the list of them.
func check(m *model.Model) hcl.Diagnostics {
	checks := []func(*model.Model) hcl.Diagnostics{
		// Names, as AWS takes them.
		checkTableNames,
		checkRoleNames,
		checkPolicyNames,
		checkReservedNames,
		checkAliases,
		checkTrailName,
		checkTags,
		checkNamesAcross,
		checkRestoresAcross,
		checkDeployersApart,

		// Tenants: laws 4, 5 and 6, and where the tenant id comes from.
		checkKeysApart,
		checkPlantedKeys,
		checkOneScope,
		checkTagGrantsApart,
		checkSameTags,
		checkTransactionsAgree,
		checkColumnsHold,
		checkTenantArrives,
		checkSubjectTemplates,
		checkDelimitersInTags,
		checkTenantTag,
		checkTenantChains,
		checkOwnRolesByName,
		checkTrailReaders,

		// Roles and network: law 12. (Law 11 counts all tables, those with mistakes too, and is checked by resolve.)
		checkCircles,
		checkConsumersPass,
		checkLockedOut,

		// What Terraform runs as: laws 8, 9 and 10.
		checkDeployersHoldKeys,
		checkExistingRolesAllowed,
		checkBoundaryApart,
		checkBoundaryHoldsAttached,
		checkStateApart,
		checkSubjectsApart,
	}
	var ds hcl.Diagnostics
	for _, c := range checks {
		ds = append(ds, c(m)...)
	}
	return ds
}

// findings gathers what one check finds.
type findings struct{ hcl.Diagnostics }

func (f *findings) error(id, summary string, at hcl.Range, format string, args ...any) {
	f.Diagnostics = append(f.Diagnostics, diag.Error(id, summary, fmt.Sprintf(format, args...), at))
}

func (f *findings) warn(id, summary string, at hcl.Range, format string, args ...any) {
	f.Diagnostics = append(f.Diagnostics, diag.Warning(id, summary, fmt.Sprintf(format, args...), at))
}

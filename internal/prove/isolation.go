package prove

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/collision"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
)

// isolation proves that no two tenants share a partition key: for every table and every index, over all pairs of ids of
// the pattern. That a session reaches no keys but those of its tenant is proven of its documents; that those keys are
// nobody else's is proven here.
func (p *prover) isolation() {
	if p.m.Tenancy == nil {
		return
	}
	ids, err := automata.Regexp(p.m.Tenancy.IDPattern)
	if err != nil {
		p.result.Findings = append(p.result.Findings, diag.Error("undecided-ids", "Pattern cannot be decided",
			fmt.Sprintf("The id_pattern is no set of texts (%v), so isolation is not proven. Write a pattern without anchors.", err), p.m.Tenancy.Origin))
		return
	}
	decided := map[string]bool{} // most tables have templates that another has
	for _, t := range p.m.Tables {
		p.apart(ids, decided, fmt.Sprintf("table %q", t.Name), t.TenantKeys)
		for _, i := range t.GlobalIndexes {
			p.apart(ids, decided, fmt.Sprintf("index %q of table %q", i.Name, t.Name), i.TenantKeys)
		}
	}
}

func (p *prover) apart(ids automata.Set, decided map[string]bool, what string, keys []model.KeyTemplate) {
	var templates []collision.Template
	var name strings.Builder
	for _, k := range keys {
		templates = append(templates, collision.Template{Prefix: k.Prefix, Suffix: k.Suffix, Open: k.Open})
		fmt.Fprintf(&name, "%q", k.Pattern("{tenant}"))
	}
	if decided[name.String()] {
		return
	}
	shared, found, err := collision.Find(ids, templates)
	if err != nil {
		p.result.Findings = append(p.result.Findings, diag.Error("undecided-ids", "Keys that cannot be decided",
			fmt.Sprintf("Whether two tenants can share a key in %s is not proven: %v. Shorten what stands before {tenant}, or narrow the id_pattern.", what, err), originOf(keys)))
		return
	}
	if !found {
		decided[name.String()] = true
		return
	}
	p.result.Findings = append(p.result.Findings, diag.Error("shared-key", "Key of two tenants",
		fmt.Sprintf("In %s the key %q belongs to tenant %q and to tenant %q. Put a delimiter that no id can hold, such as #, right after {tenant}.",
			what, shared.Key, shared.First, shared.Second), originOf(keys)))
}

func originOf(keys []model.KeyTemplate) hcl.Range {
	if len(keys) == 0 {
		return hcl.Range{}
	}
	return keys[0].Origin
}

package tfjson

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// This file is about the account and the region of what does not exist yet, and so has no ARN. A plan has them in the
// configuration of the provider, if at all.

const (
	someAccount = "000000000000"
	someRegion  = "us-east-1"
)

// tableARN is the ARN that a table has, or will have; false if not even its name is known.
func (r *reader) tableARN(v *resource) (string, bool) {
	if arn := v.text("arn"); arn != "" {
		return arn, true
	}
	name := v.text("name")
	if name == "" {
		return "", false
	}
	t := inventory.Table{}
	t.Name, t.Account, t.Region = name, r.account(v), r.region(v)
	if t.Account == "" || t.Region == "" {
		r.assumed(v)
	}
	if t.Account == "" {
		t.Account = someAccount
	}
	if t.Region == "" {
		t.Region = someRegion
	}
	return t.ARN(), true
}

// account is the account that a resource will be in: the one that was given, or the only one that its provider takes. Empty: not
// known.
func (r *reader) account(v *resource) string {
	if r.options.Account != "" {
		return r.options.Account
	}
	config, _ := r.provider(v)
	if ids := config.Get("allowed_account_ids").Get("constant_value").Each(); len(ids) == 1 {
		return ids[0].String()
	}
	return ""
}

// region is the region that a resource will be in: its own, that of a provider with an alias, the one that was given, or that of
// the provider. Empty: not known.
func (r *reader) region(v *resource) string {
	if own := v.text("region"); own != "" {
		return own
	}
	config, alias := r.provider(v)
	of := r.constant(config.Get("region"))
	if r.options.Region != "" && (!alias || of == "") {
		return r.options.Region
	}
	return of
}

// provider is the configuration of the provider of a resource, and whether it is one with an alias.
func (r *reader) provider(v *resource) (config *tree.Node, alias bool) {
	key := r.configuredResource(v).Get("provider_config_key").String()
	if key == "" {
		key = "aws"
	}
	p := r.root.At("configuration", "provider_config").Get(key)
	return p.Get("expressions"), p.Get("alias").String() != ""
}

// constant is the region that an expression is: as it is written, or the value of the one variable of the root that it names.
// Whatever else is made of that variable would be no region.
func (r *reader) constant(expression *tree.Node) string {
	region := expression.Get("constant_value").String()
	if refs := expression.Get("references").Each(); region == "" && len(refs) == 1 {
		if name, is := strings.CutPrefix(refs[0].String(), "var."); is {
			region = r.root.Get("variables").Get(name).Get("value").String()
		}
	}
	if !slices.Contains(catalog.Regions(), region) {
		return ""
	}
	return region
}

// assumed says once that an account or a region is made up.
func (r *reader) assumed(v *resource) {
	if r.placed {
		return
	}
	r.placed = true
	r.inv.Findings = append(r.inv.Findings, diag.Noted(diag.Warning("assumed-place", "Account or region that is not known",
		"The plan does not say for which account and region it is. Where none is given, the account is 000000000000 and the region us-east-1. Give them with --account and --region.", v.at)))
}

package spec

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/spec/source"
)

// Load reads a spec and returns what it means, with everything that is wrong with it or worth a warning, in order. With
// an error among the diagnostics the model is nil.
//
// All stages run even after mistakes, so that one run shows them all; what a later stage says of a place that an earlier
// one has complained about is left out, for it would be the same mistake in other words.
func Load(name string, src []byte) (*model.Model, hcl.Diagnostics) {
	doc := &Document{}
	diags := decodeInto(source.New(name, src), doc)
	m, found := resolve(doc)
	diags = append(diags, elsewhere(found, diags)...)
	diags = append(diags, check(sound(m, diags))...)
	diags = diag.Sort(diags)
	if diags.HasErrors() {
		return nil, diags
	}
	return m, diags
}

// elsewhere returns the findings that are not at the very place of an earlier one.
func elsewhere(found, earlier hcl.Diagnostics) hcl.Diagnostics {
	taken := map[hcl.Range]bool{}
	for _, d := range earlier {
		if d.Subject != nil {
			taken[*d.Subject] = true
		}
	}
	return slices.DeleteFunc(found, func(d *hcl.Diagnostic) bool { return d.Subject != nil && taken[*d.Subject] })
}

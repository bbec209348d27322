package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/diff"
)

// Findings are the changes for the formats that know findings only. Access that is gained, and what is not decided, are warnings;
// access that is lost is a note. Whether a run fails is for whoever runs it to say.
func Findings(r diff.Result) hcl.Diagnostics {
	var out hcl.Diagnostics
	for _, c := range r.Gains() {
		out = append(out, diag.Warning("access-gained", "Access is gained", detail(c), c.At))
	}
	for _, c := range r.Losses() {
		out = append(out, diag.Noted(diag.Warning("access-lost", "Access is lost", detail(c), c.At)))
	}
	for _, u := range r.Undecided {
		out = append(out, diag.Warning("access-undecided", "Access is not decided", capital(u.Subject)+": "+u.Why, u.At))
	}
	slices.SortStableFunc(out, func(a, b *hcl.Diagnostic) int { return cmp.Compare(string(diag.IDOf(a)), string(diag.IDOf(b))) })
	return out
}

func detail(c diff.Change) string {
	text := capital(c.Sentence())
	if as := asides(c); len(as) > 0 {
		text += " (" + strings.Join(as, "; ") + ")"
	}
	return text + ". A request that shows it: " + c.Witness.Request.String() + " (" + answers(c.Witness) + ")."
}

func capital(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

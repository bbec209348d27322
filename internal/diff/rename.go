package diff

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/inventory"
)

// This file finds identities that have another name and are otherwise what they were.
//
// To AWS a role with another name is another role, and a policy that names the one does not name the other. But where one role
// is gone and another is there which may do the same and may be become by the same, the same people and services have the same
// access as before. So that is told as a rename, and every policy of the old side that names the old role by its ARN is read as if
// it named the new one. If it does so still, and the new side's names the old role, that is told as a change.

// pairsTried is how many pairs of identities are compared by meaning to find renames; more are compared by their text alone.
const pairsTried = 100

// renames pairs what is left of the identities, and notes every pair whose name changed.
func (d *differ) renames(pairs []pair[inventory.Identity]) []pair[inventory.Identity] {
	for _, p := range pairs {
		if !p.whole() && p.old.ARN != "" && p.new.ARN != "" {
			d.rename(p.old, p.new)
		}
	}
	for again := true; again; { // the trust of one may name another
		again = false
		for i := range pairs {
			if pairs[i].old != nil {
				continue
			}
			j := slices.IndexFunc(pairs, func(p pair[inventory.Identity]) bool { return p.new == nil && d.alike(p.old, pairs[i].new, pairs) })
			if j < 0 {
				continue
			}
			pairs[i].old = pairs[j].old
			d.rename(pairs[i].old, pairs[i].new)
			pairs = slices.Delete(pairs, j, j+1)
			again = true
			break
		}
	}
	return pairs
}

// rename notes that an identity has another name.
func (d *differ) rename(from, to *inventory.Identity) {
	if from.ARN != "" && from.ARN == to.ARN {
		return // it is called otherwise in another kind of file
	}
	d.renamed.add(from.ARN, to.ARN)
	before, after := from.String(), to.String()
	if before == after && from.ARN != to.ARN {
		before, after = before+" ("+from.ARN+")", after+" ("+to.ARN+")"
	}
	if before != after && from.Kind != inventory.Somebody {
		d.result.Renames = append(d.result.Renames, Rename{before, after})
	}
}

// alike reports whether an identity that is gone is the one that is new.
func (d *differ) alike(before, after *inventory.Identity, pairs []pair[inventory.Identity]) bool {
	if before.Kind != after.Kind || !slices.Equal(before.Unread, after.Unread) || (before.Trust == nil) != (after.Trust == nil) || before.Trust == nil && len(before.Policies) == 0 {
		return false
	}
	p := pair[inventory.Identity]{before, after}
	if before.ARN != "" && after.ARN != "" && !sameAccount(before.ARN, after.ARN) {
		return false
	}
	try := differ{renamed: renamed{}}
	for from, to := range d.renamed {
		try.renamed[from] = to
	}
	try.renamed.add(before.ARN, after.ARN)
	comparisons := []*comparison{try.access(p)}
	if c := try.trust(p); c != nil {
		comparisons = append(comparisons, c)
	}
	gone, come := 0, 0
	for _, q := range pairs {
		if q.new == nil {
			gone++
		}
		if q.old == nil {
			come++
		}
	}
	for _, c := range comparisons {
		if gone*come > pairsTried && statementsOf(c.old) != statementsOf(c.new) {
			return false
		}
		if c.same() {
			continue
		}
		if gone*come > pairsTried {
			return false
		}
		if out := c.run(); len(out.changes)+len(out.undecided) > 0 {
			return false
		}
	}
	return true
}

// sameAccount reports whether two ARNs are of one account.
func sameAccount(a, b string) bool {
	x, y := strings.SplitN(a, ":", 6), strings.SplitN(b, ":", 6)
	return len(x) == 6 && len(y) == 6 && x[4] == y[4]
}

func statementsOf(s *state) int {
	n := 0
	for _, d := range s.all() {
		n += len(d.Statement)
	}
	return n
}

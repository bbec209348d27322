package inventory

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/artifact"
)

// Join brings together what files, or parts of a file, say of the same thing: the trust and the policies of a role, a table and
// its policy, an attached policy and its document, a group and its users. Things that contradict each other, such as one role
// in an old and a new state, stay apart. It may be called again when more was added.
func (inv *Inventory) Join() {
	inv.joinIdentities()
	inv.joinTables()
	inv.joinDocuments()
	inv.joinGroups()
}

func (inv *Inventory) joinIdentities() {
	arns := map[string]map[string]bool{} // of those of one name
	for _, i := range inv.Identities {
		if arns[i.key("")] == nil {
			arns[i.key("")] = map[string]bool{}
		}
		if i.ARN != "" {
			arns[i.key("")][i.ARN] = true
		}
	}
	first := map[string]*Identity{}
	inv.Identities = slices.DeleteFunc(inv.Identities, func(i *Identity) bool {
		key := i.key("")
		switch {
		case i.Kind == Somebody || i.Name == "":
			return false
		case len(arns[key]) > 1 && i.ARN == "":
			return false // of which of them it speaks is not known
		case len(arns[key]) > 1:
			key = i.key(i.ARN)
		}
		if first[key] == nil || !first[key].agrees(i) {
			first[key] = i
			return false
		}
		first[key].take(i)
		return true
	})
}

func (i *Identity) key(arn string) string { return string(i.Kind) + " " + i.Name + " " + arn }

// agrees reports whether two identities of the same name can be one.
func (i *Identity) agrees(other *Identity) bool {
	if i.ARN != "" && other.ARN != "" && i.ARN != other.ARN || i.Trust != nil && other.Trust != nil ||
		i.Boundary != nil && other.Boundary != nil || i.BoundaryARN != "" && other.BoundaryARN != "" && i.BoundaryARN != other.BoundaryARN {
		return false
	}
	for _, d := range other.Policies {
		if d.ARN == "" && slices.ContainsFunc(i.Policies, func(own *Document) bool { return own.ARN == "" && own.Name == d.Name }) {
			return false
		}
	}
	return true
}

// take adds what is said elsewhere of an identity.
func (i *Identity) take(other *Identity) {
	if i.ARN == "" {
		i.ARN = other.ARN
	}
	if i.Trust == nil {
		i.Trust = other.Trust
	}
	if i.Boundary == nil {
		i.Boundary = other.Boundary
	}
	if i.BoundaryARN == "" {
		i.BoundaryARN = other.BoundaryARN
	}
	for _, d := range other.Policies {
		if d.ARN == "" || !slices.ContainsFunc(i.Policies, func(own *Document) bool { return own.ARN == d.ARN }) {
			i.Policies = append(i.Policies, d)
		}
	}
	for _, arn := range other.Unread {
		if !slices.Contains(i.Unread, arn) {
			i.Unread = append(i.Unread, arn)
		}
	}
	for _, t := range other.Tags {
		if !slices.Contains(i.Tags, t) {
			i.Tags = append(i.Tags, t)
		}
	}
	for _, g := range other.Groups {
		if !slices.Contains(i.Groups, g) {
			i.Groups = append(i.Groups, g)
		}
	}
}

// maxSame is how many tables of one name are looked at: as many as AWS has regions, for some accounts.
const maxSame = 200

func (inv *Inventory) joinTables() {
	places := map[string]map[string]bool{} // of those of one name
	for _, t := range inv.Tables {
		if places[t.Name] == nil {
			places[t.Name] = map[string]bool{}
		}
		if t.Account != "" {
			places[t.Name][t.Account+" "+t.Region] = true
		}
	}
	named := map[string][]*Table{}
	gone := map[*Table]bool{}
	for _, t := range inv.Tables {
		var fits []*Table
		for _, first := range named[t.Name][:min(len(named[t.Name]), maxSame)] {
			if first.agrees(t) && (first.Account != "" || len(places[t.Name]) < 2) {
				fits = append(fits, first)
			}
		}
		if len(fits) != 1 || t.Name == "" || t.Account == "" && len(places[t.Name]) > 1 {
			named[t.Name] = append(named[t.Name], t)
			continue
		}
		fits[0].take(t)
		gone[t] = true
	}
	inv.Tables = slices.DeleteFunc(inv.Tables, func(t *Table) bool { return gone[t] })
}

// agrees reports whether two tables of the same name can be one.
func (t *Table) agrees(other *Table) bool {
	differ := func(a, b string) bool { return a != "" && b != "" && a != b }
	return !differ(t.Account, other.Account) && !differ(t.Region, other.Region) && (!t.Described || !other.Described) &&
		(t.Policy == nil || other.Policy == nil) && (t.StreamPolicy == nil || other.StreamPolicy == nil)
}

func (t *Table) take(other *Table) {
	if other.Described {
		account, region := t.Account, t.Region
		t.Table, t.Described = other.Table, true
		if t.Account == "" {
			t.Account, t.Region = account, region
		}
	} else if t.Account == "" {
		t.Account, t.Region = other.Account, other.Region
	}
	if t.Policy == nil {
		t.Policy = other.Policy
	}
	if t.StreamPolicy == nil {
		t.StreamPolicy = other.StreamPolicy
	}
	for _, tag := range other.Tags {
		if !slices.Contains(t.Tags, tag) {
			t.Tags = append(t.Tags, tag)
		}
	}
}

// joinDocuments finds the documents of the policies that are attached. One that was found alone, and is attached to somebody
// now, is nobody else's.
func (inv *Inventory) joinDocuments() {
	known := map[string]*Document{}
	for _, d := range inv.Documents() {
		if d.ARN != "" && known[d.ARN] == nil {
			known[d.ARN] = d
		}
	}
	used := map[string]bool{}
	for _, i := range inv.Identities {
		if i.Kind == Somebody {
			continue
		}
		i.Unread = slices.DeleteFunc(i.Unread, func(arn string) bool {
			d := known[arn]
			switch {
			case d == nil:
				return false
			case i.Boundary == nil && i.BoundaryARN == arn:
				boundary := *d
				boundary.Kind = artifact.Boundary
				i.Boundary = &boundary
			default:
				i.Policies = append(i.Policies, d)
			}
			return true
		})
		for _, d := range i.Policies {
			used[d.ARN] = true
		}
		if i.Boundary != nil {
			used[i.BoundaryARN] = true
		}
	}
	inv.Identities = slices.DeleteFunc(inv.Identities, func(i *Identity) bool {
		return i.Kind == Somebody && len(i.Policies) > 0 && !slices.ContainsFunc(i.Policies, func(d *Document) bool { return d.ARN == "" || !used[d.ARN] })
	})
}

// joinGroups gives users the policies of their groups. A group is one of the same account.
func (inv *Inventory) joinGroups() {
	groups := map[string][]*Identity{}
	for _, i := range inv.Identities {
		if i.Kind == Group {
			groups[i.Name] = append(groups[i.Name], i)
		}
	}
	for _, user := range inv.Identities {
		if user.Kind != User {
			continue
		}
		for _, name := range user.Groups {
			for _, g := range groups[name] {
				if a, b := accountOf(user.ARN), accountOf(g.ARN); a == "" || b == "" || a == b {
					user.join(g)
				}
			}
		}
	}
}

func (i *Identity) join(group *Identity) {
	for _, d := range group.Policies {
		if !slices.Contains(i.Policies, d) && (d.ARN == "" || !i.attached(d.ARN)) {
			i.Policies = append(i.Policies, d)
		}
	}
	for _, arn := range group.Unread {
		if !i.attached(arn) {
			i.Unread = append(i.Unread, arn)
		}
	}
}

// accountOf is the account that an ARN names; empty if it names none.
func accountOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[4]
	}
	return ""
}

// SplitTable takes the ARN of a table, or of an index or a stream of one, apart; rest is what stands behind the table's name,
// such as /stream/*. It is false for anything else, and for patterns that more than one table can match.
func SplitTable(arn string) (table Table, rest string, ok bool) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "dynamodb" || strings.ContainsAny(parts[1], "*?$") {
		return Table{}, "", false
	}
	name, is := strings.CutPrefix(parts[5], "table/")
	if i := strings.Index(name, "/"); i >= 0 {
		name, rest = name[:i], name[i:]
	}
	if !is || name == "" || strings.ContainsAny(name, "*?$") {
		return Table{}, "", false
	}
	table.Name = name
	if !strings.ContainsAny(parts[3]+parts[4], "*?$") {
		table.Region, table.Account = parts[3], parts[4]
	}
	return table, rest, true
}

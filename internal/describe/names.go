package describe

import (
	"regexp"
	"strconv"
	"strings"
)

// maxName is the length of a logical name (see the keys of tables in the spec).
const maxName = 39

var (
	// wordEnd is where a word of a name in camel case ends: orderItem, HTTPLog, day2Day.
	wordEnd  = regexp.MustCompile(`([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])`)
	nameless = regexp.MustCompile(`[^a-z0-9]+`)
)

// Names gives things logical names that differ.
type Names struct {
	what  string         // goes before a name that cannot stand by itself: "table"
	taken map[string]int // and how many names began as this one
}

// NewNames names things of which none has a name yet. What goes before a name that cannot stand by itself: "table".
func NewNames(what string) *Names { return &Names{what: what, taken: map[string]int{}} }

// Of derives the logical name of a thing from what AWS calls it: in snake_case, and with a number behind if another is called
// so already.
func (n *Names) Of(physical string) string {
	words := wordEnd.ReplaceAllString(physical, "${1}${3}_${2}${4}")
	name := strings.Trim(nameless.ReplaceAllString(strings.ToLower(words), "_"), "_")
	if name == "" || name[0] < 'a' || n.reserved(name) {
		name = strings.TrimSuffix(n.what+"_"+name, "_")
	}
	if n.reserved(name) {
		name += "_" + n.what
	}
	begun := shortened(name, "")
	for name = begun; n.taken[name] > 0; {
		n.taken[begun]++
		name = shortened(begun, "_"+strconv.Itoa(n.taken[begun]))
	}
	n.taken[name] = 1
	return name
}

// reserved reports whether Terraform takes a name for something else: "for" begins an expression, and a file whose name ends
// in _override is laid over others (Terraform language, "For expressions", "Override files").
func (n *Names) reserved(name string) bool {
	return name == "for" || strings.HasSuffix("_"+name, "_override")
}

// shortened is a name with something behind it, and no longer than a name can be.
func shortened(name, behind string) string {
	return strings.TrimRight(name[:min(len(name), maxName-len(behind))], "_") + behind
}

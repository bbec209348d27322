package output

import (
	"fmt"
	"strings"
)

// Reason is why a file must not be written or removed.
type Reason int

// The reasons, of which Options.Force overrules only the first.
const (
	Edited  Reason = iota + 1 // generated, and changed by hand since
	Foreign                   // not generated: somebody's own file
	Blocked                   // no file can stand there
	Linked                    // a symbolic link, or beneath one
)

// String says what is wrong and what to do about it, to follow a path and a colon.
func (r Reason) String() string {
	switch r {
	case Edited:
		return "changed by hand since ddbgen wrote it; take the change back, or build with --force to give it up"
	case Foreign:
		return "not written by ddbgen, which leaves other files alone; rename it or move it away"
	case Blocked:
		return "a file has to stand here, but a directory is in its place or a file in the place of a directory; move that away"
	case Linked:
		return "a symbolic link leads here, and ddbgen writes through none; replace the link by what it points to"
	}
	panic(fmt.Sprintf("output: unknown reason %d", int(r)))
}

// Conflict is one path that stands in the way.
type Conflict struct {
	Path   string
	Reason Reason
}

// ConflictError names everything that stands in the way of a write, in path order.
type ConflictError struct {
	Dir       string
	Conflicts []Conflict
}

func (e *ConflictError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: nothing was written, because ddbgen must not overwrite or remove:", e.Dir)
	for _, c := range e.Conflicts {
		fmt.Fprintf(&b, "\n  %s: %s", c.Path, c.Reason)
	}
	return b.String()
}

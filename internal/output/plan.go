package output

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
)

// Options say how a tree is compared with the disk.
type Options struct {
	Generator string // version of ddbgen, for the lock
	Spec      string // Digest of the spec, for the lock
	Proven    string // what was proven of the tree, for the lock

	// Force gives up what was edited by hand in generated files. It has no power
	// over files that ddbgen did not write.
	Force bool

	// Keep tells which files of the old lock belong to another build, for example
	// to an environment that this one leaves out. They stay on disk and in the
	// lock, and are not looked at. Nil keeps none.
	Keep func(path string) bool
}

// Changes is the difference between a tree and the disk, each list in path order.
// A path is in one list only; the lock itself is among them.
type Changes struct {
	Created, Updated, Removed, Unchanged []string
	Conflicts                            []Conflict

	dir   string
	steps []step
}

// Drift tells whether the disk differs from the tree.
func (c *Changes) Drift() bool {
	return len(c.steps) > 0 || len(c.Conflicts) > 0
}

// Err is a *ConflictError when something stands in the way, else nil.
func (c *Changes) Err() error {
	if len(c.Conflicts) == 0 {
		return nil
	}
	return &ConflictError{c.dir, c.Conflicts}
}

// Plan compares files with the output directory dir and its lock, and changes
// nothing. What stands in the way is in the result, not in the error: the drift
// check reports it beside the other differences. The error is for a disk that
// cannot be read and a lock that cannot be used.
func Plan(dir string, files []File, o Options) (*Changes, error) {
	files = slices.Clone(files)
	Sort(files)
	t, err := openTree(filepath.Clean(dir))
	if err != nil {
		return nil, err
	}
	defer t.close()
	old, text, err := t.lock()
	if err != nil {
		return nil, err
	}
	if old == nil {
		old = &Lock{}
	}
	p := planner{
		tree: t, old: old, options: o,
		next:    Lock{lockVersion, o.Generator, o.Spec, o.Proven, map[string]string{}},
		changes: Changes{dir: t.dir},
	}
	if err := p.plan(files, text); err != nil {
		return nil, err
	}
	return &p.changes, nil
}

// planner holds one comparison while it is made.
type planner struct {
	tree    *tree
	old     *Lock
	options Options
	next    Lock
	changes Changes
}

// plan appends the steps in the order Apply takes them: a tree that is cut off
// half way has files too many rather than too few, and a lock that is older than
// the files rather than newer.
func (p *planner) plan(files []File, lock []byte) error {
	for _, f := range files {
		if err := p.write(f); err != nil {
			return err
		}
	}
	for _, path := range p.old.Paths() {
		if err := p.retire(path); err != nil {
			return err
		}
	}
	p.prune()
	p.lock(lock)
	slices.Sort(p.changes.Created)
	slices.Sort(p.changes.Updated)
	slices.Sort(p.changes.Unchanged)
	slices.SortFunc(p.changes.Conflicts, func(a, b Conflict) int { return strings.Compare(a.Path, b.Path) })
	return nil
}

// write plans one generated file.
func (p *planner) write(f File) error {
	p.next.Files[f.Path] = Digest(f.Bytes)
	at, have, err := p.tree.read(f.Path)
	if err != nil {
		return err
	}
	was, ours := p.old.Files[f.Path]
	c := &p.changes
	switch {
	case at == linked:
		p.conflict(f.Path, Linked)
	case at == blocked:
		p.conflict(f.Path, Blocked)
	case at == free:
		c.Created = append(c.Created, f.Path)
		c.steps = append(c.steps, step{do: put, path: f.Path, bytes: f.Bytes})
	case bytes.Equal(have, f.Bytes):
		c.Unchanged = append(c.Unchanged, f.Path)
	case !ours:
		p.conflict(f.Path, Foreign)
	case Digest(have) != was && !p.options.Force:
		p.conflict(f.Path, Edited)
	default:
		c.Updated = append(c.Updated, f.Path)
		c.steps = append(c.steps, step{do: put, path: f.Path, bytes: f.Bytes, was: Digest(have)})
	}
	return nil
}

// retire plans one path of the old lock, if the new tree does not have it: kept
// for another build, or removed. Where no file stands any more there is nothing
// to remove, and what stands there instead is somebody's own.
func (p *planner) retire(path string) error {
	was := p.old.Files[path]
	if _, ok := p.next.Files[path]; ok {
		return nil
	}
	if p.options.Keep != nil && p.options.Keep(path) {
		p.next.Files[path] = was
		return nil
	}
	at, have, err := p.tree.read(path)
	switch {
	case err != nil:
		return err
	case at == free || at == blocked:
	case at == linked:
		p.conflict(path, Linked)
	case Digest(have) != was && !p.options.Force:
		p.conflict(path, Edited)
	default:
		p.changes.Removed = append(p.changes.Removed, path)
		p.changes.steps = append(p.changes.steps, step{do: remove, path: path, was: Digest(have)})
	}
	return nil
}

// prune plans to look at each directory that loses a file, the innermost first:
// reverse order puts a directory behind everything beneath it.
func (p *planner) prune() {
	var dirs []string
	for _, path := range p.changes.Removed {
		dirs = append(dirs, parents(path)...)
	}
	slices.Sort(dirs)
	for _, dir := range slices.Backward(slices.Compact(dirs)) {
		p.changes.steps = append(p.changes.steps, step{do: prune, path: dir})
	}
}

// lock plans the lock, the last step; old is its present text.
func (p *planner) lock(old []byte) {
	text := p.next.encode()
	c := &p.changes
	s := step{do: put, path: LockName, bytes: text}
	switch {
	case old == nil:
		c.Created = append(c.Created, LockName)
	case bytes.Equal(old, text):
		c.Unchanged = append(c.Unchanged, LockName)
		return
	default:
		c.Updated = append(c.Updated, LockName)
		s.was = Digest(old)
	}
	c.steps = append(c.steps, s)
}

func (p *planner) conflict(path string, r Reason) {
	p.changes.Conflicts = append(p.changes.Conflicts, Conflict{path, r})
}

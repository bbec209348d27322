package output

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Held is what an output directory holds, measured by its own lock. Each list is in path order.
type Held struct {
	Files   []File   // that the lock names and that are there, as they are on disk now
	Edited  []string // of these, the ones that are not what the lock says
	Missing []string // that the lock names, and where no regular file is
	Others  []string // that the lock does not name
}

// Inspect reads an output directory by its lock. The error of a directory that has no lock is fs.ErrNotExist.
func Inspect(dir string) (*Held, error) {
	l, err := ReadLock(dir)
	if err != nil {
		return nil, err
	}
	t, err := openTree(dir)
	if err != nil {
		return nil, err
	}
	defer t.close()
	var h Held
	for _, p := range l.Paths() {
		at, b, err := t.read(p)
		switch {
		case err != nil:
			return nil, err
		case at != taken:
			h.Missing = append(h.Missing, p)
			continue
		case Digest(b) != l.Files[p]:
			h.Edited = append(h.Edited, p)
		}
		h.Files = append(h.Files, File{p, b})
	}
	h.Others, err = t.others(l)
	return &h, err
}

// others are the files that a lock does not name. Hidden directories are left out: they hold what tools keep for
// themselves, such as .terraform with its copies of providers and modules, and nothing there is written by a person.
func (t *tree) others(l *Lock) ([]string, error) {
	var out []string
	err := fs.WalkDir(t.root.FS(), ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != "." && strings.HasPrefix(path.Base(p), "."):
			return fs.SkipDir
		case d.IsDir() || p == LockName:
			return nil
		}
		if _, named := l.Files[p]; !named {
			out = append(out, p)
		}
		return nil
	})
	slices.Sort(out)
	return out, err
}

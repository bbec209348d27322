package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// place is what stands on disk where a file is to be.
type place int

const (
	free    place = iota // nothing: the file can be made
	taken                // a regular file
	blocked              // a directory or a device, or a file where a directory has to be
	linked               // a symbolic link, or a path that leads through one
)

// tree looks at an output directory and changes nothing. A directory that does
// not exist yet is an empty one.
type tree struct {
	dir  string
	root *os.Root // nil: the directory does not exist
	// dirs remembers the parent directories that were looked at: most of a
	// generated tree's paths share a few.
	dirs map[string]place
}

func openTree(dir string) (*tree, error) {
	t := &tree{dir: dir, dirs: map[string]place{}}
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return t, nil
	}
	if err != nil {
		return nil, fmt.Errorf("opening the output directory: %w", err)
	}
	t.root = root
	return t, nil
}

func (t *tree) close() {
	if t.root != nil {
		t.root.Close() //nolint:errcheck // nothing was written through it
	}
}

// read tells what stands at a path, and what it holds if it is a file.
func (t *tree) read(path string) (place, []byte, error) {
	if t.root == nil {
		return free, nil, nil
	}
	for _, d := range parents(path) {
		at, err := t.parent(d)
		if at != taken || err != nil {
			return at, nil, err
		}
	}
	info, err := t.lstat(path)
	if at := fileAt(info); at != taken || err != nil {
		return at, nil, err
	}
	b, err := t.root.ReadFile(path)
	return taken, b, err
}

// parent tells what stands where a directory has to be; taken is a directory.
func (t *tree) parent(dir string) (place, error) {
	if at, ok := t.dirs[dir]; ok {
		return at, nil
	}
	info, err := t.lstat(dir)
	if err != nil {
		return blocked, err
	}
	at := fileAt(info)
	switch {
	case at == free || at == linked:
	case info.IsDir():
		at = taken
	default:
		at = blocked
	}
	t.dirs[dir] = at
	return at, nil
}

// lstat describes what stands at a path, nil when nothing does.
func (t *tree) lstat(path string) (fs.FileInfo, error) {
	info, err := t.root.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return info, err
}

// fileAt is the place of a file when info is what stands there.
func fileAt(info fs.FileInfo) place {
	switch {
	case info == nil:
		return free
	case info.Mode()&fs.ModeSymlink != 0:
		return linked
	case info.Mode().IsRegular():
		return taken
	}
	return blocked
}

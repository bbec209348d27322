package output

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
)

// LockName is the file in the output directory that says which files are generated.
const LockName = "ddbgen.lock"

// lockVersion is the form of the lock that this package writes and reads.
const lockVersion = 1

// Lock is what ddbgen.lock holds: what made the tree, and the digest of each file
// at the time it was written.
type Lock struct {
	Version   int               `json:"version"`
	Generator string            `json:"generator"`        // version of ddbgen
	Spec      string            `json:"spec"`             // digest of the spec's bytes
	Proven    string            `json:"proven,omitempty"` // what was proven of the tree, in words
	Files     map[string]string `json:"files"`            // digest by path
}

// Paths lists the files of the lock in order.
func (l *Lock) Paths() []string {
	return slices.Sorted(maps.Keys(l.Files))
}

// encode writes the lock with one file a line, in path order (encoding/json sorts
// the keys of a map), so that a changed policy is a changed line in a review.
func (l *Lock) encode() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(l); err != nil {
		panic("output: encoding the lock: " + err.Error())
	}
	return b.Bytes()
}

// ReadLock reads the lock of an output directory. The error of a directory that
// has none is fs.ErrNotExist.
func ReadLock(dir string) (*Lock, error) {
	t, err := openTree(dir)
	if err != nil {
		return nil, err
	}
	defer t.close()
	l, _, err := t.lock()
	if err == nil && l == nil {
		err = fmt.Errorf("%s has no %s: build first, or name the directory that was built (%w)", dir, LockName, fs.ErrNotExist)
	}
	return l, err
}

// lock reads the lock and its bytes; both are nil when there is none.
func (t *tree) lock() (*Lock, []byte, error) {
	name := filepath.Join(t.dir, LockName)
	at, b, err := t.read(LockName)
	switch {
	case err != nil:
		return nil, nil, err
	case at == free:
		return nil, nil, nil
	case at != taken:
		return nil, nil, fmt.Errorf("%s is not a regular file: move it away, restore the lock from version control, and build again", name)
	}
	l, err := parseLock(b)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	return l, b, nil
}

// parseLock trusts nothing: a lock decides what is deleted, and it is merged by
// version control and edited by people.
func parseLock(b []byte) (*Lock, error) {
	l, err := decodeLock(b)
	if err != nil {
		return nil, fmt.Errorf("the lock cannot be used: %w. "+
			"Restore it from version control (after a merge conflict, either side will do), and build again", err)
	}
	if l.Version > lockVersion {
		return nil, fmt.Errorf("the lock has version %d, and this ddbgen knows only version %d: "+
			"build with the newer ddbgen that wrote it", l.Version, lockVersion)
	}
	return l, nil
}

// decodeLock reads a lock of this version strictly, and of a newer lock no more
// than its version.
func decodeLock(b []byte) (*Lock, error) {
	var l Lock
	var head struct{ Version int }
	if err := json.Unmarshal(b, &head); err != nil {
		return nil, err
	}
	if head.Version > lockVersion {
		return &Lock{Version: head.Version}, nil
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		return nil, err
	}
	return &l, l.check(b)
}

// check refuses paths that leave the output directory, and text that encode would
// not have written: a path named twice, which a careless merge leaves behind, would
// otherwise count with its last digest only.
func (l *Lock) check(text []byte) error {
	if l.Version < 1 || l.Files == nil {
		return errors.New(`it has no "version" or no "files"`)
	}
	for _, p := range l.Paths() {
		if err := checkPath(p); err != nil {
			return err
		}
		if !isDigest(l.Files[p]) {
			return fmt.Errorf("the digest of %q is malformed", p)
		}
	}
	if !bytes.Equal(compact(text), compact(l.encode())) {
		return errors.New("it was changed by hand (a path named twice, or entries out of order)")
	}
	return nil
}

// compact takes the white space out of JSON, so that line ends and indentation,
// which editors and version control change, do not count.
func compact(b []byte) []byte {
	var c bytes.Buffer
	if err := json.Compact(&c, b); err != nil {
		panic("output: compacting a lock that was parsed: " + err.Error())
	}
	return c.Bytes()
}

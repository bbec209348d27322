package output

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
)

// stageName is the directory inside the output directory, so on the same file
// system, where new contents and copies of the old wait. That it can be made only
// once keeps two builds from writing into each other.
const stageName = ".ddbgen-stage"

// action is what a step does to its path.
type action int

const (
	put    action = iota + 1 // write a file
	remove                   // remove a file
	prune                    // remove a directory, if it is empty
)

// step is one change of the disk. was is the digest of the file that the plan saw
// at the path, empty when it saw none.
type step struct {
	do    action
	path  string
	bytes []byte
	was   string
}

// Apply makes the changes, or none: on an error the directory is as it was before.
// Changes with conflicts are refused with their *ConflictError.
func Apply(c *Changes) error {
	if err := c.Err(); err != nil {
		return err
	}
	if len(c.steps) == 0 {
		return nil
	}
	made := absent(c.dir)
	err := os.MkdirAll(c.dir, 0o755)
	if err == nil {
		err = write(c.dir, c.steps)
	}
	if err != nil {
		for _, d := range made {
			os.Remove(d) //nolint:errcheck // one that is not empty, or was never made, stays as it is
		}
		return fmt.Errorf("writing %s: %w", c.dir, err)
	}
	return nil
}

// absent lists the directories that MkdirAll(dir) has to make, the innermost first.
func absent(dir string) []string {
	var dirs []string
	for {
		if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
			return dirs
		}
		dirs = append(dirs, dir)
		dir = filepath.Dir(dir)
	}
}

// write takes the steps inside a staging directory of its own.
func write(dir string, steps []step) error {
	t, err := openTree(dir)
	if err != nil {
		return err
	}
	defer t.close()
	if err := t.root.Mkdir(stageName, 0o700); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("another ddbgen is writing here, or one was cut off: if none is running, remove %s and build again",
			filepath.Join(dir, stageName))
	} else if err != nil {
		return err
	}
	j := job{tree: t}
	if err := j.run(steps); err != nil {
		return j.rollback(err)
	}
	return t.root.RemoveAll(stageName)
}

// job is one write under way, with what would take it back.
type job struct {
	*tree
	undo []func() error
}

// run first does for all steps what may fail, then what hardly can.
func (j *job) run(steps []step) error {
	for i, s := range steps {
		if err := j.stage(i, s); err != nil {
			return err
		}
	}
	for i, s := range steps {
		if err := j.take(i, s); err != nil {
			return err
		}
	}
	return nil
}

// rollback takes back what was done, the last first. If that fails too, the staging
// directory stays, since it holds the only copies of the files as they were.
func (j *job) rollback(cause error) error {
	var failed []error
	for _, undo := range slices.Backward(j.undo) {
		failed = append(failed, undo())
	}
	if err := errors.Join(failed...); err != nil {
		return fmt.Errorf("%w; and it could not be undone, the files as they were lie in %s: %w",
			cause, filepath.Join(j.dir, stageName), err)
	}
	return errors.Join(cause, j.root.RemoveAll(stageName))
}

func fresh(i int) string { return path.Join(stageName, strconv.Itoa(i)+".new") }
func saved(i int) string { return path.Join(stageName, strconv.Itoa(i)+".old") }

// stage writes the new contents of a step and a copy of the old to the staging
// directory.
func (j *job) stage(i int, s step) error {
	if s.do == prune {
		return nil
	}
	if s.do == put {
		if err := j.root.WriteFile(fresh(i), s.bytes, 0o644); err != nil {
			return err
		}
	}
	return j.save(i, s)
}

// save copies the file of a step. It looks again at what the plan saw: between the
// two a proof may have run, and somebody may have saved an edit.
func (j *job) save(i int, s step) error {
	at, have, err := j.read(s.path)
	if err != nil {
		return err
	}
	same := at == free
	if s.was != "" {
		same = at == taken && Digest(have) == s.was
	}
	if !same {
		return fmt.Errorf("%s was changed while ddbgen was at work; build again", s.path)
	}
	if at == free {
		return nil
	}
	info, err := j.root.Lstat(s.path)
	if err != nil {
		return err
	}
	if err := j.root.WriteFile(saved(i), have, 0o600); err != nil {
		return err
	}
	return j.root.Chmod(saved(i), info.Mode().Perm())
}

// take does one step for good.
func (j *job) take(i int, s step) error {
	switch s.do {
	case put:
		return j.put(i, s)
	case remove:
		return j.remove(i, s)
	case prune:
		return j.prune(s.path)
	}
	panic(fmt.Sprintf("output: unknown action %d", s.do))
}

func (j *job) put(i int, s step) error {
	for _, d := range parents(s.path) {
		if err := j.mkdir(d); err != nil {
			return err
		}
	}
	if err := j.root.Rename(fresh(i), s.path); err != nil {
		return err
	}
	j.undo = append(j.undo, func() error {
		if s.was == "" {
			return j.root.Remove(s.path)
		}
		return j.root.Rename(saved(i), s.path)
	})
	return nil
}

func (j *job) mkdir(dir string) error {
	err := j.root.Mkdir(dir, 0o755)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	j.undo = append(j.undo, func() error { return j.root.Remove(dir) })
	return nil
}

func (j *job) remove(i int, s step) error {
	if err := j.root.Remove(s.path); err != nil {
		return err
	}
	j.undo = append(j.undo, func() error { return j.root.Rename(saved(i), s.path) })
	return nil
}

func (j *job) prune(dir string) error {
	f, err := j.root.Open(dir)
	if err != nil {
		return err
	}
	info, statErr := f.Stat()
	_, err = f.ReadDir(1)
	f.Close() //nolint:errcheck // opened for reading
	if !errors.Is(err, io.EOF) || statErr != nil {
		return errors.Join(err, statErr) // nil when the directory has an entry, and so stays
	}
	if err := j.root.Remove(dir); err != nil {
		return err
	}
	j.undo = append(j.undo, func() error { return j.root.Mkdir(dir, info.Mode().Perm()) })
	return nil
}

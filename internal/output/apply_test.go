package output

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Between the plan and the write a proof runs and a person may work: each case
// changes the disk in that time.
func TestApplyAfterTheDiskChanged(t *testing.T) {
	before := layout{"updated": "1", "gone/removed": "G", "same": "S", LockName: lockText(layout{"updated": "1", "gone/removed": "G", "same": "S"})}
	files := layout{"created/x": "C", "updated": "2", "same": "S"}
	tests := []struct {
		name   string
		change func(dir string) error
		want   string
	}{
		{"an edit", func(dir string) error { return os.WriteFile(filepath.Join(dir, "updated"), []byte("edit"), 0o644) }, "updated was changed while"},
		{"an edit of what is removed", func(dir string) error { return os.WriteFile(filepath.Join(dir, "gone/removed"), nil, 0o644) }, "gone/removed was changed while"},
		{"another build", func(dir string) error { return os.WriteFile(filepath.Join(dir, LockName), nil, 0o644) }, "ddbgen.lock was changed while"},
		{"a deletion", func(dir string) error { return os.Remove(filepath.Join(dir, "updated")) }, "updated was changed while"},
		{"a directory in the way", func(dir string) error { return os.MkdirAll(filepath.Join(dir, "created/x"), 0o755) }, "created/x was changed while"},
		{"a file in a directory's way", func(dir string) error { return os.WriteFile(filepath.Join(dir, "created"), nil, 0o644) }, "created/x was changed while"},
		{"a link in the way", func(dir string) error { return os.Symlink(os.TempDir(), filepath.Join(dir, "created")) }, "created/x was changed while"},
		{"a build under way", func(dir string) error { return os.Mkdir(filepath.Join(dir, stageName), 0o755) }, "another ddbgen is writing here"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := lay(t, before)
			changes, err := Plan(dir, list(files), Options{Spec: specDigest})
			must(t, err)
			must(t, tt.change(dir))
			changed := survey(t, dir)
			if err := Apply(changes); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want %q", err, tt.want)
			}
			if d := cmp.Diff(changed, survey(t, dir)); d != "" {
				t.Error("the disk is not as before:", d)
			}
		})
	}
}

// The steps of these cases fail after others were taken for good: two files of
// which one must be the other's directory pass every check made beforehand.
func TestApplyIsUndone(t *testing.T) {
	one := step{do: put, path: "clash", bytes: []byte("1")}
	two := step{do: put, path: "clash/x", bytes: []byte("2")}
	before := layout{"updated": "1", "a/b/gone": "G", "a/own": "mine", "empty/": ""}
	tests := []struct {
		name  string
		disk  layout
		steps []step
	}{
		{"no directory before", nil, []step{one, two}},
		{"created", before, []step{{do: put, path: "new/deep/x"}, {do: put, path: "a/new"}, one, two}},
		{"updated", before, []step{{do: put, path: "updated", bytes: []byte("2"), was: Digest([]byte("1"))}, one, two}},
		{"removed", before, []step{{do: remove, path: "a/b/gone", was: Digest([]byte("G"))}, one, two}},
		{"pruned", before, []step{{do: remove, path: "a/b/gone", was: Digest([]byte("G"))}, {do: prune, path: "a/b"}, {do: prune, path: "a"}, one, two}},
		{"all", before, []step{
			{do: put, path: "new/deep/x"}, {do: put, path: "updated", was: Digest([]byte("1"))},
			{do: remove, path: "a/b/gone", was: Digest([]byte("G"))}, {do: prune, path: "a/b"}, one, two,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := lay(t, tt.disk)
			if err := Apply(&Changes{dir: dir, steps: tt.steps}); err == nil || !strings.Contains(err.Error(), "clash") {
				t.Errorf("got error %v", err)
			}
			if d := cmp.Diff(tt.disk, survey(t, dir)); d != "" {
				t.Error("the disk is not as before:", d)
			}
		})
	}
}

// When even the undoing fails, the only copies of the old files must survive.
func TestApplyCannotBeUndone(t *testing.T) {
	dir := lay(t, layout{"updated": "old"})
	r, err := openTree(dir)
	must(t, err)
	defer r.close()
	must(t, r.root.Mkdir(stageName, 0o700))
	j := job{tree: r}
	must(t, j.run([]step{{do: put, path: "updated", bytes: []byte("new"), was: Digest([]byte("old"))}}))
	must(t, os.Remove(filepath.Join(dir, "updated")))
	must(t, os.Mkdir(filepath.Join(dir, "updated"), 0o755))

	err = j.rollback(os.ErrPermission)
	if err == nil || !strings.Contains(err.Error(), "the files as they were lie in "+filepath.Join(dir, stageName)) {
		t.Errorf("got error %v", err)
	}
	if d := cmp.Diff(layout{"updated/": "", stageName + "/0.old": "old"}, survey(t, dir)); d != "" {
		t.Error(d)
	}
}

func TestApplyKeepsModesWhenUndone(t *testing.T) {
	dir := lay(t, layout{"updated": "1"})
	name := filepath.Join(dir, "updated")
	must(t, os.Chmod(name, 0o640))
	steps := []step{{do: put, path: "updated", was: Digest([]byte("1"))}, {do: put, path: "c"}, {do: put, path: "c/x"}}
	if err := Apply(&Changes{dir: dir, steps: steps}); err == nil {
		t.Fatal("no error")
	}
	info, err := os.Stat(name)
	must(t, err)
	if info.Mode().Perm() != 0o640 {
		t.Errorf("mode is %v", info.Mode())
	}
}

func TestApplyIntoAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, []byte("mine"), 0o644))
	err := Apply(&Changes{dir: filepath.Join(file, "out"), steps: []step{{do: put, path: "a"}}})
	if err == nil {
		t.Error("no error")
	}
	if d := cmp.Diff(layout{"file": "mine"}, survey(t, filepath.Dir(file))); d != "" {
		t.Error(d)
	}
}

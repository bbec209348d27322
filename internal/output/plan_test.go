package output

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// build is one build into one directory: what is there before, the files of the
// lock as they were written, what is generated, and what comes of it. After is
// the disk without the lock, and nil means as before; kept are the files of the
// new lock that were not generated.
type build struct {
	name    string
	disk    layout
	locked  layout // nil: no lock
	files   layout
	options Options
	want    Changes
	after   layout
	kept    layout
}

func keepStaging(path string) bool { return strings.HasPrefix(path, "environments/staging/") }

func builds(outside string) []build {
	return []build{{
		name:  "first build, no directory yet",
		files: layout{"README.md": "R", "modules/roles/main.tf": "M"},
		want:  Changes{Created: []string{"README.md", LockName, "modules/roles/main.tf"}},
		after: layout{"README.md": "R", "modules/roles/main.tf": "M"},
	}, {
		name:  "first build beside somebody's own files",
		disk:  layout{"own.tf": "mine", "modules/own/": ""},
		files: layout{"modules/main.tf": "M"},
		want:  Changes{Created: []string{LockName, "modules/main.tf"}},
		after: layout{"own.tf": "mine", "modules/own/": "", "modules/main.tf": "M"},
	}, {
		name:   "nothing new",
		disk:   layout{"a": "A", "b": "B", "own": "mine"},
		locked: layout{"a": "A", "b": "B"},
		files:  layout{"a": "A", "b": "B"},
		want:   Changes{Unchanged: []string{"a", "b", LockName}},
	}, {
		name:   "created, updated, removed and unchanged at once",
		disk:   layout{"same": "S", "old": "1", "gone/deep/x": "X", "gone/deep/y": "Y", "dir/kept": "K", "dir/gone": "G"},
		locked: layout{"same": "S", "old": "1", "gone/deep/x": "X", "gone/deep/y": "Y", "dir/kept": "K", "dir/gone": "G"},
		files:  layout{"same": "S", "old": "2", "new/x": "N", "dir/kept": "K"},
		want: Changes{
			Created: []string{"new/x"}, Updated: []string{LockName, "old"},
			Removed: []string{"dir/gone", "gone/deep/x", "gone/deep/y"}, Unchanged: []string{"dir/kept", "same"},
		},
		after: layout{"same": "S", "old": "2", "new/x": "N", "dir/kept": "K"},
	}, {
		name:   "a directory with somebody's own file or directory stays",
		disk:   layout{"a/gen": "G", "a/own": "mine", "b/gen": "G", "b/own/": "", "c/d/gen": "G", "c/own": "mine"},
		locked: layout{"a/gen": "G", "b/gen": "G", "c/d/gen": "G"},
		want:   Changes{Updated: []string{LockName}, Removed: []string{"a/gen", "b/gen", "c/d/gen"}},
		after:  layout{"a/own": "mine", "b/own/": "", "c/own": "mine"},
	}, {
		name:   "a file moves into the directory another leaves",
		disk:   layout{"d/old": "O"},
		locked: layout{"d/old": "O"},
		files:  layout{"d/new": "N"},
		want:   Changes{Created: []string{"d/new"}, Updated: []string{LockName}, Removed: []string{"d/old"}},
		after:  layout{"d/new": "N"},
	}, {
		name:   "only the generator's version is new",
		disk:   layout{"a": "A"},
		locked: layout{"a": "A"}, files: layout{"a": "A"},
		options: Options{Generator: "0.2.0"},
		want:    Changes{Updated: []string{LockName}, Unchanged: []string{"a"}},
		after:   layout{"a": "A"},
	}, {
		name:   "files deleted by hand are written again",
		disk:   layout{"own": "mine"},
		locked: layout{"a/x": "X", "a/y": "Y"},
		files:  layout{"a/x": "X", "a/y": "new"},
		want:   Changes{Created: []string{"a/x", "a/y"}, Updated: []string{LockName}},
		after:  layout{"own": "mine", "a/x": "X", "a/y": "new"},
	}, {
		name:   "a file that is neither generated nor there any more leaves the lock",
		locked: layout{"a/x": "X", "b": "B", "c/d": "D"},
		disk:   layout{"b/own": "mine", "c": "mine"},
		want:   Changes{Updated: []string{LockName}},
		after:  layout{"b/own": "mine", "c": "mine"},
	}, {
		name:   "edited files are all named, and nothing is written",
		disk:   layout{"a": "edit", "b": "edit", "c/gone": "edit", "d": "D"},
		locked: layout{"a": "A", "b": "B", "c/gone": "C", "d": "D"},
		files:  layout{"a": "A", "b": "new", "d": "new", "e": "new"},
		want: Changes{
			Created: []string{"e"}, Updated: []string{"d", LockName},
			Conflicts: []Conflict{{"a", Edited}, {"b", Edited}, {"c/gone", Edited}},
		},
	}, {
		name:   "an edit that is what would be written is no conflict",
		disk:   layout{"a": "new"},
		locked: layout{"a": "A"},
		files:  layout{"a": "new"},
		want:   Changes{Updated: []string{LockName}, Unchanged: []string{"a"}},
		after:  layout{"a": "new"},
	}, {
		name:    "force gives up edits",
		disk:    layout{"a": "edit", "b": "edit", "c/gone": "edit"},
		locked:  layout{"a": "A", "b": "B", "c/gone": "C"},
		files:   layout{"a": "A", "b": "new"},
		options: Options{Force: true},
		want:    Changes{Updated: []string{"a", "b", LockName}, Removed: []string{"c/gone"}},
		after:   layout{"a": "A", "b": "new"},
	}, {
		name:   "somebody's own file has the name of a generated one",
		disk:   layout{"a": "A", "b": "mine", "c": "mine"},
		locked: layout{"a": "A"},
		files:  layout{"a": "A", "b": "B", "c": "C"},
		want:   Changes{Updated: []string{LockName}, Unchanged: []string{"a"}, Conflicts: []Conflict{{"b", Foreign}, {"c", Foreign}}},
	}, {
		name:    "force has no power over it",
		disk:    layout{"a": "edit", "b": "mine"},
		locked:  layout{"a": "A"},
		files:   layout{"a": "A", "b": "B"},
		options: Options{Force: true},
		want:    Changes{Updated: []string{"a", LockName}, Conflicts: []Conflict{{"b", Foreign}}},
	}, {
		name:  "a lost lock is made again where the files are as generated",
		disk:  layout{"a": "A", "b": "B"},
		files: layout{"a": "A", "b": "B"},
		want:  Changes{Created: []string{LockName}, Unchanged: []string{"a", "b"}},
		after: layout{"a": "A", "b": "B"},
	}, {
		name:   "another environment's files are kept, and not even looked at",
		disk:   layout{"environments/production/x": "1", "environments/production/y": "Y", "environments/staging/x": "edit"},
		locked: layout{"environments/production/x": "1", "environments/production/y": "Y", "environments/staging/x": "S", "environments/staging/y": "deleted"},
		files:  layout{"environments/production/x": "2"},
		options: Options{
			Keep: keepStaging,
		},
		want:  Changes{Updated: []string{LockName, "environments/production/x"}, Removed: []string{"environments/production/y"}},
		after: layout{"environments/production/x": "2", "environments/staging/x": "edit"},
		kept:  layout{"environments/staging/x": "S", "environments/staging/y": "deleted"},
	}, {
		name:    "what is generated is not kept",
		disk:    layout{"environments/staging/x": "1"},
		locked:  layout{"environments/staging/x": "1"},
		files:   layout{"environments/staging/x": "2"},
		options: Options{Keep: keepStaging},
		want:    Changes{Updated: []string{LockName, "environments/staging/x"}},
		after:   layout{"environments/staging/x": "2"},
	}, {
		name:    "a directory stands where a file must go, a file where a directory",
		disk:    layout{"a/own": "mine", "b": "mine", "c/": ""},
		locked:  layout{"c": "C"},
		files:   layout{"a": "A", "b/x/y": "B", "c": "C"},
		options: Options{Force: true},
		want:    Changes{Updated: []string{LockName}, Conflicts: []Conflict{{"a", Blocked}, {"b/x/y", Blocked}, {"c", Blocked}}},
	}, {
		name: "symbolic links are refused, wherever they lead",
		disk: layout{
			"out": "-> " + outside, "in": "-> real", "real/x": "X", "d/f": "-> " + outside + "/x",
			"loose": "-> nowhere", "old": "-> real", "gone": "-> " + outside + "/x",
		},
		locked:  layout{"out/x": "X", "in/x": "X", "d/f": "X", "old/x": "X", "gone": "X"},
		files:   layout{"out/x": "2", "in/x": "X", "d/f": "2", "loose": "L"},
		options: Options{Force: true},
		want: Changes{Updated: []string{LockName}, Conflicts: []Conflict{
			{"d/f", Linked}, {"gone", Linked}, {"in/x", Linked}, {"loose", Linked}, {"old/x", Linked}, {"out/x", Linked},
		}},
	}}
}

func TestBuilds(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "outside")
	for _, b := range builds(outside) {
		t.Run(b.name, func(t *testing.T) {
			must(t, os.RemoveAll(outside))
			layInto(t, outside, layout{"x": "X"})
			b.run(t)
			if d := cmp.Diff(layout{"x": "X"}, survey(t, outside)); d != "" {
				t.Error("outside the output directory:", d)
			}
		})
	}
}

func (b build) run(t *testing.T) {
	before := maps.Clone(b.disk)
	if b.locked != nil {
		before[LockName] = lockText(b.locked)
	}
	dir := lay(t, before)
	before = survey(t, dir)
	if b.options.Generator == "" {
		b.options.Generator = "0.1.0"
	}
	b.options.Spec = specDigest

	changes, err := Plan(dir, list(b.files), b.options)
	must(t, err)
	if d := cmp.Diff(b.want, *changes, cmpopts.IgnoreUnexported(Changes{})); d != "" {
		t.Error("changes:", d)
	}
	if d := cmp.Diff(before, survey(t, dir)); d != "" {
		t.Error("the plan changed the disk:", d)
	}
	drift := len(b.want.Created)+len(b.want.Updated)+len(b.want.Removed)+len(b.want.Conflicts) > 0
	if changes.Drift() != drift {
		t.Errorf("drift is %v", changes.Drift())
	}
	b.apply(t, dir, before, changes)
}

func (b build) apply(t *testing.T, dir string, before layout, changes *Changes) {
	err := Apply(changes)
	after := before
	if len(b.want.Conflicts) > 0 {
		var conflict *ConflictError
		if !errors.As(err, &conflict) || !cmp.Equal(conflict.Conflicts, b.want.Conflicts) {
			t.Errorf("got error %v", err)
		}
	} else {
		must(t, err)
		if b.after != nil {
			after = b.after
			after[LockName] = b.newLock()
		}
		again, err := Plan(dir, list(b.files), b.options)
		must(t, err)
		if again.Drift() {
			t.Errorf("the next build still finds %+v", *again)
		}
	}
	if d := cmp.Diff(after, survey(t, dir)); d != "" {
		t.Error("disk:", d)
	}
}

func (b build) newLock() string {
	files := maps.Clone(b.kept)
	if files == nil {
		files = layout{}
	}
	maps.Copy(files, b.files)
	return strings.Replace(lockText(files), "0.1.0", b.options.Generator, 1)
}

func TestPlanLeavesItsArgumentAlone(t *testing.T) {
	files := []File{{Path: "b"}, {Path: "a"}}
	_, err := Plan(t.TempDir(), files, Options{})
	must(t, err)
	if files[0].Path != "b" {
		t.Error("Plan sorted the caller's files")
	}
}

func TestPlanOfAFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "out")
	must(t, os.WriteFile(name, nil, 0o644))
	if c, err := Plan(name, nil, Options{}); err == nil {
		t.Errorf("got %+v", c)
	}
}

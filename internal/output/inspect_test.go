package output

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestInspect(t *testing.T) {
	dir := t.TempDir()
	var files []File
	for _, p := range []string{"a/kept.json", "a/edited.json", "gone.json", "linked.json", "off/file.json"} {
		files = append(files, File{p, []byte(p)})
	}
	changes, err := Plan(dir, files, Options{Generator: "test", Spec: Digest(nil)})
	if err != nil {
		t.Fatal(err)
	}
	if err := Apply(changes); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		t.Helper()
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o755), os.WriteFile(p, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	write("a/edited.json", "mine")
	write("a/own.tf", "")
	write("z/deep/own.tf", "")
	write("a/.terraform/modules/copy.tf", "")
	for _, p := range []string{"gone.json", "linked.json"} {
		if err := os.Remove(filepath.Join(dir, p)); err != nil {
			t.Fatal(err)
		}
	}
	// A link is no file that was written here, even if it leads to the same bytes.
	if err := os.Symlink("a/kept.json", filepath.Join(dir, "linked.json")); err != nil {
		t.Skip(err)
	}

	// Nor is one that a linked directory leads to: the link itself is what a person put there.
	outside := t.TempDir()
	if err := errors.Join(os.WriteFile(filepath.Join(outside, "file.json"), []byte("off/file.json"), 0o644),
		os.RemoveAll(filepath.Join(dir, "off")), os.Symlink(outside, filepath.Join(dir, "off"))); err != nil {
		t.Fatal(err)
	}

	got, err := Inspect(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := &Held{
		Files:   []File{{"a/edited.json", []byte("mine")}, {"a/kept.json", []byte("a/kept.json")}},
		Edited:  []string{"a/edited.json"},
		Missing: []string{"gone.json", "linked.json", "off/file.json"},
		Others:  []string{"a/own.tf", "off", "z/deep/own.tf"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestInspectWithoutLock(t *testing.T) {
	for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), "absent")} {
		if _, err := Inspect(dir); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v, want an error that is fs.ErrNotExist", err)
		}
	}
}

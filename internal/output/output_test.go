package output

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSort(t *testing.T) {
	files := []File{{Path: "b"}, {Path: "a/b"}, {Path: "a-b"}, {Path: "a.b"}, {Path: "B"}}
	Sort(files)
	var got []string
	for _, f := range files {
		got = append(got, f.Path)
	}
	if d := cmp.Diff([]string{"B", "a-b", "a.b", "a/b", "b"}, got); d != "" {
		t.Error(d)
	}
}

func TestSortPanics(t *testing.T) {
	tests := []struct {
		paths []string
		want  string
	}{
		{[]string{"a", "b", "a"}, `output: two generated files have the path "a"`},
		{[]string{"a", "a-b", "a/b"}, `output: "a" is to be a file, and the directory of "a/b"`},
		{[]string{"a/b/c/d", "a/b"}, `output: "a/b" is to be a file, and the directory of "a/b/c/d"`},
		{[]string{""}, "not a clean path"},
		{[]string{"."}, "not a clean path"},
		{[]string{".."}, "not a clean path"},
		{[]string{"../a"}, "not a clean path"},
		{[]string{"a/../../b"}, "not a clean path"},
		{[]string{"a/../b"}, "not a clean path"},
		{[]string{"./a"}, "not a clean path"},
		{[]string{"a//b"}, "not a clean path"},
		{[]string{"a/"}, "not a clean path"},
		{[]string{"/etc/passwd"}, "not a clean path"},
		{[]string{`a\b`}, "not a clean path"},
		{[]string{`C:\a`}, "not a clean path"},
		{[]string{"C:a"}, "not a clean path"},
		{[]string{"a\xff"}, "not a clean path"},
		{[]string{LockName}, "a name that ddbgen keeps for itself"},
		{[]string{stageName + "/0.new"}, "a name that ddbgen keeps for itself"},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.paths, " "), func(t *testing.T) {
			defer func() {
				got := fmt.Sprint(recover())
				if !strings.HasPrefix(got, "output: ") || !strings.Contains(got, tt.want) {
					t.Errorf("panicked with %s, want %s", got, tt.want)
				}
			}()
			var files []File
			for _, p := range tt.paths {
				files = append(files, File{Path: p})
			}
			Sort(files)
		})
	}
}

func TestDigest(t *testing.T) {
	// The example of FIPS 180-2, appendix B.1.
	want := "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	if got := Digest([]byte("abc")); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for s, want := range map[string]bool{
		want:                          true,
		"":                            false,
		"sha256:":                     false,
		want[:len(want)-2]:            false,
		strings.ToUpper(want):         false,
		"sha256:" + want[7:70] + "G":  false,
		"sha512:" + want[7:]:          false,
		"sha256:" + want[7:] + "0000": false,
	} {
		if got := isDigest(s); got != want {
			t.Errorf("isDigest(%q) = %v", s, got)
		}
	}
}

func TestConflictError(t *testing.T) {
	err := &ConflictError{"generated", []Conflict{{"a", Edited}, {"b", Foreign}, {"c", Blocked}, {"d/e", Linked}}}
	want := `generated: nothing was written, because ddbgen must not overwrite or remove:
  a: changed by hand since ddbgen wrote it; take the change back, or build with --force to give it up
  b: not written by ddbgen, which leaves other files alone; rename it or move it away
  c: a file has to stand here, but a directory is in its place or a file in the place of a directory; move that away
  d/e: a symbolic link leads here, and ddbgen writes through none; replace the link by what it points to`
	if d := cmp.Diff(want, err.Error()); d != "" {
		t.Error(d)
	}
}

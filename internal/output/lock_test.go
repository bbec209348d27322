package output

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLockText(t *testing.T) {
	const (
		emptySum = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
		abcSum   = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	)
	l := Lock{1, "0.1.0", emptySum, "2 roles", map[string]string{"b & <c>.json": abcSum, "a/z.tf": abcSum, "a.tf": emptySum}}
	want := `{
  "version": 1,
  "generator": "0.1.0",
  "spec": "` + emptySum + `",
  "proven": "2 roles",
  "files": {
    "a.tf": "` + emptySum + `",
    "a/z.tf": "` + abcSum + `",
    "b & <c>.json": "` + abcSum + `"
  }
}
`
	if d := cmp.Diff(want, string(l.encode())); d != "" {
		t.Error(d)
	}
	dir := lay(t, layout{LockName: want})
	got, err := ReadLock(dir)
	must(t, err)
	if d := cmp.Diff(&l, got); d != "" {
		t.Error(d)
	}
}

func TestReadLockWithoutLock(t *testing.T) {
	for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), "none")} {
		if l, err := ReadLock(dir); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("got %v and error %v", l, err)
		}
	}
}

// A lock that was only laid out anew by an editor or by version control is good.
func TestLockWhiteSpace(t *testing.T) {
	text := lockText(layout{"a": "A", "b": "B"})
	for name, text := range map[string]string{
		"carriage returns": strings.ReplaceAll(text, "\n", "\r\n"),
		"tabs":             strings.ReplaceAll(text, "  ", "\t"),
		"one line":         strings.ReplaceAll(text, "\n", ""),
	} {
		if _, err := parseLock([]byte(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBadLock(t *testing.T) {
	good := lockText(layout{"a": "A", "b": "B"})
	with := func(path string) string { return strings.Replace(good, `"a"`, `"`+path+`"`, 1) }
	line := `    "a": "` + Digest([]byte("A")) + `",` + "\n"
	const remedy = "Restore it from version control"
	tests := []struct{ name, text, want, remedy string }{
		{"empty", "", "unexpected end of JSON", remedy},
		{"not JSON", "version: 1", "invalid character", remedy},
		{"merge conflict", strings.Replace(good, line, "<<<<<<< HEAD\n"+line+"=======\n"+line+">>>>>>> b\n", 1), "invalid character", remedy},
		{"other JSON", "[]", "cannot unmarshal array", remedy},
		{"null", "null", `no "version"`, remedy},
		{"no version", strings.Replace(good, `"version": 1,`, "", 1), `no "version"`, remedy},
		{"version 0", strings.Replace(good, `"version": 1`, `"version": 0`, 1), `no "version"`, remedy},
		{"no files", `{"version": 1, "generator": "0.1.0", "spec": ""}`, `no "files"`, remedy},
		{"unknown key", strings.Replace(good, `"spec"`, `"sepc"`, 1), `unknown field "sepc"`, remedy},
		{"text after it", good + "{}", "after top-level value", remedy},
		{"newer version", `{"version": 2, "files": ["a"]}`, "has version 2, and this ddbgen knows only version 1", "build with the newer ddbgen"},
		{"parent path", with("../a"), `"../a" is not a clean path`, remedy},
		{"hidden parent path", with("x/../../a"), `"x/../../a" is not a clean path`, remedy},
		{"absolute path", with("/etc/a"), `"/etc/a" is not a clean path`, remedy},
		{"Windows path", with(`..\\a`), `is not a clean path`, remedy},
		{"drive", with(`C:/a`), `is not a clean path`, remedy},
		{"the directory itself", with("."), `"." is not a clean path`, remedy},
		{"the lock itself", with(LockName), "keeps for itself", remedy},
		{"short digest", strings.Replace(good, Digest([]byte("A")), "sha256:00", 1), `the digest of "a" is malformed`, remedy},
		{"path twice", strings.Replace(good, line, line+line, 1), "a path named twice", remedy},
		{"out of order", with("c"), "out of order", remedy},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := layout{"out/a": "A", "out/b": "B", "a": "outside", "out/" + LockName: tt.text}
			parent := lay(t, before)
			_, err := Plan(filepath.Join(parent, "out"), list(layout{"a": "new"}), Options{Force: true})
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), tt.remedy) {
				t.Errorf("got error %v\nwant %q and %q", err, tt.want, tt.remedy)
			}
			if d := cmp.Diff(before, survey(t, parent)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestLockThatIsNoFile(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "lock")
	must(t, os.WriteFile(outside, []byte(lockText(layout{"a": "A"})), 0o644))
	for name, disk := range map[string]layout{
		"directory": {LockName + "/": ""},
		"link":      {LockName: "-> " + outside},
	} {
		_, err := Plan(lay(t, disk), nil, Options{})
		if err == nil || !strings.Contains(err.Error(), "is not a regular file: move it away") {
			t.Errorf("%s: got error %v", name, err)
		}
	}
}

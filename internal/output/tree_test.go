package output

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// layout is a directory as test data: contents by path, "a/" for an empty
// directory, "-> target" as the contents of a symbolic link.
type layout map[string]string

// lay makes a directory inside a new parent, so that a test also sees what would
// be written beside it.
func lay(t *testing.T, l layout) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	layInto(t, dir, l)
	return dir
}

func layInto(t *testing.T, dir string, l layout) {
	t.Helper()
	for p, text := range l {
		name := filepath.Join(dir, p)
		must(t, os.MkdirAll(filepath.Dir(name), 0o755))
		target, link := strings.CutPrefix(text, "-> ")
		switch {
		case strings.HasSuffix(p, "/"):
			must(t, os.MkdirAll(name, 0o755))
		case link:
			must(t, os.Symlink(target, name))
		default:
			must(t, os.WriteFile(name, []byte(text), 0o644))
		}
	}
}

// survey is the inverse of lay. A directory that does not exist is a nil layout.
func survey(t *testing.T, dir string) layout {
	t.Helper()
	if _, err := os.Stat(dir); err != nil {
		return nil
	}
	l := layout{}
	must(t, filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == dir {
			return err
		}
		p, err := filepath.Rel(dir, name)
		must(t, err)
		p = filepath.ToSlash(p)
		delete(l, filepath.ToSlash(filepath.Dir(p))+"/")
		switch {
		case d.IsDir():
			l[p+"/"] = ""
		case d.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(name)
			must(t, err)
			l[p] = "-> " + target
		default:
			b, err := os.ReadFile(name)
			must(t, err)
			l[p] = string(b)
		}
		return nil
	}))
	return l
}

// lockText is the lock of a build that wrote these files.
func lockText(files layout) string {
	l := Lock{lockVersion, "0.1.0", specDigest, "", map[string]string{}}
	for p, text := range files {
		l.Files[p] = Digest([]byte(text))
	}
	return string(l.encode())
}

var specDigest = Digest([]byte("version: 1\n"))

// list makes files of a layout, in an order that is not the paths'.
func list(l layout) []File {
	var files []File
	for p, text := range l {
		files = append(files, File{p, []byte(text)})
	}
	return files
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestRead(t *testing.T) {
	files := layout{"b.json": "B", "a/x.tf": "X"}
	dir := lay(t, layout{"b.json": "edited", "a/x.tf": "X", "own.tf": "mine", LockName: lockText(files)})
	got, err := Read(dir)
	must(t, err)
	want := []File{{"a/x.tf", []byte("X")}, {"b.json", []byte("edited")}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestReadRefuses(t *testing.T) {
	outside := lay(t, layout{"secret.json": "S"})
	tests := []struct {
		name string
		disk layout
		want string
	}{
		{"no directory", nil, "has no ddbgen.lock: build first"},
		{"no lock", layout{"a.json": "A"}, "has no ddbgen.lock: build first"},
		{"deleted files", layout{"b": "B", LockName: lockText(layout{"a": "A", "b": "B", "c/d": "D"})},
			"does not hold as regular files: a, c/d. Build again"},
		{"file is a link", layout{"a": "-> " + outside + "/secret.json", LockName: lockText(layout{"a": "S"})},
			"does not hold as regular files: a."},
		{"directory is a link", layout{"d": "-> " + outside, LockName: lockText(layout{"d/secret.json": "S"})},
			"does not hold as regular files: d/secret.json."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files, err := Read(lay(t, tt.disk))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v and error %v, want an error with %q", files, err, tt.want)
			}
		})
	}
}

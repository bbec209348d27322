package output

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
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

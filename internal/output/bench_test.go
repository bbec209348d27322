package output

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"
)

// thousand is the tree of a large spec: 1,000 files of 4 KiB in 20 directories.
func thousand(fill byte) []File {
	var files []File
	for i := range 1000 {
		p := fmt.Sprintf("environments/e%02d/policies/p%03d.json", i%20, i)
		files = append(files, File{p, bytes.Repeat([]byte{fill}, 4096)})
	}
	return files
}

func planAndApply(b *testing.B, dir string, files []File) {
	c, err := Plan(dir, files, Options{Spec: specDigest})
	if err == nil {
		err = Apply(c)
	}
	if err != nil {
		b.Fatal(err)
	}
}

func BenchmarkCreate1000(b *testing.B) {
	files, dir := thousand('a'), b.TempDir()
	n := 0
	for b.Loop() {
		planAndApply(b, filepath.Join(dir, fmt.Sprint(n)), files)
		n++
	}
}

func BenchmarkUpdate1000(b *testing.B) {
	trees, dir := [][]File{thousand('a'), thousand('b')}, b.TempDir()
	n := 0
	for b.Loop() {
		planAndApply(b, dir, trees[n%2])
		n++
	}
}

func BenchmarkCheck1000(b *testing.B) {
	files, dir := thousand('a'), b.TempDir()
	planAndApply(b, dir, files)
	for b.Loop() {
		if c, err := Plan(dir, files, Options{Spec: specDigest}); err != nil || c.Drift() {
			b.Fatal(c, err)
		}
	}
}

// Package output is a tree of generated files as a value, and what happens
// between that value and the disk.
//
// Generators return []File and write nothing. Plan compares the files with an
// output directory and says what would change; Apply does it. One comparison so
// serves the build, its dry run, and the drift check of a CI job, which stops
// after Plan.
//
// The output directory is shared with people: their own files stand beside the
// generated ones. Which is which is not guessed from names or from headers but
// written down in ddbgen.lock, with the digest of every file as it was written:
//
//   - A file that the lock names, and that still has the digest of the lock, is
//     ours: it may be replaced and removed.
//   - A file that the lock names but that has another digest was edited by hand.
//     It stops the write, unless the edits are given up with Options.Force.
//   - A file that the lock does not name is somebody's own, and is never touched.
//
// All files that stand in the way are gathered into one ConflictError. A file
// that already holds the bytes to be written is never in the way, so that a build
// that was cut off, or a lock that was lost, is repaired by building again.
//
// A write is all or nothing as far as a file system lets: everything that can
// fail for want of space or of rights is done in a staging directory first, then
// files are renamed into place, the lock last, and a failure on that way is
// undone. No path leaves the output directory: the lock is checked, symbolic
// links are refused, and os.Root stands behind both.
package output

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// File is one generated file. Path is relative to the output directory, clean,
// and separated by slashes on every system.
type File struct {
	Path  string
	Bytes []byte
}

// Sort puts files into path order. It panics when two have the same path, or when
// one would have to be the directory of another: the generators' names exclude it,
// and whichever file won, the other's policy would silently be missing.
func Sort(files []File) {
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	seen := make(map[string]bool, len(files))
	for _, f := range files {
		if err := checkPath(f.Path); err != nil {
			panic("output: " + err.Error())
		}
		if seen[f.Path] {
			panic(fmt.Sprintf("output: two generated files have the path %q", f.Path))
		}
		seen[f.Path] = true
	}
	for _, f := range files {
		for _, d := range parents(f.Path) {
			if seen[d] {
				panic(fmt.Sprintf("output: %q is to be a file, and the directory of %q", d, f.Path))
			}
		}
	}
}

// Digest is the SHA-256 digest of b as the lock writes it, "sha256:" and 64 hex digits.
func Digest(b []byte) string {
	sum := sha256.Sum256(b)
	return digestPrefix + hex.EncodeToString(sum[:])
}

const digestPrefix = "sha256:"

// isDigest tells whether s has the form that Digest gives.
func isDigest(s string) bool {
	digits, ok := strings.CutPrefix(s, digestPrefix)
	sum, err := hex.DecodeString(digits)
	return ok && err == nil && len(sum) == sha256.Size && digits == strings.ToLower(digits)
}

// checkPath refuses what is not the clean relative path of a file inside the
// output directory, on this system as on any other: a lock is committed on one
// and read on another.
func checkPath(p string) error {
	switch {
	case !fs.ValidPath(p) || p == "." || strings.ContainsAny(p, `\:`) || !filepath.IsLocal(filepath.FromSlash(p)):
		return fmt.Errorf("%q is not a clean path inside the output directory", p)
	case p == LockName || p == stageName || strings.HasPrefix(p, stageName+"/"):
		return fmt.Errorf("%q is a name that ddbgen keeps for itself", p)
	}
	return nil
}

// parents lists the directories above a path, the nearest last, without the
// output directory itself.
func parents(p string) []string {
	var dirs []string
	for d := path.Dir(p); d != "."; d = path.Dir(d) {
		dirs = append(dirs, d)
	}
	slices.Reverse(dirs)
	return dirs
}

// Package load reads files and directories of any known form into one inventory.
//
// A file that is named must be of a known form. In a directory there is much else: what is not known there is passed over, but
// for what looks like policies and cannot be read. A directory that a build wrote is read as a whole, and the Terraform files of
// one directory together, as Terraform reads them.
package load

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/inventory/built"
	"github.com/ddbgen/ddbgen/internal/output"
)

// Options say what files leave to whoever deploys them. What is empty is not known.
type Options struct {
	Account, Region string
	Parameters      map[string]string // of templates, and the variables of Terraform
}

// Understood is what is read, in words.
const Understood = "policy documents in JSON; what the AWS CLI prints of roles, users, policies, tables, keys and VPC endpoints; what terraform show -json prints; " +
	"Terraform files (.tf); templates of CloudFormation, SAM and the CDK; workflows of GitHub Actions and GitLab; and what ddbgen build writes"

// maxFile is the largest file that is read: a state of some ten thousand roles.
const maxFile = 512 << 20

// Paths reads files, and directories with all that is below them. The error is for what cannot be opened, all of it.
func Paths(paths []string, options Options) (*inventory.Inventory, error) {
	l := &loader{options: options, inv: &inventory.Inventory{Files: map[string][]byte{}}, seen: map[string]bool{}, terraform: map[string]map[string][]byte{}}
	var closed []error
	for _, p := range paths {
		if err := l.path(filepath.Clean(p)); err != nil {
			closed = append(closed, err)
		}
	}
	if len(closed) > 0 {
		return nil, errors.Join(closed...)
	}
	gathered := l.inv
	first := l.read(gathered)
	o, named := options.named(first)
	if !named {
		first.Join()
		return first, nil
	}
	l.options = o
	inv := l.read(gathered)
	inv.Findings = append(inv.Findings, taken(options, o, first))
	inv.Join()
	return inv, nil
}

// read reads what was gathered, beside the builds that are read already.
func (l *loader) read(gathered *inventory.Inventory) *inventory.Inventory {
	l.inv = &inventory.Inventory{}
	l.inv.Add(gathered)
	l.modules()
	for _, f := range l.others {
		if _, read := l.inv.Files[f.name]; read && !f.named {
			continue // as a part of Terraform's, which says what it is attached to
		}
		if inv := read(f.name, f.src, f.named, l.options); inv != nil {
			l.inv.Add(inv)
		}
	}
	return l.inv
}

// loader gathers files: those of Terraform by their directories, and the others in their order. A file that is named twice is
// read once.
type loader struct {
	options     Options
	inv         *inventory.Inventory
	seen        map[string]bool
	terraform   map[string]map[string][]byte
	directories []directory // of Terraform's files, in the order in which they were found
	root        string      // the directory that was named, or that of the file
	others      []file
}

// file is a file that was named, or found in a directory.
type file struct {
	name  string
	src   []byte
	named bool
}

// path reads what the user named.
func (l *loader) path(p string) error {
	info, err := os.Stat(p)
	switch {
	case err != nil:
		return err
	case info.IsDir():
		l.root = filepath.ToSlash(p)
		return l.directory(p)
	}
	l.root = path.Dir(filepath.ToSlash(p))
	return l.file(p, true)
}

// skipped are directories that hold copies of what others wrote.
var skipped = []string{".git", ".terraform", "node_modules", "vendor"}

func (l *loader) directory(dir string) error {
	return filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != dir && slices.Contains(skipped, d.Name()):
			return fs.SkipDir
		case d.IsDir():
			whole, err := l.build(p)
			if err == nil && whole {
				return fs.SkipDir
			}
			return err
		case !d.Type().IsRegular() || !known(p):
			return nil
		}
		return l.file(p, false)
	})
}

// known tells the files of a directory that are looked at by how they end.
func known(p string) bool {
	return slices.Contains([]string{".json", ".yaml", ".yml", ".tf", ".template", ".tfstate"}, strings.ToLower(filepath.Ext(p)))
}

// build reads a directory that a build wrote: what its lock names as a whole, and the rest file by file. It is false for any
// other directory.
func (l *loader) build(dir string) (bool, error) {
	if _, err := os.Lstat(filepath.Join(dir, output.LockName)); err != nil {
		return false, nil
	}
	held, err := output.Inspect(dir)
	if err != nil {
		l.find(filepath.Join(dir, output.LockName), "Lock that cannot be read", "The files beside it are read one by one, for what the directory is cannot be told: %s.", err)
		return false, nil
	}
	var paths []string
	for _, f := range held.Files {
		paths = append(paths, f.Path)
	}
	if !built.IsBuild(paths) {
		return false, nil
	}
	if l.seen[absolute(dir)] {
		return true, nil
	}
	l.seen[absolute(dir)] = true
	for _, p := range paths {
		l.seen[absolute(filepath.Join(dir, filepath.FromSlash(p)))] = true
	}
	l.inv.Add(built.In(filepath.ToSlash(dir), held.Files))
	for _, p := range held.Others {
		p = filepath.Join(dir, filepath.FromSlash(p))
		if info, err := os.Lstat(p); err == nil && info.Mode().IsRegular() && known(p) {
			if err := l.file(p, false); err != nil {
				return true, err
			}
		}
	}
	return true, nil
}

func absolute(p string) string {
	if abs, err := filepath.Abs(p); err == nil {
		return abs
	}
	return p
}

// file reads one file.
func (l *loader) file(p string, named bool) error {
	if l.seen[absolute(p)] {
		return nil
	}
	l.seen[absolute(p)] = true
	info, err := os.Stat(p)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() && info.Mode().Type() != fs.ModeNamedPipe {
		return fmt.Errorf("%s is no file, no directory and no pipe", p)
	}
	src, err := content(p)
	if err != nil {
		return err
	}
	name := filepath.ToSlash(p)
	if !isTerraform(name) {
		l.others = append(l.others, file{name, src, named})
		return nil
	}
	dir := path.Dir(name)
	if l.terraform[dir] == nil {
		l.terraform[dir] = map[string][]byte{}
		l.directories = append(l.directories, directory{dir, l.root})
	}
	l.terraform[dir][name] = src
	return nil
}

// content is what a file holds, or what comes out of a pipe, such as a shell makes of <(aws iam get-role --role-name api).
func content(p string) ([]byte, error) {
	f, err := os.Open(p)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was read only
	src, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(src) > maxFile {
		err = fmt.Errorf("%s is larger than %d MB, and is not read", p, maxFile>>20)
	}
	return src, err
}

func (l *loader) find(file, title, format string, args ...any) {
	l.inv.Findings = append(l.inv.Findings, finding(filepath.ToSlash(file), title, fmt.Sprintf(format, args...)))
}

func finding(file, title, detail string) *hcl.Diagnostic {
	return diag.Error("unknown-input", title, detail, hcl.Range{Filename: file}) // the file as a whole, and none of its lines
}

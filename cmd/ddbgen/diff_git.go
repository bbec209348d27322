package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/ddbgen/ddbgen/internal/inventory"
)

// This file reads a spec as a revision of git has it. Git is given arguments, never a line for a shell.

// revisions reads the spec of the revision, and the one on disk. One that the revision does not have is an empty one: all that the
// spec grants is gained.
func (c diffCommand) revisions() (before, after compared, err error) {
	path := cmp.Or(c.Old, "spec.yaml")
	src, err := os.ReadFile(path)
	if err != nil {
		return before, after, err
	}
	then, there, err := atRevision(c.Git, path)
	if err != nil {
		return before, after, err
	}
	after = c.spec(path, src, "")
	if !there {
		before.inventory = &inventory.Inventory{}
		return before, after, nil
	}
	name := c.Git + ":" + filepath.ToSlash(path)
	before = c.spec(name, then, "")
	return before, after, nil
}

// atRevision is a file as a revision has it; false, if it does not have it.
func atRevision(revision, path string) ([]byte, bool, error) {
	dir, base := filepath.Split(path)
	commit, err := git(dir, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if err != nil {
		return nil, false, fmt.Errorf("git does not know the revision %q here: %w", revision, err)
	}
	object := strings.TrimSpace(string(commit)) + ":./" + filepath.ToSlash(base)
	listed, err := git(dir, "ls-tree", "--name-only", strings.TrimSpace(string(commit)), "--", base)
	if err != nil {
		return nil, false, fmt.Errorf("%s at %s cannot be looked up: %w", path, revision, err)
	}
	if len(listed) == 0 {
		return nil, false, nil
	}
	src, err := git(dir, "cat-file", "blob", object)
	if err != nil {
		return nil, false, fmt.Errorf("%s at %s cannot be read: %w", path, revision, err)
	}
	return src, true, nil
}

// git runs git in a directory.
func git(dir string, arguments ...string) ([]byte, error) {
	command := exec.Command("git", arguments...)
	command.Dir = dir
	var said bytes.Buffer
	command.Stderr = &said
	out, err := command.Output()
	if errors.Is(err, exec.ErrNotFound) {
		return nil, errors.New("git is not installed")
	}
	if text := strings.TrimSpace(said.String()); err != nil && text != "" {
		return nil, errors.New(text)
	}
	return out, err
}

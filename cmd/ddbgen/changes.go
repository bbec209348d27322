package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
)

// shownPaths is how many paths of one kind are printed; the rest is counted.
const shownPaths = 8

// printChanges says in a few lines what a build wrote, or would write.
func printChanges(w io.Writer, verb, dir string, done compiled, c *output.Changes) error {
	if !c.Drift() {
		_, err := fmt.Fprintf(w, "%s: %s. %s is up to date (%s).\n%s\n",
			done.model.Name, summary(done.model), dir, counted(len(c.Unchanged), "file"), proven(done))
		return err
	}
	lines := fmt.Sprintf("%s: %s.\n", done.model.Name, summary(done.model))
	lines += fmt.Sprintf("%s %s: %d created, %d updated, %d removed, %d unchanged.\n", verb, dir, len(c.Created), len(c.Updated), len(c.Removed), len(c.Unchanged))
	lines += listed("updated", c.Updated) + listed("removed", c.Removed)
	for _, conflict := range c.Conflicts {
		lines += fmt.Sprintf("  in the way: %s: %s\n", conflict.Path, conflict.Reason)
	}
	if roots := bootstraps(done.model, c); len(roots) > 0 {
		lines += fmt.Sprintf("For an administrator to apply: %s. The README says in which order.\n", strings.Join(roots, ", "))
	}
	_, err := io.WriteString(w, lines+proven(done)+"\n")
	return err
}

// bootstraps are the roots among the changes that an administrator applies. All of them share a module.
func bootstraps(m *model.Model, c *output.Changes) []string {
	changed := slices.Concat(c.Created, c.Updated, c.Removed)
	under := func(dir string) bool {
		return slices.ContainsFunc(changed, func(path string) bool { return strings.HasPrefix(path, dir+"/") })
	}
	var roots []string
	for _, e := range m.Environments {
		if dir := artifact.BootstrapRootDir(e); m.Bootstraps() && (under(dir) || under(artifact.ModulesDir+"/"+artifact.BootstrapDir)) {
			roots = append(roots, dir)
		}
	}
	return roots
}

// proven says what was proven, and how long it took.
func proven(done compiled) string {
	return fmt.Sprintf("Proven in %s, over %s: they grant what the spec says, and nothing more.", done.took.Round(time.Millisecond), done.proof)
}

// reportDrift lists every file on disk that is not what the spec says, and finds the input wanting if there is one.
func reportDrift(w io.Writer, dir string, c *output.Changes) error {
	if !c.Drift() && len(c.Conflicts) == 0 {
		_, err := fmt.Fprintf(w, "%s is what the spec says (%s).\n", dir, counted(len(c.Unchanged), "file"))
		return err
	}
	lines := fmt.Sprintf("%s is not what the spec says. Run ddbgen build, and commit what it writes.\n", dir)
	for _, kind := range driftKinds(c) {
		for _, p := range kind.paths {
			lines += fmt.Sprintf("  %s: %s\n", kind.what, filepath.Join(dir, p))
		}
	}
	for _, conflict := range c.Conflicts {
		lines += fmt.Sprintf("  %s: %s\n", filepath.Join(dir, conflict.Path), conflict.Reason)
	}
	if _, err := io.WriteString(w, lines); err != nil {
		return err
	}
	return errWanting
}

// drift is files that differ from the spec in one way.
type drift struct {
	what  string
	paths []string
}

func driftKinds(c *output.Changes) []drift {
	return []drift{{"missing", c.Created}, {"different", c.Updated}, {"not generated any more", c.Removed}}
}

func listed(what string, paths []string) string {
	var out string
	for i, p := range paths {
		if i == shownPaths {
			return out + fmt.Sprintf("  … and %d more %s\n", len(paths)-i, what)
		}
		out += fmt.Sprintf("  %s %s\n", what, p)
	}
	return out
}

// summary counts what a model holds.
func summary(m *model.Model) string {
	return fmt.Sprintf("%s, %s, %s", counted(len(m.Environments), "environment"), counted(len(m.Tables), "table"), counted(len(m.AllRoles()), "role"))
}

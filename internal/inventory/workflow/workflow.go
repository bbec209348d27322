// Package workflow reads the workflow files of CI: those of GitHub Actions and of GitLab. What stands in them is for the audit to
// read; here they are recognised, by where they lie or by what they hold.
package workflow

import (
	"path"
	"strings"

	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// Read reads a file. It is false for one that is no workflow.
func Read(file string, src []byte) (*inventory.Inventory, bool) {
	byPath := placed(file)
	if !byPath && !strings.Contains(string(src), "jobs") {
		return nil, false
	}
	values, broken := tree.ParseYAML(file, src)
	if byPath && len(broken) > 0 {
		return &inventory.Inventory{Files: map[string][]byte{file: src}, Findings: broken}, true
	}
	if len(broken) > 0 || len(values) == 0 {
		return nil, false
	}
	if !byPath && !shaped(values[0]) {
		return nil, false
	}
	inv := &inventory.Inventory{Files: map[string][]byte{file: src}}
	for _, v := range values { // GitLab puts the inputs of a file before it, as a document of their own
		if v.Kind == tree.Object {
			inv.Workflows = append(inv.Workflows, &inventory.Workflow{File: file, Root: v})
		}
	}
	return inv, true
}

// placed knows a workflow by its path (GitHub documentation, "Workflow syntax for GitHub Actions"; GitLab documentation, "CI/CD
// YAML syntax reference").
func placed(file string) bool {
	file = "/" + strings.ReplaceAll(file, `\`, "/")
	base := path.Base(file)
	switch path.Ext(base) {
	case ".yml", ".yaml":
		return strings.HasSuffix(path.Dir(file), "/.github/workflows") || base == ".gitlab-ci.yml" || base == ".gitlab-ci.yaml"
	}
	return false
}

// shaped knows a workflow of GitHub by its two parts. Where YAML 1.1 wrote it, on is true.
func shaped(root *tree.Node) bool {
	jobs := root.Get("jobs")
	if jobs == nil || jobs.Kind != tree.Object || root.Get("on") == nil && root.Get("true") == nil {
		return false
	}
	for _, job := range jobs.Members {
		if job.Value.Get("steps") != nil || job.Value.Get("uses") != nil || job.Value.Get("runs-on") != nil {
			return true
		}
	}
	return false
}

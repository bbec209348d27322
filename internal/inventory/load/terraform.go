package load

import (
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/inventory/tfhcl"
)

// isTerraform tells the files that Terraform reads as one with the others of their directory.
func isTerraform(name string) bool {
	return strings.HasSuffix(name, ".tf") || strings.HasSuffix(name, ".tf.json")
}

// directory is one that has files of Terraform, and the one that was named, below which it was found.
type directory struct{ path, root string }

// modules reads the Terraform files, those of a directory together, and of what was named all directories together: one that
// another calls as a module is read with that, which knows what its variables are.
func (l *loader) modules() {
	below := map[string][]string{}
	var roots []string
	for _, d := range l.directories {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(l.terraform[d.path])), isNative) {
			for _, name := range slices.Sorted(maps.Keys(l.terraform[d.path])) {
				l.find(name, "Terraform in JSON", "What this file declares is not read. Give a plan, as terraform show -json prints it.")
			}
			continue
		}
		maps.Copy(l.terraform[d.path], automatic(d.path))
		if below[d.root] == nil {
			roots = append(roots, d.root)
		}
		below[d.root] = append(below[d.root], d.path)
	}
	for _, root := range roots {
		l.inv.Add(tfhcl.All(root, below[root], l.terraform, tfhcl.Options{Account: l.options.Account, Region: l.options.Region, Parameters: l.options.Parameters}))
	}
}

func isNative(name string) bool { return strings.HasSuffix(name, ".tf") }

// automatic are the files of values that Terraform loads by itself.
func automatic(dir string) map[string][]byte {
	entries, err := os.ReadDir(filepath.FromSlash(dir))
	if err != nil {
		return nil
	}
	out := map[string][]byte{}
	for _, e := range entries {
		if !e.Type().IsRegular() || !strings.HasSuffix(e.Name(), ".auto.tfvars") {
			continue
		}
		name := path.Join(dir, e.Name())
		if src, err := os.ReadFile(filepath.FromSlash(name)); err == nil {
			out[name] = src
		}
	}
	return out
}

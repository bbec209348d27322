package prove_test

import (
	"os"
	"testing"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/prove"
	"github.com/ddbgen/ddbgen/spec"
)

func TestSpecsAreProven(t *testing.T) {
	for _, path := range specs(t) {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		m, ds := spec.Load(path, src)
		if ds.HasErrors() {
			t.Fatal(ds)
		}
		tree, ds := generate.All(m)
		if ds.HasErrors() {
			t.Fatal(ds)
		}
		result := prove.Run(m, tree.Files)
		for _, f := range result.Findings {
			t.Errorf("%s: %s: %s", path, f.Summary, f.Detail)
		}
		t.Logf("%s: %d roles, %d documents, %d statements", path, result.Roles, result.Documents, result.Statements)
	}
}

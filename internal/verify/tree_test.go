package verify_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/internal/verify"
)

func TestTree(t *testing.T) {
	m, tree := built(t)
	out := verify.Tree(m, "generated", &output.Held{
		Files:  tree.Files,
		Edited: []string{"README.md"},
		Others: []string{
			"environments/production/backend.tf",
			"environments/production/bootstrap/own.tf",
			"environments/production/bootstrap/override.tf",
			"environments/production/bootstrap/policies/role.more.json",
			"environments/production/main.tofu",
			"environments/production/notes.txt",
			"environments/production/own.tf.json",
			"environments/production/own.tofu",
			"environments/production/override.tf.json",
			"environments/production/policies/role.more.json",
			"environments/production/own/main.tf",
			"modules/own/main.tf",
			"modules/roles/more.tf",
			"modules/roles/README.md",
		},
	})
	var got []string
	for _, d := range out.Findings {
		got = append(got, fmt.Sprintf("%s %s", diag.IDOf(d), d.Subject.Filename))
	}
	want := []string{
		"edited-file generated/README.md",
		"override-file generated/environments/production/bootstrap/override.tf",
		"stray-file generated/environments/production/bootstrap/policies/role.more.json",
		"override-file generated/environments/production/main.tofu",
		"override-file generated/environments/production/override.tf.json",
		"stray-file generated/environments/production/policies/role.more.json",
		"stray-file generated/modules/roles/more.tf",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	outside := []string{"environments/production/backend.tf", "environments/production/bootstrap/own.tf", "environments/production/own.tf.json", "environments/production/own.tofu"}
	if diff := cmp.Diff(outside, out.Outside); diff != "" {
		t.Errorf("outside (-want +got):\n%s", diff)
	}
	if out.Roles != 5 || out.Documents != 16 {
		t.Errorf("%d roles and %d documents are proven", out.Roles, out.Documents)
	}
}

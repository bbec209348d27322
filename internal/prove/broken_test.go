package prove_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/prove"
)

// TestBroken puts policies that are known to be broken in the place of generated ones. Each archive of testdata/broken says
// what is wrong, and holds the policy at the path of the one it replaces, the finding that it must draw, and a request that
// shows the harm: the evaluator must answer it otherwise than under the generated policy.
func TestBroken(t *testing.T) {
	files := build(t, "testdata/broken/spec.yaml")
	archives, err := filepath.Glob("testdata/broken/*.txtar")
	if err != nil || len(archives) < 32 {
		t.Fatal(len(archives), err)
	}
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil || len(archive.Files) != 3 || len(archive.Comment) == 0 {
				t.Fatal("an archive is a comment, a policy, a finding and a request", err)
			}
			i := slices.IndexFunc(files, func(f prove.File) bool { return f.Path == archive.Files[0].Name })
			if i < 0 {
				t.Fatalf("no policy lies at %s", archive.Files[0].Name)
			}
			requireFinding(t, files[i], archive.Files[0].Data, strings.TrimSpace(string(archive.Files[1].Data)))
			requireHarm(t, files[i], archive.Files[0].Data, archive.Files[2].Data)
		})
	}
}

// requireFinding proves a broken policy. The finding wanted is its id, a colon, and a part of the request.
func requireFinding(t *testing.T, f prove.File, broken []byte, want string) {
	t.Helper()
	id, part, _ := strings.Cut(want, ": ")
	found := f.Prove(broken)
	for _, d := range found {
		if strings.Contains(d.Detail, "does not confirm") {
			t.Errorf("the evaluator does not confirm: %s", d.Detail)
		}
		if diag.IDOf(d) == diag.ID(id) && strings.Contains(d.Detail, part) {
			return
		}
	}
	t.Errorf("no finding %q, but %v", want, found)
}

// requireHarm asks the evaluator for a request under the broken policy and under the generated one.
func requireHarm(t *testing.T, f prove.File, broken, request []byte) {
	t.Helper()
	var asked struct {
		Principal, Action, Resource string
		Context                     map[string][]string
	}
	if err := json.Unmarshal(request, &asked); err != nil {
		t.Fatal(err)
	}
	r := evaluate.Request{
		Principal: evaluate.MustPrincipal(asked.Principal), Action: asked.Action, Resource: asked.Resource,
		ResourceAccount: strings.Split(asked.Principal, ":")[4], Context: evaluate.ContextOf(asked.Context),
	}
	is := evaluate.Decide(r, f.Policies(parsed(t, broken))).Outcome
	should := evaluate.Decide(r, f.Policies(parsed(t, f.Bytes))).Outcome
	if is == should {
		t.Errorf("the evaluator answers %s to the request, and so it does under the generated policy", is)
	}
}

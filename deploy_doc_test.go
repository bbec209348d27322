package ddbgen_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// TestDeployPage holds docs/deploy.md to what is generated: every statement of a role that deploys or plans is explained
// there, and every statement that is named there is generated. An ellipsis in a name stands for a part of it.
func TestDeployPage(t *testing.T) {
	page, err := os.ReadFile("docs/deploy.md")
	if err != nil {
		t.Fatal(err)
	}
	var explained []*regexp.Regexp
	for _, name := range regexp.MustCompile("`([A-Z][A-Za-z0-9…]+)`").FindAllStringSubmatch(string(page), -1) {
		if strings.ContainsAny(name[1], "…") || !isAction(name[1]) {
			explained = append(explained, regexp.MustCompile("^"+strings.ReplaceAll(name[1], "…", ".*")+"$"))
		}
	}
	generated, elsewhere := deployStatements(t)
	for _, sid := range generated {
		if !slices.ContainsFunc(explained, func(name *regexp.Regexp) bool { return name.MatchString(sid) }) {
			t.Errorf("nothing explains the statement %s", sid)
		}
	}
	for _, name := range explained {
		if !slices.ContainsFunc(slices.Concat(generated, elsewhere), name.MatchString) {
			t.Errorf("no statement is called %s", name)
		}
	}
}

// isAction reports whether a name on the page is that of an action of AWS, or a word of the spec and of AWS.
func isAction(name string) bool {
	if slices.Contains([]string{"AdministratorAccess", "ENVIRONMENT", "PREFIX"}, name) {
		return true
	}
	return slices.ContainsFunc(catalog.Load().Services(), func(s catalog.Service) bool {
		_, known := catalog.Load().Action(s.Name + ":" + name)
		return known
	})
}

// deployStatements are the statements of the roles that deploy and plan, and those of the boundary and of the policies of
// tables and keys, of two specs that have between them everything that such roles can have a statement for.
func deployStatements(t *testing.T) (own, ofResources []string) {
	t.Helper()
	for _, path := range []string{"internal/explain/testdata/deploy.yaml", "examples/payments/spec.yaml"} {
		for _, p := range build(t, path, read(t, path)).Policies {
			document, err := policy.Parse(p.Bytes)
			if err != nil {
				t.Fatal(err)
			}
			for _, st := range document.Statement {
				switch {
				case p.Kind == artifact.Identity && p.Bootstraps():
					own = append(own, st.Sid)
				case p.Kind == artifact.Key || p.Kind == artifact.Table || p.Kind == artifact.Boundary:
					ofResources = append(ofResources, st.Sid)
				}
			}
		}
	}
	if len(own) == 0 || len(ofResources) == 0 {
		t.Fatal("no statements: are these policies another kind now?")
	}
	return own, ofResources
}

// TestDeployPageCommands runs the page's commands of ddbgen for the payments example, and holds its commands of Terraform to
// what is generated for it: the root, the address of the table in it, and the table's name.
func TestDeployPageCommands(t *testing.T) {
	const example = "examples/payments/spec.yaml"
	work := t.TempDir()
	program := filepath.Join(work, "ddbgen")
	run(t, ".", "go", "build", "-o", program, "./cmd/ddbgen")
	run(t, ".", "cp", example, work)
	files := byPath(build(t, example, read(t, example)).Files)
	address := regexp.MustCompile(`^terraform -chdir=(\S+) (?:untaint|import) module\.(\w+)\.(\w+)\.(\w+)(?: (\w+))?$`)
	ran, known := 0, 0
	for _, b := range blocks(t, "docs/deploy.md") {
		for line := range strings.Lines(b.text) {
			command := strings.TrimSpace(line)
			if rest, ours := strings.CutPrefix(command, "ddbgen "); ours {
				run(t, work, "sh", "-c", `"$0" `+rest, program)
				ran++
				continue
			}
			at := address.FindStringSubmatch(command)
			if at == nil {
				t.Errorf("docs/deploy.md:%d: no test knows %q", b.line, command)
				continue
			}
			table := files["modules/"+at[2]+"/table_"+at[4]+".tf"]
			if !strings.Contains(files[at[1]+"/main.tf"], "module \""+at[2]+"\" {") || !strings.Contains(table, "resource \""+at[3]+"\" \""+at[4]+"\" {") ||
				!strings.Contains(table, at[5]) {
				t.Errorf("docs/deploy.md:%d: nothing generated is at the address in %q", b.line, command)
			}
			known++
		}
	}
	if ran == 0 || known == 0 {
		t.Errorf("the page shows %d commands of ddbgen and %d of Terraform: are they written otherwise now?", ran, known)
	}
}

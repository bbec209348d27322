package report

import (
	"path"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/words"
)

// files are the files that are no policies.
func files(m *model.Model) []fileRow {
	rows := []fileRow{
		{code("ddbgen.lock"), "digests of the spec and of every generated file"},
		{code(".gitattributes"), "keeps git from changing line ends, which would look like an edit"},
		{code("modules/"), "the Terraform modules, shared by all environments"},
	}
	for _, e := range m.Environments {
		rows = append(rows, fileRow{
			code(artifact.EnvironmentDir(e) + "/"),
			"the Terraform root of " + text(e.Name) + ": " + code("main.tf") + " says which policy goes where, " + code("policies/") + " holds the policies",
		})
		if m.Bootstraps() {
			rows = append(rows, fileRow{code(artifact.BootstrapRootDir(e) + "/"), "the root that an administrator applies in " + text(e.Name) + ", with policies of its own"})
		}
	}
	return rows
}

// policyFiles are the policies of an environment. The environments have the same ones, of roles made for each tenant there
// are many, and what a role may do and who may become it belong together; so a role has one row.
func policyFiles(policies []artifact.Policy) []fileRow {
	var rows []fileRow
	at := map[string]int{}
	known := map[string]bool{}
	for _, p := range policies {
		if p.Tenant != "" {
			p.Tenant = "TENANT"
		}
		file, what := path.Base(p.PathInRoot()), policyInWords(p)
		if known[file] {
			continue
		}
		known[file] = true
		i, same := at[what]
		if !same {
			i = len(rows)
			at[what] = i
			rows = append(rows, fileRow{What: what})
		}
		rows[i].Path += words.When(same, ", ") + cellCode(file)
	}
	return rows
}

func policyInWords(p artifact.Policy) string {
	switch p.Kind {
	case artifact.Identity, artifact.Trust:
		return "role " + cellCode(p.Role.Name) + words.When(p.Tenant != "", " of each tenant") + ": " +
			words.When(p.Role.Existing, "what it may do") + words.When(!p.Role.Existing, "what it may do, and who may become it")
	case artifact.Boundary:
		return "the most that a role made here can hold"
	case artifact.Table:
		return "what table " + cellCode(p.Table.Name) + " and its indexes refuse"
	case artifact.Key:
		return "who may administer key " + cellCode(p.Key.Name) + ", and who may use it for what"
	case artifact.Endpoint:
		return "who passes endpoint " + cellCode(p.Endpoint.Name) + ", and to what"
	}
	panic("report: unknown kind " + string(p.Kind))
}

package prove_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/internal/prove"
	"github.com/ddbgen/ddbgen/spec"
)

const lawful = `
version: 1
name: laws
environments: {production: {account: "444455556666", region: eu-central-1}}
tenancy: {id_pattern: "[a-z]{1,9}", identity: {session_tag: tenant}}
tables:
  notes: {name: Notes, partition_key: PK, tenant_keys: ["N#{tenant}"]}
roles:
  reader:
    kind: runtime
    assumed_by: {roles: ["arn:aws:iam::444455556666:role/broker"]}
    access: [{table: notes, operations: [GetItem]}]
  job:
    kind: runtime
    assumed_by: {github: {repository: acme/jobs, branch: main}}
    access: [{table: notes, operations: [GetItem], partition_keys: [CONFIG]}]
`

// TestLaws edits documents and demands the finding of the law that they then break, beside whatever else is found.
func TestLaws(t *testing.T) {
	m, ds := spec.Load("spec.yaml", []byte(lawful))
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	tree, ds := generate.All(m)
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	const reader, readerTrust, jobTrust = "role.reader.json", "trust.reader.json", "trust.job.json"
	for _, test := range []struct{ name, file, old, new, want string }{
		{"a whole service", reader, `"dynamodb:GetItem"`, `"dynamodb:*"`, "a whole service at once"},
		{"an action that does not exist", reader, `"dynamodb:GetItem"`, `"dynamodb:GetItems"`, "an action that no service has"},
		{"any resource", reader, `"arn:aws:dynamodb:eu-central-1:444455556666:table/Notes"`, `"*"`, "an action on any resource at all"},
		{"the control plane", reader, `"dynamodb:GetItem"`, `"dynamodb:UpdateTable"`, "changes or reads more than items"},
		{"a stream", reader, `"dynamodb:GetItem"`, `"dynamodb:GetRecords"`, "changes or reads more than items"},
		{"no guard", reader, `"dynamodb:LeadingKeys": "false"`, `"dynamodb:Attributes": "false"`, "rows of another tenant"},
		{"another operator", reader, `ForAllValues:StringEquals`, `ForAnyValue:StringEquals`, "rows of another tenant"},
		{"a key beside the template", reader, `N#${aws:PrincipalTag/tenant}`, `N#*${aws:PrincipalTag/tenant}`, "rows of another tenant"},
		{"a literal tenant", reader, `N#${aws:PrincipalTag/tenant}`, `N#acme`, "rows of another tenant"},
		{"an empty tag", reader, `"?*"`, `"*"`, "rows of another tenant"},
		{"another role", reader, `"dynamodb:GetItem"`, `"sts:AssumeRole"`, "a tenant's session to become another"},
		{"no tag", readerTrust, `"aws:RequestTag/tenant": "?*"`, `"aws:RequestTag/tenant": "*"`, "a session without its tenant"},
		{"more tags", readerTrust, `"aws:TagKeys": "tenant"`, `"aws:TagKeys": ["tenant", "admin"]`, "a session without its tenant"},
		{"any audience", jobTrust, `"token.actions.githubusercontent.com:aud": "sts.amazonaws.com",`, "", "a token for whatever audience"},
		{"any subject", jobTrust, `StringEquals`, `StringNotEquals`, "a token for whatever audience"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var laws []string
			for _, d := range prove.Run(m, edited(t, tree.Files, test.file, test.old, test.new)).Findings {
				if diag.IDOf(d) == "law" {
					laws = append(laws, d.Detail)
				}
			}
			if all := strings.Join(laws, "\n"); !strings.Contains(all, test.want) {
				t.Errorf("found %q, want %q", all, test.want)
			}
		})
	}
	for _, d := range prove.Run(m, tree.Files).Findings {
		t.Errorf("as generated: %s", d.Detail)
	}
}

// edited is a tree in which one file has another text in one place.
func edited(t *testing.T, files []output.File, name, old, text string) []output.File {
	t.Helper()
	files = slices.Clone(files)
	i := slices.IndexFunc(files, func(f output.File) bool { return strings.HasSuffix(f.Path, "/"+name) })
	if i < 0 || !bytes.Contains(files[i].Bytes, []byte(old)) {
		t.Fatalf("%s does not hold %s", name, old)
	}
	files[i].Bytes = bytes.Replace(files[i].Bytes, []byte(old), []byte(text), 1)
	return files
}

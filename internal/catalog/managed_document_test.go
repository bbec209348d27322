package catalog

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/policy"
)

// What may be attached has a document, what is refused has none: nothing is
// let through for a policy that no role may have.
func TestManagedPolicyDocument(t *testing.T) {
	for _, p := range managedPolicies() {
		if _, ok := ManagedPolicyDocument(p.name); ok != (p.refused == "") {
			t.Errorf("%s: refused because %q, has a document: %v", p.name, p.refused, ok)
		}
	}
	for _, name := range []string{"", "awslambdabasicexecutionrole", "AmazonS3FullAccess"} {
		if document, ok := ManagedPolicyDocument(name); ok {
			t.Errorf("ManagedPolicyDocument(%q) = %s", name, document)
		}
	}
}

// A document is one that the strict parser reads, and grants what managed.go
// says of it: nothing of DynamoDB, and of IAM to look only.
func TestManagedPolicyDocumentsAreSound(t *testing.T) {
	version, day := regexp.MustCompile(`^v[1-9][0-9]*$`), regexp.MustCompile(`^20\d\d-\d\d-\d\d$`)
	file := managedDocuments()
	if file.Source == "" || !day.MatchString(file.Retrieved) {
		t.Errorf("provenance is incomplete: %q, %q", file.Source, file.Retrieved)
	}
	var names []string
	for _, p := range file.Policies {
		names = append(names, p.Name)
		if !version.MatchString(p.Version) || !day.MatchString(p.Updated) {
			t.Errorf("%s: version %q of %q", p.Name, p.Version, p.Updated)
		}
		document, err := policy.Parse(p.Document)
		if err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
		for _, s := range document.Statement {
			if s.Effect != policy.Allow || len(s.Action) == 0 || len(s.Resource) == 0 {
				t.Errorf("%s: not a plain Allow: %+v", p.Name, s)
			}
			for _, action := range s.Action {
				service, name, _ := strings.Cut(action, ":")
				if service == "dynamodb" || service == "sts" || name == "" || service == "iam" && !strings.HasPrefix(name, "Get") && !strings.HasPrefix(name, "List") {
					t.Errorf("%s grants %s", p.Name, action)
				}
			}
		}
	}
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("not sorted, or not unique: %v", names)
	}
}

func TestManagedPolicyDocumentIsACopy(t *testing.T) {
	document, _ := ManagedPolicyDocument("AWSLambdaBasicExecutionRole")
	clear(document)
	if again, _ := ManagedPolicyDocument("AWSLambdaBasicExecutionRole"); slices.Equal(again, document) {
		t.Error("the catalog was changed from outside")
	}
}

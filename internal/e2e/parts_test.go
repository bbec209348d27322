package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The tests here need neither Terraform nor moto.

func TestMissingToolsAreNamed(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv(MirrorVariable, "")
	missing := strings.Join([]string{terraformMissing(), mirrorMissing(), motoMissing()}, "\n")
	for _, name := range []string{"terraform is not on PATH", MirrorVariable + " is not set", "python3 cannot import moto"} {
		if !strings.Contains(missing, name) {
			t.Errorf("missing %q in:\n%s", name, missing)
		}
	}
	t.Setenv(MirrorVariable, t.TempDir())
	if got := mirrorMissing(); !strings.Contains(got, "holds no registry.terraform.io/hashicorp/aws") {
		t.Errorf("an empty mirror: %q", got)
	}
}

func TestOperationOfARequest(t *testing.T) {
	tests := []struct{ authorization, target, body, want string }{
		{
			"AWS4-HMAC-SHA256 Credential=test/20300101/ap-northeast-1/kms/aws4_request, SignedHeaders=host",
			"TrentService.EnableKeyRotation", "{}", "kms.EnableKeyRotation",
		},
		{
			"AWS4-HMAC-SHA256 Credential=test/20300101/ap-northeast-1/cloudtrail/aws4_request",
			"com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.StartLogging", "{}", "cloudtrail.StartLogging",
		},
		{
			"AWS4-HMAC-SHA256 Credential=test/20300101/us-east-1/iam/aws4_request",
			"", "Action=CreateRole&Version=2010-05-08", "iam.CreateRole",
		},
		{"", "", "", "."},
	}
	for _, test := range tests {
		if got := serviceOf(test.authorization) + "." + nameOf(test.target, []byte(test.body)); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

func TestAliasesSpeakTheSpecsIDs(t *testing.T) {
	ids := &aliases{}
	const text = "vpc-wanted subnet-wanted"
	if got := string(ids.toMoto([]byte(text))); got != text {
		t.Errorf("without aliases: %q", got)
	}
	ids.add("vpc-wanted", "vpc-made")
	ids.add("subnet-wanted", "subnet-made")
	inside := string(ids.toMoto([]byte(text)))
	if want := "vpc-made subnet-made"; inside != want {
		t.Errorf("to moto: %q, want %q", inside, want)
	}
	if got := string(ids.fromMoto([]byte(inside))); got != text {
		t.Errorf("and back: %q, want %q", got, text)
	}
}

func TestProtectionIsFoundWhereverItIsWritten(t *testing.T) {
	tests := []struct{ before, after string }{
		{"  deletion_protection_enabled = true\n", "  deletion_protection_enabled = false\n"},
		{"    deletion_protection         = true # kept\n", "    deletion_protection         = false # kept\n"},
		{"      \"deletion_protection\": true,\n", "      \"deletion_protection\": false,\n"},
		{"    prevent_destroy = true\n", "    prevent_destroy = false\n"},
		{"  deletion_protection = var.protect\n", "  deletion_protection = var.protect\n"},
		{"  enabled = true\n", "  enabled = true\n"},
		{"# deletion_protection = true\n", "# deletion_protection = true\n"},
	}
	for _, test := range tests {
		if got := protection.ReplaceAllString(test.before, "${1}false"); got != test.after {
			t.Errorf("%q became %q, want %q", test.before, got, test.after)
		}
	}
}

func TestCopyLeavesOutWhatARunLeftBehind(t *testing.T) {
	source, destination := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	for _, name := range []string{
		"main.tf", "terraform.tfstate", "terraform.tfstate.backup",
		"modules/roles/roles.tf", "environments/production/.terraform/providers/aws",
	} {
		path := filepath.Join(source, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := copyTree(destination, source); err != nil {
		t.Fatal(err)
	}
	var copied []string
	err := filepath.WalkDir(destination, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			copied = append(copied, strings.TrimPrefix(path, destination+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"main.tf", "modules/roles/roles.tf"}, copied); diff != "" {
		t.Errorf("copied (-want +got):\n%s", diff)
	}
}

func TestDiffJSON(t *testing.T) {
	tests := []struct {
		name, want, got string
		same            bool
	}{
		{"order of members and layout", `{"a": 1, "b": [1, 2]}`, `{"b":[1,2],"a":1}`, true},
		{"order in arrays", `[1, 2]`, `[2, 1]`, false},
		{"a missing member", `{"a": 1}`, `{}`, false},
		{"nothing read back", `{"a": 1}`, ``, false},
		{"a bad file", `{`, `{}`, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := DiffJSON([]byte(test.want), []byte(test.got)); (diff == "") != test.same {
				t.Errorf("diff %q, want same %v", diff, test.same)
			}
		})
	}
}

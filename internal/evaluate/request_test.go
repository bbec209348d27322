package evaluate

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestContextFirstOfTwo: of two keys that differ in case the first counts.
func TestContextFirstOfTwo(t *testing.T) {
	request := Request{Context: Context{{"aws:ResourceTag/a", []string{"1"}}, {"aws:ResourceTag/A", []string{"2"}}}}
	if k := request.lookup("AWS:resourcetag/A"); k.len() != 1 || k.at(0) != "1" {
		t.Errorf("got %+v", k)
	}
}

// TestDerivedKeys: the global keys that follow from the principal and the
// resource.
func TestDerivedKeys(t *testing.T) {
	const table = "arn:aws:dynamodb:r:111122223333:table/T"
	type keys struct{ Arn, Account, Type, IsAWSService, ServiceName string }
	tests := []struct {
		principal string
		want      keys
	}{
		{"", keys{Type: "Anonymous"}},
		{"arn:aws:iam::999999999999:root", keys{"arn:aws:iam::999999999999:root", "999999999999", "Account", "false", ""}},
		{"arn:aws:iam::999999999999:user/u", keys{"arn:aws:iam::999999999999:user/u", "999999999999", "User", "false", ""}},
		{"arn:aws:iam::999999999999:role/p/r", keys{"arn:aws:iam::999999999999:role/p/r", "999999999999", "AssumedRole", "false", ""}},
		{"arn:aws:sts::999999999999:assumed-role/r/s", keys{"arn:aws:iam::999999999999:role/r", "999999999999", "AssumedRole", "false", ""}},
		{"arn:aws:sts::999999999999:federated-user/u", keys{"arn:aws:sts::999999999999:federated-user/u", "999999999999", "FederatedUser", "false", ""}},
		{"backup.amazonaws.com", keys{IsAWSService: "true", ServiceName: "backup.amazonaws.com"}},
		{"accounts.google.com", keys{IsAWSService: "false"}},
	}
	for _, tt := range tests {
		r := Request{Principal: MustPrincipal(tt.principal), Resource: table}
		text := func(name string) string {
			k := r.lookup("AWS:" + name)
			if k.present != (k.len() == 1) {
				t.Errorf("%q: %s: present is %v of %d values", tt.principal, name, k.present, k.len())
			}
			return k.one
		}
		got := keys{text("principalarn"), text("principalaccount"), text("principaltype"), text("principalisawsservice"), text("principalservicename")}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.principal, diff)
		}
		if got := text("ResourceAccount"); got != "111122223333" {
			t.Errorf("aws:ResourceAccount is %q", got)
		}
	}
}

func TestResourceAccount(t *testing.T) {
	tests := []struct{ resource, given, want string }{
		{"arn:aws:dynamodb:r:111122223333:table/T", "", "111122223333"},
		{"arn:aws:dynamodb:r:111122223333:table/T", "222233334444", "222233334444"},
		{"arn:aws:s3:::bucket/key", "", "999999999999"},
		{"arn:aws:s3", "", "999999999999"},
		{"arn:aws:kms:r:*:key/k", "", "999999999999"},
		{"*", "", "999999999999"},
		{"", "222233334444", "222233334444"},
	}
	for _, tt := range tests {
		r := Request{Principal: MustPrincipal("arn:aws:iam::999999999999:user/u"), Resource: tt.resource, ResourceAccount: tt.given}
		if got := r.resourceAccount(); got != tt.want {
			t.Errorf("%s, given %q: got %q, want %q", tt.resource, tt.given, got, tt.want)
		}
	}
}

func TestIsMultivalued(t *testing.T) {
	for _, name := range []string{
		"dynamodb:LeadingKeys", "DynamoDB:leadingkeys", "dynamodb:Attributes", "dynamodb:FourthPartitionKeyValues",
		"aws:TagKeys", "aws:CalledVia", "aws:PrincipalOrgPaths", "kms:EncryptionContextKeys", "kms:GrantOperations",
		"sts:TransitiveTagKeys", "cognito-identity.amazonaws.com:amr", "idp.example.com/x:amr",
	} {
		if !isMultivalued(name) {
			t.Errorf("%s is taken for single-valued", name)
		}
	}
	for _, name := range []string{
		"dynamodb:Select", "dynamodb:EnclosingOperation", "aws:PrincipalTag/TagKeys", "aws:CalledViaFirst", "aws:PrincipalArn",
		"kms:ViaService", "kms:EncryptionContext:aws:dynamodb:tableName", "sts:ExternalId", "LeadingKeys", "",
	} {
		if isMultivalued(name) {
			t.Errorf("%s is taken for multivalued", name)
		}
	}
}

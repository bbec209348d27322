package evaluate

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParsePrincipal(t *testing.T) {
	tests := []struct {
		text string
		want Principal
		arn  string // aws:PrincipalArn
	}{
		{"", Principal{}, ""},
		{"arn:aws:iam::111122223333:root", Principal{Account: "111122223333", kind: root}, "arn:aws:iam::111122223333:root"},
		{"arn:aws:iam::111122223333:user/a/b", Principal{Account: "111122223333", kind: user}, "arn:aws:iam::111122223333:user/a/b"},
		{"arn:aws-cn:iam::111122223333:role/a/b", Principal{Account: "111122223333", Role: "b", kind: role}, "arn:aws-cn:iam::111122223333:role/a/b"},
		{"arn:aws-us-gov:sts::111122223333:assumed-role/b/s", Principal{Account: "111122223333", Role: "b", kind: session}, "arn:aws-us-gov:iam::111122223333:role/b"},
		{"arn:aws:sts::111122223333:federated-user/u", Principal{Account: "111122223333", kind: federatedUser}, "arn:aws:sts::111122223333:federated-user/u"},
		{"arn:aws:iam::111122223333:oidc-provider/gitlab.com", Principal{Account: "111122223333", kind: provider}, ""},
		{"arn:aws:iam::111122223333:saml-provider/okta", Principal{Account: "111122223333", kind: provider}, ""},
		{"accounts.google.com", Principal{kind: provider}, ""},
		{"lambda.amazonaws.com", Principal{kind: service}, ""},
	}
	for _, tt := range tests {
		tt.want.Name, tt.want.iamARN = tt.text, tt.arn
		got, err := ParsePrincipal(tt.text)
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
		}
		if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(Principal{})); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.text, diff)
		}
	}
}

func TestParsePrincipalRefuses(t *testing.T) {
	for _, text := range []string{
		"*", "111122223333", "lambda", "lambda.amazonaws.com/x", "a b.c",
		"arn:aws:iam::111122223333", "arn:aws:iam::1:root", "arn:aws:iam::111122223333:role/*",
		"arn:aws:iam::111122223333:role/", "arn:aws:iam::111122223333:group/g", "arn:aws:iam::111122223333:rooted",
		"arn:aws:sts::111122223333:assumed-role/b", "arn:aws:s3:::bucket/key", "arn:aws:dynamodb:r:111122223333:table/T",
	} {
		if p, err := ParsePrincipal(text); err == nil {
			t.Errorf("%q is taken as %+v", text, p)
		}
	}
}

func TestMustPrincipal(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	MustPrincipal("nobody")
}

package evaluate

import "testing"

func TestKindsOfResources(t *testing.T) {
	tests := []struct {
		arn       string
		role, key bool
	}{
		{"arn:aws:iam::111122223333:role/app", true, false},
		{"arn:aws:iam::111122223333:role/path/app", true, false},
		{"arn:aws:iam::111122223333:user/role", false, false},
		{"arn:aws:kms:r:111122223333:key/k", false, true},
		{"arn:aws:kms:r:111122223333:alias/key", false, false},
		{"arn:aws:s3:::b:role/x", false, false},
		{"arn:aws:sqs:r:1:key/k", false, false},
		{"arn:aws:dynamodb:r:111122223333:table/T", false, false},
		{"iam::role/app", false, false},
		{"kms:key/", false, false},
		{"*", false, false},
		{"", false, false},
	}
	for _, tt := range tests {
		if got := isRole(tt.arn); got != tt.role {
			t.Errorf("isRole(%q) is %v", tt.arn, got)
		}
		if got := isKey(tt.arn); got != tt.key {
			t.Errorf("isKey(%q) is %v", tt.arn, got)
		}
	}
}

package e2e_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/ddbgen/ddbgen/internal/e2e"
	"github.com/google/go-cmp/cmp"
)

// TestSeedIsReadBack puts into an account what a spec may refer to, in another
// partition, and finds it under the names and ids that were asked for.
func TestSeedIsReadBack(t *testing.T) {
	emulator := e2e.StartEmulator(t, "111122223333", "cn-north-1")
	policy := json.RawMessage(`{"Version": "2012-10-17", "Statement": [{"Sid": "Use", "Effect": "Allow",
		"Principal": {"AWS": "arn:aws-cn:iam::111122223333:role/legacy/reader"}, "Action": "kms:Decrypt", "Resource": "*"}]}`)
	boundary := json.RawMessage(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]}`)
	shared := e2e.Network{VPC: "vpc-00000000000000001", Subnets: []string{"subnet-00000000000000001", "subnet-00000000000000002"}}
	emulator.Seed(t, e2e.Seed{
		Networks: []e2e.Network{shared, shared, {VPC: "vpc-00000000000000002", Subnets: []string{"subnet-00000000000000003"}}},
		Keys:     []e2e.SeedKey{{ID: "0a1b2c3d-0000-4000-8000-000000000001", Alias: "alias/legacy", Policy: policy}},
		Roles:    []e2e.SeedRole{{Name: "reader", Path: "/legacy/"}},
		Policies: []e2e.SeedPolicy{{Name: "boundary", Path: "/legacy/", Document: boundary}},
		Tables: []map[string]any{{
			"TableName":            "Legacy",
			"BillingMode":          "PAY_PER_REQUEST",
			"AttributeDefinitions": []map[string]any{{"AttributeName": "PK", "AttributeType": "S"}},
			"KeySchema":            []map[string]any{{"AttributeName": "PK", "KeyType": "HASH"}},
		}},
	})
	world := emulator.ReadBack(t)

	key, _ := world.KeyByAlias("alias/legacy")
	arns := []struct{ want, got string }{
		{"arn:aws-cn:kms:cn-north-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000001", key.ARN},
		{"arn:aws-cn:iam::111122223333:role/legacy/reader", world.Roles["reader"].ARN},
		{"arn:aws-cn:iam::111122223333:policy/legacy/boundary", world.Policies["boundary"].ARN},
		{"arn:aws-cn:dynamodb:cn-north-1:111122223333:table/Legacy", world.Tables["Legacy"].ARN},
	}
	for _, arn := range arns {
		if arn.got != arn.want {
			t.Errorf("got %q, want %q", arn.got, arn.want)
		}
	}
	if diff := e2e.DiffJSON(policy, key.Policy); diff != "" {
		t.Errorf("key policy (-want +got):\n%s", diff)
	}
	if diff := e2e.DiffJSON(boundary, world.Policies["boundary"].Document); diff != "" {
		t.Errorf("boundary (-want +got):\n%s", diff)
	}
	if policy := world.Tables["Legacy"].ResourcePolicy; !slices.Equal(policy, []byte("null")) {
		t.Errorf("a table without a policy: %s", cmp.Diff("null", string(policy)))
	}
}

package catalog

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLoad(t *testing.T) {
	type summary struct {
		Name  string
		Whole bool
	}
	want := []summary{
		{"application-autoscaling", false}, {"apprunner", false}, {"backup", false}, {"cloudformation", false}, {"cloudtrail", false},
		{"cloudwatch", false}, {"codebuild", false}, {"codestar", false}, {"datapipeline", false}, {"dynamodb", true}, {"ec2", false},
		{"ecs", false}, {"glue", false}, {"iam", true}, {"kms", true}, {"lambda", false}, {"logs", false}, {"s3", false},
		{"sagemaker", false}, {"ssm", false}, {"sts", true},
	}
	var got []summary
	for _, s := range Load().Services() {
		got = append(got, summary{s.Name, s.Whole})
		if s.Source == "" || s.Version == "" || len(s.Updated) != 10 || len(s.Retrieved) != 10 {
			t.Errorf("%s: provenance is incomplete: %q %q %q %q", s.Name, s.Source, s.Version, s.Updated, s.Retrieved)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("services (-want +got):\n%s", diff)
	}
}

// Every name in the data refers to something in the data, and every list is
// sorted, so that a new version of it is a small diff.
func TestDataIsSound(t *testing.T) {
	for _, s := range Load().Services() {
		var actions, types, keys []string
		for _, r := range s.ResourceTypes {
			types = append(types, r.Name)
			if !strings.HasPrefix(r.ARN, "arn:${Partition}:") {
				t.Errorf("%s: resource type %s has the ARN pattern %q", s.Name, r.Name, r.ARN)
			}
		}
		for _, k := range s.ConditionKeys {
			keys = append(keys, k.Name)
			if k.Type == "" {
				t.Errorf("%s: condition key %s has no type", s.Name, k.Name)
			}
		}
		for _, a := range s.Actions {
			actions = append(actions, a.Name)
			if a.Access == "" {
				t.Errorf("%s has no access level", a.Name)
			}
			requireKnown(t, a.Name, a.ConditionKeys, keys)
			for _, r := range a.Resources {
				requireKnown(t, a.Name, []string{r.Type}, types)
				requireKnown(t, a.Name, r.ConditionKeys, keys)
			}
		}
		for _, list := range [][]string{actions, types, keys} {
			if !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) {
				t.Errorf("%s: not sorted, or not unique: %v", s.Name, list)
			}
		}
	}
}

func requireKnown(t *testing.T, action string, names, known []string) {
	t.Helper()
	for _, name := range names {
		if !slices.Contains(known, name) {
			t.Errorf("%s refers to %s, which its service does not have", action, name)
		}
	}
}

func TestAction(t *testing.T) {
	for _, test := range []struct{ name, want string }{
		{"dynamodb:GetItem", "dynamodb:GetItem"},
		{"dynamodb:getitem", "dynamodb:GetItem"},
		{"DynamoDB:GETITEM", "dynamodb:GetItem"},
		{"kms:decrypt", "kms:Decrypt"},
		{"STS:tagsession", "sts:TagSession"},
		{"dynamodb:StartAwsBackupJob", "dynamodb:StartAwsBackupJob"},
		{"dynamodb:TransactGetItems", ""},
		{"dynamodb:*", ""},
		{"GetItem", ""},
		{"", ""},
	} {
		action, ok := Load().Action(test.name)
		if action.Name != test.want || ok != (test.want != "") {
			t.Errorf("Action(%q) = %q, %v, want %q", test.name, action.Name, ok, test.want)
		}
	}
}

func TestActionResources(t *testing.T) {
	for _, test := range []struct {
		action string
		takes  []string
		not    []string
	}{
		{"dynamodb:GetItem", []string{"table"}, []string{"index", "stream"}},
		{"dynamodb:Query", []string{"table", "index"}, []string{"stream"}},
		{"dynamodb:GetRecords", []string{"stream"}, []string{"table"}},
		{"dynamodb:RestoreTableFromBackup", []string{"backup", "table"}, nil},
		{"dynamodb:ListStreams", nil, []string{"stream", "table"}},
		{"dynamodb:ListTables", nil, []string{"table"}},
		{"kms:CreateAlias", []string{"alias", "key"}, nil},
		{"kms:CreateKey", nil, []string{"key"}},
		{"ec2:DescribeVpcEndpoints", nil, []string{"vpc-endpoint"}},
		{"iam:PassRole", []string{"role"}, nil},
		{"iam:AddRoleToInstanceProfile", []string{"instance-profile"}, []string{"role"}},
		{"iam:CreateUser", []string{"user"}, []string{"role"}},
		{"cloudwatch:DescribeAlarms", []string{"alarm"}, nil},
	} {
		action, ok := Load().Action(test.action)
		if !ok {
			t.Errorf("%s is missing", test.action)
		}
		if action.NoResource() != (test.takes == nil) {
			t.Errorf("%s: NoResource() = %v", test.action, action.NoResource())
		}
		for _, resource := range test.takes {
			if !action.TakesResource(resource) {
				t.Errorf("%s does not take %s", test.action, resource)
			}
		}
		for _, resource := range test.not {
			if action.TakesResource(resource) {
				t.Errorf("%s takes %s", test.action, resource)
			}
		}
	}
}

func TestHasConditionKey(t *testing.T) {
	for _, test := range []struct {
		action, key string
		want        bool
	}{
		{"dynamodb:GetItem", "dynamodb:LeadingKeys", true},
		{"dynamodb:GetItem", "DynamoDB:leadingkeys", true},
		{"dynamodb:Scan", "dynamodb:LeadingKeys", false},
		{"dynamodb:CreateTable", "aws:RequestTag/Team", true},
		{"dynamodb:CreateTable", "aws:RequestTag/", false}, // a tag has a name
		{"dynamodb:GetItem", "aws:RequestTag/Team", false},
		{"dynamodb:GetItem", "aws:ResourceTag/Team", true}, // a key of the table
		{"dynamodb:DeleteBackup", "aws:ResourceTag/Team", false},
		{"kms:Decrypt", "kms:EncryptionContext:aws:dynamodb:tableName", true},
		{"kms:DescribeKey", "kms:EncryptionContext:aws:dynamodb:tableName", false},
		{"kms:DescribeKey", "kms:ViaService", true},
		{"kms:CreateGrant", "kms:GrantIsForAWSResource", true},
		{"sts:AssumeRoleWithWebIdentity", "token.actions.githubusercontent.com:repository_id", true},
		{"sts:AssumeRoleWithWebIdentity", "token.actions.githubusercontent.com/acme:repository_id", true},
		{"sts:AssumeRoleWithWebIdentity", "token.actions.githubusercontent.com/acme:shoe_size", false},
		{"sts:TagSession", "aws:TagKeys", true},
		{"iam:PassRole", "iam:PassedToService", true},
		{"iam:CreateRole", "iam:PermissionsBoundary", true},
		{"ec2:CreateVpcEndpoint", "ec2:VpceServiceName", true},
		{"dynamodb:GetItem", "aws:PrincipalArn", false}, // global, and in no list
	} {
		action, ok := Load().Action(test.action)
		if got := action.HasConditionKey(test.key); !ok || got != test.want {
			t.Errorf("%s: HasConditionKey(%q) = %v, want %v", test.action, test.key, got, test.want)
		}
	}
}

func TestConditionKey(t *testing.T) {
	for _, test := range []struct {
		name        string
		want        ConditionKey
		multivalued bool
	}{
		{"dynamodb:leadingkeys", ConditionKey{"dynamodb:LeadingKeys", "ArrayOfString"}, true},
		{"dynamodb:Select", ConditionKey{"dynamodb:Select", "String"}, false},
		{"aws:TagKeys", ConditionKey{"aws:TagKeys", "ArrayOfString"}, true},
		{"aws:ResourceTag/Team", ConditionKey{"aws:ResourceTag/${TagKey}", "String"}, false},
		{"kms:EncryptionContext:aws:dynamodb:tableName", ConditionKey{"kms:EncryptionContext:${EncryptionContextKey}", "String"}, false},
		{"kms:GrantIsForAWSResource", ConditionKey{"kms:GrantIsForAWSResource", "Bool"}, false},
		{"dynamodb:LeadingKey", ConditionKey{}, false},
		{"", ConditionKey{}, false},
	} {
		got, ok := Load().ConditionKey(test.name)
		if got != test.want || ok != (test.want.Name != "") || got.Multivalued() != test.multivalued {
			t.Errorf("ConditionKey(%q) = %v, %v, multivalued %v", test.name, got, ok, got.Multivalued())
		}
	}
}

func TestNearAmong(t *testing.T) {
	names := []string{"GetItem", "GetItems", "GotItem", "GutItem", "PutItem", "Query"}
	for _, test := range []struct {
		name string
		want []string
	}{
		{"GetItem", []string{"GetItem", "GetItems", "GotItem"}},
		{"QUERY", []string{"Query"}},
		{"Quer", []string{"Query"}},
		{"putitems", []string{"PutItem", "GetItems", "GutItem"}},
		{"Conquer", nil},
		{"", nil},
	} {
		if diff := cmp.Diff(test.want, NearAmong(test.name, names)); diff != "" {
			t.Errorf("NearAmong(%q) (-want +got):\n%s", test.name, diff)
		}
	}
}

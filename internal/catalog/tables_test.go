package catalog

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPartitionOf(t *testing.T) {
	for _, test := range []struct{ region, partition, dns, ec2, lambda string }{
		{"ap-northeast-1", "aws", "amazonaws.com", "ec2.amazonaws.com", "lambda.amazonaws.com"},
		{"us-east-1", "aws", "amazonaws.com", "ec2.amazonaws.com", "lambda.amazonaws.com"},
		{"cn-north-1", "aws-cn", "amazonaws.com.cn", "ec2.amazonaws.com.cn", "lambda.amazonaws.com"},
		{"cn-northwest-1", "aws-cn", "amazonaws.com.cn", "ec2.amazonaws.com.cn", "lambda.amazonaws.com"},
		{"us-gov-west-1", "aws-us-gov", "amazonaws.com", "ec2.amazonaws.com", "lambda.amazonaws.com"},
		{"eusc-de-east-1", "aws-eusc", "amazonaws.eu", "ec2.amazonaws.com", "lambda.amazonaws.com"},
	} {
		p, ok := PartitionOf(test.region)
		got := []string{p.ID, p.DNSSuffix, p.ServicePrincipal("ec2"), p.ServicePrincipal("lambda")}
		if diff := cmp.Diff([]string{test.partition, test.dns, test.ec2, test.lambda}, got); !ok || diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.region, diff)
		}
	}
	for _, region := range []string{"", "aws-global", "us-east-9", "US-EAST-1", "us-east-1a"} {
		if p, ok := PartitionOf(region); ok {
			t.Errorf("PartitionOf(%q) = %v", region, p)
		}
	}
}

// A region is in one partition only, has the form of one, and its partition is
// told by its prefix.
func TestRegions(t *testing.T) {
	form := regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-[1-9]$`)
	prefixes := []struct{ prefix, partition string }{{"cn-", "aws-cn"}, {"us-gov-", "aws-us-gov"}, {"eusc-", "aws-eusc"}, {"", "aws"}}
	regions := Regions()
	if !slices.IsSorted(regions) || len(slices.Compact(slices.Clone(regions))) != len(regions) {
		t.Errorf("not sorted, or not unique: %v", regions)
	}
	for _, region := range regions {
		if !form.MatchString(region) {
			t.Errorf("%s has not the form of a region", region)
		}
		i := slices.IndexFunc(prefixes, func(p struct{ prefix, partition string }) bool { return strings.HasPrefix(region, p.prefix) })
		if p, ok := PartitionOf(region); !ok || p.ID != prefixes[i].partition {
			t.Errorf("%s is in %s", region, p.ID)
		}
	}
	if diff := cmp.Diff([]string{"eu-central-1", "eu-central-2"}, NearRegion("eu-centrl-1")); diff != "" {
		t.Errorf("NearRegion (-want +got):\n%s", diff)
	}
}

func TestManagedPolicy(t *testing.T) {
	for _, test := range []struct {
		name, path      string
		refused, tables bool
	}{
		{"AWSLambdaBasicExecutionRole", "/service-role/", false, false},
		{"AWSXRayDaemonWriteAccess", "/", false, false},
		{"AmazonSSMManagedInstanceCore", "/", false, false},
		{"AmazonECSTaskExecutionRolePolicy", "/service-role/", false, false},
		{"AdministratorAccess", "/", true, true},
		{"AmazonDynamoDBFullAccesswithDataPipeline", "/", true, true},
		{"DatabaseAdministrator", "/job-function/", true, true},
		{"AWSLambdaDynamoDBExecutionRole", "/service-role/", true, true},
		{"AWSLambdaInvocation-DynamoDB", "/", true, true},
		{"AWSBackupServiceRolePolicyForBackup", "/service-role/", true, true},
		{"AWSLambda_FullAccess", "/", true, false},
		{"IAMFullAccess", "/", true, false},
	} {
		info, ok := ManagedPolicy(test.name)
		if !ok || info.Path != test.path || (info.Refused != "") != test.refused || info.Tables != test.tables {
			t.Errorf("%s: %v, %+v", test.name, ok, info)
		}
	}
	for _, name := range []string{"", "administratoraccess", "service-role/AWSLambdaBasicExecutionRole", "AmazonS3FullAccess"} {
		if info, ok := ManagedPolicy(name); ok {
			t.Errorf("ManagedPolicy(%q) = %v", name, info)
		}
	}
	if diff := cmp.Diff([]string{"AWSLambdaBasicExecutionRole"}, NearManagedPolicy("AWSLambdaBasicExecRole")); diff != "" {
		t.Errorf("NearManagedPolicy (-want +got):\n%s", diff)
	}
}

// Every policy is in the table once, with a path that is one, and a reason that
// is a sentence.
func TestManagedPoliciesAreSound(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range managedPolicies() {
		if seen[p.name] {
			t.Errorf("%s is in the table twice", p.name)
		}
		seen[p.name] = true
		if !strings.HasPrefix(p.path, "/") || !strings.HasSuffix(p.path, "/") {
			t.Errorf("%s has the path %q", p.name, p.path)
		}
		if p.tables && p.refused == "" {
			t.Errorf("%s grants every table, and is not refused", p.name)
		}
		if p.refused != "" && (!strings.HasPrefix(p.refused, "It ") || !strings.HasSuffix(p.refused, ".")) {
			t.Errorf("%s: %q is not a sentence about it", p.name, p.refused)
		}
	}
}

func TestBuiltinAudience(t *testing.T) {
	for issuer, want := range map[string]string{
		"www.amazon.com": "www.amazon.com:app_id", "graph.facebook.com": "graph.facebook.com:app_id",
		"accounts.google.com": "accounts.google.com:aud", "cognito-identity.amazonaws.com": "cognito-identity.amazonaws.com:aud",
		"token.actions.githubusercontent.com": "", "amazon.com": "", "accounts.google.com/x": "", "": "",
	} {
		if got, ok := BuiltinAudience(issuer); got != want || ok != (want != "") {
			t.Errorf("BuiltinAudience(%q) = %q, %v", issuer, got, ok)
		}
	}
}

func TestAssumingServices(t *testing.T) {
	for _, test := range []struct {
		name, principal string
		account         bool
		arn             string
	}{
		{"ecs_tasks", "ecs-tasks.amazonaws.com", true, "ecs:${Region}:${Account}:*"},
		{"lambda", "lambda.amazonaws.com", false, ""},
		{"ec2", "ec2.amazonaws.com", false, ""},
		{"backup", "backup.amazonaws.com", false, ""},
		{"glue", "glue.amazonaws.com", false, ""},
		{"eks_pod_identity", "pods.eks.amazonaws.com", false, ""},
		{"scheduler", "scheduler.amazonaws.com", true, "scheduler:${Region}:${Account}:schedule-group/*"},
		{"pipes", "pipes.amazonaws.com", true, ""},
	} {
		aws, _ := PartitionOf("us-east-1")
		s, ok := AssumingServiceByName(test.name)
		if !ok || aws.ServicePrincipal(s.Principal) != test.principal || s.SourceAccount != test.account || s.SourceARN != test.arn {
			t.Errorf("%s: %v, %+v", test.name, ok, s)
		}
	}
	for _, name := range []string{"", "ecs-tasks", "Lambda", "lambda.amazonaws.com"} {
		if s, ok := AssumingServiceByName(name); ok {
			t.Errorf("AssumingServiceByName(%q) = %v", name, s)
		}
	}
}

// The list is sorted; trusts hold actions that STS has; an ARN can be demanded
// only where the account can.
func TestAssumingServicesAreSound(t *testing.T) {
	var names []string
	for _, s := range AssumingServices() {
		names = append(names, s.Name)
		for _, action := range s.Actions {
			if _, ok := Load().Action(action); !ok {
				t.Errorf("%s: no action %s", s.Name, action)
			}
		}
		if s.SourceARN != "" && (!s.SourceAccount || !strings.Contains(s.SourceARN, ":${Region}:${Account}:")) {
			t.Errorf("%s: SourceARN is %q, SourceAccount is %v", s.Name, s.SourceARN, s.SourceAccount)
		}
	}
	if !slices.IsSorted(names) {
		t.Errorf("not sorted: %v", names)
	}
}

package catalog

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// What the requests of Terraform were seen to be, by hand: of each type the
// actions of each phase, after the name of their service. After a slash stands
// what made the provider send them.
func TestObservedCalls(t *testing.T) {
	var types []string
	for _, test := range []struct{ resourceType, read, create, update, destroy string }{
		{"aws_appautoscaling_policy", "application-autoscaling: DescribeScalingPolicies", "PutScalingPolicy", "PutScalingPolicy", "DeleteScalingPolicy"},
		{"aws_appautoscaling_target", "application-autoscaling: DescribeScalableTargets ListTagsForResource",
			"RegisterScalableTarget", "RegisterScalableTarget TagResource/tags UntagResource/tags", "DeregisterScalableTarget DescribeScalableTargets"},
		{"aws_cloudtrail", "cloudtrail: DescribeTrails GetEventSelectors GetTrailStatus ListTags",
			"CreateTrail PutEventSelectors/advanced_event_selector StartLogging",
			"AddTags/tags PutEventSelectors/advanced_event_selector RemoveTags/tags StartLogging/drift UpdateTrail", "DeleteTrail"},
		{"aws_dynamodb_resource_policy", "dynamodb: GetResourcePolicy", "PutResourcePolicy", "PutResourcePolicy", "DeleteResourcePolicy"},
		{"aws_dynamodb_table",
			"dynamodb: DescribeContinuousBackups DescribeTable DescribeTimeToLive ListTagsOfResource kms:DescribeKey/server_side_encryption",
			"CreateTable UpdateContinuousBackups/point_in_time_recovery UpdateTimeToLive/ttl",
			"TagResource/tags UntagResource/tags UpdateContinuousBackups/point_in_time_recovery UpdateTable UpdateTimeToLive/ttl",
			"DeleteTable DescribeTable"},
		{"aws_iam_instance_profile", "iam: GetInstanceProfile GetRole", "AddRoleToInstanceProfile CreateInstanceProfile",
			"AddRoleToInstanceProfile RemoveRoleFromInstanceProfile TagInstanceProfile/tags UntagInstanceProfile/tags",
			"DeleteInstanceProfile RemoveRoleFromInstanceProfile"},
		{"aws_iam_openid_connect_provider", "iam: GetOpenIDConnectProvider", "CreateOpenIDConnectProvider",
			"AddClientIDToOpenIDConnectProvider RemoveClientIDFromOpenIDConnectProvider TagOpenIDConnectProvider/tags UntagOpenIDConnectProvider/tags",
			"DeleteOpenIDConnectProvider"},
		{"aws_iam_policy", "iam: GetPolicy GetPolicyVersion", "CreatePolicy",
			"CreatePolicyVersion DeletePolicyVersion ListPolicyVersions TagPolicy/tags UntagPolicy/tags",
			"DeletePolicy DeletePolicyVersion ListPolicyVersions"},
		{"aws_iam_role", "iam: GetRole GetRolePolicy/drift ListAttachedRolePolicies ListRolePolicies", "CreateRole",
			"DeleteRolePermissionsBoundary/permissions_boundary PutRolePermissionsBoundary/permissions_boundary TagRole/tags UntagRole/tags " +
				"UpdateAssumeRolePolicy UpdateRole/max_session_duration UpdateRoleDescription/description",
			"DeleteRole ListInstanceProfilesForRole"},
		{"aws_iam_role_policies_exclusive", "iam: ListRolePolicies", "", "DeleteRolePolicy/drift", ""},
		{"aws_iam_role_policy_attachment", "iam: ListAttachedRolePolicies", "AttachRolePolicy", "", "DetachRolePolicy"},
		{"aws_iam_role_policy_attachments_exclusive", "iam: ListAttachedRolePolicies", "AttachRolePolicy/drift", "AttachRolePolicy/drift DetachRolePolicy/drift", ""},
		{"aws_kms_alias", "kms: ListAliases", "CreateAlias", "UpdateAlias", "DeleteAlias"},
		{"aws_kms_key", "kms: DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags", "CreateKey EnableKeyRotation/enable_key_rotation",
			"EnableKey/drift EnableKeyRotation/enable_key_rotation PutKeyPolicy TagResource/tags UntagResource/tags UpdateKeyDescription/description",
			"DescribeKey ScheduleKeyDeletion"},
		{"aws_vpc_endpoint", "ec2: DescribeNetworkInterfaces/interface DescribePrefixLists DescribeVpcEndpoints", "CreateVpcEndpoint",
			"CreateTags/tags DeleteTags/tags ModifyVpcEndpoint", "DeleteVpcEndpoints DescribeVpcEndpoints"},
		{"backend s3",
			"s3: DeleteObject/use_lockfile GetObject GetObject/use_lockfile ListBucket PutObject/use_lockfile " +
				"dynamodb:DeleteItem/dynamodb_table dynamodb:GetItem/dynamodb_table dynamodb:GetItem/dynamodb_table dynamodb:PutItem/dynamodb_table",
			"PutObject dynamodb:PutItem/dynamodb_table", "PutObject dynamodb:PutItem/dynamodb_table", "PutObject dynamodb:PutItem/dynamodb_table"},
		{"data aws_dynamodb_table", "dynamodb: DescribeContinuousBackups DescribeTable DescribeTimeToLive ListTagsOfResource", "", "", ""},
		{"data aws_iam_openid_connect_provider", "iam: GetOpenIDConnectProvider ListOpenIDConnectProviders/url", "", "", ""},
		{"data aws_iam_role", "iam: GetRole", "", "", ""},
	} {
		types = append(types, test.resourceType)
		service, read, _ := strings.Cut(test.read, ": ")
		for _, phase := range []struct {
			phase Phase
			want  string
		}{{ReadPhase, read}, {CreatePhase, test.create}, {UpdatePhase, test.update}, {DeletePhase, test.destroy}} {
			want := strings.Fields(phase.want)
			for i, name := range want {
				if !strings.Contains(name, ":") {
					want[i] = service + ":" + name
				}
			}
			slices.Sort(want)
			if diff := gocmp.Diff(want, requests(test.resourceType, phase.phase)); diff != "" {
				t.Errorf("%s, phase %b (-want +got):\n%s", test.resourceType, phase.phase, diff)
			}
		}
	}
	if diff := gocmp.Diff(types, ResourceTypes()); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}
}

// requests are what the provider sends in a phase, as the table above writes it.
func requests(resourceType string, phase Phase) []string {
	out := []string{}
	for _, c := range Calls(resourceType) {
		if c.ByAWS || c.Phases&phase == 0 {
			continue
		}
		request := c.Action
		if c.For != "" {
			request += "/" + c.For
		}
		out = append(out, request)
	}
	slices.Sort(out)
	return out
}

// What AWS checks besides, which no request shows: a role that passes on an
// emulator and lacks one of these fails on AWS.
func TestChecksOfAWS(t *testing.T) {
	for _, test := range []struct{ resourceType, want string }{
		{"aws_appautoscaling_policy", "cloudwatch:DeleteAlarms alarm, cloudwatch:DescribeAlarms alarm, cloudwatch:PutMetricAlarm alarm"},
		{"aws_appautoscaling_target", "application-autoscaling:TagResource ScalableTarget, cloudwatch:DeleteAlarms alarm, cloudwatch:DescribeAlarms alarm, " +
			"cloudwatch:PutMetricAlarm alarm, dynamodb:DescribeTable table, dynamodb:UpdateTable table, iam:CreateServiceLinkedRole role"},
		{"aws_cloudtrail", "cloudtrail:AddTags trail"},
		{"aws_dynamodb_table", "dynamodb:TagResource table, kms:CreateGrant key, kms:DescribeKey key"},
		{"aws_iam_instance_profile", "iam:PassRole role, iam:TagInstanceProfile instance-profile"},
		{"aws_iam_openid_connect_provider", "iam:TagOpenIDConnectProvider oidc-provider"},
		{"aws_iam_policy", "iam:TagPolicy policy"},
		{"aws_iam_role", "iam:TagRole role"},
		{"aws_kms_alias", "kms:CreateAlias key, kms:DeleteAlias key, kms:UpdateAlias key"},
		{"aws_kms_key", "kms:PutKeyPolicy key, kms:TagResource key"},
		{"aws_vpc_endpoint", "ec2:CreateTags vpc-endpoint, ec2:CreateVpcEndpoint route-table, ec2:CreateVpcEndpoint security-group, ec2:CreateVpcEndpoint subnet, " +
			"ec2:CreateVpcEndpoint vpc, ec2:ModifyVpcEndpoint route-table, ec2:ModifyVpcEndpoint security-group, ec2:ModifyVpcEndpoint subnet"},
		{"backend s3", "kms:Decrypt key, kms:GenerateDataKey key"},
	} {
		var got []string
		for _, c := range Calls(test.resourceType) {
			if c.ByAWS {
				got = append(got, c.Action+" "+c.On)
			}
		}
		if diff := gocmp.Diff(strings.Split(test.want, ", "), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.resourceType, diff)
		}
	}
}

// A call is of an action that exists, in its own spelling, on a kind of thing
// that the action is authorised on.
func TestCallsAreKnownActions(t *testing.T) {
	kinds := map[string]string{Lock: "object", Digest: "table"}
	for _, resourceType := range ResourceTypes() {
		for _, c := range Calls(resourceType) {
			action, ok := Load().Action(c.Action)
			if !ok || action.Name != c.Action {
				t.Errorf("%s: no action %s", resourceType, c.Action)
			}
			if on := cmp.Or(kinds[c.On], c.On); action.NoResource() != (on == "*") || on != "*" && !action.TakesResource(on) {
				t.Errorf("%s: %s does not take %q", resourceType, c.Action, c.On)
			}
		}
	}
}

// The file is in order, so that a new version of the provider is a diff that
// can be read, and every line of it says when the call is made and where that
// is known from.
func TestCallsAreSound(t *testing.T) {
	if types := ResourceTypes(); !slices.IsSorted(types) || len(slices.Compact(slices.Clone(types))) != len(types) {
		t.Errorf("types are not sorted, or not unique: %v", types)
	}
	order := func(a, b Call) int {
		return cmp.Or(cmp.Compare(a.Action, b.Action), cmp.Compare(a.On, b.On), cmp.Compare(a.For, b.For),
			cmp.Compare(mark(a.ByAWS), mark(b.ByAWS)))
	}
	for _, resourceType := range ResourceTypes() {
		list := Calls(resourceType)
		for i, c := range list {
			if i > 0 && order(list[i-1], c) >= 0 {
				t.Errorf("%s: %+v is out of order, or there twice", resourceType, c)
			}
			if c.Phases == 0 || c.Source == "" {
				t.Errorf("%s: %+v has no phase or no source", resourceType, c)
			}
			if c.ByAWS == strings.HasPrefix(c.Source, "recorded: ") {
				t.Errorf("%s: %+v: what AWS checks was not recorded, and what was recorded is no check", resourceType, c)
			}
		}
	}
	provenance := CallsProvenance()
	if provenance.Terraform == "" || provenance.Provider == "" || len(provenance.Observed) != 10 || provenance.Method == "" {
		t.Errorf("provenance is incomplete: %+v", provenance)
	}
}

func TestCallsOfNoType(t *testing.T) {
	for _, name := range []string{"", "aws_s3_bucket", "aws_dynamodb_tables", "backend"} {
		if list := Calls(name); list != nil {
			t.Errorf("Calls(%q) = %v", name, list)
		}
	}
}

// Whoever changes what was returned must not change the catalog.
func TestCallsAreCopies(t *testing.T) {
	Calls("aws_kms_alias")[0].Action = "kms:Decrypt"
	ResourceTypes()[0] = ""
	if Calls("aws_kms_alias")[0].Action == "kms:Decrypt" || ResourceTypes()[0] == "" {
		t.Error("the catalog was changed from outside")
	}
}

package judge

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/e2e"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// The tests here need neither Terraform nor an emulator: requests are written by hand, as the provider was seen to send
// them, and the emulator is a list of answers.

const (
	accountID = "444455556666"
	region    = "ap-northeast-1"
)

// bench is a judge before an emulator that succeeds at everything.
type bench struct {
	t       *testing.T
	judge   *Judge
	reached []string // the operations that the emulator was asked for
	faults  []string // what would have failed the test
}

// answers are what the emulator says where an id is made up.
var answers = map[string]string{
	"CreateKey":              `{"KeyMetadata": {"KeyId": "1234"}}`,
	"CreateVpcEndpoint":      `<CreateVpcEndpointResponse><vpcEndpoint><vpcEndpointId>vpce-1</vpcEndpointId></vpcEndpoint></CreateVpcEndpointResponse>`,
	"CreatePolicyVersion":    `<CreatePolicyVersionResponse><VersionId>v2</VersionId></CreatePolicyVersionResponse>`,
	"RegisterScalableTarget": `{"ScalableTargetARN": "arn:aws:application-autoscaling:ap-northeast-1:444455556666:scalable-target/0x1"}`,
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t}
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		c, _ := parseCall(r, body)
		b.reached = append(b.reached, c.operation)
		_, _ = io.WriteString(w, answers[c.operation])
	}))
	t.Cleanup(upstream.Close)
	j, err := newJudge(&e2e.Emulator{Account: accountID, Region: region, URL: upstream.URL}, "aws", func(format string, arguments ...any) {
		b.faults = append(b.faults, fmt.Sprintf(format, arguments...))
	})
	if err != nil {
		t.Fatal(err)
	}
	b.judge = j
	return b
}

// send sends "service Operation body": JSON, a form without its Action, or of S3 a method and an address.
func (b *bench) send(text string) *httptest.ResponseRecorder {
	b.t.Helper()
	service, rest, _ := strings.Cut(text, " ")
	operation, body, _ := strings.Cut(rest, " ")
	var r *http.Request
	switch service {
	case "iam", "ec2", "sts":
		r = httptest.NewRequest(http.MethodPost, "/", strings.NewReader("Action="+operation+"&"+body))
	case "s3":
		address, header, _ := strings.Cut(body, " ")
		r = httptest.NewRequest(operation, address, nil)
		if name, value, found := strings.Cut(header, "="); found {
			r.Header.Set(name, value)
		}
	default:
		r = httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("X-Amz-Target", "Version_1."+operation)
		r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	}
	signedFor := region
	if service == "iam" {
		signedFor = "us-east-1"
	}
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20300101/"+signedFor+"/"+service+"/aws4_request, SignedHeaders=host")
	w := httptest.NewRecorder()
	b.judge.ServeHTTP(w, r)
	return w
}

// sendAll is for requests that must succeed.
func (b *bench) sendAll(texts ...string) {
	b.t.Helper()
	for _, text := range texts {
		if w := b.send(text); w.Code != http.StatusOK {
			b.t.Fatalf("%s: %d %s", text, w.Code, w.Body)
		}
	}
}

// needed is what the last request needs, a line each.
func (b *bench) needed() []string {
	record := b.judge.Record()
	var lines []string
	for _, check := range record[len(record)-1].Checks {
		line := check.Request.Action + " " + strings.NewReplacer("arn:aws:", "", ":"+region+":"+accountID+":", ":", ":"+accountID+":", ":").Replace(check.Request.Resource)
		if check.ByAWS {
			line = "+" + line
		}
		for _, key := range check.Request.Context {
			line += " " + key.Name + "=" + strings.Join(key.Values, ",")
		}
		lines = append(lines, line)
	}
	return lines
}

const (
	keyPolicy  = `{"Version":"2012-10-17","Statement":[{"Sid":"Use","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:role/ops/Deployer"},"Action":["kms:CreateAlias","kms:PutKeyPolicy"],"Resource":"*"}]}`
	rolePolicy = `{"Version":"2012-10-17","Statement":[{"Sid":"Tables","Effect":"Allow","Action":"dynamodb:CreateTable","Resource":"arn:aws:dynamodb:ap-northeast-1:444455556666:table/Ledger"},` +
		`{"Sid":"Aliases","Effect":"Allow","Action":"kms:CreateAlias","Resource":"arn:aws:kms:ap-northeast-1:444455556666:alias/*"}]}`
	boundary = "arn:aws:iam::444455556666:policy/edge"
)

// settled makes one of everything.
func settled(t *testing.T) *bench {
	t.Helper()
	b := newBench(t)
	b.sendAll(
		`iam CreateRole RoleName=Api&Path=/app/&PermissionsBoundary=`+boundary+`&Tags.member.1.Key=Team&Tags.member.1.Value=risk&AssumeRolePolicyDocument={}`,
		`iam CreatePolicy PolicyName=Api&Path=/app/&PolicyDocument=`+rolePolicy+`&Tags.member.1.Key=Team&Tags.member.1.Value=risk`,
		`iam CreateInstanceProfile InstanceProfileName=Api&Path=/app/`,
		`kms CreateKey {"Policy": `+fmt.Sprintf("%q", keyPolicy)+`, "Tags": [{"TagKey": "Team", "TagValue": "risk"}]}`,
		`kms CreateAlias {"AliasName": "alias/ledger", "TargetKeyId": "1234"}`,
		`dynamodb CreateTable {"TableName": "Ledger", "Tags": [{"Key": "Team", "Value": "risk"}]}`,
		`ec2 CreateVpcEndpoint VpcId=vpc-1&ServiceName=com.amazonaws.x.dynamodb&TagSpecification.1.ResourceType=vpc-endpoint&TagSpecification.1.Tag.1.Key=Team&TagSpecification.1.Tag.1.Value=risk`,
		`application-autoscaling RegisterScalableTarget {"ServiceNamespace": "dynamodb", "ResourceId": "table/Rates", "ScalableDimension": "dynamodb:table:ReadCapacityUnits", "Tags": {"Team": "risk"}}`,
		`cloudtrail CreateTrail {"Name": "audit", "TagsList": [{"Key": "Team", "Value": "risk"}]}`,
	)
	return b
}

// TestNeeds holds each request to the permissions that AWS documents for it. A line is the action, the resource without
// account and region, and the condition keys; a plus marks what is not on the wire.
func TestNeeds(t *testing.T) {
	const (
		risk    = "aws:ResourceTag/Team=risk"
		iamRisk = risk + " iam:ResourceTag/Team=risk"
		bounded = iamRisk + " iam:PermissionsBoundary=" + boundary
		ec2Risk = risk + " ec2:ResourceTag/Team=risk ec2:Region=" + region + " ec2:VpceServiceName=com.amazonaws.x.dynamodb"
		asked   = "aws:RequestTag/Cost=7 aws:TagKeys=Cost"
		scaled  = "application-autoscaling:service-namespace=dynamodb application-autoscaling:scalable-dimension=dynamodb:table:ReadCapacityUnits"
		byScale = "aws:CalledVia=application-autoscaling.amazonaws.com aws:CalledViaFirst=application-autoscaling.amazonaws.com aws:CalledViaLast=application-autoscaling.amazonaws.com aws:ViaAWSService=true"
		byTable = "aws:CalledVia=dynamodb.amazonaws.com aws:CalledViaFirst=dynamodb.amazonaws.com aws:CalledViaLast=dynamodb.amazonaws.com aws:ViaAWSService=true kms:ViaService=dynamodb.ap-northeast-1.amazonaws.com"
		ofTable = " kms:EncryptionContext:aws:dynamodb:tableName=New kms:EncryptionContext:aws:dynamodb:subscriberId=444455556666 kms:EncryptionContextKeys=aws:dynamodb:subscriberId,aws:dynamodb:tableName"
		byS3    = "aws:CalledVia=s3.amazonaws.com aws:CalledViaFirst=s3.amazonaws.com aws:CalledViaLast=s3.amazonaws.com aws:ViaAWSService=true kms:ViaService=s3.ap-northeast-1.amazonaws.com"
		ofState = " kms:EncryptionContext:aws:s3:arn=arn:aws:s3:::state/a.tfstate kms:EncryptionContextKeys=aws:s3:arn"
		ofKey   = risk + " kms:CallerAccount=444455556666 kms:ResourceAliases=alias/ledger"
		key     = " kms:key/1234 " + ofKey

		symmetric = "kms:KeyOrigin=AWS_KMS kms:KeySpec=SYMMETRIC_DEFAULT kms:KeyUsage=ENCRYPT_DECRYPT kms:MultiRegion=false"
	)
	tests := []struct {
		name, request string
		want          []string
	}{
		{"who am I", `sts GetCallerIdentity`, nil},

		{"a table", `dynamodb CreateTable {"TableName": "New"}`, []string{"dynamodb:CreateTable dynamodb:table/New"}},
		{"a table with tags", `dynamodb CreateTable {"TableName": "New", "Tags": [{"Key": "Cost", "Value": "7"}]}`, []string{
			"dynamodb:CreateTable dynamodb:table/New " + asked,
			"+dynamodb:TagResource dynamodb:table/New " + asked,
		}},
		{
			"a table under a customer's key", `dynamodb CreateTable {"TableName": "New", "SSESpecification": {"Enabled": true, "KMSMasterKeyId": "arn:aws:kms:ap-northeast-1:444455556666:key/1234"}}`,
			[]string{
				"dynamodb:CreateTable dynamodb:table/New",
				"+kms:DescribeKey" + key + " " + byTable,
				"+kms:CreateGrant" + key + " " + byTable + ofTable + " kms:GrantIsForAWSResource=true kms:GrantConstraintType=EncryptionContextSubset",
				"+kms:Decrypt" + key + " " + byTable + ofTable,
				"+kms:Encrypt" + key + " " + byTable + ofTable,
				"+kms:GenerateDataKey" + key + " " + byTable + ofTable,
				"+kms:GenerateDataKeyWithoutPlaintext" + key + " " + byTable + ofTable,
				"+kms:ReEncryptFrom" + key + " " + byTable + ofTable,
				"+kms:ReEncryptTo" + key + " " + byTable + ofTable,
			},
		},
		{"encryption switched off", `dynamodb UpdateTable {"TableName": "Ledger", "SSESpecification": {"Enabled": false}}`, []string{"dynamodb:UpdateTable dynamodb:table/Ledger " + risk}},
		{"a table by name", `dynamodb DescribeTable {"TableName": "Ledger"}`, []string{"dynamodb:DescribeTable dynamodb:table/Ledger " + risk}},
		{"a table by ARN", `dynamodb ListTagsOfResource {"ResourceArn": "arn:aws:dynamodb:ap-northeast-1:444455556666:table/Ledger"}`, []string{
			"dynamodb:ListTagsOfResource dynamodb:table/Ledger " + risk,
		}},
		{"a table's tag", `dynamodb TagResource {"ResourceArn": "arn:aws:dynamodb:ap-northeast-1:444455556666:table/Ledger", "Tags": [{"Key": "Cost", "Value": "7"}]}`, []string{
			"dynamodb:TagResource dynamodb:table/Ledger " + risk + " " + asked,
		}},
		{"a table's tag removed", `dynamodb UntagResource {"ResourceArn": "arn:aws:dynamodb:ap-northeast-1:444455556666:table/Ledger", "TagKeys": ["Team"]}`, []string{
			"dynamodb:UntagResource dynamodb:table/Ledger " + risk + " aws:TagKeys=Team",
		}},
		{"a lock", `dynamodb PutItem {"TableName": "locks", "Item": {"LockID": {"S": "state/a"}}}`, []string{"dynamodb:PutItem dynamodb:table/locks dynamodb:LeadingKeys=state/a"}},

		{"a key", `kms CreateKey {"Tags": [{"TagKey": "Cost", "TagValue": "7"}]}`, []string{
			"kms:CreateKey * " + asked + " kms:CallerAccount=444455556666 kms:BypassPolicyLockoutSafetyCheck=false " + symmetric,
			"+kms:TagResource kms:key/new " + asked,
		}},
		{"a key with a policy", `kms CreateKey {"Policy": ` + fmt.Sprintf("%q", keyPolicy) + `}`, []string{
			"kms:CreateKey * kms:CallerAccount=444455556666 kms:BypassPolicyLockoutSafetyCheck=false " + symmetric,
			"+kms:PutKeyPolicy kms:key/new kms:CallerAccount=444455556666",
		}},
		{"a key policy", `kms PutKeyPolicy {"KeyId": "1234", "Policy": ` + fmt.Sprintf("%q", keyPolicy) + `}`, []string{"kms:PutKeyPolicy" + key + " kms:BypassPolicyLockoutSafetyCheck=false", "+kms:PutKeyPolicy" + key}},
		{"AWS's own key", `kms DescribeKey {"KeyId": "alias/aws/dynamodb"}`, []string{
			"kms:DescribeKey kms:key/aws-managed-dynamodb kms:CallerAccount=444455556666 kms:ResourceAliases=alias/aws/dynamodb kms:RequestAlias=alias/aws/dynamodb",
		}},
		{"an alias", `kms CreateAlias {"AliasName": "alias/second", "TargetKeyId": "1234"}`, []string{
			"kms:CreateAlias kms:alias/second kms:CallerAccount=444455556666", "kms:CreateAlias" + key,
		}},
		{"an alias removed", `kms DeleteAlias {"AliasName": "alias/ledger"}`, []string{
			"kms:DeleteAlias kms:alias/ledger kms:CallerAccount=444455556666", "kms:DeleteAlias" + key,
		}},
		{"aliases", `kms ListAliases {}`, []string{"kms:ListAliases *"}},

		{"a role", `iam CreateRole RoleName=New&Path=/app/&PermissionsBoundary=` + boundary + `&Tags.member.1.Key=Cost&Tags.member.1.Value=7`, []string{
			"iam:CreateRole iam::role/app/New iam:PermissionsBoundary=" + boundary + " " + asked,
			"+iam:TagRole iam::role/app/New " + asked,
		}},
		{"a role without a path", `iam CreateRole RoleName=New`, []string{"iam:CreateRole iam::role/New"}},
		{"a role read", `iam GetRole RoleName=Api`, []string{"iam:GetRole iam::role/app/Api " + iamRisk}},
		{"a role changed", `iam DeleteRolePolicy RoleName=Api`, []string{"iam:DeleteRolePolicy iam::role/app/Api " + bounded}},
		{"a role changed, with its boundary or without", `iam UpdateAssumeRolePolicy RoleName=Api`, []string{
			"iam:UpdateAssumeRolePolicy iam::role/app/Api " + iamRisk, "iam:UpdateAssumeRolePolicy iam::role/app/Api " + bounded,
		}},
		{"another boundary", `iam PutRolePermissionsBoundary RoleName=Api&PermissionsBoundary=arn:aws:iam::444455556666:policy/other`, []string{
			"iam:PutRolePermissionsBoundary iam::role/app/Api " + iamRisk + " iam:PermissionsBoundary=arn:aws:iam::444455556666:policy/other",
		}},
		{"a policy attached", `iam AttachRolePolicy RoleName=Api&PolicyArn=arn:aws:iam::444455556666:policy/app/Api`, []string{
			"iam:AttachRolePolicy iam::role/app/Api " + bounded + " iam:PolicyARN=arn:aws:iam::444455556666:policy/app/Api",
		}},
		{"a role's tag removed", `iam UntagRole RoleName=Api&TagKeys.member.1=Team`, []string{"iam:UntagRole iam::role/app/Api " + iamRisk + " aws:TagKeys=Team"}},
		{"a policy", `iam CreatePolicy PolicyName=New&Path=/app/&PolicyDocument=` + rolePolicy + `&Tags.member.1.Key=Cost&Tags.member.1.Value=7`, []string{
			"iam:CreatePolicy iam::policy/app/New " + asked, "+iam:TagPolicy iam::policy/app/New " + asked,
		}},
		{"a policy changed", `iam CreatePolicyVersion PolicyArn=arn:aws:iam::444455556666:policy/app/Api&SetAsDefault=true&PolicyDocument=` + rolePolicy, []string{
			"iam:CreatePolicyVersion iam::policy/app/Api " + iamRisk,
		}},
		{"an instance profile", `iam CreateInstanceProfile InstanceProfileName=New&Path=/app/&Tags.member.1.Key=Cost&Tags.member.1.Value=7`, []string{
			"iam:CreateInstanceProfile iam::instance-profile/app/New " + asked, "+iam:TagInstanceProfile iam::instance-profile/app/New " + asked,
		}},
		{"a role for EC2", `iam AddRoleToInstanceProfile InstanceProfileName=Api&RoleName=Api`, []string{
			"iam:AddRoleToInstanceProfile iam::instance-profile/app/Api",
			"+iam:PassRole iam::role/app/Api " + iamRisk + " iam:PassedToService=ec2.amazonaws.com",
		}},
		{"an identity provider", `iam CreateOpenIDConnectProvider Url=https://ci.example/org&Tags.member.1.Key=Cost&Tags.member.1.Value=7`, []string{
			"iam:CreateOpenIDConnectProvider iam::oidc-provider/ci.example/org " + asked,
			"+iam:TagOpenIDConnectProvider iam::oidc-provider/ci.example/org " + asked,
		}},

		{
			"an endpoint", `ec2 CreateVpcEndpoint VpcId=vpc-1&ServiceName=com.amazonaws.x.dynamodb&RouteTableId.1=rtb-1&RouteTableId.2=rtb-2&SubnetId.1=subnet-1&SecurityGroupId.1=sg-1` +
				`&TagSpecification.1.ResourceType=vpc-endpoint&TagSpecification.1.Tag.1.Key=Cost&TagSpecification.1.Tag.1.Value=7`,
			[]string{
				"ec2:CreateVpcEndpoint ec2:vpc-endpoint/vpce-new ec2:Region=ap-northeast-1 ec2:VpceServiceName=com.amazonaws.x.dynamodb " + asked,
				"ec2:CreateVpcEndpoint ec2:vpc/vpc-1 ec2:Region=ap-northeast-1",
				"ec2:CreateVpcEndpoint ec2:route-table/rtb-1 ec2:Region=ap-northeast-1",
				"ec2:CreateVpcEndpoint ec2:route-table/rtb-2 ec2:Region=ap-northeast-1",
				"ec2:CreateVpcEndpoint ec2:subnet/subnet-1 ec2:Region=ap-northeast-1",
				"ec2:CreateVpcEndpoint ec2:security-group/sg-1 ec2:Region=ap-northeast-1",
				"+ec2:CreateTags ec2:vpc-endpoint/vpce-new " + asked + " ec2:CreateAction=CreateVpcEndpoint ec2:Region=ap-northeast-1",
			},
		},
		{"an endpoint's routes", `ec2 ModifyVpcEndpoint VpcEndpointId=vpce-1&AddRouteTableId.1=rtb-2&RemoveRouteTableId.1=rtb-1`, []string{
			"ec2:ModifyVpcEndpoint ec2:vpc-endpoint/vpce-1 " + ec2Risk,
			"ec2:ModifyVpcEndpoint ec2:route-table/rtb-2 ec2:Region=ap-northeast-1",
			"ec2:ModifyVpcEndpoint ec2:route-table/rtb-1 ec2:Region=ap-northeast-1",
		}},
		{"an endpoint removed", `ec2 DeleteVpcEndpoints VpcEndpointId.1=vpce-1`, []string{"ec2:DeleteVpcEndpoints ec2:vpc-endpoint/vpce-1 " + ec2Risk}},
		{"an endpoint's tag", `ec2 CreateTags ResourceId.1=vpce-1&Tag.1.Key=Cost&Tag.1.Value=7`, []string{"ec2:CreateTags ec2:vpc-endpoint/vpce-1 " + ec2Risk + " " + asked}},
		{"an endpoint's tag removed", `ec2 DeleteTags ResourceId.1=vpce-1&Tag.1.Key=Team`, []string{"ec2:DeleteTags ec2:vpc-endpoint/vpce-1 " + ec2Risk + " aws:TagKeys=Team"}},
		{"endpoints", `ec2 DescribeVpcEndpoints VpcEndpointId.1=vpce-1`, []string{"ec2:DescribeVpcEndpoints *"}},

		{"a trail", `cloudtrail CreateTrail {"Name": "new", "TagsList": [{"Key": "Cost", "Value": "7"}]}`, []string{
			"cloudtrail:CreateTrail cloudtrail:trail/new " + asked, "+cloudtrail:AddTags cloudtrail:trail/new " + asked,
		}},
		{"a trail's state", `cloudtrail GetTrailStatus {"Name": "arn:aws:cloudtrail:ap-northeast-1:444455556666:trail/audit"}`, []string{
			"cloudtrail:GetTrailStatus cloudtrail:trail/audit " + risk,
		}},
		{"a trail's selectors", `cloudtrail PutEventSelectors {"TrailName": "audit"}`, []string{"cloudtrail:PutEventSelectors cloudtrail:trail/audit " + risk}},
		{"a trail's tag removed", `cloudtrail RemoveTags {"ResourceId": "arn:aws:cloudtrail:ap-northeast-1:444455556666:trail/audit", "TagsList": [{"Key": "Team"}]}`, []string{
			"cloudtrail:RemoveTags cloudtrail:trail/audit " + risk + " aws:TagKeys=Team",
		}},

		{
			"a scalable target, not the first", `application-autoscaling RegisterScalableTarget {"ServiceNamespace": "dynamodb", "ResourceId": "table/Ledger/index/by_day", "ScalableDimension": "dynamodb:table:ReadCapacityUnits"}`,
			[]string{
				"application-autoscaling:RegisterScalableTarget application-autoscaling:scalable-target/new " + scaled,
				"+dynamodb:DescribeTable dynamodb:table/Ledger " + risk + " " + byScale,
				"+dynamodb:UpdateTable dynamodb:table/Ledger " + risk + " " + byScale,
			},
		},
		{
			"a scaling policy", `application-autoscaling PutScalingPolicy {"ServiceNamespace": "dynamodb", "ResourceId": "table/Rates", "ScalableDimension": "dynamodb:table:ReadCapacityUnits", "PolicyName": "reads"}`,
			[]string{
				"application-autoscaling:PutScalingPolicy application-autoscaling:scalable-target/0x1 " + risk + " " + scaled,
				"+cloudwatch:PutMetricAlarm cloudwatch:alarm: " + byScale,
				"+cloudwatch:DescribeAlarms cloudwatch:alarm: " + byScale,
				"+cloudwatch:DeleteAlarms cloudwatch:alarm: " + byScale,
				"+cloudwatch:PutMetricAlarm cloudwatch:alarm:TargetTracking-table/Rates-AlarmHigh-new " + byScale +
					" cloudwatch:AlarmActions=arn:aws:autoscaling:ap-northeast-1:444455556666:scalingPolicy:new:resource/dynamodb/table/Rates:policyName/reads",
				"+cloudwatch:DescribeAlarms cloudwatch:alarm:TargetTracking-table/Rates-AlarmHigh-new " + byScale,
			},
		},
		{
			"a scaling policy removed", `application-autoscaling DeleteScalingPolicy {"ServiceNamespace": "dynamodb", "ResourceId": "table/Rates", "ScalableDimension": "dynamodb:table:ReadCapacityUnits"}`,
			[]string{
				"application-autoscaling:DeleteScalingPolicy application-autoscaling:scalable-target/0x1 " + risk + " " + scaled,
				"+cloudwatch:DeleteAlarms cloudwatch:alarm:TargetTracking-table/Rates-AlarmHigh-new " + byScale,
			},
		},

		{"the state's list", `s3 GET /state?list-type=2&prefix=env%3A%2F&max-keys=1000`, []string{"s3:ListBucket s3:::state s3:prefix=env:/ s3:max-keys=1000"}},
		{"a state", `s3 GET /state/a.tfstate?x-id=GetObject`, []string{"s3:GetObject s3:::state/a.tfstate"}},
		{"a state's head", `s3 HEAD /state/a.tfstate`, []string{"s3:GetObject s3:::state/a.tfstate"}},
		{"a lock released", `s3 DELETE /state/a.tfstate.tflock?x-id=DeleteObject`, []string{"s3:DeleteObject s3:::state/a.tfstate.tflock"}},
		{"a state under a key", `s3 PUT /state/a.tfstate?x-id=PutObject ` + encryptionKey + `=alias/ledger`, []string{
			"s3:PutObject s3:::state/a.tfstate s3:x-amz-server-side-encryption-aws-kms-key-id=alias/ledger",
			"+kms:GenerateDataKey" + key + " " + byS3 + ofState,
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := settled(t)
			b.sendAll(test.request)
			if diff := cmp.Diff(test.want, b.needed()); diff != "" {
				t.Errorf("needs (-want +got):\n%s", diff)
			}
			if len(b.faults) > 0 {
				t.Error(b.faults)
			}
		})
	}
}

// TestTheFirstTargetOfAnAccount makes the service's own role.
func TestTheFirstTargetOfAnAccount(t *testing.T) {
	b := newBench(t)
	b.sendAll(`application-autoscaling RegisterScalableTarget {"ServiceNamespace": "dynamodb", "ResourceId": "table/Rates", "ScalableDimension": "dynamodb:table:ReadCapacityUnits"}`)
	wanted := "+iam:CreateServiceLinkedRole iam::role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable "
	needed := b.needed()
	if last := needed[len(needed)-1]; !strings.HasPrefix(last, wanted) || !strings.HasSuffix(last, "iam:AWSServiceName=dynamodb.application-autoscaling.amazonaws.com") {
		t.Errorf("needs %v", needed)
	}
}

// TestAStateUnderAKey is read with the key it was written with.
func TestAStateUnderAKey(t *testing.T) {
	b := settled(t)
	b.sendAll(`s3 PUT /state/a.tfstate `+encryptionKey+`=alias/ledger`, `s3 GET /state/a.tfstate`)
	if needed := b.needed(); len(needed) != 2 || !strings.HasPrefix(needed[1], "+kms:Decrypt kms:key/1234 ") {
		t.Errorf("needs %v", needed)
	}
}

// TestChangesAreFollowed sends requests and looks at the condition keys of the next.
func TestChangesAreFollowed(t *testing.T) {
	tests := []struct {
		name     string
		requests []string
		want     string
	}{
		{"tags are added and removed", []string{
			`iam TagRole RoleName=Api&Tags.member.1.Key=Cost&Tags.member.1.Value=7`, `iam UntagRole RoleName=Api&TagKeys.member.1=Team`, `iam GetRole RoleName=Api`,
		}, "iam:GetRole iam::role/app/Api aws:ResourceTag/Cost=7 iam:ResourceTag/Cost=7"},
		{"a boundary is removed", []string{
			`iam DeleteRolePermissionsBoundary RoleName=Api`, `iam DeleteRolePolicy RoleName=Api`,
		}, "iam:DeleteRolePolicy iam::role/app/Api aws:ResourceTag/Team=risk iam:ResourceTag/Team=risk"},
		{"an alias is removed", []string{
			`kms DeleteAlias {"AliasName": "alias/ledger"}`, `kms DescribeKey {"KeyId": "1234"}`,
		}, "kms:DescribeKey kms:key/1234 aws:ResourceTag/Team=risk kms:CallerAccount=444455556666"},
		{"a table is made again", []string{
			`dynamodb DeleteTable {"TableName": "Ledger"}`, `dynamodb CreateTable {"TableName": "Ledger"}`, `dynamodb DescribeTable {"TableName": "Ledger"}`,
		}, "dynamodb:DescribeTable dynamodb:table/Ledger"},
		{"an endpoint's tags", []string{
			`ec2 CreateTags ResourceId.1=vpce-1&Tag.1.Key=Cost&Tag.1.Value=7`, `ec2 DeleteTags ResourceId.1=vpce-1&Tag.1.Key=Team`, `ec2 ModifyVpcEndpoint VpcEndpointId=vpce-1`,
		}, "ec2:ModifyVpcEndpoint ec2:vpc-endpoint/vpce-1 aws:ResourceTag/Cost=7 ec2:ResourceTag/Cost=7 ec2:Region=ap-northeast-1 ec2:VpceServiceName=com.amazonaws.x.dynamodb"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := settled(t)
			b.sendAll(test.requests...)
			if got := b.needed()[0]; got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// deployer is a bench on which a role with a path acts that may create one table and aliases.
func deployer(t *testing.T) *bench {
	t.Helper()
	b := settled(t)
	b.sendAll(`iam CreateRole RoleName=Deployer&Path=/ops/&Tags.member.1.Key=Job&Tags.member.1.Value=ci`,
		`iam AttachRolePolicy RoleName=Deployer&PolicyArn=arn:aws:iam::444455556666:policy/app/Api`)
	b.reached = nil
	b.judge.Phase("test")
	b.judge.As("Deployer")
	return b
}

func TestARoleMayWhatItsPoliciesSay(t *testing.T) {
	b := deployer(t)
	b.sendAll(`dynamodb CreateTable {"TableName": "Ledger"}`)
	record := b.judge.Record()
	check := record[len(record)-1].Checks[0]
	if check.Decision.Outcome != evaluate.Allow || check.Decision.DecidedBy[0].Sid != "Tables" {
		t.Errorf("decided %+v", check.Decision)
	}
	keys := map[string]string{}
	for _, key := range check.Request.Context {
		keys[key.Name] = strings.Join(key.Values, ",")
	}
	want := map[string]string{
		"aws:PrincipalArn": "arn:aws:iam::444455556666:role/ops/Deployer", "aws:PrincipalTag/Job": "ci",
		"aws:RequestedRegion": region, "aws:SecureTransport": "true", "aws:ViaAWSService": "false",
	}
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Errorf("condition keys (-want +got):\n%s", diff)
	}
	// The alias by the role's policy, its key by the key's: both must allow.
	b.sendAll(`kms CreateAlias {"AliasName": "alias/third", "TargetKeyId": "1234"}`)
	if denials := b.judge.Record().Denials(); len(denials) > 0 {
		t.Error(denials)
	}
}

// TestDenials holds what is not allowed to the answer of each protocol. Nothing of it reaches the emulator.
func TestDenials(t *testing.T) {
	tests := []struct {
		request string
		status  int
		content string
		body    []string
	}{
		{
			`dynamodb CreateTable {"TableName": "Other"}`, 400, "application/x-amz-json-1.1",
			[]string{`#AccessDeniedException"`, "User: arn:aws:sts::444455556666:assumed-role/Deployer/terraform is not authorized to perform: dynamodb:CreateTable on resource: arn:aws:dynamodb:ap-northeast-1:444455556666:table/Other because no identity-based policy allows the dynamodb:CreateTable action"},
		},
		{`kms ScheduleKeyDeletion {"KeyId": "1234"}`, 400, "application/x-amz-json-1.1", []string{`#AccessDeniedException"`}},
		{`iam GetRole RoleName=Api`, 403, "text/xml", []string{"<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: "}},
		{`ec2 DescribeVpcEndpoints`, 403, "text/xml", []string{"<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized"}},
		{`s3 GET /state/a.tfstate`, 403, "text/xml", []string{"<Error><Code>AccessDenied</Code><Message>User: "}},
	}
	for _, test := range tests {
		b := deployer(t)
		w := b.send(test.request)
		if w.Code != test.status || w.Header().Get("Content-Type") != test.content {
			t.Errorf("%s: answered %d %s", test.request, w.Code, w.Header().Get("Content-Type"))
		}
		for _, text := range test.body {
			if !strings.Contains(w.Body.String(), text) {
				t.Errorf("%s: answered %s, without %q", test.request, w.Body, text)
			}
		}
		if len(b.reached) > 0 {
			t.Errorf("%s: reached the emulator", test.request)
		}
		if denials := b.judge.Record().Denials(); len(denials) != 1 || !strings.HasPrefix(denials[0], "test: ") {
			t.Errorf("%s: recorded %q", test.request, denials)
		}
	}
}

// TestANeedNotOnTheWireIsDenied: the role may create the table, and not tag it.
func TestANeedNotOnTheWireIsDenied(t *testing.T) {
	b := deployer(t)
	w := b.send(`dynamodb CreateTable {"TableName": "Ledger", "Tags": [{"Key": "Cost", "Value": "7"}]}`)
	if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "not authorized to perform: dynamodb:TagResource") {
		t.Errorf("answered %d %s", w.Code, w.Body)
	}
}

// TestTheKeyPolicyMustAllow: the role's own policy is not enough for a key whose policy does not let it count.
func TestTheKeyPolicyMustAllow(t *testing.T) {
	b := deployer(t)
	b.judge.AsEdited("Deployer", func([]policy.Document) []policy.Document {
		return []policy.Document{{Version: policy.Version, Statement: []policy.Statement{{Effect: policy.Allow, Action: []string{"kms:*"}, Resource: []string{"*"}}}}}
	})
	if w := b.send(`kms ScheduleKeyDeletion {"KeyId": "1234"}`); w.Code != http.StatusBadRequest {
		t.Errorf("answered %d", w.Code)
	}
	// A policy that would lock the caller out is no policy for the key.
	b.send(`kms PutKeyPolicy {"KeyId": "1234", "Policy": "{\"Version\":\"2012-10-17\",\"Statement\":[]}"}`)
	denials := b.judge.Record().Denials()
	if len(denials) != 2 || !strings.Contains(denials[1], "kms:PutKeyPolicy") {
		t.Errorf("denied %q", denials)
	}
	b.judge.AsAdministrator()
	b.sendAll(`kms ScheduleKeyDeletion {"KeyId": "1234"}`)
}

// TestANewVersionCounts: what a role may is what its policies say now.
func TestANewVersionCounts(t *testing.T) {
	b := deployer(t)
	b.judge.AsAdministrator()
	narrower := strings.ReplaceAll(rolePolicy, "table/Ledger", "table/Rates")
	b.sendAll(`iam CreatePolicyVersion PolicyArn=arn:aws:iam::444455556666:policy/app/Api&SetAsDefault=true&PolicyDocument=` + narrower)
	b.judge.As("Deployer")
	if w := b.send(`dynamodb CreateTable {"TableName": "Ledger"}`); w.Code != http.StatusBadRequest {
		t.Errorf("the old version allows still: %d", w.Code)
	}
	b.sendAll(`dynamodb CreateTable {"TableName": "Rates"}`)
}

// TestWhatIsNotKnownFails: no request is waved through that nobody has thought about.
func TestWhatIsNotKnownFails(t *testing.T) {
	for _, request := range []string{
		`dynamodb Scan {"TableName": "Ledger"}`,
		`kms DescribeKey {"KeyId": "5678"}`,
		`iam GetRole RoleName=Nobody`,
		`iam GetUser UserName=ada`,
		`dynamodb UpdateTable {"TableName": "Ledger", "ReplicaUpdates": [{}]}`,
		`ec2 CreateTags ResourceId.1=i-1&Tag.1.Key=Cost`,
		`s3 PUT /state`,
		`s3 GET /state/a.tfstate?acl`,
		`rds DescribeDBInstances {}`,
		`kms DescribeKey {`,
	} {
		b := settled(t)
		b.reached = nil
		w := b.send(request)
		if w.Code != http.StatusNotImplemented || len(b.faults) != 1 || len(b.reached) > 0 {
			t.Errorf("%s: answered %d, faults %q, reached %v", request, w.Code, b.faults, b.reached)
		}
	}
}

func TestSince(t *testing.T) {
	b := deployer(t)
	before := b.judge.Record()
	b.sendAll(`dynamodb CreateTable {"TableName": "Ledger"}`)
	if after := b.judge.Record().Since(before); len(after) != 1 || after[0].Phase != "test" || after[0].Role != "Deployer" {
		t.Errorf("since then: %+v", after)
	}
}

// TestIAMIsAGlobalService: its requests are made in one region, wherever the role works.
func TestIAMIsAGlobalService(t *testing.T) {
	for _, test := range []struct{ arn, action, want string }{
		{"arn:aws:iam::444455556666:role/ops/Deployer", "iam:GetRole", "us-east-1"},
		{"arn:aws-cn:iam::444455556666:role/ops/Deployer", "iam:GetRole", "cn-north-1"},
		{"arn:aws:iam::444455556666:role/ops/Deployer", "kms:ListAliases", region},
	} {
		request := Actor{ARN: test.arn, Region: region}.Request(test.action, "*", nil)
		if want := one("aws:RequestedRegion", test.want); !slices.ContainsFunc(request.Context, func(k evaluate.Key) bool {
			return k.Name == want.Name && slices.Equal(k.Values, want.Values)
		}) {
			t.Errorf("%s of %s: %v, want the region %s", test.action, test.arn, request.Context, test.want)
		}
	}
}

// TestTrace is what is kept of a record: each need of a role once, with its phases, under names that do not change.
func TestTrace(t *testing.T) {
	b := deployer(t)
	b.sendAll(`dynamodb CreateTable {"TableName": "Ledger"}`, `dynamodb CreateTable {"TableName": "Ledger"}`)
	b.judge.Phase("again")
	b.sendAll(`dynamodb CreateTable {"TableName": "Ledger"}`)
	b.send(`kms ScheduleKeyDeletion {"KeyId": "1234"}`)
	b.judge.AsAdministrator()
	b.sendAll(`kms ListAliases {}`)
	trace := b.judge.Record().Trace(strings.NewReplacer("1234", "ledger"))
	want := Trace{
		{
			Role: "Deployer", Operation: "dynamodb:CreateTable", Action: "dynamodb:CreateTable", Keys: map[string][]string{},
			Resource: "arn:aws:dynamodb:ap-northeast-1:444455556666:table/Ledger", Phases: []string{"test", "again"},
		},
		{
			Role: "Deployer", Operation: "kms:ScheduleKeyDeletion", Action: "kms:ScheduleKeyDeletion", Policied: true, Denied: true,
			Keys:     map[string][]string{"aws:ResourceTag/Team": {"risk"}, "kms:CallerAccount": {accountID}},
			Resource: "arn:aws:kms:ap-northeast-1:444455556666:key/ledger", Phases: []string{"again"},
		},
	}
	if diff := cmp.Diff(want, trace); diff != "" {
		t.Errorf("trace (-want +got):\n%s", diff)
	}
	again, err := ReadTrace(trace.Encode())
	if err != nil || len(again) != 2 || again[0].String() != trace[0].String() || again[1].String() != trace[1].String() {
		t.Errorf("read again: %v %v", again, err)
	}
	for _, broken := range []string{`{"role": 1}`, `{"roll": "x"}`, `{`} {
		if _, err := ReadTrace([]byte(broken)); err == nil {
			t.Errorf("%s was read", broken)
		}
	}
}

// TestLearn takes over an account that was not filled through the judge.
func TestLearn(t *testing.T) {
	b := newBench(t)
	err := b.judge.account.learn(e2e.World{
		Roles: map[string]e2e.Role{"Deployer": {
			ARN: "arn:aws:iam::444455556666:role/ops/Deployer", Attached: []string{"arn:aws:iam::444455556666:policy/Own"}, Tags: map[string]string{"Job": "ci"},
		}},
		Policies:  map[string]e2e.Policy{"Own": {ARN: "arn:aws:iam::444455556666:policy/Own", Document: []byte(rolePolicy)}},
		Tables:    map[string]e2e.Table{"Rates": {ARN: "arn:aws:dynamodb:ap-northeast-1:444455556666:table/Rates", Tags: map[string]string{"Team": "risk"}, ResourcePolicy: []byte("null")}},
		Keys:      map[string]e2e.Key{"1234": {ARN: "arn:aws:kms:ap-northeast-1:444455556666:key/1234", Policy: []byte(keyPolicy), Aliases: []string{"alias/old"}}},
		Endpoints: []e2e.Endpoint{{ID: "vpce-1", Service: "com.amazonaws.x.dynamodb"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for request, want := range map[string]string{
		`dynamodb DescribeTable {"TableName": "Rates"}`: "dynamodb:DescribeTable dynamodb:table/Rates aws:ResourceTag/Team=risk",
		`kms DescribeKey {"KeyId": "alias/old"}`:        "kms:DescribeKey kms:key/1234 kms:CallerAccount=444455556666 kms:ResourceAliases=alias/old kms:RequestAlias=alias/old",
		`ec2 ModifyVpcEndpoint VpcEndpointId=vpce-1`:    "ec2:ModifyVpcEndpoint ec2:vpc-endpoint/vpce-1 ec2:Region=ap-northeast-1 ec2:VpceServiceName=com.amazonaws.x.dynamodb",
		`iam GetRole RoleName=Deployer`:                 "iam:GetRole iam::role/ops/Deployer aws:ResourceTag/Job=ci iam:ResourceTag/Job=ci",
	} {
		b.sendAll(request)
		if got := b.needed()[0]; got != want {
			t.Errorf("%s needs %s, not %s", request, got, want)
		}
	}
	b.judge.As("Deployer")
	b.sendAll(`dynamodb CreateTable {"TableName": "Ledger"}`)
	if err := b.judge.account.learn(e2e.World{Policies: map[string]e2e.Policy{"Own": {Document: []byte("{")}}}); err == nil {
		t.Error("learned from a broken document")
	}
}

package cfn

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/inventory/picture"
)

var place = Options{Account: "444455556666", Region: "eu-west-1"}

func read(t *testing.T, src string, o Options) *inventory.Inventory {
	t.Helper()
	inv, ok := Read("t.yaml", []byte(src), o)
	if !ok {
		t.Fatal("no template")
	}
	return inv
}

func TestRead(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"IAM", `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: api
      AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]}
      Policies:
        - PolicyName: inline
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Action: "dynamodb:GetItem", Resource: "*"}
              - Effect: Deny
                Action: "dynamodb:Scan"
                Resource: "*"
      ManagedPolicyArns: [!Ref Managed, "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"]
      PermissionsBoundary: !Ref Bound
      Tags: [{Key: team, Value: a}]
  Managed:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: {Version: "2012-10-17", Statement: {Effect: Allow, Action: "dynamodb:Query", Resource: "*"}}
      Roles: [!Ref Role]
      Groups: [!Ref Group]
  Bound:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      ManagedPolicyName: bound
      PolicyDocument: {Version: "2012-10-17", Statement: {Effect: Allow, Action: "dynamodb:*", Resource: "*"}}
  Alone:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      ManagedPolicyName: alone
      PolicyDocument: {Version: "2012-10-17", Statement: {Effect: Allow, Action: "s3:*", Resource: "*"}}
  Group: {Type: "AWS::IAM::Group", Properties: {GroupName: g}}
  User: {Type: "AWS::IAM::User", Properties: {UserName: u, Groups: [!Ref Group]}}
  More:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: more
      Roles: [!Ref Role, elsewhere]
      PolicyDocument: {Version: "2012-10-17", Statement: {Effect: Allow, Action: "dynamodb:PutItem", Resource: "*"}}
  Set:
    Type: AWS::SSO::PermissionSet
    Properties:
      Name: s
      InlinePolicy: {Version: "2012-10-17", Statement: {Effect: Allow, Action: "dynamodb:PutItem", Resource: "*"}}
      CustomerManagedPolicyReferences: [{Name: alone}]
`, `2 role api role/api
  trust the trust policy of api
    6 Allow {false [] [lambda.amazonaws.com] [] []} sts:AssumeRole on 
  policy inline
    12 Allow dynamodb:GetItem on *
    13 Deny dynamodb:Scan on *
  policy {Managed}
    22 Allow dynamodb:Query on *
  policy more
    42 Allow dynamodb:PutItem on *
  boundary bound
    29 Allow dynamodb:* on *
  unread aws:policy/AmazonDynamoDBFullAccess
  tag team=a
35 group g group/g
  policy {Managed}
    22 Allow dynamodb:Query on *
36 user u user/u
  policy {Managed}
    22 Allow dynamodb:Query on *
43 permission set s 
  policy the inline policy of s
    47 Allow dynamodb:PutItem on *
  policy alone
    34 Allow s3:* on *
41 role elsewhere 
  policy more
    42 Allow dynamodb:PutItem on *
`},
		{"trust in an identity provider", `Resources:
  GitHub:
    Type: AWS::IAM::OIDCProvider
    Properties: {Url: https://token.actions.githubusercontent.com, ClientIdList: [sts.amazonaws.com]}
  Deploy:
    Type: AWS::IAM::Role
    Properties:
      RoleName: deploy
      Path: /ci/
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {Federated: !Ref GitHub}
            Action: sts:AssumeRoleWithWebIdentity
            Condition: {StringLike: {"token.actions.githubusercontent.com:sub": "repo:shop/*"}}
          - Effect: Allow
            Principal: {Federated: !GetAtt GitHub.Arn}
            Action: sts:TagSession
`, `5 role deploy role/ci/deploy
  trust the trust policy of deploy
    13 Allow {false [] [] [arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com] []} sts:AssumeRoleWithWebIdentity on  if StringLike token.actions.githubusercontent.com:sub [repo:shop/*]
    17 Allow {false [] [] [arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com] []} sts:TagSession on 
`},
		{"what is not named agrees", `{
  "Resources": {
    "Orders12": {"Type": "AWS::DynamoDB::Table", "Metadata": {"aws:cdk:path": "Shop/Orders/Resource"},
      "Properties": {"KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "PK", "AttributeType": "S"}]}},
    "Role34": {"Type": "AWS::IAM::Role", "Metadata": {"aws:cdk:path": "Shop/Api/ServiceRole/Resource"}, "Properties": {}},
    "Policy56": {"Type": "AWS::IAM::Policy", "Properties": {"PolicyName": "p", "Roles": [{"Ref": "Role34"}], "PolicyDocument": {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Action": ["dynamodb:Query"], "Resource": [
        {"Fn::GetAtt": ["Orders12", "Arn"]},
        {"Fn::Join": ["", [{"Fn::GetAtt": ["Orders12", "Arn"]}, "/index/*"]]},
        {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":dynamodb:", {"Ref": "AWS::Region"}, ":", {"Ref": "AWS::AccountId"}, ":table/", {"Ref": "Orders12"}]]}
      ]}
    ]}}}
  }
}`, `5 role {Shop.Api.ServiceRole} role/{Shop.Api.ServiceRole}
  policy p
    7 Allow dynamodb:Query on table/{Shop.Orders},table/{Shop.Orders}/index/*,table/{Shop.Orders}
3 table {Shop.Orders} table/{Shop.Orders}
`},
		{"policies of resources", `AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: orders
      KeySchema: [{AttributeName: PK, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: PK, AttributeType: S}]
      ResourcePolicy: {PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Deny, Principal: "*", Action: "dynamodb:*", Resource: "*", Condition: {Bool: {"aws:SecureTransport": false}}}]}}
      StreamSpecification:
        StreamViewType: NEW_IMAGE
        ResourcePolicy: {PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {AWS: "444455556666"}, Action: "dynamodb:GetRecords", Resource: "*"}]}}
  World:
    Type: AWS::DynamoDB::GlobalTable
    Properties:
      TableName: world
      KeySchema: [{AttributeName: PK, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: PK, AttributeType: S}]
      Replicas:
        - Region: eu-west-1
        - Region: us-east-1
          ResourcePolicy: {PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Deny, Principal: "*", Action: "dynamodb:Scan", Resource: "*"}]}}
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: "*", Action: "kms:Decrypt", Resource: "*"}]}
  Alias: {Type: "AWS::KMS::Alias", Properties: {AliasName: alias/data, TargetKeyId: !Ref Key}}
  Gate:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      ServiceName: !Sub com.amazonaws.${AWS::Region}.dynamodb
      PolicyDocument: '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}'
  Open: {Type: "AWS::EC2::VPCEndpoint", Properties: {ServiceName: com.amazonaws.eu-west-1.dynamodb, VpcEndpointType: Interface}}
`, `3 table orders table/orders
  policy the resource policy of orders
    9 Deny {true [] [] [] []} dynamodb:* on * if Bool aws:SecureTransport [false]
  stream the policy of the stream of orders
    12 Allow {false [444455556666] [] [] []} dynamodb:GetRecords on *
20 table world table/world
21 table world arn:aws:dynamodb:us-east-1:444455556666:table/world
  policy the resource policy of world in us-east-1
    22 Deny {true [] [] [] []} dynamodb:Scan on *
23 key alias/data arn:aws:kms:eu-west-1:444455556666:key/{Key}
  policy the policy of the key Key
    26 Allow {true [] [] [] []} kms:Decrypt on *
28 endpoint Gate com.amazonaws.eu-west-1.dynamodb gateway:true
  policy the policy of the endpoint Gate
    32 Allow {true [] [] [] []} * on *
33 endpoint Open com.amazonaws.eu-west-1.dynamodb gateway:false
`},
		{"SAM", `Transform: AWS::Serverless-2016-10-31
Globals: {Function: {PermissionsBoundary: "arn:aws:iam::444455556666:policy/bound"}}
Resources:
  Orders: {Type: "AWS::Serverless::SimpleTable", Properties: {TableName: orders}}
  Api:
    Type: AWS::Serverless::Function
    Connectors: {Orders: {Properties: {Destination: {Id: Orders}, Permissions: [Write]}}}
    Properties:
      Policies:
        - AWSLambdaRole
        - DynamoDBReadPolicy:
            TableName: !Ref Orders
        - DynamoDBStreamReadPolicy: {TableName: !Ref Orders, StreamName: "*"}
        - SQSPollerPolicy: {QueueName: q}
        - Version: "2012-10-17"
          Statement:
            - {Effect: Allow, Action: "dynamodb:PutItem", Resource: !GetAtt Orders.Arn}
      Events: {Changes: {Type: DynamoDB, Properties: {}}}
  Single:
    Type: AWS::Serverless::Function
    Properties:
      AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {Service: edgelambda.amazonaws.com}, Action: "sts:AssumeRole"}]}
      Policies: AmazonDynamoDBReadOnlyAccess
  Given: {Type: "AWS::Serverless::Function", Properties: {Role: "arn:aws:iam::444455556666:role/given"}}
  Other:
    Type: AWS::IAM::Policy
    Properties: {PolicyName: other, Roles: [!Ref SingleRole], PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "dynamodb:Scan", Resource: "*"}]}}
`, `5 role {ApiRole} role/{ApiRole}
  trust the trust policy of {ApiRole}
    5 Allow {false [] [lambda.amazonaws.com] [] []} sts:AssumeRole on 
  policy DynamoDBReadPolicy of Api
    11 Allow dynamodb:GetItem,dynamodb:Scan,dynamodb:Query,dynamodb:BatchGetItem,dynamodb:DescribeTable on table/orders,table/orders/index/*
  policy DynamoDBStreamReadPolicy of Api
    13 Allow dynamodb:DescribeStream,dynamodb:GetRecords,dynamodb:GetShardIterator on table/orders/stream/*
    13 Allow dynamodb:ListStreams on table/orders/stream/*
  policy a policy of Api
    17 Allow dynamodb:PutItem on table/orders
  policy AWSLambdaBasicExecutionRole
    5 Allow logs:CreateLogGroup,logs:CreateLogStream,logs:PutLogEvents on *
  policy the connector of Api with Orders
    7 Allow dynamodb:PutItem,dynamodb:UpdateItem,dynamodb:DeleteItem,dynamodb:BatchWriteItem,dynamodb:PartiQLDelete,dynamodb:PartiQLInsert,dynamodb:PartiQLUpdate on table/orders,table/orders/index/*
  unread aws:policy/{path}/AWSLambdaRole
  unread policy/bound
  unread aws:policy/service-role/AWSLambdaDynamoDBExecutionRole
19 role {SingleRole} role/{SingleRole}
  trust the trust policy of {SingleRole}
    22 Allow {false [] [edgelambda.amazonaws.com] [] []} sts:AssumeRole on 
  policy AWSLambdaBasicExecutionRole
    19 Allow logs:CreateLogGroup,logs:CreateLogStream,logs:PutLogEvents on *
  policy other
    27 Allow dynamodb:Scan on *
  unread aws:policy/AmazonDynamoDBReadOnlyAccess
  unread policy/bound
4 table orders table/orders
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, picture.Of(read(t, c.src, place))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestWorst holds that a condition that is not known never takes a right away, and never adds a refusal.
func TestWorst(t *testing.T) {
	const src = `Parameters: {Env: {Type: String}}
Conditions: {IsProd: !Equals [!Ref Env, prod], IsTest: !Not [!Condition IsProd]}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: r
      Policies:
        - PolicyName: p
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - !If [IsProd, {Effect: Deny, Action: "dynamodb:Scan", Resource: "*"}, !Ref "AWS::NoValue"]
              - {Effect: Deny, Action: !If [IsProd, "dynamodb:A", "dynamodb:B"], Resource: "*"}
              - {Effect: Deny, Action: "dynamodb:Always", Resource: "*"}
              - {Effect: Allow, Action: "dynamodb:GetItem", Resource: !If [IsProd, prod, test], Condition: !If [IsTest, !Ref "AWS::NoValue", {Bool: {"aws:SecureTransport": true}}]}
              - {Effect: !If [IsProd, Allow, Deny], Action: "dynamodb:Query", Resource: "*"}
        - !If
          - IsProd
          - {PolicyName: q, PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: a:b, Resource: "*"}, {Effect: Deny, Action: a:c, Resource: "*"}]}}
          - !Ref AWS::NoValue
      PermissionsBoundary: !If [IsProd, "arn:aws:iam::444455556666:policy/b", !Ref "AWS::NoValue"]
  More:
    Type: AWS::IAM::Policy
    Condition: IsProd
    Properties: {PolicyName: more, Roles: [!Ref Role], PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: a:d, Resource: "*"}, {Effect: Deny, Action: a:e, Resource: "*"}]}}
  Bucket:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: t
      KeySchema: [{AttributeName: PK, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: PK, AttributeType: S}]
      ResourcePolicy: !If [IsProd, {PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Deny, Principal: "*", Action: "*", Resource: "*"}, {Effect: Allow, Principal: "*", Action: "x:y", Resource: "*"}]}}, !Ref "AWS::NoValue"]
      DeletionProtectionEnabled: !If [IsProd, true, false]
`
	const unknown = `4 role r role/r
  policy p
    15 Deny dynamodb:Always on *
    16 Allow dynamodb:GetItem on prod if Bool aws:SecureTransport [true]
    16 Allow dynamodb:GetItem on test
    17 Allow dynamodb:Query on *
  policy q
    20 Allow a:b on *
  policy more
    26 Allow a:d on *
27 table t table/t
  policy the resource policy of t
    33 Allow {true [] [] [] []} x:y on *
`
	inv := read(t, src, place)
	if diff := cmp.Diff(unknown, picture.Of(inv)); diff != "" {
		t.Error(diff)
	}
	if inv.Tables[0].Protected != nil {
		t.Error("whether the table is protected is not known")
	}
	const prod = `4 role r role/r
  policy p
    13 Deny dynamodb:Scan on *
    14 Deny dynamodb:A on *
    15 Deny dynamodb:Always on *
    16 Allow dynamodb:GetItem on prod if Bool aws:SecureTransport [true]
    17 Allow dynamodb:Query on *
  policy q
    20 Allow a:b on *
    20 Deny a:c on *
  policy more
    26 Allow a:d on *
    26 Deny a:e on *
  unread policy/b
27 table t table/t
  policy the resource policy of t
    33 Deny {true [] [] [] []} * on *
    33 Allow {true [] [] [] []} x:y on *
`
	known := place
	known.Parameters = map[string]string{"Env": "prod"}
	if diff := cmp.Diff(prod, picture.Of(read(t, src, known))); diff != "" {
		t.Error(diff)
	}
}

func TestTable(t *testing.T) {
	inv := read(t, `Resources:
  T:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: t
      AttributeDefinitions: [{AttributeName: PK, AttributeType: S}, {AttributeName: SK, AttributeType: N}, {AttributeName: G, AttributeType: B}]
      KeySchema: [{AttributeName: PK, KeyType: HASH}, {AttributeName: SK, KeyType: RANGE}]
      GlobalSecondaryIndexes:
        - {IndexName: g, KeySchema: [{AttributeName: G, KeyType: HASH}], Projection: {ProjectionType: INCLUDE, NonKeyAttributes: [a, PK, b]}, ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: "2"}}
        - {IndexName: many, KeySchema: [{AttributeName: G, KeyType: HASH}, {AttributeName: PK, KeyType: HASH}], Projection: {ProjectionType: ALL}}
      LocalSecondaryIndexes: [{IndexName: l, KeySchema: [{AttributeName: PK, KeyType: HASH}, {AttributeName: G, KeyType: RANGE}], Projection: {ProjectionType: KEYS_ONLY}}]
      ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 6}
      StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}
      TimeToLiveSpecification: {AttributeName: at, Enabled: true}
      PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7}
      SSESpecification: {SSEEnabled: true, SSEType: KMS, KMSMasterKeyId: !GetAtt Key.Arn}
      DeletionProtectionEnabled: true
      TableClass: STANDARD_INFREQUENT_ACCESS
      Tags: [{Key: a, Value: b}]
  Key: {Type: "AWS::KMS::Key", Properties: {}}
`, place)
	got := inv.Tables[0]
	want := "{Name:t Account:444455556666 Region:eu-west-1 PartitionKey:{Name:PK Type:S} SortKey:{SK N} " +
		"GlobalIndexes:[{g {G B} <nil>  [a b] 1/2}] LocalIndexes:[{l {PK S} {G B} keys_only [] 0/0}] " +
		"new_and_old_images at {Known:true On:true Days:7} protected:true 5/6 false arn:aws:kms:eu-west-1:444455556666:key/{Key} STANDARD_INFREQUENT_ACCESS 1 [{a b}]}"
	var indexes [2][]string
	for k, list := range [2]int{0, 1} {
		all := got.GlobalIndexes
		if list == 1 {
			all = got.LocalIndexes
		}
		for _, i := range all {
			sort, read, write := "<nil>", 0, 0
			if i.SortKey != nil {
				sort = fmt.Sprint(*i.SortKey)
			}
			if i.Capacity != nil {
				read, write = i.Capacity.Read, i.Capacity.Write
			}
			indexes[k] = append(indexes[k], fmt.Sprintf("{%s %v %s %s %v %d/%d}", i.Name, i.PartitionKey, sort, i.Projection, i.Attributes, read, write))
		}
	}
	text := fmt.Sprintf("{Name:%s Account:%s Region:%s PartitionKey:%+v SortKey:%v GlobalIndexes:%v LocalIndexes:%v %s %s %+v protected:%v %d/%d %v %s %s %d %v}", got.Name, got.Account, got.Region,
		got.PartitionKey, *got.SortKey, indexes[0], indexes[1], got.Stream, got.TimeToLive, got.Recovery, *got.Protected, got.Capacity.Read, got.Capacity.Write, got.OnDemand, got.KMSKey, got.Class, len(got.LeftOut), got.Tags)
	if diff := cmp.Diff(want, text); diff != "" {
		t.Error(diff)
	}
}

// TestPolicyTemplates holds that each template is written out, and that what it needs is said where it is missing.
func TestPolicyTemplates(t *testing.T) {
	for _, p := range policyTemplates() {
		inv := read(t, `Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Policies: [{`+p.name+`: {TableName: t, StreamName: s, KeyId: k}}]
`, place)
		n := 0
		for _, d := range inv.Identities[0].Policies {
			if strings.HasPrefix(d.Name, p.name) {
				for _, s := range d.Document.Statement {
					n++
					if len(s.Action) == 0 || strings.ContainsAny(strings.Join(s.Resource, ""), "${}") {
						t.Errorf("%s: %v", p.name, s)
					}
				}
			}
		}
		if n != len(p.grants) || len(found(inv.Findings, idUnread)) > 0 {
			t.Errorf("%s: %d statements; %v", p.name, n, inv.Findings)
		}
	}
}

// TestSaid holds that what is not read is said, at its line.
func TestSaid(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"Transform: [AWS::Serverless-2016-10-31, Macro]\nResources: {A: {Type: \"AWS::X::Y\"}}", "1 Macro"},
		{"Resources:\n  Fn::ForEach::Tables: [N, [a, b], {}]\n  A: {Type: \"AWS::X::Y\"}", "2 Loop that is not written out"},
		{"Resources:\n  A:\n    Type: AWS::IAM::Role\n    Properties:\n      Fn::Transform: {Name: AWS::Include}", "5 Properties that are computed"},
		{"Resources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties:\n      Policies:\n        - S3ReadPolicy: {BucketName: b}", "6 Policy template that is not written out"},
		{"Parameters: {P: {Type: String}}\nResources:\n  A:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument: !Ref P", "6 Policy that is not known"},
		{"Resources:\n  A:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Statement:\n          - {Effect: Allow, Acton: x, Resource: x}", "7 Policy that cannot be read"},
	} {
		var got []string
		for _, d := range read(t, c.src, place).Findings {
			got = append(got, fmt.Sprint(d.Subject.Start.Line, " ", d.Summary))
		}
		if !strings.Contains(strings.Join(got, "\n")+"\n", c.want+"\n") {
			t.Errorf("%s\n  says %q, not %q", c.src, got, c.want)
		}
	}
}

func TestOtherFiles(t *testing.T) {
	for _, src := range []string{"", "{}", "[]", "a: b", "Resources: x", "kind: Deployment\nResources: {a: {Type: AWS}}", `{"format_version": "1.2", "Resources": "AWS::"}`, "{", "Resources: [AWS::"} {
		if _, ok := Read("x", []byte(src), Options{}); ok {
			t.Errorf("%q is taken for a template", src)
		}
	}
	if inv, ok := Read("x", []byte("AWSTemplateFormatVersion: x\nResources: {"), Options{}); !ok || !inv.Findings.HasErrors() {
		t.Error("a template that is broken is not said to be broken")
	}
	if inv, ok := Read("x", []byte(`{"TemplateBody": {"Resources": {"A": {"Type": "AWS::IAM::Role"}}}}`), place); !ok || len(inv.Identities) != 1 {
		t.Error("what aws cloudformation get-template prints is not read")
	}
}

// TestSteady holds that a name that hangs on a condition is the same in a policy, of which all cases are read, and elsewhere.
func TestSteady(t *testing.T) {
	inv := read(t, `Parameters: {Env: {Type: String}}
Conditions: {IsProd: !Equals [!Ref Env, prod]}
Resources:
  Orders: {Type: "AWS::DynamoDB::Table", Properties: {TableName: !If [IsProd, orders, orders-test]}}
  Role: {Type: "AWS::IAM::Role", Properties: {Policies: [{PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: !If [IsProd, "a:b", "a:c"], Resource: !GetAtt Orders.Arn}]}}]}}
`, place)
	statements := inv.Identities[0].Policies[0].Document.Statement
	if len(statements) != 2 {
		t.Fatalf("%d statements", len(statements))
	}
	for _, s := range statements {
		if want := inv.Tables[0].ARN(); s.Resource[0] != want || !strings.Contains(want, "{if") {
			t.Errorf("%s, not %s", s.Resource[0], want)
		}
	}
}

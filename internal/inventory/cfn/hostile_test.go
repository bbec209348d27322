package cfn

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ddbgen/ddbgen/internal/inventory/picture"
)

// hostile are templates that make a careless reader go on forever, or grow without end.
func hostile() map[string]string {
	role := "\n  R: {Type: \"AWS::IAM::Role\", Properties: {RoleName: %s}}\n"
	doubling := "Resources:\n  T0: {Type: \"AWS::DynamoDB::Table\", Properties: {TableName: aaaaaaaa}}\n"
	for i := range 60 {
		doubling += fmt.Sprintf("  T%d: {Type: \"AWS::DynamoDB::Table\", Properties: {TableName: !Sub \"${T%d}${T%d}\"}}\n", i+1, i, i)
	}
	conditions := "Parameters: {P: {Type: String}}\nConditions:\n  C0: !Equals [!Ref P, x]\n"
	for i := range 60 {
		conditions += fmt.Sprintf("  C%d: !And [!Condition C%d, !Condition C%d]\n", i+1, i, i)
	}
	ifs := "Parameters: {P: {Type: String}}\nConditions:\n"
	items := ""
	for i := range 30 {
		ifs += fmt.Sprintf("  C%d: !Equals [!Ref P, x%d]\n", i, i)
		items += fmt.Sprintf("!If [C%d, \"a:b%d\", \"a:c%d\"], ", i, i, i)
	}
	policy := "Resources:\n  M:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument: {Version: \"2012-10-17\", Statement: [{Effect: Allow, Resource: \"*\", Action: [%s]}]}\n"
	bomb := "Resources:\n  A: &a0 {Type: \"AWS::IAM::Role\"}\n"
	for i := range 12 {
		bomb += fmt.Sprintf("  B%d: &a%d [%s]\n", i, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 10), ", "))
	}
	return map[string]string{
		"a cycle of names":     "Resources:\n  A: {Type: \"AWS::IAM::Role\", Properties: {RoleName: !Ref B}}\n  B: {Type: \"AWS::IAM::Role\", Properties: {RoleName: !Sub \"${A}x\"}}\n",
		"a cycle of joins":     "Resources:" + fmt.Sprintf(role, `!Join ["", [!GetAtt R.Arn, !Ref R]]`),
		"a cycle of conditons": "Conditions: {A: !Not [!Condition B], B: !Or [!Condition A, !Condition B]}\nResources:" + fmt.Sprintf(role, "!If [A, x, y]"),
		"names that double":    doubling,
		"conditions that double": conditions + fmt.Sprintf("Resources:"+role, "!If [C60, x, y]") +
			"  Q: {Type: \"AWS::IAM::ManagedPolicy\", Properties: {PolicyDocument: {Version: \"2012-10-17\", Statement: [{Effect: Allow, Action: !If [C60, \"a:b\", \"a:c\"], Resource: \"*\"}]}}}\n",
		"many conditions": ifs + fmt.Sprintf(policy, strings.TrimSuffix(items, ", ")),
		"an alias bomb":   bomb,
		"a wide map":      "Mappings: {M: {a: {b: [" + strings.TrimSuffix(strings.Repeat("xxxxxxxxxx, ", 20_000), ", ") + "]}}}\n" + fmt.Sprintf(policy, strings.TrimSuffix(strings.Repeat("!FindInMap [M, a, b], ", 5_000), ", ")),
		"a wide join":     fmt.Sprintf(policy, `!Join ["`+strings.Repeat("x", 10_000)+`", [`+strings.TrimSuffix(strings.Repeat("a, ", 50_000), ", ")+`]]`),
		"deep nesting":    "AWSTemplateFormatVersion: x\nResources: " + strings.Repeat("{a: ", 5_000) + strings.Repeat("}", 5_000),
		"deep functions":  `{"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": ` + strings.Repeat(`{"Fn::Sub": [`, 45) + `"x"` + strings.Repeat(`]}`, 45) + `}}}}`,
		"functions of nothing": "AWSTemplateFormatVersion: x\nConditions: {C: !Equals , D: !And x, E: [], F: !Not [], G: {Condition: }}\nResources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: !Sub\n      Path: !GetAtt\n      Policies: [!Ref , !If [], !If , null, 7, {PolicyDocument: null}, {PolicyDocument: []}, !Sub []]\n" +
			"      ManagedPolicyArns: !Join\n      Tags: {a: b}\n      PermissionsBoundary: !Select [x]\n      AssumeRolePolicyDocument: !FindInMap []\n",
		"wrong kinds": "AWSTemplateFormatVersion: x\nParameters: [a]\nMappings: 7\nConditions: x\nGlobals: []\nTransform: {}\nResources:\n  A: null\n  B: {Type: [x]}\n  C: {Type: \"AWS::DynamoDB::Table\", Properties: []}\n" +
			"  D: {Type: \"AWS::DynamoDB::GlobalTable\", Properties: {Replicas: x, KeySchema: 7, TableName: []}}\n  E: {Type: \"AWS::Serverless::Function\", Properties: {Policies: [[[]]], Events: 7, Tracing: []}, Connectors: []}\n  F: {Type: \"AWS::KMS::Key\"}\n  G: {Type: \"AWS::EC2::VPCEndpoint\"}\n" +
			"  H: {Type: \"AWS::SSO::PermissionSet\", Properties: {PermissionsBoundary: x, CustomerManagedPolicyReferences: [7]}}\n  I: {Type: \"AWS::Serverless::Connector\", Properties: 7}\n  J: {Type: \"AWS::IAM::UserToGroupAddition\"}\n  K: {Type: \"AWS::Serverless::SimpleTable\", Properties: {PrimaryKey: x}}\n  L: {Type: \"AWS::IAM::Policy\"}\n",
	}
}

func TestHostile(t *testing.T) {
	for name, src := range hostile() {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			inv, _ := Read("t.yaml", []byte(src), place)
			if took := time.Since(begin); took > 5*time.Second {
				t.Errorf("took %s", took)
			}
			if inv == nil {
				return
			}
			for _, table := range inv.Tables {
				if len(table.Name) > maxText {
					t.Errorf("a name of %d bytes", len(table.Name))
				}
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	for _, src := range hostile() {
		if len(src) < 10_000 {
			f.Add([]byte(src))
		}
	}
	f.Add([]byte(declared))
	f.Fuzz(func(t *testing.T, src []byte) {
		inv, ok := Read("t.yaml", src, Options{})
		again, _ := Read("t.yaml", src, Options{})
		if ok && picture.Of(inv) != picture.Of(again) {
			t.Error("read twice, and not the same")
		}
	})
}

// many is a template of as many resources.
func many(n int) []byte {
	var b strings.Builder
	b.WriteString("AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n")
	for i := range n / 2 {
		fmt.Fprintf(&b, "  T%[1]d: {Type: \"AWS::DynamoDB::Table\", Properties: {KeySchema: [{AttributeName: PK, KeyType: HASH}], AttributeDefinitions: [{AttributeName: PK, AttributeType: S}]}}\n"+
			"  R%[1]d:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: {Version: \"2012-10-17\", Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: \"sts:AssumeRole\"}]}\n"+
			"      Policies:\n        - PolicyName: p\n          PolicyDocument:\n            Version: \"2012-10-17\"\n            Statement:\n              - {Effect: Allow, Action: [\"dynamodb:GetItem\", \"dynamodb:Query\"], Resource: [!GetAtt T%[1]d.Arn, !Sub \"${T%[1]d.Arn}/index/*\"]}\n", i)
	}
	return []byte(b.String())
}

func BenchmarkRead(b *testing.B) {
	src := many(500)
	for b.Loop() {
		if inv, ok := Read("t.yaml", src, place); !ok || len(inv.Identities) != 250 {
			b.Fatal("not read")
		}
	}
}

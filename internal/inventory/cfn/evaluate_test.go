package cfn

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// declared is what the values of TestValues can refer to.
const declared = `
Parameters:
  Env: {Type: String}
  Stage: {Type: String, Default: dev}
  Given: {Type: String, Default: no}
  Arns: {Type: CommaDelimitedList, Default: "a, b"}
  Kept: {Type: "AWS::SSM::Parameter::Value<String>", Default: /name/of/it}
Mappings:
  Names: {eu-west-1: {table: orders, list: [x, y]}, "*": {table: star}}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsDev: !Equals [!Ref Stage, dev]
  NotDev: !Not [!Condition IsDev]
  Both: !And [!Condition IsDev, !Condition IsProd]
  Neither: !And [!Condition NotDev, !Condition IsProd]
  Either: !Or [!Condition IsDev, !Condition IsProd]
  Same: !Equals [!Ref Env, !Ref Env]
  Circle: !Not [!Condition Circle]
  InMap: !Equals [!FindInMap [Names, eu-west-1, table], orders]
Resources:
  Orders: {Type: "AWS::DynamoDB::Table", Properties: {}}
  Named: {Type: "AWS::DynamoDB::Table", Properties: {TableName: !Sub "${Env}-named"}}
  Loop: {Type: "AWS::DynamoDB::Table", Properties: {TableName: !Sub "${Loop}-x"}}
  Api: {Type: "AWS::IAM::Role", Properties: {RoleName: api, Path: /app/}}
  Policy: {Type: "AWS::IAM::ManagedPolicy", Properties: {ManagedPolicyName: p}}
  Key: {Type: "AWS::KMS::Key", Properties: {}}
  Fn: {Type: "AWS::Lambda::Function", Properties: {FunctionName: f}}
  Queue: {Type: "AWS::SQS::Queue"}
  GitHub: {Type: "AWS::IAM::OIDCProvider", Properties: {Url: "https://token.actions.githubusercontent.com", ClientIdList: [sts.amazonaws.com]}}
  Cluster: {Type: "AWS::IAM::OIDCProvider", Properties: {Url: !Sub "https://oidc.eks.${AWS::Region}.amazonaws.com/id/${Env}"}}
  Slash: {Type: "AWS::IAM::OIDCProvider", Properties: {Url: "https://shop.eu.auth0.com/"}}
  Issuer: {Type: "AWS::IAM::OIDCProvider", Properties: {Url: !Ref Env}}
  Choice: {Type: "AWS::IAM::OIDCProvider", Properties: {Url: !If [IsProd, "https://a.example", "https://b.example"]}}
  Plain: {Type: "AWS::IAM::OIDCProvider", Properties: {Url: "http://example.com"}}
  Empty: {Type: "AWS::IAM::OIDCProvider", Properties: {Url: "https://"}}
  Listed: {Type: "AWS::IAM::OIDCProvider", Properties: {Url: [a]}}
  Itself: {Type: "AWS::IAM::OIDCProvider", Properties: {Url: !GetAtt Itself.Arn}}
  Missing: {Type: "AWS::IAM::OIDCProvider"}
  Staff: {Type: "AWS::IAM::SAMLProvider", Properties: {Name: staff}}
  Saml: {Type: "AWS::IAM::SAMLProvider", Properties: {}}
  Alias: {Type: "AWS::KMS::Alias", Properties: {AliasName: alias/data}}
  Pool: {Type: "AWS::Cognito::IdentityPool", Properties: {IdentityPoolName: shop}}
Value: `

// evaluated computes a value that is written in YAML.
func evaluated(t *testing.T, value string, o Options) (*tree.Node, *template) {
	t.Helper()
	src := []byte(declared + value + "\n")
	nodes, ds := tree.ParseYAML("t.yaml", src)
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	x := newTemplate("t.yaml", src, nodes[0], o)
	return x.value(nodes[0].Get("Value")), x
}

func TestValues(t *testing.T) {
	o := Options{Account: "444455556666", Region: "eu-west-1", Parameters: map[string]string{"Given": "yes"}}
	for _, c := range []struct{ value, want, unknown string }{
		{`plain`, `"plain"`, ""},
		{`{a: [1, true, null]}`, `{"a":[1,true,null]}`, ""},
		{`!Ref Stage`, `"dev"`, ""},
		{`{Ref: Stage}`, `"dev"`, ""},
		{`!Ref Given`, `"yes"`, ""},
		{`!Ref Env`, `"{Env}"`, "the parameter Env"},
		{`!Ref Kept`, `"{Kept}"`, "the parameter Kept"},
		{`!Ref Arns`, `["a","b"]`, ""},
		{`!Ref Nothing`, `"{Nothing}"`, "Nothing, which is neither a parameter nor a resource of the template"},
		{`!Ref AWS::AccountId`, `"444455556666"`, ""},
		{`!Ref AWS::Region`, `"eu-west-1"`, ""},
		{`!Ref AWS::Partition`, `"aws"`, ""},
		{`!Ref AWS::URLSuffix`, `"amazonaws.com"`, ""},
		{`!Ref AWS::StackName`, `"{StackName}"`, "the name of the stack"},
		{`!Ref AWS::StackId`, `"{StackId}"`, "the id of the stack"},
		{`{a: !Ref "AWS::NoValue", b: [1, !Ref "AWS::NoValue"]}`, `{"b":[1]}`, ""},
		{`!Ref Orders`, `"{Orders}"`, "the name or id of Orders, which AWS chooses"},
		{`!Ref Named`, `"{Env}-named"`, "the parameter Env"},
		{`!Ref Policy`, `"arn:aws:iam::444455556666:policy/p"`, ""},
		{`!Ref Api`, `"api"`, ""},
		{`!GetAtt Orders.Arn`, `"arn:aws:dynamodb:eu-west-1:444455556666:table/{Orders}"`, "the name or id of Orders, which AWS chooses"},
		{`!GetAtt [Orders, Arn]`, `"arn:aws:dynamodb:eu-west-1:444455556666:table/{Orders}"`, "the name or id of Orders, which AWS chooses"},
		{`{"Fn::GetAtt": Orders.Arn}`, `"arn:aws:dynamodb:eu-west-1:444455556666:table/{Orders}"`, "the name or id of Orders, which AWS chooses"},
		{`!GetAtt Orders.StreamArn`, `"arn:aws:dynamodb:eu-west-1:444455556666:table/{Orders}/stream/{Orders.StreamLabel}"`, "the name or id of Orders, which AWS chooses; the label of the stream of Orders, which AWS chooses"},
		{`!GetAtt Api.Arn`, `"arn:aws:iam::444455556666:role/app/api"`, ""},
		{`!Ref GitHub`, `"arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com"`, ""},
		{`!GetAtt GitHub.Arn`, `"arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com"`, ""},
		{`!Sub "${GitHub}"`, `"arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com"`, ""},
		{`!GetAtt Cluster.Arn`, `"arn:aws:iam::444455556666:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/{Env}"`, "the parameter Env"},
		{`!Ref Slash`, `"arn:aws:iam::444455556666:oidc-provider/shop.eu.auth0.com/"`, ""},
		{`!Ref Issuer`, `"{Issuer.Arn}"`, "the ARN of Issuer"},
		{`!GetAtt Issuer.Arn`, `"{Issuer.Arn}"`, "the ARN of Issuer"},
		{`!GetAtt Choice.Arn`, `"{Choice.Arn}"`, "the ARN of Choice"},
		{`!GetAtt Plain.Arn`, `"{Plain.Arn}"`, "the ARN of Plain"},
		{`!GetAtt Empty.Arn`, `"{Empty.Arn}"`, "the ARN of Empty"},
		{`!GetAtt Listed.Arn`, `"{Listed.Arn}"`, "the ARN of Listed"},
		{`!GetAtt Itself.Arn`, `"{Itself.Arn}"`, "the ARN of Itself"},
		{`!GetAtt Missing.Arn`, `"{Missing.Arn}"`, "the ARN of Missing"},
		{`!Ref Staff`, `"arn:aws:iam::444455556666:saml-provider/staff"`, ""},
		{`!GetAtt Staff.Arn`, `"arn:aws:iam::444455556666:saml-provider/staff"`, ""},
		{`!Ref Saml`, `"arn:aws:iam::444455556666:saml-provider/{Saml}"`, "the name or id of Saml, which AWS chooses"},
		{`!Ref Alias`, `"alias/data"`, ""},
		{`!Ref Pool`, `"{Pool}"`, "the name or id of Pool, which AWS chooses"},
		{`!GetAtt Key.Arn`, `"arn:aws:kms:eu-west-1:444455556666:key/{Key}"`, "the name or id of Key, which AWS chooses"},
		{`!GetAtt Fn.Arn`, `"arn:aws:lambda:eu-west-1:444455556666:function:f"`, ""},
		{`!GetAtt Queue.Arn`, `"{Queue.Arn}"`, "the ARN of Queue"},
		{`!GetAtt Gone.Arn`, `"{Gone.Arn}"`, "Arn of Gone, which is no resource of the template"},
		{`!Sub "${Stage}-${!aws:username}-${Named.Arn}-${AWS::Region}"`, `"dev-${aws:username}-arn:aws:dynamodb:eu-west-1:444455556666:table/{Env}-named-eu-west-1"`, "the parameter Env"},
		{`!Sub ["${a}/${Stage}/${b}", {a: x, b: !Ref Given}]`, `"x/dev/yes"`, ""},
		{`!Sub "${Stage"`, `"${Stage"`, ""},
		{`!Sub ["${Stage}"]`, `"dev"`, ""},
		{`!Join [":", [a, !Ref Stage, 7, true]]`, `"a:dev:7:true"`, ""},
		{`!Join ["", !Ref Arns]`, `"ab"`, ""},
		{`{"Fn::Join": ["", ["arn:", {Ref: "AWS::Partition"}, ":s3:::x"]]}`, `"arn:aws:s3:::x"`, ""},
		{`!Select [1, [a, b]]`, `"b"`, ""},
		{`!Select ["1", !Split ["/", "x/y"]]`, `"y"`, ""},
		{`!Select [1, !Split ["/", !GetAtt Orders.Arn]]`, `"{Orders}"`, "the name or id of Orders, which AWS chooses"},
		{`!Split [",", "a,b"]`, `["a","b"]`, ""},
		{`!Base64 abc`, `"YWJj"`, ""},
		{`!FindInMap [Names, !Ref "AWS::Region", table]`, `"orders"`, ""},
		{`!FindInMap [Names, eu-west-1, list]`, `["x","y"]`, ""},
		{`!FindInMap [Names, none, table, {DefaultValue: d}]`, `"d"`, ""},
		{`{"Fn::ToJsonString": {a: !Ref Stage}}`, `"{\"a\":\"dev\"}"`, ""},
		{`{"Fn::Length": [1, 2]}`, `2`, ""},
		{`!ImportValue "other-arn"`, `"{import.other-arn}"`, "the export other-arn of another stack"},
		{`!If [IsDev, a, b]`, `"a"`, ""},
		{`!If [NotDev, a, b]`, `"b"`, ""},
		{`!If [Neither, a, b]`, `"b"`, ""},
		{`!If [Either, a, b]`, `"a"`, ""},
		{`!If [Same, a, b]`, `"a"`, ""},
		{`!If [InMap, a, b]`, `"a"`, ""},
		{`!If [Both, a, a]`, `"a"`, ""},
		{`!If [IsProd, [a], [b]]`, `["a","b"]`, "whether the condition IsProd holds"},
		{`[x, !If [IsProd, [a], [b]]]`, `["x","a","b"]`, ""},
		{`!If [IsProd, {a: 1}, !Ref "AWS::NoValue"]`, `{"a":1}`, "whether the condition IsProd holds"},
		{`"x{{resolve:ssm:/a/b}}y"`, `"x{resolve.ssm..a.b.3e06a057}y"`, "the dynamic reference resolve:ssm:/a/b"},
	} {
		n, _ := evaluated(t, c.value, o)
		if got := string(n.JSON()); got != c.want {
			t.Errorf("%s\n  is   %s\n  want %s", c.value, got, c.want)
		}
		if got := strings.Join(n.Unknown, "; "); got != c.unknown {
			t.Errorf("%s\n  unknown %q\n  want    %q", c.value, got, c.unknown)
		}
	}
}

// TestUnknown holds that what cannot be computed is said, and has a name that nothing else has.
func TestUnknown(t *testing.T) {
	values := []string{
		`!If [IsProd, a, b]`, `!If [IsProd, a, c]`, `!If [Circle, a, b]`, `!Select [9, [a]]`, `!Select [0, !Ref Env]`, `!Split ["/", !Ref Env]`,
		`!GetAZs ""`, `!FindInMap [Names, !Ref Env, table]`, `!FindInMap [Names, none, table]`, `!Cidr [a, 1, 2]`, `{"Fn::Transform": {Name: "AWS::Include"}}`, `!Unheard x`,
		`!Sub "${Loop}"`, `!Join [1]`, `!Base64 {Ref: Env}`, `{"Fn::Length": {Ref: Env}}`, `!ImportValue a:b`, `!ImportValue a/b`, `!If [IsProd, a]`,
	}
	all, _ := evaluated(t, "\n- "+strings.Join(values, "\n- "), Options{})
	names := map[string]string{}
	for i, n := range all.Items {
		if len(n.Unknown) == 0 || !strings.Contains(n.Text, "{") {
			t.Errorf("%s is %s, with nothing unknown", values[i], n.JSON())
		}
		if strings.ContainsAny(n.Text, "*?$:/") {
			t.Errorf("%s is %s, which means something in a pattern", values[i], n.Text)
		}
		if other, twice := names[n.Text]; twice {
			t.Errorf("%s and %s are both %s", values[i], other, n.Text)
		}
		names[n.Text] = values[i]
	}
}

// TestAssumed holds that an account that nobody gave is said, once.
func TestAssumed(t *testing.T) {
	n, x := evaluated(t, `[!Ref "AWS::AccountId", !GetAtt Orders.Arn, !GetAtt Api.Arn]`, Options{})
	if got := n.Items[1].Text; got != "arn:aws:dynamodb:us-east-1:000000000000:table/{Orders}" {
		t.Error(got)
	}
	if got := found(x.inv.Findings, idAssumed); len(got) != 1 {
		t.Errorf("%d notes", len(got))
	}
	_, x = evaluated(t, `!Ref "AWS::AccountId"`, Options{Account: "1", Region: "cn-north-1"})
	if got := found(x.inv.Findings, idAssumed); len(got) != 0 {
		t.Errorf("%d notes", len(got))
	}
	if n, _ = evaluated(t, `!Sub "arn:${AWS::Partition}:${AWS::URLSuffix}"`, Options{Region: "cn-north-1"}); n.Text != "arn:aws-cn:amazonaws.com.cn" {
		t.Error(n.Text)
	}
}

func found(ds hcl.Diagnostics, id string) hcl.Diagnostics {
	var out hcl.Diagnostics
	for _, d := range ds {
		if string(diag.IDOf(d)) == id {
			out = append(out, d)
		}
	}
	return out
}

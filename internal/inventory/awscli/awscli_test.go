package awscli_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/inventory/awscli"
)

// shown is an inventory in lines: each thing with its documents, which stand at their lines.
func shown(inv *inventory.Inventory) []string {
	doc := func(what string, d *inventory.Document) string {
		if d == nil {
			return ""
		}
		s := d.Document.Statement[0]
		return fmt.Sprintf(" %s %s@%d %s %s;", what, d.Name, d.Statement(0).Start.Line, d.Kind, strings.Join(append(s.Action, s.NotAction...), ","))
	}
	var out []string
	for _, i := range inv.Identities {
		line := fmt.Sprintf("%s %s@%d %s:", i.Kind, i.Name, i.Range.Start.Line, i.ARN) + doc("trust", i.Trust)
		for _, d := range i.Policies {
			line += doc("policy", d)
		}
		line += doc("boundary", i.Boundary)
		for _, u := range i.Unread {
			line += " unread " + u + ";"
		}
		for _, t := range i.Tags {
			line += " tag " + t.Key + "=" + t.Value + ";"
		}
		out = append(out, line)
	}
	for _, t := range inv.Tables {
		line := fmt.Sprintf("table %s key %s ttl %s:", t.ARN(), t.PartitionKey.Name, t.TimeToLive) + doc("policy", t.Policy) + doc("stream", t.StreamPolicy)
		for _, tag := range t.Tags {
			line += " tag " + tag.Key + "=" + tag.Value + ";"
		}
		out = append(out, line)
	}
	for _, k := range inv.Keys {
		out = append(out, fmt.Sprintf("key %s %s:", k.Name, k.ARN)+doc("policy", k.Policy))
	}
	for _, e := range inv.Endpoints {
		out = append(out, fmt.Sprintf("endpoint %s %s %s gateway %v@%d:", e.Name, e.Service, e.VPC, e.Gateway, e.Range.Start.Line)+doc("policy", e.Policy))
	}
	for _, d := range inv.Findings {
		line := 0
		if d.Subject != nil {
			line = d.Subject.Start.Line
		}
		out = append(out, fmt.Sprintf("finding %d %s", line, d.Summary))
	}
	return out
}

func TestAccount(t *testing.T) {
	src, err := os.ReadFile("testdata/account.json")
	if err != nil {
		t.Fatal(err)
	}
	inv, ok := awscli.Read("account.json", src)
	if !ok {
		t.Fatal("not known")
	}
	want := []string{
		"role orders-api@34 arn:aws:iam::111122223333:role/service/orders-api: trust trust policy@43 trust sts:AssumeRole; policy rows@54 role dynamodb:GetItem;" +
			" policy AWSLambdaBasicExecutionRole@59 role logs:CreateLogGroup,logs:CreateLogStream,logs:PutLogEvents; policy orders@81 role dynamodb:Query;" +
			" boundary limit@95 boundary dynamodb:*; unread arn:aws:iam::aws:policy/PowerUserAccess;",
		"user ana@3 arn:aws:iam::111122223333:user/ana: policy scan@26 role dynamodb:Scan; tag team=data;",
		"group analysts@15 arn:aws:iam::111122223333:group/analysts: policy scan@26 role dynamodb:Scan;",
		"policy elsewhere@108 arn:aws:iam::111122223333:policy/elsewhere: policy elsewhere@115 role s3:GetObject;",
	}
	if diff := cmp.Diff(want, shown(inv)); diff != "" {
		t.Error(diff)
	}
	if strings.Count(fmt.Sprintf("%p %p", inv.Identities[1].Policies[0], inv.Identities[2].Policies[0]), fmt.Sprintf("%p", inv.Identities[1].Policies[0])) != 2 {
		t.Error("the policy of a group is not one document")
	}
}

const (
	allow  = `{"Statement": [{"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"}]}`
	trust  = `{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}]}`
	key    = `{"Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", "Principal": {"AWS": "*"}}]}`
	open   = `{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"}]}`
	orders = "arn:aws:dynamodb:eu-central-1:111122223333:table/Orders"
)

func table(resource string) string {
	return fmt.Sprintf(`{"Statement": [{"Effect": "Deny", "Action": "dynamodb:*", "Resource": %q, "Principal": "*"}]}`, resource)
}

func quoted(document string) string { return fmt.Sprintf("%q", document) }

const described = `{"Table": {"TableName": "Orders", "TableArn": "arn:aws:dynamodb:eu-central-1:111122223333:table/Orders", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "Replicas": [{}]}}`

func TestForms(t *testing.T) {
	for _, c := range []struct {
		name, file, src string
		want            []string
	}{
		{"a document", "reader.json", "\n" + allow, []string{"policy reader@2 : policy reader@2 role dynamodb:GetItem;"}},
		{"documents", "a.json", "[" + allow + ",\n" + trust + ",\n" + open + "," + key + "]", []string{
			"policy a@1 : policy a@1 role dynamodb:GetItem;", "role a number 2@2 : trust a number 2@2 trust sts:AssumeRole;",
			"key a number 4 : policy a number 4@3 key kms:Decrypt;", "endpoint a number 3   gateway false@3: policy a number 3@3 endpoint *;",
		}},
		{"documents one after the other", "a.json", allow + "\n" + allow, []string{"policy a@1 : policy a@1 role dynamodb:GetItem;", "policy a number 2@2 : policy a number 2@2 role dynamodb:GetItem;"}},
		{"a document for a table", "a.json", table(orders + "/index/*"), []string{"table " + orders + " key  ttl : policy a@1 table dynamodb:*;"}},
		{"a document for a stream", "a.json", table(orders + "/stream/*"), []string{"table " + orders + " key  ttl : stream a@1 table dynamodb:*;"}},
		{"a document for any table", "a.json", table("arn:aws:dynamodb:*:*:table/*"), []string{"endpoint a   gateway false@1: policy a@1 endpoint dynamodb:*;"}},
		{"a document for a bucket", "a.json", strings.ReplaceAll(open, `"Action": "*"`, `"Action": "s3:GetObject"`), []string{"finding 1 Policy of something else"}},
		{"a document with half of its principals", "a.json", strings.Replace(open, "]", `, {"Effect": "Deny", "Action": "*", "Resource": "*"}]`, 1), []string{"finding 1 Policy of something else"}},
		{"a file of a build: role", "policies/role.api~2.json", allow, []string{"role api@1 : policy role.api~2@1 role dynamodb:GetItem;"}},
		{"a file of a build: trust", "trust.api.json", trust, []string{"role api@1 : trust trust.api@1 trust sts:AssumeRole;"}},
		{"a file of a build: table", "table.orders.json", table("*"), []string{"table arn:aws:dynamodb:*:*:table/orders key  ttl : policy table.orders@1 table dynamodb:*;"}},
		{"a file of a build: key", "key.data.json", open, []string{"key data : policy key.data@1 key *;"}},
		{"a file of a build: endpoint", `c:\x\endpoint.app.json`, table(orders), []string{"endpoint app   gateway false@1: policy endpoint.app@1 endpoint dynamodb:*;"}},
		{"a file of a build: boundary", "boundary.json", allow, []string{"policy boundary@1 : boundary boundary@1 boundary dynamodb:GetItem;"}},
		{"a document that cannot be read", "a.json", "{\"Statement\": [\n{\"Effect\": \"allow\", \"Action\": \"*\"}]}", []string{"finding 2 Policy that cannot be read"}},
		{"get-policy and get-policy-version", "a.json", `{"Policy": {"PolicyName": "p", "Arn": "arn:p", "DefaultVersionId": "v1"}}{"PolicyVersion": {"Document": ` + allow + `, "IsDefaultVersion": true}}`,
			[]string{"policy p@1 arn:p: policy p@1 role dynamodb:GetItem;"}},
		{"a version that is not in force", "a.json", `{"PolicyVersion": {"Document": ` + allow + `, "IsDefaultVersion": false}}`,
			[]string{"policy a@1 : policy a@1 role dynamodb:GetItem;", "finding 1 Version that is not in force"}},
		{"a role, its policies and its tags", "a.json", `{"Role": {"RoleName": "r", "Arn": "arn:r", "AssumeRolePolicyDocument": ` + trust + `}}` + "\n" +
			`{"RoleName": "r", "PolicyName": "p", "PolicyDocument": ` + allow + `}` + "\n" + `{"AttachedPolicies": [{"PolicyName": "q", "PolicyArn": "arn:q"}]}` + "\n" +
			`{"Tags": [{"Key": "a", "Value": "b"}], "IsTruncated": false}`,
			[]string{"role r@1 arn:r: trust trust policy@1 trust sts:AssumeRole; policy p@2 role dynamodb:GetItem; unread arn:q; tag a=b;"}},
		{"a user, a group", "a.json", `{"UserName": "u", "PolicyName": "p", "PolicyDocument": ` + allow + `}{"Group": {"GroupName": "g", "Arn": "arn:aws:iam::1:group/g"}, "Users": [{"UserName": "u", "Arn": "arn:aws:iam::1:user/u"}]}{"GroupName": "g", "PolicyName": "q", "PolicyDocument": ` + trust + `}`,
			[]string{"user u@1 arn:aws:iam::1:user/u: policy p@1 role dynamodb:GetItem; policy q@1 role sts:AssumeRole;", "group g@1 arn:aws:iam::1:group/g: policy q@1 role sts:AssumeRole;"}},
		{"roles of two accounts", "a.json", `{"Roles": [{"RoleName": "r", "Arn": "arn:1"}, {"RoleName": "r", "Arn": "arn:2"}]}`, []string{"role r@1 arn:1:", "role r@1 arn:2:"}},
		{"policies of nobody", "a.json", `{"AttachedPolicies": [{"PolicyName": "q", "PolicyArn": "arn:q"}]}`, []string{"finding 1 Policies that are attached to nobody"}},
		{"names of policies", "a.json", `{"PolicyNames": ["p"]}`, []string{"finding 1 List of policies without documents"}},
		{"names of policies that are printed too", "a.json", `{"Role": {"RoleName": "r", "Arn": "arn:r"}}{"PolicyNames": ["p"]}{"RoleName": "r", "PolicyName": "p", "PolicyDocument": ` + allow + `}`,
			[]string{"role r@1 arn:r: policy p@1 role dynamodb:GetItem;"}},
		{"names of policies of which another role's is printed", "a.json", `{"Role": {"RoleName": "r", "Arn": "arn:r"}}` + "\n" + `{"PolicyNames": ["p"]}{"RoleName": "s", "PolicyName": "p", "PolicyDocument": ` + allow + `}`,
			[]string{"role r@1 arn:r:", "role s@2 : policy p@2 role dynamodb:GetItem;", "finding 2 List of policies without documents"}},
		{"a role out of its output", "a.json", `{"RoleName": "r", "RoleId": "AROA", "Arn": "arn:r", "AssumeRolePolicyDocument": ` + trust + `}{"AttachedPolicies": [{"PolicyName": "q", "PolicyArn": "arn:q"}]}`,
			[]string{"role r@1 arn:r: trust trust policy@1 trust sts:AssumeRole; unread arn:q;"}},
		{"users and groups out of an account", "a.json", `[{"UserName": "u", "UserId": "AIDA", "Arn": "arn:aws:iam::1:user/u", "GroupList": ["g"], "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": ` + allow + `}]},` + "\n" +
			`{"GroupName": "g", "GroupId": "AGPA", "Arn": "arn:aws:iam::1:group/g", "GroupPolicyList": [{"PolicyName": "q", "PolicyDocument": ` + allow + `}]}]`,
			[]string{"user u@1 arn:aws:iam::1:user/u: policy p@1 role dynamodb:GetItem; policy q@2 role dynamodb:GetItem;", "group g@2 arn:aws:iam::1:group/g: policy q@2 role dynamodb:GetItem;"}},
		{"no names of policies", "a.json", `{"PolicyNames": []}`, nil},
		{"list-policies", "a.json", `{"Policies": [{"PolicyName": "p", "Arn": "arn:p"}]}`, []string{"finding 1 List of policies without documents"}},
		{"a part of an account", "a.json", `{"RoleDetailList": [], "IsTruncated": true}`, []string{"finding 1 Part of an account"}},
		{"a table with its settings, policy and tags", "a.json", described + `{"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "at"}}` + "\n" + `{"Policy": ` + quoted(table(orders)) + `, "RevisionId": "1"}` + `{"Tags": [{"Key": "a", "Value": "b"}]}`,
			[]string{"table " + orders + " key id ttl at: policy a@2 table dynamodb:*; tag a=b;"}},
		{"a policy of another table", "a.json", described + `{"Policy": ` + quoted(table(orders+"2")) + `}`,
			[]string{"table " + orders + " key id ttl :", "table " + orders + "2 key  ttl : policy a@1 table dynamodb:*;"}},
		{"the policies of a table and its stream", "a.json", `{"Policy": ` + quoted(table(orders)) + `}{"Policy": ` + quoted(table(orders+"/stream/2025-01-01T00:00:00.000")) + `}`,
			[]string{"table " + orders + " key  ttl : policy a@1 table dynamodb:*; stream a number 2@1 table dynamodb:*;"}},
		{"a table that is not described well", "a.json", `{"Table": {"TableName": "a"}}`, []string{"table arn:aws:dynamodb:*:*:table/a key  ttl :", "finding 1 Key that is no key"}},
		{"a key with its alias", "a.json", `{"KeyMetadata": {"KeyId": "k", "Arn": "arn:k", "KeyManager": "CUSTOMER"}}{"Policy": ` + quoted(key) + `, "PolicyName": "default"}{"Aliases": [{"AliasName": "alias/a", "TargetKeyId": "k"}, {"AliasName": "alias/b", "TargetKeyId": "k"}]}`,
			[]string{"key alias/a arn:k: policy a@1 key kms:Decrypt;"}},
		{"a key of AWS", "a.json", `{"KeyMetadata": {"KeyId": "k", "Arn": "arn:k", "KeyManager": "AWS"}}{"Policy": ` + quoted(key) + `}`, nil},
		{"a key alone", "data.json", `{"Policy": ` + quoted(key) + `}`, []string{"key data : policy data@1 key kms:Decrypt;"}},
		{"endpoints", "a.json", `{"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "VpcEndpointType": "Gateway", "VpcId": "vpc-1", "ServiceName": "com.amazonaws.eu-central-1.dynamodb",` + "\n" + `"PolicyDocument": ` + quoted(open) + `},` + "\n" +
			`{"VpcEndpointId": "vpce-2", "ServiceName": "com.amazonaws.eu-central-1.s3", "PolicyDocument": ` + quoted(open) + `},` + "\n" +
			`{"VpcEndpointId": "vpce-3", "VpcEndpointType": "Interface", "VpcId": "vpc-1", "ServiceName": "com.amazonaws.eu-central-1.dynamodb-streams", "PolicyDocument": ` + quoted(table("*")) + `}]}`,
			[]string{"endpoint vpce-1 com.amazonaws.eu-central-1.dynamodb vpc-1 gateway true@2:", "endpoint vpce-3 com.amazonaws.eu-central-1.dynamodb-streams vpc-1 gateway false@4: policy endpoint policy@4 endpoint dynamodb:*;"}},
		{"a permission set", "a.json", `{"PermissionSet": {"Name": "Dev", "PermissionSetArn": "arn:ps"}}{"InlinePolicy": ` + quoted(allow) + `}`, []string{"permission set Dev@1 arn:ps: policy inline policy@1 role dynamodb:GetItem;"}},
		{"something else beside it", "a.json", allow + "\n{\"x\": 1}", []string{"policy a@1 : policy a@1 role dynamodb:GetItem;", "finding 2 Part of a file that is not known"}},
		{"the end in the middle", "a.json", allow + "\n{\"x\": ", []string{"policy a@1 : policy a@1 role dynamodb:GetItem;", "finding 2 Not JSON"}},
		{"a name twice", "a.json", `{"Role": {"RoleName": "r",` + "\n" + `"RoleName": "s"}}`, []string{"finding 2 Name that comes twice"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			inv, ok := awscli.Read(c.file, []byte(c.src))
			if !ok {
				t.Fatal("not known")
			}
			if diff := cmp.Diff(c.want, shown(inv)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUnknown(t *testing.T) {
	for _, src := range []string{
		"", "x", "{}", "[]", "1", `{"Users": [{"name": "a"}]}`, `{"Statement": ["a"]}`, `{"Statement": "x"}`, `{"Policy": "x"}`, `{"Table": {"rows": 1}}`, `{"Tags": ["a"]}`,
		`{"Role": "admin"}`, `[[{"Statement": []}]]`, `{"format_version": "1.2"}`, `{"Resources": {}}`,
	} {
		if inv, ok := awscli.Read("a.json", []byte(src)); ok {
			t.Errorf("%s is taken for %v", src, shown(inv))
		}
	}
}

// TestTime holds that a file takes no time in the square of its length.
func TestTime(t *testing.T) {
	repeat := func(one string) string { return strings.Repeat(one+"\n", 5_000) }
	for name, src := range map[string]string{
		"documents":         repeat(allow),
		"roles of one name": repeat(`{"Role": {"RoleName": "r", "Arn": "arn:r", "AssumeRolePolicyDocument": ` + trust + `}}`),
		"policies of one":   repeat(`{"RoleName": "r", "PolicyName": "p", "PolicyDocument": ` + allow + `}`),
		"tables":            repeat(described),
		"table policies":    repeat(`{"Policy": ` + quoted(table(orders)) + `}`),
		"attached":          `{"Role": {"RoleName": "r", "Arn": "arn:r"}}` + repeat(`{"AttachedPolicies": [{"PolicyName": "q", "PolicyArn": "arn:q"}]}`),
	} {
		start := time.Now()
		if _, ok := awscli.Read("a.json", []byte(src)); !ok {
			t.Errorf("%s: not known", name)
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s: %s", name, took)
		} else {
			t.Logf("%s: %s", name, took)
		}
	}
}

func FuzzRead(f *testing.F) {
	src, err := os.ReadFile("testdata/account.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add("a.json", string(src))
	for _, s := range []string{allow, trust, key, open, described, `{"Policy": ` + quoted(table(orders)) + `}`, `{"Users": [null]}`, `{"Groups": [1]}`, `{"KeyMetadata": {"KeyId": 1}}`, `{"VpcEndpoint": {"VpcEndpointId": []}}`, `{"RoleDetailList": [{"RoleName": {}}]}`} {
		f.Add("role.x.json", s)
	}
	f.Fuzz(func(t *testing.T, file, src string) {
		inv, ok := awscli.Read(file, []byte(src))
		if !ok {
			return
		}
		for _, d := range inv.Documents() {
			for i := range d.Document.Statement {
				if at := d.Statement(i); at.End.Byte > len(src) {
					t.Errorf("statement %d stands at %v", i, at)
				}
			}
		}
	})
}

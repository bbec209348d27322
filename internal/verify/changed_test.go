package verify_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/ddbgen/ddbgen/internal/verify"
)

// resources are the changes of a plan, as they stand in its JSON.
type resources []any

func (r resources) at(address string) map[string]any {
	for _, c := range r {
		if c := c.(map[string]any); c["address"] == address {
			return c["change"].(map[string]any)
		}
	}
	panic("no " + address)
}

func (r resources) after(address string) map[string]any {
	return r.at(address)["after"].(map[string]any)
}

func (r resources) without(address string) resources {
	var out resources
	for _, c := range r {
		if c.(map[string]any)["address"] != address {
			out = append(out, c)
		}
	}
	return out
}

func (r resources) with(kind string, after map[string]any) resources {
	return append(r, map[string]any{
		"address": kind + ".own", "mode": "managed", "type": kind, "name": "own",
		"change": map[string]any{"after": after, "after_unknown": map[string]any{}},
	})
}

// TestChangedPlans changes a real plan in ways that Terraform could have come to as well.
func TestChangedPlans(t *testing.T) {
	const keyID = "0a1b2c3d-1111-2222-3333-444455556666"
	const role = "module.roles.aws_iam_role.loader"
	for name, test := range map[string]struct {
		plan   string
		change func(p map[string]any, r resources) resources
		want   []string
	}{
		"no boundary": {"clean", func(_ map[string]any, r resources) resources {
			delete(r.after(role), "permissions_boundary")
			return r
		}, []string{"error unbounded-role " + role + " has no permissions boundary"}},
		"a boundary that is not there yet": {"clean", func(_ map[string]any, r resources) resources {
			delete(r.after(role), "permissions_boundary")
			r.at(role)["after_unknown"] = map[string]any{"permissions_boundary": true}
			return r
		}, []string{"error unbounded-role " + role + ".permissions_boundary depends on something that does not exist yet"}},
		"a role of the other root": {"clean", func(_ map[string]any, r resources) resources {
			return r.with("aws_iam_role", map[string]any{"name": "shop-planner", "assume_role_policy": "{}"})
		}, []string{"error other-root aws_iam_role.own makes or changes the role shop-planner"}},
		"no boundary to bootstrap": {"bootstrap", func(_ map[string]any, r resources) resources {
			return r.without("module.bootstrap.aws_iam_policy.permissions-boundary")
		}, []string{"error not-planned No policy of the plan is the permissions boundary " + boundary}},
		"a boundary that is known later": {"bootstrap", func(_ map[string]any, r resources) resources {
			r.at("module.bootstrap.aws_iam_policy.permissions-boundary")["after_unknown"] = map[string]any{"policy": true, "arn": true}
			return r
		}, []string{"error unknown-policy module.bootstrap.aws_iam_policy.permissions-boundary.policy"}},
		"nobody who deploys": {"bootstrap", func(_ map[string]any, r resources) resources {
			return r.without("module.bootstrap.aws_iam_role.deployer")
		}, []string{"error not-planned No role of the plan is called shop-deployer"}},
		"a trust to bootstrap": {"bootstrap", func(_ map[string]any, r resources) resources {
			r.after("module.bootstrap.aws_iam_role.planner")["assume_role_policy"] = r.after("module.bootstrap.aws_iam_role.deployer")["assume_role_policy"]
			return r
		}, []string{
			"error allows-less module.bootstrap.aws_iam_role.planner.assume_role_policy",
			"error allows-more module.bootstrap.aws_iam_role.planner.assume_role_policy",
			"error law module.bootstrap.aws_iam_role.planner.assume_role_policy allows a subject that is not written out",
		}},
		"a plan of the other root": {"bootstrap", func(_ map[string]any, r resources) resources {
			return r.with("aws_iam_role", map[string]any{"name": "shop-api", "assume_role_policy": "{}"})
		}, []string{"error other-root aws_iam_role.own makes or changes the role shop-api, which the environment's own root makes"}},
		"a boundary of who deploys": {"bootstrap", func(_ map[string]any, r resources) resources {
			r.after("module.bootstrap.aws_iam_role.deployer")["permissions_boundary"] = "arn:aws:iam::444455556666:policy/account-boundary"
			return r
		}, []string{}},
		"partial": {"clean", func(p map[string]any, r resources) resources { p["complete"] = false; return r },
			[]string{"error partial-plan The plan leaves something out"}},
		"policy not attached": {"clean", func(_ map[string]any, r resources) resources {
			return r.without(`module.roles.aws_iam_role_policy_attachment.loader["1"]`)
		}, []string{`error not-planned module.roles.aws_iam_policy.loader["1"] is not attached to the role shop-loader`}},
		"no role": {"clean", func(_ map[string]any, r resources) resources { return r.without("module.roles.aws_iam_role.loader") },
			[]string{"error not-planned No role of the plan is called shop-loader"}},
		"no alias": {"clean", func(_ map[string]any, r resources) resources { return r.without("module.keys.aws_kms_alias.data") },
			[]string{"error not-planned No key of the plan has the alias alias/shop-data"}},
		"no table policy": {"clean", func(_ map[string]any, r resources) resources {
			return r.without("module.tables.aws_dynamodb_resource_policy.orders")
		}, []string{"error unreadable-policy environments/production/policies/table.orders.json is missing"}},
		"no endpoint policy": {"clean", func(_ map[string]any, r resources) resources {
			r.after("module.endpoints.aws_vpc_endpoint.app")["policy"] = nil
			return r
		}, []string{"error not-planned module.endpoints.aws_vpc_endpoint.app.policy is empty"}},
		"second table policy": {"clean", func(_ map[string]any, r resources) resources {
			return r.with("aws_dynamodb_resource_policy", map[string]any{"resource_arn": "arn:aws:dynamodb:eu-west-1:444455556666:table/Orders", "policy": "{}"})
		}, []string{"error second-policy Both module.tables.aws_dynamodb_resource_policy.orders.policy and aws_dynamodb_resource_policy.own.policy"}},
		"stream policy": {"clean", func(_ map[string]any, r resources) resources {
			return r.with("aws_dynamodb_resource_policy", map[string]any{"resource_arn": "arn:aws:dynamodb:eu-west-1:444455556666:table/Orders/stream/2026-01-01T00:00:00.000", "policy": "{}"})
		}, []string{"error extra-policy aws_dynamodb_resource_policy.own is a policy of the stream of orders"}},
		"grant of the key": {"applied", func(_ map[string]any, r resources) resources {
			r.after("module.keys.aws_kms_key.data")["key_id"] = keyID
			r.after("module.keys.aws_kms_alias.data")["target_key_id"] = keyID
			return r.with("aws_kms_grant", map[string]any{"key_id": keyID})
		}, []string{"error extra-grant aws_kms_grant.own lets somebody use the key data"}},
		"grant of another key": {"clean", func(_ map[string]any, r resources) resources {
			return r.with("aws_kms_grant", map[string]any{"key_id": keyID})
		}, []string{}},
		"inline block": {"clean", func(_ map[string]any, r resources) resources {
			r.after("module.roles.aws_iam_role.loader")["inline_policy"] = []any{map[string]any{"name": "in", "policy": "{}"}}
			return r.without("module.roles.aws_iam_role_policies_exclusive.loader")
		}, []string{`error extra-policy module.roles.aws_iam_role.loader has the inline policy "in"`}},
		"attached by hand, and kept": {"applied", func(_ map[string]any, r resources) resources {
			r.after("module.roles.aws_iam_role.loader")["managed_policy_arns"] = []any{"arn:aws:iam::444455556666:policy/by-hand"}
			return r.without("module.roles.aws_iam_role_policy_attachments_exclusive.loader")
		}, []string{"error extra-attachment module.roles.aws_iam_role.loader attaches arn:aws:iam::444455556666:policy/by-hand"}},
		"attached by hand, and detached": {"applied", func(_ map[string]any, r resources) resources {
			r.after("module.roles.aws_iam_role.loader")["managed_policy_arns"] = []any{"arn:aws:iam::444455556666:policy/by-hand"}
			return r
		}, []string{}},
		"attached by the policy": {"clean", func(_ map[string]any, r resources) resources {
			return r.with("aws_iam_policy_attachment", map[string]any{"roles": []any{"shop-tenant"}, "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"})
		}, []string{"error extra-attachment aws_iam_policy_attachment.own attaches arn:aws:iam::aws:policy/ReadOnlyAccess to the role shop-tenant"}},
		"AWS's policy for all tables": {"clean", func(_ map[string]any, r resources) resources {
			return r.with("aws_iam_role_policy_attachment", map[string]any{"role": "batch", "policy_arn": "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"})
		}, []string{"warning outside-proof aws_iam_role_policy_attachment.own attaches arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"}},
		"AWS's policy of another path": {"clean", func(_ map[string]any, r resources) resources {
			return r.with("aws_iam_user_policy_attachment", map[string]any{"user": "u", "policy_arn": "arn:aws:iam::aws:policy/job-function/DatabaseAdministrator"})
		}, []string{"warning outside-proof aws_iam_user_policy_attachment.own attaches arn:aws:iam::aws:policy/job-function/DatabaseAdministrator"}},
		"AWS's policy that grants no table": {"clean", func(_ map[string]any, r resources) resources {
			return r.with("aws_iam_role_policy_attachment", map[string]any{"role": "batch", "policy_arn": "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"})
		}, []string{}},
		"somebody's policy called like AWS's": {"clean", func(_ map[string]any, r resources) resources {
			return r.with("aws_iam_role_policy_attachment", map[string]any{"role": "batch", "policy_arn": "arn:aws:iam::444455556666:policy/ReadOnlyAccess"})
		}, []string{}},
		"everything but": {"clean", func(_ map[string]any, r resources) resources {
			return r.with("aws_iam_user_policy", map[string]any{"user": "u", "policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":"iam:*","Resource":"arn:aws:dynamodb:eu-west-1:444455556666:table/${aws:username}"}]}`})
		}, []string{`warning outside-proof aws_iam_user_policy.own allows something on the table "orders" and the table "prices"`}},
		"said once": {"clean", func(_ map[string]any, r resources) resources {
			const text = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dynamodb:Scan","Resource":"arn:aws:dynamodb:eu-west-1:444455556666:table/Prices"}]}`
			r = r.with("aws_iam_role_policy", map[string]any{"role": "batch", "policy": text})
			return r.with("aws_iam_role", map[string]any{"name": "batch", "inline_policy": []any{map[string]any{"name": "in", "policy": text}}})
		}, []string{`warning outside-proof aws_iam_role_policy.own allows something on the table "prices"`}},
		"no policy": {"clean", func(_ map[string]any, r resources) resources {
			return r.with("aws_iam_user_policy", map[string]any{"user": "u", "policy": "{"})
		}, []string{"warning unreadable-stranger aws_iam_user_policy.own"}},
		"attachment that leads nowhere": {"clean", func(_ map[string]any, r resources) resources {
			r = r.with("aws_iam_role_policy_attachment", map[string]any{"role": "shop-loader"})
			r.at("aws_iam_role_policy_attachment.own")["after_unknown"] = map[string]any{"policy_arn": true}
			return r
		}, []string{"error unknown-attachment aws_iam_role_policy_attachment.own.policy_arn does not say yet"}},
	} {
		t.Run(name, func(t *testing.T) {
			m, _ := built(t)
			text, err := os.ReadFile(filepath.Join("testdata", test.plan+".json"))
			if err != nil {
				t.Fatal(err)
			}
			var p map[string]any
			if err := json.Unmarshal(text, &p); err != nil {
				t.Fatal(err)
			}
			p["resource_changes"] = test.change(p, p["resource_changes"].([]any))
			if text, err = json.Marshal(p); err != nil {
				t.Fatal(err)
			}
			var verified root
			if test.plan == "bootstrap" {
				verified = verify.BootstrapPlan
			}
			judge(t, m, text, verified, test.want)
		})
	}
}

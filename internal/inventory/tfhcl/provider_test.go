package tfhcl

import (
	"fmt"
	"testing"

	"github.com/ddbgen/ddbgen/internal/inventory/picture"
	"github.com/google/go-cmp/cmp"
)

// TestARNs holds which ARNs and ids follow from a file, and which AWS chooses.
func TestARNs(t *testing.T) {
	const src = `variable "host" {}
variable "none" { default = null }
resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}
resource "aws_iam_openid_connect_provider" "slash" { url = "https://shop.eu.auth0.com/" }
resource "aws_iam_openid_connect_provider" "cluster" { url = "https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE" }
resource "aws_iam_openid_connect_provider" "some" { url = "https://${var.host}/x" }
resource "aws_iam_openid_connect_provider" "unknown" { url = var.host }
resource "aws_iam_openid_connect_provider" "plain" { url = "http://example.com" }
resource "aws_iam_openid_connect_provider" "empty" { url = "https://" }
resource "aws_iam_openid_connect_provider" "none" { url = null }
resource "aws_iam_openid_connect_provider" "list" { url = [] }
resource "aws_iam_openid_connect_provider" "itself" { url = aws_iam_openid_connect_provider.itself.arn }
resource "aws_iam_openid_connect_provider" "missing" {}
resource "aws_iam_openid_connect_provider" "each" {
  for_each = toset(["a.example", "b.example"])
  url      = "https://${each.key}/oidc"
}
data "aws_iam_openid_connect_provider" "url" { url = "https://gitlab.com" }
data "aws_iam_openid_connect_provider" "arn" { arn = "arn:aws:iam::111122223333:oidc-provider/gitlab.com/a" }
data "aws_iam_openid_connect_provider" "other" { arn = "arn:aws:iam::111122223333:role/a" }
data "aws_iam_openid_connect_provider" "unknown" { url = var.host }
resource "aws_iam_saml_provider" "staff" { name = "staff" }
resource "aws_iam_saml_provider" "some" { name = "staff-${var.host}" }
data "aws_iam_saml_provider" "staff" { arn = "arn:aws:iam::111122223333:saml-provider/staff" }
resource "aws_iam_role" "plain" { name = "api" }
resource "aws_iam_role" "path" {
  name = "api"
  path = "/app/"
}
resource "aws_iam_role" "null" {
  name        = var.none
  name_prefix = "api-"
  path        = var.none
}
resource "aws_iam_role" "nothing" {
  name        = null
  name_prefix = null
}
resource "aws_kms_alias" "data" { name = "alias/data" }
resource "aws_cognito_identity_pool" "shop" { identity_pool_name = "shop" }
`
	for _, c := range []struct{ expression, want string }{
		{`aws_iam_openid_connect_provider.github.arn`, `arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com`},
		{`aws_iam_openid_connect_provider.github.id`, `arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com`},
		{`aws_iam_openid_connect_provider.github.url`, `token.actions.githubusercontent.com`},
		{`replace(aws_iam_openid_connect_provider.github.url, "https://", "")`, `token.actions.githubusercontent.com`},
		{`aws_iam_openid_connect_provider.slash.arn`, `arn:aws:iam::444455556666:oidc-provider/shop.eu.auth0.com/`},
		{`aws_iam_openid_connect_provider.cluster.arn`, `arn:aws:iam::444455556666:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE`},
		{`aws_iam_openid_connect_provider.some.arn`, `arn:aws:iam::444455556666:oidc-provider/{var.host}/x`},
		{`aws_iam_openid_connect_provider.unknown.arn`, `{aws_iam_openid_connect_provider.unknown.arn}`},
		{`aws_iam_openid_connect_provider.unknown.id`, `{aws_iam_openid_connect_provider.unknown.arn}`},
		{`aws_iam_openid_connect_provider.unknown.url`, `{var.host}`},
		{`aws_iam_openid_connect_provider.plain.arn`, `{aws_iam_openid_connect_provider.plain.arn}`},
		{`aws_iam_openid_connect_provider.empty.arn`, `{aws_iam_openid_connect_provider.empty.arn}`},
		{`aws_iam_openid_connect_provider.none.arn`, `{aws_iam_openid_connect_provider.none.arn}`},
		{`aws_iam_openid_connect_provider.list.arn`, `{aws_iam_openid_connect_provider.list.arn}`},
		{`aws_iam_openid_connect_provider.itself.arn`, `{aws_iam_openid_connect_provider.itself.arn}`},
		{`aws_iam_openid_connect_provider.missing.arn`, `{aws_iam_openid_connect_provider.missing.arn}`},
		{`aws_iam_openid_connect_provider.each["b.example"].arn`, `arn:aws:iam::444455556666:oidc-provider/b.example/oidc`},
		{`values(aws_iam_openid_connect_provider.each)[0].url`, `a.example/oidc`},
		{`data.aws_iam_openid_connect_provider.url.arn`, `arn:aws:iam::444455556666:oidc-provider/gitlab.com`},
		{`data.aws_iam_openid_connect_provider.url.url`, `gitlab.com`},
		{`data.aws_iam_openid_connect_provider.arn.id`, `arn:aws:iam::111122223333:oidc-provider/gitlab.com/a`},
		{`data.aws_iam_openid_connect_provider.arn.url`, `gitlab.com/a`},
		{`data.aws_iam_openid_connect_provider.other.url`, `{data.aws_iam_openid_connect_provider.other.url}`},
		{`data.aws_iam_openid_connect_provider.unknown.arn`, `{data.aws_iam_openid_connect_provider.unknown.arn}`},
		{`aws_iam_saml_provider.staff.arn`, `arn:aws:iam::444455556666:saml-provider/staff`},
		{`aws_iam_saml_provider.staff.id`, `arn:aws:iam::444455556666:saml-provider/staff`},
		{`aws_iam_saml_provider.some.arn`, `arn:aws:iam::444455556666:saml-provider/staff-{var.host}`},
		{`data.aws_iam_saml_provider.staff.arn`, `arn:aws:iam::111122223333:saml-provider/staff`},
		{`aws_iam_role.plain.arn`, `arn:aws:iam::444455556666:role/api`},
		{`aws_iam_role.plain.id`, `api`},
		{`aws_iam_role.path.arn`, `arn:aws:iam::444455556666:role/app/api`},
		{`aws_iam_role.null.arn`, `arn:aws:iam::444455556666:role/api-{aws_iam_role.null}`},
		{`aws_iam_role.nothing.name`, `{aws_iam_role.nothing}`},
		{`aws_kms_alias.data.arn`, `arn:aws:kms:eu-west-1:444455556666:alias/data`},
		{`aws_cognito_identity_pool.shop.id`, `{aws_cognito_identity_pool.shop}`},
		{`aws_cognito_identity_pool.shop.arn`, `{aws_cognito_identity_pool.shop.arn}`},
	} {
		inv := read(t, src+"resource \"aws_iam_group\" \"it\" {\n  name = "+c.expression+"\n}\n", place)
		var got string
		for _, i := range inv.Identities {
			if i.Kind == "group" {
				got = i.Name
			}
		}
		if got != c.want {
			t.Errorf("%s\n  is   %s\n  want %s", c.expression, got, c.want)
		}
	}
}

// TestFederated holds that a trust policy in the files has the provider and the keys that the deployed one has.
func TestFederated(t *testing.T) {
	const provider = `resource "aws_iam_openid_connect_provider" "github" {
  url = "https://token.actions.githubusercontent.com"
}
`
	const want = `4 role deploy role/deploy
  trust aws_iam_role.deploy.assume_role_policy
    %s Allow {false [] [] [arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com] []} sts:AssumeRoleWithWebIdentity on  if StringEquals token.actions.githubusercontent.com:aud [sts.amazonaws.com] if StringLike token.actions.githubusercontent.com:sub [repo:shop/*]
`
	for _, c := range []struct{ name, src, line string }{
		{"jsonencode", `resource "aws_iam_role" "deploy" {
  name = "deploy"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity"
    Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
    Condition = {
      StringEquals = { "${aws_iam_openid_connect_provider.github.url}:aud" = "sts.amazonaws.com" }
      StringLike   = { "${trimprefix(aws_iam_openid_connect_provider.github.url, "https://")}:sub" = "repo:shop/*" }
    } }] })
}
`, "6"},
		{"a data source", `resource "aws_iam_role" "deploy" {
  name               = "deploy"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "${aws_iam_openid_connect_provider.github.url}:aud"
      values   = ["sts.amazonaws.com"]
    }
    condition {
      test     = "StringLike"
      variable = "${aws_iam_openid_connect_provider.github.url}:sub"
      values   = ["repo:shop/*"]
    }
  }
}
`, "9"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(fmt.Sprintf(want, c.line), picture.Of(read(t, provider+c.src, place))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

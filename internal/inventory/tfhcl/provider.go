package tfhcl

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/tree"
)

// This file knows the identity providers of IAM: the ARN of one is its id, too, and is made of what the file says of it (IAM user
// guide, "IAM identifiers"; Terraform registry, hashicorp/aws, aws_iam_openid_connect_provider and aws_iam_saml_provider).

const (
	openIDProvider = "aws_iam_openid_connect_provider"
	samlProvider   = "aws_iam_saml_provider"
	openIDPath     = ":oidc-provider/"
)

// issuer is the URL of an OpenID Connect provider as IAM has it: without its scheme, which is always https. nil where it is not
// known that the text begins with it, so that what is left of it is not known either.
func issuer(url *tree.Node) *tree.Node {
	if url == nil || url.Kind != tree.String {
		return nil
	}
	host, found := strings.CutPrefix(url.Text, "https://")
	if !found || host == "" {
		return nil
	}
	return &tree.Node{Kind: tree.String, Text: host, Unknown: url.Unknown, Range: url.Range}
}

// openIDURL is the attribute url of an OpenID Connect provider. Terraform reads it back from IAM, so that it is not what the
// argument says: condition keys are made of it as it is.
func openIDURL(argument *tree.Node) *tree.Node {
	if host := issuer(argument); host != nil {
		return host
	}
	return argument
}

// openIDARN is the ARN of an OpenID Connect provider; nil if its URL is not known.
func (m *module) openIDARN(url *tree.Node, at hcl.Range) *tree.Node {
	if host := issuer(url); host != nil {
		return m.text([]*tree.Node{literal("arn:"+m.partition(at)+":iam::"+m.account(at)+openIDPath, at), host}, at)
	}
	return nil
}

// lookedOpenID is an attribute of the data source, which has either the ARN or the URL as its argument.
func (m *module) lookedOpenID(name string, arn, url *tree.Node, at hcl.Range) *tree.Node {
	switch name {
	case "arn", "id":
		if arn != nil {
			return arn
		}
		return m.openIDARN(url, at)
	case "url":
		if url != nil {
			return openIDURL(url)
		}
		if arn != nil && arn.Kind == tree.String {
			if _, host, found := strings.Cut(arn.Text, openIDPath); found && host != "" {
				return &tree.Node{Kind: tree.String, Text: host, Unknown: arn.Unknown, Range: arn.Range}
			}
		}
	}
	return nil
}

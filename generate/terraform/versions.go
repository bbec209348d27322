package terraform

import "github.com/hashicorp/hcl/v2/hclwrite"

// What the generated code is written for. Modules that only one project calls are bound loosely, so that the root's lock
// file decides. Terraform 1.5 is the oldest that knows check blocks and import blocks, which users add beside a root;
// 1.11 the oldest in which use_lockfile of the S3 backend is no experiment (Terraform changelog, 1.11.0); provider 5.100 is
// the first tested, with aws_iam_role_policy_attachments_exclusive and recovery_period_in_days.
const (
	terraformVersions = ">= 1.5"
	lockFileVersions  = ">= 1.11"
	providerVersions  = ">= 5.100, < 7"
)

// versions is a module's versions.tf.
func versions() *source {
	s := newSource()
	s.top("terraform", nil, nil, func(b body) { requirements(b, terraformVersions) })
	return s
}

// requirements begins a terraform block.
func requirements(b body, versions string) {
	b.set("required_version", text(versions))
	b.blank()
	b.block("required_providers", func(b body) {
		b.set("aws", hclwrite.TokensForObject([]hclwrite.ObjectAttrTokens{
			{Name: expr("source"), Value: text("hashicorp/aws")},
			{Name: expr("version"), Value: text(providerVersions)},
		}))
	})
}

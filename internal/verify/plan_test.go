package verify_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/plan"
	"github.com/ddbgen/ddbgen/internal/verify"
	"github.com/ddbgen/ddbgen/spec"
)

// scenario is a change that a person makes to a generated root, and what a plan of it must be found to be. The plans in
// testdata were made by Terraform from these very changes; see TestRealPlans.
type scenario struct {
	name    string
	own     string                   // a file of the person's own in the root
	file    string                   // a generated file that is edited,
	edit    func(text string) string // and how
	applied bool                     // planned a second time, after an apply
	root    root                     // that is planned
	always  bool                     // planned by Terraform on every run of the tests
	want    []string                 // findings: severity, id, and what the text must name
}

// root is what verifies the plans of a root.
type root func(*model.Model, *model.Environment, *plan.Plan) verify.Outcome

func scenarios() []scenario {
	const pattern = `"TENANT#${aws:PrincipalTag/tenant_id}"`
	const roleOf = `{ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }] }`
	return []scenario{
		{name: "clean"},
		{name: "applied", applied: true, always: true},
		{
			name: "attached", always: true,
			own: `
resource "aws_iam_role_policy_attachment" "everything" {
  role       = "shop-loader"
  policy_arn = "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"
}

resource "aws_iam_policy" "more" {
  name   = "more"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::prices/*" }] })
}

resource "aws_iam_role_policy_attachment" "more" {
  role       = "shop-loader"
  policy_arn = aws_iam_policy.more.arn
}

resource "aws_iam_role_policy" "inline" {
  name   = "inline"
  role   = "shop-tenant"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "dynamodb:Scan", Resource = "arn:aws:dynamodb:eu-west-1:444455556666:table/Orders" }] })
}
`,
			want: []string{
				"error extra-attachment aws_iam_role_policy_attachment.everything attaches arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess to the role shop-loader",
				"error extra-attachment aws_iam_role_policy_attachment.more attaches aws_iam_policy.more to the role shop-loader",
				`error extra-policy aws_iam_role_policy.inline is an inline policy of the role "tenant"`,
			},
		},
		{
			name: "edited", file: "policies/role.tenant.json",
			edit: func(text string) string { return strings.Replace(text, pattern, `"TENANT#*"`, 1) },
			want: []string{
				`error allows-more module.roles.aws_iam_policy.tenant["1"].policy allows a request that the spec does not`,
				`error allows-less module.roles.aws_iam_policy.tenant["1"].policy does not allow`,
				`error law module.roles.aws_iam_policy.tenant["1"].policy allows rows of another tenant`,
			},
		},
		{
			name: "unknown", file: "main.tf",
			own: "resource \"aws_iam_user\" \"late\" {\n  name = \"late\"\n}\n",
			edit: func(text string) string {
				return strings.Replace(text, `file("${path.module}/policies/role.loader.json")`,
					`replace(file("${path.module}/policies/role.loader.json"), "never", aws_iam_user.late.unique_id)`, 1)
			},
			want: []string{`error unknown-policy module.roles.aws_iam_policy.loader["1"].policy depends on something`},
		},
		{
			name: "stranger",
			own: `
resource "aws_iam_role" "batch" {
  name               = "batch"
  assume_role_policy = jsonencode(` + roleOf + `)
}

resource "aws_iam_role_policy" "batch" {
  name   = "batch"
  role   = aws_iam_role.batch.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "dynamodb:Get*", Resource = "arn:aws:dynamodb:*:*:table/Ord*" }, { Effect = "Allow", Action = "sts:*", Resource = "*" }] })
}

resource "aws_iam_role_policy" "harmless" {
  name   = "harmless"
  role   = aws_iam_role.batch.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "dynamodb:*", Resource = "arn:aws:dynamodb:eu-west-1:444455556666:table/Others" }, { Effect = "Deny", Action = "*", Resource = "*" }] })
}

resource "aws_iam_role_policy" "late" {
  name   = "late"
  role   = aws_iam_role.batch.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "dynamodb:GetItem", Resource = module.tables.arns["orders"] }] })
}

resource "aws_iam_role_policy_attachment" "borrowed" {
  role       = aws_iam_role.batch.name
  policy_arn = "arn:aws:iam::444455556666:policy/ddbgen/shop/shop-loader"
}
`,
			want: []string{
				`warning outside-proof aws_iam_role_policy.batch allows something on the table "orders", the role "api", the role "loader" and the role "tenant"`,
				"warning outside-proof aws_iam_role_policy_attachment.borrowed attaches arn:aws:iam::444455556666:policy/ddbgen/shop/shop-loader",
				"warning unknown-stranger aws_iam_role_policy.late.policy",
			},
		},
		{
			name: "unbounded", file: "main.tf",
			edit: func(text string) string {
				return strings.Replace(text, boundary, "arn:aws:iam::aws:policy/AdministratorAccess", 1)
			},
			own: `
resource "aws_iam_role_policy_attachment" "above" {
  role       = "shop-deployer"
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}

resource "aws_iam_policy" "boundary" {
  name   = "shop-boundary"
  path   = "/ddbgen-bootstrap/shop/"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}
`,
			want: []string{
				"error unbounded-role module.roles.aws_iam_role.api has the permissions boundary arn:aws:iam::aws:policy/AdministratorAccess, of which nothing is proven. Set it to " + boundary,
				"error unbounded-role module.roles.aws_iam_role.loader has the permissions boundary",
				"error unbounded-role module.roles.aws_iam_role.tenant has the permissions boundary",
				"error other-root aws_iam_policy.boundary makes or changes the permissions boundary, which the bootstrap root makes",
				"error other-root aws_iam_role_policy_attachment.above makes or changes the role shop-deployer, which the bootstrap root makes",
			},
		},
		{name: "bootstrap", root: verify.BootstrapPlan, always: true},
		{
			name: "bootstrap-attached", root: verify.BootstrapPlan,
			own: `
resource "aws_iam_role_policy_attachment" "above" {
  role       = "shop-deployer"
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}

resource "aws_iam_role_policy_attachment" "below" {
  role       = "shop-tenant"
  policy_arn = module.bootstrap.permissions_boundary
}

resource "aws_iam_role_policy" "inline" {
  name   = "inline"
  role   = "shop-planner"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:PutObject", Resource = "*" }] })
}
`,
			want: []string{
				"error extra-attachment aws_iam_role_policy_attachment.above attaches arn:aws:iam::aws:policy/AdministratorAccess to the role shop-deployer",
				`error extra-policy aws_iam_role_policy.inline is an inline policy of the role "planner"`,
				"error other-root aws_iam_role_policy_attachment.below makes or changes the role shop-tenant, which the environment's own root makes",
			},
		},
		{
			name: "bootstrap-edited", root: verify.BootstrapPlan, file: "policies/boundary.json",
			edit: func(text string) string { return strings.ReplaceAll(text, "dynamodb:GetItem", "dynamodb:*") },
			want: []string{
				"error allows-more module.bootstrap.aws_iam_policy.permissions-boundary.policy allows a request that the spec does not",
				"error denies-less module.bootstrap.aws_iam_policy.permissions-boundary.policy",
				"error escalation module.bootstrap.aws_iam_policy.permissions-boundary.policy, statement TableRows lets a role within the boundary take a step",
				"error law module.bootstrap.aws_iam_policy.permissions-boundary.policy allows a change of tables",
			},
		},
	}
}

const boundary = "arn:aws:iam::444455556666:policy/ddbgen-bootstrap/shop/shop-boundary"

// TestPlans reads the plans in testdata, which are real ones, without what is not looked at.
func TestPlans(t *testing.T) {
	m, _ := built(t)
	for _, s := range scenarios() {
		t.Run(s.name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("testdata", s.name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			judge(t, m, text, s.root, s.want)
		})
	}
}

// judge verifies a plan, and compares what is found with what is wanted.
func judge(t *testing.T, m *model.Model, text []byte, verified root, want []string) {
	t.Helper()
	p, err := plan.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	roles, documents := 2, 6
	if verified == nil {
		verified, roles, documents = verify.Plan, 3, 10
	}
	out := verified(m, m.Environments[0], p)
	var got []string
	for _, d := range out.Findings {
		severity := map[hcl.DiagnosticSeverity]string{hcl.DiagError: "error", hcl.DiagWarning: "warning"}[d.Severity]
		got = append(got, fmt.Sprintf("%s %s %s", severity, diag.IDOf(d), d.Detail))
	}
	slices.Sort(got)
	sorted := slices.Sorted(slices.Values(want))
	for i := range min(len(got), len(sorted)) {
		got[i] = got[i][:min(len(got[i]), len(sorted[i]))]
	}
	if diff := cmp.Diff(sorted, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if want == nil && (out.Roles != roles || out.Documents != documents) {
		t.Errorf("%d roles and %d documents are proven", out.Roles, out.Documents)
	}
}

// built is the spec of the plans, compiled.
func built(t *testing.T) (*model.Model, generate.Tree) {
	t.Helper()
	src, err := os.ReadFile("testdata/spec.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m, ds := spec.Load("testdata/spec.yaml", src)
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	tree, ds := generate.All(m)
	if ds.HasErrors() {
		t.Fatal(ds)
	}
	return m, tree
}

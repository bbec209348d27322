package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/words"
)

// bootstrap is how a system is brought up whose deploying roles and boundary an administrator makes first.
type bootstrap struct {
	Makes string
	Steps []bootstrapStep
	Adopt []string // what exists already
	Again []string // which changes of the spec need the administrator once more, and in which order
	Twice []string // changes that take two applies
	Mend  []string // what is left half done
}

// bootstrapStep is one step of it; Commands are for a shell, each a line of its own.
type bootstrapStep struct {
	Number      int
	Title, Text string
	Commands    []string
}

func bootstrapping(m *model.Model) *bootstrap {
	if !m.Bootstraps() {
		return nil
	}
	b := &bootstrap{Makes: words.List(bootstrapMakes(m), "and"), Again: bootstrapAgain(m), Twice: inTwo(m)}
	if len(m.RolesThat(model.Deploy)) > 0 {
		b.Adopt, b.Mend = adoption(m), trouble(m)
	}
	for _, step := range []bootstrapStep{stateStep(m), providerStep(m), administratorStep(m), deployStep(m)} {
		if step.Title != "" {
			step.Number = len(b.Steps) + 1
			b.Steps = append(b.Steps, step)
		}
	}
	return b
}

// bootstrapMakes is what the administrator's roots make.
func bootstrapMakes(m *model.Model) []string {
	var out []string
	if issuers := madeProviders(m); len(issuers) > 0 {
		out = append(out, "the identity "+words.When(len(issuers) == 1, "provider")+words.When(len(issuers) > 1, "providers")+" for "+codes(issuers))
	}
	if m.Guardrails.Boundary.Made() {
		out = append(out, "the permissions boundary")
	}
	if roles := words.NamesOf(m.DeployRoles, logicalName); len(roles) > 0 {
		out = append(out, plural("role", "roles", roles))
	}
	return out
}

func logicalName(r *model.Role) string { return r.Name }

// madeProviders are the issuers whose identity providers the administrator's roots make, in some environment.
func madeProviders(m *model.Model) []string {
	var out []string
	for _, e := range m.Environments {
		for _, p := range integrations(m, e) {
			if e.MakesProviders && !slices.Contains(out, p.issuer) {
				out = append(out, p.issuer)
			}
		}
	}
	slices.Sort(out)
	return out
}

// integration is an issuer of tokens for continuous integration, with who they are made for.
type integration struct {
	issuer    string
	audiences []string
}

// integrations are the issuers that continuous integration comes with in an environment, sorted.
func integrations(m *model.Model, e *model.Environment) []integration {
	var out []integration
	for _, r := range m.AllRoles() {
		if !r.Trust.Kind.ByIntegration() {
			continue
		}
		issuer, audience := model.In(e, r.Trust.Issuer), model.In(e, r.Trust.Audience)
		i := slices.IndexFunc(out, func(p integration) bool { return p.issuer == issuer })
		if i < 0 {
			i = len(out)
			out = append(out, integration{issuer: issuer})
		}
		if !slices.Contains(out[i].audiences, audience) {
			out[i].audiences = append(out[i].audiences, audience)
		}
	}
	slices.SortFunc(out, func(a, b integration) int { return strings.Compare(a.issuer, b.issuer) })
	return out
}

// stateStep makes what keeps Terraform's state. It cannot be in a root, whose own state it holds.
func stateStep(m *model.Model) bootstrapStep {
	if m.State == nil {
		return bootstrapStep{}
	}
	step := bootstrapStep{
		Title: "The bucket for the state",
		Text: "Where it does not exist yet. Whoever may write the state decides what the next apply does, so the bucket holds states and nothing else. It is versioned, so that a state that was damaged can be taken back; encrypted, as S3 does by itself; and not public. " +
			"The state of an environment and that of its bootstrap root are two objects; the roles that deploy and plan reach the first only.",
	}
	step.Commands = inEach(m, func(e *model.Environment) []string { return stateCommands(m, e) })
	return step
}

// inEach are the commands of each environment below its name, but none that another one of the account had.
func inEach(m *model.Model, commands func(*model.Environment) []string) []string {
	var out []string
	given := map[string]bool{}
	for _, e := range m.Environments {
		fresh := words.Those(commands(e), func(c string) bool { return !given[e.Account+c] })
		if len(fresh) > 0 {
			out = append(append(out, "# "+e.Name+", account "+e.Account), fresh...)
		}
		for _, c := range fresh {
			given[e.Account+c] = true
		}
	}
	return out
}

// stateCommands make the bucket of an environment, if it is no other's already, and the table of locks. Only us-east-1 has no
// location constraint (S3 API reference, CreateBucket).
func stateCommands(m *model.Model, e *model.Environment) []string {
	var out []string
	bucket, region := model.In(e, m.State.Bucket), model.In(e, m.State.Region)
	first := slices.IndexFunc(m.State.Bucket, func(v model.EnvironmentValue) bool { return v.Value == bucket })
	if m.State.Bucket[first].Environment == e {
		in := " --bucket " + bucket + " --region " + region
		out = []string{
			"aws s3api create-bucket" + in + words.When(region != "us-east-1", " --create-bucket-configuration LocationConstraint="+region),
			"aws s3api put-bucket-versioning" + in + " --versioning-configuration Status=Enabled",
			"aws s3api put-public-access-block" + in + " --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
		}
	}
	if m.State.LockTable != "" {
		out = append(out, "aws dynamodb create-table --table-name "+m.State.LockTable+" --region "+e.Region+
			" --attribute-definitions AttributeName=LockID,AttributeType=S --key-schema AttributeName=LockID,KeyType=HASH --billing-mode PAY_PER_REQUEST")
	}
	return out
}

// providerStep makes the identity providers that the spec says exist already, where they do not.
func providerStep(m *model.Model) bootstrapStep {
	step := bootstrapStep{
		Title: "The identity providers of continuous integration",
		Text:  "Where they do not exist yet, with these audiences among theirs. An account has one for each issuer, whoever uses it.",
	}
	step.Commands = inEach(m, func(e *model.Environment) []string {
		var out []string
		for _, p := range integrations(m, e) {
			if !e.MakesProviders {
				out = append(out, "aws iam create-open-id-connect-provider --url https://"+p.issuer+" --client-id-list "+strings.Join(p.audiences, " "))
			}
		}
		return out
	})
	if len(step.Commands) == 0 {
		return bootstrapStep{}
	}
	return step
}

func administratorStep(m *model.Model) bootstrapStep {
	step := bootstrapStep{
		Title: "The bootstrap root of each environment",
		Text:  "With credentials of an administrator of the environment's account, who reads the plan: from here on, these roots say who deploys.",
	}
	if m.State == nil {
		step.Text += " Keep their state where whoever deploys does not reach it."
	}
	step.Commands = inEach(m, func(e *model.Environment) []string { return terraform(artifact.BootstrapRootDir(e)) })
	return step
}

func terraform(dir string) []string {
	var out []string
	for _, command := range []string{"init", "plan", "apply"} {
		out = append(out, fmt.Sprintf("terraform -chdir=%s %s", dir, command))
	}
	return out
}

func deployStep(m *model.Model) bootstrapStep {
	deployers := m.RolesThat(model.Deploy)
	step := bootstrapStep{
		Title: "The root of each environment",
		Text:  "With credentials for the environment's account.",
	}
	if len(deployers) > 0 {
		arns := markdown().Each(m.Environments, func(e *model.Environment) string {
			return codes(words.NamesOf(deployers, func(r *model.Role) string { return e.RoleARN(r, "") }))
		})
		step.Text = "As " + plural("role", "roles", words.NamesOf(deployers, logicalName)) + ", from here on and at every change: " + arns + "."
	}
	if planners := m.RolesThat(model.Plan); len(planners) > 0 {
		step.Text += " To plan, " + plural("role", "roles", words.NamesOf(planners, logicalName)) + " is enough."
	}
	if slices.ContainsFunc(m.DeployRoles, func(r *model.Role) bool { return r.Trust.Kind == model.GitHubTrust }) {
		step.Text += " " + code("ddbgen init --ci github") + " writes a workflow of GitHub Actions that does so."
	}
	step.Text += " Commit the " + code(".terraform.lock.hcl") + " that " + code("terraform init") + " writes into each root: later runs then take the provider that was reviewed, and no other."
	step.Commands = inEach(m, func(e *model.Environment) []string { return terraform(artifact.EnvironmentDir(e)) })
	return step
}

// bootstrapAgain says which changes of the spec need the administrator again. The order follows from what a role that
// deploys may do: it must know of a thing before it makes it, and still when it removes it.
func bootstrapAgain(m *model.Model) []string {
	out := []string{
		code("ddbgen build") + " says so: where it changed a file of a bootstrap root or of " + code("modules/bootstrap/") + ", an administrator applies that root again; where it did not, nobody needs to.",
		"Where the spec gained something, the bootstrap root comes first, and then the root itself. Whoever deploys must be told of " + strings.Join(knownBefore(m), "; of ") + ".",
		"Where the spec lost something, the root itself comes first, while whoever deploys may still remove it, and then the bootstrap root.",
		"A change that does both, as a new name for a table does, is made in two: first what is new, then what goes.",
		"No administrator is needed for indexes, capacity, tags, or descriptions, nor for another role of a name that begins with " + code(m.Name+"-") +
			words.When(m.Guardrails.Boundary.Made(), ", as long as it may do no more than some role could before") + ".",
	}
	return out
}

// knownBefore is what a role that deploys must be told of before it makes it.
func knownBefore(m *model.Model) []string {
	out := []string{
		"a table, a key, an endpoint or its network", "a role with a name of its own, or made elsewhere", "a policy attached from elsewhere",
		"the first table with expiry, with recovery, or with capacity that is scaled", "the first role of EC2, and the trail",
	}
	if m.Guardrails.Boundary.Made() {
		out = append(out, "a right that no role had yet, which widens the boundary")
	}
	return append(out, "whatever is said of the roles that deploy and plan themselves")
}

// inTwo are the changes that take two applies, because AWS or a guard refuses them in one.
func inTwo(m *model.Model) []string {
	if len(m.RolesThat(model.Deploy)) == 0 {
		return nil
	}
	var out []string
	if slices.ContainsFunc(m.Tables, recovers) {
		out = append(out, "To change or turn off point-in-time recovery: first "+code("allow: [change_recovery]")+" of the role that deploys, the bootstrap root and then the root, which takes the guard from the tables' policies; then the change itself. In one apply, Terraform would change the table before its policy, and be refused.")
	}
	if slices.ContainsFunc(m.Tables, madeTable) {
		out = append(out, "To remove a table: first "+code("deletion_protection")+" off and "+code("allow: [delete_tables]")+", the bootstrap root and then the root; then the table leaves the spec, the root and then the bootstrap root. AWS deletes no table that is protected.")
	}
	if slices.ContainsFunc(m.Keys, madeKey) {
		out = append(out, "To remove a key: first its tables to another key, and "+code("allow: [delete_keys]")+"; then the key. Backups stay under the key they were made with: without it they are lost.")
	}
	if m.Trail != nil {
		out = append(out, "To change the bucket or the key of the audit trail: first "+code("allow: [delete_trail]")+" and the bootstrap root, then the change itself. What the trail records is changed without.")
	}
	return out
}

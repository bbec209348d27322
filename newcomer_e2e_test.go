package ddbgen_test

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/e2e"
	"github.com/ddbgen/ddbgen/internal/editor"
)

// step is something that a newcomer does in an editor, and all that is said about the spec as it is then: what the editor
// underlines while the file is open, and what ddbgen check finds once it is saved.
type step struct {
	story string
	// Where: at a piece of the file that is written over (of which what is between « and », or from which on everything, where it
	// ends in …), or behind a piece. Neither: at the end.
	at, behind string
	// The keys, as editor.Typist takes them: "kin→kind⏎" is kin typed, and kind chosen from what is then offered.
	types      string
	underlined []underline
	found      []finding
}

// underline is what the editor says of a piece of the file.
type underline struct{ piece, message string }

// finding is what ddbgen check says of a piece of the file: the id, and a part of the message. What is between « and » in it the
// newcomer then writes, to the letter.
type finding struct{ piece, id, says string }

// newcomerStory is the first hour of somebody who knows Terraform and AWS and has read nothing but the starter: a system for
// bookings, in which each venue is a tenant.
func newcomerStory() []step {
	return []step{
		{story: "Reads what init wrote. Nothing is wrong with it."},
		{
			story: "Puts the account in, as it is written everywhere else.",
			at:    `"111122223333"`, types: `444455556666`,
			underlined: []underline{{"444455556666", "This is text: a number or a truth value needs quotes. Write an AWS account id: 12 digits, in quotes."}},
			found:      []finding{{"444455556666", "unquoted", `Write it in quotes: «"444455556666"»`}},
		},
		{story: "Adds the quotes.", at: `444455556666`, types: `"444455556666"`},
		{story: "Chooses a region from the list.", at: `us-east-1`, types: `eu-c→eu-central-1⏎`},
		{
			story: "Drops the tables of the starter and all below, and begins a table as Terraform has it.",
			at:    "tables:\n…", types: `ta→tables⏎bookings:
    hash_key: PK`,
			underlined: []underline{{"bookings", `Missing property "partition_key".`}, {"hash_key", "Property hash_key is not allowed."}},
			found:      []finding{{"hash_key", "unknown-key", `Did you mean "«partition_key»"?`}},
		},
		{story: "Takes the key that was meant, and the one after it.", at: `hash_key: PK`, types: `pa→partition_key⏎⇥
    so→sort_key⏎⇥`},
		{
			story: "Says which keys are whose, with a star at the end.",
			types: `
    te→tenant_keys⏎"VENUE#{tenant}*"`,
			found: []finding{
				{"tenant_keys", "no-tenancy", `identity: {«session_tag: tenant_id»}`},
				{`"VENUE#{tenant}*"`, "key-template", `Write "«VENUE#{tenant}#*»".`},
			},
		},
		{
			story: "Puts a delimiter before the star.", at: `VENUE#{tenant}«*»`, types: `#*`,
			found: []finding{{"tenant_keys", "no-tenancy", `Add, for example, tenancy:`}},
		},
		{
			story:  "Says what a tenant is: any text.",
			behind: "region: eu-central-1\n", types: `
te→tenancy⏎".+"
  id→identity⏎se→session_tag⏎⇥
`,
			found: []finding{{`".+"`, "id-pattern", `such as «[a-z0-9]».`}},
		},
		{story: "Says what ids are made of, and how long they are.", at: `.+`, types: `[a-z0-9]{8,32}`},
		{
			story: "Adds an index by day, and a stream in the capitals of AWS.",
			types: `
    gl→global_indexes⏎by_day:
        pa→partition_key⏎venue_day
    st→stream⏎NEW_IMAGE`,
			underlined: []underline{{"NEW_IMAGE", "Write one of keys_only, new_image, old_image, new_and_old_images."}},
			found:      []finding{{"NEW_IMAGE", "bad-value", `Did you mean "«new_image»"?`}},
		},
		{story: "Looks at the words there are.", at: `NEW_IMAGE`, types: `new_i→new_image⏎`},
		{
			story: "Writes the role of the function, with the service right behind assumed_by.",
			types: `

ro→roles⏎api:
    ki→kind⏎r→runtime⏎
    assumed_by: lambda
    at→attach⏎AWSLambdaB→AWSLambdaBasicExecutionRole⏎`,
			underlined: []underline{{"lambda", "Write a mapping. Its keys are service, role, roles, github, gitlab, hcp_terraform, buildkite, circleci, bitbucket, " +
				"cognito, web_identity, irsa, eks_pod_identity, saml."}},
			found: []finding{{"lambda", "wrong-type", `For example: assumed_by: {«service: lambda»}`}},
		},
		{story: "Writes it as a mapping.", at: `assumed_by: lambda`, types: `as→assumed_by⏎se→service⏎l→lambda⏎`},
		{
			story: "Writes the role of a tenant like the other, and mistypes the table.",
			types: `
  venue:
    ki→kind⏎r→runtime⏎
    as→assumed_by⏎se→service⏎l→lambda⏎
    ac→access⏎ta→table⏎booking
        op→operations⏎r→read⏎
          - w→write⏎
        in→indexes⏎by_day`,
			found: []finding{{"booking", "unknown-reference", `Did you mean "«bookings»"?`}},
		},
		{
			story: "Corrects the name.", at: "table: «booking»\n", types: `bookings`,
			found: []finding{{"by_day", "index-not-keyed", `Give the index «tenant_keys», or leave it to a role with tenant: any.`}},
		},
		{
			story:  "Says which keys of the index are whose.",
			behind: `partition_key: venue_day`, types: `
        te→tenant_keys⏎"{tenant}#DAY#*"`,
			found: []finding{
				{"lambda", "tenant-trust", `write assumed_by: {«role: »…} with that role here`},
				{"bookings", "planted-key", `write in an entry without the index, whose "«attributes»" leave "venue_day" out`},
			},
		},
		{
			story: "Has the function become the tenant.", at: `  venue:
    kind: runtime
    assumed_by:
      «service: lambda»`, types: `ro→role⏎api`,
			found: []finding{{"bookings", "planted-key", `without the index, whose "«attributes»" leave`}},
		},
		{
			story: "Moves the writing to an entry of its own, with a list of columns.",
			at: `          - write
        indexes:
          - by_day`, types: `        in→indexes⏎by_day
      - ta→table⏎bookings
        op→operations⏎w→write⏎
        at→attributes⏎status
          - starts_at`,
			found: []finding{{"write", "whole-item", `Use «UpdateItem» or PartiQLUpdate, or remove "attributes".`}},
		},
		{story: "Writes with the operation that can be held to columns.", at: `- «write»`, types: `Up→UpdateItem⏎`},
		{
			story: "Has a function follow the stream into a search index, with a policy that another team wrote.",
			types: `
  search:
    ki→kind⏎st→stream_consumer⏎
    as→assumed_by⏎se→service⏎l→lambda⏎
    st→streams⏎bookings
    at→attach⏎SearchWriter`,
			found: []finding{{"SearchWriter", "attach", `Write its ARN: "«arn:{partition}:iam::{account}:policy/»NAME" for one of your own`}},
		},
		{story: "Names the policy by its ARN.", at: `SearchWriter`, types: `"arn:{partition}:iam::{account}:policy/SearchWriter"`},
		{
			story: "Has pull requests deploy.",
			types: `
  deployer:
    ki→kind⏎de→deploy⏎
    as→assumed_by⏎gi→github⏎acme/booking
        pu→pull_request⏎t→true⏎
    st→state⏎bu→bucket⏎acme-tfstate`,
			found: []finding{
				{"deployer", "deploy-boundary", `Write guardrails: {«permissions_boundary: generate»}, or the ARN of a boundary.`},
				{"acme/booking", "trust-by-name", `Add "«repository_id»" and "owner_id", which nobody else gets.`},
				{"true", "pull-request", `Name an «environment», a branch or a tag.`},
			},
		},
		{
			story: "Names the environment, and the ids behind the names.",
			at:    `pull_request: true`, types: `en→environment⏎production
        repo→repository_id⏎"456789"
        ow→owner_id⏎"123456"`,
			found: []finding{{"deployer", "deploy-boundary", `«permissions_boundary: generate»`}},
		},
		{
			story: "Bounds what the roles can hold.",
			types: `

gu→guardrails⏎pe→permissions_boundary⏎g→generate⏎`,
			found: []finding{{`"arn:{partition}:iam::{account}:policy/SearchWriter"`, "boundary", `permissions_boundary: {policy: generate, «also»: […], because: …}`}},
		},
		{
			story: "Lets through what that policy needs.",
			at:    `permissions_boundary: «generate»`, types: `
    po→policy⏎g→generate⏎
    al→also⏎es:ESHttpPost
    be→because⏎the search index is written over HTTP`,
		},
		{
			story:  "Has pull requests plan, which they may.",
			behind: "bucket: acme-tfstate", types: `
  planner:
    ki→kind⏎pl→plan⏎
    as→assumed_by⏎gi→github⏎acme/booking
        pu→pull_request⏎t→true⏎`,
		},
		{
			story: "Claims too much.",
			types: `

ex→expect⏎ro→role⏎venue
    te→tenant⏎⇥
    may_→may_not⏎Q→Query⏎
    ta→table⏎bookings`,
			found: []finding{{"role", "claim", `Take the right from the role, or correct the claim.`}},
		},
		{story: "Claims what matters.", at: `Query`, types: `Sc→Scan⏎`},
	}
}

// TestNewcomer plays the story with the real program and the language server that editors run, and takes what comes of it
// through the real Terraform.
func TestNewcomer(t *testing.T) {
	editor.Require(t)
	e2e.Require(t)
	t.Parallel()
	n := newNewcomer(t)
	for _, s := range newcomerStory() {
		n.does(t, s)
	}
	n.ships(t)
	w := n.typist
	e2e.Log(t, "%d keys wrote %d characters: %d letter by letter, %d by completion", w.Keys, w.Typed+w.Completed, w.Typed, w.Completed)
	if w.Completed <= w.Typed {
		t.Errorf("%d characters were completed and %d typed: most should be completed", w.Completed, w.Typed)
	}
}

// newcomer sits before an editor and a terminal.
type newcomer struct {
	program, dir string
	document     *editor.Document
	typist       *editor.Typist
	remedies     []remedy // that are not followed yet
}

// remedy is what a message says to write, and how often it stood in the spec then.
type remedy struct {
	id, text string
	times    int
}

// newNewcomer begins with ddbgen init in an empty directory.
func newNewcomer(t *testing.T) *newcomer {
	t.Helper()
	n := &newcomer{program: filepath.Join(t.TempDir(), "ddbgen"), dir: filepath.Join(t.TempDir(), "booking")}
	run(t, ".", "go", "build", "-o", n.program, "./cmd/ddbgen")
	if err := os.Mkdir(n.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	n.runs(t, "init")
	text := string(read(t, n.spec()))
	n.document = editor.Start(t).Open(t, n.spec(), text)
	n.typist = n.document.Typist(text)
	return n
}

func (n *newcomer) spec() string { return filepath.Join(n.dir, "spec.yaml") }

// runs runs a command of ddbgen that must do what it is asked.
func (n *newcomer) runs(t *testing.T, arguments ...string) string {
	t.Helper()
	command := exec.Command(n.program, arguments...)
	command.Dir = n.dir
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("ddbgen %s: %v\n%s", strings.Join(arguments, " "), err, out)
	}
	return string(out)
}

// does does a step, and compares what is said then with what should be.
func (n *newcomer) does(t *testing.T, s step) {
	t.Helper()
	rest, all := strings.CutSuffix(s.at, "…")
	switch {
	case all:
		_, below, _ := strings.Cut(n.typist.Text(), rest)
		n.typist.Select(t, rest+below)
	case s.at != "":
		n.typist.Select(t, s.at)
	case s.behind != "":
		n.typist.Behind(t, s.behind)
	default:
		n.typist.End()
	}
	n.typist.Type(t, s.types)
	if diff := cmp.Diff(s.underlined, n.underlined(t), cmp.AllowUnexported(underline{})); diff != "" {
		t.Errorf("%s\nThe editor underlines (-want +got):\n%s", s.story, diff)
	}
	if err := os.WriteFile(n.spec(), []byte(n.typist.Text()), 0o600); err != nil {
		t.Fatal(err)
	}
	n.follow()
	n.checks(t, s)
}

// underlined is what the editor underlines.
func (n *newcomer) underlined(t *testing.T) []underline {
	t.Helper()
	lines := strings.Split(n.typist.Text(), "\n")
	var all []underline
	for _, d := range n.document.Diagnostics(t) {
		from, to := d.Range.Start, d.Range.End
		if from.Line != to.Line {
			t.Errorf("%q is said of several lines", d.Message)
			continue
		}
		all = append(all, underline{lines[from.Line][from.Character:to.Character], d.Message})
	}
	return all
}

// checks runs ddbgen check, compares what it finds, and reads the page of each id. Where nothing is found, every remedy must
// have been followed.
func (n *newcomer) checks(t *testing.T, s step) {
	t.Helper()
	var want, got []finding
	for _, f := range s.found {
		want = append(want, finding{f.piece, f.id, ""})
	}
	report := n.report(t)
	for _, d := range report {
		got = append(got, finding{d.piece(), d.ID, ""})
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(finding{})); diff != "" {
		t.Fatalf("%s\nddbgen check finds (-want +got):\n%s", s.story, diff)
	}
	for i, f := range s.found {
		before, rest, _ := strings.Cut(f.says, "«")
		text, after, literal := strings.Cut(rest, "»")
		if !strings.Contains(report[i].Detail, before+text+after) {
			t.Errorf("%s\n%s does not say %q, but:\n%s", s.story, f.id, before+text+after, report[i].Detail)
		}
		if literal {
			n.remedies = append(n.remedies, remedy{f.id, text, strings.Count(n.typist.Text(), text)})
		}
		if page := n.runs(t, "explain-check", f.id); !strings.HasPrefix(page, f.id+": ") || !strings.Contains(page, "\nRight:\n") {
			t.Errorf("the page of %s shows no way out:\n%s", f.id, page)
		}
	}
	if len(s.found) == 0 && len(n.remedies) > 0 {
		t.Errorf("%s\nAll is well, though it was said to write: %v", s.story, n.remedies)
	}
}

// follow takes off the list what has been written since.
func (n *newcomer) follow() {
	n.remedies = slices.DeleteFunc(n.remedies, func(r remedy) bool { return strings.Count(n.typist.Text(), r.text) > r.times })
}

// said is a finding in the form of --format json.
type said struct {
	ID, Detail string
	Snippet    struct {
		Code string
		From int `json:"highlight_start_offset"`
		To   int `json:"highlight_end_offset"`
	}
}

func (s said) piece() string { return s.Snippet.Code[s.Snippet.From:s.Snippet.To] }

// report is what ddbgen check finds.
func (n *newcomer) report(t *testing.T) []said {
	t.Helper()
	command := exec.Command(n.program, "check", "--format", "json")
	command.Dir = n.dir
	out, err := command.Output()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	var report struct {
		Valid       bool
		Diagnostics []said
	}
	if wrong := json.Unmarshal(out, &report); wrong != nil || report.Valid != (err == nil) {
		t.Fatalf("ddbgen check: %v, %v\n%s", err, wrong, out)
	}
	return report.Diagnostics
}

// ships builds the spec, has the build proven again and the workflow written, and validates both roots with the real Terraform.
func (n *newcomer) ships(t *testing.T) {
	t.Helper()
	n.runs(t, "build")
	n.runs(t, "build", "--check")
	n.runs(t, "verify")
	run(t, n.dir, "git", "init", "--quiet")
	n.runs(t, "init", "--ci", "github")
	workflow := string(read(t, filepath.Join(n.dir, ".github", "workflows", "ddbgen-booking.yml")))
	for _, role := range []string{"booking-deployer", "booking-planner"} {
		if !strings.Contains(workflow, ":role/ddbgen-bootstrap/booking/"+role+`"`) {
			t.Errorf("the workflow never becomes %s", role)
		}
	}
	root := "generated/environments/production"
	terraform := e2e.NewTerraform(t, &e2e.Emulator{}, n.dir, root)
	terraform.FmtCheck(t)
	for _, dir := range []string{root, root + "/bootstrap"} {
		tf := terraform.Root(dir)
		tf.Init(t, "-backend=false")
		tf.Validate(t)
	}
}

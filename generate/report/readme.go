// Package report writes the README of a build: what each file is, who may do what, how to apply it, what is waived and
// why, and on what it all rests. It says nothing that does not follow from the model.
package report

import (
	"bytes"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/internal/words"
	"github.com/ddbgen/ddbgen/templates"
)

// ForeignKey is what the owner of an existing key must have in its key policy, in one environment.
type ForeignKey struct {
	Environment *model.Environment
	Key         *model.Key
	Statements  []policy.Statement
}

// page is what the README's template is filled in with. Every text is Markdown already.
type page struct {
	Name          string
	Environments  []environmentRow
	Placeholders  bool
	Tenants       string
	Overview      []overviewRow
	Roles         []roleSection
	Boundary      []string
	Keys          []string
	Guardrails    []string
	Waivers       []waiverRow
	Prerequisites []string
	Bootstrap     *bootstrap // nil: there is no root for an administrator
	Backend       bool       // the roots name one
	Documents     []documentSection
	Deployers     []string
	Alarms        []alarmRow
	Outside       []string
	Assumptions   []string
	Files         []fileRow
	Policies      []fileRow
	Bootstraps    []fileRow
}

type environmentRow struct{ Name, Account, Region, Prefix, Directory string }

type overviewRow struct{ Role, Kind, Who, May, Not string }

type roleSection struct {
	Name, Heading          string
	Lines, Withheld, Never []string
}

type waiverRow struct{ Subject, Waived, Because string }

type documentSection struct{ Title, Text, JSON string }

type fileRow struct{ Path, What string }

// Readme is the README of a build.
func Readme(m *model.Model, foreign []ForeignKey, policies []artifact.Policy) output.File {
	p := page{
		Name:          text(m.Name),
		Environments:  environments(m),
		Placeholders:  slices.ContainsFunc(arns(m), func(arn string) bool { return strings.Contains(arn, "{") }),
		Tenants:       tenants(m),
		Overview:      overview(m),
		Roles:         roles(m),
		Boundary:      boundary(m),
		Keys:          keys(m),
		Guardrails:    guardrails(m),
		Waivers:       waivers(m),
		Prerequisites: prerequisites(m),
		Bootstrap:     bootstrapping(m),
		Backend:       m.State != nil,
		Documents:     documents(m, foreign),
		Deployers:     deployers(m),
		Alarms:        alarms(m),
		Outside:       outside(m),
		Assumptions:   assumptions(m),
		Files:         files(m),
		Policies:      policyFiles(words.Those(policies, func(p artifact.Policy) bool { return !p.Bootstraps() })),
		Bootstraps:    policyFiles(words.Those(policies, artifact.Policy.Bootstraps)),
	}
	var b bytes.Buffer
	if err := templates.Readme().Execute(&b, p); err != nil {
		panic("report: " + err.Error())
	}
	return output.File{Path: "README.md", Bytes: b.Bytes()}
}

// arns are the ARNs on the page that the spec writes once for all environments.
func arns(m *model.Model) []string {
	out := foreignPrincipals(m)
	for _, r := range m.Roles {
		for _, a := range r.Attach {
			out = append(out, a.ARN)
		}
	}
	if b := m.Guardrails.Boundary; b != nil {
		out = append(out, b.ARN)
	}
	return out
}

func environments(m *model.Model) []environmentRow {
	var rows []environmentRow
	for _, e := range m.Environments {
		prefix := "none"
		if e.NamePrefix != "" {
			prefix = cellCode(e.NamePrefix)
		}
		rows = append(rows, environmentRow{Name: text(e.Name), Account: e.Account, Region: e.Region, Prefix: prefix, Directory: artifact.EnvironmentDir(e)})
	}
	return rows
}

func waivers(m *model.Model) []waiverRow {
	var rows []waiverRow
	for _, w := range m.Waivers {
		rows = append(rows, waiverRow{Subject: text(w.Subject), Waived: text(w.Waived), Because: text(w.Because)})
	}
	return rows
}

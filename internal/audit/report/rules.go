package report

import (
	"fmt"
	"strings"

	"github.com/ddbgen/ddbgen/internal/audit"
	"github.com/ddbgen/ddbgen/internal/diag"
)

// BeyondSpec is the rule of what is allowed that a spec does not grant. It needs a spec beside what exists, so it is not among
// those of package audit.
var BeyondSpec = audit.Rule{
	ID:       "beyond-spec",
	Severity: audit.High,
	Title:    "Access that the spec does not grant",
	Why: `The spec is what people reviewed. Policies of an identity add up, and within an account a policy of the table or the key
is enough by itself, so a statement that was added by hand or by another stack opens what the spec keeps closed, and no review
of the spec shows it.`,
	Remedy: `Remove the statement. If the access is wanted, write it into the spec, build, and apply what was generated in the
statement's place.`,
	Source: `IAM user guide, "Policy evaluation logic"`,
}

// Rules are all rules, in the order in which they are documented.
func Rules() []audit.Rule { return append(audit.Rules(), BeyondSpec) }

// Rule finds a rule by its id.
func Rule(id string) (audit.Rule, bool) {
	for _, r := range Rules() {
		if r.ID == id {
			return r, true
		}
	}
	return audit.Rule{}, false
}

// page is where the rules are documented.
const page = "https://github.com/ddbgen/ddbgen/blob/main/docs/audit.md"

// Help is the page of a rule, for the formats that refer to it.
func Help(r audit.Rule) diag.Help {
	return diag.Help{
		Title: r.Title, Text: Plain(r), Markdown: Markdown(r), URI: page + "#" + r.ID,
		Full: unwrapped(r.Why), Level: level(r.Severity), Score: score(r.Severity), Tags: []string{"security", "aws", "dynamodb", "iam"},
	}
}

// level is the severity as SARIF has it.
func level(s audit.Severity) string {
	return map[audit.Severity]string{audit.High: "error", audit.Medium: "warning", audit.Low: "note"}[s]
}

// score is the severity on the scale of vulnerabilities, in the middle of what GitHub calls by the same word: from 7.0 high,
// from 4.0 medium (GitHub documentation, "SARIF support for code scanning").
func score(s audit.Severity) string {
	return map[audit.Severity]string{audit.High: "8.0", audit.Medium: "5.5", audit.Low: "2.5"}[s]
}

// Markdown is the page of a rule without its heading.
func Markdown(r audit.Rule) string {
	return fmt.Sprintf("**%s** (%s)\n\n%s\n\n%s\n\nSource: %s.\n", r.Title, r.Severity, strings.TrimSpace(r.Why), strings.TrimSpace(r.Remedy), strings.TrimSuffix(r.Source, "."))
}

// Plain is the page of a rule for a terminal. Its example, which is of the corpus that the audit is tested with, is in the
// documentation.
func Plain(r audit.Rule) string {
	text := fmt.Sprintf("%s\n\n%s\n\nSource: %s.\n", unwrapped(r.Why), unwrapped(r.Remedy), strings.TrimSuffix(r.Source, "."))
	return fmt.Sprintf("%s: %s (%s)\n\n%s\nAn example: %s#%s\n", r.ID, r.Title, r.Severity, diag.Wrapped(text), page, r.ID)
}

// List is the ids of the rules with their severities and titles, for a terminal.
func List() string {
	wide := 0
	for _, r := range Rules() {
		wide = max(wide, len(r.ID))
	}
	var out strings.Builder
	for _, r := range Rules() {
		fmt.Fprintf(&out, "  %-*s  %-6s  %s\n", wide, r.ID, r.Severity, r.Title)
	}
	return out.String()
}

package editor_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/editor"
)

// The beginnings of the specs below: right as far as they go.
const (
	start = `version: 1
name: books
environments:
  production: {account: "444455556666", region: eu-central-1}
`
	table = start + `tables:
  books:
    partition_key: ISBN
`
	role = table + `roles:
  reader:
    kind: runtime
    assumed_by: {service: lambda}
`
)

// TestUnderlined makes mistakes of every kind. What is between « and » must be
// underlined, with the messages that follow, one for each mark in order, and
// nothing else.
func TestUnderlined(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		// A wrong key.
		{role + "    «acces»: []\n", []string{"Property acces is not allowed."}},
		{start + "tables:\n  «books»: {«partition_kye»: ISBN}\n", []string{`Missing property "partition_key".`, "Property partition_kye is not allowed."}},
		{start + "tables:\n  books: {«partition_key»: {«nmae»: PK}}\n", []string{`Missing property "name".`, "Property nmae is not allowed."}},
		{table + "    encryption: {key: payments, «typ»: aws_owned}\n", []string{"Property typ is not allowed."}},
		{table + "    point_in_time_recovery: {«dayz»: 5}\n", []string{"Property dayz is not allowed."}},
		{table + "    «Stream»: new_image\n", []string{"Property Stream is not allowed."}},

		// A wrong type.
		{table + "    existing: «yes»\n", []string{"Write true or false, without quotes."}},
		{table + "    point_in_time_recovery: {days: «\"5\"»}\n", []string{"Write the number in digits, without quotes."}},
		{table + "    tenant_keys: «TENANT#{tenant}»\n", []string{`Write a list. For example: tenant_keys: ["TENANT#{tenant}", "TENANT#{tenant}#INVOICE#*"]`}},
		{role + "    access: «{table: books, operations: [read]}»\n", []string{"Write a list. For example: access: [{table: ledger, operations: [read]}]"}},
		{start + "tables: «[books]»\n", []string{"Write a mapping. For example: tables: {books: {partition_key: ISBN}}"}},
		{table + "roles:\n  reader:\n    kind: runtime\n    assumed_by: «lambda»\n", []string{
			"Write a mapping. Its keys are service, role, roles, github, gitlab, hcp_terraform, buildkite, circleci, bitbucket, cognito, web_identity, irsa, eks_pod_identity, saml."}},
		{table + "    tags: {Owner: «7»}\n", []string{
			"This is text: a number or a truth value needs quotes. Write at most 256 letters, digits, spaces and _ . : / = + @ -"}},
		{strings.Replace(table, `"444455556666"`, "«444455556666»", 1), []string{
			"This is text: a number or a truth value needs quotes. Write an AWS account id: 12 digits, in quotes."}},

		// A wrong type where a shorthand may stand: the message names every form.
		{start + "tables:\n  books: {partition_key: «5»}\n", []string{"Write text or a mapping."}},
		{table + "    encryption: «[key]»\n", []string{"Write aws_owned or aws_managed or a mapping."}},
		{table + "    point_in_time_recovery: «yes»\n", []string{"Write true or false or a mapping."}},
		{table + "    billing: «10»\n", []string{"Write on_demand or a mapping."}},
		{table + "    global_indexes:\n      by: {partition_key: a, projection: «1»}\n", []string{"Write all or keys_only or a list or a mapping."}},
		{table + "    global_indexes:\n      by: {partition_key: a, projection: [«1»]}\n", []string{"This is text: a number or a truth value needs quotes."}},
		{table + "roles:\n  ci:\n    kind: plan\n    assumed_by: {github: {repository: acme/infra, branch: «[main]»}}\n", []string{
			"Write text, or a mapping from environments to texts."}},

		// A wrong word.
		{table + "    stream: «new_images»\n", []string{"Write one of keys_only, new_image, old_image, new_and_old_images."}},
		{table + "    stream: «5»\n", []string{"Write one of keys_only, new_image, old_image, new_and_old_images."}},
		{table + "    encryption: «aws_ownd»\n", []string{"Write aws_owned or aws_managed or a mapping."}},
		{table + "    encryption: {key: payments, because: [«adit»]}\n", []string{"Write one of audit, rotation, revocation, cross_account."}},
		{role + "    access:\n      - {table: books, operations: [read], tenant: «all»}\n", []string{"Write one of own, any."}},

		// A key that is missing: its mapping is underlined by its key, or where it begins.
		{strings.Replace(start, `production: {account: "444455556666", region`, `«production»: {region`, 1) + "tables: {books: {partition_key: ISBN}}\n", []string{`Missing property "account".`}},
		{role + "    access:\n      - «{»table: books}\n", []string{`Missing property "operations".`}},
		{role + "    access:\n      - «{»operations: [read]}\n", []string{"Write exactly one of table, tagged."}},
		{table + "    «encryption»: {because: [audit]}\n", []string{"Write exactly one of type, key."}},
		{table + "roles:\n  ci:\n    kind: plan\n    assumed_by: {«github»: {repository: acme/infra}}\n", []string{"Write exactly one of environment, branch, tag, pull_request."}},

		// Keys that exclude each other.
		{role + "    access:\n      - {table: books, «tagged»: {a: b}, operations: [read]}\n", []string{"Keep only one of table, tagged."}},
		{table + "    encryption: {«key»: payments, type: aws_owned}\n", []string{"Keep only one of type, key."}},

		// What does not match a pattern, and what is too much or too little.
		{strings.Replace(table, `"444455556666"`, `«"4444"»`, 1), []string{"Write an AWS account id: 12 digits, in quotes."}},
		{start + "tables:\n  «Books»: {partition_key: ISBN}\n", []string{"Write 1 to 39 characters: a lower-case letter, then lower-case letters, digits and underscores."}},
		{table + "guardrails: {permissions_boundary: «arn»}\n", []string{
			"Write generate, or the ARN of a managed policy, which may hold {account}, {region} and {partition}."}},
		{table + "roles:\n  ci:\n    kind: plan\n    assumed_by: {github: {repository: acme/infra, branch: {production: «\"ma in\"»}}}\n", []string{"Write a branch name without wildcards."}},
		{role + "    because: «\"a\\x00b\"»\n", []string{"This holds a control character. Remove it; only line breaks and tabs may stand here."}},
		{table + "    point_in_time_recovery: {days: «50»}\n", []string{"Value is above the maximum of 35."}},
		{role + "    max_session_seconds: «60»\n", []string{"Value is below the minimum of 3600."}},
		{table + "    tenant_keys: «[]»\n", []string{"Array has too few items. Expected 1 or more."}},
	}
	d := newDesk(t)
	var documents []*editor.Document
	var wants [][]editor.Diagnostic
	for _, c := range tests {
		text, want := marked(modeline + c.text)
		if len(want) != len(c.want) {
			t.Fatalf("%d marks and %d messages: %s", len(want), len(c.want), c.text)
		}
		for i := range want {
			want[i].Message = c.want[i]
		}
		documents, wants = append(documents, d.open(t, text)), append(wants, want)
	}
	for i, document := range documents {
		if diff := cmp.Diff(wants[i], underlined(document.Diagnostics(t))); diff != "" {
			t.Errorf("%s\n(-want +got)\n%s", tests[i].text, diff)
		}
	}
}

// marked takes the marks out of a text and says where they were.
func marked(text string) (string, []editor.Diagnostic) {
	var places []editor.Diagnostic
	for strings.Contains(text, "«") {
		var place editor.Diagnostic
		text, place.Range.Start = editor.Cursor(strings.Replace(text, "«", "‸", 1))
		text, place.Range.End = editor.Cursor(strings.Replace(text, "»", "‸", 1))
		places = append(places, place)
	}
	return text, places
}

// underlined are findings without their source, which names a part of the schema.
func underlined(found []editor.Diagnostic) []editor.Diagnostic {
	for i := range found {
		found[i].Source = ""
	}
	return found
}

// TestMarked holds the marks to places counted by hand.
func TestMarked(t *testing.T) {
	text, places := marked("a: «b»\n  «cd»: e\n")
	if text != "a: b\n  cd: e\n" {
		t.Errorf("the text is %q", text)
	}
	if got := fmt.Sprint(places); got != "[{{{0 3} {0 4}}  } {{{1 2} {1 4}}  }]" {
		t.Errorf("the places are %s", got)
	}
}

package audit

import (
	"testing"

	"github.com/ddbgen/ddbgen/internal/inventory/workflow"
)

// TestExcludes: a condition keeps an event out only if each of its alternatives does.
func TestExcludes(t *testing.T) {
	for _, c := range []struct {
		condition string
		out       bool
	}{
		{"", false},
		{"always()", false},
		{"github.event_name == 'push'", true},
		{`${{ github.event_name == "push" }}`, true},
		{"github.event_name != 'pull_request'", true},
		{"github.event_name == 'pull_request'", false},
		{"github.event_name != 'push'", false},
		{"github.ref == 'refs/heads/main'", true},
		{"github.ref == 'refs/heads/main' && success()", true},
		{"github.ref == 'refs/heads/main' || contains(github.event.pull_request.labels.*.name, 'try')", false},
		{"github.event_name == 'push' || github.event_name == 'schedule'", true},
		{"github.event_name == 'push' || github.event_name == 'pull_request'", false},
		{"startsWith(github.ref, 'refs/tags/')", true},
		{"github.base_ref == 'main'", false},
	} {
		if got := excludes(c.condition, "pull_request"); got != c.out {
			t.Errorf("%q keeps a pull request out: %t, want %t", c.condition, got, c.out)
		}
	}
}

// TestCredentials: which values are keys that last.
func TestCredentials(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"on: push\njobs:\n  a:\n    env:\n      AWS_SECRET_ACCESS_KEY: ${{ secrets.K }}\n    steps: []\n", 1},
		{"on: push\njobs:\n  a:\n    env:\n      AWS_SECRET_ACCESS_KEY: ${{ secrets['K'] }}\n      AWS_ACCESS_KEY_ID: ${{ secrets.I }}\n    steps: []\n", 1},
		{"on: push\njobs:\n  a:\n    env:\n      AWS_SECRET_ACCESS_KEY: ${{ secrets.K }}\n      AWS_SESSION_TOKEN: ${{ secrets.T }}\n    steps: []\n", 0},
		{"on: push\njobs:\n  a:\n    env:\n      AWS_SECRET_ACCESS_KEY: test\n      AWS_ACCESS_KEY_ID: test\n    steps: []\n", 0},
		{"on: push\njobs:\n  a:\n    env:\n      AWS_ACCESS_KEY_ID: AKIAIOSFODNN7EXAMPLE\n    steps: []\n", 0},
		{"on: push\njobs:\n  a:\n    steps:\n      - run: echo AKIAQ2RS5T6UVW3XYZ23\n", 1},
		{"on: push\njobs:\n  a:\n    steps:\n      - run: export AWS_SECRET_ACCESS_KEY=${{ secrets.K }}\n", 1},
		{"on: push\njobs:\n  a:\n    steps:\n      - env: {TOKEN: \"${{ secrets.NPM }}\"}\n        run: npm publish\n", 0},
		{"on: push\njobs: {a: null, b: [], c: {steps: {uses: x}}, d: {steps: [null, 1, {with: 3, uses: [x]}]}}\n", 0},
		{"on: {pull_request_target: null}\npermissions: [write-all]\njobs: {d: {if: [], steps: [{uses: actions/checkout@v4, with: {ref: {}}}]}}\n", 0},
	} {
		inv, ok := workflow.Read(".github/workflows/ci.yml", []byte(c.text))
		if !ok || len(inv.Workflows) != 1 {
			t.Fatalf("no workflow: %q", c.text)
		}
		if findings := Run(inv); len(findings) != c.want {
			t.Errorf("%d findings, want %d, in\n%s%v", len(findings), c.want, c.text, findings)
		}
	}
}

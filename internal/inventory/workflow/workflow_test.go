package workflow_test

import (
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/inventory/workflow"
)

const github = "on: push\njobs:\n  plan:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo\n        env: {AWS_ACCESS_KEY_ID: x}\n"

func TestRead(t *testing.T) {
	for _, c := range []struct {
		file, src string
		count     int // of workflows; below zero: not known
		findings  int
	}{
		{".github/workflows/ci.yml", github, 1, 0},
		{"repo/.github/workflows/ci.yaml", "on: push\n", 1, 0},
		{`repo\.github\workflows\ci.yml`, github, 1, 0},
		{"elsewhere.yml", github, 1, 0},
		{"elsewhere.yml", strings.Replace(github, "on:", "true:", 1), 1, 0},
		{"elsewhere.yml", "on: push\njobs: {a: {uses: x/y@v1}}\n", 1, 0},
		{".gitlab-ci.yml", "spec: {inputs: {}}\n---\nplan: {script: [x]}\n", 2, 0},
		{".github/workflows/ci.yml", "on: [\n", 0, 1},
		{".github/workflows/ci.yml", "- a\n", 0, 0},
		{".github/workflows/README.md", github, 1, 0},
		{"elsewhere.yml", "jobs: [a]\non: x\n", -1, 0},
		{"elsewhere.yml", "jobs: {a: {image: x}}\non: x\n", -1, 0},
		{"elsewhere.yml", "on: x\n", -1, 0},
		{"elsewhere.yml", "jobs: [\n", -1, 0},
		{"elsewhere.yml", "", -1, 0},
	} {
		inv, ok := workflow.Read(c.file, []byte(c.src))
		if ok != (c.count >= 0) {
			t.Errorf("%s %q: known %v", c.file, c.src, ok)
			continue
		}
		if ok && (len(inv.Workflows) != c.count || len(inv.Findings) != c.findings || inv.Files[c.file] == nil) {
			t.Errorf("%s %q: %d workflows, %d findings", c.file, c.src, len(inv.Workflows), len(inv.Findings))
		}
	}
	inv, _ := workflow.Read("ci.yml", []byte(github))
	steps := inv.Workflows[0].Root.At("jobs", "plan", "steps").Each()
	if at := steps[0].At("env", "AWS_ACCESS_KEY_ID").Place(); at.Start.Line != 7 || at.Start.Column != 34 {
		t.Errorf("the key stands at %v", at)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(github)
	f.Add("jobs: &x {a: *x}\non: *x\n")
	f.Fuzz(func(_ *testing.T, src string) {
		workflow.Read(".github/workflows/ci.yml", []byte(src))
		workflow.Read("ci.yml", []byte(src))
	})
}

package ddbgen_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/spec"
)

// large is a spec of n tables, each with an index, and n roles, each with rows of its own tenant on one table and reads of
// another.
func large(n int) []byte {
	var b strings.Builder
	b.WriteString(`version: 1
name: large
environments:
  production: {account: "444455556666", region: eu-central-1}
tenancy:
  id_pattern: "[a-z0-9]{8,32}"
  identity: {session_tag: tenant_id}
tables:
`)
	for i := range n {
		fmt.Fprintf(&b, "  table%d:\n    partition_key: PK\n    sort_key: SK\n    tenant_keys: [\"TENANT#{tenant}\", \"TENANT#{tenant}#ITEM#*\"]\n", i)
		b.WriteString("    global_indexes:\n      by_status: {partition_key: GSI1PK, tenant_keys: [\"TENANT#{tenant}#STATUS#*\"]}\n")
	}
	b.WriteString("roles:\n  api: {kind: runtime, assumed_by: {service: lambda}, attach: [AWSLambdaBasicExecutionRole]}\n")
	for i := range n {
		fmt.Fprintf(&b, "  r%d:\n    kind: runtime\n    assumed_by: {roles: [\"arn:aws:iam::444455556666:role/broker\"]}\n    access:\n", i)
		fmt.Fprintf(&b, "      - {table: table%d, operations: [read, write], indexes: [by_status]}\n", i)
		if other := (i + 1) % n; other != i {
			fmt.Fprintf(&b, "      - {table: table%d, operations: [read]}\n", other)
		}
	}
	return []byte(b.String())
}

// BenchmarkBuild is a whole build in memory: decode, resolve, check, generate.
func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("tables=%d", n), func(b *testing.B) {
			src := large(n)
			b.ReportAllocs()
			for b.Loop() {
				m, ds := spec.Load("spec.yaml", src)
				if ds.HasErrors() {
					b.Fatal(ds)
				}
				tree, ds := generate.All(m)
				if ds.HasErrors() {
					b.Fatal(ds)
				}
				b.ReportMetric(float64(len(tree.Files)), "files")
			}
		})
	}
}

// BenchmarkWrite is what it takes to put the same files on disk: as a build does, and as a plain copy.
func BenchmarkWrite(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		files := build(b, "spec.yaml", large(n)).Files
		b.Run(fmt.Sprintf("build/tables=%d", n), func(b *testing.B) { writeEach(b, files, writeTree) })
		b.Run(fmt.Sprintf("copy/tables=%d", n), func(b *testing.B) { writeEach(b, files, copyTree) })
	}
}

func writeEach(b *testing.B, files []output.File, write func(string, []output.File) error) {
	b.ReportAllocs()
	for b.Loop() {
		if err := write(filepath.Join(b.TempDir(), "generated"), files); err != nil {
			b.Fatal(err)
		}
	}
}

func writeTree(dir string, files []output.File) error {
	changes, err := output.Plan(dir, files, output.Options{Generator: "0", Spec: output.Digest(nil)})
	if err != nil {
		return err
	}
	return output.Apply(changes)
}

func copyTree(dir string, files []output.File) error {
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, f.Bytes, 0o644); err != nil {
			return err
		}
	}
	return nil
}

package prove

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/spec"
)

// wiringOf is what the proof of the wiring alone finds.
func wiringOf(m *model.Model, files []output.File) hcl.Diagnostics {
	p := prover{m: m, files: map[string][]byte{}, read: map[string]bool{}}
	for _, f := range files {
		p.files[f.Path] = f.Bytes
	}
	p.wiring(files)
	return p.result.Findings
}

// wiringBuild is a spec and what a build makes of it.
func wiringBuild(tb testing.TB, name string, src []byte) (*model.Model, []output.File) {
	tb.Helper()
	m, ds := spec.Load(name, src)
	if ds.HasErrors() {
		tb.Fatal(ds.Errs())
	}
	tree, ds := generate.All(m)
	if ds.HasErrors() {
		tb.Fatal(ds.Errs())
	}
	return m, tree.Files
}

func wiringExample(tb testing.TB, name string) (*model.Model, []output.File) {
	tb.Helper()
	switch name {
	case "rising":
		return wiringBuild(tb, name, []byte(rising))
	case "guarded": // nothing but the guard of recovery makes a policy, and that of one table alone
		src := strings.Replace(rising, "guardrails: {", "guardrails: {insecure_transport: {effect: allow, because: clients of 1998}, ", 1)
		return wiringBuild(tb, name, []byte(strings.Replace(src, "  legacy: {", "  cache: {partition_key: id, point_in_time_recovery: {enabled: false, because: it is a cache}}\n  legacy: {", 1)))
	case "various":
		var keys []string
		for i := range 12 {
			keys = append(keys, fmt.Sprintf("%s%d", strings.Repeat("k", 300), i))
		}
		return wiringBuild(tb, name, []byte(strings.Replace(wiringVarious, "LONG", strings.Join(keys, ", "), 2)))
	}
	src, err := os.ReadFile(filepath.Join("../../examples", name, "spec.yaml"))
	if err != nil {
		tb.Fatal(err)
	}
	return wiringBuild(tb, name, src)
}

// wiringVarious holds what the examples do not: keys, tables and roles that exist beside such that are made, roles of instances,
// roles of tenants with policies written elsewhere, capacities that move, a role with several policies.
const wiringVarious = `
version: 1
name: various
environments:
  production: {account: "444455556666", region: eu-central-1, name_prefix: prod-, tags: {CostCenter: "1"}}
  china: {account: "111122223333", region: cn-north-1}
tenancy: {id_pattern: "[a-z]{4,8}", tenants: [acme, globex]}
keys:
  data: {rotation_days: 180, administrators: ["arn:{partition}:iam::{account}:role/KeyAdmin"]}
  legacy: {existing: {production: "arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab", china: "arn:aws-cn:kms:cn-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}}
tables:
  events:
    partition_key: PK
    tenant_keys: ["{tenant}#*"]
    encryption: {key: legacy, because: [audit]}
    billing: {read: 10, write: 5, autoscale_to: {read: 100, write: 50}}
    tags: {Team: core}
    global_indexes:
      by_kind: {partition_key: kind, projection: keys_only, capacity: {read: 1, write: 1, autoscale_to: {read: 10, write: 10}}}
  catalogue: {partition_key: id, existing: true}
  managed: {partition_key: id, encryption: aws_managed, time_to_live: gone_at, stream: keys_only}
roles:
  batch: {kind: runtime, assumed_by: {service: ec2}, access: [{table: catalogue, operations: [read]}]}
  reader: {kind: runtime, existing: true, name: service/reader, access: [{table: managed, operations: [read]}]}
  worker:
    kind: runtime
    assumed_by: {role: batch}
    attach: [AWSXRayDaemonWriteAccess]
    access: [{table: events, operations: [read, write]}, {table: managed, operations: [read], partition_keys: [LONG]}, {table: catalogue, operations: [read], partition_keys: [LONG]}]
audit: {trail: {bucket: acme-audit, tables: [catalogue, events], log: all}}
`

func TestWiringOfExamples(t *testing.T) {
	specs, err := filepath.Glob("../../examples/*/spec.yaml")
	if err != nil || len(specs) == 0 {
		t.Fatal("no examples", err)
	}
	names := []string{"various", "rising", "guarded"}
	for _, path := range specs {
		names = append(names, filepath.Base(filepath.Dir(path)))
	}
	for _, name := range names {
		for _, f := range wiringOf(wiringExample(t, name)) {
			t.Errorf("%s: %s: %s", name, f.Summary, f.Detail)
		}
	}
}

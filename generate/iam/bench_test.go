package iam

import (
	"fmt"
	"testing"

	"github.com/ddbgen/ddbgen/internal/model"
)

// BenchmarkPolicies makes the policies of as many roles as tables, each role with rows and an index of one table.
func BenchmarkPolicies(b *testing.B) {
	for _, count := range []int{10, 100, 1000} {
		var all []*model.Table
		var roles []*model.Role
		for i := range count {
			t := table(fmt.Sprintf("table_%04d", i), "TENANT#{tenant}")
			all = append(all, t)
			roles = append(roles, runtime(fmt.Sprintf("role_%04d", i), may(t, read+" "+write+" DescribeTable", with(index(t, "by_status", "TENANT#{tenant}#*")))))
		}
		m := identified(system(all, roles...), model.SessionTag, "tenant_id")
		b.Run(fmt.Sprintf("%d", count), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if policies, ds := Policies(m, m.Environments[0]); len(policies) != count || len(ds) > 0 {
					b.Fatal(ds)
				}
			}
		})
	}
}

// BenchmarkDeployPolicies makes the policies of a role that deploys 100 tables.
func BenchmarkDeployPolicies(b *testing.B) {
	m := deployMany(100)
	m.DeployRoles = m.DeployRoles[:1]
	b.ReportAllocs()
	for b.Loop() {
		if policies, ds := Policies(m, m.Environments[0]); len(policies) == 0 || len(ds) > 0 {
			b.Fatal(ds)
		}
	}
}

// BenchmarkBoundary makes the boundary of as many roles as it can hold.
func BenchmarkBoundary(b *testing.B) {
	var all []*model.Table
	var roles []*model.Role
	for i := range 40 {
		t := table(fmt.Sprintf("table_%04d", i), "TENANT#{tenant}")
		all = append(all, t)
		roles = append(roles, runtime(fmt.Sprintf("role_%04d", i), may(t, read+" "+write, with(index(t, "by_status", "TENANT#{tenant}#*")))))
	}
	m := identified(system(all, roles...), model.SessionTag, "tenant_id")
	m.Guardrails.Boundary = &model.Boundary{}
	b.ReportAllocs()
	for b.Loop() {
		if policies, ds := Boundary(m, m.Environments[0]); len(policies) != 1 || len(ds) > 0 {
			b.Fatal(ds)
		}
	}
}

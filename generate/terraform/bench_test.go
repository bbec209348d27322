package terraform

import (
	"fmt"
	"testing"

	"github.com/ddbgen/ddbgen/internal/model"
)

// many is a model of n tables and as many roles.
func many(n int) *model.Model {
	m := rich()
	table, role := m.Tables[2], m.Roles[1]
	m.Tables, m.Roles, m.Trail = nil, nil, nil
	for i := range n {
		t, r := *table, *role
		t.Name, r.Name = fmt.Sprintf("t%04d", i), fmt.Sprintf("r%04d", i)
		m.Tables, m.Roles = append(m.Tables, &t), append(m.Roles, &r)
	}
	return m
}

func BenchmarkAll(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			m := many(n)
			b.ReportAllocs()
			for b.Loop() {
				all(m)
			}
		})
	}
}

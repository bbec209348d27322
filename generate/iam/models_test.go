package iam

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/model"
)

// The models of the tests are built here, by functions that take only what a test is about.

// system is a model of one environment.
func system(tables []*model.Table, roles ...*model.Role) *model.Model {
	m := &model.Model{
		Name: "shop",
		Environments: []*model.Environment{{
			Name: "production", Account: "444455556666", Region: "eu-central-1", Partition: "aws",
		}},
		Tables:     tables,
		Roles:      roles,
		Guardrails: model.Guardrails{DenyInsecureTransport: true},
	}
	return m
}

func tables(t ...*model.Table) []*model.Table { return t }

// identified gives a model tenants.
func identified(m *model.Model, kind model.IdentityKind, name string) *model.Model {
	m.Tenancy = &model.Tenancy{IDPattern: "[a-z0-9]{8,32}", Identity: model.Identity{Kind: kind, Name: name}}
	return m
}

// siloed gives a model listed tenants; every role with rows of its own tenant, and those named, are made per tenant.
func siloed(m *model.Model, tenants []string, perTenant ...string) *model.Model {
	identified(m, model.Silo, "")
	m.Tenancy.Tenants = tenants
	for _, r := range m.Roles {
		r.PerTenant = r.TenantScoped() || slices.Contains(perTenant, r.Name)
	}
	return m
}

// table makes a table of the logical name, called by the same name with a capital, with tenant keys as a spec writes them.
func table(name string, tenantKeys ...string) *model.Table {
	return &model.Table{
		Name: name, PhysicalName: strings.ToUpper(name[:1]) + name[1:],
		PartitionKey: model.Attribute{Name: "PK", Type: "S"}, SortKey: &model.Attribute{Name: "SK", Type: "S"},
		TenantKeys: templates(tenantKeys),
	}
}

// index adds a global index to a table.
func index(t *model.Table, name string, tenantKeys ...string) *model.Index {
	i := &model.Index{Name: name, PhysicalName: name, Table: t, TenantKeys: templates(tenantKeys)}
	t.GlobalIndexes = append(t.GlobalIndexes, i)
	return i
}

func templates(written []string) []model.KeyTemplate {
	var out []model.KeyTemplate
	for _, w := range written {
		prefix, suffix, _ := strings.Cut(w, "{tenant}")
		suffix, open := strings.CutSuffix(suffix, "*")
		out = append(out, model.KeyTemplate{Prefix: prefix, Suffix: suffix, Open: open})
	}
	return out
}

// underKey encrypts tables with a key that exists already.
func underKey(m *model.Model, t ...*model.Table) *model.Model {
	arn := "arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	k := &model.Key{Name: "data", Existing: []model.EnvironmentValue{{Environment: m.Environments[0], Value: arn}}}
	m.Keys = []*model.Key{k}
	for _, t := range t {
		t.Encryption = model.Encryption{Kind: model.CustomerManaged, Key: k}
	}
	return m
}

func role(name string, kind model.Kind) *model.Role {
	return &model.Role{
		Name: name, PhysicalName: "shop-" + strings.ReplaceAll(name, "_", "-"), Path: "/ddbgen/shop/", Kind: kind,
		Trust: model.Trust{Kind: model.ServiceTrust, Service: "lambda"},
	}
}

func runtime(name string, grants ...*model.Grant) *model.Role {
	r := role(name, model.Runtime)
	r.Grants = grants
	for _, g := range grants {
		g.Role = r
	}
	return r
}

// may is a grant of operations, written with blanks between them; those in brackets are granted only in transactions. On
// a tenant's table the rows are the tenant's own.
func may(t *model.Table, operations string, change ...func(*model.Grant)) *model.Grant {
	g := &model.Grant{Table: t, Actions: actions(operations)}
	if t.TenantKeyed() {
		g.Rows.Kind = model.OwnRows
	}
	for _, c := range change {
		c(g)
	}
	return g
}

func actions(operations string) []model.Action {
	var out []model.Action
	for _, name := range strings.Fields(operations) {
		bare := strings.Trim(name, "[]")
		out = append(out, model.Action{Name: bare, OnlyInTransaction: bare != name})
	}
	slices.SortFunc(out, func(a, b model.Action) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func with(indexes ...*model.Index) func(*model.Grant) {
	return func(g *model.Grant) { g.Indexes = indexes }
}

func columnsOf(names string) func(*model.Grant) {
	return func(g *model.Grant) { g.Attributes = strings.Fields(names) }
}

func keysOf(keys ...string) func(*model.Grant) {
	return func(g *model.Grant) { g.Rows = model.Rows{Kind: model.NamedRows, Keys: keys} }
}

func anyTenant(g *model.Grant) { g.Rows = model.Rows{Kind: model.AllRows} }

func noTransactions(g *model.Grant) { g.NoTransactions = true }

// The groups of operations, as a spec resolves them.
const (
	read  = "GetItem BatchGetItem Query"
	write = "PutItem UpdateItem DeleteItem BatchWriteItem"
)

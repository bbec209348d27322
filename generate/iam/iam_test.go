package iam

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// TestPolicies compares the policies of small models with files that were written by hand: testdata/CASE/role.NAME.json
// for every policy of the case, and no other.
func TestPolicies(t *testing.T) {
	for _, c := range []struct {
		name  string
		model *model.Model
	}{
		{"table_and_indexes", tableAndIndexes()},
		{"own_rows", ownRows()},
		{"columns", columnRoles()},
		{"rows_and_columns", rowsAndColumns()},
		{"open_templates", openTemplates()},
		{"special_characters", specialCharacters()},
		{"named_keys", namedKeys()},
		{"any_tenant", anyTenants()},
		{"transactions", transactions()},
		{"partiql", partiQL()},
		{"tagged", taggedAccess()},
		{"vending", vending()},
		{"vending_silo", vendingSilo()},
		{"silo", silo()},
		{"streams", streamRoles()},
		{"backups", backupRoles()},
		{"restores", restoreRoles()},
		{"exports", exportRoles()},
		{"existing_key", existingKey()},
		{"nothing", nothing()},
	} {
		t.Run(c.name, func(t *testing.T) {
			policies, ds := Policies(c.model, c.model.Environments[0])
			if ds.HasErrors() {
				t.Fatal(ds)
			}
			compare(t, filepath.Join("testdata", c.name), policies)
		})
	}
}

// compare holds policies against the files of a directory, both ways.
func compare(t *testing.T, dir string, policies []artifact.Policy) {
	t.Helper()
	got, want := map[string]string{}, map[string]string{}
	for _, p := range policies {
		got[strings.TrimPrefix(p.PathInRoot(), "policies/")] = string(p.Bytes)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		bytes, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want[filepath.Base(file)] = string(bytes)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("policies differ from %s (-want +got):\n%s", dir, diff)
	}
}

func tableAndIndexes() *model.Model {
	books := table("books")
	byAuthor, byTitle := index(books, "by_author"), index(books, "by_title")
	return system(tables(books),
		runtime("shop_front", may(books, read+" "+write+" DescribeTable", with(byAuthor, byTitle))),
		runtime("writer", may(books, "PutItem")))
}

func ownRows() *model.Model {
	scores := table("scores", "{tenant}")
	return identified(system(tables(scores), runtime("player", may(scores, read+" "+write+" DescribeTable"))), model.LoginWithAmazon, "")
}

func columnRoles() *model.Model {
	scores := table("scores")
	byTop := index(scores, "by_top")
	return system(tables(scores),
		runtime("reader", may(scores, read+" Scan", with(byTop), columnsOf("PK SK TopScore"))),
		runtime("updater", may(scores, "GetItem UpdateItem ConditionCheckItem", columnsOf("PK SK TopScore"))),
		runtime("writer", may(scores, "UpdateItem", columnsOf("PK SK TopScore"))))
}

func rowsAndColumns() *model.Model {
	scores := table("scores", "{tenant}")
	byTop := index(scores, "by_top", "{tenant}")
	return identified(system(tables(scores),
		runtime("player", may(scores, "GetItem Query UpdateItem", with(byTop), columnsOf("PK SK TopScore")))), model.Facebook, "")
}

func openTemplates() *model.Model {
	ledger := table("ledger", "TENANT#{tenant}", "TENANT#{tenant}#INVOICE#*")
	byDay := index(ledger, "by_day", "{tenant}#DAY")
	byMonth := index(ledger, "by_month", "{tenant}#DAY")
	byStatus := index(ledger, "by_status", "TENANT#{tenant}#STATUS#*")
	return identified(system(tables(ledger), runtime("api", may(ledger, read, with(byDay, byMonth, byStatus)))), model.SessionTag, "tenant_id")
}

func specialCharacters() *model.Model {
	exact, open := table("exact", "$*?{tenant}$"), table("open", "$*?{tenant}#*")
	return identified(system(tables(exact, open),
		runtime("api", may(exact, "GetItem"), may(exact, "GetItem", keysOf("a${b}*")), may(open, "GetItem"))), model.SessionTag, "tenant_id")
}

func namedKeys() *model.Model {
	ledger := table("ledger", "TENANT#{tenant}")
	return identified(system(tables(ledger),
		runtime("api", may(ledger, "GetItem"), may(ledger, "GetItem Query", keysOf("CONFIG", "PRICES")))), model.SessionTag, "tenant_id")
}

func anyTenants() *model.Model {
	ledger := table("ledger", "TENANT#{tenant}")
	byStatus := index(ledger, "by_status", "TENANT#{tenant}")
	return identified(system(tables(ledger),
		runtime("support", may(ledger, "GetItem Query Scan", anyTenant, with(byStatus)))), model.SessionTag, "tenant_id")
}

func transactions() *model.Model {
	ledger := table("ledger")
	byDay := index(ledger, "by_day")
	return system(tables(ledger),
		runtime("either", may(ledger, "GetItem [PutItem] [UpdateItem] ConditionCheckItem")),
		runtime("never", may(ledger, read+" "+write+" PartiQLSelect PartiQLInsert", with(byDay), noTransactions)),
		runtime("only", may(ledger, "[GetItem] [PutItem] [UpdateItem] [DeleteItem] ConditionCheckItem")))
}

func partiQL() *model.Model {
	ledger := table("ledger", "TENANT#{tenant}")
	byStatus := index(ledger, "by_status", "TENANT#{tenant}")
	return identified(system(tables(ledger),
		runtime("api", may(ledger, "PartiQLSelect PartiQLUpdate PartiQLInsert", with(byStatus)))), model.SessionTag, "tenant_id")
}

func taggedAccess() *model.Model {
	ledger, orders, books := table("ledger", "{tenant}"), table("orders", "{tenant}"), table("books")
	auditor := role("auditor", model.Runtime)
	auditor.TagGrants = []*model.TagGrant{{
		Actions: actions("DescribeTable GetItem PartiQLSelect [PutItem]"),
		Tags:    []model.TagMatch{{Key: "Environment", Value: "production"}, {Key: "Team", Same: true}},
	}}
	return identified(system(tables(books, ledger, orders), auditor), model.SessionTag, "tenant_id")
}

func vending() *model.Model {
	ledger := table("ledger", "TENANT#{tenant}")
	api, apiTenant, reporter := runtime("api"), runtime("api_tenant", may(ledger, "GetItem")), runtime("reporter")
	api.Assumes = []*model.Role{apiTenant, reporter}
	return identified(system(tables(ledger), api, apiTenant, reporter), model.SessionTag, "tenant_id")
}

// vendingSilo has a broker that becomes every tenant's api, and an api that becomes its own tenant's archive.
func vendingSilo() *model.Model {
	broker, api, archive := runtime("broker"), runtime("api"), runtime("archive")
	broker.Assumes = []*model.Role{api}
	api.Assumes = []*model.Role{archive}
	return siloed(system(nil, api, archive, broker), []string{"acme", "globex"}, "api", "archive")
}

func silo() *model.Model {
	ledger := table("ledger", "TENANT#{tenant}", "TENANT#{tenant}#*")
	orders := table("orders", "{tenant}")
	return siloed(system(tables(ledger, orders), runtime("api", may(ledger, "Query"), may(orders, "Query"))), []string{"acme", "globex"})
}

func streamRoles() *model.Model {
	ledger, orders := table("ledger", "{tenant}"), table("orders")
	projector := role("projector", model.StreamConsumer)
	projector.Tables = tables(ledger, orders)
	return system(tables(ledger, orders), projector)
}

// TestInsecureTransportAllowed holds that a spec that lets plain HTTP through has no refusal of it in its roles either.
func TestInsecureTransportAllowed(t *testing.T) {
	m := streamRoles()
	m.Guardrails.DenyInsecureTransport = false
	for _, s := range Statements(m, m.Environments[0], m.Roles[0], "") {
		if s.Effect == policy.Deny {
			t.Errorf("%s denies", s.Sid)
		}
	}
}

func backupRoles() *model.Model {
	ledger, orders := table("ledger"), table("orders")
	vault, nightly := role("vault", model.Backup), role("nightly", model.Backup)
	vault.Trust.Service = "backup"
	vault.Tables, nightly.Tables = tables(ledger, orders), tables(ledger)
	return underKey(system(tables(ledger, orders), nightly, vault), ledger)
}

func restoreRoles() *model.Model {
	ledger := table("ledger")
	drill, vault, rewind := role("drill", model.Restore), role("vault", model.Restore), role("rewind", model.Restore)
	vault.Trust.Service = "backup"
	for _, r := range []*model.Role{drill, vault, rewind} {
		r.Tables = tables(ledger)
		r.Restore = &model.RestoreRights{Into: "restored-*", FromBackup: r != rewind, PointInTime: true}
	}
	m := underKey(system(tables(ledger), drill, rewind, vault), ledger)
	m.Environments[0].NamePrefix = "prod-"
	return m
}

func exportRoles() *model.Model {
	ledger := table("ledger")
	plain, sealed := role("plain", model.Export), role("sealed", model.Export)
	plain.Tables, sealed.Tables = tables(ledger), tables(ledger)
	m := system(tables(ledger), plain, sealed)
	plain.Export = &model.ExportTarget{Bucket: "acme-exports"}
	sealed.Export = &model.ExportTarget{Bucket: "acme-exports", Prefix: "ledger/", BucketKey: []model.EnvironmentValue{{
		Environment: m.Environments[0], Value: "arn:aws:kms:eu-west-1:444455556666:key/0f9e8d7c-6b5a-4c3d-8e2f-1a0b9c8d7e6f",
	}}}
	return m
}

func existingKey() *model.Model {
	books, ledger, open := table("books"), table("ledger", "{tenant}"), table("open")
	books.Tags = []model.Tag{{Key: "Team", Value: "web"}}
	ledger.Tags = books.Tags // a tenant's table is not reached by its tags, so neither is its key
	auditor := role("auditor", model.Runtime)
	auditor.TagGrants = []*model.TagGrant{{Actions: actions("GetItem"), Tags: []model.TagMatch{{Key: "Team", Same: true}}}}
	m := system(tables(books, ledger, open),
		runtime("api", may(books, "PutItem"), may(ledger, "GetItem"), may(open, "GetItem")),
		auditor,
		runtime("describer", may(ledger, "DescribeTable")))
	underKey(identified(m, model.OIDCSubject, "login.example.com"), books, ledger)
	made := &model.Key{Name: "made"} // its own key policy says who uses it
	open.Encryption = model.Encryption{Kind: model.CustomerManaged, Key: made}
	m.Keys = append(m.Keys, made)
	return m
}

func nothing() *model.Model {
	r := runtime("idle")
	r.Attach = []model.Attachment{{ARN: "arn:{partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}}
	return system(nil, r)
}

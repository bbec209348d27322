package audit

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// hole opens a hole in a document that has none. Open returns nil where the statement is none that it could be opened in.
type hole struct {
	name string
	want []string // ids, one of which must be found
	open func(d policy.Document, i int) []policy.Document
}

// TestMutants opens each hole in each statement of each clean document, and demands that it is found, with the right id.
func TestMutants(t *testing.T) {
	found, missed := map[string]int{}, 0
	for _, dir := range corpus(t, "clean") {
		for _, d := range identityDocuments(inventoryOf(t, dir)) {
			for i := range d.Document.Statement {
				for _, h := range holes() {
					for m, mutant := range h.open(cloned(d.Document), i) {
						findings := Run(holding(inventoryOf(t, dir), d, mutant))
						confirmAll(t, findings)
						if slices.ContainsFunc(findings, func(f Finding) bool { return slices.Contains(h.want, f.ID) }) {
							found[h.name]++
							continue
						}
						missed++
						t.Errorf("%s, %s, statement %s: %s (%d) is not found, want %s; found %v\n%s", filepath.Base(dir), d.Name, d.Sid(i), h.name, m, h.want, idsFound(findings), policy.Encode(mutant))
					}
				}
			}
		}
	}
	total := 0
	for _, h := range holes() {
		t.Logf("%4d %s", found[h.name], h.name)
		total += found[h.name]
		if found[h.name] == 0 {
			t.Errorf("no mutant for %q", h.name)
		}
	}
	t.Logf("%d mutants found, %d missed", total, missed)
}

func idsFound(findings []Finding) []string {
	var out []string
	for _, f := range findings {
		out = append(out, f.ID)
	}
	return out
}

// identityDocuments are the policies of identities without a boundary, which would close a hole again.
func identityDocuments(inv *inventory.Inventory) []*inventory.Document {
	var out []*inventory.Document
	for _, i := range inv.Identities {
		for _, p := range i.Policies {
			if i.Boundary == nil && !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// holding is what of an inventory is about a document, with the document replaced.
func holding(inv *inventory.Inventory, d *inventory.Document, by policy.Document) *inventory.Inventory {
	inv.Identities = slices.DeleteFunc(inv.Identities, func(i *inventory.Identity) bool {
		mine := false
		for _, p := range i.Policies {
			if p.Name == d.Name && p.Node.Range == d.Node.Range {
				p.Document, mine = by, true
			}
		}
		return !mine || i.Boundary != nil
	})
	return inv
}

func cloned(d policy.Document) policy.Document {
	d.Statement = slices.Clone(d.Statement)
	return d
}

// isRowLimited reports whether a statement allows rows by their keys.
func isRowLimited(st policy.Statement) bool {
	return st.Effect == policy.Allow && slices.ContainsFunc(st.Condition, func(c policy.Condition) bool {
		return isRowKey(c.Key) && strings.HasPrefix(c.Operator, "ForAllValues:String")
	})
}

func isColumnLimited(st policy.Statement) bool {
	return st.Effect == policy.Allow && slices.ContainsFunc(st.Condition, func(c policy.Condition) bool {
		return isColumnKey(c.Key) && strings.HasPrefix(c.Operator, "ForAllValues:String")
	})
}

func grants(st policy.Statement, actions ...string) bool {
	return slices.ContainsFunc(st.Action, func(a string) bool { return slices.Contains(actions, strings.TrimPrefix(a, "dynamodb:")) })
}

var readActions = []string{"GetItem", "BatchGetItem", "Query"}

// variables reports whether the rows of a statement are told by who the caller is.
func variables(st policy.Statement) bool {
	return slices.ContainsFunc(st.Condition, func(c policy.Condition) bool {
		return isRowKey(c.Key) && strings.Contains(strings.Join(c.Values, ""), "${")
	})
}

// one is a document with one statement changed.
func one(d policy.Document, i int, change func(*policy.Statement)) []policy.Document {
	d = cloned(d)
	st := &d.Statement[i]
	st.Action, st.Resource, st.Condition = slices.Clone(st.Action), slices.Clone(st.Resource), slices.Clone(st.Condition)
	change(st)
	return []policy.Document{d}
}

// more is a document with one statement more.
func more(d policy.Document, st policy.Statement) []policy.Document {
	d = cloned(d)
	st.Sid = "More"
	d.Statement = append(d.Statement, st)
	return []policy.Document{d}
}

// eachCondition is a document for each condition of a statement that change changes.
func eachCondition(d policy.Document, i int, want func(policy.Condition) bool, change func(*policy.Statement, int)) []policy.Document {
	var out []policy.Document
	for n, c := range d.Statement[i].Condition {
		if want(c) {
			out = append(out, one(d, i, func(st *policy.Statement) { change(st, n) })...)
		}
	}
	return out
}

func isRowCondition(c policy.Condition) bool {
	return isRowKey(c.Key) && policy.OperatorOf(c.Operator).Base != "Null"
}

func holes() []hole {
	bare := func(st policy.Statement, actions ...string) policy.Statement {
		out := policy.Statement{Effect: policy.Allow, Resource: st.Resource}
		for _, a := range actions {
			out.Action = append(out.Action, "dynamodb:"+a)
		}
		return out
	}
	inRows := func(of ...string) func(d policy.Document, i int) bool {
		return func(d policy.Document, i int) bool {
			return isRowLimited(d.Statement[i]) && (len(of) == 0 || grants(d.Statement[i], of...))
		}
	}
	when := func(cond func(d policy.Document, i int) bool, open func(d policy.Document, i int) []policy.Document) func(d policy.Document, i int) []policy.Document {
		return func(d policy.Document, i int) []policy.Document {
			if !cond(d, i) {
				return nil
			}
			return open(d, i)
		}
	}
	items := func(d policy.Document, i int) bool {
		st := d.Statement[i]
		return st.Effect == policy.Allow && grants(st, "GetItem", "Query", "PutItem", "UpdateItem") && !strings.Contains(st.Resource[0], "/index/") && !strings.Contains(strings.Join(st.Resource, ""), "table/*")
	}
	return []hole{
		{"no Null guard", []string{"unguarded-set-operator"}, func(d policy.Document, i int) []policy.Document {
			if !isRowLimited(d.Statement[i]) && !isColumnLimited(d.Statement[i]) {
				return nil
			}
			return eachCondition(d, i, func(c policy.Condition) bool { return c.Operator == "Null" && (isRowKey(c.Key) || isColumnKey(c.Key)) },
				func(st *policy.Statement, n int) { st.Condition = slices.Delete(st.Condition, n, n+1) })
		}},
		{"Scan in an unguarded statement", []string{"scan-beside-rows"}, when(inRows(), func(d policy.Document, i int) []policy.Document {
			return one(d, i, func(st *policy.Statement) {
				st.Action = append(st.Action, "dynamodb:Scan")
				st.Condition = slices.DeleteFunc(st.Condition, func(c policy.Condition) bool { return c.Operator == "Null" && isRowKey(c.Key) })
			})
		})},
		{"Scan in a statement of its own", []string{"scan-beside-rows"}, when(inRows(readActions...), func(d policy.Document, i int) []policy.Document {
			return more(d, bare(d.Statement[i], "Scan"))
		})},
		{"Scan in the guarded statement", []string{"condition-not-carried"}, when(inRows(), func(d policy.Document, i int) []policy.Document {
			if slices.ContainsFunc(d.Statement, func(st policy.Statement) bool {
				return grants(st, "Scan") && slices.Equal(st.Resource, d.Statement[i].Resource)
			}) {
				return nil
			}
			return one(d, i, func(st *policy.Statement) { st.Action = append(st.Action, "dynamodb:Scan") })
		})},
		{"PartiQL in a statement of its own", []string{"looser-than-rows", "scan-beside-rows"}, when(inRows(readActions...), func(d policy.Document, i int) []policy.Document {
			return more(d, bare(d.Statement[i], "PartiQLSelect"))
		})},
		{"full scans by PartiQL", []string{"scan-beside-rows"}, when(inRows(readActions...), func(d policy.Document, i int) []policy.Document {
			st := bare(d.Statement[i], "PartiQLSelect")
			st.Condition = []policy.Condition{{Operator: "Bool", Key: "dynamodb:FullTableScan", Values: []string{"true"}}}
			if slices.ContainsFunc(d.Statement, func(st policy.Statement) bool { return st.Effect == policy.Deny && grants(st, "PartiQLSelect") }) {
				return nil
			}
			return more(d, st)
		})},
		{"no Deny of full scans", []string{"scan-beside-rows"}, func(d policy.Document, i int) []policy.Document {
			if st := d.Statement[i]; st.Effect != policy.Deny || !grants(st, "PartiQLSelect") {
				return nil
			}
			// With the Null guard a full scan is not allowed to begin with.
			d = cloned(d)
			d.Statement = slices.Delete(d.Statement, i, i+1)
			for n, st := range d.Statement {
				d.Statement[n].Condition = slices.DeleteFunc(slices.Clone(st.Condition), func(c policy.Condition) bool { return c.Operator == "Null" })
			}
			return []policy.Document{d}
		}},
		{"vector search", []string{"scan-beside-rows"}, when(inRows(readActions...), func(d policy.Document, i int) []policy.Document {
			st := bare(d.Statement[i], "SearchVectors")
			st.Resource = []string{strings.Split(st.Resource[0], "/index/")[0] + "/index/vectors"}
			return more(d, st)
		})},
		{"the stream", []string{"copy-beside-rows"}, when(inRows(readActions...), func(d policy.Document, i int) []policy.Document {
			st := bare(d.Statement[i], "GetRecords", "GetShardIterator", "DescribeStream")
			st.Resource = []string{strings.Split(st.Resource[0], "/index/")[0] + "/stream/*"}
			return more(d, st)
		})},
		{"an export", []string{"copy-beside-rows"}, when(inRows(readActions...), func(d policy.Document, i int) []policy.Document {
			st := bare(d.Statement[i], "ExportTableToPointInTime")
			st.Resource = []string{strings.Split(st.Resource[0], "/index/")[0]}
			return more(d, st)
		})},
		{"Scan for callers like all", []string{"scan-beside-rows"}, when(inRows(readActions...), func(d policy.Document, i int) []policy.Document {
			var out []policy.Document
			for _, c := range []policy.Condition{
				{Operator: "StringNotEquals", Key: "aws:PrincipalTag/role", Values: []string{"guest"}},
				{Operator: "StringLike", Key: "aws:PrincipalTag/role", Values: []string{"*"}},
				{Operator: "StringEquals", Key: "aws:PrincipalOrgID", Values: []string{"o-abcdefghij"}},
				{Operator: "BoolIfExists", Key: "aws:MultiFactorAuthPresent", Values: []string{"false"}},
				{Operator: "StringEquals", Key: "aws:PrincipalTag/plan", Values: []string{"pro"}},
			} {
				st := bare(d.Statement[i], "Scan")
				st.Condition = []policy.Condition{c}
				out = append(out, more(d, st)...)
			}
			return out
		})},
		{"rows of any tenant", []string{"looser-than-rows"}, when(inRows(readActions...), func(d policy.Document, i int) []policy.Document {
			n := slices.IndexFunc(d.Statement[i].Condition, func(c policy.Condition) bool {
				return isRowCondition(c) && strings.Contains(c.Values[0], "#${aws:PrincipalTag/tenant}")
			})
			if n < 0 {
				return nil
			}
			st := bare(d.Statement[i], "GetItem", "Query")
			text := strings.ReplaceAll(d.Statement[i].Condition[n].Values[0], "${aws:PrincipalTag/tenant}", "*")
			st.Condition = []policy.Condition{{Operator: "ForAllValues:StringLike", Key: "dynamodb:LeadingKeys", Values: []string{text}}, {Operator: "Null", Key: "dynamodb:LeadingKeys", Values: []string{"false"}}}
			return more(d, st)
		})},
		{"Scan of a table that another stack exports", []string{"scan-beside-rows"}, when(inRows(readActions...), func(d policy.Document, i int) []policy.Document {
			d = one(d, i, func(st *policy.Statement) {
				st.Resource = []string{"{import.TableArn}", "{import.TableArn}/index/by-day"}
			})[0]
			return more(d, bare(d.Statement[i], "Scan"))
		})},
		{"ForAllValues in a statement that denies", []string{"all-values-in-deny"}, func(d policy.Document, i int) []policy.Document {
			return eachCondition(d, i, func(c policy.Condition) bool {
				return d.Statement[i].Effect == policy.Deny && strings.HasPrefix(c.Operator, "ForAnyValue:String") && (isRowKey(c.Key) || isColumnKey(c.Key))
			}, func(st *policy.Statement, n int) {
				st.Condition[n].Operator = strings.Replace(st.Condition[n].Operator, "ForAnyValue:", "ForAllValues:", 1)
			})
		}},
		{"a denial that forgets something", []string{"rows-denied-in-part"}, func(d policy.Document, i int) []policy.Document {
			st := d.Statement[i]
			if st.Effect != policy.Deny || !slices.ContainsFunc(st.Condition, func(c policy.Condition) bool { return isRowKey(c.Key) && strings.HasPrefix(c.Operator, "ForAnyValue:") }) {
				return nil
			}
			return append(one(d, i, func(st *policy.Statement) { st.Resource = st.Resource[:1] }),
				one(d, i, func(st *policy.Statement) { st.Action = []string{"dynamodb:GetItem", "dynamodb:Query"} })...)
		}},
		{"a stream beside columns", []string{"looser-than-columns", "copy-beside-rows"}, func(d policy.Document, i int) []policy.Document {
			if st := d.Statement[i]; !isColumnLimited(st) || !grants(st, readActions...) {
				return nil
			}
			st := bare(d.Statement[i], "GetRecords", "GetShardIterator", "DescribeStream")
			st.Resource = []string{strings.Split(st.Resource[0], "/index/")[0] + "/stream/*"}
			return more(d, st)
		}},
		{"a key misspelt", []string{"unknown-condition-key"}, func(d policy.Document, i int) []policy.Document {
			var out []policy.Document
			for _, wrong := range []string{"dynamodb:LeadingKey", "dynamodb:LeadingKeyss", "dynamoDB:Leading_Keys", "LeadingKeys", "dynamo:LeadingKeys"} {
				out = append(out, eachCondition(d, i, isRowCondition, func(st *policy.Statement, n int) { st.Condition[n].Key = wrong })...)
			}
			for _, wrong := range []string{"dynamodb:Attribute", "dynamodb:Attributess"} {
				out = append(out, eachCondition(d, i, func(c policy.Condition) bool { return isColumnKey(c.Key) && c.Operator != "Null" }, func(st *policy.Statement, n int) { st.Condition[n].Key = wrong })...)
			}
			return out
		}},
		{"ForAnyValue", []string{"any-value"}, func(d policy.Document, i int) []policy.Document {
			return eachCondition(d, i, func(c policy.Condition) bool {
				return strings.HasPrefix(c.Operator, "ForAllValues:") && (isColumnKey(c.Key) || isRowKey(c.Key) && grants(d.Statement[i], "BatchGetItem", "BatchWriteItem", "PartiQLSelect"))
			}, func(st *policy.Statement, n int) {
				st.Condition[n].Operator = strings.Replace(st.Condition[n].Operator, "ForAllValues:", "ForAnyValue:", 1)
			})
		}},
		{"no set operator", []string{"missing-set-operator"}, func(d policy.Document, i int) []policy.Document {
			return eachCondition(d, i, func(c policy.Condition) bool {
				return strings.HasPrefix(c.Operator, "ForAllValues:") && (isRowKey(c.Key) || isColumnKey(c.Key))
			},
				func(st *policy.Statement, n int) {
					st.Condition[n].Operator = strings.TrimPrefix(st.Condition[n].Operator, "ForAllValues:")
				})
		}},
		{"no delimiter", []string{"tenant-prefix"}, func(d policy.Document, i int) []policy.Document {
			return eachCondition(d, i, func(c policy.Condition) bool {
				return isRowCondition(c) && slices.ContainsFunc(c.Values, func(v string) bool {
					return strings.Contains(v, "}#") && strings.HasSuffix(v, "*") && !strings.Contains(v, "cognito")
				})
			}, func(st *policy.Statement, n int) {
				st.Condition[n].Values = slices.Clone(st.Condition[n].Values)
				for k, v := range st.Condition[n].Values {
					if before, _, found := strings.Cut(v, "}#"); found {
						st.Condition[n].Values[k] = before + "}*"
					}
				}
			})
		}},
		{"a delimiter that tags can hold", []string{"tenant-delimiter"}, func(d policy.Document, i int) []policy.Document {
			return eachCondition(d, i, func(c policy.Condition) bool {
				return isRowCondition(c) && slices.ContainsFunc(c.Values, func(v string) bool { return strings.Contains(v, "PrincipalTag/tenant}#") && strings.HasSuffix(v, "*") })
			}, func(st *policy.Statement, n int) {
				st.Condition[n].Values = slices.Clone(st.Condition[n].Values)
				for k, v := range st.Condition[n].Values {
					if before, after, found := strings.Cut(v, "}#"); found {
						st.Condition[n].Values[k] = before + "}-" + strings.ReplaceAll(after, "#", "-")
					}
				}
			})
		}},
		{"a default", []string{"variable-default"}, func(d policy.Document, i int) []policy.Document {
			return eachCondition(d, i, func(c policy.Condition) bool {
				return isRowCondition(c) && strings.Contains(strings.Join(c.Values, ""), "${aws:PrincipalTag/tenant}")
			},
				func(st *policy.Statement, n int) {
					*st = replaceTexts(*st, "${aws:PrincipalTag/tenant}", "${aws:PrincipalTag/tenant, 'demo'}")
					st.Condition = slices.DeleteFunc(st.Condition, func(c policy.Condition) bool { return strings.HasPrefix(c.Key, "aws:PrincipalTag") })
				})
		}},
		{"a variable misspelt", []string{"variable-without-value"}, func(d policy.Document, i int) []policy.Document {
			var out []policy.Document
			for _, wrong := range []string{"${aws:PrincipleTag/tenant}", "${aws:PrincipalTag:tenant}", "&{aws:PrincipalTag/tenant}"} {
				if strings.Contains(strings.Join(textsOf(d.Statement[i]), ""), "${aws:PrincipalTag/tenant}") && isRowLimited(d.Statement[i]) {
					out = append(out, one(d, i, func(st *policy.Statement) { *st = replaceTexts(*st, "${aws:PrincipalTag/tenant}", wrong) })...)
				}
			}
			return out
		}},
		{"every index", []string{"every-index-beside-rows"}, when(inRows("Query"), func(d policy.Document, i int) []policy.Document {
			return one(d, i, func(st *policy.Statement) {
				st.Resource = append(st.Resource, strings.Split(st.Resource[0], "/index/")[0]+"/index/*")
			})
		})},
		{"an older version", []string{"legacy-variables"}, when(func(d policy.Document, i int) bool { return isRowLimited(d.Statement[i]) && variables(d.Statement[i]) }, func(d policy.Document, i int) []policy.Document {
			old, none := cloned(d), cloned(d)
			old.Version, none.Version = policy.VersionLegacy, ""
			return []policy.Document{old, none}
		})},
		{"a looser statement for rows", []string{"looser-than-rows"}, when(inRows(readActions...), func(d policy.Document, i int) []policy.Document {
			all := bare(d.Statement[i], "Query")
			all.Resource = []string{"*"}
			return append(more(d, bare(d.Statement[i], "GetItem", "Query")), append(more(d, all), more(d, bare(d.Statement[i], "*"))...)...)
		})},
		{"a looser statement for columns", []string{"looser-than-columns"}, func(d policy.Document, i int) []policy.Document {
			if st := d.Statement[i]; !isColumnLimited(st) || isRowLimited(st) || !grants(st, readActions...) {
				return nil
			}
			return append(more(d, bare(d.Statement[i], "GetItem")), more(d, bare(d.Statement[i], "Scan"))...)
		}},
		{"no Select", []string{"columns-without-select"}, func(d policy.Document, i int) []policy.Document {
			if !isColumnLimited(d.Statement[i]) || !grants(d.Statement[i], readActions...) {
				return nil
			}
			return eachCondition(d, i, func(c policy.Condition) bool { return c.Key == "dynamodb:Select" }, func(st *policy.Statement, n int) { st.Condition = slices.Delete(st.Condition, n, n+1) })
		}},
		{"ReturnValues open", []string{"columns-open-return"}, func(d policy.Document, i int) []policy.Document {
			if !isColumnLimited(d.Statement[i]) {
				return nil
			}
			drop := eachCondition(d, i, func(c policy.Condition) bool { return c.Key == "dynamodb:ReturnValues" }, func(st *policy.Statement, n int) { st.Condition = slices.Delete(st.Condition, n, n+1) })
			return append(drop, eachCondition(d, i, func(c policy.Condition) bool { return c.Key == "dynamodb:ReturnValues" }, func(st *policy.Statement, n int) {
				st.Condition[n].Values = append(slices.Clone(st.Condition[n].Values), "ALL_OLD")
			})...)
		}},
		{"whole-item writes beside columns", []string{"whole-item-write-beside-columns"}, func(d policy.Document, i int) []policy.Document {
			if st := d.Statement[i]; !isColumnLimited(st) || !grants(st, "UpdateItem") {
				return nil
			}
			var out []policy.Document
			for _, a := range []string{"PutItem", "DeleteItem"} {
				out = append(out, one(d, i, func(st *policy.Statement) { st.Action = append(st.Action, "dynamodb:"+a) })...)
			}
			return out
		}},
		{"every action", []string{"every-action", "looser-than-rows"}, when(func(d policy.Document, i int) bool {
			return items(d, i) && !slices.ContainsFunc(d.Statement, func(st policy.Statement) bool { return grants(st, "DescribeTable", "CreateTable") })
		}, func(d policy.Document, i int) []policy.Document {
			return more(d, bare(d.Statement[i], "*"))
		})},
		{"NotAction", []string{"every-action", "looser-than-rows"}, when(items, func(d policy.Document, i int) []policy.Document {
			return more(d, policy.Statement{Effect: policy.Allow, NotAction: []string{"iam:*", "organizations:*"}, Resource: d.Statement[i].Resource})
		})},
		{"every table", []string{"every-table"}, when(items, func(d policy.Document, i int) []policy.Document {
			star := one(d, i, func(st *policy.Statement) { st.Resource = []string{"*"} })
			return append(star, one(d, i, func(st *policy.Statement) { st.Resource = []string{"arn:aws:dynamodb:*:*:table/*"} })...)
		})},
		{"an action misspelt", []string{"no-such-action"}, when(items, func(d policy.Document, i int) []policy.Document {
			var out []policy.Document
			for _, a := range []string{"dynamodb:TransactWriteItems", "dynamodb:GetItemss", "dynamodb:Puts*"} {
				out = append(out, one(d, i, func(st *policy.Statement) { st.Action = append(st.Action, a) })...)
			}
			return out
		})},
		{"a resource misspelt", []string{"resource-matches-nothing"}, when(items, func(d policy.Document, i int) []policy.Document {
			var out []policy.Document
			for _, r := range []string{"arn:aws:dynamodb:::table/Orders", "arn:aws:dynamodb:eu-west-1:210987654321:table/Orders/index", "arn:aws:dynamodb:eu-west-1:210987654321:tables/Orders", "arn:aws:dynamodb:eu-west-1:210987654321:table:Orders"} {
				out = append(out, one(d, i, func(st *policy.Statement) { st.Resource = append(st.Resource, r) })...)
			}
			return out
		})},
	}
}

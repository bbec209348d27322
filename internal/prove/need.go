package prove

import (
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// This file says which resources a request for an action on a table is authorised on (Service Authorization Reference,
// "Actions, resources, and condition keys for Amazon DynamoDB").

// need is a resource that a request must be allowed on: one of some. A request that needs several is allowed on each.
type need struct {
	resources []string // patterns; a person is told of the first
	none      bool     // the action takes no resource: the request is for "*", which no pattern but that matches
	tagged    bool     // the resource carries the tags of the table
}

// NamesTable reports whether a request for an action says which table of the spec it is about. One to list things, or about the
// account, does not; nor does a restore by AWS Backup, which shows DynamoDB nothing but the new table.
func NamesTable(action string) bool { return !takesNone(action) && action != restoreOfAWSBackup }

const restoreOfAWSBackup = "dynamodb:RestoreTableFromAwsBackup"

func takesNone(action string) bool { return mustAction(action).NoResource() }

func mustAction(name string) catalog.Action {
	a, known := catalog.Load().Action(name)
	if !known {
		panic("prove: no action " + name)
	}
	return a
}

// needs are what a request for an action must be allowed on. Without a table it is for the tables that a restore makes.
func (h *Holding) needs(action string, t *model.Table) []need {
	switch {
	case takesNone(action):
		return []need{{resources: []string{"*"}, none: true}}
	case t == nil || action == restoreOfAWSBackup:
		return []need{h.restored()}
	case action == "dynamodb:RestoreTableFromBackup": // on the backup and on the new table
		return []need{{resources: []string{h.in.e.TableARN(t) + "/backup/*"}}, h.restored()}
	case action == "dynamodb:RestoreTableToPointInTime": // on the old table and on the new one
		return []need{{resources: []string{h.in.e.TableARN(t)}, tagged: true}, h.restored()}
	}
	return []need{h.on(mustAction(action), t)}
}

// restored is the new tables that a role restores into: of a role of another kind, any.
func (h *Holding) restored() need {
	if h.role.Restore == nil {
		return need{resources: []string{h.in.e.AnyTableARN()}}
	}
	return need{resources: []string{h.in.e.TablePatternARN(h.role.Restore.Into)}}
}

// on is the table, or what belongs to it, as an action takes them. Tags of the spec are those of the table, and hold for its
// indexes.
func (h *Holding) on(a catalog.Action, t *model.Table) need {
	table := h.in.e.TableARN(t)
	n := need{tagged: a.TakesResource("table")}
	for _, resource := range []struct{ kind, arn string }{
		{"table", table}, {"index", table + "/index/*"}, {"stream", table + "/stream/*"}, {"backup", table + "/backup/*"},
		{"export", table + "/export/*"}, {"import", table + "/import/*"},
		{"global-table", "arn:" + h.in.e.Partition + ":dynamodb::" + h.in.e.Account + ":global-table/" + h.in.e.TableName(t)},
	} {
		if a.TakesResource(resource.kind) {
			n.resources = append(n.resources, resource.arn)
		}
	}
	return n
}

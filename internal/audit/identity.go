package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is about what applications hold that they do not need: an application that is broken into does whatever its role may.

func identityChecks() []check {
	return []check{
		{[]Rule{everyAction, destroyingRights, policyRights, controlRights, copyingRights}, each((*subject).findRights)},
		{[]Rule{everyTable, neighbourTable, everyStream}, each((*subject).findReach)},
		{[]Rule{noSuchAction, resourceMatchesNothing, actionDoesNotFit}, each((*subject).findNoEffect)},
		{[]Rule{undecidedStatement, unreadPolicy}, each((*subject).findUnknown)},
	}
}

var everyAction = Rule{
	ID: "every-action", Severity: High, Title: "Every action of DynamoDB in an application's role",
	Why: "`dynamodb:*`, `*` and most uses of `NotAction` grant an application what it never calls: to delete the table and its backups, to turn recovery off, to write a resource " +
		"policy that opens the table to another account, to export it, and what AWS adds next year.",
	Remedy: "Name the actions that the code calls, such as `dynamodb:GetItem`, `dynamodb:Query`, `dynamodb:PutItem` and `dynamodb:UpdateItem`.",
	Source: "IAM user guide, \"Security best practices in IAM\" (least-privilege permissions), \"IAM JSON policy elements: NotAction\"",
}

var destroyingRights = Rule{
	ID: "destroying-rights", Severity: High, Title: "Right to destroy a table or its backups in an application's role",
	Why: "Whoever takes over the application can delete the table with `DeleteTable`, the backups with `DeleteBackup`, and with `UpdateContinuousBackups` shorten or turn off " +
		"point-in-time recovery, which loses the points it could have gone back to. No condition key tells turning recovery on from turning it off.",
	Remedy: "Leave these to the role that deploys, and there too only where it needs them.",
	Source: "DynamoDB developer guide, \"Point-in-time recovery for DynamoDB\"; Service Authorization Reference, \"Actions, resources, and condition keys for Amazon DynamoDB\"",
}

var policyRights = Rule{
	ID: "policy-rights", Severity: High, Title: "Right to write a table's policy in an application's role",
	Why: "In one account an Allow in the policy of the table is enough by itself. Whoever may call `PutResourcePolicy` can open the table to any principal, himself without " +
		"conditions included, and whoever may call `DeleteResourcePolicy` removes what the table's policy denies.",
	Remedy: "Leave the policies of tables to the role that deploys.",
	Source: "DynamoDB developer guide, \"Using resource-based policies for DynamoDB\"; IAM user guide, \"Policy evaluation logic\"",
}

var controlRights = Rule{
	ID: "control-plane-rights", Severity: Medium, Title: "Right to change tables in an application's role",
	Why: "`UpdateTable` turns off deletion protection and streams, `UpdateTimeToLive` lets items expire, `TagResource` moves a table into the reach of policies that go by tags, " +
		"`CreateTable` costs. Applications read and write items, and whoever takes one over should not do more.",
	Remedy: "Leave these to the role that deploys. Of the metadata an application may need `dynamodb:DescribeTable`.",
	Source: "IAM user guide, \"Security best practices in IAM\" (least-privilege permissions); DynamoDB API reference, UpdateTable",
}

var copyingRights = Rule{
	ID: "copying-rights", Severity: Medium, Title: "Right to export or restore tables in an application's role",
	Why:    "An export writes every item to a bucket, and a restore makes a copy of the table that is under none of the conditions, policies and protections of the original.",
	Remedy: "Give exports, imports and restores to a role of their own, for the job that makes them.",
	Source: "DynamoDB developer guide, \"DynamoDB data export to Amazon S3\" and \"Backup and restore for DynamoDB\"",
}

var everyTable = Rule{
	ID: "every-table", Severity: Medium, Title: "Items of every table in an application's role",
	Why: "A resource of `*` or `table/*` is every table of the account, or of every region and account, the ones that do not exist yet included. What one application " +
		"leaks is then what all of them store.",
	Remedy: "Name the tables, and the indexes that are queried: `arn:aws:dynamodb:REGION:ACCOUNT:table/orders` and `…:table/orders/index/by-customer`.",
	Source: "IAM user guide, \"Security best practices in IAM\" (least-privilege permissions); DynamoDB developer guide, \"Identity-based policies for DynamoDB\"",
}

var neighbourTable = Rule{
	ID: "neighbour-table", Severity: Medium, Title: "Pattern that reaches a neighbouring table",
	Why:    "`table/orders*` is meant for the table `orders` with its indexes, and reaches every table whose name begins so.",
	Remedy: "Write the table's name, and its indexes as `table/orders/index/NAME`.",
	Source: "IAM user guide, \"IAM JSON policy elements: Resource\"",
}

var everyStream = Rule{
	ID: "every-stream", Severity: Medium, Title: "Streams of every table",
	Why:    "A stream holds the items that change, of all partitions and with all attributes of its view. `*` and `table/*/stream/*` are the streams of every table.",
	Remedy: "Name the table: `table/orders/stream/*`. The label of the stream alone may be a star, since it changes when the stream is turned on again. `ListStreams`, which takes no resource, goes into a statement of its own.",
	Source: "Service Authorization Reference, \"Actions, resources, and condition keys for Amazon DynamoDB\"; DynamoDB developer guide, \"DynamoDB Streams and AWS Lambda triggers\"",
}

// isDestroying, isPolicy, isControl and isCopying class what an application does not need.
func isDestroying(o catalog.Operation) bool {
	switch o.Name {
	case "DeleteTable", "DeleteBackup", "UpdateContinuousBackups", "DeleteTableReplica":
		return true
	}
	return false
}

func isPolicy(o catalog.Operation) bool {
	return o.Name == "PutResourcePolicy" || o.Name == "DeleteResourcePolicy"
}

func isControl(o catalog.Operation) bool {
	return o.Class == catalog.ClassControl && !isDestroying(o) && !isPolicy(o)
}

func isCopying(o catalog.Operation) bool {
	switch o.Name {
	case "ExportTableToPointInTime", "ImportTable", "RestoreTableFromBackup", "RestoreTableToPointInTime", "RestoreTableFromAwsBackup":
		return true
	}
	return false
}

// findRights looks for rights of an application that reads or writes items which it does not need. A function that does nothing
// but exports, or deletes old backups, holds what it is for.
func (s *subject) findRights() {
	if s.does != serves || !s.hasItems() {
		return
	}
	for _, st := range s.allows() {
		if !touchesDynamoDB(st) || s.findEveryAction(st) {
			continue
		}
		for _, class := range []struct {
			rule Rule
			want func(catalog.Operation) bool
			what string
		}{
			{destroyingRights, isDestroying, "destroys"}, {policyRights, isPolicy, "opens"}, {controlRights, isControl, "changes"}, {copyingRights, isCopying, "copies"},
		} {
			if !names(st, class.want) || class.rule.ID == controlRights.ID && s.keepsLeases() || class.rule.ID == copyingRights.ID && s.restores() {
				continue
			}
			w := s.witness(s.allowedBy(st, s.asked(class.rule.ID, class.want)...))
			if w == nil {
				continue
			}
			i, name := actionPlace(st, w.Request.Action)
			s.shows(Finding{Rule: class.rule, Witness: w, At: st.document.Value(st.index, i, name), Repair: s.without(st, nil, class.want),
				Detail: fmt.Sprintf("%s reads or writes items (%s) and may call %s, which %s the table.", sentence(s.String()), s.why(), strings.TrimPrefix(w.Request.Action, "dynamodb:"), class.what)}, st)
		}
	}
}

// why says how it is known that the identity is an application's.
func (s *subject) why() string {
	if s.Trust != nil && byTrust(s.a.inv, s.Identity, nil) == serves {
		return "its trust is for what applications run on, or for their users"
	}
	return "nothing that it holds is for deployments"
}

// hasItems reports whether the identity reads or writes items.
func (s *subject) hasItems() bool {
	return slices.ContainsFunc(s.allows(), func(st statement) bool { return len(st.boxes) > 0 && touchesItems(st) })
}

// restores reports whether the identity holds a restore and all the actions on items that AWS demands for one, which are more than
// most applications have (DynamoDB developer guide, "Using IAM to back up and restore tables").
func (s *subject) restores() bool {
	demanded := []string{"RestoreTable*", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"}
	for _, name := range demanded {
		if !slices.ContainsFunc(s.statements, func(st statement) bool {
			return st.Effect == policy.Allow && slices.ContainsFunc(st.Action, func(a string) bool { return matches("dynamodb:"+strings.ToLower(name), strings.ToLower(a)) })
		}) {
			return false
		}
	}
	return true
}

// keepsLeases reports whether the identity reads streams or Kinesis: the client library keeps its leases in a table that it
// makes itself (Kinesis Data Streams developer guide, "IAM permissions required for KCL consumer applications").
func (s *subject) keepsLeases() bool {
	return slices.ContainsFunc(s.statements, func(st statement) bool {
		return st.Effect == policy.Allow && slices.ContainsFunc(st.Action, func(a string) bool {
			a = strings.ToLower(a)
			return a == "dynamodb:getrecords" || a == "kinesis:getrecords" || a == "kinesis:*" || a == "kinesis:get*" || a == "kinesis:subscribetoshard"
		})
	})
}

// findEveryAction looks for a statement that allows every action on tables: one that destroys, one that opens and one that changes
// a table, beside the items.
func (s *subject) findEveryAction(st statement) bool {
	if len(st.NotAction) == 0 && !slices.ContainsFunc(st.Action, func(a string) bool {
		return matches(strings.ToLower(a), "dynamodb:deletetable") && matches(strings.ToLower(a), "dynamodb:putitem")
	}) {
		return false
	}
	var shown *Witness
	for _, class := range []struct {
		name string
		want func(catalog.Operation) bool
	}{{controlRights.ID, isControl}, {policyRights.ID, isPolicy}, {"write", writing}, {destroyingRights.ID, isDestroying}} {
		if shown = s.witness(s.allowedBy(st, s.asked(class.name, class.want)...)); shown == nil {
			return false
		}
	}
	i, name := actionPlace(st, shown.Request.Action)
	s.shows(Finding{Rule: everyAction, Witness: shown, At: st.document.Value(st.index, i, name),
		Detail: fmt.Sprintf("%s reads or writes items (%s) and may do everything with the table: the request shown is one of many.", sentence(s.String()), s.why())}, st)
	return true
}

// findReach looks for resources that reach further than an application's tables.
func (s *subject) findReach() {
	if s.does != serves {
		return
	}
	for _, st := range s.statements {
		if st.Effect != policy.Allow || !touchesDynamoDB(st) {
			continue
		}
		if s.hasItems() {
			if s.findEveryTable(st, everyTable, isItems, "table/unheard-of") {
				continue
			}
			s.findNeighbours(st)
		}
		s.findEveryTable(st, everyStream, func(o catalog.Operation) bool { return o.Name == "GetRecords" }, "table/unheard-of/stream/2026-01-01T00:00:00.000")
	}
}

// findEveryTable looks for a statement that reaches a table of which nobody has heard: whose name is in no document. Tables that
// are told by their tags are not all tables.
func (s *subject) findEveryTable(st statement, rule Rule, want func(catalog.Operation) bool, unheard string) bool {
	if !names(st, want) || len(st.NotResource) == 0 && !slices.ContainsFunc(st.Resource, func(r string) bool { return strings.ContainsAny(r, "*?$") }) {
		return false
	}
	var asked []access.Box
	for _, q := range s.asked(rule.ID, want) {
		if q.Resource = q.Resource.Intersect(automata.Glob("*:" + unheard)); !q.IsEmpty() {
			asked = append(asked, q)
		}
	}
	boxes := slices.DeleteFunc(s.allowedBy(st, asked...), func(b access.Box) bool {
		return (&limit{texts: st.Resource}).isIdle(b) || slices.ContainsFunc(b.Keys, func(k access.Key) bool { return strings.HasPrefix(k.Name, "aws:resourcetag/") && !k.Values.Absent })
	})
	w := s.witness(boxes)
	if w == nil {
		return false
	}
	name, n := "Resource", 0
	for i, r := range st.Resource {
		if automata.Glob(r).Contains(w.Request.Resource) {
			n = i
		}
	}
	if len(st.NotResource) > 0 {
		name = "NotResource"
	}
	s.shows(Finding{Rule: rule, Witness: w, At: st.document.Value(st.index, n, name),
		Detail: fmt.Sprintf("%s may call %s on a table of any name.", sentence(s.String()), strings.TrimPrefix(w.Request.Action, "dynamodb:"))}, st)
	return true
}

// findNeighbours looks for a pattern that is a table's name and a star, and matches another table of the inventory.
func (s *subject) findNeighbours(st statement) {
	for n, r := range st.Resource {
		stem, star := strings.CutSuffix(r, "*")
		_, name, found := strings.Cut(stem, ":table/")
		if !star || !found || strings.ContainsAny(name, "*?/$") {
			continue
		}
		var own, other *inventory.Table
		for _, t := range s.a.inv.Tables {
			switch {
			case t.Name == name:
				own = t
			case strings.HasPrefix(t.Name, name):
				other = t
			}
		}
		if own == nil || other == nil {
			continue
		}
		var asked []access.Box
		for _, q := range s.asked("items", isItems) {
			if q.Resource = q.Resource.Intersect(automata.Glob("*:table/" + other.Name)); !q.IsEmpty() {
				asked = append(asked, q)
			}
		}
		if w := s.witness(s.allowedBy(st, asked...)); w != nil {
			repaired := withoutResources(st.Statement, func(of string) bool { return of == r })
			repaired.Resource = append(repaired.Resource, stem, stem+"/index/*")
			s.shows(Finding{Rule: neighbourTable, Witness: w, At: st.document.Value(st.index, n, "Resource"), Repair: encoded(repaired),
				Detail: fmt.Sprintf("%q is the table %s, and the table %s too.", r, own.Name, other.Name)}, st)
			return
		}
	}
}

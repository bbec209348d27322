package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// An access entry lists operations: groups, or names of the API. What is granted are IAM actions, which is not the same:
// a transaction is authorised by the actions of its members (DynamoDB developer guide, "Using IAM with DynamoDB
// transactions"). This file gets from the one to the other.

// use is an action that an entry grants, and the word in the list that stands for it.
type use struct {
	catalog.Operation
	written       Text
	inTransaction bool // as a member of a transaction
}

// operationGroups are the words that stand for several operations.
func operationGroups() []string { return []string{"read", "write", "transact"} }

// operationGroup returns the operations that a group stands for.
func operationGroup(name string) []string {
	switch name {
	case "read":
		return []string{"GetItem", "BatchGetItem", "Query"}
	case "write":
		return []string{"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"}
	case "transact":
		return []string{"TransactGetItems", "TransactWriteItems"}
	}
	return nil
}

// uses resolves a list of operations.
func (r *resolver) uses(list List[Text]) []use {
	var out []use
	for _, text := range r.unique(list) {
		if group := operationGroup(text.Value); group != nil {
			for _, name := range group {
				out = append(out, members(operation(name), text)...)
			}
			continue
		}
		o, known := catalog.OperationByName(text.Value)
		switch {
		case !known:
			r.unknownOperation(text, operationGroups())
		case r.grantable(o, text):
			out = append(out, members(o, text)...)
		}
	}
	return out
}

// members returns the actions that authorise an operation.
func members(o catalog.Operation, text Text) []use {
	if o.IsAction() {
		return []use{{Operation: o, written: text}}
	}
	var out []use
	for _, name := range o.Members {
		out = append(out, use{Operation: operation(name), written: text, inTransaction: true})
	}
	return out
}

// operation returns an operation that this program names itself.
func operation(name string) catalog.Operation {
	o, known := catalog.OperationByName(name)
	if !known {
		panic("spec: no operation " + name)
	}
	return o
}

// unknownOperation reports a word that is none of the groups that may stand there, and no operation.
func (r *resolver) unknownOperation(text Text, groups []string) {
	also, either := "", ""
	if n := len(groups); n > 0 {
		list := strings.Join(groups[:n-1], ", ") + " and " + groups[n-1]
		also, either = ", or the groups "+list, "one of the groups "+list+", or "
	}
	service, name, qualified := strings.Cut(text.Value, ":")
	_, known := catalog.OperationByName(name)
	switch {
	case strings.ContainsAny(text.Value, "*?"):
		r.error(idWildcardAction, "Wildcard in an operation", text.Range,
			"%q would match what DynamoDB adds next year as well, and what it matches today is more than it looks. Name the operations%s.", text.Value, also)
	case qualified && service == "dynamodb" && known:
		r.error(idUnknownOperation, "Operation with its service", text.Range,
			"All operations here are DynamoDB's. Write %s.", name)
	default:
		near := orElse(nearest(text.Value, groups), orElse(nearest(text.Value, runtimeNames()), nearest(text.Value, operationNames())))
		remedy := "Write " + either + "an operation as the DynamoDB API reference names it."
		if near != "" {
			remedy = fmt.Sprintf("Did you mean %q?", near)
		}
		r.error(idUnknownOperation, "Unknown operation", text.Range, "DynamoDB has no operation %q. %s", text.Value, remedy)
	}
}

func operationNames() []string { return namesWhere(func(catalog.Operation) bool { return true }) }

func runtimeNames() []string { return namesWhere(catalog.Operation.ForRuntime) }

func namesWhere(wanted func(catalog.Operation) bool) []string {
	var out []string
	for _, o := range catalog.Operations() {
		if wanted(o) {
			out = append(out, o.Name)
		}
	}
	return out
}

// grantable reports operations that no runtime role may have, each kind with its own reason.
func (r *resolver) grantable(o catalog.Operation, text Text) bool {
	id, reason := refusal(o)
	if id == "" {
		return true
	}
	r.error(id, "Operation that a runtime role cannot have", text.Range, "%s", reason)
	return false
}

func refusal(o catalog.Operation) (id, reason string) {
	another := func(what, kind string) (string, string) {
		return idOtherKind, fmt.Sprintf("%s %s, which is the work of a role of its own. Make a role with kind: %s.", o.Name, what, kind)
	}
	switch o.Class {
	case catalog.ClassStream:
		return another("reads a stream", "stream_consumer")
	case catalog.ClassBackup:
		return another("works on backups", "backup")
	case catalog.ClassRestore:
		return another("makes a table of a backup", "restore")
	case catalog.ClassExport:
		return another("copies a whole table to S3", "export")
	case catalog.ClassStatement:
		return idNotAnAction, o.Name + " is not an IAM action: a PartiQL statement is authorised as PartiQLSelect, PartiQLInsert, PartiQLUpdate or PartiQLDelete. Name those of them that the role needs."
	case catalog.ClassVector:
		return idUnsupported, "Vector indexes are not supported yet, and no condition can hold SearchVectors to rows or columns. Leave it out."
	}
	if o.ForRuntime() {
		return "", ""
	}
	return idControlPlane, controlPlane(o)
}

// controlPlane says why an operation that does not work on items is not for an application: law 7.
func controlPlane(o catalog.Operation) string {
	switch o.Class {
	case catalog.ClassDescribe:
		return o.Name + " shows how the account is set up, which an application need not know. Leave it out; of this kind only DescribeTable is granted."
	case catalog.ClassImport:
		return o.Name + " is about making tables of files in S3, which is work for whoever runs Terraform. Leave it out."
	case catalog.ClassPermissionOnly:
		return o.Name + " is nothing that an application calls: AWS asks for it when tables are replicated or tested with faults. Leave it out."
	}
	return o.Name + " changes tables or settings, and an application that holds it can undo what this spec protects. Leave it out; whoever runs Terraform does such things."
}

// actions returns the actions of the uses, sorted, each once. An action that is named for itself as well is granted
// outside transactions too.
func actions(uses []use, onlyInTransaction bool) []model.Action {
	byName := map[string]bool{}
	for _, u := range uses {
		marked := (u.inTransaction || onlyInTransaction) && u.Name != "ConditionCheckItem"
		if earlier, seen := byName[u.Name]; seen {
			marked = marked && earlier
		}
		byName[u.Name] = marked
	}
	var out []model.Action
	for name, marked := range byName {
		out = append(out, model.Action{Name: name, OnlyInTransaction: marked})
	}
	slices.SortFunc(out, func(a, b model.Action) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// firstUses returns, of the uses that a test picks, each written word once: a group is complained about once.
func firstUses(uses []use, pick func(use) bool) []use {
	var out []use
	for _, u := range uses {
		if pick(u) && !slices.ContainsFunc(out, func(o use) bool { return o.written.Range == u.written.Range }) {
			out = append(out, u)
		}
	}
	return out
}

// describe names the operation of a use, and the group it came from.
func (u use) describe() string {
	if u.written.Value == u.Name {
		return u.Name
	}
	return fmt.Sprintf("%s (of %q)", u.Name, u.written.Value)
}

func isScan(u use) bool { return u.Class == catalog.ClassScan }

// reachesItems reports whether any of the uses reaches an item; DescribeTable does not.
func reachesItems(uses []use) bool {
	return slices.ContainsFunc(uses, func(u use) bool { return u.Class != catalog.ClassDescribe })
}

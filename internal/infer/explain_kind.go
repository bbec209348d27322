package infer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// kindReasons say of operations that are no application's whose they are.
func (d *draft) kindReasons(r *role, s *statement, left []catalog.Operation) []string {
	const control, describe, stream, whole, unnamed = 0, 1, 2, 3, 4
	var by [5][]string
	for _, o := range left {
		switch o.Class {
		case catalog.ClassControl, catalog.ClassImport, catalog.ClassPermissionOnly:
			by[control] = append(by[control], o.Name)
		case catalog.ClassDescribe:
			if o.Name != "DescribeTable" {
				by[describe] = append(by[describe], o.Name)
			}
		case catalog.ClassStream:
			by[stream] = append(by[stream], o.Name)
		case catalog.ClassBackup, catalog.ClassRestore, catalog.ClassExport:
			by[whole] = append(by[whole], o.Name)
		case catalog.ClassScan, catalog.ClassPartiQL:
			if !s.names(o) {
				by[unnamed] = append(by[unnamed], o.Name)
			}
		}
	}
	var out []string
	if r.kind == model.StreamConsumer && len(by[stream]) > 0 {
		by[stream] = nil
		out = append(out, "Streams are not read over plain HTTP here.")
	}
	for kind, words := range []string{
		control:  "To change tables or settings (%s) is for whoever runs Terraform.",
		describe: "To see how the account is set up (%s) is nothing that a spec grants.",
		stream:   "To read a stream (%s) is the work of a role of kind stream_consumer, which may read any stream of its tables, and list streams.",
		whole:    "To copy, restore or delete whole tables and their backups (%s) is the work of roles of the kinds backup, restore and export.",
		unnamed:  "To read or write by the whole table (%s) is granted where it is named, and a wildcard does not name it.",
	} {
		if len(by[kind]) > 0 {
			out = append(out, fmt.Sprintf(words, some(by[kind])))
		}
	}
	if d.transport != nil && len(by[stream]) > 0 {
		out = append(out, "Such a role refuses plain HTTP itself where the spec does, which it does not (see guardrails).")
	}
	return append(out, d.looseReasons(r, s)...)
}

// looseReasons say why rows or columns are not granted that a statement does not limit, or limits by what is not known.
func (d *draft) looseReasons(r *role, s *statement) []string {
	var out []string
	for _, t := range d.tables {
		arn := d.env.TableARN(t.model)
		about := slices.ContainsFunc(s.boxes, func(b access.Box) bool { return b.Resource.Contains(arn) || b.Resource.Contains(arn+"/index/any") }) ||
			slices.ContainsFunc(t.indexes, func(i *index) bool {
				return slices.ContainsFunc(s.boxes, func(b access.Box) bool { return b.Resource.Contains(d.env.IndexARN(i.model)) })
			})
		limited := d.limited(r.holder, t)
		if about && limited && len(s.conditions(leadingKeys)) == 0 && s.reachesRows() {
			out = append(out, fmt.Sprintf("Another statement holds the role to its tenant's rows of %s. Statements add up, so this one would take that back: make it a role of its own.", t.Name))
		}
		if about && !t.described && len(s.attributeLists()) > 0 {
			out = append(out, fmt.Sprintf("A list of columns has to hold the keys of %s, which nobody described: import what aws dynamodb describe-table prints too.", t.Name))
		}
	}
	return out
}

func (s *statement) reachesRows() bool {
	return slices.ContainsFunc(itemOperations(), func(o catalog.Operation) bool {
		return o.Class != catalog.ClassDescribe && slices.ContainsFunc(s.boxes, func(b access.Box) bool { return b.Action.Contains(strings.ToLower(o.Action())) })
	})
}

// beyond are the resources of a statement that are not of the spec.
func (d *draft) beyond(s *statement, rest []access.Box) []string {
	var out []string
	for _, arn := range s.Resource {
		res, is := resourceOf(arn)
		switch {
		case hasBraces(arn):
			out = append(out, plain(arn)+" (not resolved)")
		case !is && (strings.Contains(arn, ":dynamodb:") || arn == "*"):
			out = append(out, plain(arn))
		case is && (!literal(res.table) || d.tableOf(res.table) == nil || !d.here(res)):
			out = append(out, plain(arn))
		case is && res.part == "index" && slices.ContainsFunc(rest, func(b access.Box) bool { return b.Resource.Contains(strings.ReplaceAll(arn, "*", "any")) }):
			out = append(out, plain(arn))
		}
	}
	if len(s.NotResource) > 0 {
		out = append(out, "all but "+plain(some(s.NotResource)))
	}
	return out
}

// unknownConditions are the keys of a statement's conditions that a spec has no words for.
func unknownConditions(s *statement) []string {
	var out []string
	for _, c := range s.Condition {
		known := []string{leadingKeys, attributesKey, selectKey, returnValuesKey, enclosingOperation, fullTableScan}
		isKnown := slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, c.Key) })
		if name := plain(c.Key); !isKnown && !strings.HasPrefix(strings.ToLower(c.Key), "aws:principaltag/") && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

package infer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/spec"
)

// This file infers the kinds of role that work on whole tables. Each is accepted with as many tables as its generated policies
// may hold.

// wholeKind is a proposal of a kind.
type wholeKind struct {
	model    model.Role
	settings []string
}

// findKind gives a role that reaches no items another kind, if one fits.
func (d *draft) findKind(r *role) {
	for _, k := range d.kinds(r) {
		if !r.holder.named(k.model) {
			continue
		}
		var fitting []*table
		for _, t := range d.tables {
			one := k.model
			one.Tables = []*model.Table{t.model}
			if d.fits(r.holder, &one) && (one.Kind != model.StreamConsumer || !t.described || t.Stream != "") {
				fitting = append(fitting, t)
			}
		}
		all := k.model
		for _, t := range fitting {
			all.Tables = append(all.Tables, t.model)
		}
		if len(fitting) == 0 || !d.fits(r.holder, &all) {
			continue
		}
		r.kind, r.tables, r.settings = k.model.Kind, fitting, k.settings
		for _, t := range fitting {
			t.streaming = t.streaming || k.model.Kind == model.StreamConsumer && !t.described
		}
		return
	}
}

// named reports whether a statement names what a kind is for. Who may do everything is for nothing.
func (h *holder) named(r model.Role) bool {
	names := map[model.Kind][]string{
		model.StreamConsumer: {"GetRecords"},
		model.Backup:         {"CreateBackup", "StartAwsBackupJob"},
		model.Restore:        {"RestoreTableFromBackup", "RestoreTableToPointInTime", "RestoreTableFromAwsBackup"},
		model.Export:         {"ExportTableToPointInTime"},
	}[r.Kind]
	return slices.ContainsFunc(h.statements, func(s *statement) bool {
		return s.Effect == policy.Allow && slices.ContainsFunc(names, func(name string) bool {
			o, known := catalog.OperationByName(name)
			return known && s.names(o)
		})
	})
}

// kinds are the kinds to try, with what the source says of their settings.
func (d *draft) kinds(r *role) []wholeKind {
	out := []wholeKind{
		{model: model.Role{Kind: model.StreamConsumer}},
		{model: model.Role{Kind: model.Backup}},
		{model: model.Role{Kind: model.Backup, Trust: model.Trust{Kind: model.ServiceTrust, Service: "backup"}}},
	}
	if r.existing { // whose trust is written elsewhere, so that the generators take it for somebody who calls CreateBackup
		out = out[:2]
	}
	for _, target := range d.restoreTargets(r.holder) {
		for _, from := range []string{"", "backup", "point_in_time"} {
			k := wholeKind{
				model: model.Role{Kind: model.Restore, Restore: &model.RestoreRights{
					Into: target.pattern, FromBackup: from != "point_in_time", PointInTime: from != "backup",
				}},
				settings: []string{"into: " + spec.Scalar(target.pattern), "because: " + spec.Scalar(clip(target.because))},
			}
			if from != "" {
				k.settings = append(k.settings, "from: ["+from+"]")
			}
			out = append(out, k)
		}
	}
	for _, target := range exportTargets(r.holder) {
		k := wholeKind{
			model:    model.Role{Kind: model.Export, Export: &model.ExportTarget{Bucket: target[0], Prefix: target[1]}},
			settings: []string{"bucket: " + spec.Scalar(target[0])},
		}
		if target[1] != "" {
			k.settings = append(k.settings, "prefix: "+spec.Scalar(target[1]))
		}
		out = append(out, k)
	}
	return out
}

// restoreTarget is the names of the tables that a role may restore into.
type restoreTarget struct{ pattern, because string }

var targetPattern = regexp.MustCompile(`^[a-zA-Z0-9_.-]{3,254}[*]$`)

func (d *draft) restoreTargets(h *holder) []restoreTarget {
	var out []restoreTarget
	for _, s := range h.statements {
		restores := slices.ContainsFunc(s.Action, func(a string) bool {
			return strings.HasPrefix(strings.ToLower(a), "dynamodb:restore")
		})
		for _, arn := range s.Resource {
			if res, is := resourceOf(arn); is && s.Effect == policy.Allow && restores && res.part == "" && d.here(res) && targetPattern.MatchString(res.table) {
				out = append(out, restoreTarget{res.table, fmt.Sprintf("%s grants it (%s); say why when you review this", s.place(), s.where())})
			}
		}
	}
	return out
}

var bucketObjects = regexp.MustCompile(`^arn:aws[a-z-]*:s3:::([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/((?:[a-zA-Z0-9!_.()/-]{1,512}/)?)[*]$`)

// exportTargets are the buckets and prefixes that a role may write to.
func exportTargets(h *holder) [][2]string {
	var out [][2]string
	for _, s := range h.statements {
		writes := slices.ContainsFunc(s.Action, func(a string) bool { return covers(strings.ToLower(a), "s3:putobject") })
		for _, arn := range s.Resource {
			if m := bucketObjects.FindStringSubmatch(arn); m != nil && s.Effect == policy.Allow && writes {
				out = append(out, [2]string{m[1], m[2]})
			}
		}
	}
	return out
}

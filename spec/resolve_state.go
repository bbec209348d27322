package spec

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// resolveState resolves the state, of which a system has one: written at one role, it holds for all that Terraform runs as,
// and roles that write it write the same.
func (r *resolver) resolveState() {
	var first string
	for _, e := range r.doc.Roles.Entries {
		if e.Value.State == nil || !deploys(r.roles.parts[e.Key.Value]) {
			continue
		}
		state := r.state(*e.Value.State)
		switch {
		case r.m.State == nil:
			r.m.State, first = state, e.Key.Value
		case !sameState(*r.m.State, *state):
			r.error(idState, "Two states", state.Origin,
				"Terraform keeps one state of an environment, and %q has another. Write it at one role; the others have the same.", first)
		}
	}
}

// sameState compares two states, wherever they were written.
func sameState(a, b model.State) bool {
	return slices.Equal(a.Bucket, b.Bucket) && slices.Equal(a.Region, b.Region) && slices.Equal(a.Key, b.Key) &&
		a.Prefix == b.Prefix && a.LockTable == b.LockTable
}

// state resolves where Terraform keeps its state. By default its keys begin with the spec's name, so that two systems in one
// bucket do not write over each other's.
func (r *resolver) state(v State) *model.State {
	s := &model.State{
		Bucket: environmentValues(r.perEnvironment(v.Bucket)),
		Region: r.stateRegions(v.Region),
		Prefix: orElse(v.Prefix.Value, r.m.Name+"/"),
		Origin: v.Range,
	}
	if v.Lock != nil {
		s.LockTable = v.Lock.Table.Value
		r.checkLockTable(v.Lock.Table)
	}
	keys := r.perEnvironment(v.Key)
	for _, k := range keys { // S3 takes a key of the bucket's region (S3 user guide, "Specifying server-side encryption with AWS KMS")
		r.checkARN(k.environment, k.text.Value, arnParts{partition: k.environment.Partition, region: model.In(k.environment, s.Region)}, k.text.Range)
	}
	s.Key = environmentValues(keys)
	return s
}

// stateRegions are the regions of the bucket: as written, or each environment's own.
func (r *resolver) stateRegions(written PerEnvironment) []model.EnvironmentValue {
	if !written.Set() {
		var out []model.EnvironmentValue
		for _, e := range r.m.Environments {
			out = append(out, model.EnvironmentValue{Environment: e, Value: e.Region})
		}
		return out
	}
	for _, text := range written.texts() {
		if _, known := catalog.PartitionOf(text.Value); !known {
			r.unknownRegion(text)
		}
	}
	locals := r.perEnvironment(written)
	for _, l := range locals {
		if partition, known := catalog.PartitionOf(l.text.Value); known && l.environment.Partition != "" && partition.ID != l.environment.Partition {
			r.error(idState, "State in another partition", l.text.Range,
				"The environment %q lies in the partition %s, whose roles cannot reach a bucket in %s. Write a region for each environment.", l.environment.Name, l.environment.Partition, l.text.Value)
		}
	}
	return environmentValues(locals)
}

// checkLockTable keeps the locks apart from data: whoever deploys reads and writes items of the table that holds them, and
// of no other.
func (r *resolver) checkLockTable(name Text) {
	if !name.Set() {
		return
	}
	for _, e := range r.m.Environments {
		for _, t := range r.m.Tables {
			if e.TableName(t) == name.Value {
				r.error(idState, "Locks in a table of the spec", name.Range,
					"In the environment %q this is the table %q, and roles that deploy read and write the items of the lock table. Keep the locks in a table of their own, or write lock: s3.", e.Name, t.Name)
				return
			}
		}
	}
}

package iam

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/calls"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/keyuse"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is about Terraform's state: one object of a bucket for each root, the lock beside it, and the key that it may be
// encrypted with (Terraform documentation, backend "s3"). A role reaches the state of its own environment's root; that of the
// root which an administrator applies is not for it.

const stateBackend = "backend s3"

// state is what works with the state: a role that plans reads it, and takes the lock like any other.
func (h holder) state() []policy.Statement {
	if h.m.State == nil {
		return nil
	}
	s3, name := calls.Of(stateBackend), "StateObject"
	if h.role.Kind == model.Plan {
		s3, name = s3.In(catalog.ReadPhase), "StateReading"
	}
	bucket, encryption := h.stateBucket(), s3.On("key")
	if h.role.Kind == model.Plan && h.m.State.LockTable != "" {
		encryption = encryption.Without("kms:GenerateDataKey") // it writes no object, not even a lock
	}
	return slices.Concat(
		h.allow("StateList", s3.On("bucket"), []string{bucket}),
		h.allow(name, s3.On("object"), []string{bucket + "/" + h.e.StateKey(h.m, false)}),
		h.stateLock(s3),
		h.stateKey(encryption),
	)
}

// stateLock is for the lock of the state, and where that is an item also for the item beside it that holds the digest of the
// state. A table of locks serves other systems too, so the role is held to these items. They are named after the state, as
// BUCKET/KEY and BUCKET/KEY-md5.
func (h holder) stateLock(s3 calls.List) []policy.Statement {
	key := h.e.StateKey(h.m, false)
	if h.m.State.LockTable == "" {
		return h.allow("StateLock", s3.On(catalog.Lock), []string{h.stateBucket() + "/" + model.LockKey(key)})
	}
	table, lock := []string{h.lockTable()}, literal(model.In(h.e, h.m.State.Bucket)+"/"+key)
	return append(
		h.allow("StateLock", s3.On("table"), table, everyValue(leadingKeys, lock)...),
		h.allow("StateDigest", s3.On(catalog.Digest), table, everyValue(leadingKeys, lock+"-md5")...)...)
}

func (h holder) stateKey(use calls.List) []policy.Statement {
	arn := model.In(h.e, h.m.State.Key)
	if arn == "" {
		return nil
	}
	return h.allow("StateKey", use, []string{arn}, equals("kms:ViaService", h.stateService()))
}

func (h holder) stateBucket() string {
	return "arn:" + h.e.Partition + ":s3:::" + model.In(h.e, h.m.State.Bucket)
}

func (h holder) lockTable() string { return h.arn("dynamodb", "table/"+h.m.State.LockTable) }

// stateService is S3 where the bucket lies, as whom KMS sees it.
func (h holder) stateService() string { return keyuse.Via("s3", model.In(h.e, h.m.State.Region)) }

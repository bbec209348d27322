package terraform

import (
	"github.com/ddbgen/ddbgen/internal/model"
)

// backend fills the terraform block of a root whose state is kept in a bucket. A backend takes no references (Terraform
// language, "Backend block"), so all of it is literal.
func backend(b body, m *model.Model, e *model.Environment, bootstrap bool) {
	if m.State.LockTable == "" {
		b.comment("use_lockfile below is generally available since Terraform 1.11.")
		requirements(b, lockFileVersions)
	} else {
		requirements(b, terraformVersions)
	}
	b.blank()
	if bootstrap {
		b.comment("The administrator's state: the roles that are made here reach the environment's, and not this one.")
	}
	b.block("backend", func(b body) { stateBucket(b, m, e, bootstrap) }, "s3")
}

func stateBucket(b body, m *model.Model, e *model.Environment, bootstrap bool) {
	b.set("bucket", text(model.In(e, m.State.Bucket)))
	b.set("key", text(e.StateKey(m, bootstrap)))
	b.set("region", text(model.In(e, m.State.Region)))
	b.set("encrypt", boolean(true))
	if key := model.In(e, m.State.Key); key != "" {
		b.set("kms_key_id", text(key))
	}
	if m.State.LockTable == "" {
		b.set("use_lockfile", boolean(true))
	} else {
		b.set("dynamodb_table", text(m.State.LockTable))
	}
}

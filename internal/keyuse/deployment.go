package keyuse

import (
	"github.com/ddbgen/ddbgen/internal/calls"
	"github.com/ddbgen/ddbgen/internal/catalog"
)

// This file says what the roles that Terraform runs as do to a key that is made here. It stands in the key's policy; their own
// policies must not refuse it.

// DeploymentActions are what Terraform does to the keys of a build and to their aliases, which are authorised on the key too.
func DeploymentActions() []string {
	all := append(keyCalls(), calls.Of("aws_kms_alias").On("key")...)
	return all.Without(DeletionActions()...).Actions()
}

// DeletionActions are what takes a key out of use for good, and is given apart.
func DeletionActions() []string { return keyCalls().OnlyIn(catalog.DeletePhase).Actions() }

// InspectionActions are what Terraform asks of a key to compare it with the build.
func InspectionActions() []string { return keyCalls().In(catalog.ReadPhase).Actions() }

// keyCalls are the calls for a key with the arguments that the keys of a build have. A key that somebody disabled by hand is
// not turned on again: whoever stops a key has a reason.
func keyCalls() calls.List {
	return calls.Of("aws_kms_key").On("key").With("description", "enable_key_rotation", "tags")
}

package prove

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/model"
)

// This file says what is refused to the roles that deploy and plan. The policies of tables, keys and roles are theirs to
// write, and could give them what their own policies do not; a Deny of their own holds against that. So everything is
// refused but the actions that they are for, and of those what they are not for.

// allBut is every request for other actions than some, and than those of some boxes.
func allBut(boxes []access.Box, kept automata.Set) access.Box {
	b := access.Everything()
	b.Action = actionsOf(boxes).Union(kept).Complement()
	return b
}

// actionsOf is the actions of some boxes together: of two halves, so that no set is joined with all others one by one.
func actionsOf(boxes []access.Box) automata.Set {
	switch half := len(boxes) / 2; len(boxes) {
	case 0:
		return automata.None()
	case 1:
		return boxes[0].Action
	default:
		a, b := actionsOf(boxes[:half]), actionsOf(boxes[half:])
		if a.Equal(b) {
			return a
		}
		return a.Union(b)
	}
}

// keysGive are the actions that the policies of the keys made here give a role that deploys or plans, whichever tables are
// under them.
func (in intent) keysGive(r *model.Role) automata.Set {
	switch {
	case len(in.madeKeys()) == 0:
		return automata.None()
	case r.Kind == model.Plan:
		return in.Everywhere("kms", readingOfKeys).Action
	}
	use := in.On(append(allCrypto(), "kms:CreateGrant"), []string{"*"})
	return actionsOf(append(in.administration(model.Principal{Role: r}), use))
}

// withheldRoles is what would free a role from its boundary: to touch what an administrator made, or what lies deeper than
// anything that is made here, since a star of a pattern stands for slashes too; to change a role that is seen to have another
// boundary; and to choose the tenant of a role.
func (in intent) withheldRoles() []access.Box {
	own, deeper := in.m.BootstrapPath()+"*", in.m.RolesPath()+"*/*"
	guarded := []string{in.iam("role" + own), in.iam("policy" + own), in.iam("role" + deeper), in.iam("policy" + deeper), in.iam("instance-profile" + deeper)}
	if b := in.m.Guardrails.Boundary; b != nil && !b.Made() {
		guarded = append(guarded, in.e.BoundaryARN(in.m))
	}
	untouched := in.On(nil, guarded)
	untouched.Action = automata.Glob("iam:*")
	out := []access.Box{untouched, in.Everywhere("iam", changesOfRoles).Given(in.otherBoundary())}
	if in.m.Tenancy != nil && in.m.Tenancy.Identity.Tagged() {
		tag := in.AnyCase(in.m.Tenancy.Identity.Name) // keys of tags know no case in IAM (IAM user guide, "Tags for AWS IAM resources")
		out = append(out, in.Everywhere("iam", "CreateRole TagRole UntagRole").Given(access.Has("aws:TagKeys", tag)))
	}
	return out
}

// otherBoundary is a role that is seen to have another boundary than the system's.
func (in intent) otherBoundary() access.Key {
	return access.Key{Name: boundaryKey, Values: access.Values{Every: access.NonEmpty().Minus(in.Literal(in.e.BoundaryARN(in.m)))}}
}

const boundaryKey = "iam:permissionsboundary"

// withheldItems is the items of all tables but the one that locks the state.
func (in intent) withheldItems() []access.Box {
	table := in.lockTable()
	if table == "" {
		return nil // no item is among what is not refused
	}
	b := in.On(access.Actions("dynamodb", "DeleteItem GetItem PutItem"), nil)
	b.Resource = in.Literal(table).Complement()
	return []access.Box{b}
}

// withheldKeys is to use a key otherwise than through DynamoDB, and through S3 for the state; to hand its use to anybody but
// a service; and to make a key that is not the account's: with a policy that nobody in the account can change, or with
// material from elsewhere (KMS API reference, CreateKey, PutKeyPolicy).
func (in intent) withheldKeys() []access.Box {
	return append(in.lostKeys(), in.keyUseElsewhere(), in.Everywhere("kms", "CreateGrant").Given(access.OrMissing(in.IsFalse("kms:GrantIsForAWSResource"))))
}

func (in intent) lostKeys() []access.Box {
	return []access.Box{
		in.Everywhere("kms", "CreateKey PutKeyPolicy").Given(in.IsTrue("kms:BypassPolicyLockoutSafetyCheck")),
		in.Everywhere("kms", "CreateKey").Given(in.Is("kms:KeyOrigin", strings.Fields("AWS_CLOUDHSM EXTERNAL EXTERNAL_KEY_STORE")...)),
	}
}

func (in intent) keyUseElsewhere() access.Box {
	through := []string{"dynamodb." + in.e.Region + ".amazonaws.com"}
	if in.m.State != nil && model.In(in.e, in.m.State.Key) != "" {
		through = append(through, in.stateService())
	}
	b := access.Everything()
	b.Action = in.OneOf(append(keyUses(), "kms:creategrant"))
	return b.Given(other("kms:ViaService", in.OneOf(access.Sorted(through))))
}

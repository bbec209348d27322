package prove

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/automata"
	"github.com/ddbgen/ddbgen/internal/model"
)

// This file says what is refused to the roles that deploy and plan. The policies of tables, keys and roles are theirs to
// write, and could give them what their own policies do not; a Deny of their own holds against that. So everything is
// refused but the actions that they are for, and of those what they are not for.

// everywhere is a box of actions on everything.
func (in intent) everywhere(service, names string) box {
	return in.on(actions(service, names), []string{"*"})
}

// allBut is every request for other actions than some, and than those of some boxes.
func allBut(boxes []box, kept automata.Set) box {
	b := everything()
	b.action = actionsOf(boxes).Union(kept).Complement()
	return b
}

// actionsOf is the actions of some boxes together: of two halves, so that no set is joined with all others one by one.
func actionsOf(boxes []box) automata.Set {
	switch half := len(boxes) / 2; len(boxes) {
	case 0:
		return automata.None()
	case 1:
		return boxes[0].action
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
		return in.everywhere("kms", readingOfKeys).action
	}
	use := in.on(append(allCrypto(), "kms:CreateGrant"), []string{"*"})
	return actionsOf(append(in.administration(model.Principal{Role: r}), use))
}

// withheldRoles is what would free a role from its boundary: to touch what an administrator made, or what lies deeper than
// anything that is made here, since a star of a pattern stands for slashes too; to change a role that is seen to have another
// boundary; and to choose the tenant of a role.
func (in intent) withheldRoles() []box {
	own, deeper := in.m.BootstrapPath()+"*", in.m.RolesPath()+"*/*"
	guarded := []string{in.iam("role" + own), in.iam("policy" + own), in.iam("role" + deeper), in.iam("policy" + deeper), in.iam("instance-profile" + deeper)}
	if b := in.m.Guardrails.Boundary; b != nil && !b.Made() {
		guarded = append(guarded, in.e.BoundaryARN(in.m))
	}
	untouched := in.on(nil, guarded)
	untouched.action = automata.Glob("iam:*")
	out := []box{untouched, in.everywhere("iam", changesOfRoles).given(in.otherBoundary())}
	if in.m.Tenancy != nil && in.m.Tenancy.Identity.Tagged() {
		tag := in.anyCase(in.m.Tenancy.Identity.Name) // keys of tags know no case in IAM (IAM user guide, "Tags for AWS IAM resources")
		out = append(out, in.everywhere("iam", "CreateRole TagRole UntagRole").given(has("aws:TagKeys", tag)))
	}
	return out
}

// otherBoundary is a role that is seen to have another boundary than the system's.
func (in intent) otherBoundary() keyed {
	return keyed{boundaryKey, values{every: nonEmpty().Minus(in.literal(in.e.BoundaryARN(in.m)))}}
}

const boundaryKey = "iam:permissionsboundary"

// withheldItems is the items of all tables but the one that locks the state.
func (in intent) withheldItems() []box {
	table := in.lockTable()
	if table == "" {
		return nil // no item is among what is not refused
	}
	b := in.on(actions("dynamodb", "DeleteItem GetItem PutItem"), nil)
	b.resource = in.literal(table).Complement()
	return []box{b}
}

// withheldKeys is to use a key otherwise than through DynamoDB, and through S3 for the state; to hand its use to anybody but
// a service; and to make a key that is not the account's: with a policy that nobody in the account can change, or with
// material from elsewhere (KMS API reference, CreateKey, PutKeyPolicy).
func (in intent) withheldKeys() []box {
	return append(in.lostKeys(), in.keyUseElsewhere(), in.everywhere("kms", "CreateGrant").given(orMissing(in.isFalse("kms:GrantIsForAWSResource"))))
}

func (in intent) lostKeys() []box {
	return []box{
		in.everywhere("kms", "CreateKey PutKeyPolicy").given(in.isTrue("kms:BypassPolicyLockoutSafetyCheck")),
		in.everywhere("kms", "CreateKey").given(in.is("kms:KeyOrigin", strings.Fields("AWS_CLOUDHSM EXTERNAL EXTERNAL_KEY_STORE")...)),
	}
}

func (in intent) keyUseElsewhere() box {
	through := []string{"dynamodb." + in.e.Region + ".amazonaws.com"}
	if in.m.State != nil && model.In(in.e, in.m.State.Key) != "" {
		through = append(through, in.stateService())
	}
	b := everything()
	b.action = in.oneOf(append(keyUses(), "kms:creategrant"))
	return b.given(other("kms:ViaService", in.oneOf(sorted(through))))
}

package catalog

import (
	"bytes"
	_ "embed" // calls.json
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// This file knows what applying Terraform calls: for each resource type that a
// build writes, the IAM actions of each phase, what each is authorised on, and
// where that is known from. The facts are in calls.json, a line a call.
//
// A type is named as Terraform names it: "aws_dynamodb_table", with "data"
// before it for a data source, "data aws_iam_role". The S3 backend is
// "backend s3": its reads are what init and plan call, locking included, and
// its other phases what apply and destroy call besides.
//
// What a resource calls depends on its arguments, so a call says For which
// argument it is; a resource without that argument never makes it. Replacing a
// resource is deleting and creating it.

//go:embed calls.json
var callData []byte

// Phase is a part of a Terraform resource's life; a Call has a set of them.
type Phase uint

// The phases.
const (
	ReadPhase   Phase = 1 << iota // refresh, plan and import, and the end of every create and update
	CreatePhase                   // making it, as the spec has it
	UpdatePhase                   // changing an argument
	DeletePhase                   // removing it
)

// Call is an IAM action that Terraform needs for a resource.
type Call struct {
	Action string // "dynamodb:CreateTable"
	Phases Phase
	// On is what the action is authorised on, by the name that the action's
	// service has for it: "table", "key", "alias", "role", "policy", "trail",
	// "vpc-endpoint", "ScalableTarget"; or "*" where the action takes no resource.
	// An action that is authorised on several kinds at once is one Call for each.
	//
	// It is the thing itself that the resource manages, or one that its arguments
	// name, with these exceptions. The "role" of iam:CreateServiceLinkedRole is
	// the service's. The "key" of a table's call For server_side_encryption is
	// DynamoDB's own of the account, alias/aws/dynamodb, whatever key the table
	// has. The "object" of the backend is the state, and the object that locks the
	// state is Lock; of a "table" that locks it the calls are about the item that
	// is the lock, and Digest is another. An "alarm" is first one without a name (Application Auto
	// Scaling user guide, "Permissions validation"), then those of the policy.
	On string
	// For is the argument or block of the Terraform resource that needs the call,
	// such as "ttl" or "permissions_boundary", when it is set, changed or taken
	// away; "" where every resource of the type needs the call. Two names are no
	// arguments: Interface and Drift.
	For string
	// ByAWS: no request of the provider; a check that AWS makes on its own side while it serves another call.
	ByAWS bool
	// Source says where the call was seen or is documented.
	Source string
}

// What a Call of the backend is On that no service has a name for.
const (
	Lock   = "lock"   // the S3 object beside the state that locks it
	Digest = "digest" // the item beside the lock's, in a table, that holds the MD5 digest of the state (Terraform documentation, backend "s3", DynamoDB state locking)
)

// What a Call may be For besides the arguments of its resource.
const (
	Interface = "interface" // a VPC endpoint that is an interface, with subnets and security groups
	Drift     = "drift"     // finding and setting back what somebody changed by hand and no build ever writes
)

// CallProvenance says how the calls became known.
type CallProvenance struct {
	Terraform string // version
	Provider  string // of hashicorp/aws
	Observed  string // the day
	Method    string
}

// Calls returns the calls of a resource type in the order of their actions;
// none for a type that no build writes.
func Calls(resourceType string) []Call { return slices.Clone(calls().byType[resourceType]) }

// ResourceTypes returns the types whose calls are known, sorted.
func ResourceTypes() []string { return slices.Clone(calls().types) }

// CallsProvenance says how the calls became known.
func CallsProvenance() CallProvenance { return calls().provenance }

type callTable struct {
	provenance CallProvenance
	types      []string
	byType     map[string][]Call
}

var calls = sync.OnceValue(func() callTable { return parseCalls(callData) })

// callFile is calls.json. A source is written once and named by its lines.
type callFile struct {
	CallProvenance
	Sources map[string]string
	Calls   []struct {
		Type, Action, Phases, On, For, Source string
		ByAWS                                 bool
	}
}

// parseCalls reads the file. It is part of the program, so one that cannot be
// read is a fault of the program.
func parseCalls(data []byte) callTable {
	var file callFile
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		panic(fmt.Sprintf("catalog: calls.json: %v", err))
	}
	table := callTable{provenance: file.CallProvenance, byType: map[string][]Call{}}
	for _, c := range file.Calls {
		if _, ok := table.byType[c.Type]; !ok {
			table.types = append(table.types, c.Type)
		}
		table.byType[c.Type] = append(table.byType[c.Type], Call{
			Action: c.Action, Phases: parsePhases(c.Phases), On: c.On, For: c.For, ByAWS: c.ByAWS, Source: file.Sources[c.Source],
		})
	}
	return table
}

// parsePhases reads "read", "create update" and the like.
func parsePhases(text string) Phase {
	var phases Phase
	for _, word := range strings.Fields(text) {
		i := slices.Index([]string{"read", "create", "update", "delete"}, word)
		if i < 0 {
			panic(fmt.Sprintf("catalog: calls.json: no phase %q", word))
		}
		phases |= 1 << i
	}
	return phases
}

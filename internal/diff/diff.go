// Package diff says which access a change gains and which it loses: by what the policies of two inventories mean, for all
// requests, and not by how they are written.
//
// Each subject of the one inventory is matched with one of the other. Of an identity is compared what its policies allow
// together, within its permissions boundary and less what they deny; of everything else, each document for itself: who may become
// a role, what a boundary leaves room for, and the policies of tables, streams, keys and endpoints. Two documents that say the
// same in other words, in another order or in other statements have no difference.
//
// Where a policy of one layer denies less than before, more may be allowed by the policies of another. So that too is a gain,
// told as what it is: a refusal that is gone.
//
// A difference is a set of requests, and every change holds a part of it exactly, with a request that the evaluator, which
// decides single requests by itself, answers differently on the two sides. What cannot be decided, or not be shown by such a
// request, is Undecided and never passed over.
package diff

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/inventory"
)

// Direction is whether access was gained or lost.
type Direction string

// The directions.
const (
	Gain Direction = "gain"
	Loss Direction = "loss"
)

// Layer is what was compared.
type Layer string

// The layers, in the order in which changes are told.
const (
	Access         Layer = "access"          // what an identity's policies allow, within its boundary
	Trust          Layer = "trust"           // who may become a role
	Boundary       Layer = "boundary"        // what a permissions boundary leaves room for
	TablePolicy    Layer = "table policy"    // the resource policy of a table
	StreamPolicy   Layer = "stream policy"   // the resource policy of a table's stream
	KeyPolicy      Layer = "key policy"      // the policy of a KMS key
	EndpointPolicy Layer = "endpoint policy" // the policy of a VPC endpoint
)

// layers is all of them, in order.
func layers() []Layer {
	return []Layer{Access, Trust, Boundary, TablePolicy, StreamPolicy, KeyPolicy, EndpointPolicy}
}

// Change is access that was gained or lost: the requests of some boxes, with the same principals, actions and resources. The boxes
// are exact. The words, which are all other fields, leave out what the documents of both sides deny alike.
type Change struct {
	Direction Direction
	Layer     Layer
	Subject   string // "the role orders-api"
	Refusal   bool   // the requests are not granted (or granted no longer), but refused no longer (or refused now)
	Whole     bool   // the subject is on one side only
	Actions   Part
	Resources Part  // of a trust policy everything: it is about its role
	Who       *Part // whom a policy of a resource names; nil where the subject itself is meant
	Ways      []Way // under which conditions; there is at least one
	Rough     bool  // there are many cases, and the words are around all of them: not all that they say is gained, or lost
	Document  string
	Statement string    // the statement that grants or refuses it: its Sid, or "number 2"
	At        hcl.Range // where that stands: in the new file for what is granted now, or refused now; else in the old
	Because   string    // what else changed: "the statement DenyScan is gone"; may be empty
	Held      string    // who refuses all of it still: "the policy of the table Ledger"; may be empty
	Witness   Witness
	Boxes     []access.Box // exactly the requests

	callers string
}

// Part is a set of texts in words: Texts, but not those of But. A star and a question mark are wildcards.
type Part struct {
	All   bool     // every text; there are no Texts then, but there may be a But
	Texts []string // "dynamodb:Query", "arn:aws:dynamodb:*:*:table/Ledger"
	But   []string
	Loose bool // the words say more than there is: not all that Texts match is meant
}

// Way is one way in which the conditions are met. A way without any has none.
type Way struct {
	Rows       *Condition // dynamodb:LeadingKeys
	Columns    *Condition // dynamodb:Attributes
	Conditions []Condition
}

// Condition is what one context key must be.
type Condition struct {
	Key     string // "aws:SecureTransport"
	Missing bool   // the key may be missing
	Empty   bool   // it may be there and empty
	Only    bool   // it must be missing or empty: there are no values
	// Undecided says that Key is a condition that cannot be computed with, in words: of each request it holds or does not.
	Undecided bool
	Several   bool   // the key holds several values by nature; Values is what each of them is
	Values    Part   // all: anything
	Some      []Part // of the several, for each of these parts at least one is in it
}

// Undecided is what could not be compared, or of which no request could be shown.
type Undecided struct {
	Subject string
	Layer   Layer
	Why     string // one sentence
	At      hcl.Range
}

// Rename is a subject that has another name, and means the same.
type Rename struct {
	Old, New string // "the role orders-api"
}

// Counts is what was compared.
type Counts struct {
	Identities, Tables, Keys, Endpoints, Documents, Statements int
}

// Result is what changed.
type Result struct {
	Changes   []Change
	Renames   []Rename
	Undecided []Undecided
	Assumed   []string // what both sides leave open alike, and the comparison takes for the same on both
	Compared  Counts   // of the side that has more of each
	Files     map[string][]byte
}

// Gains are the changes by which more is allowed.
func (r Result) Gains() []Change { return r.these(Gain) }

// Losses are the changes by which less is allowed.
func (r Result) Losses() []Change { return r.these(Loss) }

func (r Result) these(d Direction) []Change {
	var out []Change
	for _, c := range r.Changes {
		if c.Direction == d {
			out = append(out, c)
		}
	}
	return out
}

// Unchanged reports whether it is proven that both inventories allow the same, for every request. A subject that has another name
// is allowed the same.
func (r Result) Unchanged() bool { return len(r.Changes) == 0 && len(r.Undecided) == 0 }

// Inventories compares what exists before a change with what exists after it.
func Inventories(before, after *inventory.Inventory) Result {
	d := &differ{result: Result{Files: map[string][]byte{}}}
	for _, inv := range []*inventory.Inventory{before, after} {
		for name, src := range inv.Files {
			d.result.Files[name] = src
		}
	}
	d.compare(side{before}.collected(), side{after}.collected())
	d.sort()
	return d.result
}

package catalog

import (
	_ "embed" // managed.json
	"encoding/json"
	"fmt"
	"slices"
	"sync"
)

// This file knows what the AWS managed policies say that a role of a spec may
// have attached. A permissions boundary that did not let the same through would
// take from the role what its owner attached the policy for. AWS changes these
// policies without notice, so managed.json says of each which version it holds
// and of which day; what a later version adds, such a boundary holds back.

//go:embed managed.json
var managedData []byte

// ManagedPolicyDocument is the JSON document of an AWS managed policy that may
// be attached, by its exact name; false where it is not known. Its ARNs are
// those of the partition aws, and each other partition has the policy with its
// own.
func ManagedPolicyDocument(name string) ([]byte, bool) {
	policies := managedDocuments().Policies
	i := slices.IndexFunc(policies, func(p managedDocument) bool { return p.Name == name })
	if i < 0 {
		return nil, false
	}
	return slices.Clone(policies[i].Document), true
}

// managedFile is managed.json.
type managedFile struct {
	Source    string // where the documents come from
	Retrieved string // the day they were taken from there
	Policies  []managedDocument
}

type managedDocument struct {
	Name     string
	Version  string // of the policy, at AWS: "v3"
	Updated  string // the day AWS made that version
	Document json.RawMessage
}

var managedDocuments = sync.OnceValue(func() managedFile {
	var file managedFile
	if err := json.Unmarshal(managedData, &file); err != nil {
		panic(fmt.Sprintf("catalog: managed.json: %v", err))
	}
	return file
})

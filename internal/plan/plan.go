// Package plan reads what Terraform plans, as terraform show -json prints it (Terraform documentation, "JSON output
// format", format version 1).
//
// It keeps the resources that will be there after the apply, whichever module they stand in, with the values that are
// known before it. A value that is not known yet has a second side: what it is computed from. That is in the
// configuration, which a plan repeats, so an attachment whose ARN does not exist yet can be followed to the policy that
// will have it.
package plan

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Plan is what will be there after an apply.
type Plan struct {
	Complete  bool // false: a part was left out, such as by -target, or put off
	Resources []*Resource

	modules map[string]module // by address, without the indexes of instances
}

// Resource is one instance of a managed resource.
type Resource struct {
	Values
	Address string // module.roles.aws_iam_policy.api["1"]
	Type    string // aws_iam_policy
	Name    string // api
	Index   string // 1; "" where there are no instances
	Module  string // module.roles; "" for the root
}

// Values are the attributes of a resource, or of a block in one.
type Values struct {
	known   map[string]any
	unknown any // true, or what of known is not: true for each attribute, or deeper
}

// file is the part of the format that is read.
type file struct {
	FormatVersion string `json:"format_version"`
	Errored       bool   `json:"errored"`
	Complete      *bool  `json:"complete"`
	Changes       []struct {
		Address string `json:"address"`
		Module  string `json:"module_address"`
		Mode    string `json:"mode"`
		Type    string `json:"type"`
		Name    string `json:"name"`
		Index   any    `json:"index"`
		Change  struct {
			After   map[string]any `json:"after"`
			Unknown any            `json:"after_unknown"`
		} `json:"change"`
	} `json:"resource_changes"`
	Planned       json.RawMessage `json:"planned_values"`
	Configuration struct {
		Root moduleFile `json:"root_module"`
	} `json:"configuration"`
}

// Read reads a plan. The error is for what is no plan, and for one that failed.
func Read(text []byte) (*Plan, error) {
	var f file
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, fmt.Errorf("this is no plan as terraform show -json prints it: %w", err)
	}
	switch {
	case f.FormatVersion == "" || f.Planned == nil:
		return nil, errors.New("this is no plan as terraform show -json prints it: save one with terraform plan -out=plan.out, and print it with terraform show -json plan.out")
	case !strings.HasPrefix(f.FormatVersion, "1."):
		return nil, fmt.Errorf("the plan has format version %s, and this ddbgen knows version 1 only", f.FormatVersion)
	case f.Errored:
		return nil, errors.New("the plan failed; mend what Terraform says of it, and plan again")
	}
	p := &Plan{Complete: f.Complete == nil || *f.Complete, modules: map[string]module{}}
	for _, c := range f.Changes {
		if c.Mode != "managed" || c.Change.After == nil { // no data source, and nothing that goes
			continue
		}
		p.Resources = append(p.Resources, &Resource{
			Values:  Values{c.Change.After, c.Change.Unknown},
			Address: c.Address, Type: c.Type, Name: c.Name, Index: index(c.Index), Module: c.Module,
		})
	}
	p.configure("", f.Configuration.Root)
	return p, nil
}

// index is the key of an instance, a text or a number.
func index(i any) string {
	switch i := i.(type) {
	case string:
		return i
	case float64:
		return strconv.FormatFloat(i, 'f', -1, 64)
	}
	return ""
}

// Of is the resources of some types, in the order of the plan.
func (p *Plan) Of(types ...string) []*Resource {
	var out []*Resource
	for _, r := range p.Resources {
		for _, t := range types {
			if r.Type == t {
				out = append(out, r)
			}
		}
	}
	return out
}

// Text is an attribute that is a text; "" where it is null.
func (v Values) Text(attribute string) string {
	text, _ := v.known[attribute].(string)
	return text
}

// Unknown reports whether some of an attribute is known only after the apply.
func (v Values) Unknown(attribute string) bool { return some(attributeOf(v.unknown, attribute)) }

// some reports whether true is anywhere in what is unknown of a value.
func some(unknown any) bool {
	switch u := unknown.(type) {
	case bool:
		return u
	case []any:
		for _, e := range u {
			if some(e) {
				return true
			}
		}
	case map[string]any:
		for _, e := range u {
			if some(e) {
				return true
			}
		}
	}
	return false
}

func attributeOf(unknown any, attribute string) any {
	if whole, is := unknown.(bool); is {
		return whole
	}
	attributes, _ := unknown.(map[string]any)
	return attributes[attribute]
}

// Texts is an attribute that is a list or a set of texts, those that are known.
func (v Values) Texts(attribute string) []string {
	list, _ := v.known[attribute].([]any)
	var out []string
	for _, e := range list {
		if text, is := e.(string); is {
			out = append(out, text)
		}
	}
	return out
}

// Blocks is the blocks of a kind in a resource.
func (v Values) Blocks(name string) []Values {
	list, _ := v.known[name].([]any)
	unknown, _ := attributeOf(v.unknown, name).([]any)
	var out []Values
	for i, e := range list {
		block, _ := e.(map[string]any)
		var u any
		if i < len(unknown) {
			u = unknown[i]
		}
		out = append(out, Values{block, u})
	}
	return out
}

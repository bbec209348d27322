package client

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/evaluate"
)

// request holds the parameters of an operation on items.
type request struct {
	TableName string
	IndexName string

	Key  map[string]value
	Item map[string]value

	KeyConditionExpression string
	FilterExpression       string
	ProjectionExpression   string
	ConditionExpression    string
	UpdateExpression       string

	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues map[string]value

	Select       string
	ReturnValues string
}

// value is the value of an attribute, of which only texts are looked at.
type value struct{ S string }

func parse(operation string, parameters []byte) (request, error) {
	var r request
	if !slices.Contains([]string{"GetItem", "PutItem", "Query", "UpdateItem"}, operation) {
		return r, fmt.Errorf("it is not known what %s needs", operation)
	}
	decoder := json.NewDecoder(bytes.NewReader(parameters))
	// A parameter that is not known could name attributes.
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&r); err != nil {
		return r, fmt.Errorf("%s: %w", operation, err)
	}
	return r, nil
}

// keys are the condition keys that DynamoDB derives from the parameters of a request (DynamoDB developer guide, "Using IAM
// policy conditions for fine-grained access control"; Service Authorization Reference, Amazon DynamoDB).
func (r request) keys(operation, partitionKey string) (evaluate.Context, error) {
	leading, err := r.leadingKey(partitionKey)
	if err != nil {
		return nil, err
	}
	keys := evaluate.Context{one("dynamodb:LeadingKeys", leading), {Name: "dynamodb:Attributes", Values: r.attributes()}}
	switch operation {
	case "GetItem", "Query":
		return append(keys, one("dynamodb:Select", r.selected())), nil
	default:
		return append(keys, one("dynamodb:ReturnValues", orElse(r.ReturnValues, "NONE"))), nil
	}
}

// leadingKey is the partition that a request is about.
func (r request) leadingKey(partitionKey string) (string, error) {
	for _, named := range []map[string]value{r.Key, r.Item} {
		if v, has := named[partitionKey]; has {
			return v.S, nil
		}
	}
	for _, equal := range equality.FindAllStringSubmatch(r.KeyConditionExpression, -1) {
		if r.name(equal[1]) == partitionKey {
			return r.ExpressionAttributeValues[equal[2]].S, nil
		}
	}
	return "", fmt.Errorf("the request does not name the partition key %q", partitionKey)
}

// equality is a name, or a placeholder for one, that must equal a value.
var equality = regexp.MustCompile(`(#?\w+)\s*=\s*(:\w+)`)

// attributes are the top-level attributes that a request mentions anywhere, sorted.
func (r request) attributes() []string {
	named := map[string]bool{}
	for _, item := range []map[string]value{r.Key, r.Item} {
		for name := range item {
			named[name] = true
		}
	}
	for _, expression := range []string{r.KeyConditionExpression, r.FilterExpression, r.ProjectionExpression, r.ConditionExpression, r.UpdateExpression} {
		for _, path := range paths.FindAllStringSubmatch(expression, -1) {
			if name := path[1]; name != "" && !slices.Contains(words, strings.ToUpper(name)) {
				named[r.name(name)] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(named))
}

// paths are values, functions with their parenthesis, and document paths, of which the first name is kept (DynamoDB
// developer guide, "Referring to item attributes when using expressions").
var paths = regexp.MustCompile(`:\w+|\w+\s*\(|(#?\w+)(?:\.#?\w+|\[\d+\])*`)

// words are the words of expressions that are no names. Where one is followed by a parenthesis it is taken for a function,
// which is none either.
var words = []string{"ADD", "AND", "BETWEEN", "DELETE", "IN", "NOT", "OR", "REMOVE", "SET"}

// name is the attribute that a name in an expression stands for.
func (r request) name(written string) string {
	return orElse(r.ExpressionAttributeNames[written], written)
}

// selected is what a read asks for. GetItem has no such parameter; there a projection decides (DynamoDB API reference, Query,
// Select; DynamoDB developer guide, dynamodb:Select in the page named above).
func (r request) selected() string {
	switch {
	case r.Select != "":
		return r.Select
	case r.ProjectionExpression != "":
		return "SPECIFIC_ATTRIBUTES"
	case r.IndexName != "":
		return "ALL_PROJECTED_ATTRIBUTES"
	default:
		return "ALL_ATTRIBUTES"
	}
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

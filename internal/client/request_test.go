package client

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/evaluate"
)

func TestKeysOfARequest(t *testing.T) {
	for _, c := range []struct {
		name, operation, parameters string
		want                        evaluate.Context
	}{
		{
			"a key alone asks for everything", "GetItem", `{"TableName": "T", "Key": {"PK": {"S": "a"}, "SK": {"S": "b"}}}`,
			keys("a", "PK SK", "dynamodb:Select", "ALL_ATTRIBUTES"),
		},
		{
			"a projection asks for what it names, whatever the place in a document", "GetItem",
			`{"TableName": "T", "Key": {"PK": {"S": "a"}}, "ProjectionExpression": "title, #o.#n, lines[0].price", "ExpressionAttributeNames": {"#o": "owner", "#n": "name"}}`,
			keys("a", "PK lines owner title", "dynamodb:Select", "SPECIFIC_ATTRIBUTES"),
		},
		{
			"a filter counts, its functions and words do not", "Query",
			`{"TableName": "T", "KeyConditionExpression": "begins_with(SK, :s) AND #p=:p", "FilterExpression": "size (note) > :n or not (price between :n and :p) and kind IN (:s)",
			  "ExpressionAttributeNames": {"#p": "PK"}, "ExpressionAttributeValues": {":p": {"S": "a"}, ":s": {"S": "x"}, ":n": {"S": "1"}}}`,
			keys("a", "PK SK kind note price", "dynamodb:Select", "ALL_ATTRIBUTES"),
		},
		{
			"an index gives what it carries", "Query",
			`{"TableName": "T", "IndexName": "I", "KeyConditionExpression": "PK = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}`,
			keys("a", "PK", "dynamodb:Select", "ALL_PROJECTED_ATTRIBUTES"),
		},
		{
			"what an update sets, removes and demands", "UpdateItem",
			`{"TableName": "T", "Key": {"PK": {"S": "a"}}, "UpdateExpression": "SET a = if_not_exists(b, :v) + :v REMOVE c", "ConditionExpression": "attribute_exists(d)"}`,
			keys("a", "PK a b c d", "dynamodb:ReturnValues", "NONE"),
		},
		{
			"a whole item", "PutItem", `{"TableName": "T", "Item": {"PK": {"S": "a"}, "note": {"S": "b"}}, "ReturnValues": "ALL_OLD"}`,
			keys("a", "PK note", "dynamodb:ReturnValues", "ALL_OLD"),
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := parse(c.operation, []byte(c.parameters))
			if err != nil {
				t.Fatal(err)
			}
			got, err := r.keys(c.operation, "PK")
			if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
				t.Errorf("%v\n(-want +got):\n%s", err, diff)
			}
		})
	}
}

func keys(leading, attributes, name, value string) evaluate.Context {
	return evaluate.Context{one("dynamodb:LeadingKeys", leading), {Name: "dynamodb:Attributes", Values: strings.Fields(attributes)}, one(name, value)}
}

func TestWhatIsNotKnownFails(t *testing.T) {
	for _, c := range []struct{ name, operation, parameters string }{
		{"an operation", "Scan", `{"TableName": "T"}`},
		{"a parameter that names attributes", "GetItem", `{"TableName": "T", "Key": {"PK": {"S": "a"}}, "AttributesToGet": ["note"]}`},
		{"a value that is no text", "GetItem", `{"TableName": "T", "Key": {"PK": {"N": "1"}}}`},
		{"no partition", "Query", `{"TableName": "T", "KeyConditionExpression": "SK = :s", "ExpressionAttributeValues": {":s": {"S": "a"}}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := parse(c.operation, []byte(c.parameters))
			if err == nil {
				_, err = r.keys(c.operation, "PK")
			}
			if err == nil {
				t.Error("it is waved through")
			}
		})
	}
}

package e2e

import (
	_ "embed"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// World is what an account holds, as AWS's own read calls tell it. Documents
// are raw JSON: compare them with DiffJSON.
type World struct {
	Roles             map[string]Role             `json:"roles"`              // by name
	Policies          map[string]Policy           `json:"policies"`           // customer managed, by name
	IdentityProviders map[string]IdentityProvider `json:"identity_providers"` // by URL without https://
	Tables            map[string]Table            `json:"tables"`             // by physical name
	Scaling           Scaling                     `json:"scaling"`
	Keys              map[string]Key              `json:"keys"`      // by id; see KeyByAlias
	Endpoints         []Endpoint                  `json:"endpoints"` // by service, then VPC
	Trails            map[string]Trail            `json:"trails"`    // by name
}

// Role is an IAM role.
type Role struct {
	ARN                string                     `json:"arn"`
	Path               string                     `json:"path"`
	Description        string                     `json:"description"`
	Trust              json.RawMessage            `json:"trust"`
	Boundary           string                     `json:"boundary"`
	MaxSessionDuration int                        `json:"max_session_duration"`
	Attached           []string                   `json:"attached"` // policy ARNs, sorted
	Inline             map[string]json.RawMessage `json:"inline"`
	InstanceProfiles   []string                   `json:"instance_profiles"`
	Tags               map[string]string          `json:"tags"`
}

// Policy is a customer managed policy with the document of its default version.
type Policy struct {
	ARN         string            `json:"arn"`
	Path        string            `json:"path"`
	Description string            `json:"description"`
	Document    json.RawMessage   `json:"document"`
	Tags        map[string]string `json:"tags"`
}

// IdentityProvider is an IAM OpenID Connect provider.
type IdentityProvider struct {
	ARN     string            `json:"arn"`
	Clients []string          `json:"clients"`
	Tags    map[string]string `json:"tags"`
}

// Table is a DynamoDB table.
type Table struct {
	ARN            string            `json:"arn"`
	Description    json.RawMessage   `json:"description"`     // DescribeTable
	ResourcePolicy json.RawMessage   `json:"resource_policy"` // null if it has none
	StreamARN      string            `json:"stream_arn"`
	StreamPolicy   json.RawMessage   `json:"stream_policy"` // null if it has none
	RecoveryDays   int               `json:"recovery_days"` // 0: no point-in-time recovery
	TimeToLive     string            `json:"time_to_live"`  // the attribute
	Tags           map[string]string `json:"tags"`
}

// Scaling is what Application Auto Scaling does to tables.
type Scaling struct {
	Targets []struct {
		ResourceID  string `json:"ResourceId"`
		Dimension   string `json:"ScalableDimension"`
		MinCapacity int
		MaxCapacity int
	} `json:"targets"`
	Policies []struct {
		Name       string `json:"PolicyName"`
		ResourceID string `json:"ResourceId"`
		Dimension  string `json:"ScalableDimension"`
	} `json:"policies"`
}

// Key is a customer managed KMS key that is not about to be deleted.
type Key struct {
	ARN          string            `json:"arn"`
	Description  string            `json:"description"`
	Policy       json.RawMessage   `json:"policy"`
	RotationDays int               `json:"rotation_days"` // 0: not rotated
	Aliases      []string          `json:"aliases"`       // with "alias/", sorted
	Tags         map[string]string `json:"tags"`
}

// Endpoint is a VPC endpoint.
type Endpoint struct {
	ID             string            `json:"id"`
	Type           string            `json:"type"`    // Gateway, Interface
	Service        string            `json:"service"` // com.amazonaws.eu-west-1.dynamodb
	VPC            string            `json:"vpc"`
	RouteTables    []string          `json:"route_tables"`
	Subnets        []string          `json:"subnets"`
	SecurityGroups []string          `json:"security_groups"`
	Policy         json.RawMessage   `json:"policy"` // null if it has none
	Tags           map[string]string `json:"tags"`
}

// Trail is a CloudTrail trail.
type Trail struct {
	ARN         string            `json:"arn"`
	Description json.RawMessage   `json:"description"` // DescribeTrails
	Selectors   json.RawMessage   `json:"selectors"`   // the advanced ones, their fields sorted by name
	Logging     bool              `json:"logging"`
	Tags        map[string]string `json:"tags"`
}

//go:embed scripts/readback.py
var readBackScript string

// ReadBack asks the emulator for everything in the account.
func (e *Emulator) ReadBack(t testing.TB) World {
	t.Helper()
	var world World
	e.script(t, readBackScript, nil, &world)
	return world
}

// KeyByAlias finds a key by its alias, which starts with "alias/".
func (w World) KeyByAlias(alias string) (Key, bool) {
	for _, key := range w.Keys {
		for _, name := range key.Aliases {
			if name == alias {
				return key, true
			}
		}
	}
	return Key{}, false
}

// DiffJSON compares two JSON texts by meaning: the order of members and the
// layout do not count, the order in arrays does. It is empty when they agree,
// and otherwise the difference for a person to read, or what is not JSON.
func DiffJSON(want, got []byte) string {
	var wanted, found any
	if err := json.Unmarshal(want, &wanted); err != nil {
		return "wanted is not JSON: " + err.Error()
	}
	if err := json.Unmarshal(got, &found); err != nil {
		return "got is not JSON: " + err.Error()
	}
	return cmp.Diff(wanted, found)
}

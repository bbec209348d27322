package templates

import "embed"

//go:embed starter
var starters embed.FS

// Starter is a spec to begin with. It is complete, and good as it stands; its comments say what its parts do to access. A
// line that begins with # and no space is a setting left out, good as well once the # is gone.
type Starter struct {
	Name, About string
}

// Starters are all of them.
func Starters() []Starter {
	return []Starter{
		{"single-tenant", "one owner of all data"},
		{"saas", "tenants share a table, each kept to its own rows"},
		{"event-driven", "changes flow through streams to views"},
		{"brownfield", "tables and roles exist already"},
	}
}

// What every starter calls the system, its account and its region.
const (
	StarterSystem  = "my-system"
	StarterAccount = "111122223333"
	StarterRegion  = "us-east-1"
)

// Text is the spec.
func (s Starter) Text() string {
	text, err := starters.ReadFile("starter/" + s.Name + ".yaml")
	if err != nil {
		panic("templates: " + err.Error())
	}
	return string(text)
}

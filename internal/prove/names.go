package prove

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/catalog"
)

func lower(s string) string { return strings.ToLower(s) }

// actions are the actions of a service by their names, which blanks separate.
func actions(service, names string) []string {
	out := strings.Fields(names)
	for i, name := range out {
		out[i] = service + ":" + name
	}
	return out
}

// catalogAction is an action in the case it is documented in.
func catalogAction(action string) (string, bool) {
	a, known := catalog.Load().Action(action)
	return a.Name, known
}

// cutService is an action without its service.
func cutService(action string) string {
	_, name, _ := strings.Cut(action, ":")
	return name
}

package prove

import (
	"strings"
)

// cutService is an action without its service.
func cutService(action string) string {
	_, name, _ := strings.Cut(action, ":")
	return name
}

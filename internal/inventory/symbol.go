package inventory

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// Symbol is what stands for a value that is not known: a name in braces, of letters that mean nothing in an ARN, a pattern or a
// policy. Other letters become dots, and then a number that is made of all of them ends the name, because two values must not
// have one name.
func Symbol(name string) string {
	name = strings.NewReplacer(`["`, ".", `"]`, "", "[", ".", "]", "").Replace(name)
	changed := false
	out := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_.-", r) {
			return r
		}
		changed = true
		return '.'
	}, name)
	const most = 80
	if changed || len(out) > most {
		h := fnv.New32a()
		_, _ = h.Write([]byte(name)) // a hash takes everything
		out = fmt.Sprintf("%s.%08x", strings.Trim(out[:min(len(out), most)], "."), h.Sum32())
	}
	return "{" + out + "}"
}

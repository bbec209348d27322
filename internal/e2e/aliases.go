package e2e

import (
	"strings"
	"sync"
)

// aliases lets moto, which makes up its own ids, be spoken to with the ids of a
// spec, so that what is applied are the very files that were generated.
type aliases struct {
	mutex   sync.RWMutex
	pairs   [][2]string
	in, out *strings.Replacer
}

// add makes the wanted id stand for the one moto made.
func (a *aliases) add(wanted, made string) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.pairs = append(a.pairs, [2]string{wanted, made})
	var in, out []string
	for _, pair := range a.pairs {
		in = append(in, pair[0], pair[1])
		out = append(out, pair[1], pair[0])
	}
	a.in, a.out = strings.NewReplacer(in...), strings.NewReplacer(out...)
}

func (a *aliases) toMoto(body []byte) []byte {
	a.mutex.RLock()
	defer a.mutex.RUnlock()
	return replace(a.in, body)
}

func (a *aliases) fromMoto(body []byte) []byte {
	a.mutex.RLock()
	defer a.mutex.RUnlock()
	return replace(a.out, body)
}

func replace(replacer *strings.Replacer, body []byte) []byte {
	if replacer == nil {
		return body
	}
	return []byte(replacer.Replace(string(body)))
}

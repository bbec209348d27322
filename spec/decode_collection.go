package spec

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
	"go.yaml.in/yaml/v4"
)

// pair is a key of a mapping node and its value.
type pair struct {
	name     Text
	value    *yaml.Node
	repeated bool
}

// keys returns the pairs of a mapping node that can be read, and reports the others and the repeated ones.
func (d *decoder) keys(n *yaml.Node, p place) []pair {
	var pairs []pair
	first := map[string]hcl.Range{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if refused(key) || !d.readableKey(key, p) {
			continue
		}
		k := pair{name: Text{Value: key.Value, Range: d.file.Range(key)}, value: value}
		if earlier, ok := first[key.Value]; ok {
			k.repeated = true
			d.report("duplicate-key", "Duplicate key", k.name.Range,
				"%s has the key %q already, on line %d. Keep one of them.",
				sentence(p.String()), key.Value, earlier.Start.Line)
		} else {
			first[key.Value] = k.name.Range
		}
		pairs = append(pairs, k)
	}
	return pairs
}

// readableKey reports keys that are not text.
func (d *decoder) readableKey(key *yaml.Node, p place) bool {
	switch {
	case key.Kind != yaml.ScalarNode:
		d.report("wrong-type", "Wrong type", d.file.Range(key),
			"A key of %s is %s. Write a name as the key.", p, found(key))
	case isNull(key):
		d.report("empty", "Empty key", d.file.Range(key), "A key of %s is empty. Write a name before the colon.", p)
	case key.Tag != "!!str":
		d.report("unquoted", "Text must be quoted", d.file.Range(key),
			"A key is text, and %s without quotes is %s. Write it in quotes: %q.", key.Value, found(key), key.Value)
	default:
		return true
	}
	return false
}

// presence returns the set of the keys that are written.
func presence(pairs []pair) map[string]bool {
	set := map[string]bool{}
	for _, k := range pairs {
		set[k.name.Value] = true
	}
	return set
}

func (l *List[T]) fits(n *yaml.Node) bool { return n.Kind == yaml.SequenceNode }

func (l *List[T]) wanted() string { return "a list" }

func (l *List[T]) decode(d *decoder, n *yaml.Node, r rules, p place) {
	if !l.fits(n) {
		d.wrongType(l.wanted(), n, r, p)
		return
	}
	l.Range = d.at(n, p)
	d.count(len(n.Content), l.Range, r, p)
	l.Items = make([]T, len(n.Content))
	for i, item := range n.Content {
		inner := r.inner()
		inner.optional = true
		d.value(reflect.ValueOf(&l.Items[i]).Elem(), item, inner, p.item(i))
	}
}

func (m *Map[T]) fits(n *yaml.Node) bool { return n.Kind == yaml.MappingNode }

func (m *Map[T]) wanted() string { return "a mapping" }

func (m *Map[T]) decode(d *decoder, n *yaml.Node, r rules, p place) {
	if !m.fits(n) {
		d.wrongType(m.wanted(), n, r, p)
		return
	}
	m.Range = d.at(n, p)
	d.count(len(n.Content)/2, m.Range, r, p)
	for _, k := range d.keys(n, p) {
		d.checkKey(k.name, r, p)
		entry := Entry[T]{Key: k.name}
		d.value(reflect.ValueOf(&entry.Value).Elem(), k.value, r.inner(), p.under(k.name))
		if !k.repeated {
			m.Entries = append(m.Entries, entry)
		}
	}
}

func (d *decoder) checkKey(key Text, r rules, p place) {
	switch {
	case !matches(r.keys, key.Value):
		d.report("bad-value", "Invalid name", key.Range,
			"%q cannot be a key of %s. Write %s", key.Value, p, fullStop(orElse(r.keysAre, "a match of "+r.keys)))
	case hasControl(key.Value, false):
		d.report("bad-value", "Control character", key.Range,
			"The key %q of %s holds a control character. Remove it.", key.Value, p)
	}
}

// removable is the end of a remedy for a value that may be left out; of one that may not, nothing.
func removable(r rules, remedy string) string {
	if r.optional {
		return remedy
	}
	return ""
}

// count checks the number of items of a list or of entries of a mapping.
func (d *decoder) count(n int, at hcl.Range, r rules, p place) {
	switch {
	case r.minItems != nil && n < *r.minItems && n == 0:
		d.report("too-few", "Nothing in it", at, "%s is empty. Write at least %d%s.", p, *r.minItems, removable(r, ", or remove the key"))
	case r.minItems != nil && n < *r.minItems:
		d.report("too-few", "Too few", at, "%s holds %d. Write at least %d.", p, n, *r.minItems)
	case r.maxItems != nil && n > *r.maxItems:
		d.report("too-many", "Too many", at, "%s holds %d. Write at most %d.", p, n, *r.maxItems)
	}
}

func (e *PerEnvironment) fits(n *yaml.Node) bool { return e.All.fits(n) || e.By.fits(n) }

func (e *PerEnvironment) wanted() string { return "text, or a mapping from environments to texts" }

func (e *PerEnvironment) decode(d *decoder, n *yaml.Node, r rules, p place) {
	switch n.Kind {
	case yaml.ScalarNode:
		e.All.decode(d, n, r, p)
	case yaml.MappingNode:
		e.By.decode(d, n, r, p)
	default:
		d.wrongType(e.wanted(), n, r, p)
	}
}

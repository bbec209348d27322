package spec

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ddbgen/ddbgen/spec/source"
)

// TestDecoderAndSchemaAgree makes documents from the tags, breaks most of them in one or two places, and holds that the
// decoder accepts exactly those that the schema accepts, and accepts all that were not broken.
func TestDecoderAndSchemaAgree(t *testing.T) {
	for _, c := range []struct {
		name  string
		v     any
		count int
	}{
		{"sample", sample{}, 4000},
		{"document", Document{}, 1000},
	} {
		t.Run(c.name, func(t *testing.T) {
			schema := compileSchema(t, c.v)
			typ := reflect.TypeOf(c.v)
			var verdicts [2]int
			for seed := range c.count {
				g := &generator{Rand: rand.New(rand.NewPCG(uint64(seed), 1)), budget: 40}
				doc := g.of(typ, rules{})
				breaks := seed % 4 // a quarter is left right
				if breaks == 3 {
					breaks = 1
				}
				for range breaks {
					doc = g.breakOne(doc)
				}
				text := g.write(doc)
				ds := decodeInto(source.New("spec.yaml", []byte(text)), reflect.New(typ).Interface())
				want := !repeats(doc) // the data model of JSON Schema has no repeated keys
				var because error
				if want {
					because = schema.Validate(plain(doc))
					want = because == nil
				}
				if got := !ds.HasErrors(); got != want || breaks == 0 && !want {
					t.Fatalf("seed %d, %d breaks: decoder accepts: %v, schema accepts: %v\n%s\n%v\n%v",
						seed, breaks, got, want, text, ds, because)
				}
				if want {
					verdicts[1]++
				} else {
					verdicts[0]++
				}
			}
			if verdicts[0] < c.count/4 || verdicts[1] < c.count/4 {
				t.Errorf("refused and accepted: %v; the documents say little", verdicts)
			}
		})
	}
}

// plain returns the tree as encoding/json would read it.
func plain(v any) any {
	switch v := v.(type) {
	case object:
		m := map[string]any{}
		for _, e := range v {
			m[e.key] = plain(e.value)
		}
		return m
	case array:
		a := []any{}
		for _, e := range v {
			a = append(a, plain(e))
		}
		return a
	case int:
		return json.Number(fmt.Sprint(v))
	case float64:
		return json.Number(fmt.Sprint(v))
	default:
		return v
	}
}

// breakOne changes a document at one random place.
func (g *generator) breakOne(v any) any {
	deeper := g.IntN(4) > 0
	switch v := v.(type) {
	case object:
		if len(v) > 0 && deeper {
			i := g.IntN(len(v))
			v[i].value = g.breakOne(v[i].value)
			return v
		}
		return g.breakObject(v)
	case array:
		if len(v) > 0 && deeper {
			i := g.IntN(len(v))
			v[i] = g.breakOne(v[i])
			return v
		}
		return g.breakArray(v)
	case string:
		return g.breakText(v)
	case int:
		return []any{0, -1, v + 1, v - 1, v * 1000, 1.5, fmt.Sprint(v), nil, v == 0}[g.IntN(9)]
	case bool:
		return []any{!v, fmt.Sprint(v), "yes", 1, nil, array{v}}[g.IntN(6)]
	default:
		return "x"
	}
}

func (g *generator) breakObject(v object) any {
	if len(v) == 0 {
		return []any{nil, "x", true, array{}, object{{"x", 1}}}[g.IntN(5)]
	}
	i := g.IntN(len(v))
	switch g.IntN(8) {
	case 0:
		return append(v[:i:i], v[i+1:]...)
	case 1:
		v[i].key += "x"
	case 2:
		v[i].key = g.breakText(v[i].key)
	case 3:
		return append(v, v[i])
	case 4:
		other := []string{"box", "bag", "lid", "label", "name", "type", "table", "tagged", "service", "role", "branch", "tag"}[g.IntN(12)]
		v = append(v, member{other, "x"})
		return v
	case 5:
		return v[i].value
	case 6:
		return []any{nil, "x", 7, true, array{v}, object{}}[g.IntN(6)]
	case 7:
		for n := range 45 {
			v = append(v, member{strings.Repeat("k", n+1), v[i].value})
		}
		return v
	}
	return v
}

// repeats reports whether any mapping of a document has a key twice.
func repeats(v any) bool {
	switch v := v.(type) {
	case object:
		seen := map[string]bool{}
		for _, m := range v {
			if seen[m.key] || repeats(m.value) {
				return true
			}
			seen[m.key] = true
		}
	case array:
		return slices.ContainsFunc(v, repeats)
	}
	return false
}

func (g *generator) breakArray(v array) any {
	switch g.IntN(5) {
	case 0:
		return array{}
	case 1:
		if len(v) > 0 {
			return v[0]
		}
		return nil
	case 2:
		return append(v, []any{nil, 7, "x", true, array{}, object{}}[g.IntN(6)])
	case 3:
		return append(append(v, v...), v...)
	default:
		return []any{nil, "x", 7, true, object{}}[g.IntN(5)]
	}
}

func (g *generator) breakText(v string) string {
	switch g.IntN(9) {
	case 0:
		return ""
	case 1:
		return v + "x"
	case 2:
		return strings.ToUpper(v)
	case 3:
		return strings.Repeat(v+"ab", 40)
	case 4:
		return v + "\n"
	case 5:
		return "a\tz"
	case 6:
		return v + "\x7f"
	case 7:
		return "日本 \U0001f600"
	default:
		if v == "" {
			return v
		}
		runes := []rune(v)
		return string(runes[:len(runes)/2])
	}
}

// FuzzDecode holds that no input makes the decoder panic, that it says something about every input it does not take,
// and that everything it says is about a place in the file.
func FuzzDecode(f *testing.F) {
	g := &generator{Rand: rand.New(rand.NewPCG(1, 1)), budget: 40}
	for range 20 {
		f.Add([]byte(g.write(g.of(reflect.TypeFor[sample](), rules{}))))
	}
	f.Add([]byte(whole1))
	for _, seed := range []string{"", "\ufeffname: é\r\nnmae: x", "{a: [b, {", "&a [*a]", "? ? a", "- - - \"\\\n", "a: |\n x\n--- x\n...\n%TAG"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		_, ds := decodeSample(src)
		var d Document
		ds = append(ds, decodeInto(source.New("spec.yaml", src), &d)...)
		for _, d := range ds {
			s, e := d.Subject.Start, d.Subject.End
			if s.Byte < 0 || s.Byte > e.Byte || e.Byte > len(src) || s.Line < 1 || s.Column < 1 || s.Line != e.Line || s.Column > e.Column {
				t.Errorf("%s: range %+v", d, *d.Subject)
			}
			if strings.ContainsRune(string(src[s.Byte:e.Byte]), '\n') {
				t.Errorf("%s: range over a line break", d)
			}
		}
	})
}

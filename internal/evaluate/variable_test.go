package evaluate

import "testing"

func TestCutVariable(t *testing.T) {
	tests := []struct {
		text string
		want variable
		rest string
		ok   bool
	}{
		{"${a:B/c}#*", variable{name: "a:B/c"}, "#*", true},
		{"${a}${b}", variable{name: "a"}, "${b}", true},
		{"${}x", variable{}, "x", true},
		{"${*}", variable{name: "*"}, "", true},
		{"${a, 'd'}x", variable{"a", "d", true}, "x", true},
		{"${a,'d'}x", variable{"a", "d", true}, "x", true},
		{"${a, ''}x", variable{"a", "", true}, "x", true},
		{"${a, 'd, e'}x", variable{"a", "d, e", true}, "x", true},
		{"${a, 'd}e'}x", variable{"a", "d}e", true}, "x", true},
		{"${a, d}x", variable{name: "a, d"}, "x", true},
		{"${a, d 'e'}x", variable{name: "a, d 'e'"}, "x", true},
		{"${a, 'd}x", variable{name: "a, 'd"}, "x", true},
		{"${a", variable{}, "", false},
		{"${", variable{}, "", false},
	}
	for _, tt := range tests {
		got, rest, ok := cutVariable(tt.text)
		if got != tt.want || rest != tt.rest || ok != tt.ok {
			t.Errorf("%q: got %+v, %q, %v", tt.text, got, rest, ok)
		}
	}
}

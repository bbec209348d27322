package editor

import (
	"slices"
	"testing"
)

// The tests here need no language server.

func TestTypistCounts(t *testing.T) {
	w := &Typist{before: "roles:\n  api:"}
	for _, key := range "\n    ki" {
		w.letter(key)
	}
	w.take(Item{InsertText: "kind: ${1:runtime}\nof:\n  - $2"}, "ki")
	if want := "roles:\n  api:\n    kind: runtime\n    of:\n      - "; w.Text() != want {
		t.Fatalf("the text is %q, want %q", w.Text(), want)
	}
	if w.Keys != 3 || w.Typed != 3 || w.Completed != len("nd: runtime\n    of:\n      - ") {
		t.Errorf("%d keys, %d typed, %d completed", w.Keys, w.Typed, w.Completed)
	}
	w.letter('a') // over what is proposed
	w.next()
	w.letter('b')
	w.next()
	w.letter('c')
	if want := "roles:\n  api:\n    kind: a\n    of:\n      - bc"; w.Text() != want {
		t.Errorf("the text is %q, want %q", w.Text(), want)
	}
	if w.Typed != 6 || w.Completed != len("nd: \n    of:\n      - ") {
		t.Errorf("%d typed, %d completed", w.Typed, w.Completed)
	}
}

func TestTypistPlacesTheCursor(t *testing.T) {
	for _, c := range []struct {
		move func(w *Typist)
		want string
	}{
		{func(w *Typist) { w.Behind(t, "b: ") }, "a: x\nb: !x\n"},
		{func(w *Typist) { w.Select(t, "b: x") }, "a: x\n!\n"},
		{func(w *Typist) { w.Select(t, "b: «x»\n") }, "a: x\nb: !\n"},
		{func(w *Typist) { w.Select(t, "a: x\n«b»") }, "a: x\n!: x\n"},
		{func(w *Typist) { w.Select(t, "b"); w.End() }, "a: x\nb: x\n!"},
	} {
		w := &Typist{before: "a: x\nb: x\n"}
		c.move(w)
		w.letter('!')
		if w.Text() != c.want || w.Completed != 0 {
			t.Errorf("%q, want %q, with %d characters completed", w.Text(), c.want, w.Completed)
		}
	}
}

// TestBeginningWith holds that what is shown is counted as editors order it.
func TestBeginningWith(t *testing.T) {
	offered := []Item{{Label: "stream"}, {Label: "Scan"}, {Label: "sort_key"}, {Label: "tags"}}
	var got []string
	for _, i := range beginningWith("s", offered) {
		got = append(got, i.Label)
	}
	if want := []string{"Scan", "sort_key", "stream"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

package spec

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/wanted"
	"github.com/ddbgen/ddbgen/spec/source"
)

// sample is a small language with one of everything a language can have.
type sample struct {
	Name     Text            `yaml:"name" pattern:"[a-z]{2,5}" is:"a name: 2 to 5 letters a-z" doc:"A name." example:"core"`
	Mode     Text            `yaml:"mode,omitempty" enum:"slow,fast,furious" means:"At ease.|In haste.|Without looking." doc:"A mode." example:"fast" default:"slow"`
	Note     Text            `yaml:"note,omitempty" multiline:"true" minlen:"3" maxlen:"12" doc:"Prose." example:"some words" without:"there is nothing to say"`
	Free     Text            `yaml:"free,omitempty" doc:"Any line." example:"anything"`
	Loose    Text            `yaml:"loose,omitempty" pattern:"a.*z" doc:"A pattern that lets in more than a text may hold." example:"a to z"`
	On       Bool            `yaml:"on,omitempty" doc:"A switch." example:"true" default:"false"`
	Days     Int             `yaml:"days,omitempty" min:"1" max:"35" doc:"A number." example:"7"`
	Depth    Int             `yaml:"depth,omitempty" max:"-1" doc:"A number without a least." example:"-5"`
	Key      *sampleKey      `yaml:"key,omitempty" doc:"A shorthand." example:"PK"`
	Backup   *sampleSwitch   `yaml:"backup,omitempty" doc:"Three shorthands." example:"{days: 3}"`
	Words    List[Text]      `yaml:"words,omitempty" minitems:"1" maxitems:"3" enum:"red,green" doc:"Words." example:"[red]"`
	Tags     Map[Text]       `yaml:"tags,omitempty" maxitems:"2" keys:"[A-Z][a-z]*" keysare:"a capitalized word" maxlen:"4" doc:"Tags." example:"{Team: blue}"`
	Anything Map[Int]        `yaml:"anything,omitempty" minitems:"1" max:"9" doc:"Numbers by free names." example:"{a: 1}"`
	Account  PerEnvironment  `yaml:"account,omitempty" pattern:"[0-9]{3}" is:"three digits" keys:"[a-z]+" doc:"One, or one an environment." example:"\"123\""`
	Parts    List[part]      `yaml:"parts,omitempty" doc:"Parts." example:"[{box: b}]"`
	Nested   Map[List[Text]] `yaml:"nested,omitempty" maxitems:"2" minlen:"1" doc:"Lists by name." example:"{a: [b]}"`
	Range    hcl.Range       `yaml:"-"`
}

type sampleKey struct {
	Name  Text      `yaml:"name" short:"true" minlen:"1" doc:"Name." example:"PK"`
	Type  Text      `yaml:"type,omitempty" enum:"S,N" doc:"Type." example:"S"`
	Range hcl.Range `yaml:"-"`
}

type sampleSwitch struct {
	Enabled Bool       `yaml:"enabled,omitempty" short:"true" doc:"On or off." example:"true"`
	Kind    Text       `yaml:"kind,omitempty" short:"true" enum:"full,half" doc:"Kind." example:"full"`
	Of      List[Text] `yaml:"of,omitempty" short:"true" minitems:"1" doc:"Of what." example:"[a]"`
	Days    Int        `yaml:"days,omitempty" doc:"Days." example:"3"`
	Range   hcl.Range  `yaml:"-"`
}

type part struct {
	_     struct{}   `oneof:"box,bag,crate" atmostone:"lid,label"`
	Box   Text       `yaml:"box,omitempty" doc:"A box." example:"b"`
	Bag   Bool       `yaml:"bag,omitempty" doc:"A bag." example:"true"`
	Crate *sampleKey `yaml:"crate,omitempty" doc:"A crate." example:"c"`
	Lid   Bool       `yaml:"lid,omitempty" doc:"A lid." example:"true"`
	Label Text       `yaml:"label,omitempty" doc:"A label." example:"x"`
	Inner *part      `yaml:"inner,omitempty" doc:"A part in a part." example:"{bag: true}"`
	Range hcl.Range  `yaml:"-"`
}

func decodeSample(src []byte) (sample, hcl.Diagnostics) {
	var s sample
	ds := decodeInto(source.New("spec.yaml", src), &s)
	return s, ds
}

// TestDecodeMistakes reads the catalogue of mistakes that any language of this make can have.
func TestDecodeMistakes(t *testing.T) {
	chunks, err := wanted.Chunks("testdata/decode.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range chunks {
		t.Run(c.Name, func(t *testing.T) {
			c.Check(t, func(src []byte) hcl.Diagnostics {
				_, ds := decodeSample(src)
				return ds
			})
		})
	}
}

const whole1 = `name: core
mode: "fast"
note: |
  two
  lines
on: true
days: 7
depth: -5
key: PK
backup: [a, b]
words:
  - red
  - green
tags: {Team: blue, Env: "1"}
anything: {b: 2, a: 1}
account:
  production: "123"
  test: "456"
parts:
  - box: x
    lid: true
  - {crate: {name: c, type: N}, inner: {bag: false}}
nested: {a: [b], c: []}
`

func TestDecode(t *testing.T) {
	got, ds := decodeSample([]byte(whole1))
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	text := func(s string) Text { return Text{Value: s} }
	want := sample{
		Name: text("core"), Mode: text("fast"), Note: text("two\nlines\n"), On: Bool{Value: true},
		Days: Int{Value: 7}, Depth: Int{Value: -5}, Key: &sampleKey{Name: text("PK")},
		Backup: &sampleSwitch{Of: List[Text]{Items: []Text{text("a"), text("b")}}},
		Words:  List[Text]{Items: []Text{text("red"), text("green")}},
		Tags: Map[Text]{Entries: []Entry[Text]{
			{Key: text("Team"), Value: text("blue")}, {Key: text("Env"), Value: text("1")}}},
		Anything: Map[Int]{Entries: []Entry[Int]{
			{Key: text("b"), Value: Int{Value: 2}}, {Key: text("a"), Value: Int{Value: 1}}}},
		Account: PerEnvironment{By: Map[Text]{Entries: []Entry[Text]{
			{Key: text("production"), Value: text("123")}, {Key: text("test"), Value: text("456")}}}},
		Parts: List[part]{Items: []part{
			{Box: text("x"), Lid: Bool{Value: true}},
			{Crate: &sampleKey{Name: text("c"), Type: text("N")}, Inner: &part{}},
		}},
		Nested: Map[List[Text]]{Entries: []Entry[List[Text]]{
			{Key: text("a"), Value: List[Text]{Items: []Text{text("b")}}},
			{Key: text("c"), Value: List[Text]{Items: []Text{}}}}},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreTypes(hcl.Range{}), cmpopts.IgnoreFields(part{}, "_")); diff != "" {
		t.Error(diff)
	}
}

// TestRanges writes the text that a value points to.
func TestRanges(t *testing.T) {
	s, _ := decodeSample([]byte(whole1))
	for _, c := range []struct {
		name string
		at   hcl.Range
		want string
	}{
		{"the document", s.Range, "name"},
		{"quoted text", s.Mode.Range, `"fast"`},
		{"block text", s.Note.Range, "|"},
		{"number", s.Depth.Range, "-5"},
		{"shorthand", s.Key.Range, "PK"},
		{"field of a shorthand", s.Key.Name.Range, "PK"},
		{"list of a shorthand", s.Backup.Of.Range, "[a, b]"},
		{"block list, at its key", s.Words.Range, "words"},
		{"item", s.Words.Items[1].Range, "green"},
		{"flow mapping", s.Tags.Range, `{Team: blue, Env: "1"}`},
		{"free key", s.Tags.Entries[1].Key.Range, "Env"},
		{"block mapping, at its key", s.Account.By.Range, "account"},
		{"item that is a block mapping, at its first key", s.Parts.Items[0].Range, "box"},
		{"item that is a flow mapping", s.Parts.Items[1].Range, "{crate: {name: c, type: N}, inner: {bag: false}}"},
		{"what is not there", s.Free.Range, ""},
	} {
		if got := whole1[c.at.Start.Byte:c.at.End.Byte]; got != c.want {
			t.Errorf("%s points to %q, want %q", c.name, got, c.want)
		}
	}
	set := []bool{s.Name.Set(), s.On.Set(), s.Days.Set(), s.Words.Set(), s.Tags.Set(), s.Account.Set(), s.Nested.Entries[1].Value.Set()}
	unset := []bool{s.Free.Set(), s.Loose.Set(), Bool{}.Set(), Int{}.Set(), List[Text]{}.Set(), Map[Int]{}.Set(), PerEnvironment{}.Set()}
	for i := range set {
		if !set[i] || unset[i] {
			t.Errorf("Set is wrong at %d", i)
		}
	}
}

// TestValuesAfterMistakes holds that a mistake leaves something harmless.
func TestValuesAfterMistakes(t *testing.T) {
	s, _ := decodeSample([]byte("name: Bad\nfree: one\nfree: two\nmode: 7\ndays: 99\nkey: [x]\ntags: {Team: a, Team: b}\nwords: [red, {}]\nbackup:\n"))
	switch {
	case s.Name.Value != "Bad" || !s.Name.Set():
		t.Error("a name that breaks its rule is not kept, and references to it would fail as well")
	case s.Free.Value != "one":
		t.Error("of two values of one key, the first is not the one that stays")
	case s.Mode.Set() || s.Mode.Value != "":
		t.Error("a text that is no text is set")
	case s.Days.Value != 0:
		t.Error("a number out of range is kept")
	case s.Key == nil || s.Key.Name.Set():
		t.Error("a mapping of the wrong type is missing")
	case len(s.Tags.Entries) != 1 || s.Tags.Entries[0].Value.Value != "a":
		t.Error("of two entries with one key, the first is not the one that stays")
	case len(s.Words.Items) != 2 || s.Words.Items[1].Set():
		t.Error("items have moved")
	case s.Backup != nil:
		t.Error("an empty value is set")
	}
}

// TestEmptyValueIsShownAtItsKey holds that what has no text is pointed to where there is some.
func TestEmptyValueIsShownAtItsKey(t *testing.T) {
	for _, src := range []string{"name: core\nfree:\n", "name: core\nfree: # none\nmode: fast\n"} {
		_, ds := decodeSample([]byte(src))
		if len(ds) != 1 || src[ds[0].Subject.Start.Byte:ds[0].Subject.End.Byte] != "free" {
			t.Errorf("%q: %v", src, ds)
		}
	}
}

func TestBadTagsPanic(t *testing.T) {
	for _, v := range []any{
		&struct {
			A string `yaml:"a"`
		}{},
		&struct{ A Text }{},
		&struct {
			A Text `yaml:"a,inline"`
		}{},
		&struct {
			A Int `yaml:"a" min:"x"`
		}{},
		&struct {
			A Map[float64] `yaml:"a"`
		}{},
	} {
		func() {
			defer func() {
				if s, _ := recover().(string); !strings.HasPrefix(s, "spec: ") {
					t.Errorf("%v: panicked with %q", reflect.TypeOf(v), s)
				}
			}()
			decodeInto(source.New("f", []byte("a: {b: 1}\n")), v)
		}()
	}
}

func TestNearest(t *testing.T) {
	known := []string{"partition_key", "sort_key", "tags", "S", "table"}
	for word, want := range map[string]string{
		"partitionKey": "partition_key", "partition-key": "partition_key", "partition_kye": "partition_key",
		"tag": "tags", "tgas": "tags", "Tags": "tags", "tabel": "table", "sortkeys": "sort_key",
		"N": "", "": "", "key": "", "partition": "partition_key", "par": "partition_key", "pa": "", "ta": "", "Q": "", "日": "", strings.Repeat("tags", 50): "",
	} {
		if got := nearest(word, known); got != want {
			t.Errorf("nearest to %q is %q, want %q", word, got, want)
		}
	}
}

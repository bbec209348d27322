package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"go.yaml.in/yaml/v4"
)

func (t *Text) fits(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!str" }

func (t *Text) wanted() string { return "text" }

func (t *Text) decode(d *decoder, n *yaml.Node, r rules, p place) {
	switch {
	case t.fits(n):
		t.Value, t.Range = n.Value, d.file.Range(n)
		d.checkText(*t, r, p)
	case n.Kind == yaml.ScalarNode:
		d.report("unquoted", "Text must be quoted", d.file.Range(n),
			"%s must be text, and %s without quotes is %s. Write it in quotes: %q.", p, n.Value, found(n), n.Value)
	default:
		d.wrongType(t.wanted(), n, r, p)
	}
}

// checkText reports the first rule a text breaks.
func (d *decoder) checkText(t Text, r rules, p place) {
	length := utf8.RuneCountInString(t.Value)
	switch {
	case hasControl(t.Value, r.multiline):
		d.report("bad-value", "Control character", t.Range, "%s holds a control character. %s", p, controlRemedy(r))
	case len(r.enum) > 0 && !slices.Contains(r.enum, t.Value):
		d.report("bad-value", "Invalid value", t.Range, "%s cannot be %q. %s", p, t.Value, oneWord(t.Value, r))
	case !matches(r.pattern, t.Value):
		d.report("bad-value", "Invalid value", t.Range,
			"%s cannot be %q. Write %s", p, t.Value, fullStop(orElse(r.is, "a match of "+r.pattern)))
	case r.minLen != nil && length < *r.minLen:
		d.report("too-short", "Too short", t.Range, "%s has %s. Write at least %d.", p, characters(length), *r.minLen)
	case r.maxLen != nil && length > *r.maxLen:
		d.report("too-long", "Too long", t.Range, "%s has %s. Write at most %d.", p, characters(length), *r.maxLen)
	}
}

// hasControl reports whether a text holds a control character of ASCII. Such a text would end up in names, policies and
// Terraform files, of which none takes one; prose may have lines and tabs.
func hasControl(s string, multiline bool) bool {
	for _, c := range []byte(s) {
		if (c < 0x20 || c == 0x7f) && !(multiline && (c == '\n' || c == '\t')) {
			return true
		}
	}
	return false
}

func controlRemedy(r rules) string {
	if r.multiline {
		return "Remove it; only line breaks and tabs may stand here."
	}
	return "Write the text on one line, without it."
}

// What to write where a truth value or a number is wanted and something else stands.
const (
	bareBool = "Write true or false, without quotes."
	bareInt  = "Write the number in digits, without quotes."
)

func (b *Bool) fits(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!bool" }

func (b *Bool) wanted() string { return "true or false" }

func (b *Bool) decode(d *decoder, n *yaml.Node, r rules, p place) {
	if !b.fits(n) {
		d.notBare(b.wanted(), n, r, p, bareBool)
		return
	}
	b.Value, b.Range = n.Value[0] == 't' || n.Value[0] == 'T', d.file.Range(n)
}

func (i *Int) fits(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!int" }

func (i *Int) wanted() string { return "a whole number" }

// decimal is how a number is written so that every YAML version reads the same: 010 is eight to YAML 1.1, and 1_000 is
// text to YAML 1.2.
var decimal = regexp.MustCompile(`^-?(?:0|[1-9][0-9]*)$`)

func (i *Int) decode(d *decoder, n *yaml.Node, r rules, p place) {
	if !i.fits(n) {
		d.notBare(i.wanted(), n, r, p, bareInt)
		return
	}
	i.Range = d.file.Range(n)
	value, err := strconv.Atoi(n.Value)
	switch {
	case !decimal.MatchString(n.Value):
		d.report("bad-value", "Invalid number", i.Range,
			"%s is %s, which YAML versions read differently. Write the number in decimal digits, without zeros before it.", p, n.Value)
	case err != nil || r.min != nil && value < *r.min || r.max != nil && value > *r.max:
		d.outOfRange(i.Range, n.Value, r, p)
	default:
		i.Value = value
	}
}

func (d *decoder) outOfRange(at hcl.Range, text string, r rules, p place) {
	remedy := "Write a number that fits in 64 bits."
	switch {
	case r.is != "":
		remedy = "Write " + fullStop(r.is)
	case r.min != nil && r.max != nil:
		remedy = fmt.Sprintf("Write a number from %d to %d.", *r.min, *r.max)
	case r.min != nil:
		remedy = fmt.Sprintf("Write a number of at least %d.", *r.min)
	case r.max != nil:
		remedy = fmt.Sprintf("Write a number of at most %d.", *r.max)
	}
	d.report("out-of-range", "Number out of range", at, "%s cannot be %s. %s", p, text, remedy)
}

// notBare reports a scalar that is not the true, false or number it should be, or anything else in its place.
func (d *decoder) notBare(wanted string, n *yaml.Node, r rules, p place, remedy string) {
	if n.Kind != yaml.ScalarNode {
		d.wrongType(wanted, n, r, p)
		return
	}
	d.report("wrong-type", "Wrong type", d.at(n, p), "%s must be %s, not the %s %s. %s",
		p, wanted, foundWord(n), quoteIfText(n), remedy)
}

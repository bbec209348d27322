package source

import (
	"bytes"
	"sort"
	"unicode/utf8"

	"github.com/apparentlymart/go-textseg/v15/textseg"
	"github.com/hashicorp/hcl/v2"
)

// index finds positions in a text. A line ends at "\n" or "\r\n"; the other line breaks of YAML are refused before a
// node is made. All offsets are of bytes. A position is asked for every node, so nothing here may take time in the
// length of a line: a spec written by a program as JSON is one line.
type index struct {
	text  []byte
	lines []line
	wide  map[int][]boundary // the tables of the lines that are not ASCII, by where they begin, made when first needed
}

// line is where a line's text begins (on the first line, after the byte order mark) and ends (before its break).
type line struct {
	begin, end int
	ascii      bool
}

// boundary is where a grapheme cluster of a line begins, in bytes and in runes from the beginning of the line.
type boundary struct {
	byte, rune int
}

var byteOrderMark = []byte("\ufeff")

func newIndex(text []byte) index {
	x := index{text: text, wide: map[int][]boundary{}}
	begin := 0
	if bytes.HasPrefix(text, byteOrderMark) {
		begin = len(byteOrderMark)
	}
	for i := begin; i < len(text); i++ {
		if text[i] == '\n' {
			x.lines = append(x.lines, newLine(text, begin, i))
			begin = i + 1
		}
	}
	x.lines = append(x.lines, newLine(text, begin, len(text)))
	return x
}

func newLine(text []byte, begin, end int) line {
	if end > begin && text[end-1] == '\r' {
		end--
	}
	l := line{begin: begin, end: end, ascii: true}
	for _, c := range text[begin:end] {
		l.ascii = l.ascii && c < utf8.RuneSelf
	}
	return l
}

// number returns the number, from 1, of the line that holds an offset.
func (x index) number(offset int) int {
	after := sort.Search(len(x.lines), func(i int) bool { return x.lines[i].begin > offset })
	return max(after, 1)
}

// line returns the line that holds an offset.
func (x index) line(offset int) line { return x.lines[x.number(offset)-1] }

// offset returns the offset of a line and a column counted in runes, both from 1, held inside the line. A line past the
// last means the end of the text: a YAML parser that meets the end too early complains about the line after it.
func (x index) offset(number, column int) int {
	if number > len(x.lines) {
		return len(x.text)
	}
	l := x.lines[max(number, 1)-1]
	runes := max(column, 1) - 1
	if l.ascii {
		return min(l.begin+runes, l.end)
	}
	bs := x.boundaries(l)
	b := bs[sort.Search(len(bs), func(i int) bool { return bs[i].rune > runes })-1]
	at := l.begin + b.byte
	for n := b.rune; n < runes && at < l.end; n++ {
		_, size := utf8.DecodeRune(x.text[at:l.end])
		at += size
	}
	return at
}

// pos returns the HCL position of an offset, held inside its line.
func (x index) pos(offset int) hcl.Pos {
	number := x.number(offset)
	l := x.lines[number-1]
	offset = min(max(offset, l.begin), l.end)
	if l.ascii {
		return hcl.Pos{Line: number, Column: offset - l.begin + 1, Byte: offset}
	}
	bs := x.boundaries(l)
	column := sort.Search(len(bs), func(i int) bool { return bs[i].byte > offset-l.begin })
	return hcl.Pos{Line: number, Column: column, Byte: offset}
}

// boundaries returns where the grapheme clusters of a line begin; the last entry is the end of the line.
func (x index) boundaries(l line) []boundary {
	if bs, known := x.wide[l.begin]; known {
		return bs
	}
	bs := []boundary{{}}
	for at, runes := l.begin, 0; at < l.end; {
		size, cluster, err := textseg.ScanGraphemeClusters(x.text[at:l.end], true)
		if err != nil || size == 0 {
			panic("source: text without grapheme clusters")
		}
		at, runes = at+size, runes+utf8.RuneCount(cluster)
		bs = append(bs, boundary{at - l.begin, runes})
	}
	x.wide[l.begin] = bs
	return bs
}

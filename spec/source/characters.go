package source

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
)

// maxCharacterFindings keeps a binary file from filling the screen.
const maxCharacterFindings = 10

// checkCharacters reports what a reader of the file would not see. U+0085, U+2028, U+2029 and a lone carriage return
// break a line for YAML and not in an editor, so a comment could hide a key; the bidirectional controls show text in
// another order than it is in (Unicode report 36, "Trojan Source").
func (f *File) checkCharacters() hcl.Diagnostics {
	var ds hcl.Diagnostics
	for at := f.lines.lines[0].begin; at < len(f.Bytes) && len(ds) < maxCharacterFindings; {
		r, size := utf8.DecodeRune(f.Bytes[at:])
		if d := f.checkCharacter(r, size, at); d != nil {
			ds = append(ds, d)
		}
		at += size
	}
	return ds
}

func (f *File) checkCharacter(r rune, size, at int) *hcl.Diagnostic {
	where := f.between(at, at+size)
	switch {
	case r == utf8.RuneError && size == 1:
		return diag.Error("encoding", "Not UTF-8",
			fmt.Sprintf("The byte 0x%02x is not part of a UTF-8 character. Save the file as UTF-8.", f.Bytes[at]), where)
	case r == '\n' || r == '\t' || r == '\r' && bytes.HasPrefix(f.Bytes[at:], []byte("\r\n")):
		return nil
	case r == '\u2028' || r == '\u2029' || r == '\ufeff' || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
		return diag.Error("encoding", "Invisible character",
			fmt.Sprintf("The character U+%04X does not show, and what is here is not what a reader sees. Remove it.", r), where)
	}
	return nil
}

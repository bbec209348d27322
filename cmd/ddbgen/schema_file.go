package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"github.com/ddbgen/ddbgen/spec"
)

// Editors complete and check a spec by its JSON Schema, which they find by a comment at the top of the spec that names a
// file. A build keeps that file beside the spec. It follows the rule of all that is written: what nobody else has a hand in
// is replaced, everything else is left alone. The file is no part of what is applied, so one that is left alone stops
// nothing, and one that is missing, which people may not want to commit, is no drift.

const (
	schemaName = "ddbgen.schema.json"
	modeline   = "# yaml-language-server: $schema=./" + schemaName
)

// schemaFile is the schema beside a spec.
type schemaFile struct {
	path  string
	state schemaState
	named bool // by the spec
}

// schemaState is what a build has to do about the schema.
type schemaState int

const (
	schemaElsewhere schemaState = iota // nothing: the spec names another
	schemaCurrent                      // nothing: it is there
	schemaMissing                      // write it
	schemaStale                        // replace it: another version of ddbgen wrote it
	schemaForeign                      // leave it alone: somebody wrote or changed it
)

// schemaFile looks at the schema beside a spec.
func (f specFlags) schemaFile(src []byte) (schemaFile, error) {
	s := schemaFile{path: filepath.Join(filepath.Dir(f.Spec), schemaName)}
	named := schemaNamed(src)
	s.named = filepath.Clean(named) == schemaName
	if named != "" && !s.named {
		return s, nil
	}
	var err error
	s.state, err = schemaStateOf(s.path)
	return s, err
}

func schemaStateOf(path string) (schemaState, error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return schemaMissing, nil
	case err != nil:
		return 0, err
	case !info.Mode().IsRegular(): // nothing is written through a link
		return schemaForeign, nil
	}
	have, err := os.ReadFile(path)
	switch {
	case err != nil:
		return 0, err
	case specDigest(have) == specDigest(spec.Schema()):
		return schemaCurrent, nil
	case spec.IsSchema(have):
		return schemaStale, nil
	}
	return schemaForeign, nil
}

// modelines are the forms of the comment that names a schema, as yaml-language-server reads them.
var modelines = regexp.MustCompile(`^#\s+(?:yaml-language-server\s*:.*?\$schema(?:=|:\s*)|\$schema:\s*)(\S+)`)

// schemaNamed is the schema that the comments at the top of a spec name; "" if they name none.
func schemaNamed(src []byte) string {
	for line := range bytes.Lines(bytes.TrimPrefix(src, []byte("\ufeff"))) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' {
			break
		}
		if m := modelines.FindSubmatch(line); m != nil {
			return string(m[1])
		}
	}
	return ""
}

// write writes the schema if it is to be written. It puts the whole file in place at once, since half of one would count as
// changed by somebody.
func (s schemaFile) write() error {
	if s.state != schemaMissing && s.state != schemaStale {
		return nil
	}
	half := s.path + ".new"
	if err := os.WriteFile(half, spec.Schema(), 0o644); err != nil {
		return err
	}
	return os.Rename(half, s.path)
}

// report says what was written, or would be. Who sees the file for the first time, and does not name it, is told how.
func (s schemaFile) report(w io.Writer, verb string) error {
	var lines string
	switch s.state {
	case schemaMissing:
		lines = fmt.Sprintf("%s %s, by which editors complete and check the spec.\n", verb, s.path)
		if !s.named {
			lines += "They find it if this is the first line of the spec:\n  " + modeline + "\n"
		}
	case schemaStale:
		lines = fmt.Sprintf("%s %s, which was of another version of ddbgen.\n", verb, s.path)
	case schemaForeign:
		lines = fmt.Sprintf("left alone: %s, which ddbgen did not write, or somebody changed. Move it away to have it written.\n", s.path)
	}
	_, err := io.WriteString(w, lines)
	return err
}

// reportDrift finds a schema of another version wanting.
func (s schemaFile) reportDrift(w io.Writer) error {
	if s.state != schemaStale {
		return nil
	}
	if _, err := fmt.Fprintf(w, "%s is of another version of ddbgen. Run ddbgen build, and commit what it writes.\n", s.path); err != nil {
		return err
	}
	return errWanting
}

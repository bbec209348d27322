package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/checks"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/spec"
)

// specFlags are what every command takes that reads a spec.
type specFlags struct {
	Spec   string `arg:"" default:"spec.yaml" files:"*.yaml *.yml *.json" help:"The spec." placeholder:"SPEC"`
	Format string `enum:"text,json,github,sarif" default:"text" help:"How findings are printed: text, json, github, sarif."`
}

// load reads a spec. Its findings are for report to print, with those of later stages.
func (f specFlags) load() (*model.Model, []byte, hcl.Diagnostics, error) {
	src, err := os.ReadFile(f.Spec)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w (ddbgen init writes a first spec)", err)
	}
	if err != nil {
		return nil, nil, nil, err
	}
	m, ds := spec.Load(f.Spec, src)
	return m, src, ds, nil
}

// readMore is the page of a check, for the formats that refer to it.
func readMore(id diag.ID) diag.Help {
	p, known := checks.Find(string(id))
	if !known {
		return diag.Help{}
	}
	return diag.Help{Title: p.Title, Text: p.Plain(), Markdown: p.Markdown(), URI: p.URI()}
}

// report prints findings, once and in order, and returns errWanting if there are errors among them. People read them on
// standard error; a program reads the other formats on standard output, where they are printed even if there are none.
func (f specFlags) report(stdout io.Writer, src []byte, ds hcl.Diagnostics) error {
	return f.reportOn(stdout, map[string][]byte{f.Spec: src}, ds)
}

// reportOn prints findings about files of which these are the contents.
func (f specFlags) reportOn(stdout io.Writer, files map[string][]byte, ds hcl.Diagnostics) error {
	ds = diag.Sort(ds)
	var err error
	switch f.Format {
	case "json":
		err = diag.JSON(stdout, files, ds, readMore)
	case "github":
		err = diag.GitHub(stdout, ds)
	case "sarif":
		err = diag.SARIF(stdout, files, ds, readMore)
	default:
		err = f.reportText(files, ds)
	}
	if err != nil {
		return err
	}
	if ds.HasErrors() {
		return errWanting
	}
	return nil
}

func (f specFlags) reportText(files map[string][]byte, ds hcl.Diagnostics) error {
	if len(ds) == 0 {
		return nil
	}
	if err := diag.Text(os.Stderr, files, ds, colored(os.Stderr)); err != nil {
		return err
	}
	_, err := fmt.Fprintf(os.Stderr, "\n%s\n", closing(ds))
	return err
}

// closing ends the findings that people read: how many errors there are, and where more is said of them.
func closing(ds hcl.Diagnostics) string {
	if ds.HasErrors() {
		return counted(errorCount(ds), "error") + ". " + readOn(ds)
	}
	return readOn(ds)
}

// readOn says where more is said of some findings.
func readOn(ds hcl.Diagnostics) string {
	id := string(diag.IDOf(ds[0]))
	if id == "" || slices.ContainsFunc(ds, func(d *hcl.Diagnostic) bool { return string(diag.IDOf(d)) != id }) {
		id = "ID"
	}
	return "For more, with examples: ddbgen explain-check " + id
}

func errorCount(ds hcl.Diagnostics) int {
	n := 0
	for _, d := range ds {
		if d.Severity == hcl.DiagError {
			n++
		}
	}
	return n
}

// colored reports whether a file is a terminal whose user has not asked for plain text (https://no-color.org).
func colored(f *os.File) bool {
	if os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// counted is "1 file" or "3 files".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

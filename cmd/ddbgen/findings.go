package main

import (
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/spec"
)

// specFlags are what every command takes that reads a spec.
type specFlags struct {
	Spec   string `arg:"" default:"spec.yaml" help:"The spec." placeholder:"SPEC"`
	Format string `enum:"text,json,github,sarif" default:"text" help:"How findings are printed: text, json, github, sarif."`
}

// load reads a spec. Its findings are for report to print, with those of later stages.
func (f specFlags) load() (*model.Model, []byte, hcl.Diagnostics, error) {
	src, err := os.ReadFile(f.Spec)
	if err != nil {
		return nil, nil, nil, err
	}
	m, ds := spec.Load(f.Spec, src)
	return m, src, ds, nil
}

// report prints findings, once and in order, and returns errWanting if there are errors among them. People read them on
// standard error; a program reads the other formats on standard output, where they are printed even if there are none.
func (f specFlags) report(stdout io.Writer, src []byte, ds hcl.Diagnostics) error {
	files := map[string][]byte{f.Spec: src}
	ds = diag.Sort(ds)
	var err error
	switch f.Format {
	case "json":
		err = diag.JSON(stdout, files, ds)
	case "github":
		err = diag.GitHub(stdout, ds)
	case "sarif":
		err = diag.SARIF(stdout, files, ds)
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
	if ds.HasErrors() {
		_, err := fmt.Fprintf(os.Stderr, "\n%s.\n", counted(errorCount(ds), "error"))
		return err
	}
	return nil
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

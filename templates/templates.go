// Package templates holds the prose of the project: pages for people, filled in with small structs made for each page, and
// the commented specs that people begin with. Policies and Terraform are never made here; what has a grammar is built from
// values.
package templates

import (
	"embed"
	"text/template"
)

//go:embed *.tmpl
var files embed.FS

// Readme is the page that a build puts beside what it writes. Its data are the page struct of generate/report; values
// are escaped for Markdown before they get here.
func Readme() *template.Template {
	return template.Must(template.ParseFS(files, "readme.md.tmpl"))
}

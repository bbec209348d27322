package tfhcl

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/ddbgen/ddbgen/internal/diag"
)

// The parser calls itself for what lies in something else, and there is no end to how deep that can be written. More than this
// nobody writes.
const (
	maxNesting = 500    // brackets and templates in each other, or signs before a value
	maxBranch  = 10_000 // choices and directives of a file
)

// parse parses a file; or says what is wrong with it.
func parse(src []byte, name string) (*hclsyntax.Body, *hcl.Diagnostic) {
	if at := tooDeep(hclsyntax.LexConfig(src, name, hcl.InitialPos)); at != nil {
		return nil, diag.Error(idFile, "Too deep", "What stands here lies in too much else to be read. The file is not read; make it simpler.", *at)
	}
	f, ds := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
	if ds.HasErrors() {
		return nil, broken(ds[0])
	}
	body, ok := f.Body.(*hclsyntax.Body)
	if !ok {
		return nil, diag.Error(idFile, "Not a file of Terraform", "The file is not read.", hcl.Range{Filename: name, Start: hcl.InitialPos, End: hcl.InitialPos})
	}
	return body, nil
}

// parseTemplate parses the text of a template.
func parseTemplate(src []byte, name string) (hclsyntax.Expression, bool) {
	if tooDeep(hclsyntax.LexTemplate(src, name, hcl.InitialPos)) != nil {
		return nil, false
	}
	e, ds := hclsyntax.ParseTemplate(src, name, hcl.InitialPos)
	return e, !ds.HasErrors()
}

// parseExpression parses an expression that somebody gave as the value of a variable.
func parseExpression(src string) (hclsyntax.Expression, bool) {
	if tooDeep(hclsyntax.LexExpression([]byte(src), "", hcl.InitialPos)) != nil {
		return nil, false
	}
	e, ds := hclsyntax.ParseExpression([]byte(src), "", hcl.InitialPos)
	return e, !ds.HasErrors()
}

// tooDeep is where the parser would call itself too often; nil if nowhere. The tokens are found without recursion.
func tooDeep(tokens hclsyntax.Tokens, _ hcl.Diagnostics) *hcl.Range {
	depth, signs, branches := 0, 0, 0
	for i := range tokens {
		switch tokens[i].Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenTemplateInterp, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc:
			depth++
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenTemplateSeqEnd, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
			depth--
		case hclsyntax.TokenTemplateControl:
			depth++
			branches++
		case hclsyntax.TokenQuestion:
			branches++
		case hclsyntax.TokenBang, hclsyntax.TokenMinus:
			signs++
			if signs > maxNesting {
				return &tokens[i].Range
			}
			continue
		}
		signs = 0
		if depth > maxNesting || branches > maxBranch {
			return &tokens[i].Range
		}
	}
	return nil
}

// broken is what the parser says of a file, as a finding of this program.
func broken(d *hcl.Diagnostic) *hcl.Diagnostic {
	at := hcl.Range{}
	if d.Subject != nil {
		at = *d.Subject
	}
	return diag.Error(idFile, d.Summary, d.Detail+" The file is not read; terraform validate says more.", at)
}

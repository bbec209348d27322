package main

import (
	"bytes"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/generate"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
	"github.com/ddbgen/ddbgen/internal/prove"
)

// compiled is a spec taken all the way, in memory: what it means, its files, and what was proven of them.
type compiled struct {
	model *model.Model
	src   []byte
	files generate.Tree
	proof prove.Result
	took  time.Duration // of the proof
}

// compile takes a spec all the way. Where its findings hold an error, what comes after is missing: there is no model of a
// spec that is wrong, no files of one that cannot be compiled, and no proof without files.
func (f specFlags) compile() (compiled, hcl.Diagnostics, error) {
	m, src, ds, err := f.load()
	c := compiled{model: m, src: src}
	if err != nil || m == nil {
		return c, ds, err
	}
	tree, found := generate.All(m)
	ds = append(ds, found...)
	if found.HasErrors() {
		return c, ds, nil
	}
	c.files = tree
	began := time.Now()
	c.proof = prove.Run(m, tree.Files)
	c.took = time.Since(began)
	return c, append(ds, c.proof.Findings...), nil
}

// specDigest is the digest of a spec's text. Line ends and a byte order mark, which version control and editors change, do
// not count.
func specDigest(src []byte) string {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	return output.Digest(bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")))
}

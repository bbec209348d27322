package load

import (
	"bytes"
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/inventory/awscli"
	"github.com/ddbgen/ddbgen/internal/inventory/cfn"
	"github.com/ddbgen/ddbgen/internal/inventory/tfjson"
	"github.com/ddbgen/ddbgen/internal/inventory/workflow"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// read finds out which form a file has. It returns nil for a file of a directory that has none.
func read(file string, src []byte, named bool, o Options) *inventory.Inventory {
	var inv *inventory.Inventory
	if isJSON(file, src) {
		inv = readJSON(file, src, named, o)
	} else if read, ok := workflow.Read(file, src); ok {
		inv = read
	} else if read, ok := template(file, src, o); ok {
		inv = read
	}
	if inv == nil && named {
		return found(file, src, unknown(file, src))
	}
	return inv
}

// found is an inventory of nothing but what is wrong with a file.
func found(file string, src []byte, d *hcl.Diagnostic) *inventory.Inventory {
	return &inventory.Inventory{Files: map[string][]byte{file: src}, Findings: hcl.Diagnostics{d}}
}

// unknown says what a file that was named seems to be, where it is of no form that is read.
func unknown(file string, src []byte) *hcl.Diagnostic {
	switch {
	case len(bytes.TrimSpace(src)) == 0:
		return finding(file, "Empty file", "There is nothing in this file. If a command was to write it, the command failed: run it again, and see what it says.")
	case bytes.HasPrefix(src, []byte("PK\x03\x04")):
		return finding(file, "Archive", "This file is an archive, as the plan is that terraform plan -out writes. Give what terraform show -json prints of a plan; of any other archive, what is in it.")
	case bytes.IndexByte(src, 0) >= 0:
		return finding(file, "No text", "This file holds bytes that no text has. What is read: "+Understood+".")
	}
	return finding(file, "File of no known form", "Nothing in it is known. What is read: "+Understood+".")
}

// isJSON tells JSON by its first character, or by how the file ends.
func isJSON(file string, src []byte) bool {
	text := bytes.TrimLeft(bytes.TrimPrefix(src, []byte("\ufeff")), " \t\r\n")
	switch strings.ToLower(path.Ext(file)) {
	case ".json", ".tfstate":
		return true
	case ".yaml", ".yml":
		return false
	}
	return bytes.HasPrefix(text, []byte("{")) || bytes.HasPrefix(text, []byte("["))
}

// words are some of which each known form of JSON has one.
var words = [][]byte{
	[]byte("Statement"), []byte("format_version"), []byte("Resources"), []byte("RoleName"), []byte("UserName"), []byte("GroupName"),
	[]byte("PolicyName"), []byte("PolicyDocument"), []byte("PolicyArn"), []byte("VpcEndpointId"), []byte("TableName"), []byte("TimeToLiveStatus"), []byte("ContinuousBackupsStatus"),
	[]byte("KeyMetadata"), []byte("AliasName"), []byte("PermissionSetArn"), []byte("terraform_version"),
}

func readJSON(file string, src []byte, named bool, o Options) *inventory.Inventory {
	likely := false
	for _, w := range words {
		likely = likely || bytes.Contains(src, w)
	}
	if !likely && !named {
		return nil
	}
	if inv, ok := template(file, src, o); ok {
		return inv
	}
	values, broken := tree.ParseJSON(file, src)
	if inv, ok := (tfjson.Options{Account: o.Account, Region: o.Region}).Values(file, src, values); ok && len(broken) == 0 {
		return inv
	}
	inv, ok := awscli.Values(file, values)
	switch {
	case len(values) == 1 && isState(values[0]):
		return found(file, src, kept(file, named))
	case !ok && len(broken) == 0:
		return nil
	case !ok && !named && !bytes.Contains(src, []byte("Statement")):
		return nil // settings with comments in them, or the like
	case !ok:
		inv = &inventory.Inventory{}
	}
	inv.Files = map[string][]byte{file: src}
	inv.Findings = append(inv.Findings, broken...)
	return inv
}

// kept says that a state as Terraform keeps it is not read. In a directory it lies beside the Terraform files that made it, and
// nobody asked for it, so there it is a note.
func kept(file string, named bool) *hcl.Diagnostic {
	d := finding(file, "State as Terraform keeps it",
		"The form of this file is Terraform's own and changes with its versions, so it is not read. Give what terraform show -json prints, in the directory of the root.")
	if !named {
		d = diag.Noted(d)
	}
	return d
}

// isState tells a state file, which has a lineage.
func isState(root *tree.Node) bool {
	return root.Get("lineage") != nil && root.Get("serial") != nil && root.Get("terraform_version") != nil
}

func template(file string, src []byte, o Options) (*inventory.Inventory, bool) {
	return cfn.Read(file, src, cfn.Options{Account: o.Account, Region: o.Region, Parameters: o.Parameters})
}

package iam

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// pack cuts a role's statements into documents of the size that a managed policy may have. Their order is kept, so a
// document is full when the next statement does not fit; a change in one statement then moves as few others as can be.
func pack(r *model.Role, statements []policy.Statement) ([][]byte, hcl.Diagnostics) {
	if len(statements) == 0 {
		return nil, nil
	}
	if whole, fits := artifact.Encode(artifact.Identity, document(statements)); fits {
		return [][]byte{whole}, nil
	}
	var documents [][]byte
	var ds hcl.Diagnostics
	for _, part := range parts(statements) {
		bytes, fits := artifact.Encode(artifact.Identity, document(part))
		if !fits {
			ds = append(ds, tooLarge(r, part[0], artifact.Size(artifact.Identity, bytes)))
		}
		documents = append(documents, bytes)
	}
	if room := artifact.AttachmentQuota - len(r.Attach); len(documents) > room {
		ds = append(ds, tooMany(r, len(documents), room))
	}
	return documents, ds
}

// parts cuts statements into runs that fit. A statement that fits nowhere stands alone.
func parts(statements []policy.Statement) [][]policy.Statement {
	var out [][]policy.Statement
	frame := size(nil)
	begin, used := 0, frame
	for i, s := range statements {
		own := size([]policy.Statement{s}) - frame
		if i > begin && used+len(",")+own > artifact.Quota(artifact.Identity) {
			out = append(out, statements[begin:i])
			begin, used = i, frame
		}
		if i > begin {
			used += len(",")
		}
		used += own
	}
	return append(out, statements[begin:])
}

func size(statements []policy.Statement) int {
	return artifact.Size(artifact.Identity, policy.EncodeMinified(document(statements)))
}

func document(statements []policy.Statement) policy.Document {
	return policy.Document{Version: policy.Version, Statement: statements}
}

func tooLarge(r *model.Role, s policy.Statement, size int) *hcl.Diagnostic {
	return diag.Error("statement-quota", "Statement too large",
		fmt.Sprintf("Statement %s of role %q takes %d characters, and a managed policy may have %d. "+
			"Statements are never split. Divide the entry it comes from: name fewer attributes, partition keys, indexes or tables in each.",
			s.Sid, r.Name, size, artifact.IdentityQuota), r.Origin)
}

func tooMany(r *model.Role, policies, room int) *hcl.Diagnostic {
	remedy := "Divide the role into roles that each reach some of the tables."
	if r.Kind == model.Deploy || r.Kind == model.Plan {
		remedy = "Divide the spec into several, each with fewer tables."
	}
	return diag.Error("attachment-quota", "Too many policies for one role",
		fmt.Sprintf("The access of role %q fills %d managed policies, and %d can be attached: AWS allows %d for each role, less those of attach. %s",
			r.Name, policies, room, artifact.AttachmentQuota, remedy), r.Origin)
}

package inventory

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/internal/tree"
)

// This file attaches managed policies to identities. A file that attaches one names it by its ARN, and often does not hold its
// document: that may lie in another file, or AWS may own the policy.

// Attach gives an identity a managed policy by its ARN. The documents of some policies of AWS are known; any other is unread
// until Join finds it.
func (i *Identity) Attach(arn string, at hcl.Range) {
	if arn == "" || i.attached(arn) {
		return
	}
	if d := managed(arn, artifact.Identity, at); d != nil {
		i.Policies = append(i.Policies, d)
		return
	}
	i.Unread = append(i.Unread, arn)
}

// attached reports whether an identity has a managed policy already, read or not.
func (i *Identity) attached(arn string) bool {
	has := slices.ContainsFunc(i.Policies, func(d *Document) bool { return d.ARN == arn })
	unread := 0
	for _, u := range i.Unread {
		if u == arn {
			unread++
		}
	}
	if i.Boundary == nil && i.BoundaryARN == arn {
		unread-- // one of them is the boundary
	}
	return has || unread > 0
}

// Bound gives an identity a permissions boundary by its ARN.
func (i *Identity) Bound(arn string, at hcl.Range) {
	if arn == "" || i.BoundaryARN != "" {
		return
	}
	i.BoundaryARN = arn
	if i.Boundary = managed(arn, artifact.Boundary, at); i.Boundary == nil {
		i.Unread = append(i.Unread, arn)
	}
}

// managed is the document of a policy of AWS's own, which stands where it is attached; nil if it is not known. AWS's copy in
// each partition has the ARNs of that partition.
func managed(arn string, kind artifact.Kind, at hcl.Range) *Document {
	parts := strings.Split(arn, ":")
	if len(parts) != 6 || parts[4] != "aws" || !strings.HasPrefix(parts[5], "policy/") {
		return nil
	}
	path := strings.TrimPrefix(parts[5], "policy")
	name := path[strings.LastIndex(path, "/")+1:]
	info, known := catalog.ManagedPolicy(name)
	text, there := catalog.ManagedPolicyDocument(name)
	if !known || !there || info.Path+name != path {
		return nil
	}
	body := strings.ReplaceAll(string(text), "arn:aws:", "arn:"+parts[1]+":")
	d, err := policy.Parse([]byte(body))
	if err != nil {
		return nil // as unread as one that is not known
	}
	return &Document{Document: d, Kind: kind, Name: name, ARN: arn, Node: &tree.Node{Kind: tree.String, Text: body, Range: at}}
}

// AllowsEverything reports whether a document is what AWS puts on a VPC endpoint that is given none: it allows everything to
// everybody (AWS PrivateLink guide, "Control access to VPC endpoints using endpoint policies").
func (d *Document) AllowsEverything() bool {
	if len(d.Document.Statement) != 1 {
		return false
	}
	s := d.Document.Statement[0]
	all := []string{"*"}
	anybody := s.Principal != nil && (s.Principal.Any || slices.Equal(s.Principal.AWS, all))
	return s.Effect == policy.Allow && anybody && slices.Equal(s.Action, all) && slices.Equal(s.Resource, all) && len(s.Condition) == 0
}

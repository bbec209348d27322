package infer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is about what stays attached to a role: policies that are not for the spec to repeat, and the permissions boundary.

// findAttached finds the policies that stay as they are: those of AWS that a spec may name, those of which nobody knows what they
// say, and one's own that are about other things than DynamoDB.
func (d *draft) findAttached(r *role) {
	h := r.holder
	add := func(arn string) {
		if name := attachable(arn); name != "" && !slices.Contains(r.attach, name) {
			r.attach = append(r.attach, name)
		}
	}
	for _, document := range h.attached {
		add(document.ARN)
	}
	for _, arn := range h.Unread {
		if add(arn); attachable(arn) == "" {
			r.notes = append(r.notes, note{fmt.Sprintf("Not read, and not repeated: the policy %s that is attached.", plain(arn))})
			d.leftOut++
		}
	}
	for _, document := range h.Policies {
		if document.ARN != "" && !strings.Contains(document.ARN, ":iam::aws:") && otherMatters(h, document) {
			add(document.ARN)
		}
	}
	slices.Sort(r.attach)
}

var ownPolicy = regexp.MustCompile(`^arn:aws[a-z-]*:iam::(?:[0-9]{12}|aws):policy/[a-zA-Z0-9+=,.@_/-]+$`)

// attachable is a policy as a spec names it; empty if it may not.
func attachable(arn string) string {
	if !ownPolicy.MatchString(arn) || strings.Contains(arn, ":policy/ddbgen") {
		return ""
	}
	name := arn[strings.LastIndexByte(arn, '/')+1:]
	if strings.Contains(arn, ":iam::aws:") {
		switch info, known := catalog.ManagedPolicy(name); {
		case info.Refused != "":
			return ""
		case known:
			return name
		}
	}
	return arn
}

// otherMatters reports whether a document is about other services only: of those that a spec speaks of it grants nothing.
func otherMatters(h *holder, document *inventory.Document) bool {
	for _, s := range h.statements {
		if s.document == document && s.Effect == policy.Allow && (s.undecided != nil || speaks(s)) {
			return false
		}
	}
	return true
}

// speaks reports whether a statement grants anything of the services that a spec is about.
func speaks(s *statement) bool {
	if len(s.NotAction) > 0 {
		return true
	}
	return slices.ContainsFunc(s.Action, func(a string) bool {
		service, _, _ := strings.Cut(strings.ToLower(a), ":")
		return slices.ContainsFunc([]string{"dynamodb", "dax", "sts", "iam", "kms"}, func(of string) bool { return covers(service, of) })
	})
}

// findBoundary finds the permissions boundary of the roles that are made here: one that a build made is made again, one that was
// made elsewhere is named. A role that has another, or one beside roles that have none, is left as made elsewhere, where it
// keeps it.
func (d *draft) findBoundary() {
	votes := map[string]int{}
	made := func(r *role) bool { return !r.silent && !r.existing && !r.isDeployer() }
	deploys := false
	for _, r := range d.roles {
		deploys = deploys || !r.silent && r.kind == model.Deploy
		if made(r) {
			votes[d.boundaryOf(r)]++
		}
	}
	most := sortedKeys(votes)
	slices.SortStableFunc(most, func(a, b string) int { return votes[b] - votes[a] })
	if len(most) > 0 {
		d.boundary = most[0]
	}
	if deploys && d.boundary == "" { // which the language demands, and which can only narrow the roles
		d.boundary = "generate"
		return
	}
	for _, r := range d.roles {
		if b := d.boundaryOf(r); made(r) && b != d.boundary {
			r.existing = true
			r.notes = append(r.notes, note{"Its permissions boundary is not that of the other roles, so the role is left as one that is made elsewhere."})
			d.leftOut++
		}
	}
}

func (d *draft) boundaryOf(r *role) string {
	switch i := r.holder.Identity; {
	case i.Boundary == nil && i.BoundaryARN == "":
		return ""
	case strings.Contains(i.BoundaryARN, ":policy/ddbgen-bootstrap/") || i.BoundaryARN == "":
		return "generate"
	default:
		return i.BoundaryARN
	}
}

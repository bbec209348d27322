package diff

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file says which subject of the one side is which of the other.

// side is what exists on one side, each subject once.
type side struct{ *inventory.Inventory }

// collected joins what several files say of one identity: the policies of a role may lie in one file and its trust in another.
func (s side) collected() side {
	out := *s.Inventory
	out.Identities = nil
	at := map[string]*inventory.Identity{}
	for _, i := range s.Identities {
		key := identityKey(i)
		known := at[key]
		if known == nil || i.Kind == inventory.Somebody && i.Name == "" {
			joined := *i
			at[key] = &joined
			out.Identities = append(out.Identities, &joined)
			continue
		}
		join(known, i)
	}
	return side{&out}
}

func join(known, more *inventory.Identity) {
	for _, d := range more.Policies {
		if !slices.Contains(known.Policies, d) {
			known.Policies = append(slices.Clip(known.Policies), d)
		}
	}
	for _, arn := range more.Unread {
		if !slices.Contains(known.Unread, arn) {
			known.Unread = append(slices.Clip(known.Unread), arn)
		}
	}
	if known.Trust == nil {
		known.Trust = more.Trust
	}
	if known.Boundary == nil {
		known.Boundary = more.Boundary
	}
}

// identityKey tells the identities of one side apart.
func identityKey(i *inventory.Identity) string {
	if i.ARN != "" {
		return i.ARN
	}
	return string(i.Kind) + " " + i.Name
}

// pair is a subject on both sides; one of them is nil where it is on the other only.
type pair[T any] struct{ old, new *T }

// whole reports whether the subject is on one side only.
func (p pair[T]) whole() bool { return p.old == nil || p.new == nil }

// either is the subject as it is now, or was.
func (p pair[T]) either() *T {
	if p.new != nil {
		return p.new
	}
	return p.old
}

// matched pairs what agrees in the first key, then what agrees in the second, and so on. An empty key, or one that several of a
// side have, says nothing. The pairs come in the order of the new side, then of what is left of the old one.
func matched[T any](before, after []*T, keys ...func(*T) string) []pair[T] {
	taken, mate := map[*T]bool{}, map[*T]*T{}
	for _, key := range keys {
		olds, news := unique(before, taken, key), unique(after, taken, key)
		for _, n := range after {
			if k := key(n); !taken[n] && k != "" && news[k] != nil && olds[k] != nil {
				mate[n] = olds[k]
				taken[n], taken[olds[k]] = true, true
			}
		}
	}
	var out []pair[T]
	for _, n := range after {
		out = append(out, pair[T]{mate[n], n})
	}
	for _, o := range before {
		if !taken[o] {
			out = append(out, pair[T]{o, nil})
		}
	}
	return out
}

// unique are those that alone have their key, among those that are not taken.
func unique[T any](all []*T, taken map[*T]bool, key func(*T) string) map[string]*T {
	out, twice := map[string]*T{}, map[string]bool{}
	for _, v := range all {
		k := key(v)
		if taken[v] || k == "" {
			continue
		}
		if out[k] != nil {
			twice[k] = true
		}
		out[k] = v
	}
	for k := range twice {
		delete(out, k)
	}
	return out
}

// identities pairs the identities of two sides.
func identities(before, after side) []pair[inventory.Identity] {
	alone := onlySubject(before, after)
	return matched(before.Identities, after.Identities,
		func(i *inventory.Identity) string { return i.ARN },
		func(i *inventory.Identity) string { return string(i.Kind) + " " + i.Name },
		func(i *inventory.Identity) string {
			if alone == "" {
				return ""
			}
			return alone + string(i.Kind)
		})
}

// tables pairs the tables of two sides.
func tables(before, after side) []pair[inventory.Table] {
	alone := onlySubject(before, after)
	return matched(before.Tables, after.Tables,
		(*inventory.Table).ARN,
		func(t *inventory.Table) string { return "name " + t.Name },
		func(*inventory.Table) string { return alone })
}

// keys pairs the keys of two sides.
func keys(before, after side) []pair[inventory.Key] {
	alone := onlySubject(before, after)
	return matched(before.Keys, after.Keys,
		func(k *inventory.Key) string { return k.ARN },
		func(k *inventory.Key) string { return "name " + k.Name },
		func(*inventory.Key) string { return alone })
}

// endpoints pairs the VPC endpoints of two sides.
func endpoints(before, after side) []pair[inventory.Endpoint] {
	alone := onlySubject(before, after)
	return matched(before.Endpoints, after.Endpoints,
		func(e *inventory.Endpoint) string { return "name " + e.Name },
		func(*inventory.Endpoint) string { return alone })
}

// onlySubject is a key for the only subject of each side: where two files hold one each, they are meant to be compared,
// whatever they are called. Elsewhere it is empty.
func onlySubject(before, after side) string {
	one := func(s side) bool {
		return len(s.Identities)+len(s.Tables)+len(s.Keys)+len(s.Endpoints) == 1
	}
	if one(before) && one(after) {
		return "the only one "
	}
	return ""
}

// renamed is the texts that stand for other texts now: the ARNs of what has another name.
type renamed map[string]string

// text is a text of the old side as the new one would have it. A session's ARN holds the name of its role.
func (r renamed) text(text string) string {
	if to, is := r[text]; is {
		return to
	}
	if head, session, is := strings.Cut(text, ":assumed-role/"); is {
		name, rest, _ := strings.Cut(session, "/")
		if to, is := r[head+":assumed-role/"+name]; is {
			return to + "/" + rest
		}
	}
	return text
}

// add says that an identity has another ARN.
func (r renamed) add(from, to string) {
	if from == "" || to == "" || from == to {
		return
	}
	r[from] = to
	if a, b := sessionsOf(from), sessionsOf(to); a != "" && b != "" {
		r[a] = b
	}
}

// sessionsOf is how the ARNs of a role's sessions begin: without its path (IAM user guide, "IAM identifiers").
func sessionsOf(role string) string {
	parts := strings.SplitN(role, ":", 6)
	if len(parts) < 6 || !strings.HasPrefix(parts[5], "role/") {
		return ""
	}
	return parts[0] + ":" + parts[1] + ":sts::" + parts[4] + ":assumed-role/" + parts[5][strings.LastIndexByte(parts[5], '/')+1:]
}

// document is a document with the new names.
func (r renamed) document(d *inventory.Document) *inventory.Document {
	if d == nil || len(r) == 0 {
		return d
	}
	out := *d
	out.Document.Statement = slices.Clone(d.Document.Statement)
	for i := range out.Document.Statement {
		st := &out.Document.Statement[i]
		st.Principal, st.NotPrincipal = r.principal(st.Principal), r.principal(st.NotPrincipal)
		st.Resource, st.NotResource = r.texts(st.Resource), r.texts(st.NotResource)
		st.Condition = slices.Clone(st.Condition)
		for j := range st.Condition {
			st.Condition[j].Values = r.texts(st.Condition[j].Values)
		}
	}
	return &out
}

func (r renamed) texts(texts []string) []string {
	out := slices.Clone(texts)
	for i := range out {
		out[i] = r.text(out[i])
	}
	return out
}

func (r renamed) principal(p *policy.Principal) *policy.Principal {
	if p == nil {
		return nil
	}
	out := *p
	out.AWS = r.texts(p.AWS)
	return &out
}

func (r renamed) documents(ds []*inventory.Document) []*inventory.Document {
	out := make([]*inventory.Document, len(ds))
	for i, d := range ds {
		out[i] = r.document(d)
	}
	return out
}

// artifactKind is what kind of document a layer is made of.
func (l Layer) artifactKind() artifact.Kind {
	switch l {
	case Trust:
		return artifact.Trust
	case Boundary:
		return artifact.Boundary
	case TablePolicy, StreamPolicy:
		return artifact.Table
	case KeyPolicy:
		return artifact.Key
	case EndpointPolicy:
		return artifact.Endpoint
	}
	return artifact.Identity
}

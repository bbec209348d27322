package spec

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/model"
)

// The defaults of a key. A year is KMS's own default for rotation; thirty days leave the longest time to notice that a
// key is about to be deleted (KMS developer guide, "Rotate keys", "Delete a key").
const (
	defaultRotationDays       = 365
	defaultDeletionWindowDays = 30
)

func (r *resolver) resolveKeys() {
	r.keys.what = "KMS key"
	for _, e := range r.doc.Keys.Entries {
		k := r.key(e)
		r.keys.add(e.Key.Value, k)
		r.m.Keys = append(r.m.Keys, k)
	}
	slices.SortFunc(r.m.Keys, func(a, b *model.Key) int { return cmp.Compare(a.Name, b.Name) })
}

func (r *resolver) key(e Entry[Key]) *model.Key {
	v := e.Value
	k := &model.Key{
		Name:               e.Key.Value,
		Description:        v.Description.Value,
		RotationDays:       orDefault(v.RotationDays, defaultRotationDays),
		DeletionWindowDays: orDefault(v.DeletionWindowDays, defaultDeletionWindowDays),
		Tags:               r.tags(v.Tags),
		Origin:             e.Key.Range,
	}
	if v.Existing.Set() {
		k.Existing = r.existingKey(v)
	} else if len(v.Administrators.Items) == 0 {
		r.error(idKeyAdministrators, "Key without administrators", e.Key.Range,
			"Nobody but the account's root could change the key %q or choose it for a table. Name its administrators, for example: administrators: [\"arn:{partition}:iam::{account}:role/KeyAdmin\"]", k.Name)
	}
	return k
}

func orDefault(i Int, value int) int {
	if !i.Set() {
		return value
	}
	return i.Value
}

// existingKey resolves a key that someone else made. What makes a key is not said of it.
func (r *resolver) existingKey(v Key) []model.EnvironmentValue {
	r.refuseExisting("the key", []writtenKey{
		{"description", v.Description.Range}, {"rotation_days", v.RotationDays.Range},
		{"deletion_window_days", v.DeletionWindowDays.Range}, {"administrators", v.Administrators.Range}, {"tags", v.Tags.Range},
	})
	locals := r.perEnvironment(v.Existing)
	for _, l := range locals {
		r.checkARN(l.environment, l.text.Value, placed(l.environment), l.text.Range)
	}
	return environmentValues(locals)
}

func (r *resolver) resolveAdministrators() {
	for _, e := range r.doc.Keys.Entries {
		r.keys.parts[e.Key.Value].Administrators = r.administrators(e.Value.Administrators)
	}
}

// administrators resolves ARNs, and roles of the spec that deploy.
func (r *resolver) administrators(list List[Text]) []model.Principal {
	var out []model.Principal
	for _, text := range sortedTexts(r.unique(list)) {
		if strings.HasPrefix(text.Value, "arn:") {
			r.principalARN(text, principalARN)
			out = append(out, model.Principal{ARN: text.Value})
			continue
		}
		switch role, ok := find(r, r.roles, text); {
		case !ok || !known(role.Kind):
		case role.Kind == model.Deploy:
			out = append(out, model.Principal{Role: role})
		case role.Kind == model.Plan:
			r.error(idKeyAdministrators, "Administrator that only looks", text.Range,
				"A role of kind plan changes nothing, and may look at the key without being an administrator. Remove it, or name a role of kind deploy.")
		default:
			r.error(idKeyAdministrators, "Administrator that works with data", text.Range,
				"A role of kind %s reads or writes data, and whoever does should not administer its key as well. Name a role of kind deploy, or a role made elsewhere by its ARN.", role.Kind)
		}
	}
	return out
}

// The ARNs of principals. A placeholder stands for what differs between environments.
var (
	principalARN = regexp.MustCompile(`^arn:(?:aws[a-z-]*|\{partition\}):iam::(?:[0-9]{12}|\{account\}):(?:role|user)/` + iamNames)
	roleARN      = regexp.MustCompile(`^arn:(?:aws[a-z-]*|\{partition\}):iam::(?:[0-9]{12}|\{account\}):role/` + iamNames)
	policyARN    = regexp.MustCompile(`^arn:(?:aws[a-z-]*|\{partition\}):iam::(?:[0-9]{12}|\{account\}|aws):policy/` + iamNames)
)

// iamNames is a path and a name (IAM user guide, "IAM identifiers"), in which environments may differ too.
const iamNames = `(?:[a-zA-Z0-9+=,.@_-]|/|\{account\}|\{region\})+$`

// principalARN checks the form of an ARN and that it lies in the partition of every environment. The account may be
// another: that is what naming a principal by its ARN is for.
func (r *resolver) principalARN(text Text, form *regexp.Regexp) {
	if !form.MatchString(text.Value) {
		r.error(idPrincipalARN, "Unusable ARN", text.Range,
			"This must be one role by its full ARN, without wildcards, such as \"arn:{partition}:iam::{account}:role/KeyAdmin\". The placeholders are {partition}, {account} and {region}.")
		return
	}
	for _, environment := range r.m.Environments {
		r.checkARN(environment, text.Value, arnParts{partition: environment.Partition}, text.Range)
	}
}

// checkKeysEverywhere is law 11: a key of one's own on every table is seldom a decision about each.
func (r *resolver) checkKeysEverywhere() {
	other := func(t *model.Table) bool { return t.Encryption.Kind != model.CustomerManaged }
	if len(r.m.Tables) < 2 || slices.ContainsFunc(r.m.Tables, other) {
		return
	}
	r.warn(idKeysEverywhere, "Customer managed keys on every table", r.m.Tables[0].Origin,
		"All %d tables are encrypted with keys of your own, which cost money with every request and can be lost. Keep them where audit, rotation, revocation or another account asks for it.", len(r.m.Tables))
}

package audit

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/keyuse"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file asks of a key's policy who can use the key without being somebody who should.

var (
	keyOpen = Rule{
		ID: "key-open-to-everybody", Severity: High, Title: "Key that everybody can use",
		Why: "The key policy lets in callers of accounts that it does not name. Whoever has the encrypted data can have it decrypted, and whoever has not can still use the key, or lock others out of it " +
			"where he may change it. Such a caller needs a permission of his own account besides, which he gives himself.",
		Remedy: "Name the roles in `Principal`. A statement for everybody that comes through DynamoDB needs both `kms:CallerAccount` and `kms:ViaService`, as the policies of AWS's own keys have them.",
		Source: "KMS developer guide, \"Key policies in AWS KMS\"; KMS developer guide, \"kms:CallerAccount\"",
	}
	keyOpenToAccount = Rule{
		ID: "key-open-to-account", Severity: Medium, Title: "Key that a whole account can use",
		Why: "Who may use the key is decided by the administrators of another account, or, where everybody (`*`) of the own account is named, by nobody: then a role that has no policy at all can " +
			"decrypt, because an Allow of the key policy to the caller itself is enough.",
		Remedy: "Name the roles that read and write the tables under the key, and hold them to `kms:ViaService` of DynamoDB.",
		Source: "KMS developer guide, \"Allowing users in other accounts to use a KMS key\"; IAM user guide, \"How AWS enforcement code logic evaluates requests to allow or deny access\"",
	}
)

func keyChecks() []check {
	return []check{
		{rules: []Rule{keyOpen, keyOpenToAccount}, find: (*auditor).findOpenKeys},
		{rules: []Rule{keyDelegated, keyByIAM}, find: (*auditor).findDelegatedKeys},
		{rules: []Rule{keyGrants, keyAnywhere}, find: (*auditor).findUses},
		{rules: []Rule{keyLocked}, find: (*auditor).findLockedKeys},
		{rules: []Rule{keyEverywhere}, find: (*auditor).findKeysEverywhere},
	}
}

// lock is a key with its policy.
type lock struct {
	key      *inventory.Key
	document *inventory.Document
	name     string
	arn      string
	owner    string // its account; empty if nothing tells
}

func (a *auditor) locks() []lock {
	var out []lock
	for _, k := range a.inv.Keys {
		if k.Policy == nil {
			continue
		}
		l := lock{key: k, document: k.Policy, name: "the key " + k.Name, arn: k.ARN}
		if k.Name == "" {
			l.name = "the key"
		}
		if _, l.owner = place(k.ARN); l.owner == unknownAccount {
			l.owner = ""
		}
		if l.owner == "" {
			if l.owner = ownerByPolicy(k.Policy.Document); l.owner == unknownAccount {
				l.owner = ""
			}
		}
		if _, account := place(l.arn); account == "" || account != l.owner && l.owner != "" || strings.ContainsAny(l.arn, "*{") {
			l.arn = "arn:aws:kms:us-east-1:" + l.account() + ":key/key"
		}
		out = append(out, l)
	}
	return out
}

// account is the account of the key, or one that stands for it.
func (l lock) account() string {
	if l.owner == "" {
		return unknownAccount
	}
	return l.owner
}

// ownerByPolicy is the account of a key by what its policy says: whose callers it asks for, or the one account that it names as a
// whole and lets administer it.
func ownerByPolicy(d policy.Document) string {
	for _, st := range d.Statement {
		for _, c := range st.Condition {
			if strings.EqualFold(c.Key, "kms:CallerAccount") && len(c.Values) == 1 && isAccountID(c.Values[0]) {
				return c.Values[0]
			}
		}
	}
	for _, st := range d.Statement {
		if whole := accountsOf(st.Principal); st.Effect == policy.Allow && len(whole) == 1 && len(matchedActions(st, []string{"kms:PutKeyPolicy"})) > 0 {
			return whole[0]
		}
	}
	return ""
}

// keyUses are the actions that use a key or hand its use on.
func keyUses() []string { return append(keyuse.CryptoActions(), "kms:CreateGrant") }

// keyActions are those, and then the others that work on a key.
var keyActions = sync.OnceValue(func() []string {
	out := keyUses()
	for _, s := range catalog.Load().Services() {
		for _, action := range s.Actions {
			if s.Name == "kms" && action.TakesResource("key") && !slices.Contains(out, action.Name) {
				out = append(out, action.Name)
			}
		}
	}
	return out
})

// ask asks some actions about the key.
func (l lock) ask(who asker, actions []string, layers evaluate.Policies, st policy.Statement) *Witness {
	for _, action := range matchedActions(st, actions) {
		if w := (question{who, action, l.arn, l.account()}).answer(layers, st, evaluate.Allow); w != nil {
			return w
		}
	}
	return nil
}

func (a *auditor) findOpenKeys() {
	for _, l := range a.locks() {
		for i, st := range l.document.Document.Statement {
			if st.Effect != policy.Allow {
				continue
			}
			f, found := a.openKey(l, st)
			if !found {
				continue
			}
			f.Subject, f.At = l.name, l.document.Element(i, "Principal")
			a.reports(f, l.document, i)
		}
	}
}

func (a *auditor) openKey(l lock, st policy.Statement) (Finding, bool) {
	layers := evaluate.Policies{Identity: everything(), Resource: &l.document.Document}
	if w := l.ask(stranger(a.inv, l.document), keyActions(), layers, st); w != nil {
		f := Finding{Rule: keyOpen, Witness: w, Detail: "A role of any account in the world can do this with the key, once its own account lets it."}
		if l.owner != "" {
			st.Condition = append(slices.Clone(st.Condition), policy.Condition{Operator: "StringEquals", Key: "kms:CallerAccount", Values: []string{l.owner}})
			st.NotPrincipal, st.Principal = nil, &policy.Principal{AWS: []string{"arn:" + partitionOfARN(l.arn) + ":iam::" + l.owner + ":root"}}
			f.Repair = statementJSON(st)
		}
		return f, true
	}
	for _, account := range accountsOf(st.Principal) {
		if account == l.owner || account == unknownAccount || l.owner == "" {
			continue
		}
		if w := l.ask(memberOf(account, l.document), keyUses(), layers, st); w != nil {
			return Finding{Rule: keyOpenToAccount, Witness: w,
				Detail: fmt.Sprintf("The account %s as a whole is let in: this role stands for any that its administrators choose.", account)}, true
		}
	}
	if st.Principal == nil || l.owner == "" || !st.Principal.Any && !slices.Contains(st.Principal.AWS, "*") {
		return Finding{}, false
	}
	layers.Identity = nil
	who := insider(l.owner, l.document)
	who.chooses = func(key string) bool {
		return !strings.EqualFold(key, "kms:ViaService") && insider(l.owner, l.document).chooses(key)
	}
	if w := l.ask(who, keyUses(), layers, st); w != nil {
		return Finding{Rule: keyOpenToAccount, Witness: w, Detail: "A role of the account that has no policies at all can do this with the key, and not only through DynamoDB."}, true
	}
	return Finding{}, false
}

func partitionOfARN(arn string) string {
	if partition, _ := place(arn); partition != "" {
		return partition
	}
	return "aws"
}

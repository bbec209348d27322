package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file asks whether a key is worth having: whether anybody can look after it, and whether every table needs one.

var (
	keyLocked = Rule{
		ID: "key-locks-everybody-out", Severity: Medium, Title: "Key policy that nobody can change",
		Why: "Whoever is not let in by the key policy cannot change it, and no administrator of the account stands above it. If the last who may is gone, the key and every table under it can be " +
			"recovered only by AWS Support.",
		Remedy: "Let the account's root user administer the key: an Allow of `kms:PutKeyPolicy` and the other administrative actions to `arn:aws:iam::ACCOUNT:root`.",
		Source: "KMS developer guide, \"Default key policy\", reduces the risk of the key becoming unmanageable",
	}
	keyEverywhere = Rule{
		ID: "customer-key-on-every-table", Severity: Low, Title: "Customer managed key on every table",
		Why: "Every table is encrypted at rest anyway. A key of one's own costs a monthly fee and a price for each request to KMS, makes every reader need the key as well, and a table whose key is lost " +
			"is lost after seven days. It is worth that where somebody must be able to see or to stop the use of the key, and seldom so for every table.",
		Remedy: "Keep customer managed keys for tables where auditing, rotation, revocation or sharing with another account asks for one, and leave the others to the key that AWS owns, which is the default.",
		Source: "DynamoDB developer guide, \"DynamoDB encryption at rest\", encryption types; AWS Key Management Service pricing",
	}
)

// findLockedKeys asks as everybody who could change a key policy: the root user, an administrator, and whoever it names.
func (a *auditor) findLockedKeys() {
	for _, l := range a.locks() {
		layers := evaluate.Policies{Identity: everything(), Resource: &l.document.Document}
		root := insider(l.account(), l.document)
		root.principal = "arn:" + partitionOfARN(l.arn) + ":iam::" + l.account() + ":root"
		askers := []asker{root, insider(l.account(), l.document)}
		change := false
		for _, st := range l.document.Document.Statement {
			if st.Principal != nil && st.Effect == policy.Allow && len(matchedActions(st, []string{"kms:PutKeyPolicy"})) > 0 {
				for _, name := range slices.Concat(st.Principal.AWS, st.Principal.Service) {
					// A principal that could not be resolved is somebody.
					change = change || strings.Contains(name, "{")
					who := insider(l.account(), l.document)
					who.principal = name
					if account, whole := wholeAccount(name); whole {
						who.principal = "arn:aws:iam::" + account + ":role/anybody"
					}
					askers = append(askers, who)
				}
			}
			for _, who := range askers {
				lenient := who.choosing(ofSession).choosing(isNetworkKey)
				change = change || question{lenient, "kms:PutKeyPolicy", l.arn, l.account()}.answer(layers, st, evaluate.Allow) != nil
			}
		}
		if change {
			continue
		}
		refused := question{root, "kms:PutKeyPolicy", l.arn, l.account()}
		w := refused.answer(layers, policy.Statement{}, evaluate.ImplicitDeny)
		if w == nil {
			w = refused.answer(layers, policy.Statement{}, evaluate.ExplicitDeny)
		}
		if w != nil {
			a.about(Finding{Rule: keyLocked, Subject: l.name, Witness: w, At: l.document.Node.Place(),
				Detail: "Even the root user of the account is refused this request, and so is everybody whom the policy names."}, l.document)
		}
	}
}

// manyTables is from how many tables on a key on each of them is worth a thought.
const manyTables = 2

// findKeysEverywhere looks for tables that all have a key of the account's own. A key of which only the ARN is known may be the
// one that AWS manages, so it counts only where the key is here too, or the file that makes the table names it.
func (a *auditor) findKeysEverywhere() {
	var described []*inventory.Table
	for _, t := range a.inv.Tables {
		if !t.Described {
			continue
		}
		if described = append(described, t); !a.ownKey(t.KMSKey) {
			return
		}
	}
	if len(described) < manyTables {
		return
	}
	var names []string
	for _, t := range described {
		names = append(names, t.Name)
	}
	a.findings = append(a.findings, Finding{Rule: keyEverywhere, Subject: fmt.Sprintf("%d tables", len(described)), At: described[0].Range,
		Detail: fmt.Sprintf("All %d tables here have a customer managed key: %s. No request shows this: it is a matter of cost and of care.", len(described), strings.Join(names, ", "))})
}

func (a *auditor) ownKey(key string) bool {
	switch {
	case key == "" || strings.Contains(key, "alias/aws/"):
		return false
	case strings.ContainsAny(key, "{"):
		return true
	}
	return slices.ContainsFunc(a.inv.Keys, func(k *inventory.Key) bool { return k.ARN == key || k.Name != "" && strings.Contains(key, k.Name) })
}

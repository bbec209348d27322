package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file asks who uses a key by a right that is wider than he needs: on every key, outside of DynamoDB, or to hand on.

var (
	keyDelegated = Rule{
		ID: "key-delegated-without-need", Severity: Low, Title: "Key policy that leaves use of the key to every IAM policy",
		Why: "The statement for the account's root user that AWS writes into every new key (`kms:*`) gives no user anything by itself. It lets the policies of identities count: after it, whoever holds " +
			"`kms:Decrypt` in some policy of the account, on this key or on `*`, can decrypt. Here the key policy names the roles that use the key as well, so that the door is open and nobody needs it.",
		Remedy: "Keep administration for the root user, so that the key cannot be lost, and list its actions (`kms:Describe*`, `kms:PutKeyPolicy`, `kms:ScheduleKeyDeletion`, …) without `kms:Decrypt`, " +
			"`kms:Encrypt`, `kms:GenerateDataKey*`, `kms:ReEncrypt*` and `kms:CreateGrant`.",
		Source: "KMS developer guide, \"Default key policy\", allows access to the AWS account and enables IAM policies",
	}
	keyByIAM = Rule{
		ID: "key-opened-by-wildcard", Severity: Medium, Title: "Key that an identity decrypts by a right on every key",
		Why: "The key policy leaves the use of the key to the policies of identities, and this identity may decrypt with every key of the account. The key does not separate its tables from anything " +
			"that this identity reaches.",
		Remedy: "Name in the identity's policy the keys that it needs, with `kms:ViaService`; or take the use of the key out of the key policy's statement for the root user and name the roles there.",
		Source: "KMS developer guide, \"Default key policy\", allows access to the AWS account and enables IAM policies; KMS developer guide, \"Best practices for IAM policies\"",
	}
	keyGrants = Rule{
		ID: "grants-for-anybody", Severity: Medium, Title: "Grants on a key for whomever one likes",
		Why: "`kms:CreateGrant` hands the use of a key on to any principal, also of another account, and a grant shows up in no policy. Roles that make tables under a key need it only for the grant " +
			"that DynamoDB itself holds, and `kms:GrantIsForAWSResource` says so.",
		Remedy: "Add `Bool: {\"kms:GrantIsForAWSResource\": \"true\"}` to the statement, in one of its own.",
		Source: "KMS developer guide, \"kms:GrantIsForAWSResource\"; DynamoDB developer guide, \"DynamoDB encryption at rest: usage notes\"",
	}
	keyAnywhere = Rule{
		ID: "key-use-outside-dynamodb", Severity: Low, Title: "Table's key that can be used outside of DynamoDB",
		Why: "A role that reads a table has DynamoDB decrypt for it, and needs the key in no other way. Where neither `kms:ViaService` nor the encryption context is asked for, it can also call KMS by itself, " +
			"and decrypt whatever else lies under the key, such as exports and backups.",
		Remedy: "Add `StringEquals: {\"kms:ViaService\": \"dynamodb.REGION.amazonaws.com\"}`, and the tables in `kms:EncryptionContext:aws:dynamodb:tableName`. `kms:DescribeKey` has no encryption context: " +
			"give it a statement of its own.",
		Source: "KMS developer guide, \"kms:ViaService\"; DynamoDB developer guide, \"DynamoDB encryption at rest: usage notes\", encryption context",
	}
)

// findDelegatedKeys asks as identities whose own policies alone allow them the key.
func (a *auditor) findDelegatedKeys() {
	for _, l := range a.locks() {
		i, st, delegates := l.delegation()
		if !delegates {
			continue
		}
		opened := false
		for _, s := range a.subjects {
			opened = a.openedBy(l, s) || opened
		}
		users := l.users()
		if len(users) == 0 || opened {
			continue
		}
		w := l.ask(memberOf(l.account(), l.document), keyUses(), evaluate.Policies{Identity: everything(), Resource: &l.document.Document}, st)
		if w == nil {
			continue
		}
		a.reports(Finding{Rule: keyDelegated, Subject: l.name, Witness: w, At: l.document.Element(i, "Action"), Repair: withoutUse(st),
			Detail: fmt.Sprintf("The key policy itself lets %s use the key. By this statement so can any identity of the account whose own policies say so, as this request shows of one that holds every right.",
				strings.Join(users, ", "))}, l.document, i)
	}
}

// delegation is the statement that lets the policies of the account's identities count for the use of the key.
func (l lock) delegation() (int, policy.Statement, bool) {
	for i, st := range l.document.Document.Statement {
		if st.Effect == policy.Allow && slices.Contains(accountsOf(st.Principal), l.account()) && len(matchedActions(st, []string{"kms:Decrypt"})) > 0 {
			return i, st, true
		}
	}
	return 0, policy.Statement{}, false
}

// users are the roles that the key policy names for the use of the key.
func (l lock) users() []string {
	var out []string
	for _, st := range l.document.Document.Statement {
		if st.Effect != policy.Allow || st.Principal == nil || len(matchedActions(st, []string{"kms:Decrypt"})) == 0 {
			continue
		}
		for _, name := range st.Principal.AWS {
			if _, whole := wholeAccount(name); !whole && name != "*" && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// openedBy reports an identity that decrypts with the key by a right on every key.
func (a *auditor) openedBy(l lock, s *subject) bool {
	if s.does == administers || s.account() != l.account() && l.owner != "" {
		return false
	}
	both := s.policies
	both.Resource = &l.document.Document
	for _, st := range s.statements {
		if st.Effect != policy.Allow {
			continue
		}
		// Through a service alone a right on every key opens no more than what the service gives.
		direct := someSession(s)
		direct.chooses = func(key string) bool { return !strings.EqualFold(key, "kms:ViaService") && ofSession(key) }
		for _, action := range matchedActions(st.Statement, []string{"kms:Decrypt"}) {
			other := strings.TrimSuffix(l.arn, l.arn[strings.LastIndexByte(l.arn, '/')+1:]) + "00000000-0000-0000-0000-000000000000"
			if (question{direct, action, other, s.account()}).answer(s.policies, st.Statement, evaluate.Allow) == nil {
				continue
			}
			q := question{direct.with(says("kms:CallerAccount", s.account())), action, l.arn, l.account()}
			if w := q.answer(both, st.Statement, evaluate.Allow); w != nil {
				s.shows(Finding{Rule: keyByIAM, Witness: w, At: st.document.Element(st.index, "Resource"),
					Detail: fmt.Sprintf("The statement is about every key, and the policy of %s lets it count: this request is allowed.", l.name)}, st)
				return true
			}
		}
	}
	return false
}

// withoutUse is a statement of administration: what it allows, without the use of the key.
func withoutUse(st policy.Statement) string {
	var rest []string
	for _, action := range matchedActions(st, keyActions()) {
		a, known := catalog.Load().Action(action)
		if !known || slices.Contains(keyUses(), action) || isCryptographic(a.Name) {
			continue
		}
		rest = append(rest, action)
	}
	if len(rest) == 0 {
		return ""
	}
	slices.Sort(rest)
	st.Action, st.NotAction = rest, nil
	return statementJSON(st)
}

// isCryptographic reports whether an action computes with a key (KMS developer guide, "Cryptographic operations").
func isCryptographic(action string) bool {
	_, name, _ := strings.Cut(action, ":")
	for _, prefix := range []string{"Decrypt", "Encrypt", "GenerateDataKey", "GenerateMac", "ReEncrypt", "Sign", "Verify", "DeriveSharedSecret"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// findUses asks as the roles that a key policy names: for a grant for whomever, and for the key without DynamoDB in between. Who
// may change the key policy can give himself both, so of him neither is asked.
func (a *auditor) findUses() {
	for _, l := range a.locks() {
		for i, st := range l.document.Document.Statement {
			if st.Effect != policy.Allow || st.Principal == nil {
				continue
			}
			a.findUse(l, i, st)
		}
	}
	for _, s := range a.subjects {
		s.findGrants()
	}
}

func (a *auditor) findUse(l lock, i int, st policy.Statement) {
	layers := evaluate.Policies{Resource: &l.document.Document}
	granted, used := false, false
	for _, name := range st.Principal.AWS {
		p, err := evaluate.ParsePrincipal(name)
		if _, whole := wholeAccount(name); whole || err != nil || name == "*" {
			continue
		}
		who := insider(p.Account, l.document)
		who.principal = name
		if p.Account != l.account() {
			layers.Identity = everything()
		}
		if (question{who, "kms:PutKeyPolicy", l.arn, l.account()}).answer(layers, policy.Statement{}, evaluate.Allow) != nil {
			continue
		}
		handsOn := who.with(says("kms:GrantIsForAWSResource", "false"))
		if w := l.ask(handsOn, []string{"kms:CreateGrant"}, layers, st); w != nil && !granted {
			granted = true
			a.reports(Finding{Rule: keyGrants, Subject: l.name, Witness: w, At: l.document.Element(i, "Action"), Repair: grantsForServices(st),
				Detail: "This request makes a grant that is not for a service of AWS: whoever is named in it can use the key from then on."}, l.document, i)
		}
		direct := who
		direct.chooses = func(key string) bool {
			key = strings.ToLower(key)
			return key != "kms:viaservice" && !strings.HasPrefix(key, "kms:encryptioncontext") && who.chooses(key)
		}
		if w := l.ask(direct, []string{"kms:Decrypt"}, layers, st); w != nil && !used && a.ofTables(l) {
			used = true
			a.reports(Finding{Rule: keyAnywhere, Subject: l.name, Witness: w, At: l.document.Element(i, "Action"),
				Detail: fmt.Sprintf("This request of %s does not come through DynamoDB and names no table, and it is allowed.", name)}, l.document, i)
		}
	}
}

// ofTables reports whether a key is one of tables: a table here is encrypted with it, or its policy speaks of DynamoDB.
func (a *auditor) ofTables(l lock) bool {
	for _, t := range a.inv.Tables {
		if t.KMSKey != "" && (t.KMSKey == l.key.ARN || l.key.Name != "" && strings.Contains(t.KMSKey, l.key.Name)) {
			return true
		}
	}
	return strings.Contains(strings.ToLower(string(policy.Encode(l.document.Document))), "dynamodb")
}

// grantsForServices is a statement whose grants are for services of AWS only. One that allows other things too is not for a
// repair of one statement to say.
func grantsForServices(st policy.Statement) string {
	if len(matchedActions(st, keyActions())) != 1 {
		return ""
	}
	st.Condition = append(slices.Clone(st.Condition), policy.Condition{Operator: "Bool", Key: "kms:GrantIsForAWSResource", Values: []string{"true"}})
	return statementJSON(st)
}

// findGrants asks of an identity's own policies for a grant for whomever. That a key policy lets them count is the rule: AWS
// writes it so.
func (s *subject) findGrants() {
	if s.does == administers {
		return
	}
	for _, st := range s.statements {
		if st.Effect != policy.Allow {
			continue
		}
		for _, action := range matchedActions(st.Statement, []string{"kms:CreateGrant"}) {
			for _, r := range st.Resource {
				arn := concreteARN(r, "us-east-1", s.account())
				if !strings.Contains(arn, ":key/") {
					arn = "arn:aws:kms:us-east-1:" + s.account() + ":key/any"
				}
				who := someSession(s).with(says("kms:GrantIsForAWSResource", "false"))
				if (question{who, "kms:PutKeyPolicy", arn, s.account()}).answer(s.policies, st.Statement, evaluate.Allow) != nil {
					continue
				}
				w := question{who, action, arn, s.account()}.answer(s.policies, st.Statement, evaluate.Allow)
				if w == nil {
					continue
				}
				s.shows(Finding{Rule: keyGrants, Witness: w, At: st.document.Element(st.index, "Action"), Repair: grantsForServices(st.Statement),
					Detail: "This request makes a grant that is not for a service of AWS: whoever is named in it can use the key from then on, where the key policy leaves its use to the account's policies."}, st)
				return
			}
		}
	}
}

package audit

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is who asks: a stranger, a member of an account, a session of an identity.

// stranger is a role of an account that no document mentions. Its tags, and what any caller chooses, it chooses.
func stranger(inv *inventory.Inventory, d *inventory.Document) asker {
	account := unmentionedAccount(inv, d)
	s := memberOf(account, d)
	return s.with(says("aws:PrincipalOrgID", strangeOrganization), says("aws:PrincipalOrgPaths", strangeOrganization+"/r-stra/ou-stra-nger0000/"))
}

// strangeOrganization is an organization that nobody belongs to.
const strangeOrganization = "o-stranger00"

// memberOf is a role of an account, of which no document knows the name.
func memberOf(account string, d *inventory.Document) asker {
	return asker{
		principal: "arn:aws:iam::" + account + ":role/anybody",
		says: evaluate.Context{
			says("aws:SecureTransport", "true"), says("aws:ViaAWSService", "false"), says("aws:SourceIp", strangeAddress(d)),
			says("kms:CallerAccount", account),
		},
		chooses: func(key string) bool {
			return freely(key) || strings.HasPrefix(strings.ToLower(key), "aws:principaltag/")
		},
	}
}

// insider is a role of the account of what a document is attached to, in its organization.
func insider(account string, d *inventory.Document) asker {
	return memberOf(account, d).choosing(func(key string) bool {
		return slices.Contains([]string{"aws:principalorgid", "aws:principalorgpaths"}, strings.ToLower(key))
	})
}

// someSession is a session of an identity: one of those that it can have.
func someSession(s *subject) asker {
	return asker{
		principal: s.principal(),
		says: evaluate.Context{
			says("aws:SecureTransport", "true"), says("aws:ViaAWSService", "false"),
		},
		chooses: ofSession,
	}
}

// ofSession reports whether some session of an identity has a key with any value: what depends neither on how the request
// comes to AWS nor on whose the identity and the resource are.
func ofSession(key string) bool {
	key = strings.ToLower(key)
	if strings.HasPrefix(key, "aws:principal") {
		return strings.HasPrefix(key, "aws:principaltag/") || strings.HasPrefix(key, "aws:principalorg")
	}
	for _, prefix := range []string{"aws:source", "aws:vpce", "aws:vpcsource", "aws:resource", "aws:calledvia", "kms:calleraccount", "kms:resource", "iam:resourcetag"} {
		if strings.HasPrefix(key, prefix) {
			return key == "aws:sourceidentity" || strings.HasPrefix(key, "aws:resourceorg")
		}
	}
	return key != "aws:viaawsservice" && key != "aws:securetransport" && key != "iam:permissionsboundary"
}

// unmentionedAccount is an account that no file and no document mentions.
func unmentionedAccount(inv *inventory.Inventory, d *inventory.Document) string {
	mentioned := policy.Encode(d.Document)
	for _, account := range []string{"999999999999", "888888888888", "777777777777", "666666666666"} {
		if !bytes.Contains(mentioned, []byte(account)) && !slices.ContainsFunc(inv.Identities, func(i *inventory.Identity) bool { return strings.Contains(i.ARN, account) }) {
			return account
		}
	}
	return "900000000009"
}

// strangeAddress is a public address that no condition of a document mentions, where there is one.
func strangeAddress(d *inventory.Document) string {
	candidates := []string{"198.51.100.200", "203.0.113.200", "192.0.2.200", "8.8.8.8"}
	for _, address := range candidates {
		if !slices.ContainsFunc(d.Document.Statement, func(st policy.Statement) bool { return mentionsAddress(st, address) }) {
			return address
		}
	}
	return candidates[0]
}

func mentionsAddress(st policy.Statement, address string) bool {
	for _, c := range st.Condition {
		for _, v := range c.Values {
			p, err := netip.ParsePrefix(v)
			if err != nil {
				if v == address {
					return true
				}
				continue
			}
			// A range of half of all addresses is meant to be all of them.
			if p.Bits() > 1 && p.Contains(netip.MustParseAddr(address)) {
				return true
			}
		}
	}
	return false
}

// accountsOf are the accounts that a principal names as a whole.
func accountsOf(p *policy.Principal) []string {
	if p == nil {
		return nil
	}
	var out []string
	for _, name := range p.AWS {
		if account, is := wholeAccount(name); is && !slices.Contains(out, account) {
			out = append(out, account)
		}
	}
	return out
}

// wholeAccount is the account that a principal is, by its number or by the ARN of its root user.
func wholeAccount(name string) (string, bool) {
	if isAccountID(name) {
		return name, true
	}
	parts := strings.SplitN(name, ":", 6)
	if len(parts) == 6 && parts[2] == "iam" && parts[5] == "root" && isAccountID(parts[4]) {
		return parts[4], true
	}
	return "", false
}

// partitionOf is the partition of the resources of a statement.
func partitionOf(st policy.Statement) string {
	for _, r := range slices.Concat(st.Resource, st.NotResource) {
		if parts := strings.SplitN(r, ":", 3); len(parts) == 3 && parts[0] == "arn" && !strings.ContainsAny(parts[1], "*?") {
			return parts[1]
		}
	}
	return "aws"
}

// statementJSON is a statement as a document holds it; empty for one that no document can hold, because two of its conditions have
// become the same.
func statementJSON(st policy.Statement) string {
	for i, c := range st.Condition {
		for _, d := range st.Condition[:i] {
			if c.Operator == d.Operator && strings.EqualFold(c.Key, d.Key) {
				return ""
			}
		}
	}
	encoded := policy.Encode(policy.Document{Version: policy.Version, Statement: []policy.Statement{st}})
	var d struct{ Statement []json.RawMessage }
	var out bytes.Buffer
	if json.Unmarshal(encoded, &d) != nil || len(d.Statement) != 1 || json.Indent(&out, d.Statement[0], "", "  ") != nil {
		return ""
	}
	return out.String()
}

// principal is a session of the identity, as a principal. Where files do not say which account they are for, it is the account of the
// resources that the identity's policies name: a role reaches the tables of another only where they let it in.
func (s *subject) principal() string {
	_, account := place(s.session)
	if account != unknownAccount {
		return s.session
	}
	for _, d := range s.policies.Identity {
		if _, named := placeOf([]policy.Document{d}); named != unknownAccount {
			return strings.Replace(s.session, ":"+account+":", ":"+named+":", 1)
		}
	}
	return s.session
}

// account is the account of the identity.
func (s *subject) account() string {
	if _, account := place(s.principal()); account != "" {
		return account
	}
	return unknownAccount
}

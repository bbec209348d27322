package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file asks what may pass the endpoints through which a VPC reaches DynamoDB. An endpoint's policy grants nothing, so what
// it lets through harms only where the far side agrees: a table of somebody else's, with credentials of his, always does.

var (
	endpointDefault = Rule{
		ID: "endpoint-default-policy", Severity: Medium, Title: "Endpoint with the default policy",
		Why: "An endpoint that was made without a policy lets everything through for everybody. A VPC without a way to the internet then still has one: a program in it that was taken over can write what " +
			"it has read to a table of another account, with that account's credentials, and no policy of this account is asked.",
		Remedy: "Write a policy that names the tables the VPC needs, with `/index/*`, and the roles in a condition on `aws:PrincipalArn`.",
		Source: "AWS PrivateLink guide, \"Control access to VPC endpoints using endpoint policies\", default endpoint policy",
	}
	endpointAnyTable = Rule{
		ID: "endpoint-any-table", Severity: Medium, Title: "Endpoint to the tables of other accounts",
		Why: "The policy of the endpoint limits something, but not whose tables are reached. What a program in the VPC has read it can write to a table of another account, which is outside of " +
			"everything that this account controls.",
		Remedy: "Name the tables in `Resource`, or hold the statement to `aws:ResourceAccount` or `aws:ResourceOrgID`.",
		Source: "IAM user guide, \"Establish permissions guardrails using data perimeters\", trusted resources; AWS PrivateLink guide, \"Endpoint policies for gateway endpoints\"",
	}
	endpointAnyPrincipal = Rule{
		ID: "endpoint-any-principal", Severity: Low, Title: "Endpoint for credentials of other accounts",
		Why:    "The endpoint lets through whoever makes the request, and a table lets in another account. Credentials of that account can be used from within the VPC, where nobody watches for them.",
		Remedy: "Hold the statements of the endpoint's policy to `aws:PrincipalArn`, `aws:PrincipalAccount` or `aws:PrincipalOrgID`. In the policy of a gateway endpoint `Principal` itself can only be `*`.",
		Source: "IAM user guide, \"Establish permissions guardrails using data perimeters\", trusted identities; AWS PrivateLink guide, \"Endpoint policies for gateway endpoints\"",
	}
)

func endpointChecks() []check {
	return []check{{rules: []Rule{endpointDefault, endpointAnyTable, endpointAnyPrincipal}, find: (*auditor).findEndpoints}}
}

// defaultEndpointPolicy is the policy that an endpoint has without one (AWS PrivateLink guide, "Control access to VPC endpoints
// using endpoint policies").
func defaultEndpointPolicy() policy.Document {
	return policy.Document{Version: policy.VersionLegacy, Statement: []policy.Statement{{
		Effect: policy.Allow, Principal: &policy.Principal{Any: true}, Action: []string{"*"}, Resource: []string{"*"},
	}}}
}

func (a *auditor) findEndpoints() {
	for _, e := range a.inv.Endpoints {
		if !forDynamoDB(e) {
			continue
		}
		subject := "the endpoint " + e.Name
		if e.Name == "" {
			subject = "the endpoint"
		}
		if e.Policy == nil {
			bare := &inventory.Document{Document: defaultEndpointPolicy()}
			_, w := a.passes(e, bare, bare.Document.Statement[0])
			if w != nil && w.Confirm() == nil {
				a.findings = append(a.findings, Finding{Rule: endpointDefault, Subject: subject, At: e.Range, Witness: w,
					Detail: "No policy is given, so that AWS puts its own there, under which this request passes: with the credentials of another account, to a table of that account."})
			}
			continue
		}
		a.findEndpoint(e, subject)
	}
}

// forDynamoDB reports whether an endpoint leads to DynamoDB or its streams, or may do so as nothing says where it leads.
func forDynamoDB(e *inventory.Endpoint) bool {
	return e.Service == "" || strings.Contains(e.Service, "dynamodb")
}

func (a *auditor) findEndpoint(e *inventory.Endpoint, subject string) {
	for i, st := range e.Policy.Document.Statement {
		if st.Effect != policy.Allow || e.Service == "" && len(matchedActions(st, tableActions())) == 0 {
			continue
		}
		whole, w := a.passes(e, e.Policy, st)
		switch {
		case w != nil && whole:
			a.reports(Finding{Rule: endpointDefault, Subject: subject, Witness: w,
				Detail: "The policy says what AWS puts there by default: every request of everybody passes, such as this one, with the credentials of another account, to a table of that account."}, e.Policy, i)
			return
		case w != nil:
			f := Finding{Rule: endpointAnyTable, Subject: subject, Witness: w, At: e.Policy.Element(i, "Resource"), Repair: a.limitedToAccount(e, st)}
			f.Detail = fmt.Sprintf("This request passes, to a table of the account %s, which nothing here mentions and which stands for any.", w.Account)
			a.reports(f, e.Policy, i)
			return
		}
		if w := a.passesToOwn(e, st); w != nil {
			a.reports(Finding{Rule: endpointAnyPrincipal, Subject: subject, Witness: w,
				Detail: "This request of another account passes the endpoint, and the policy of the table lets it in."}, e.Policy, i)
		}
	}
}

// passes is a request to a table of another account that passes an endpoint, by a statement of its policy: with the credentials
// of that account, or else with those of a role that is here. Whole: with whichever, and whatever it does.
func (a *auditor) passes(e *inventory.Endpoint, d *inventory.Document, st policy.Statement) (whole bool, w *Witness) {
	account := unmentionedAccount(a.inv, d)
	layers := evaluate.Policies{Identity: everything(), Endpoint: []policy.Document{d.Document}}
	far := stranger(a.inv, d).with(says("aws:ResourceOrgID", strangeOrganization), says("aws:ResourceOrgPaths", strangeOrganization+"/r-stra/ou-stra-nger0000/"))
	first := func(who asker, p evaluate.Policies) (shown *Witness, all bool) {
		all = true
		for _, action := range exfiltrating(e) {
			var found *Witness
			for _, resource := range a.foreignResources(e, d, st, account) {
				if found = (question{who.through(e), action, resource, account}).answer(p, st, evaluate.Allow); found != nil {
					break
				}
			}
			if all = all && found != nil; shown == nil {
				shown = found
			}
		}
		return shown, all
	}
	if shown, all := first(far, layers); shown != nil {
		return all && isEverything(st), shown
	}
	// The table's own account lets anybody in: that is what a table to carry things off to is made for.
	open := policy.Document{Version: policy.Version, Statement: []policy.Statement{{
		Effect: policy.Allow, Principal: &policy.Principal{Any: true}, Action: []string{"dynamodb:*"}, Resource: []string{"*"},
	}}}
	layers.Resource = &open
	for _, who := range a.ownCallers(d, account) {
		shown, _ := first(who.with(says("aws:ResourceOrgID", strangeOrganization)), layers)
		if shown != nil {
			return false, shown
		}
	}
	return false, nil
}

// isEverything reports whether a statement is without any limit.
func isEverything(st policy.Statement) bool {
	return len(st.Condition) == 0 && slices.Contains(st.Resource, "*") && (slices.Contains(st.Action, "*") || slices.Contains(st.Action, "dynamodb:*"))
}

// exfiltrating are the actions to ask about: those that carry something off first. Through an endpoint for streams there are none
// but those of streams.
func exfiltrating(e *inventory.Endpoint) []string {
	if strings.Contains(e.Service, "dynamodb-streams") {
		return []string{"dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"}
	}
	out := []string{"dynamodb:PutItem"}
	for _, action := range tableActions() {
		if action != "dynamodb:PutItem" && !strings.Contains(action, "Stream") && action != "dynamodb:GetRecords" && action != "dynamodb:GetShardIterator" {
			out = append(out, action)
		}
	}
	return out
}

// foreignResources are tables of another account: any, and what the statement's own patterns match there.
func (a *auditor) foreignResources(e *inventory.Endpoint, d *inventory.Document, st policy.Statement, account string) []string {
	region, tail := regionOf(e), ""
	if strings.Contains(e.Service, "dynamodb-streams") {
		tail = "/stream/2026-01-01T00:00:00.000"
	}
	out := []string{"arn:" + partitionOf(st) + ":dynamodb:" + region + ":" + account + ":table/any" + tail}
	for _, r := range st.Resource {
		parts := strings.SplitN(r, ":", 6)
		if len(parts) == 6 && strings.ContainsAny(parts[4], "*?") {
			parts[4] = "*"
			out = append(out, concreteARN(strings.Join(parts, ":"), region, account))
		}
	}
	return out
}

func regionOf(e *inventory.Endpoint) string {
	parts := strings.Split(e.Service, ".")
	if len(parts) >= 4 {
		return parts[len(parts)-2]
	}
	return "us-east-1"
}

// through is the asker behind the endpoint.
func (a asker) through(e *inventory.Endpoint) asker {
	return a.without("aws:SourceIp").choosing(func(key string) bool {
		return isNetworkKey(key) && !strings.EqualFold(key, "aws:SourceIp") || strings.EqualFold(key, "aws:PrincipalServiceName")
	})
}

// ownCallers are the roles that are here: sessions of identities, those whom the document names, and one that it does not.
func (a *auditor) ownCallers(d *inventory.Document, stranger string) []asker {
	var out []asker
	owner := unknownAccount
	for _, s := range a.subjects {
		out = append(out, someSession(s))
		owner = s.account()
		if len(out) == 20 {
			break
		}
	}
	for _, st := range d.Document.Statement {
		for _, c := range st.Condition {
			for _, v := range c.Values {
				if _, account := place(v); account != "" && account != stranger && strings.EqualFold(c.Key, "aws:PrincipalArn") {
					who := insider(account, d)
					who.principal = concrete(v)
					out = append(out, who)
				}
				if isAccountID(v) && strings.EqualFold(c.Key, "aws:PrincipalAccount") {
					owner = v
				}
			}
		}
	}
	return append(out, insider(owner, d))
}

// passesToOwn is a request of another account that passes, to a table whose policy lets it in.
func (a *auditor) passesToOwn(e *inventory.Endpoint, st policy.Statement) *Witness {
	for _, g := range a.guardedTables() {
		if g.stream || g.owner == "" {
			continue
		}
		askers := []asker{stranger(a.inv, g.document)}
		for _, allow := range g.document.Document.Statement {
			for _, account := range accountsOf(allow.Principal) {
				if account != g.owner {
					askers = append(askers, memberOf(account, g.document))
				}
			}
		}
		layers := evaluate.Policies{Identity: everything(), Resource: &g.document.Document, Endpoint: []policy.Document{e.Policy.Document}}
		for _, who := range askers {
			if w := g.ask(who.through(e), layers, st); w != nil {
				return w
			}
		}
	}
	return nil
}

// limitedToAccount is a statement for the tables of the account that the identities here are in; empty if that is not known.
func (a *auditor) limitedToAccount(e *inventory.Endpoint, st policy.Statement) string {
	account := ""
	for _, s := range a.subjects {
		if _, known := place(s.ARN); known != "" && known != unknownAccount {
			account = known
			break
		}
	}
	if account == "" || slices.ContainsFunc(st.Condition, func(c policy.Condition) bool { return strings.EqualFold(c.Key, "aws:ResourceAccount") }) {
		return ""
	}
	st.Condition = append(slices.Clone(st.Condition), policy.Condition{Operator: "StringEquals", Key: "aws:ResourceAccount", Values: []string{account}})
	return statementJSON(st)
}

package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file asks of limits to a network whom they keep out: those who should come in, or not those who should not.

var (
	networkBreaksServices = Rule{
		ID: "network-deny-breaks-services", Severity: Low, Title: "Network limit that refuses AWS services",
		Why: "The keys `aws:SourceVpce`, `aws:SourceVpc` and `aws:SourceIp` say how a request came to AWS. Services that work on a table for somebody, such as exports, restores, AWS Backup, Athena " +
			"and the pollers of Lambda, come from AWS's own network: the keys are missing or hold other values, and a Deny with a negated operator takes a missing key for a wrong one. Such a " +
			"limit breaks when somebody next restores, exports or replicates.",
		Remedy: "Let services through in the same statement: `BoolIfExists: {\"aws:ViaAWSService\": \"false\", \"aws:PrincipalIsAWSService\": \"false\"}`, and `ArnNotLike` on `aws:PrincipalArn` for " +
			"the roles that services assume (backup, stream pollers) and for `role/aws-service-role/*`.",
		Source: "IAM user guide, \"Establish permissions guardrails using data perimeters\"; DynamoDB developer guide, \"Resource-based policy considerations\"",
	}
	networkMissingKey = Rule{
		ID: "network-limit-without-key", Severity: Medium, Title: "Network limit that a missing key walks around",
		Why: "A request has `aws:SourceVpce` and `aws:SourceVpc` only if it came through an endpoint, and `aws:SourceIp` only if it did not. A limit that compares only where the key is there " +
			"(`IfExists` in an Allow, `Null` or `ForAnyValue` in a Deny) says nothing of requests that came the other way.",
		Remedy: "In a Deny compare with a plain negated operator (`StringNotEquals`), which a missing key satisfies. In an Allow leave `IfExists` out.",
		Source: "IAM user guide, \"IAM JSON policy elements: Condition operators\", ...IfExists; IAM user guide, \"AWS global condition context keys\", aws:SourceVpce",
	}
)

// networkKeys are the keys that say through which network a request came.
func isNetworkKey(key string) bool {
	switch strings.ToLower(key) {
	case "aws:sourcevpce", "aws:sourcevpc", "aws:sourcevpcarn", "aws:sourceip", "aws:vpcsourceip", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths":
		return true
	}
	return false
}

func limitsNetwork(st policy.Statement) bool {
	return slices.ContainsFunc(st.Condition, func(c policy.Condition) bool { return isNetworkKey(c.Key) })
}

// throughEndpoint is the asker behind an endpoint that no document mentions, in somebody else's VPC.
func (a asker) throughEndpoint() asker {
	a = a.without("aws:SourceIp")
	return a.with(says("aws:SourceVpce", "vpce-0stranger00000000"), says("aws:SourceVpc", "vpc-0stranger000000000"), says("aws:VpcSourceIp", "10.255.255.254"),
		says("aws:VpceAccount", "999999999999"), says("aws:VpceOrgID", strangeOrganization))
}

// throughInternet is the asker at a public address that no document mentions.
func (a asker) throughInternet(d *inventory.Document) asker {
	return a.with(says("aws:SourceIp", strangeAddress(d)))
}

// throughService is the asker for whom a service of AWS calls.
func (a asker) throughService() asker {
	return a.without("aws:SourceIp").with(says("aws:ViaAWSService", "true"), says("aws:CalledVia", "athena.amazonaws.com"))
}

func (a asker) without(key string) asker {
	a.says = slices.DeleteFunc(slices.Clone(a.says), func(k evaluate.Key) bool { return strings.EqualFold(k.Name, key) })
	return a
}

func (a *auditor) findNetworks() {
	for _, g := range a.guardedTables() {
		for i, st := range g.document.Document.Statement {
			if limitsNetwork(st) && st.Effect == policy.Deny {
				a.networkDeny(g, i, st)
			}
		}
		a.networkAllows(g)
	}
	for _, s := range a.subjects {
		s.networkAllows()
	}
}

// networkDeny asks of a statement that denies outside a network: an identity that may do everything, by each way.
func (a *auditor) networkDeny(g guarded, i int, st policy.Statement) {
	layers := evaluate.Policies{Identity: everything(), Resource: &g.document.Document}
	by := evaluate.Policies{Identity: everything(), Resource: alone(g.document.Document, st)}
	who := insider(g.ownerOr(unknownAccount), g.document)
	for _, action := range matchedActions(st, tableActions()) {
		for _, resource := range g.resources(st) {
			ask := func(who asker, p evaluate.Policies, want evaluate.Outcome) *Witness {
				return question{who, action, resource, g.ownerOr(unknownAccount)}.answer(p, policy.Statement{}, want)
			}
			internet, endpoint := who.throughInternet(g.document), who.throughEndpoint()
			keptOut, keptIn := ask(internet, by, evaluate.ExplicitDeny) != nil, ask(endpoint, by, evaluate.ExplicitDeny) != nil
			if !keptOut && !keptIn && ask(who.throughService(), by, evaluate.ExplicitDeny) == nil {
				continue
			}
			if keptOut != keptIn {
				a.walksAround(g, i, ask(internet, layers, evaluate.Allow), ask(endpoint, layers, evaluate.Allow))
			}
			a.breaks(g, i, st, action, resource)
			return
		}
	}
}

// walksAround reports a way around a network limit: by the internet, or by an endpoint of somebody else.
func (a *auditor) walksAround(g guarded, i int, byInternet, byEndpoint *Witness) {
	f := Finding{Rule: networkMissingKey, Subject: g.name, At: g.document.Element(i, "Condition")}
	switch {
	case byInternet != nil:
		f.Witness = byInternet
		f.Detail = "The statement keeps out who comes through a foreign endpoint. This request comes over the internet, through no endpoint at all, and nothing refuses it."
	case byEndpoint != nil:
		f.Witness = byEndpoint
		f.Detail = "The statement keeps out who comes from a foreign address. This request comes through an endpoint in a VPC that is not named, which hides the address, and nothing refuses it."
	default:
		return
	}
	a.reports(f, g.document, i)
}

// breaks reports the services that a network limit refuses.
func (a *auditor) breaks(g guarded, i int, st policy.Statement, action, resource string) {
	var refused, roles []string
	var shown *Witness
	by := evaluate.Policies{Identity: everything(), Resource: alone(g.document.Document, st)}
	try := func(who asker, action string, p evaluate.Policies, what string) {
		w := question{who, action, resource, g.ownerOr(unknownAccount)}.answer(p, policy.Statement{}, evaluate.ExplicitDeny)
		if w == nil {
			return
		}
		if refused = append(refused, what); shown == nil {
			shown = w
		}
	}
	owner := g.ownerOr(unknownAccount)
	who := insider(owner, g.document)
	try(who.throughService(), action, by, "what services do for a caller (exports, restores, Athena, CloudFormation)")
	for _, s := range a.subjects {
		service := worksAs(s, g.stream)
		if service == "" {
			continue
		}
		if w := refusedService(g, s, st); w != nil {
			refused = append(refused, fmt.Sprintf("%s, which %s works as", s, service))
			roles = append(roles, s.roleARN())
			if shown == nil {
				shown = w
			}
		}
	}
	for _, name := range servicesOf(g.document.Document) {
		alone := asker{principal: name, says: evaluate.Context{says("aws:SecureTransport", "true"), says("aws:ViaAWSService", "false"), says("aws:SourceAccount", owner)}}
		for _, action := range matchedActions(st, tableActions()) {
			before := len(refused)
			q := question{alone, action, resource, owner}
			if q.answer(evaluate.Policies{Resource: withoutDenies(g.document.Document)}, policy.Statement{}, evaluate.Allow) != nil {
				try(alone, action, evaluate.Policies{Resource: &g.document.Document}, name+", which the same policy lets in")
			}
			if len(refused) > before {
				break
			}
		}
	}
	if shown == nil {
		return
	}
	linked := who.without("aws:SourceIp")
	linked.principal = "arn:aws:iam::" + owner + ":role/aws-service-role/replication.dynamodb.amazonaws.com/AWSServiceRoleForDynamoDBReplication"
	try(linked, action, by, "the replication of a global table")
	a.reports(Finding{Rule: networkBreaksServices, Witness: shown, Subject: g.name, At: g.document.Element(i, "Condition"), Repair: statementJSON(exempted(st, owner, roles)),
		Detail: "The statement also refuses " + strings.Join(refused, "; ") + ". The request is one of them."}, g.document, i)
}

// worksAs is the service that works on tables as an identity, by its trust: AWS Backup, and for streams the pollers of Lambda.
// Others run what somebody else wrote, wherever that is placed.
func worksAs(s *subject, stream bool) string {
	want := "backup.amazonaws.com"
	if stream {
		want = "lambda.amazonaws.com"
	}
	if s.Trust == nil || !slices.Contains(servicesOf(s.Trust.Document), want) {
		return ""
	}
	return want
}

// refusedService is a request that a service makes as a role: its own policies allow it, and the network limit refuses it.
func refusedService(g guarded, s *subject, st policy.Statement) *Witness {
	own := s.policies
	both := own
	both.Resource = alone(g.document.Document, st)
	for _, allow := range s.statements {
		if allow.Effect != policy.Allow {
			continue
		}
		for _, action := range matchedActions(st, matchedActions(allow.Statement, tableActions())) {
			for _, resource := range g.resources(st) {
				q := question{someSession(s), action, resource, g.ownerOr(s.account())}
				if q.answer(own, allow.Statement, evaluate.Allow) != nil {
					if w := q.answer(both, allow.Statement, evaluate.ExplicitDeny); w != nil {
						return w
					}
				}
			}
		}
	}
	return nil
}

// servicesOf are the services that a document lets in.
func servicesOf(d policy.Document) []string {
	var out []string
	for _, st := range d.Statement {
		if st.Effect != policy.Allow || st.Principal == nil {
			continue
		}
		for _, name := range st.Principal.Service {
			if !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// withoutDenies is a document's Allow statements.
func withoutDenies(d policy.Document) *policy.Document {
	d.Statement = slices.DeleteFunc(slices.Clone(d.Statement), func(st policy.Statement) bool { return st.Effect == policy.Deny })
	return &d
}

// exempted is a network limit that lets services through, and the roles that they work as.
func exempted(st policy.Statement, owner string, roles []string) policy.Statement {
	st.Condition = slices.Clone(st.Condition)
	add := func(c policy.Condition) {
		if !slices.ContainsFunc(st.Condition, func(d policy.Condition) bool { return strings.EqualFold(c.Key, d.Key) }) {
			st.Condition = append(st.Condition, c)
		}
	}
	add(policy.Condition{Operator: "ArnNotLike", Key: "aws:PrincipalArn", Values: append(roles, "arn:"+partitionOf(st)+":iam::"+owner+":role/aws-service-role/*")})
	add(policy.Condition{Operator: "BoolIfExists", Key: "aws:PrincipalIsAWSService", Values: []string{"false"}})
	add(policy.Condition{Operator: "BoolIfExists", Key: "aws:ViaAWSService", Values: []string{"false"}})
	return st
}

// networkAllows asks of what a table's policy allows in a network only.
func (a *auditor) networkAllows(g guarded) {
	for i, st := range g.document.Document.Statement {
		if !limitsNetwork(st) || st.Effect != policy.Allow {
			continue
		}
		layers := evaluate.Policies{Identity: everything(), Resource: &g.document.Document}
		for _, account := range append(accountsOf(st.Principal), g.ownerOr(unknownAccount)) {
			w := anyWay(st, g.document, memberOf(account, g.document), matchedActions(st, tableActions()), g.resources(st), g.ownerOr(unknownAccount), layers)
			if w != nil {
				a.reports(Finding{Rule: networkMissingKey, Witness: w, Subject: g.name, At: g.document.Element(i, "Condition"), Repair: statementJSON(withKey(st)),
					Detail: "The statement is meant for one network. The key that would say so is missing from this request, and the operator lets it pass."}, g.document, i)
				break
			}
		}
	}
}

// networkAllows asks of what an identity's policies allow in a network only.
func (s *subject) networkAllows() {
	for _, st := range s.statements {
		if !limitsNetwork(st.Statement) || st.Effect != policy.Allow {
			continue
		}
		var resources []string
		for _, r := range st.Resource {
			resources = append(resources, concreteARN(r, "us-east-1", s.account()))
		}
		for _, resource := range resources {
			if !strings.HasPrefix(resource, "arn:") {
				resource = "arn:aws:dynamodb:us-east-1:" + s.account() + ":table/any"
			}
			if w := anyWay(st.Statement, st.document, someSession(s), matchedActions(st.Statement, tableActions()), []string{resource}, s.account(), s.policiesFor(resource)); w != nil {
				s.shows(Finding{Rule: networkMissingKey, Witness: w, At: st.document.Element(st.index, "Condition"), Repair: statementJSON(withKey(st.Statement)),
					Detail: "The statement is meant for one network. The key that would say so is missing from this request, and the operator lets it pass."}, st)
				break
			}
		}
	}
}

// anyWay is a request that a statement for a network allows from outside by one way, though not by the other: what is allowed
// by both was not meant to be limited.
func anyWay(st policy.Statement, d *inventory.Document, who asker, actions, resources []string, owner string, p evaluate.Policies) *Witness {
	for _, action := range actions {
		for _, resource := range resources {
			ask := func(who asker) *Witness { return question{who, action, resource, owner}.answer(p, st, evaluate.Allow) }
			internet, endpoint := ask(who.throughInternet(d)), ask(who.throughEndpoint())
			switch {
			case internet != nil && endpoint == nil:
				return internet
			case endpoint != nil && internet == nil:
				return endpoint
			}
		}
	}
	return nil
}

// withKey is a statement whose conditions on the network hold only where the key is there.
func withKey(st policy.Statement) policy.Statement {
	st.Condition = slices.Clone(st.Condition)
	for i, c := range st.Condition {
		if isNetworkKey(c.Key) {
			st.Condition[i].Operator = strings.TrimPrefix(strings.TrimSuffix(c.Operator, "IfExists"), "ForAllValues:")
		}
	}
	return st
}

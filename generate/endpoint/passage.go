package endpoint

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// passage is what some principals may do through an endpoint on some resources. Its lists may hold a value twice, in any
// order: an encoded list is sorted and holds each once.
type passage struct {
	principals []string
	actions    []string
	resources  []string
	conditions []policy.Condition // on the tags of the resource
}

// passagesOf are the passages of one role: everything it may do on the same resources is one passage.
func passagesOf(statements []policy.Statement, served map[string]bool) []*passage {
	var own group
	for _, s := range statements {
		if p := passageOf(s, served); len(p.actions) > 0 {
			there := own.like(passage{resources: p.resources, conditions: p.conditions})
			there.actions = append(there.actions, p.actions...)
		}
	}
	return own.passages
}

// passageOf is the part of a role's statement that the service behind the endpoint serves.
func passageOf(s policy.Statement, served map[string]bool) passage {
	p := passage{resources: s.Resource}
	for _, action := range s.Action {
		if served[action] {
			p.actions = append(p.actions, action)
		}
	}
	for _, c := range s.Condition {
		if strings.HasPrefix(c.Key, "aws:ResourceTag/") {
			p.conditions = append(p.conditions, c)
		}
	}
	return p
}

// actionsOf are the actions that are requests to the service behind an endpoint.
func actionsOf(service model.EndpointService) map[string]bool {
	served := map[string]bool{}
	for _, o := range catalog.Operations() {
		if o.IsAction() && (o.Class == catalog.ClassStream) == (service == model.DynamoDBStreams) {
			served[o.Action()] = true
		}
	}
	return served
}

// group is passages in the order they came, found again by their content.
type group struct {
	passages []*passage
	found    map[string]*passage
}

// like is the passage that was first asked for with the same content, or p itself.
func (g *group) like(p passage) *passage {
	key := p.content()
	if there := g.found[key]; there != nil {
		return there
	}
	if g.found == nil {
		g.found = map[string]*passage{}
	}
	g.passages = append(g.passages, &p)
	g.found[key] = &p
	return &p
}

// content is the same for passages that say the same, because the encoding of a statement is canonical.
func (p passage) content() string {
	return string(policy.EncodeMinified(policy.Document{Statement: []policy.Statement{p.statement("")}}))
}

// statement is a passage as a statement.
func (p passage) statement(sid string) policy.Statement {
	s := policy.Statement{
		Sid:       sid,
		Effect:    policy.Allow,
		Principal: &policy.Principal{Any: true},
		Action:    p.actions,
		Resource:  p.resources,
		Condition: p.conditions,
	}
	if len(p.principals) > 0 {
		s.Condition = append([]policy.Condition{{Operator: "ArnEquals", Key: "aws:PrincipalArn", Values: p.principals}}, s.Condition...)
	}
	return s
}

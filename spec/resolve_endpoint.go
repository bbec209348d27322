package spec

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/model"
)

func (r *resolver) resolveEndpoints() {
	r.endpoints.what = "endpoint"
	for _, e := range r.doc.Endpoints.Entries {
		endpoint := r.endpoint(e)
		r.endpoints.add(e.Key.Value, endpoint)
		r.m.Endpoints = append(r.m.Endpoints, endpoint)
	}
	slices.SortFunc(r.m.Endpoints, func(a, b *model.Endpoint) int { return cmp.Compare(a.Name, b.Name) })
}

func (r *resolver) endpoint(e Entry[Endpoint]) *model.Endpoint {
	v := e.Value
	endpoint := &model.Endpoint{
		Name:    e.Key.Value,
		Gateway: v.Type.Value == "gateway",
		Service: model.EndpointService(strings.ReplaceAll(orElse(v.Service.Value, "dynamodb"), "_", "-")),
		Origin:  e.Key.Range,
	}
	streams := endpoint.Service == model.DynamoDBStreams
	if endpoint.Gateway && streams {
		r.error(idEndpointService, "Gateway for streams", v.Service.Range,
			"Streams are reached through an interface endpoint only. Write type: interface.")
	}
	endpoint.Roles = r.workers(v.Roles, "among the roles of an endpoint")
	for _, text := range v.Roles.Items {
		if role := r.roles.parts[text.Value]; role != nil && streams && role.Kind != model.StreamConsumer && !deploys(role) {
			r.error(idEndpointService, "Role that reads no stream", text.Range,
				"This endpoint leads to streams, and a role of kind %s reads none. Remove it, or list it in an endpoint of the service dynamodb.", role.Kind)
		}
	}
	return endpoint
}

// resolvePlacements says for every environment where every endpoint stands.
func (r *resolver) resolvePlacements() {
	for _, e := range r.doc.Environments.Entries {
		environment := r.environments.parts[e.Key.Value]
		written := map[string]Entry[Placement]{}
		for _, p := range e.Value.Endpoints.Entries {
			if _, known := find(r, r.endpoints, p.Key); known {
				written[p.Key.Value] = p
			}
		}
		for _, endpoint := range r.m.Endpoints {
			p, ok := written[endpoint.Name]
			if !ok {
				r.error(idNotPlaced, "Endpoint that stands nowhere", e.Key.Range,
					"The environment %q does not say where the endpoint %q stands. Add it under \"endpoints\" with its vpc_id.", environment.Name, endpoint.Name)
				continue
			}
			environment.Placements = append(environment.Placements, r.placement(endpoint, p))
		}
	}
}

func (r *resolver) placement(endpoint *model.Endpoint, e Entry[Placement]) model.Placement {
	v := e.Value
	routes := writtenKey{"route_table_ids", v.RouteTables.Range}
	subnets := writtenKey{"subnet_ids", v.Subnets.Range}
	groups := writtenKey{"security_group_ids", v.SecurityGroups.Range}
	if endpoint.Gateway {
		r.checkPlacement(endpoint, e.Key, []writtenKey{routes}, []writtenKey{subnets, groups})
	} else {
		r.checkPlacement(endpoint, e.Key, []writtenKey{subnets, groups}, []writtenKey{routes})
	}
	return model.Placement{
		Endpoint:       endpoint,
		VPC:            v.VPC.Value,
		RouteTables:    r.sortedIDs(v.RouteTables),
		Subnets:        r.sortedIDs(v.Subnets),
		SecurityGroups: r.sortedIDs(v.SecurityGroups),
		EndpointID:     v.EndpointID.Value,
		Origin:         e.Key.Range,
	}
}

func (r *resolver) sortedIDs(list List[Text]) []string {
	return values(sortedTexts(r.unique(list)))
}

// checkPlacement demands what a type of endpoint is made of, and refuses what belongs to the other type.
func (r *resolver) checkPlacement(endpoint *model.Endpoint, name Text, needs, refuses []writtenKey) {
	kind := "an interface"
	if endpoint.Gateway {
		kind = "a gateway"
	}
	for _, k := range needs {
		if k.at == (hcl.Range{}) {
			r.error(idPlacement, "Endpoint without its network", name.Range,
				"%q is %s endpoint, which is made of its %s. Add them.", name.Value, kind, k.name)
		}
	}
	for _, k := range refuses {
		if k.at != (hcl.Range{}) {
			r.error(idPlacement, "Setting of another type of endpoint", k.at,
				"%q is %s endpoint, which has no %s. Remove them, or change the endpoint's type.", name.Value, kind, k.name)
		}
	}
}

func (r *resolver) resolveGuardrails() {
	r.m.Guardrails.DenyInsecureTransport = true
	g := r.doc.Guardrails
	if g == nil {
		return
	}
	r.m.Guardrails.Origin = g.Range
	if g.InsecureTransport != nil {
		r.resolveTransport(*g.InsecureTransport)
	}
	if g.PermissionsBoundary != nil {
		r.m.Guardrails.Boundary = r.boundary(*g.PermissionsBoundary)
	}
	if g.Network == nil {
		return
	}
	r.m.Guardrails.OnlyThrough = findAll(r, r.endpoints, g.Network.OnlyThrough)
	for _, text := range g.Network.OnlyThrough.Items {
		if e := r.endpoints.parts[text.Value]; e != nil && e.Service != model.DynamoDB {
			r.error(idNetworkGuard, "Endpoint that no item passes", text.Range,
				"The endpoint %q leads to streams, and items are reached through the service dynamodb. Name another endpoint.", e.Name)
		}
	}
}

func (r *resolver) resolveTransport(t Transport) {
	allowed := t.Effect.Value == "allow"
	r.m.Guardrails.DenyInsecureTransport = !allowed
	switch {
	case !allowed:
		r.needless(t.Because)
	case !t.Because.Set():
		r.error(idNeedsBecause, "Plain HTTP without a reason", t.Effect.Range,
			"Letting plain HTTP through needs a reason that reviewers can read. Write {effect: allow, because: \"…\"}, or deny.")
	default:
		r.waive("every table", "may be reached over plain HTTP", t.Because)
	}
}

func (r *resolver) resolveTrail() {
	if r.doc.Audit == nil {
		return
	}
	v := r.doc.Audit.Trail
	log := orElse(v.Log.Value, "all")
	r.m.Trail = &model.Trail{
		Bucket: v.Bucket.Value,
		Tables: findAll(r, r.tables, v.Tables),
		Reads:  log != "writes",
		Writes: log != "reads",
		Origin: r.doc.Audit.Range,
	}
	r.m.Trail.Key, _ = find(r, r.keys, v.Key)
	r.m.Trail.Readers = r.readers(v.Readers)
	r.checkReaders(v)
}

// readers resolves roles of the spec and ARNs.
func (r *resolver) readers(list List[Text]) []model.Principal {
	var out []model.Principal
	for _, text := range sortedTexts(r.unique(list)) {
		if strings.HasPrefix(text.Value, "arn:") {
			r.principalARN(text, principalARN)
			out = append(out, model.Principal{ARN: text.Value})
		} else if role, ok := r.worker(text, "among the readers of the audit trail"); ok {
			out = append(out, model.Principal{Role: role})
		}
	}
	return out
}

// checkReaders demands of a trail with readers that there is something to let them decrypt, and that it is for this spec
// to say.
func (r *resolver) checkReaders(v Trail) {
	switch {
	case !v.Readers.Set():
	case !v.Key.Set():
		r.error(idTrailReaders, "Readers of what nobody encrypted", v.Readers.Range,
			"The trail has no key, so whoever may read the objects of its bucket reads the log files. Remove \"readers\", or give the trail a \"key\".")
	case r.m.Trail.Key != nil && len(r.m.Trail.Key.Existing) > 0:
		r.error(idTrailReaders, "Readers under someone else's key", v.Readers.Range,
			"The key %q was made elsewhere, and its owner's policy decides who decrypts with it. Remove \"readers\", and name them there.", v.Key.Value)
	}
}

package built

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/describe"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/output"
)

// Policies reads the policies of a model that was compiled. Places are those of the files that a build writes.
func Policies(m *model.Model, policies []artifact.Policy) *inventory.Inventory {
	r := &reader{inv: &inventory.Inventory{Files: map[string][]byte{}}, documents: map[string]*inventory.Document{}}
	for _, p := range policies {
		r.inv.Files[p.Path()] = p.Bytes
		r.documents[p.Path()] = r.parse(output.File{Path: p.Path(), Bytes: p.Bytes}, p.Kind)
	}
	for _, e := range m.Environments {
		c := compiled{reader: r, m: m, e: e}
		for _, p := range policies {
			if p.Environment == e {
				c.policies = append(c.policies, p)
			}
		}
		c.roles()
		c.tables()
		c.keys()
		c.endpoints()
	}
	return r.inv
}

// compiled is one environment of a model.
type compiled struct {
	*reader
	m        *model.Model
	e        *model.Environment
	policies []artifact.Policy
}

func (c compiled) name(logical, tenant string) string {
	if tenant != "" {
		logical += "." + tenant
	}
	return c.e.Name + "/" + logical
}

// of is the document of a policy; nil if there is none.
func (c compiled) of(p artifact.Policy) *inventory.Document {
	p.Environment = c.e
	return c.documents[p.Path()]
}

func (c compiled) begin(p artifact.Policy) hcl.Range {
	p.Environment = c.e
	return hcl.Range{Filename: p.Path(), Start: hcl.InitialPos, End: hcl.InitialPos}
}

// roles reads the roles that have a policy or a trust. The boundary is that of the roles that are made here and do not deploy.
func (c compiled) roles() {
	boundary := c.of(artifact.Policy{Kind: artifact.Boundary})
	for _, role := range c.m.AllRoles() {
		for _, tenant := range c.m.RoleTenants(role) {
			trust := artifact.Policy{Kind: artifact.Trust, Role: role, Tenant: tenant}
			i := &inventory.Identity{
				Kind: inventory.Role, Name: c.name(role.Name, tenant), ARN: c.e.RoleARN(role, tenant), Trust: c.of(trust), Range: c.begin(trust),
			}
			for _, p := range artifact.OfRole(c.policies, role, tenant) {
				if i.Trust == nil && len(i.Policies) == 0 {
					i.Range = c.begin(p)
				}
				if d := c.of(p); d != nil {
					i.Policies = append(i.Policies, d)
				}
			}
			if i.Trust == nil && len(i.Policies) == 0 {
				continue
			}
			for _, a := range role.Attach {
				i.Attach(c.e.ExpandARN(a.ARN), i.Range)
			}
			if !role.Existing {
				for _, t := range c.e.AllTags(c.m, role.Tags) {
					i.Tags = append(i.Tags, inventory.Tag(t))
				}
			}
			if arn := c.e.BoundaryARN(c.m); arn != "" && !role.Existing && role.Kind != model.Deploy && role.Kind != model.Plan {
				if boundary != nil {
					i.Boundary, i.BoundaryARN = boundary, arn
				} else {
					i.Bound(arn, i.Range)
				}
			}
			c.inv.Identities = append(c.inv.Identities, i)
		}
	}
}

func (c compiled) tables() {
	for _, t := range c.m.Tables {
		p := artifact.Policy{Kind: artifact.Table, Table: t}
		out := &inventory.Table{Table: c.describe(t), Described: true, Policy: c.of(p)}
		if !t.Existing {
			for _, tag := range c.e.AllTags(c.m, t.Tags) {
				out.Tags = append(out.Tags, inventory.Tag(tag))
			}
		}
		if out.Range = t.Origin; out.Policy != nil {
			out.Range = c.begin(p)
		}
		c.inv.Tables = append(c.inv.Tables, out)
	}
}

// describe is a table of the model as describe-table would show it. Of one that exists already the settings are its owner's.
func (c compiled) describe(t *model.Table) describe.Table {
	out := describe.Table{
		Name: c.e.TableName(t), Account: c.e.Account, Region: c.e.Region,
		PartitionKey: attribute(t.PartitionKey), SortKey: sortKey(t.SortKey),
		Stream: strings.ToLower(string(t.Stream)), TimeToLive: t.TimeToLive,
	}
	for _, i := range t.GlobalIndexes {
		out.GlobalIndexes = append(out.GlobalIndexes, index(i))
	}
	for _, i := range t.LocalIndexes {
		out.LocalIndexes = append(out.LocalIndexes, index(i))
	}
	if t.Existing {
		return out
	}
	protected := t.DeletionProtection
	out.Protected, out.Recovery = &protected, describe.Recovery{Known: true, On: t.PointInTimeDays > 0, Days: t.PointInTimeDays}
	if out.OnDemand = t.Capacity == nil; !out.OnDemand {
		out.Capacity = capacity(t.Capacity)
	}
	switch t.Encryption.Kind {
	case model.AWSManaged:
		out.KMSKey = "alias/aws/dynamodb"
	case model.CustomerManaged:
		if out.KMSKey = model.In(c.e, t.Encryption.Key.Existing); out.KMSKey == "" {
			out.KMSKey = "{" + c.name(t.Encryption.Key.Name, "") + "}"
		}
	}
	return out
}

func attribute(a model.Attribute) describe.Attribute {
	return describe.Attribute{Name: a.Name, Type: string(a.Type)}
}

func sortKey(a *model.Attribute) *describe.Attribute {
	if a == nil {
		return nil
	}
	out := attribute(*a)
	return &out
}

func capacity(c *model.Capacity) *describe.Capacity {
	if c == nil {
		return nil
	}
	return &describe.Capacity{Read: c.Read, Write: c.Write}
}

func index(i *model.Index) describe.Index {
	out := describe.Index{Name: i.PhysicalName, PartitionKey: attribute(i.PartitionKey), SortKey: sortKey(i.SortKey), Capacity: capacity(i.Capacity)}
	switch i.Projection.Kind {
	case model.ProjectAll:
		out.Projection = "all"
	case model.ProjectKeysOnly:
		out.Projection = "keys_only"
	case model.ProjectInclude:
		out.Attributes = i.Projection.Attributes
	}
	return out
}

func (c compiled) keys() {
	for _, k := range c.m.Keys {
		p := artifact.Policy{Kind: artifact.Key, Key: k}
		if d := c.of(p); d != nil {
			c.inv.Keys = append(c.inv.Keys, &inventory.Key{Name: c.name(k.Name, ""), ARN: model.In(c.e, k.Existing), Policy: d, Range: d.Node.Place()})
		}
	}
}

func (c compiled) endpoints() {
	for _, e := range c.m.Endpoints {
		p := artifact.Policy{Kind: artifact.Endpoint, Endpoint: e}
		d := c.of(p)
		if d == nil {
			continue
		}
		out := &inventory.Endpoint{Name: c.name(e.Name, ""), Gateway: e.Gateway, Policy: d, Range: d.Node.Place()}
		out.Service = "com.amazonaws." + c.e.Region + "." + string(e.Service)
		if place := c.e.PlacementOf(e); place != nil {
			out.VPC = place.VPC
		}
		c.inv.Endpoints = append(c.inv.Endpoints, out)
	}
}

package spec

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/model"
)

// defaultRecoveryDays is how far back a table can be restored unless the spec says otherwise: DynamoDB's own default
// and most (DynamoDB developer guide, "Point-in-time recovery").
const defaultRecoveryDays = 35

func (r *resolver) resolveTables() {
	r.tables.what = "table"
	for _, e := range r.doc.Tables.Entries {
		t := r.table(e)
		r.tables.add(e.Key.Value, t)
		r.m.Tables = append(r.m.Tables, t)
	}
	slices.SortFunc(r.m.Tables, func(a, b *model.Table) int { return cmp.Compare(a.Name, b.Name) })
}

func (r *resolver) table(e Entry[Table]) *model.Table {
	v := e.Value
	t := &model.Table{
		Name:         e.Key.Value,
		PhysicalName: orElse(v.Name.Value, e.Key.Value),
		PartitionKey: attribute(v.PartitionKey),
		SortKey:      optionalAttribute(v.SortKey),
		TenantKeys:   r.templates(v.TenantKeys, v.PartitionKey),
		Stream:       model.StreamView(strings.ToUpper(v.Stream.Value)),
		TimeToLive:   v.TimeToLive.Value,
		Existing:     v.Existing.Value,
		Tags:         r.tags(v.Tags),
		Origin:       e.Key.Range,
	}
	if t.Existing {
		r.refuseExistingTable(v)
	} else {
		r.resolveProtection(t, v)
		t.Capacity = r.billing(v.Billing)
	}
	t.Encryption = r.encryption(v.Encryption, t.Existing)
	r.resolveIndexes(t, v)
	r.checkAttributes(t, v)
	r.checkTimeToLive(t, v)
	return t
}

func attribute(a Attribute) model.Attribute {
	return model.Attribute{Name: a.Name.Value, Type: model.AttributeType(orElse(a.Type.Value, "S"))}
}

func optionalAttribute(a *Attribute) *model.Attribute {
	if a == nil {
		return nil
	}
	resolved := attribute(*a)
	return &resolved
}

// writtenKey is a key of the document and where its value stands; the zero range: it was not written.
type writtenKey struct {
	name string
	at   hcl.Range
}

// refuseExisting reports keys that shape a thing which someone else makes.
func (r *resolver) refuseExisting(what string, keys []writtenKey) {
	for _, k := range keys {
		if k.at != (hcl.Range{}) {
			r.error(idExisting, "Setting of something made elsewhere", k.at,
				"%s exists already and nothing here creates it, so %q would have no effect. Remove it.", sentence(what), k.name)
		}
	}
}

func (r *resolver) refuseExistingTable(v Table) {
	keys := []writtenKey{{"time_to_live", v.TimeToLive.Range}, {"tags", v.Tags.Range}}
	if v.PointInTime != nil {
		keys = append(keys, writtenKey{"point_in_time_recovery", v.PointInTime.Range})
	}
	if v.DeletionProtection != nil {
		keys = append(keys, writtenKey{"deletion_protection", v.DeletionProtection.Range})
	}
	if v.Billing != nil {
		keys = append(keys, writtenKey{"billing", v.Billing.Range})
	}
	r.refuseExisting("the table", keys)
}

// resolveProtection resolves point-in-time recovery and deletion protection, which are on unless there is a reason.
func (r *resolver) resolveProtection(t *model.Table, v Table) {
	t.PointInTimeDays, t.DeletionProtection = defaultRecoveryDays, true
	subject := "table " + quoted([]string{t.Name})
	if p := v.PointInTime; p != nil {
		t.PointInTimeDays = orDefault(p.Days, defaultRecoveryDays)
		if r.turnedOff(subject, "point-in-time recovery", p.Enabled, p.Because) {
			t.PointInTimeDays = 0
			if p.Days.Set() {
				r.error(idRecoveryOff, "Days without recovery", p.Days.Range,
					"Point-in-time recovery is off, so there are no days to reach back. Remove the days, or turn it on.")
			}
		}
	}
	if p := v.DeletionProtection; p != nil {
		t.DeletionProtection = !r.turnedOff(subject, "deletion protection", p.Enabled, p.Because)
	}
}

// turnedOff reports whether a protection is turned off, which needs a reason.
func (r *resolver) turnedOff(subject, protection string, enabled Bool, because Text) bool {
	if !enabled.Set() || enabled.Value {
		r.needless(because)
		return false
	}
	if !because.Set() {
		r.error(idNeedsBecause, "Protection turned off without a reason", enabled.Range,
			"Turning off %s needs a reason that reviewers can read. Write {enabled: false, because: \"…\"}.", protection)
		return true
	}
	r.waive(subject, "has no "+protection, because)
	return true
}

// billing resolves provisioned capacity; nil is on demand.
func (r *resolver) billing(b *Billing) *model.Capacity {
	if b == nil {
		return nil
	}
	numbers := []writtenKey{{"read", b.Read.Range}, {"write", b.Write.Range}}
	if b.AutoscaleTo != nil {
		numbers = append(numbers, writtenKey{"autoscale_to", b.AutoscaleTo.Range})
	}
	if b.Mode.Set() {
		for _, k := range numbers {
			if k.at != (hcl.Range{}) {
				r.error(idCapacity, "Capacity on demand", k.at, "A table that is billed on demand has no %s capacity. Remove this, or remove \"mode\" and write both read and write.", k.name)
			}
		}
		return nil
	}
	if !b.Read.Set() || !b.Write.Set() {
		r.error(idCapacity, "Half a capacity", b.Range, "Provisioned billing needs both \"read\" and \"write\", in capacity units. Write both, such as billing: {read: 10, write: 5}, or billing: on_demand.")
		return nil
	}
	return r.capacity(b.Read, b.Write, b.AutoscaleTo)
}

func (r *resolver) capacity(read, write Int, roof *CapacityRoof) *model.Capacity {
	c := &model.Capacity{Read: read.Value, Write: write.Value}
	if roof == nil {
		return c
	}
	c.ReadRoof, c.WriteRoof = roof.Read.Value, roof.Write.Value
	r.checkRoof("read", read, roof.Read)
	r.checkRoof("write", write, roof.Write)
	return c
}

func (r *resolver) checkRoof(what string, base, roof Int) {
	if base.Value > 0 && roof.Value > 0 && roof.Value < base.Value {
		r.error(idCapacity, "Roof below the floor", roof.Range,
			"Autoscaling may raise the %s capacity from %d to %d, which is lower. Write at least %d.", what, base.Value, roof.Value, base.Value)
	}
}

func (r *resolver) encryption(e *Encryption, existing bool) model.Encryption {
	switch {
	case e == nil || e.Type.Value == "aws_owned":
		r.needlessKeyReason(e)
		return model.Encryption{Kind: model.AWSOwned}
	case e.Type.Set():
		r.needlessKeyReason(e)
		return model.Encryption{Kind: model.AWSManaged}
	}
	key, ok := find(r, r.keys, e.Key)
	if !ok {
		return model.Encryption{Kind: model.AWSOwned}
	}
	if !e.Because.Set() {
		r.error(idNeedsBecause, "Customer managed key without a reason", e.Key.Range,
			"A key of one's own costs money and can be lost, and is worth it for reasons that can be named. Write {key: %s, because: […]} with one or more of audit, rotation, revocation, cross_account.", key.Name)
	}
	if existing && len(key.Existing) == 0 {
		r.error(idExisting, "New key for an existing table", e.Key.Range,
			"The table exists already and nothing here changes its key, so it cannot be encrypted with a key that is made here. Name the table's key by its ARN in the key's \"existing\".")
	}
	because := values(r.unique(e.Because))
	slices.Sort(because)
	return model.Encryption{Kind: model.CustomerManaged, Key: key, Because: because}
}

func (r *resolver) needlessKeyReason(e *Encryption) {
	if e != nil && e.Because.Set() {
		r.error(idEncryption, "Reason without a key", e.Because.Range,
			"These are reasons for a key of one's own, and the table has none, so nobody's access can be revoked or audited by it. Write {key: NAME, because: […]} with a key of this spec, or remove the reasons.")
	}
}

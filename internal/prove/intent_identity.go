package prove

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// This file says what a role may do: its grants, and the jobs of the other kinds of role.

// identity is what the managed policies of a role must mean, together.
func (in intent) identity(r *model.Role, tenant string) access.Meaning {
	var out access.Meaning
	for _, g := range r.Grants {
		out.Add(in.grant(g, tenant))
	}
	for _, g := range r.TagGrants {
		out.Add(in.tagGrant(g))
	}
	for _, target := range r.Assumes {
		out.Allows = append(out.Allows, in.assumption(r, target, tenant))
	}
	out.Add(in.job(r))
	out.Allows = append(out.Allows, in.foreignKeys(r)...)
	return out
}

// assumption is the right to become another role; where that one's sessions belong to a tenant, only with its tag.
func (in intent) assumption(r, target *model.Role, tenant string) access.Box {
	arns := in.e.RoleARNs(in.m, target)
	if tenant != "" && target.PerTenant {
		arns = []string{in.e.RoleARN(target, tenant)}
	}
	if !in.carriesTag(target) {
		return in.On([]string{"sts:AssumeRole"}, arns)
	}
	return in.On([]string{"sts:AssumeRole", "sts:TagSession"}, arns).Given(in.demandedTag()...)
}

// carriesTag reports whether sessions of a role carry the tenant in a tag.
func (in intent) carriesTag(r *model.Role) bool {
	return in.m.Tenancy != nil && in.m.Tenancy.Identity.Tagged() && r.TenantScoped()
}

// demandedTag is what must be true of the tags when a tenant's session begins: the tenant's tag, not empty, and no other.
func (in intent) demandedTag() []access.Key {
	key := in.m.Tenancy.Identity.Name
	return []access.Key{
		{Name: strings.ToLower("aws:RequestTag/" + key), Values: access.Values{Every: access.NonEmpty()}},
		in.Is("aws:TagKeys", key),
	}
}

// job is what a role of another kind than runtime may do.
func (in intent) job(r *model.Role) access.Meaning {
	//exhaustive:enforce
	switch r.Kind {
	case model.StreamConsumer:
		return in.consumer(r)
	case model.Backup:
		return access.Meaning{Allows: in.backup(r)}
	case model.Restore:
		return access.Meaning{Allows: in.restore(r)}
	case model.Export:
		return access.Meaning{Allows: in.export(r)}
	case model.Deploy:
		return in.deploy(r)
	case model.Plan:
		return in.plan(r)
	case model.Runtime:
	}
	return access.Meaning{}
}

func (in intent) arns(r *model.Role, suffix string) []string {
	var out []string
	for _, t := range r.Tables {
		out = append(out, in.e.TableARN(t)+suffix)
	}
	return out
}

// consumer reads streams, over TLS only: no resource policy speaks for a stream here.
func (in intent) consumer(r *model.Role) access.Meaning {
	read := in.On([]string{"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"}, in.arns(r, "/stream/*"))
	list := in.On([]string{"dynamodb:ListStreams"}, []string{"*"})
	out := access.Meaning{Allows: []access.Box{read, list}}
	if in.m.Guardrails.DenyInsecureTransport {
		plain := in.IsFalse("aws:SecureTransport")
		out.Denies = []access.Box{read.Given(plain), list.Given(plain)}
	}
	return out
}

func byAWSBackup(r *model.Role) bool {
	return r.Trust.Kind == model.ServiceTrust && r.Trust.Service == "backup"
}

// backup makes backups and deletes none.
func (in intent) backup(r *model.Role) []access.Box {
	if byAWSBackup(r) {
		return []access.Box{
			in.On([]string{"dynamodb:DescribeTable", "dynamodb:ListTagsOfResource", "dynamodb:StartAwsBackupJob"}, in.arns(r, "")),
			in.On([]string{"backup:TagResource"}, []string{"arn:" + in.e.Partition + ":backup:" + in.e.Region + ":" + in.e.Account + ":recovery-point:*"}),
		}
	}
	return []access.Box{
		in.On([]string{"dynamodb:CreateBackup", "dynamodb:DescribeTable"}, in.arns(r, "")),
		in.On([]string{"dynamodb:DescribeBackup"}, in.arns(r, "/backup/*")),
	}
}

// restore fills new tables with what was backed up.
func (in intent) restore(r *model.Role) []access.Box {
	target := in.e.TablePatternARN(r.Restore.Into)
	out := []access.Box{in.On([]string{
		"dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem",
		"dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateItem",
	}, []string{target})}
	if byAWSBackup(r) {
		return append(out, in.On([]string{"dynamodb:RestoreTableFromAwsBackup"}, []string{target}))
	}
	if r.Restore.FromBackup {
		out = append(out, in.On([]string{"dynamodb:RestoreTableFromBackup"}, append(in.arns(r, "/backup/*"), target)))
	}
	if r.Restore.PointInTime {
		out = append(out, in.On([]string{"dynamodb:RestoreTableToPointInTime"}, append(in.arns(r, ""), target)))
	}
	return out
}

// export writes tables to a bucket.
func (in intent) export(r *model.Role) []access.Box {
	x := r.Export
	out := []access.Box{
		in.On([]string{"dynamodb:ExportTableToPointInTime"}, in.arns(r, "")),
		in.On([]string{"dynamodb:DescribeExport"}, in.arns(r, "/export/*")),
		in.On([]string{"s3:AbortMultipartUpload", "s3:PutObject", "s3:PutObjectAcl"},
			[]string{"arn:" + in.e.Partition + ":s3:::" + x.Bucket + "/" + x.Prefix + "*"}),
	}
	key := model.In(in.e, x.BucketKey)
	if key == "" {
		return out
	}
	bucketRegion := strings.Split(key, ":")[3]
	return append(out, in.On([]string{"kms:Decrypt", "kms:GenerateDataKey"}, []string{key}).Given(
		in.Is("kms:CallerAccount", in.e.Account),
		in.Is("kms:ViaService", "dynamodb."+in.e.Region+".amazonaws.com", "s3."+bucketRegion+".amazonaws.com"),
	))
}

// foreignKeys is the use of keys that were made elsewhere, which the roles' own policies carry.
func (in intent) foreignKeys(r *model.Role) []access.Box {
	var out []access.Box
	for _, k := range in.m.Keys {
		arn := model.In(in.e, k.Existing)
		names := in.tablesOf(r, k)
		if arn == "" || len(names) == 0 {
			continue
		}
		out = append(out, in.keyUse(r, names, arn)...)
		out = append(out, in.On([]string{"kms:DescribeKey"}, []string{arn}).Given(in.callerAndService()...))
	}
	return out
}

// tablesOf are the names of the tables under a key whose items a role reads or writes.
func (in intent) tablesOf(r *model.Role, k *model.Key) []string {
	var out []string
	for _, t := range in.m.Tables {
		if t.Encryption.Key == k && in.touches(r, t) {
			out = append(out, in.e.TableName(t))
		}
	}
	return out
}

// touches reports whether a role reads or writes items of a table.
func (in intent) touches(r *model.Role, t *model.Table) bool {
	if slices.Contains(r.Tables, t) {
		return true
	}
	for _, g := range r.Grants {
		if g.Table == t && slices.ContainsFunc(g.Actions, onItems) {
			return true
		}
	}
	return slices.ContainsFunc(r.TagGrants, func(g *model.TagGrant) bool {
		return !t.TenantKeyed() && slices.ContainsFunc(g.Actions, onItems) && in.tagged(t, g)
	})
}

func onItems(a model.Action) bool { return operationOf(a).Class != catalog.ClassDescribe }

// tagged reports whether a table of the spec can carry the tags of a grant.
func (in intent) tagged(t *model.Table, g *model.TagGrant) bool {
	tags := in.e.AllTags(in.m, t.Tags)
	for _, want := range g.Tags {
		i := slices.IndexFunc(tags, func(tag model.Tag) bool { return tag.Key == want.Key })
		if i < 0 || !want.Same && tags[i].Value != want.Value {
			return false
		}
	}
	return true
}

// keyUse is what a role has done with a key for tables, through DynamoDB.
func (in intent) keyUse(r *model.Role, tables []string, resource string) []access.Box {
	forTables := in.Is(tableNameKey, tables...)
	through := append(in.callerAndService(), in.Is("kms:EncryptionContext:aws:dynamodb:subscriberId", in.e.Account))
	switch r.Kind {
	case model.Backup:
		return []access.Box{in.On([]string{"kms:Decrypt", "kms:GenerateDataKey"}, []string{resource}).Given(append(through, forTables)...)}
	case model.Restore:
		into := in.e.NamePrefix + r.Restore.Into
		return []access.Box{
			in.On(allCrypto(), []string{resource}).Given(append(through, in.Like(tableNameKey, append(tables, into)...))...),
			in.On([]string{"kms:CreateGrant"}, []string{resource}).Given(append(through, in.Like(tableNameKey, into), in.IsTrue("kms:GrantIsForAWSResource"))...),
		}
	}
	return []access.Box{in.On([]string{"kms:Decrypt"}, []string{resource}).Given(append(through, forTables)...)}
}

const tableNameKey = "kms:EncryptionContext:aws:dynamodb:tableName"

func allCrypto() []string {
	return []string{"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"}
}

func (in intent) callerAndService() []access.Key {
	return []access.Key{in.Is("kms:CallerAccount", in.e.Account), in.Is("kms:ViaService", "dynamodb."+in.e.Region+".amazonaws.com")}
}

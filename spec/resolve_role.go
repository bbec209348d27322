package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
)

// defaultSession is the longest session of a role in seconds, unless the spec says otherwise: IAM's own default.
const defaultSession = 3600

// nameRoles makes every role, so that references find them, without what they say.
func (r *resolver) nameRoles() {
	r.roles.what = "role"
	for _, e := range r.doc.Roles.Entries {
		role := &model.Role{Name: e.Key.Value, Kind: model.Kind(e.Value.Kind.Value), Origin: e.Key.Range}
		r.roles.add(e.Key.Value, role)
		if deploys(role) {
			r.m.DeployRoles = append(r.m.DeployRoles, role)
		} else {
			r.m.Roles = append(r.m.Roles, role)
		}
	}
	byName := func(a, b *model.Role) int { return cmp.Compare(a.Name, b.Name) }
	slices.SortFunc(r.m.Roles, byName)
	slices.SortFunc(r.m.DeployRoles, byName)
}

// The kinds of role: those that work with tables, and those that Terraform runs as.
var (
	workingKinds   = []model.Kind{model.Runtime, model.StreamConsumer, model.Backup, model.Restore, model.Export}
	deployingKinds = []model.Kind{model.Deploy, model.Plan}
)

// deploys reports whether a role is one that Terraform runs as.
func deploys(role *model.Role) bool { return slices.Contains(deployingKinds, role.Kind) }

// known reports whether a kind is one of the language; any other has been reported.
func known(kind model.Kind) bool {
	return slices.Contains(workingKinds, kind) || slices.Contains(deployingKinds, kind)
}

// worker returns the role that a reference names, which must be one that works with tables; in says where it stands.
func (r *resolver) worker(ref Text, in string) (*model.Role, bool) {
	role, ok := find(r, r.roles, ref)
	if ok && deploys(role) {
		r.error(idDeployRole, "Role that Terraform runs as", ref.Range,
			"%q is of kind %s, which makes tables and roles and works with neither, so it cannot stand %s. Name a role of another kind.", role.Name, role.Kind, in)
		return nil, false
	}
	return role, ok
}

// workers returns the roles that a list names, sorted by name, which must be such that work with tables.
func (r *resolver) workers(list List[Text], in string) []*model.Role {
	var out []*model.Role
	for _, ref := range sortedTexts(r.unique(list)) {
		if role, ok := r.worker(ref, in); ok {
			out = append(out, role)
		}
	}
	return out
}

func (r *resolver) resolveRoles() {
	for _, e := range r.doc.Roles.Entries {
		r.resolveRole(r.roles.parts[e.Key.Value], e.Value)
	}
	for _, role := range r.m.Roles {
		slices.SortFunc(role.Assumes, func(a, b *model.Role) int { return cmp.Compare(a.Name, b.Name) })
	}
}

func (r *resolver) resolveRole(role *model.Role, v Role) {
	role.Existing = v.Existing.Value
	role.Description = v.Description.Value
	role.Attach = r.attachments(v.Attach)
	if role.Existing {
		r.resolveExistingRole(role, v)
	} else {
		r.resolveNewRole(role, v)
	}
	r.checkKindKeys(role, v)
	switch role.Kind {
	case model.Runtime:
		r.resolveAccess(role, v.Access)
	case model.StreamConsumer:
		r.resolveStreams(role, v)
	case model.Backup:
		role.Tables = findAll(r, r.tables, v.Tables)
	case model.Restore:
		r.resolveRestore(role, v)
	case model.Export:
		r.resolveExport(role, v)
	case model.Deploy, model.Plan:
		r.resolveDeployRole(role, v)
	}
	role.PerTenant = r.m.Tenancy != nil && r.m.Tenancy.Identity.Kind == model.Silo && role.TenantScoped()
}

// Where the paths of all roles and policies begin that this program makes, whatever the spec (see model.RolesPath), and of
// those that an administrator applies (see model.BootstrapPath).
const (
	rolesPaths     = "/ddbgen/"
	bootstrapPaths = "/ddbgen-bootstrap/"
)

// resolveExistingRole resolves a role that someone else makes: its name is all that is known of it.
func (r *resolver) resolveExistingRole(role *model.Role, v Role) {
	at := strings.LastIndex(v.Name.Value, "/") + 1
	role.Path, role.PhysicalName = "/"+v.Name.Value[:at], v.Name.Value[at:]
	keys := []writtenKey{{"description", v.Description.Range}, {"max_session_seconds", v.Session.Range}, {"tags", v.Tags.Range}}
	if v.AssumedBy != nil {
		keys = append(keys, writtenKey{"assumed_by", v.AssumedBy.Range})
	}
	r.refuseExisting("the role", keys)
	for _, own := range []string{rolesPaths, bootstrapPaths} {
		if hasPrefixFold(role.Path, own) {
			r.error(idExistingRole, "Existing role among those made here", v.Name.Range,
				"Roles under %s are made by this program, and each by one spec alone. Name a role of another path, or grant the access in that spec.", own)
		}
	}
	if !v.Name.Set() {
		r.error(idExistingRole, "Existing role without a name", role.Origin,
			"Nothing says which role of the account %q is. Add its \"name\", with its path if it has one, such as service/reader.", role.Name)
	}
}

func (r *resolver) resolveNewRole(role *model.Role, v Role) {
	role.Path = r.m.RolesPath()
	if deploys(role) {
		role.Path = r.m.BootstrapPath()
	}
	role.PhysicalName = orElse(v.Name.Value, r.m.Name+"-"+strings.ReplaceAll(role.Name, "_", "-"))
	role.Session = orDefault(v.Session, defaultSession)
	role.Tags = r.roleTags(v.Tags)
	if strings.Contains(role.PhysicalName, "/") {
		r.error(idRoleName, "Path in a new role's name", v.Name.Range,
			"Roles made here get the path %s, so that it is plain who makes them. Write the name without a path.", role.Path)
	}
	r.checkDescription(v.Description)
	if v.AssumedBy == nil {
		r.error(idAssumedBy, "Role that nobody can assume", role.Origin,
			"Nothing says who may become %q. Add \"assumed_by\", for example: assumed_by: {service: lambda}", role.Name)
		return
	}
	role.Trust = r.trust(role, *v.AssumedBy)
	if role.Trust.Kind == model.RoleTrust && role.Session > defaultSession {
		r.warn(idSession, "Session longer than AWS allows", v.Session.Range,
			"A role that is assumed by a role has sessions of one hour at most, whatever is written here. Remove \"max_session_seconds\".")
	}
}

// roleTags resolves a role's own tags, which stand beside those of each environment.
func (r *resolver) roleTags(written Map[Text]) []model.Tag {
	for _, e := range r.m.Environments {
		if r.checkTagCase(written, e.Tags...) {
			break
		}
	}
	return r.tags(written)
}

// checkDescription holds a role's description to the characters IAM takes (IAM API reference, CreateRole).
func (r *resolver) checkDescription(text Text) {
	for _, c := range text.Value {
		if c > 0xff || c >= 0x7f && c <= 0xa0 {
			r.error(idPolicyText, "Text that IAM cannot hold", text.Range,
				"The description of a role holds Latin-1 characters only, and %s is none. Write the description without it.", quoteRune(c))
			return
		}
	}
}

// kindKey is a key that only roles of some kinds take, and of which of those it is demanded.
type kindKey struct {
	writtenKey
	kinds    []model.Kind
	required []model.Kind
}

func kindKeys(v Role) []kindKey {
	work := []model.Kind{model.Backup, model.Restore, model.Export}
	restore, export := []model.Kind{model.Restore}, []model.Kind{model.Export}
	consumer, deploy := []model.Kind{model.StreamConsumer}, []model.Kind{model.Deploy}
	var state hcl.Range
	if v.State != nil {
		state = v.State.Range
	}
	return []kindKey{
		{writtenKey{"access", v.Access.Range}, []model.Kind{model.Runtime}, nil},
		{writtenKey{"streams", v.Streams.Range}, consumer, consumer},
		{writtenKey{"tables", v.Tables.Range}, work, work},
		{writtenKey{"into", v.Into.Range}, restore, restore},
		{writtenKey{"from", v.From.Range}, restore, nil},
		{writtenKey{"because", v.Because.Range}, []model.Kind{model.Restore, model.Deploy}, restore},
		{writtenKey{"bucket", v.Bucket.Range}, export, export},
		{writtenKey{"prefix", v.Prefix.Range}, export, nil},
		{writtenKey{"bucket_key", v.BucketKey.at()}, export, nil},
		{writtenKey{"attach", v.Attach.Range}, workingKinds, nil},
		{writtenKey{"existing", v.Existing.Range}, workingKinds, nil},
		{writtenKey{"state", state}, deployingKinds, nil},
		{writtenKey{"allow", v.Allow.Range}, deploy, nil},
	}
}

func (r *resolver) checkKindKeys(role *model.Role, v Role) {
	if !known(role.Kind) {
		return
	}
	for _, k := range kindKeys(v) {
		written := k.at != (hcl.Range{})
		switch {
		case written && !slices.Contains(k.kinds, role.Kind):
			r.error(idKindKey, "Key of another kind of role", k.at,
				"A role holds the rights of one kind, and this one is of kind %s; %q belongs to roles of kind %s. Remove it, or make a second role.", role.Kind, k.name, kindList(k.kinds))
		case !written && slices.Contains(k.required, role.Kind):
			r.error(idKindKeyMissing, "Role that lacks a key of its kind", role.Origin,
				"A role of kind %s needs %q. %s", role.Kind, k.name, kindRemedy(k.name))
		}
	}
}

func kindList(kinds []model.Kind) string {
	words := make([]string, len(kinds))
	for i, k := range kinds {
		words[i] = string(k)
	}
	return strings.Join(words, " or ")
}

// kindRemedy says what to write for a key that a kind of role demands.
func kindRemedy(key string) string {
	switch key {
	case "streams":
		return "List the tables whose streams it reads, for example: streams: [ledger]"
	case "tables":
		return "List the tables it works on, for example: tables: [ledger]"
	case "into":
		return "Say which tables it may create, for example: into: \"restored-*\""
	case "bucket":
		return "Name the bucket it writes to, for example: bucket: acme-exports"
	}
	return "A restore can read every item of its tables; say what for, for example: because: \"disaster recovery, runbook DR-3\""
}

func (r *resolver) attachments(list List[Text]) []model.Attachment {
	var out []model.Attachment
	for _, text := range r.unique(list) {
		out = append(out, model.Attachment{ARN: r.attachment(text), Origin: text.Range})
	}
	slices.SortFunc(out, func(a, b model.Attachment) int { return cmp.Compare(a.ARN, b.ARN) })
	return out
}

// attachment returns the ARN of a policy written elsewhere: of an AWS managed policy by its name, or as it is written.
func (r *resolver) attachment(text Text) string {
	if !strings.HasPrefix(text.Value, "arn:") {
		info, known := catalog.ManagedPolicy(text.Value)
		if !known {
			r.error(idAttach, "Unknown managed policy", text.Range, "%q is not among the AWS managed policies that are known by name here. %s",
				text.Value, suggestion(catalog.NearManagedPolicy(text.Value), "Write its ARN: \"arn:{partition}:iam::{account}:policy/NAME\" for one of your own, \"arn:{partition}:iam::aws:policy/NAME\" for one of AWS."))
		}
		r.refuseManaged(info, text)
		return "arn:{partition}:iam::aws:policy" + orElse(info.Path, "/") + text.Value
	}
	if !policyARN.MatchString(text.Value) {
		r.error(idAttach, "Not the ARN of a policy", text.Range,
			"This must be one managed policy by its full ARN, such as \"arn:{partition}:iam::{account}:policy/NAME\". The placeholders are {partition}, {account} and {region}.")
		return text.Value
	}
	r.checkAttachedARN(text)
	return text.Value
}

func (r *resolver) refuseManaged(info catalog.ManagedPolicyInfo, text Text) {
	if info.Refused != "" {
		r.error(idAttachRefused, "Policy that undoes the spec", text.Range,
			"%s With it attached, nothing that this spec says of the role would hold. Remove it, and grant what the role needs in the spec.", info.Refused)
	}
}

// checkAttachedARN demands a policy that undoes nothing of the spec: none that AWS made too wide, and none of the roles that
// Terraform runs as.
func (r *resolver) checkAttachedARN(text Text) {
	if splitARN(text.Value).account == "aws" {
		info, _ := catalog.ManagedPolicy(text.Value[strings.LastIndex(text.Value, "/")+1:])
		r.refuseManaged(info, text)
	}
	if _, path, _ := strings.Cut(text.Value, ":policy"); hasPrefixFold(path, bootstrapPaths) {
		r.refuseManaged(catalog.ManagedPolicyInfo{Refused: "It belongs to the roles that deploy, and grants what they may do."}, text)
	}
	r.policyPlace(text)
}

// policyPlace demands a policy of AWS or of the environment's own account: IAM attaches no other (IAM user guide, "Managed
// policies and inline policies").
func (r *resolver) policyPlace(text Text) {
	aws := splitARN(text.Value).account == "aws"
	for _, environment := range r.m.Environments {
		demand := arnParts{partition: environment.Partition, account: environment.Account}
		if aws {
			demand.account = ""
		}
		r.checkARN(environment, text.Value, demand, text.Range)
	}
}

func (r *resolver) resolveStreams(role *model.Role, v Role) {
	role.Tables = findAll(r, r.tables, v.Streams)
	for _, text := range v.Streams.Items {
		if t := r.tables.parts[text.Value]; t != nil && t.Stream == "" {
			r.error(idNoStream, "Table without a stream", text.Range,
				"The table %q has no stream. Turn it on there, for example: stream: new_and_old_images", t.Name)
		}
	}
}

func (r *resolver) resolveRestore(role *model.Role, v Role) {
	role.Tables = findAll(r, r.tables, v.Tables)
	from := values(r.unique(v.From))
	role.Restore = &model.RestoreRights{
		Into:        v.Into.Value,
		FromBackup:  !v.From.Set() || slices.Contains(from, "backup"),
		PointInTime: !v.From.Set() || slices.Contains(from, "point_in_time"),
		Because:     v.Because.Value,
	}
	if role.Restore.PointInTime {
		r.checkRecoverable(v.Tables, "restore", "Turn it on there, or write from: [backup].")
	}
	r.checkRestoreTarget(v.Into)
	if v.Because.Set() {
		r.waive(fmt.Sprintf("role %q", role.Name), "restores tables, and so reads and writes every item of what it restores", v.Because)
	}
}

// checkRestoreTarget keeps the rights on restored tables off the tables that are there: a restore needs every item
// operation on the table it creates (DynamoDB developer guide, "Using IAM with DynamoDB backup and restore").
func (r *resolver) checkRestoreTarget(into Text) {
	prefix := strings.TrimSuffix(into.Value, "*")
	if prefix == into.Value {
		return
	}
	for _, t := range r.m.Tables {
		if strings.HasPrefix(t.PhysicalName, prefix) {
			r.error(idRestoreTarget, "Restore into a table in use", into.Range,
				"The name %q of the table %q matches %q, and a restore role may read and write all items of what it creates. Choose names that no table of the spec has.", t.PhysicalName, t.Name, into.Value)
		}
	}
}

// checkRecoverable demands point-in-time recovery, where it is known whether it is on.
func (r *resolver) checkRecoverable(tables List[Text], what, remedy string) {
	for _, text := range tables.Items {
		if t := r.tables.parts[text.Value]; t != nil && !t.Existing && t.PointInTimeDays == 0 {
			r.error(idNoRecovery, "Table without point-in-time recovery", text.Range,
				"The table %q has no point-in-time recovery, which this %s works from. %s", t.Name, what, remedy)
		}
	}
}

func (r *resolver) resolveExport(role *model.Role, v Role) {
	role.Tables = findAll(r, r.tables, v.Tables)
	r.checkRecoverable(v.Tables, "export", "Turn it on there.")
	locals := r.perEnvironment(v.BucketKey)
	for _, l := range locals {
		r.checkARN(l.environment, l.text.Value, arnParts{partition: l.environment.Partition}, l.text.Range)
	}
	role.Export = &model.ExportTarget{Bucket: v.Bucket.Value, Prefix: v.Prefix.Value, BucketKey: environmentValues(locals)}
}

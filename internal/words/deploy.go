package words

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/model"
)

// This file says what the roles may do that deploy and plan.

// Duty is something that such a role may do, or is refused, with what its statements are known by: the actions, and the
// resources in an environment. Both may hold stars.
type Duty struct {
	What    string
	Actions []string
	On      func(*model.Environment) []string
}

// Duties are what a role that deploys or plans may do in some environments; of a role of another kind there are none.
func (s Style) Duties(m *model.Model, r *model.Role, environments ...*model.Environment) []Duty {
	switch r.Kind {
	case model.Deploy:
		return slices.Concat(s.deployTables(m, r), s.deployRoles(m), s.deployKeys(m, r), s.deployEndpoints(m), s.deployTrail(m, r),
			s.state(m, "reads and writes", environments))
	case model.Plan:
		return slices.Concat(s.plan(m), s.state(m, "reads", environments))
	}
	return nil
}

// everything is where actions are told apart by their names alone.
func everything(*model.Environment) []string { return []string{"*"} }

func tablesNamed(tables []*model.Table) func(*model.Environment) []string {
	return func(e *model.Environment) []string {
		var out []string
		for _, t := range tables {
			out = append(out, e.TableARN(t))
		}
		return out
	}
}

func madeTable(t *model.Table) bool { return !t.Existing }

func existingTable(t *model.Table) bool { return t.Existing }

func recoverable(t *model.Table) bool { return !t.Existing && t.PointInTimeDays > 0 }

// iamNames are ARNs of IAM in the environment's account.
func iamNames(names ...string) func(*model.Environment) []string {
	return func(e *model.Environment) []string {
		var out []string
		for _, n := range names {
			out = append(out, "arn:"+e.Partition+":iam::"+e.Account+":"+n)
		}
		return out
	}
}

func (s Style) tables(tables []*model.Table) string {
	return s.Plural("table", "tables", NamesOf(tables, tableName))
}

func (s Style) deployTables(m *model.Model, r *model.Role) []Duty {
	var out []Duty
	if made := Those(m.Tables, madeTable); len(made) > 0 {
		out = append(out, Duty{
			"makes and changes " + s.tables(made) + ", with indexes, tags and resource policies",
			[]string{"dynamodb:Create*", "dynamodb:Describe*", "dynamodb:List*", "dynamodb:Update*", "dynamodb:Tag*", "dynamodb:Untag*", "dynamodb:*ResourcePolicy"}, tablesNamed(made),
		})
		if r.May(model.DeleteTables) {
			out = append(out, Duty{"deletes " + s.tables(made) + ", where deletion protection is off", []string{"dynamodb:DeleteTable"}, tablesNamed(made)})
		}
		if r.May(model.ChangeRecovery) {
			out = append(out, Duty{"turns point-in-time recovery of " + s.tables(made) + " on and off", []string{"dynamodb:UpdateContinuousBackups"}, tablesNamed(made)})
		}
	}
	if existing := Those(m.Tables, existingTable); len(existing) > 0 {
		out = append(out, Duty{"reads the settings of " + s.tables(existing) + ", made elsewhere", []string{"dynamodb:Describe*", "dynamodb:List*"}, tablesNamed(existing)})
	}
	if policied := Those(m.Tables, func(t *model.Table) bool { return t.Existing && m.Policied(t) }); len(policied) > 0 {
		out = append(out, Duty{"sets the resource policies of " + s.tables(policied) + ", made elsewhere", []string{"dynamodb:*ResourcePolicy"}, tablesNamed(policied)})
	}
	if scaled := Those(m.Tables, Scaled); len(scaled) > 0 {
		out = append(out, Duty{
			"lets AWS scale the capacity of " + s.tables(scaled) + ", with alarms that may do nothing else, by DynamoDB's own service-linked role; what is scaled has a number for a name, so this right is for every table of the account",
			[]string{"application-autoscaling:*", "cloudwatch:*", "iam:CreateServiceLinkedRole"}, everything,
		})
	}
	return out
}

// Scaled reports whether a table made here, or an index of it, has its capacity scaled.
func Scaled(t *model.Table) bool {
	return !t.Existing && (t.Capacity.Autoscaled() || slices.ContainsFunc(t.GlobalIndexes, func(i *model.Index) bool { return i.Capacity.Autoscaled() }))
}

func madeRole(r *model.Role) bool { return !r.Existing }

func onEC2(r *model.Role) bool {
	return !r.Existing && r.Trust.Kind == model.ServiceTrust && r.Trust.Service == "ec2"
}

func (s Style) deployRoles(m *model.Model) []Duty {
	var out []Duty
	if made := Those(m.Roles, madeRole); len(made) > 0 {
		attached := slices.ContainsFunc(made, func(r *model.Role) bool { return len(r.Attach) > 0 })
		out = append(out, Duty{
			"makes, changes and deletes " + s.rolesOf(made) + ", and whatever else is named after the spec; makes no role without the permissions boundary, attaches to none without it, and only policies that this spec writes" + When(attached, " or names"),
			[]string{"iam:Get*", "iam:List*", "iam:Create*", "iam:Delete*", "iam:Update*", "iam:Put*", "iam:Attach*", "iam:Detach*", "iam:Tag*", "iam:Untag*"},
			iamNames("role"+m.RolesPath()+"*", "policy"+m.RolesPath()+"*"),
		})
	}
	if existing := Those(m.Roles, func(r *model.Role) bool { return r.Existing }); len(existing) > 0 {
		out = append(out, Duty{
			"makes and changes the policies of " + s.rolesOf(existing) + ", made elsewhere and not held by the boundary, and attaches them there",
			[]string{"iam:*"}, existingRoles(existing),
		})
	}
	if hosts := Those(m.Roles, onEC2); len(hosts) > 0 {
		out = append(out, Duty{
			"makes the instance profiles of " + s.rolesOf(hosts) + ", and passes what is in them to EC2, to nothing else",
			[]string{"iam:*InstanceProfile", "iam:PassRole"}, iamNames("instance-profile/*", "role"+m.RolesPath()+"*"),
		})
	}
	return out
}

func (s Style) rolesOf(roles []*model.Role) string {
	return s.Plural("role", "roles", NamesOf(roles, func(r *model.Role) string { return r.Name }))
}

// existingRoles are roles made elsewhere, and the policies that are made for them, which are called after them.
func existingRoles(roles []*model.Role) func(*model.Environment) []string {
	return func(e *model.Environment) []string {
		var out []string
		for _, r := range roles {
			out = append(out, e.RoleARN(r, ""), "arn:"+e.Partition+":iam::"+e.Account+":policy"+r.Path+e.RoleName(r, "")+"*")
		}
		return out
	}
}

func madeKey(k *model.Key) bool { return len(k.Existing) == 0 }

// keysOfTables are the keys that tables which are made here are put under.
func keysOfTables(m *model.Model) []*model.Key {
	return Those(m.Keys, func(k *model.Key) bool {
		return slices.ContainsFunc(m.Tables, func(t *model.Table) bool { return !t.Existing && t.Encryption.Key == k })
	})
}

func (s Style) deployKeys(m *model.Model, r *model.Role) []Duty {
	var out []Duty
	if made := Those(m.Keys, madeKey); len(made) > 0 {
		out = append(out, Duty{
			"makes " + s.keysOf(made) + ", with the tag " + s.Name(model.StackTag) + ", and changes policy, rotation, tags and alias",
			[]string{"kms:CreateKey", "kms:*Alias*", "kms:EnableKeyRotation", "kms:Get*", "kms:ListResourceTags", "kms:PutKeyPolicy", "kms:TagResource", "kms:UntagResource", "kms:UpdateKeyDescription"}, everything,
		})
		if r.May(model.DeleteKeys) {
			out = append(out, Duty{"schedules the deletion of " + s.keysOf(made), []string{"kms:ScheduleKeyDeletion"}, everything})
		}
	}
	if used := keysOfTables(m); len(used) > 0 {
		out = append(out, Duty{
			"uses " + s.keysOf(used) + " through DynamoDB, as DynamoDB demands of whoever puts a table under a key, for these tables only",
			[]string{"kms:CreateGrant", "kms:Encrypt", "kms:ReEncrypt*"}, everything,
		})
	}
	return append(out, s.keyReading(m)...)
}

func (s Style) keysOf(keys []*model.Key) string {
	return s.Plural("key", "keys", NamesOf(keys, func(k *model.Key) string { return k.Name }))
}

// keyReading is what Terraform asks KMS about tables that are not under a key that AWS owns: what their key is.
func (s Style) keyReading(m *model.Model) []Duty {
	encrypted := Those(m.Tables, func(t *model.Table) bool { return !t.Existing && t.Encryption.Kind != model.AWSOwned })
	if len(encrypted) == 0 {
		return nil
	}
	return []Duty{{"asks KMS which key DynamoDB has for " + s.tables(encrypted), []string{"kms:DescribeKey"}, everything}}
}

func (s Style) endpointsOf(m *model.Model) string {
	return s.Plural("endpoint", "endpoints", NamesOf(m.Endpoints, func(p *model.Endpoint) string { return p.Name }))
}

func (s Style) deployEndpoints(m *model.Model) []Duty {
	if len(m.Endpoints) == 0 {
		return nil
	}
	return []Duty{{
		"makes, changes and deletes " + s.endpointsOf(m) + " with their policies, known by the tag " + s.Name(model.StackTag) + ", in the networks that the spec names",
		[]string{"ec2:*"}, everything,
	}}
}

func (s Style) deployTrail(m *model.Model, r *model.Role) []Duty {
	if m.Trail == nil {
		return nil
	}
	out := []Duty{{
		"makes and starts the audit trail, and says which events it records",
		[]string{"cloudtrail:Create*", "cloudtrail:Put*", "cloudtrail:Start*", "cloudtrail:Get*", "cloudtrail:List*", "cloudtrail:Describe*", "cloudtrail:Add*", "cloudtrail:Remove*"}, everything,
	}}
	if r.May(model.DeleteTrail) {
		out = append(out, Duty{"deletes the audit trail, and changes where it writes", trailLoss(), everything})
	}
	return out
}

// state is the access to the state of the environment's root. Whoever plans takes the lock too, so that no plan is made of
// half a deployment.
func (s Style) state(m *model.Model, what string, environments []*model.Environment) []Duty {
	if m.State == nil {
		return nil
	}
	where := s.Each(environments, func(e *model.Environment) string {
		return s.Name("s3://" + model.In(e, m.State.Bucket) + "/" + e.StateKey(m, false))
	})
	return []Duty{{
		what + " Terraform's state and takes its lock" + When(m.State.LockTable != "", ", in the table "+s.Name(m.State.LockTable)) + ": " + where,
		[]string{"s3:*", "dynamodb:*", "kms:Decrypt"}, stateOf(m),
	}}
}

// stateOf is what the state of an environment's root is made of.
func stateOf(m *model.Model) func(*model.Environment) []string {
	return func(e *model.Environment) []string {
		bucket := "arn:" + e.Partition + ":s3:::" + model.In(e, m.State.Bucket)
		out := []string{bucket, bucket + "/*"}
		if m.State.LockTable != "" {
			out = append(out, "arn:"+e.Partition+":dynamodb:"+e.Region+":"+e.Account+":table/"+m.State.LockTable)
		}
		if key := model.In(e, m.State.Key); key != "" {
			out = append(out, key)
		}
		return out
	}
}

// plan is what a role reads that plans: the settings of what the spec describes.
func (s Style) plan(m *model.Model) []Duty {
	var out []Duty
	reads := func(what string, on func(*model.Environment) []string, actions ...string) {
		out = append(out, Duty{"reads " + what, actions, on})
	}
	if len(m.Tables) > 0 {
		reads("the settings and tags of "+s.tables(m.Tables), tablesNamed(m.Tables), "dynamodb:Describe*", "dynamodb:List*")
	}
	if policied := Those(m.Tables, func(t *model.Table) bool { return !t.Existing || m.Policied(t) }); len(policied) > 0 {
		reads("the resource policies of "+s.tables(policied), tablesNamed(policied), "dynamodb:GetResourcePolicy")
	}
	if slices.ContainsFunc(m.Tables, Scaled) {
		reads("how their capacity is scaled", everything, "application-autoscaling:*")
	}
	if len(m.Roles) > 0 {
		reads(s.rolesOf(m.Roles)+", with their policies", everything, "iam:Get*", "iam:List*")
	}
	if made := Those(m.Keys, madeKey); len(made) > 0 {
		reads("the settings, policies and aliases of "+s.keysOf(made), everything, "kms:Get*", "kms:List*")
	}
	if len(m.Endpoints) > 0 {
		reads(s.endpointsOf(m), everything, "ec2:Describe*")
	}
	if m.Trail != nil {
		reads("the settings of the audit trail", everything, "cloudtrail:Describe*", "cloudtrail:Get*", "cloudtrail:List*")
	}
	return append(out, s.keyReading(m)...)
}

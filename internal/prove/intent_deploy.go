package prove

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/access"
	"github.com/ddbgen/ddbgen/internal/model"
)

// This file says what the roles that deploy and plan may do: what Terraform calls for the resources of an environment's
// root, and no more. What they must never do is in intent_withheld.go.

// deploy is what a role that applies an environment's root may do.
func (in intent) deploy(r *model.Role) access.Meaning {
	allows := slices.Concat(in.changeTables(r), in.changeScaling(), in.changeRoles(), in.changeExistingRoles(r), in.changeProfiles(),
		in.makeKeys(), in.chooseKeys(), in.readDefaultKey(), in.changeEndpoints(), in.changeTrail(r), in.state(true))
	denies := slices.Concat(in.withheldRoles(), in.withheldItems(), in.withheldKeys())
	return access.Meaning{Allows: allows, Denies: append(denies, allBut(allows, in.keysGive(r)))}
}

// plan is what a role that plans an environment's root may do: read, and lock the state.
func (in intent) plan(r *model.Role) access.Meaning {
	allows := slices.Concat(in.readTables(), in.readScaling(), in.readRoles(), in.listAliases(), in.readDefaultKey(), in.readEndpoints(),
		in.readTrail(), in.state(false))
	return access.Meaning{Allows: allows, Denies: append(in.withheldItems(), in.keyUseElsewhere(), allBut(allows, in.keysGive(r)))}
}

// some is those of some boxes that have a request in them: where the system has nothing of a kind, there is nothing to allow.
func some(boxes ...access.Box) []access.Box { return slices.DeleteFunc(boxes, access.Box.IsEmpty) }

const (
	readingOfTables = "DescribeTable DescribeContinuousBackups DescribeTimeToLive ListTagsOfResource"
	tablePolicies   = "GetResourcePolicy PutResourcePolicy DeleteResourcePolicy"
	readingOfRoles  = "GetRole GetRolePolicy ListRolePolicies ListAttachedRolePolicies"
)

// tablesThat are the ARNs of some tables.
func (in intent) tablesThat(is func(*model.Table) bool) []string {
	var out []string
	for _, t := range in.m.Tables {
		if is(t) {
			out = append(out, in.e.TableARN(t))
		}
	}
	return out
}

func isMade(t *model.Table) bool      { return !t.Existing }
func isElsewhere(t *model.Table) bool { return t.Existing }

// isGuardedElsewhere is a table that somebody else made, and that gets a policy here.
func (in intent) isGuardedElsewhere(t *model.Table) bool {
	return t.Existing && len(in.table(t).Denies) > 0
}

func (in intent) changeTables(r *model.Role) []access.Box {
	made := in.tablesThat(isMade)
	recoverable := in.tablesThat(isRecoverable)
	if r.May(model.ChangeRecovery) {
		recoverable = made
	}
	var deletable []string
	if r.May(model.DeleteTables) {
		deletable = made
	}
	return append(in.readElsewhere(), some(
		in.On(access.Actions("dynamodb", readingOfTables+" "+tablePolicies+" CreateTable UpdateTable TagResource UntagResource"), made),
		in.On(access.Actions("dynamodb", "UpdateTimeToLive"), in.tablesThat(func(t *model.Table) bool { return isMade(t) && t.TimeToLive != "" })),
		in.On(access.Actions("dynamodb", "UpdateContinuousBackups"), recoverable),
		in.On(access.Actions("dynamodb", "DeleteTable"), deletable),
		in.On(access.Actions("dynamodb", tablePolicies), in.tablesThat(in.isGuardedElsewhere)),
	)...)
}

// readElsewhere is to look at the tables that somebody else made, of which Terraform reads what it needs.
func (in intent) readElsewhere() []access.Box {
	return some(in.On(access.Actions("dynamodb", readingOfTables), in.tablesThat(isElsewhere)))
}

// isRecoverable is a table that is made here with point-in-time recovery.
func isRecoverable(t *model.Table) bool { return isMade(t) && t.PointInTimeDays > 0 }

func (in intent) readTables() []access.Box {
	policied := in.tablesThat(func(t *model.Table) bool { return isMade(t) || in.isGuardedElsewhere(t) })
	return append(in.readElsewhere(), some(
		in.On(access.Actions("dynamodb", readingOfTables), in.tablesThat(isMade)),
		in.On(access.Actions("dynamodb", "GetResourcePolicy"), policied))...)
}

// scaled are the parts of names that tell what is autoscaled, tables and their indexes: of alarms, and of the policies that
// they serve.
func (in intent) scaled() (alarms, policies []string) {
	for _, t := range in.m.Tables {
		if t.Existing {
			continue
		}
		name := in.e.TableName(t)
		if t.Capacity.Autoscaled() {
			alarms, policies = append(alarms, name+"-*"), append(policies, name)
		}
		if slices.ContainsFunc(t.GlobalIndexes, func(i *model.Index) bool { return i.Capacity.Autoscaled() }) {
			alarms, policies = append(alarms, name+"/index/*"), append(policies, name+"/index/*")
		}
	}
	return alarms, policies
}

// changeScaling is what autoscaling takes: targets, whose ids nobody can know before; policies, which put alarms in the name
// of who makes them (Application Auto Scaling user guide, "Target tracking scaling policies"); and once in an account the
// service's own role. An alarm could stop instances too, so that it may call those policies alone (CloudWatch user guide,
// "Using condition keys to limit alarm actions"). Some calls about alarms name none.
func (in intent) changeScaling() []access.Box {
	names, policies := in.scaled()
	if len(names) == 0 {
		return nil
	}
	const service = "dynamodb.application-autoscaling.amazonaws.com"
	targets, alarms := []string{in.arn("application-autoscaling", "scalable-target/*")}, []string{in.arn("cloudwatch", "alarm:")}
	for _, name := range names {
		alarms = append(alarms, in.arn("cloudwatch", "alarm:TargetTracking-table/"+name))
	}
	own := in.iam("role/aws-service-role/" + service + "/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable")
	return append(in.readScaling(),
		in.On(access.Actions("application-autoscaling", "RegisterScalableTarget DeregisterScalableTarget PutScalingPolicy DeleteScalingPolicy"), targets).
			Given(in.Is("application-autoscaling:service-namespace", "dynamodb")),
		in.On(access.Actions("application-autoscaling", "TagResource UntagResource"), targets),
		in.On(access.Actions("cloudwatch", "PutMetricAlarm"), alarms).Given(in.callsOnly(policies)),
		in.On(access.Actions("cloudwatch", "DeleteAlarms"), alarms),
		in.On(access.Actions("cloudwatch", "DescribeAlarms"), []string{in.arn("cloudwatch", "alarm:*")}),
		in.On(access.Actions("iam", "CreateServiceLinkedRole"), []string{own}).Given(in.Is("iam:AWSServiceName", service)))
}

// callsOnly is an alarm that does nothing but call scaling policies of some tables and indexes, if anything.
func (in intent) callsOnly(names []string) access.Key {
	var patterns []string
	for _, name := range names {
		patterns = append(patterns, in.arn("autoscaling", "scalingPolicy:*:resource/dynamodb/table/"+name+":policyName/*"))
	}
	k := access.OrMissing(in.Like("cloudwatch:AlarmActions", patterns...))
	k.Values.Empty = true
	return k
}

func (in intent) readScaling() []access.Box {
	if names, _ := in.scaled(); len(names) == 0 {
		return nil
	}
	return []access.Box{
		in.On(access.Actions("application-autoscaling", "ListTagsForResource"), []string{in.arn("application-autoscaling", "scalable-target/*")}),
		in.On(access.Actions("application-autoscaling", "DescribeScalableTargets DescribeScalingPolicies"), []string{"*"}),
	}
}

// arn is an ARN of the environment's account and region.
func (in intent) arn(service, resource string) string {
	return "arn:" + in.e.Partition + ":" + service + ":" + in.e.Region + ":" + in.e.Account + ":" + resource
}

// stack is the tag of this system and environment being asked for under a key.
func (in intent) stack(key string) access.Key { return in.Is(key+"/"+model.StackTag, in.e.Stack(in.m)) }

// madeKeys are the keys that are made here.
func (in intent) madeKeys() []*model.Key {
	return slices.DeleteFunc(slices.Clone(in.m.Keys), func(k *model.Key) bool { return len(k.Existing) > 0 })
}

// makeKeys is to make keys, which have no name before: one that carries the system's tag from the start. What is done with
// a key later its own policy allows.
func (in intent) makeKeys() []access.Box {
	var aliases []string
	for _, k := range in.madeKeys() {
		aliases = append(aliases, in.arn("kms", in.e.KeyAlias(in.m, k)))
	}
	if len(aliases) == 0 {
		return nil
	}
	return append(in.listAliases(),
		in.On(access.Actions("kms", "CreateKey"), []string{"*"}).Given(in.stack("aws:RequestTag")),
		in.On(access.Actions("kms", "TagResource"), []string{in.arn("kms", "key/*")}).Given(in.stack("aws:RequestTag")),
		in.On(access.Actions("kms", "CreateAlias DeleteAlias UpdateAlias"), aliases))
}

func (in intent) listAliases() []access.Box {
	if len(in.madeKeys()) == 0 {
		return nil
	}
	return []access.Box{in.On(access.Actions("kms", "ListAliases"), []string{"*"})}
}

// chooseKeys is to choose keys that exist already for tables that are made here.
func (in intent) chooseKeys() []access.Box {
	var out []access.Box
	for _, k := range in.m.Keys {
		arn := model.In(in.e, k.Existing)
		names := in.underKey(k, isMade)
		if arn == "" || len(names) == 0 {
			continue
		}
		out = append(out, in.tableCreation(names, arn)...)
		out = append(out, in.On(access.Actions("kms", "DescribeKey"), []string{arn}).Given(in.callerAndService()...))
	}
	return out
}

// readDefaultKey is to ask for DynamoDB's own key of the account, as the provider does whenever it reads a table that is
// encrypted with a KMS key, whichever it is.
func (in intent) readDefaultKey() []access.Box {
	encrypted := in.tablesThat(func(t *model.Table) bool { return isMade(t) && t.Encryption.Kind != model.AWSOwned })
	if len(encrypted) == 0 {
		return nil
	}
	return []access.Box{in.On(access.Actions("kms", "DescribeKey"), []string{in.arn("kms", "key/*")}).
		Given(access.Has("kms:ResourceAliases", in.Literal("alias/aws/dynamodb")))}
}

// changeEndpoints is to make endpoints of the services that the spec names in the networks that it names, and to change
// those that carry the system's tag. The tag itself nobody changes: with it, any endpoint of the account could be changed.
func (in intent) changeEndpoints() []access.Box {
	if len(in.m.Endpoints) == 0 {
		return nil
	}
	var services, vpcs, parts []string
	for _, x := range in.m.Endpoints {
		services = append(services, "com.amazonaws."+in.e.Region+"."+string(x.Service))
		place := in.e.PlacementOf(x)
		vpcs = append(vpcs, in.arn("ec2", "vpc/"+place.VPC))
		parts = append(parts, in.network("route-table", place.RouteTables)...)
		parts = append(parts, in.network("subnet", place.Subnets)...)
		parts = append(parts, in.network("security-group", place.SecurityGroups)...)
	}
	endpoints, own := []string{in.arn("ec2", "vpc-endpoint/*")}, in.stack("aws:ResourceTag")
	create := access.Actions("ec2", "CreateVpcEndpoint")
	return append(in.readEndpoints(),
		in.On(create, endpoints).Given(in.stack("aws:RequestTag"), in.Is("ec2:VpceServiceName", services...)),
		in.On(create, vpcs),
		in.On(access.Actions("ec2", "CreateVpcEndpoint ModifyVpcEndpoint"), parts),
		in.On(access.Actions("ec2", "ModifyVpcEndpoint DeleteVpcEndpoints"), endpoints).Given(own),
		in.On(access.Actions("ec2", "CreateTags"), endpoints).Given(in.Is("ec2:CreateAction", "CreateVpcEndpoint"), in.stack("aws:RequestTag")),
		in.On(access.Actions("ec2", "CreateTags DeleteTags"), endpoints).Given(own, in.IsNot("aws:TagKeys", model.StackTag)))
}

func (in intent) network(kind string, ids []string) []string {
	var out []string
	for _, id := range ids {
		out = append(out, in.arn("ec2", kind+"/"+id))
	}
	return out
}

func (in intent) readEndpoints() []access.Box {
	if len(in.m.Endpoints) == 0 {
		return nil
	}
	lists := "DescribeVpcEndpoints DescribePrefixLists"
	if slices.ContainsFunc(in.m.Endpoints, func(x *model.Endpoint) bool { return !x.Gateway }) {
		lists += " DescribeNetworkInterfaces"
	}
	return []access.Box{in.On(access.Actions("ec2", lists), []string{"*"})}
}

const readingOfTrails = "GetEventSelectors GetTrailStatus ListTags"

func (in intent) changeTrail(r *model.Role) []access.Box {
	if in.m.Trail == nil {
		return nil
	}
	change := "CreateTrail PutEventSelectors StartLogging AddTags RemoveTags"
	if r.May(model.DeleteTrail) {
		change += " DeleteTrail UpdateTrail" // which can make it write elsewhere
	}
	return append(in.readTrail(), in.On(access.Actions("cloudtrail", change), []string{in.e.TrailARN(in.m)}))
}

func (in intent) readTrail() []access.Box {
	if in.m.Trail == nil {
		return nil
	}
	return []access.Box{
		in.On(access.Actions("cloudtrail", readingOfTrails), []string{in.e.TrailARN(in.m)}),
		in.On(access.Actions("cloudtrail", "DescribeTrails"), []string{"*"}),
	}
}

// state is what the backend calls: to read the state, to write it, and to lock it, which a plan does too (Terraform
// documentation, backend "s3").
func (in intent) state(writes bool) []access.Box {
	if in.m.State == nil {
		return nil
	}
	bucket := "arn:" + in.e.Partition + ":s3:::" + model.In(in.e, in.m.State.Bucket)
	object := bucket + "/" + in.e.StateKey(in.m, false)
	use := "GetObject"
	if writes {
		use += " PutObject"
	}
	out := []access.Box{in.On(access.Actions("s3", "ListBucket"), []string{bucket}), in.On(access.Actions("s3", use), []string{object})}
	if in.lockTable() != "" {
		out = append(out, in.locks(writes)...)
	} else {
		out = append(out, in.On(access.Actions("s3", "GetObject PutObject DeleteObject"), []string{model.LockKey(object)}))
	}
	if key := model.In(in.e, in.m.State.Key); key != "" {
		use := "Decrypt GenerateDataKey"
		if !writes && in.lockTable() != "" {
			use = "Decrypt" // the plan writes no object: the lock is in the table
		}
		out = append(out, in.On(access.Actions("kms", use), []string{key}).Given(in.Is("kms:ViaService", in.stateService())))
	}
	return out
}

// locks is what the backend does in the table that locks the state: with the item that is the lock, and with the one that
// holds the digest of the state, whose keys say where the state lies.
func (in intent) locks(writes bool) []access.Box {
	digest := "GetItem"
	if writes {
		digest += " PutItem"
	}
	table := []string{in.lockTable()}
	return []access.Box{
		in.On(access.Actions("dynamodb", "GetItem PutItem DeleteItem"), table).Given(in.Is("dynamodb:LeadingKeys", in.lockItem())),
		in.On(access.Actions("dynamodb", digest), table).Given(in.Is("dynamodb:LeadingKeys", in.lockItem()+"-md5")),
	}
}

// lockItem is the partition key of the item that is the lock.
func (in intent) lockItem() string {
	return model.In(in.e, in.m.State.Bucket) + "/" + in.e.StateKey(in.m, false)
}

// lockTable is the ARN of the table that locks the state; "" where an object does.
func (in intent) lockTable() string {
	if in.m.State == nil || in.m.State.LockTable == "" {
		return ""
	}
	return in.arn("dynamodb", "table/"+in.m.State.LockTable)
}

// stateService is S3 in the region of the state's bucket, as KMS calls it.
func (in intent) stateService() string {
	return "s3." + model.In(in.e, in.m.State.Region) + ".amazonaws.com"
}

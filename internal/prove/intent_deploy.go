package prove

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/model"
)

// This file says what the roles that deploy and plan may do: what Terraform calls for the resources of an environment's
// root, and no more. What they must never do is in intent_withheld.go.

// deploy is what a role that applies an environment's root may do.
func (in intent) deploy(r *model.Role) meaning {
	allows := slices.Concat(in.changeTables(r), in.changeScaling(), in.changeRoles(), in.changeExistingRoles(r), in.changeProfiles(),
		in.makeKeys(), in.chooseKeys(), in.readDefaultKey(), in.changeEndpoints(), in.changeTrail(r), in.state(true))
	denies := slices.Concat(in.withheldRoles(), in.withheldItems(), in.withheldKeys())
	return meaning{allows, append(denies, allBut(allows, in.keysGive(r)))}
}

// plan is what a role that plans an environment's root may do: read, and lock the state.
func (in intent) plan(r *model.Role) meaning {
	allows := slices.Concat(in.readTables(), in.readScaling(), in.readRoles(), in.listAliases(), in.readDefaultKey(), in.readEndpoints(),
		in.readTrail(), in.state(false))
	return meaning{allows, append(in.withheldItems(), in.keyUseElsewhere(), allBut(allows, in.keysGive(r)))}
}

// some is those of some boxes that have a request in them: where the system has nothing of a kind, there is nothing to allow.
func some(boxes ...box) []box { return slices.DeleteFunc(boxes, box.isEmpty) }

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
	return t.Existing && len(in.table(t).denies) > 0
}

func (in intent) changeTables(r *model.Role) []box {
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
		in.on(actions("dynamodb", readingOfTables+" "+tablePolicies+" CreateTable UpdateTable TagResource UntagResource"), made),
		in.on(actions("dynamodb", "UpdateTimeToLive"), in.tablesThat(func(t *model.Table) bool { return isMade(t) && t.TimeToLive != "" })),
		in.on(actions("dynamodb", "UpdateContinuousBackups"), recoverable),
		in.on(actions("dynamodb", "DeleteTable"), deletable),
		in.on(actions("dynamodb", tablePolicies), in.tablesThat(in.isGuardedElsewhere)),
	)...)
}

// readElsewhere is to look at the tables that somebody else made, of which Terraform reads what it needs.
func (in intent) readElsewhere() []box {
	return some(in.on(actions("dynamodb", readingOfTables), in.tablesThat(isElsewhere)))
}

// isRecoverable is a table that is made here with point-in-time recovery.
func isRecoverable(t *model.Table) bool { return isMade(t) && t.PointInTimeDays > 0 }

func (in intent) readTables() []box {
	policied := in.tablesThat(func(t *model.Table) bool { return isMade(t) || in.isGuardedElsewhere(t) })
	return append(in.readElsewhere(), some(
		in.on(actions("dynamodb", readingOfTables), in.tablesThat(isMade)),
		in.on(actions("dynamodb", "GetResourcePolicy"), policied))...)
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
func (in intent) changeScaling() []box {
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
		in.on(actions("application-autoscaling", "RegisterScalableTarget DeregisterScalableTarget PutScalingPolicy DeleteScalingPolicy"), targets).
			given(in.is("application-autoscaling:service-namespace", "dynamodb")),
		in.on(actions("application-autoscaling", "TagResource UntagResource"), targets),
		in.on(actions("cloudwatch", "PutMetricAlarm"), alarms).given(in.callsOnly(policies)),
		in.on(actions("cloudwatch", "DeleteAlarms"), alarms),
		in.on(actions("cloudwatch", "DescribeAlarms"), []string{in.arn("cloudwatch", "alarm:*")}),
		in.on(actions("iam", "CreateServiceLinkedRole"), []string{own}).given(in.is("iam:AWSServiceName", service)))
}

// callsOnly is an alarm that does nothing but call scaling policies of some tables and indexes, if anything.
func (in intent) callsOnly(names []string) keyed {
	var patterns []string
	for _, name := range names {
		patterns = append(patterns, in.arn("autoscaling", "scalingPolicy:*:resource/dynamodb/table/"+name+":policyName/*"))
	}
	k := orMissing(in.like("cloudwatch:AlarmActions", patterns...))
	k.values.empty = true
	return k
}

func (in intent) readScaling() []box {
	if names, _ := in.scaled(); len(names) == 0 {
		return nil
	}
	return []box{
		in.on(actions("application-autoscaling", "ListTagsForResource"), []string{in.arn("application-autoscaling", "scalable-target/*")}),
		in.on(actions("application-autoscaling", "DescribeScalableTargets DescribeScalingPolicies"), []string{"*"}),
	}
}

// arn is an ARN of the environment's account and region.
func (in intent) arn(service, resource string) string {
	return "arn:" + in.e.Partition + ":" + service + ":" + in.e.Region + ":" + in.e.Account + ":" + resource
}

// stack is the tag of this system and environment being asked for under a key.
func (in intent) stack(key string) keyed { return in.is(key+"/"+model.StackTag, in.e.Stack(in.m)) }

// madeKeys are the keys that are made here.
func (in intent) madeKeys() []*model.Key {
	return slices.DeleteFunc(slices.Clone(in.m.Keys), func(k *model.Key) bool { return len(k.Existing) > 0 })
}

// makeKeys is to make keys, which have no name before: one that carries the system's tag from the start. What is done with
// a key later its own policy allows.
func (in intent) makeKeys() []box {
	var aliases []string
	for _, k := range in.madeKeys() {
		aliases = append(aliases, in.arn("kms", in.e.KeyAlias(in.m, k)))
	}
	if len(aliases) == 0 {
		return nil
	}
	return append(in.listAliases(),
		in.on(actions("kms", "CreateKey"), []string{"*"}).given(in.stack("aws:RequestTag")),
		in.on(actions("kms", "TagResource"), []string{in.arn("kms", "key/*")}).given(in.stack("aws:RequestTag")),
		in.on(actions("kms", "CreateAlias DeleteAlias UpdateAlias"), aliases))
}

func (in intent) listAliases() []box {
	if len(in.madeKeys()) == 0 {
		return nil
	}
	return []box{in.on(actions("kms", "ListAliases"), []string{"*"})}
}

// chooseKeys is to choose keys that exist already for tables that are made here.
func (in intent) chooseKeys() []box {
	var out []box
	for _, k := range in.m.Keys {
		arn := model.In(in.e, k.Existing)
		names := in.underKey(k, isMade)
		if arn == "" || len(names) == 0 {
			continue
		}
		out = append(out, in.tableCreation(names, arn)...)
		out = append(out, in.on(actions("kms", "DescribeKey"), []string{arn}).given(in.callerAndService()...))
	}
	return out
}

// readDefaultKey is to ask for DynamoDB's own key of the account, as the provider does whenever it reads a table that is
// encrypted with a KMS key, whichever it is.
func (in intent) readDefaultKey() []box {
	encrypted := in.tablesThat(func(t *model.Table) bool { return isMade(t) && t.Encryption.Kind != model.AWSOwned })
	if len(encrypted) == 0 {
		return nil
	}
	return []box{in.on(actions("kms", "DescribeKey"), []string{in.arn("kms", "key/*")}).
		given(has("kms:ResourceAliases", in.literal("alias/aws/dynamodb")))}
}

// changeEndpoints is to make endpoints of the services that the spec names in the networks that it names, and to change
// those that carry the system's tag. The tag itself nobody changes: with it, any endpoint of the account could be changed.
func (in intent) changeEndpoints() []box {
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
	create := actions("ec2", "CreateVpcEndpoint")
	return append(in.readEndpoints(),
		in.on(create, endpoints).given(in.stack("aws:RequestTag"), in.is("ec2:VpceServiceName", services...)),
		in.on(create, vpcs),
		in.on(actions("ec2", "CreateVpcEndpoint ModifyVpcEndpoint"), parts),
		in.on(actions("ec2", "ModifyVpcEndpoint DeleteVpcEndpoints"), endpoints).given(own),
		in.on(actions("ec2", "CreateTags"), endpoints).given(in.is("ec2:CreateAction", "CreateVpcEndpoint"), in.stack("aws:RequestTag")),
		in.on(actions("ec2", "CreateTags DeleteTags"), endpoints).given(own, in.isNot("aws:TagKeys", model.StackTag)))
}

func (in intent) network(kind string, ids []string) []string {
	var out []string
	for _, id := range ids {
		out = append(out, in.arn("ec2", kind+"/"+id))
	}
	return out
}

func (in intent) readEndpoints() []box {
	if len(in.m.Endpoints) == 0 {
		return nil
	}
	lists := "DescribeVpcEndpoints DescribePrefixLists"
	if slices.ContainsFunc(in.m.Endpoints, func(x *model.Endpoint) bool { return !x.Gateway }) {
		lists += " DescribeNetworkInterfaces"
	}
	return []box{in.on(actions("ec2", lists), []string{"*"})}
}

const readingOfTrails = "GetEventSelectors GetTrailStatus ListTags"

func (in intent) changeTrail(r *model.Role) []box {
	if in.m.Trail == nil {
		return nil
	}
	change := "CreateTrail PutEventSelectors StartLogging AddTags RemoveTags"
	if r.May(model.DeleteTrail) {
		change += " DeleteTrail UpdateTrail" // which can make it write elsewhere
	}
	return append(in.readTrail(), in.on(actions("cloudtrail", change), []string{in.e.TrailARN(in.m)}))
}

func (in intent) readTrail() []box {
	if in.m.Trail == nil {
		return nil
	}
	return []box{
		in.on(actions("cloudtrail", readingOfTrails), []string{in.e.TrailARN(in.m)}),
		in.on(actions("cloudtrail", "DescribeTrails"), []string{"*"}),
	}
}

// state is what the backend calls: to read the state, to write it, and to lock it, which a plan does too (Terraform
// documentation, backend "s3").
func (in intent) state(writes bool) []box {
	if in.m.State == nil {
		return nil
	}
	bucket := "arn:" + in.e.Partition + ":s3:::" + model.In(in.e, in.m.State.Bucket)
	object := bucket + "/" + in.e.StateKey(in.m, false)
	use := "GetObject"
	if writes {
		use += " PutObject"
	}
	out := []box{in.on(actions("s3", "ListBucket"), []string{bucket}), in.on(actions("s3", use), []string{object})}
	if in.lockTable() != "" {
		out = append(out, in.locks(writes)...)
	} else {
		out = append(out, in.on(actions("s3", "GetObject PutObject DeleteObject"), []string{model.LockKey(object)}))
	}
	if key := model.In(in.e, in.m.State.Key); key != "" {
		use := "Decrypt GenerateDataKey"
		if !writes && in.lockTable() != "" {
			use = "Decrypt" // the plan writes no object: the lock is in the table
		}
		out = append(out, in.on(actions("kms", use), []string{key}).given(in.is("kms:ViaService", in.stateService())))
	}
	return out
}

// locks is what the backend does in the table that locks the state: with the item that is the lock, and with the one that
// holds the digest of the state, whose keys say where the state lies.
func (in intent) locks(writes bool) []box {
	digest := "GetItem"
	if writes {
		digest += " PutItem"
	}
	table := []string{in.lockTable()}
	return []box{
		in.on(actions("dynamodb", "GetItem PutItem DeleteItem"), table).given(in.is("dynamodb:LeadingKeys", in.lockItem())),
		in.on(actions("dynamodb", digest), table).given(in.is("dynamodb:LeadingKeys", in.lockItem()+"-md5")),
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

package catalog

import "sync"

// This file classes DynamoDB's operations. An operation is what a caller asks
// of DynamoDB; most are IAM actions of the same name. Five are not:
// TransactGetItems and TransactWriteItems are authorised by the action of each
// of their members, and ExecuteStatement, BatchExecuteStatement and
// ExecuteTransaction by the PartiQL action of each statement. A policy that
// names one of the five grants nothing.

// Class is what kind of operation it is, and with it which roles may hold it.
type Class int

// The classes. The zero Class is none.
const (
	ClassItemRead       Class = iota + 1 // one item or a batch of items by key
	ClassItemWrite                       // the same, changing them
	ClassQuery                           // the items of one partition key
	ClassScan                            // every item
	ClassPartiQL                         // the actions that authorise PartiQL statements
	ClassStatement                       // the PartiQL APIs, which are no IAM actions
	ClassTransaction                     // the transaction APIs, which are no IAM actions
	ClassVector                          // similarity search on a vector index
	ClassStream                          // reading a stream: every item of the table, whatever its key
	ClassDescribe                        // reading metadata
	ClassControl                         // changing tables and settings
	ClassBackup                          // making, describing and deleting backups
	ClassRestore                         // making a table of a backup
	ClassExport                          // the table's content to S3
	ClassImport                          // a new table of content in S3
	ClassPermissionOnly                  // no API of their own: held for replication and fault injection
)

// String is the class as messages name it.
func (c Class) String() string {
	names := [...]string{"none", "item read", "item write", "query", "scan", "PartiQL", "PartiQL API", "transaction API",
		"vector search", "stream", "metadata", "control plane", "backup", "restore", "export", "import", "permission only"}
	if c < 0 || int(c) >= len(names) {
		return "none"
	}
	return names[c]
}

// Trait is something that is true of an operation; an operation has a set of them.
type Trait uint

// The traits. The Carries ones say that requests of the operation hold the
// condition key, so that a condition on the key can be met or failed; without
// the trait the key is absent, where ForAllValues is true and Null is "true".
const (
	CarriesLeadingKeys    Trait = 1 << iota // dynamodb:LeadingKeys
	CarriesAttributes                       // dynamodb:Attributes
	CarriesSelect                           // dynamodb:Select
	CarriesReturnValues                     // dynamodb:ReturnValues
	CarriesReturnCapacity                   // dynamodb:ReturnConsumedCapacity
	CarriesEnclosing                        // dynamodb:EnclosingOperation
	CarriesFullTableScan                    // dynamodb:FullTableScan
	TakesIndex                              // can be granted on an index's ARN
	ChangesItems                            // writes items
	ReplacesItems                           // writes or removes an item whole, attributes the caller cannot see included
)

// The traits that come together in the table below.
const (
	carriesKeyAndAttributes  = CarriesLeadingKeys | CarriesAttributes
	carriesReadKeys          = carriesKeyAndAttributes | CarriesSelect | CarriesReturnCapacity
	carriesWriteKeys         = carriesKeyAndAttributes | CarriesReturnValues | CarriesReturnCapacity | CarriesEnclosing
	changesAndReplacesAnItem = ChangesItems | ReplacesItems
)

// Operation is an operation of DynamoDB.
type Operation struct {
	Name    string
	Class   Class
	Traits  Trait
	Members []string // the actions that authorise it, of an operation that is no IAM action
}

// Has tells whether the operation has every one of the traits.
func (o Operation) Has(traits Trait) bool { return o.Traits&traits == traits }

// IsAction tells whether the operation is an IAM action itself.
func (o Operation) IsAction() bool { return len(o.Members) == 0 }

// Action is the operation as a policy names it, for an operation that is an IAM action.
func (o Operation) Action() string { return "dynamodb:" + o.Name }

// Actions are the IAM actions that authorise the operation: itself, or its members.
func (o Operation) Actions() []string {
	if o.IsAction() {
		return []string{o.Action()}
	}
	actions := make([]string, len(o.Members))
	for i, member := range o.Members {
		actions[i] = "dynamodb:" + member
	}
	return actions
}

// SetsAttributes tells whether the operation can give an attribute a value: it changes items and is no deletion.
func (o Operation) SetsAttributes() bool {
	return o.Has(ChangesItems) && o.Name != "DeleteItem" && o.Name != "PartiQLDelete"
}

// ForRuntime tells whether an application may be given the operation: the data
// plane, and of the metadata DescribeTable, which the SDKs' higher-level
// clients call before they read or write.
func (o Operation) ForRuntime() bool {
	switch o.Class {
	case ClassItemRead, ClassItemWrite, ClassQuery, ClassScan, ClassPartiQL, ClassStatement, ClassTransaction, ClassVector:
		return true
	}
	return o.Name == "DescribeTable"
}

// OperationByName finds an operation by its exact name.
func OperationByName(name string) (Operation, bool) {
	o, known := operationsByName()[name]
	return o, known
}

var operationsByName = sync.OnceValue(func() map[string]Operation {
	byName := map[string]Operation{}
	for _, o := range Operations() {
		byName[o.Name] = o
	}
	return byName
})

// Operations is every operation of DynamoDB, by class.
//
// The condition keys are those of the Service Authorization Reference, but for
// dynamodb:ReturnValues on Query and Scan: the reference lists it, and neither
// API has such a parameter. Two absences matter. ConditionCheckItem does not
// list dynamodb:EnclosingOperation, which it does not need: it exists only
// inside a transaction. Scan, and with it SearchVectors, streams and exports,
// have no dynamodb:LeadingKeys, so no condition can hold them to a tenant
// (DynamoDB developer guide, specifying-conditions).
//
// The members are those of the developer guide, transaction-apis-iam and ql-iam.
func Operations() []Operation {
	return []Operation{
		{"GetItem", ClassItemRead, carriesReadKeys | CarriesEnclosing, nil},
		{"BatchGetItem", ClassItemRead, carriesReadKeys, nil},
		{"ConditionCheckItem", ClassItemRead, carriesKeyAndAttributes | CarriesReturnValues | CarriesReturnCapacity, nil},
		{"Query", ClassQuery, carriesReadKeys | TakesIndex, nil},
		{"Scan", ClassScan, CarriesAttributes | CarriesSelect | CarriesReturnCapacity | TakesIndex, nil},
		{"PutItem", ClassItemWrite, carriesWriteKeys | changesAndReplacesAnItem, nil},
		{"UpdateItem", ClassItemWrite, carriesWriteKeys | ChangesItems, nil},
		{"DeleteItem", ClassItemWrite, carriesWriteKeys | changesAndReplacesAnItem, nil},
		{"BatchWriteItem", ClassItemWrite, carriesKeyAndAttributes | CarriesReturnCapacity | changesAndReplacesAnItem, nil},

		{"TransactGetItems", ClassTransaction, 0, []string{"GetItem"}},
		{"TransactWriteItems", ClassTransaction, ChangesItems, []string{"ConditionCheckItem", "DeleteItem", "PutItem", "UpdateItem"}},

		{"PartiQLSelect", ClassPartiQL, carriesKeyAndAttributes | CarriesSelect | CarriesEnclosing | CarriesFullTableScan | TakesIndex, nil},
		{"PartiQLInsert", ClassPartiQL, carriesKeyAndAttributes | CarriesEnclosing | changesAndReplacesAnItem, nil},
		{"PartiQLUpdate", ClassPartiQL, carriesKeyAndAttributes | CarriesReturnValues | CarriesEnclosing | ChangesItems, nil},
		{"PartiQLDelete", ClassPartiQL, carriesKeyAndAttributes | CarriesReturnValues | CarriesEnclosing | changesAndReplacesAnItem, nil},
		{"ExecuteStatement", ClassStatement, ChangesItems, partiQLActions()},
		{"BatchExecuteStatement", ClassStatement, ChangesItems, partiQLActions()},
		{"ExecuteTransaction", ClassStatement, ChangesItems, partiQLActions()},

		{"SearchVectors", ClassVector, TakesIndex, nil},

		{"DescribeStream", ClassStream, 0, nil},
		{"GetRecords", ClassStream, 0, nil},
		{"GetShardIterator", ClassStream, 0, nil},
		{"ListStreams", ClassStream, 0, nil},

		{"DescribeTable", ClassDescribe, 0, nil},
		{"DescribeContinuousBackups", ClassDescribe, 0, nil},
		{"DescribeContributorInsights", ClassDescribe, TakesIndex, nil},
		{"DescribeEndpoints", ClassDescribe, 0, nil},
		{"DescribeGlobalTable", ClassDescribe, 0, nil},
		{"DescribeGlobalTableSettings", ClassDescribe, 0, nil},
		{"DescribeKinesisStreamingDestination", ClassDescribe, 0, nil},
		{"DescribeLimits", ClassDescribe, 0, nil},
		{"DescribeReservedCapacity", ClassDescribe, 0, nil},
		{"DescribeReservedCapacityOfferings", ClassDescribe, 0, nil},
		{"DescribeTableReplicaAutoScaling", ClassDescribe, 0, nil},
		{"DescribeTimeToLive", ClassDescribe, 0, nil},
		{"GetAbacStatus", ClassDescribe, 0, nil},
		{"GetResourcePolicy", ClassDescribe, 0, nil},
		{"ListContributorInsights", ClassDescribe, 0, nil},
		{"ListGlobalTables", ClassDescribe, 0, nil},
		{"ListTables", ClassDescribe, 0, nil},
		{"ListTagsOfResource", ClassDescribe, 0, nil},

		{"CreateGlobalTable", ClassControl, 0, nil},
		{"CreateTable", ClassControl, 0, nil},
		{"DeleteResourcePolicy", ClassControl, 0, nil},
		{"DeleteTable", ClassControl, 0, nil},
		{"DisableKinesisStreamingDestination", ClassControl, 0, nil},
		{"EnableKinesisStreamingDestination", ClassControl, 0, nil},
		{"PurchaseReservedCapacityOfferings", ClassControl, 0, nil},
		{"PutResourcePolicy", ClassControl, 0, nil},
		{"TagResource", ClassControl, 0, nil},
		{"UntagResource", ClassControl, 0, nil},
		{"UpdateAbacStatus", ClassControl, 0, nil},
		{"UpdateContinuousBackups", ClassControl, 0, nil},
		{"UpdateContributorInsights", ClassControl, TakesIndex, nil},
		{"UpdateGlobalTable", ClassControl, 0, nil},
		{"UpdateGlobalTableSettings", ClassControl, 0, nil},
		{"UpdateKinesisStreamingDestination", ClassControl, 0, nil},
		{"UpdateTable", ClassControl, 0, nil},
		{"UpdateTableReplicaAutoScaling", ClassControl, 0, nil},
		{"UpdateTimeToLive", ClassControl, 0, nil},

		{"CreateBackup", ClassBackup, 0, nil},
		{"DeleteBackup", ClassBackup, 0, nil},
		{"DescribeBackup", ClassBackup, 0, nil},
		{"ListBackups", ClassBackup, 0, nil},
		{"StartAwsBackupJob", ClassBackup, 0, nil},

		{"RestoreTableFromAwsBackup", ClassRestore, 0, nil},
		{"RestoreTableFromBackup", ClassRestore, 0, nil},
		{"RestoreTableToPointInTime", ClassRestore, 0, nil},

		{"DescribeExport", ClassExport, 0, nil},
		{"ExportTableToPointInTime", ClassExport, 0, nil},
		{"ListExports", ClassExport, 0, nil},

		{"DescribeImport", ClassImport, 0, nil},
		{"ImportTable", ClassImport, 0, nil},
		{"ListImports", ClassImport, 0, nil},

		{"AssociateTableReplica", ClassPermissionOnly, 0, nil},
		{"CreateGlobalTableWitness", ClassPermissionOnly, 0, nil},
		{"CreateTableReplica", ClassPermissionOnly, 0, nil},
		{"DeleteGlobalTableWitness", ClassPermissionOnly, 0, nil},
		{"DeleteTableReplica", ClassPermissionOnly, 0, nil},
		{"InjectError", ClassPermissionOnly, 0, nil},
		{"ReadDataForReplication", ClassPermissionOnly, 0, nil},
		{"ReplicateSettings", ClassPermissionOnly, 0, nil},
		{"UpdateGlobalTableVersion", ClassPermissionOnly, 0, nil},
		{"WriteDataForReplication", ClassPermissionOnly, 0, nil},
	}
}

func partiQLActions() []string {
	return []string{"PartiQLDelete", "PartiQLInsert", "PartiQLSelect", "PartiQLUpdate"}
}

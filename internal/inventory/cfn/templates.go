package cfn

// This file knows what SAM's policy templates and connectors for DynamoDB and KMS grant (AWS SAM developer guide, "AWS SAM policy
// templates", "AWS SAM connector reference").

// grant is a statement that allows actions on resources, which are patterns of Fn::Sub.
type grant struct{ actions, resources []string }

type policyTemplate struct {
	name   string
	grants []grant
}

const (
	tablePattern = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}"
	keyPattern   = "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${KeyId}"
)

func policyTemplates() []policyTemplate {
	table, indexes, backups := []string{tablePattern}, []string{tablePattern, tablePattern + "/index/*"}, []string{tablePattern + "/backup/*"}
	dynamodb := func(names ...string) []string { return prefixed("dynamodb:", names) }
	kms := func(names ...string) []grant { return []grant{{prefixed("kms:", names), []string{keyPattern}}} }
	return []policyTemplate{
		{"DynamoDBBackupFullAccessPolicy", []grant{
			{dynamodb("CreateBackup", "DescribeContinuousBackups"), table},
			{dynamodb("DeleteBackup", "DescribeBackup", "ListBackups"), backups},
		}},
		{"DynamoDBCrudPolicy", []grant{
			{dynamodb("GetItem", "DeleteItem", "PutItem", "Scan", "Query", "UpdateItem", "BatchWriteItem", "BatchGetItem", "DescribeTable", "ConditionCheckItem"), indexes},
		}},
		{"DynamoDBReadPolicy", []grant{{dynamodb("GetItem", "Scan", "Query", "BatchGetItem", "DescribeTable"), indexes}}},
		{"DynamoDBReconfigurePolicy", []grant{{dynamodb("UpdateTable"), table}}},
		{"DynamoDBRestoreFromBackupPolicy", []grant{
			{dynamodb("RestoreTableFromBackup"), backups},
			{dynamodb("PutItem", "UpdateItem", "DeleteItem", "GetItem", "Query", "Scan", "BatchWriteItem"), table},
		}},
		{"DynamoDBStreamReadPolicy", []grant{
			{dynamodb("DescribeStream", "GetRecords", "GetShardIterator"), []string{tablePattern + "/stream/${StreamName}"}},
			{dynamodb("ListStreams"), []string{tablePattern + "/stream/*"}},
		}},
		{"DynamoDBWritePolicy", []grant{{dynamodb("PutItem", "UpdateItem", "BatchWriteItem"), indexes}}},
		{"KMSDecryptPolicy", kms("Decrypt")},
		{"KMSEncryptPolicy", kms("Encrypt")},
		{"KMSEncryptPolicy_v2", kms("Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext")},
	}
}

// connectorActions are what a connector from a function, a state machine or a data source to a table grants.
func connectorActions(permission string) []string {
	switch permission {
	case "Read":
		return prefixed("dynamodb:", []string{"GetItem", "Query", "Scan", "BatchGetItem", "ConditionCheckItem", "PartiQLSelect"})
	case "Write":
		return prefixed("dynamodb:", []string{"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "PartiQLDelete", "PartiQLInsert", "PartiQLUpdate"})
	}
	return nil
}

// streamActions are what a connector from a table to a function grants, on the table's streams.
func streamActions() []string {
	return prefixed("dynamodb:", []string{"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"})
}

func prefixed(prefix string, names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = prefix + n
	}
	return out
}

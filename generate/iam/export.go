package iam

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/keyuse"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file is for roles that export tables to S3. DynamoDB writes the files with the caller's rights (DynamoDB developer
// guide, S3DataExport_Requesting).

func (h holder) exports() []policy.Statement {
	if h.role.Kind != model.Export {
		return nil
	}
	target := h.role.Export
	out := h.onEach(policy.Statement{
		Sid: "ExportTables", Effect: policy.Allow, Action: []string{"dynamodb:ExportTableToPointInTime"},
	}, h.tableARNs(h.e.TableARN))
	out = append(out, h.onEach(policy.Statement{
		Sid: "DescribeExports", Effect: policy.Allow, Action: []string{"dynamodb:DescribeExport"},
	}, h.tableARNs(h.exportsOf))...)
	out = append(out, policy.Statement{
		Sid: "WriteExports", Effect: policy.Allow,
		Action:   []string{"s3:AbortMultipartUpload", "s3:PutObject", "s3:PutObjectAcl"},
		Resource: []string{"arn:" + h.e.Partition + ":s3:::" + target.Bucket + "/" + target.Prefix + "*"},
	})
	return append(out, h.bucketKey(model.In(h.e, target.BucketKey))...)
}

// bucketKey lets the files be encrypted with the key of the bucket: S3 makes a data key for each, and reads it again to
// put the parts of an upload together (S3 user guide, UsingKMSEncryption). S3 calls KMS on behalf of DynamoDB, which calls
// on behalf of the role; AWS does not say which of them kms:ViaService then names, so both are let through.
func (h holder) bucketKey(arn string) []policy.Statement {
	if arn == "" {
		return nil
	}
	region := strings.Split(arn, ":")[3] // of the bucket, which is where its key lies
	return []policy.Statement{{
		Sid: "EncryptExports", Effect: policy.Allow,
		Action:   []string{"kms:Decrypt", "kms:GenerateDataKey"},
		Resource: []string{arn},
		Condition: []policy.Condition{
			keyuse.CallerAccount(h.e),
			equals("kms:ViaService", keyuse.Via("dynamodb", h.e.Region), keyuse.Via("s3", region)),
		},
	}}
}

func (h holder) exportsOf(t *model.Table) string { return h.e.TableARN(t) + "/export/*" }

// Command tenant asks for the rows of the tenants that are named as arguments, each in a session of its own.
//
// The page docs/cookbook.md shows the middle of this file. It runs as the role api of the first recipe there. The module is
// one of its own, so that ddbgen does not depend on the AWS SDK.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
)

// From here to the next mark: docs/cookbook.md.

const role = "arn:aws:iam::444455556666:role/ddbgen/shop/shop-api-tenant"

type tenants struct {
	own     aws.Config // the application's
	clients sync.Map   // *dynamodb.Client by tenant
}

func (t *tenants) client(tenant string) *dynamodb.Client {
	if client, known := t.clients.Load(tenant); known {
		return client.(*dynamodb.Client)
	}
	session := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(t.own), role, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = tenant
		o.Tags = []ststypes.Tag{{Key: aws.String("tenant_id"), Value: aws.String(tenant)}}
	})
	client, _ := t.clients.LoadOrStore(tenant, dynamodb.NewFromConfig(t.own, func(o *dynamodb.Options) {
		o.Credentials = aws.NewCredentialsCache(session)
	}))
	return client.(*dynamodb.Client)
}

func (t *tenants) rows(ctx context.Context, tenant string) (rows []map[string]dynamodbtypes.AttributeValue, err error) {
	pages := dynamodb.NewQueryPaginator(t.client(tenant), &dynamodb.QueryInput{
		TableName:                 aws.String("App"),
		KeyConditionExpression:    aws.String("PK = :pk"),
		ExpressionAttributeValues: map[string]dynamodbtypes.AttributeValue{":pk": &dynamodbtypes.AttributeValueMemberS{Value: "TENANT#" + tenant}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		rows = append(rows, page.Items...)
	}
	return rows, nil
}

// Until here.

func main() {
	ctx := context.Background()
	own, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		log.Fatal(err)
	}
	all := &tenants{own: own}
	for _, tenant := range os.Args[1:] {
		rows, err := all.rows(ctx, tenant)
		if err != nil {
			log.Fatal(err)
		}
		keys := []string{}
		for _, row := range rows {
			keys = append(keys, row["SK"].(*dynamodbtypes.AttributeValueMemberS).Value)
		}
		if err := json.NewEncoder(os.Stdout).Encode(map[string]any{"tenant": tenant, "rows": keys}); err != nil {
			log.Fatal(err)
		}
	}
}

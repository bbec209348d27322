// Asks for the rows of the tenants that are named as arguments, each in a session of its own.
//
// docs/cookbook.md shows the middle of this file. It runs as the role `api` of the first recipe there.

// From here to the next mark: docs/cookbook.md.
import { DynamoDBClient, paginateQuery, type AttributeValue } from "@aws-sdk/client-dynamodb";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";

const role = "arn:aws:iam::444455556666:role/ddbgen/shop/shop-api-tenant";
const clients = new Map<string, DynamoDBClient>(); // by tenant

function clientOf(tenant: string): DynamoDBClient {
  let client = clients.get(tenant);
  if (!client) {
    client = new DynamoDBClient({
      credentials: fromTemporaryCredentials({
        params: { RoleArn: role, RoleSessionName: tenant, Tags: [{ Key: "tenant_id", Value: tenant }] },
      }),
    });
    clients.set(tenant, client);
  }
  return client;
}

async function rows(tenant: string): Promise<Record<string, AttributeValue>[]> {
  const found: Record<string, AttributeValue>[] = [];
  const pages = paginateQuery({ client: clientOf(tenant) }, {
    TableName: "App",
    KeyConditionExpression: "PK = :pk",
    ExpressionAttributeValues: { ":pk": { S: `TENANT#${tenant}` } },
  });
  for await (const page of pages) {
    found.push(...(page.Items ?? []));
  }
  return found;
}
// Until here.

for (const tenant of process.argv.slice(2)) {
  console.log(JSON.stringify({ tenant, rows: (await rows(tenant)).map((row) => row["SK"]?.S) }));
}

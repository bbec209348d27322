"""Asks for the rows of the tenants that are named as arguments, each in a session of its own.

docs/cookbook.md shows the middle of this file. It runs as the role `api` of the first recipe there.
"""

import json
import sys
from datetime import datetime, timedelta, timezone

import boto3

# From here to the next mark: docs/cookbook.md.
ROLE = "arn:aws:iam::444455556666:role/ddbgen/shop/shop-api-tenant"
clients = {}  # tenant: its client, and when its session ends


def client_of(tenant):
    client, ends = clients.get(tenant, (None, None))
    if client is None or ends - datetime.now(timezone.utc) < timedelta(minutes=5):
        session = boto3.client("sts").assume_role(
            RoleArn=ROLE,
            RoleSessionName=tenant,
            Tags=[{"Key": "tenant_id", "Value": tenant}],
        )["Credentials"]
        client = boto3.client(
            "dynamodb",
            aws_access_key_id=session["AccessKeyId"],
            aws_secret_access_key=session["SecretAccessKey"],
            aws_session_token=session["SessionToken"],
        )
        clients[tenant] = client, session["Expiration"]
    return client


def rows(tenant):
    pages = client_of(tenant).get_paginator("query").paginate(
        TableName="App",
        KeyConditionExpression="PK = :pk",
        ExpressionAttributeValues={":pk": {"S": f"TENANT#{tenant}"}},
    )
    return [item for page in pages for item in page["Items"]]
# Until here.


if __name__ == "__main__":
    for tenant in sys.argv[1:]:
        print(json.dumps({"tenant": tenant, "rows": [row["SK"]["S"] for row in rows(tenant)]}))

"""Does what the roles `desk` and `courier` may do to an order, the role's name being the argument.

docs/cookbook.md shows the middle of this file, at its rules for clients of roles that see some columns.
"""

import json
import sys

import boto3

dynamodb = boto3.client("dynamodb")


# From here to the next mark: docs/cookbook.md.
def status(order):  # role desk
    return dynamodb.get_item(
        TableName="Orders",
        Key={"order_id": {"S": order}},
        ProjectionExpression="order_id, #status",
        ExpressionAttributeNames={"#status": "status"},
    )["Item"]


def orders(customer):  # role desk
    return dynamodb.query(
        TableName="Orders",
        IndexName="by_customer",
        KeyConditionExpression="customer = :customer",
        Select="SPECIFIC_ATTRIBUTES",
        ProjectionExpression="order_id, placed_at, #status",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":customer": {"S": customer}},
    )["Items"]


def set_status(order, status):  # role courier
    dynamodb.update_item(
        TableName="Orders",
        Key={"order_id": {"S": order}},
        ConditionExpression="attribute_exists(order_id)",
        UpdateExpression="SET #status = :status",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":status": {"S": status}},
        ReturnValues="NONE",
    )
# Until here.


if __name__ == "__main__":
    if sys.argv[1] == "courier":
        set_status("1", "delivered")
    else:
        print(json.dumps({"status": status("1"), "orders": orders("ada")}))

"""Prints everything in the account that the tests compare with files, as JSON (see readback.go)."""

import json
import sys

import boto3


def pages(client, operation, items, **arguments):
    if not client.can_paginate(operation):
        return getattr(client, operation)(**arguments)[items]
    return [item for page in client.get_paginator(operation).paginate(**arguments) for item in page[items]]


def pairs(tags, key="Key", value="Value"):
    return {tag[key]: tag[value] for tag in tags}


def or_none(call, *absent):
    """What the call answers, or None if the service says that there is nothing."""
    try:
        return call()
    except boto3.client("sts").exceptions.ClientError as error:
        if error.response["Error"]["Code"] in absent:
            return None
        raise


def read_roles(iam):
    roles = {}
    for name in [role["RoleName"] for role in pages(iam, "list_roles", "Roles")]:
        role = iam.get_role(RoleName=name)["Role"]
        roles[name] = {
            "arn": role["Arn"],
            "path": role["Path"],
            "description": role.get("Description", ""),
            "trust": role["AssumeRolePolicyDocument"],
            "boundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
            "max_session_duration": role["MaxSessionDuration"],
            "attached": sorted(p["PolicyArn"] for p in pages(iam, "list_attached_role_policies", "AttachedPolicies", RoleName=name)),
            "inline": {
                policy: iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
                for policy in pages(iam, "list_role_policies", "PolicyNames", RoleName=name)
            },
            "instance_profiles": [
                profile["InstanceProfileName"]
                for profile in pages(iam, "list_instance_profiles_for_role", "InstanceProfiles", RoleName=name)
            ],
            "tags": pairs(role.get("Tags", [])),
        }
    return roles


def read_policies(iam):
    policies = {}
    for listed in pages(iam, "list_policies", "Policies", Scope="Local"):
        policy = iam.get_policy(PolicyArn=listed["Arn"])["Policy"]
        version = iam.get_policy_version(PolicyArn=listed["Arn"], VersionId=policy["DefaultVersionId"])
        policies[policy["PolicyName"]] = {
            "arn": policy["Arn"],
            "path": policy["Path"],
            "description": policy.get("Description", ""),
            "document": version["PolicyVersion"]["Document"],
            "tags": pairs(policy.get("Tags", [])),
        }
    return policies


def read_identity_providers(iam):
    providers = {}
    for listed in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]:
        provider = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=listed["Arn"])
        providers[provider["Url"]] = {
            "arn": listed["Arn"],
            "clients": provider["ClientIDList"],
            "tags": pairs(provider.get("Tags", [])),
        }
    return providers


def resource_policy(dynamodb, arn):
    found = or_none(lambda: dynamodb.get_resource_policy(ResourceArn=arn), "PolicyNotFoundException", "ResourceNotFoundException")
    return json.loads(found["Policy"]) if found else None


def read_tables(dynamodb):
    tables = {}
    for name in pages(dynamodb, "list_tables", "TableNames"):
        table = dynamodb.describe_table(TableName=name)["Table"]
        backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        recovery = backups["PointInTimeRecoveryDescription"]
        expiry = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        stream = table.get("LatestStreamArn", "")
        tables[name] = {
            "arn": table["TableArn"],
            "description": table,
            "resource_policy": resource_policy(dynamodb, table["TableArn"]),
            "stream_arn": stream,
            "stream_policy": resource_policy(dynamodb, stream) if stream else None,
            "recovery_days": recovery.get("RecoveryPeriodInDays", 35)
            if recovery["PointInTimeRecoveryStatus"] == "ENABLED"
            else 0,
            "time_to_live": expiry.get("AttributeName", "") if expiry["TimeToLiveStatus"] == "ENABLED" else "",
            "tags": pairs(dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"]).get("Tags", [])),
        }
    return tables


def read_scaling(scaling):
    return {
        "targets": pages(scaling, "describe_scalable_targets", "ScalableTargets", ServiceNamespace="dynamodb"),
        "policies": pages(scaling, "describe_scaling_policies", "ScalingPolicies", ServiceNamespace="dynamodb"),
    }


def read_keys(kms):
    aliases = pages(kms, "list_aliases", "Aliases")
    keys = {}
    for listed in pages(kms, "list_keys", "Keys"):
        key = kms.describe_key(KeyId=listed["KeyId"])["KeyMetadata"]
        names = sorted(alias["AliasName"] for alias in aliases if alias.get("TargetKeyId") == key["KeyId"])
        # The emulator calls AWS's own keys the customer's, too; their alias tells them apart.
        if key["KeyState"] == "PendingDeletion" or any(name.startswith("alias/aws/") for name in names):
            continue
        rotation = kms.get_key_rotation_status(KeyId=key["KeyId"])
        keys[key["KeyId"]] = {
            "arn": key["Arn"],
            "description": key["Description"],
            "policy": json.loads(kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"]),
            "rotation_days": rotation.get("RotationPeriodInDays", 365) if rotation["KeyRotationEnabled"] else 0,
            "aliases": names,
            "tags": pairs(kms.list_resource_tags(KeyId=key["KeyId"])["Tags"], "TagKey", "TagValue"),
        }
    return keys


def read_endpoints(ec2):
    endpoints = []
    for endpoint in pages(ec2, "describe_vpc_endpoints", "VpcEndpoints"):
        if endpoint["State"] == "deleted":
            continue
        endpoints.append(
            {
                "id": endpoint["VpcEndpointId"],
                "type": endpoint["VpcEndpointType"],
                "service": endpoint["ServiceName"],
                "vpc": endpoint["VpcId"],
                "route_tables": sorted(endpoint.get("RouteTableIds", [])),
                "subnets": sorted(endpoint.get("SubnetIds", [])),
                "security_groups": sorted(group["GroupId"] for group in endpoint.get("Groups", [])),
                "policy": json.loads(endpoint["PolicyDocument"]) if endpoint.get("PolicyDocument") else None,
                "tags": pairs(endpoint.get("Tags", [])),
            }
        )
    return sorted(endpoints, key=lambda endpoint: (endpoint["service"], endpoint["vpc"], endpoint["id"]))


def in_order(selectors):
    """The fields of a selector are conditions that all must hold, so their order means nothing."""
    for selector in selectors:
        selector["FieldSelectors"].sort(key=lambda field: field["Field"])
    return selectors


def read_trails(cloudtrail):
    trails = {}
    for trail in cloudtrail.describe_trails()["trailList"]:
        arn = trail["TrailARN"]
        trails[trail["Name"]] = {
            "arn": arn,
            "description": trail,
            "selectors": in_order(cloudtrail.get_event_selectors(TrailName=trail["Name"]).get("AdvancedEventSelectors", [])),
            "logging": cloudtrail.get_trail_status(Name=arn)["IsLogging"],
            "tags": pairs(cloudtrail.list_tags(ResourceIdList=[arn])["ResourceTagList"][0]["TagsList"]),
        }
    return trails


def main():
    iam = boto3.client("iam")
    world = {
        "roles": read_roles(iam),
        "policies": read_policies(iam),
        "identity_providers": read_identity_providers(iam),
        "tables": read_tables(boto3.client("dynamodb")),
        "scaling": read_scaling(boto3.client("application-autoscaling")),
        "keys": read_keys(boto3.client("kms")),
        "endpoints": read_endpoints(boto3.client("ec2")),
        "trails": read_trails(boto3.client("cloudtrail")),
    }
    json.dump(world, sys.stdout, default=str)


main()

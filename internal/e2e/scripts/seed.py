"""Puts what a spec refers to into the account.

Reads a seed (see seed.go) from stdin. Prints a JSON object from each id that
was wanted to the id the emulator made up instead.
"""

import json
import sys

import boto3

ANYONE_IN_THE_ACCOUNT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}


def seed_networks(networks):
    """Endpoints may share a VPC, a route table or a subnet: each is made once."""
    ec2 = boto3.client("ec2")
    zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]]
    made = {}

    def make(wanted, create):
        if wanted not in made:
            made[wanted] = create()
        return made[wanted]

    def create_vpc():
        vpc = ec2.create_vpc(CidrBlock=f"10.{len(made)}.0.0/16")["Vpc"]["VpcId"]
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsSupport={"Value": True})
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        return vpc

    def create_subnet(vpc):
        block = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["CidrBlock"].removesuffix("0.0/16")
        subnet = ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"{block}{len(made)}.0/24", AvailabilityZone=zones[len(made) % len(zones)]
        )
        return subnet["Subnet"]["SubnetId"]

    def create_security_group(vpc):
        name = f"group-{len(made)}"
        return ec2.create_security_group(VpcId=vpc, GroupName=name, Description="end-to-end test")["GroupId"]

    for network in networks:
        vpc = make(network["vpc"], create_vpc)
        for wanted in network.get("route_tables") or []:
            make(wanted, lambda: ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"])
        for wanted in network.get("subnets") or []:
            make(wanted, lambda: create_subnet(vpc))
        for wanted in network.get("security_groups") or []:
            make(wanted, lambda: create_security_group(vpc))
    return made


def seed_buckets(buckets):
    s3 = boto3.client("s3")
    region = s3.meta.region_name
    partition = boto3.session.Session().get_partition_for_region(region)
    for bucket in buckets:
        # us-east-1 is the one region that must not be named.
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket, **place)
        service = {"Service": "cloudtrail.amazonaws.com"}
        arn = f"arn:{partition}:s3:::{bucket}"
        s3.put_bucket_policy(
            Bucket=bucket,
            Policy=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {"Effect": "Allow", "Principal": service, "Action": "s3:GetBucketAcl", "Resource": arn},
                        {"Effect": "Allow", "Principal": service, "Action": "s3:PutObject", "Resource": f"{arn}/*"},
                    ],
                }
            ),
        )


def seed_tables(tables):
    dynamodb = boto3.client("dynamodb")
    for table in tables:
        dynamodb.create_table(**table)


def seed_keys(keys):
    kms = boto3.client("kms")
    made = {}
    for key in keys:
        policy = {"Policy": json.dumps(key["policy"])} if "policy" in key else {}
        made[key["id"]] = kms.create_key(**policy)["KeyMetadata"]["KeyId"]
        if "alias" in key:
            kms.create_alias(AliasName=key["alias"], TargetKeyId=made[key["id"]])
    return made


def seed_iam(roles, policies, identity_providers):
    iam = boto3.client("iam")
    for issuer in identity_providers:
        iam.create_open_id_connect_provider(Url=f"https://{issuer}", ClientIDList=["sts.amazonaws.com"])
    for policy in policies:
        iam.create_policy(
            PolicyName=policy["name"], Path=policy.get("path", "/"), PolicyDocument=json.dumps(policy["document"])
        )
    for role in roles:
        iam.create_role(
            RoleName=role["name"],
            Path=role.get("path", "/"),
            AssumeRolePolicyDocument=json.dumps(role.get("trust", ANYONE_IN_THE_ACCOUNT)),
        )


def main():
    seed = json.load(sys.stdin)
    made = seed_networks(seed.get("networks", []))
    made |= seed_keys(seed.get("keys", []))
    seed_buckets(seed.get("buckets", []))
    seed_tables(seed.get("tables", []))
    seed_iam(seed.get("roles", []), seed.get("policies", []), seed.get("identity_providers", []))
    json.dump(made, sys.stdout)


main()

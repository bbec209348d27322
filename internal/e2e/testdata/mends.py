"""Asks for each call that is mended whether it behaves as on AWS.

Prints a JSON object from operation to true or false. A call that fails is one
that does not behave as on AWS.
"""

import json
import sys

import boto3
from botocore.config import Config

# What fails is meant to fail at once.
ONCE = Config(retries={"total_max_attempts": 1})

cloudtrail = boto3.client("cloudtrail", config=ONCE)
kms = boto3.client("kms", config=ONCE)
scaling = boto3.client("application-autoscaling", config=ONCE)
dynamodb = boto3.client("dynamodb", config=ONCE)
iam = boto3.client("iam", config=ONCE)


def trail(name):
    """A trail, and its ARN."""
    boto3.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": cloudtrail.meta.region_name}
    )
    return cloudtrail.create_trail(Name=name, S3BucketName=name)["TrailARN"]


def described(name):
    """The descriptions of the trail: one or none. The emulator answers with all trails, whatever it is asked for."""
    return [trail for trail in cloudtrail.describe_trails()["trailList"] if trail["Name"] == name]


def start_logging():
    arn = trail("probe-start")
    cloudtrail.start_logging(Name=arn)
    return cloudtrail.get_trail_status(Name=arn)["IsLogging"]


def stop_logging():
    arn = trail("probe-stop")
    cloudtrail.start_logging(Name="probe-stop")
    cloudtrail.stop_logging(Name=arn)
    return not cloudtrail.get_trail_status(Name=arn)["IsLogging"]


def delete_trail():
    cloudtrail.delete_trail(Name=trail("probe-delete"))
    return not described("probe-delete")


def event_selectors():
    arn = trail("probe-selectors")

    before = described("probe-selectors")[0]["HasCustomEventSelectors"]
    fields = [{"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.type", "Equals": ["AWS::DynamoDB::Table"]}]
    cloudtrail.put_event_selectors(TrailName=arn, AdvancedEventSelectors=[{"Name": "probe", "FieldSelectors": fields}])
    return not before and described("probe-selectors")[0]["HasCustomEventSelectors"]


def trail_by_name():
    trail("probe-one")
    arn = trail("probe-other")
    return [found["TrailARN"] for found in cloudtrail.describe_trails(trailNameList=[arn])["trailList"]] == [arn]


def rotation():
    key = kms.create_key()["KeyMetadata"]
    kms.enable_key_rotation(KeyId=key["KeyId"], RotationPeriodInDays=180)
    return kms.get_key_rotation_status(KeyId=key["Arn"])["RotationPeriodInDays"] == 180


def role_description():
    iam.create_role(RoleName="probe", Description="first", AssumeRolePolicyDocument="{}")
    iam.update_role(RoleName="probe", MaxSessionDuration=7200)
    before = iam.get_role(RoleName="probe")["Role"].get("Description")
    iam.update_role_description(RoleName="probe", Description="second")
    iam.update_role(RoleName="probe", MaxSessionDuration=3600)
    return before == "first" and iam.get_role(RoleName="probe")["Role"]["Description"] == "second"


def policy_version():
    """What looks encoded in a document is not: it comes back as it was put."""
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::a%2Bb"}]}
    arn = iam.create_policy(PolicyName="probe", PolicyDocument=json.dumps(document))["Policy"]["Arn"]
    return iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"] == document


def target(name):
    """A scalable target with the tags a=1 and b=2, and its ARN."""
    dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "PK", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}],
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    )
    return scaling.register_scalable_target(
        ServiceNamespace="dynamodb",
        ResourceId=f"table/{name}",
        ScalableDimension="dynamodb:table:ReadCapacityUnits",
        MinCapacity=1,
        MaxCapacity=2,
        Tags={"a": "1", "b": "2"},
    )["ScalableTargetARN"]


def target_tags():
    return scaling.list_tags_for_resource(ResourceARN=target("ProbeTags"))["Tags"] == {"a": "1", "b": "2"}


def tag_target():
    arn = target("ProbeTag")
    scaling.tag_resource(ResourceARN=arn, Tags={"b": "3"})
    return scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"a": "1", "b": "3"}


def untag_target():
    arn = target("ProbeUntag")
    scaling.untag_resource(ResourceARN=arn, TagKeys=["b"])
    return scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"a": "1"}


def stream_policy():
    """Puts, gets and deletes the policy of a stream; the table's own must not be touched."""
    table = dynamodb.create_table(
        TableName="ProbeStream",
        AttributeDefinitions=[{"AttributeName": "PK", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )["TableDescription"]
    of_table, of_stream = '{"Version":"2012-10-17","Statement":[]}', '{"Version":"2012-10-17","Id":"s","Statement":[]}'
    dynamodb.put_resource_policy(ResourceArn=table["TableArn"], Policy=of_table)
    dynamodb.put_resource_policy(ResourceArn=table["LatestStreamArn"], Policy=of_stream)
    kept = [dynamodb.get_resource_policy(ResourceArn=table[arn])["Policy"] for arn in ("TableArn", "LatestStreamArn")]
    dynamodb.delete_resource_policy(ResourceArn=table["LatestStreamArn"])
    try:
        dynamodb.get_resource_policy(ResourceArn=table["LatestStreamArn"])
    except dynamodb.exceptions.PolicyNotFoundException:
        return kept == [of_table, of_stream]
    return False


def behaves(probe):
    try:
        return bool(probe())
    except Exception as failure:  # any failure is the answer "no"
        print(f"{probe.__name__}: {failure!r}", file=sys.stderr)
        return False


def main():
    probes = [
        (start_logging, ["cloudtrail.StartLogging"]),
        (stop_logging, ["cloudtrail.StopLogging"]),
        (delete_trail, ["cloudtrail.DeleteTrail"]),
        (event_selectors, ["cloudtrail.PutEventSelectors"]),
        (trail_by_name, ["cloudtrail.DescribeTrails"]),
        (rotation, ["kms.EnableKeyRotation", "kms.GetKeyRotationStatus"]),
        (role_description, ["iam.CreateRole", "iam.UpdateRoleDescription", "iam.UpdateRole"]),
        (policy_version, ["iam.GetPolicyVersion"]),
        (
            target_tags,
            ["application-autoscaling.RegisterScalableTarget", "application-autoscaling.ListTagsForResource"],
        ),
        (tag_target, ["application-autoscaling.TagResource"]),
        (untag_target, ["application-autoscaling.UntagResource"]),
        (
            stream_policy,
            ["dynamodb.PutResourcePolicy", "dynamodb.GetResourcePolicy", "dynamodb.DeleteResourcePolicy"],
        ),
    ]
    answers = {}
    for probe, operations in probes:
        answers |= dict.fromkeys(operations, behaves(probe))
    json.dump(answers, sys.stdout)


main()

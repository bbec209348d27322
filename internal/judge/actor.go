package judge

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/evaluate"
)

// Actor is a role that makes requests.
type Actor struct {
	ARN    string
	Tags   map[string]string
	Region string // in which it works
}

// Request is a request of the actor: beside the condition keys of its own, which come first and count, it has those of every
// request and those of the actor.
func (a Actor) Request(action, resource string, keys evaluate.Context) evaluate.Request {
	fields := strings.SplitN(a.ARN, ":", 6)
	partition, account, name := fields[1], fields[4], a.ARN[strings.LastIndexByte(a.ARN, '/')+1:]
	region := a.Region
	if strings.HasPrefix(action, "iam:") {
		region = iamRegions[partition]
	}
	return evaluate.Request{
		Principal: evaluate.MustPrincipal("arn:" + partition + ":sts::" + account + ":assumed-role/" + name + "/terraform"),
		Action:    action,
		Resource:  resource,
		Context: slices.Concat(keys, evaluate.Context{
			one("aws:RequestedRegion", region), one("aws:SecureTransport", "true"), one("aws:ViaAWSService", "false"), one("aws:PrincipalArn", a.ARN),
		}, tags(a.Tags).keys("aws:PrincipalTag/")),
	}
}

// iamRegions are where requests to IAM, a global service, are said to be made (IAM user guide, "AWS global condition context
// keys", aws:RequestedRegion).
var iamRegions = map[string]string{"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1", "aws-eusc": "eusc-de-east-1"}

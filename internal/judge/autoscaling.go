package judge

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/evaluate"
)

func autoscalingOperations() map[string]operation {
	const service = "application-autoscaling:"
	on := func(name string) operation { return onThis(service+name, targetOf).with(dimension) }
	onARN := func(name string) operation {
		return onThis(service+name, func(_ *account, c *call) string { return c.body.text("ResourceARN") })
	}
	return map[string]operation{
		"RegisterScalableTarget":   on("RegisterScalableTarget").with(requestedTags).and(registration).then(learnTarget),
		"DeregisterScalableTarget": on("DeregisterScalableTarget").and(deleteAlarms).then(forgetTarget),
		"PutScalingPolicy":         on("PutScalingPolicy").and(putAlarms),
		"DeleteScalingPolicy":      on("DeleteScalingPolicy").and(deleteAlarms),
		"DescribeScalableTargets":  onAnything(service + "DescribeScalableTargets"),
		"DescribeScalingPolicies":  onAnything(service + "DescribeScalingPolicies"),
		"ListTagsForResource":      onARN("ListTagsForResource"),
		"TagResource": onARN("TagResource").with(requestedTags).then(func(a *account, c *call, _ object) {
			a.tag(c.body.text("ResourceARN"), c.body.tags("Tags"))
		}),
		"UntagResource": onARN("UntagResource").with(removedTags).then(func(a *account, c *call, _ object) {
			a.untag(c.body.text("ResourceARN"), c.body.texts("TagKeys"))
		}),
	}
}

// targetID is what a scalable target is known by before it has an ARN.
func targetID(c *call) string {
	return c.body.text("ResourceId") + " " + c.body.text("ScalableDimension")
}

func targetOf(a *account, c *call) string {
	if arn := a.targets[targetID(c)]; arn != "" {
		return arn
	}
	return a.arn("application-autoscaling", c.region, "scalable-target/new")
}

func dimension(_ *account, c *call) evaluate.Context {
	return evaluate.Context{
		one("application-autoscaling:service-namespace", c.body.text("ServiceNamespace")),
		one("application-autoscaling:scalable-dimension", c.body.text("ScalableDimension")),
	}
}

// registration is what the service asks of whoever registers a target: to see and to change the table, and at the first in
// an account to make the service's own role (Application Auto Scaling user guide, "Identity-based policy examples" and
// "Service-linked roles").
func registration(a *account, c *call) []need {
	table, _, _ := strings.Cut(c.body.text("ResourceId"), "/index/")
	arn := a.arn("dynamodb", c.region, table)
	var needs []need
	for _, action := range []string{"dynamodb:DescribeTable", "dynamodb:UpdateTable"} {
		n := a.on(action, arn)
		n.keys = append(n.keys, forwarded("application-autoscaling.amazonaws.com")...)
		needs = append(needs, n)
	}
	const service = "dynamodb.application-autoscaling.amazonaws.com"
	if !a.services[service] {
		needs = append(needs, need{
			action:   "iam:CreateServiceLinkedRole",
			resource: a.arn("iam", "", "role/aws-service-role/"+service+"/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"),
			keys:     append(forwarded("application-autoscaling.amazonaws.com"), one("iam:AWSServiceName", service)),
		})
	}
	if tags := c.body.tags("Tags"); len(tags) > 0 {
		needs = append(needs, need{action: "application-autoscaling:TagResource", resource: targetOf(a, c), keys: tags.requested()})
	}
	return checkedByAWS(needs...)
}

// putAlarms is what the service needs of the caller for a policy that follows a metric: it makes the alarms with the caller's
// rights. First it asks whether it may at all, without naming one (Application Auto Scaling user guide, "Identity-based policy
// examples" and "Permissions validation"). The alarm acts on the scaling policy (CloudWatch user guide, "Using condition keys
// to limit alarm actions").
func putAlarms(a *account, c *call) []need {
	var needs []need
	for _, action := range []string{"cloudwatch:PutMetricAlarm", "cloudwatch:DescribeAlarms", "cloudwatch:DeleteAlarms"} {
		needs = append(needs, a.onAlarm(c, action, ""))
	}
	put := a.onAlarm(c, "cloudwatch:PutMetricAlarm", alarmOf(c))
	put.keys = append(put.keys, one("cloudwatch:AlarmActions",
		a.arn("autoscaling", c.region, "scalingPolicy:new:resource/dynamodb/"+c.body.text("ResourceId")+":policyName/"+c.body.text("PolicyName"))))
	return checkedByAWS(append(needs, put, a.onAlarm(c, "cloudwatch:DescribeAlarms", alarmOf(c)))...)
}

// deleteAlarms is to remove them again.
func deleteAlarms(a *account, c *call) []need {
	return checkedByAWS(a.onAlarm(c, "cloudwatch:DeleteAlarms", alarmOf(c)))
}

// alarmOf is the name of one of the alarms of a target; those for lower values differ at the end.
func alarmOf(c *call) string { return "TargetTracking-" + c.body.text("ResourceId") + "-AlarmHigh-new" }

func (a *account) onAlarm(c *call, action, name string) need {
	return need{action: action, resource: a.arn("cloudwatch", c.region, "alarm:"+name), keys: forwarded("application-autoscaling.amazonaws.com")}
}

func learnTarget(a *account, c *call, answer object) {
	arn := answer.text("ScalableTargetARN")
	a.targets[targetID(c)] = arn
	a.tag(arn, c.body.tags("Tags"))
	a.services["dynamodb.application-autoscaling.amazonaws.com"] = true
}

func forgetTarget(a *account, c *call, _ object) {
	delete(a.tags, targetOf(a, c))
	delete(a.targets, targetID(c))
}

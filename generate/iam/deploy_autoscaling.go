package iam

import (
	"slices"

	"github.com/ddbgen/ddbgen/internal/calls"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file lets the capacity of tables be autoscaled. A scalable target has an id that nobody chooses and a key for the
// service it is of, so the role may scale whatever DynamoDB has in the account and region. Application Auto Scaling sets its
// alarms with the rights of whoever asks for the scaling, and names them after the table (Application Auto Scaling user
// guide, "Identity-based policy examples"). An alarm acts with rights that are not its maker's, and can stop an instance of
// EC2, so these may act on scaling policies of the tables and on nothing else.

// scalingRole is the service-linked role with which Application Auto Scaling changes capacity. The first target of an account
// makes it (Application Auto Scaling user guide, "Service-linked roles").
const scalingRole = "dynamodb.application-autoscaling.amazonaws.com"

func (h holder) autoscalingDeployment() []policy.Statement {
	alarms, scaling := h.scalingAlarms()
	if len(alarms) == 0 {
		return nil
	}
	// Application Auto Scaling first asks without naming an alarm (Application Auto Scaling user guide, "Permissions
	// validation").
	alarms = append(alarms, h.arn("cloudwatch", "alarm:"))
	all, target := scalingCalls(), calls.Of("aws_appautoscaling_target")
	tagging := append(target.On("ScalableTarget").Reading(), target.For("tags")...)
	return slices.Concat(
		h.allow("ScalableTargets", all.On("ScalableTarget").With().Changing(), h.scalableTargets(),
			equals("application-autoscaling:service-namespace", "dynamodb")),
		h.allow("ScalableTargetTags", tagging, h.scalableTargets()),
		h.autoscalingLists(),
		h.allowTo(onlyActing(scaling), "AutoscalingAlarms", all.Only("cloudwatch:PutMetricAlarm"), alarms),
		h.allow("AutoscalingAlarmRemoval", all.Only("cloudwatch:DeleteAlarms"), alarms),
		h.allow("AutoscalingAlarmList", all.On("alarm").Reading(), []string{h.arn("cloudwatch", "alarm:*")}),
		h.allow("AutoscalingServiceRole", target.On("role"),
			[]string{h.iamARN("role/aws-service-role/" + scalingRole + "/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable")},
			equals("iam:AWSServiceName", scalingRole)),
	)
}

func scalingCalls() calls.List {
	return calls.Of("aws_appautoscaling_target", "aws_appautoscaling_policy")
}

func (h holder) autoscalingLists() []policy.Statement {
	return h.allow("AutoscalingLists", scalingCalls().On("*"), anything())
}

func (h holder) scalableTargets() []string {
	return []string{h.arn("application-autoscaling", "scalable-target/*")}
}

// onlyActing holds for an alarm that acts on nothing but these. One that does not act at all is harmless, so the key need not
// be there (CloudWatch user guide, "Using condition keys to limit alarm actions").
func onlyActing(on []string) policy.Condition {
	return policy.Condition{Operator: "ForAllValues:StringLike", Key: "cloudwatch:AlarmActions", Values: on}
}

// scalingAlarms are the alarms of what is autoscaled, and the scaling policies that they act on. Application Auto Scaling names
// an alarm TargetTracking-table/NAME-… or TargetTracking-table/NAME/index/INDEX-…, and gives a policy an id.
func (h holder) scalingAlarms() (alarms, policies []string) {
	for _, t := range h.m.Tables {
		alarm := h.arn("cloudwatch", "alarm:TargetTracking-table/"+h.e.TableName(t))
		scaling := h.arn("autoscaling", "scalingPolicy:*:resource/dynamodb/table/"+h.e.TableName(t))
		if made(t) && t.Capacity.Autoscaled() {
			alarms, policies = append(alarms, alarm+"-*"), append(policies, scaling+":policyName/*")
		}
		if made(t) && slices.ContainsFunc(t.GlobalIndexes, func(i *model.Index) bool { return i.Capacity.Autoscaled() }) {
			alarms, policies = append(alarms, alarm+"/index/*"), append(policies, scaling+"/index/*:policyName/*")
		}
	}
	return alarms, policies
}

package e2e

// mend makes one call behave as it does on AWS where moto differs. Each was
// seen to fail without it, with moto 5.2.1 and version 5.100.0 of the provider.
type mend struct {
	// operation is the call that is mended: signing service, dot, name.
	operation string
	// what moto does, and why Terraform cannot live with it.
	what, why string
	// request changes what moto is asked.
	request func(asked []byte) []byte
	// answer is given instead of asking moto, unless it is nil.
	answer func(asked []byte) *answer
	// response changes what moto answered, if that was a success.
	response func(asked, answered []byte) []byte
}

// mends is the whole list. What moto is mended to remember lives as long as the
// emulator that calls this.
func mends() []mend {
	selectors, rotation := &trailSelectors{}, &rotationPeriods{}
	scaling, streams := &targetTags{byARN: map[string]map[string]string{}}, &streamPolicies{}
	roles := &roleDescriptions{}
	return []mend{
		{
			operation: "cloudtrail.StartLogging",
			what:      "knows a trail by name only: a KeyError, HTTP 500, for its ARN",
			why:       "the provider starts a trail by its ARN, so the create fails",
			request:   trailByName,
		},
		{
			operation: "cloudtrail.StopLogging",
			what:      "knows a trail by name only: a KeyError, HTTP 500, for its ARN",
			why:       "the provider stops a trail by its ARN",
			request:   trailByName,
		},
		{
			operation: "cloudtrail.DeleteTrail",
			what:      "knows a trail by name only, and says that it has deleted an ARN",
			why:       "the provider deletes a trail by its ARN, so the trail stays",
			request:   trailByName,
		},
		{
			operation: "cloudtrail.PutEventSelectors",
			what:      "takes the selectors, and DescribeTrails does not know",
			why:       "remembered here for DescribeTrails",
			response:  selectors.put,
		},
		{
			operation: "cloudtrail.DescribeTrails",
			what:      "always says HasCustomEventSelectors: false, and answers with all trails, whichever was asked for",
			why:       "the provider then never reads the selectors back, so that a lost one would not show in a plan; and it refuses two trails for one name",
			response:  selectors.describe,
		},
		{
			operation: "kms.EnableKeyRotation",
			what:      "forgets RotationPeriodInDays",
			why:       "remembered here for GetKeyRotationStatus",
			response:  rotation.enable,
		},
		{
			operation: "kms.GetKeyRotationStatus",
			what:      "does not answer RotationPeriodInDays",
			why:       "the provider reads 0 days back, so every later plan wants to set them again",
			response:  rotation.status,
		},
		{
			operation: "iam.CreateRole",
			what:      "takes the description, and UpdateRole forgets it",
			why:       "remembered here for UpdateRole",
			response:  roles.remember,
		},
		{
			operation: "iam.UpdateRoleDescription",
			what:      "takes the description, and UpdateRole forgets it",
			why:       "remembered here for UpdateRole",
			response:  roles.remember,
		},
		{
			operation: "iam.UpdateRole",
			what:      "forgets the description when it is asked for another session duration alone",
			why:       "the next plan wants to set the description again",
			request:   roles.keep,
		},
		{
			operation: "iam.GetPolicyVersion",
			what:      "answers the document as it is, and not URL-encoded",
			why:       "the provider decodes it, so a plus becomes a space, and every later plan wants to set it again",
			response:  encodeDocument,
		},
		{
			operation: "application-autoscaling.RegisterScalableTarget",
			what:      "forgets the tags",
			why:       "remembered here for ListTagsForResource",
			response:  scaling.register,
		},
		{
			operation: "application-autoscaling.TagResource",
			what:      "is not implemented",
			why:       "a changed tag fails the apply",
			answer:    scaling.tag,
		},
		{
			operation: "application-autoscaling.UntagResource",
			what:      "is not implemented",
			why:       "a removed tag fails the apply",
			answer:    scaling.untag,
		},
		{
			operation: "application-autoscaling.ListTagsForResource",
			what:      "is not implemented",
			why:       "the provider reads a scalable target's tags after creating it, so the create fails",
			answer:    scaling.list,
		},
		{
			operation: "dynamodb.PutResourcePolicy",
			what:      "knows resource policies of tables only: ResourceNotFoundException for a stream",
			why:       "the create fails",
			answer:    streams.put,
		},
		{
			operation: "dynamodb.GetResourcePolicy",
			what:      "knows resource policies of tables only: ResourceNotFoundException for a stream",
			why:       "the provider would take the policy for gone",
			answer:    streams.get,
		},
		{
			operation: "dynamodb.DeleteResourcePolicy",
			what:      "knows resource policies of tables only: ResourceNotFoundException for a stream",
			why:       "the one that was put is kept here",
			answer:    streams.delete,
		},
	}
}

package judge

import (
	"strings"

	"github.com/ddbgen/ddbgen/internal/evaluate"
)

func cloudtrailOperations() map[string]operation {
	on := func(name, parameter string) operation {
		return onThis("cloudtrail:"+name, func(a *account, c *call) string { return a.trail(c, c.body.text(parameter)) })
	}
	onListed := func(name string) operation {
		return onThis("cloudtrail:"+name, func(_ *account, c *call) string { return c.body.text("ResourceId") })
	}
	return map[string]operation{
		"CreateTrail": {
			needs: func(a *account, c *call) []need {
				arn, tags := a.trail(c, c.body.text("Name")), c.body.tags("TagsList")
				needs := []need{{action: "cloudtrail:CreateTrail", resource: arn, keys: tags.requested()}}
				// CloudTrail user guide, "Creating a trail with the console", tags: AddTags is needed as well.
				return append(needs, taggedAtCreate("cloudtrail:AddTags", arn, tags)...)
			},
			learns: func(a *account, c *call, _ object) { a.tag(a.trail(c, c.body.text("Name")), c.body.tags("TagsList")) },
		},
		"UpdateTrail":       on("UpdateTrail", "Name"),
		"DeleteTrail":       on("DeleteTrail", "Name").then(func(a *account, c *call, _ object) { delete(a.tags, a.trail(c, c.body.text("Name"))) }),
		"StartLogging":      on("StartLogging", "Name"),
		"StopLogging":       on("StopLogging", "Name"),
		"GetTrailStatus":    on("GetTrailStatus", "Name"),
		"GetEventSelectors": on("GetEventSelectors", "TrailName"),
		"PutEventSelectors": on("PutEventSelectors", "TrailName"),
		"DescribeTrails":    onAnything("cloudtrail:DescribeTrails"),
		"ListTags": {needs: func(a *account, c *call) []need {
			var needs []need
			for _, arn := range c.body.texts("ResourceIdList") {
				needs = append(needs, a.on("cloudtrail:ListTags", arn))
			}
			return needs
		}},
		"AddTags": onListed("AddTags").with(func(_ *account, c *call) evaluate.Context { return c.body.tags("TagsList").requested() }).
			then(func(a *account, c *call, _ object) { a.tag(c.body.text("ResourceId"), c.body.tags("TagsList")) }),
		"RemoveTags": onListed("RemoveTags").with(func(_ *account, c *call) evaluate.Context { return evaluate.Context{tagKeys(removedFromTrail(c))} }).
			then(func(a *account, c *call, _ object) { a.untag(c.body.text("ResourceId"), removedFromTrail(c)) }),
	}
}

func removedFromTrail(c *call) []string {
	var out []string
	for _, tag := range c.body.children("TagsList") {
		out = append(out, tag.text("Key"))
	}
	return out
}

// trail is the ARN of a trail, which a request may call by its name.
func (a *account) trail(c *call, name string) string {
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	return a.arn("cloudtrail", c.region, "trail/"+name)
}

package judge

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

func iamOperations() map[string]operation {
	return merged(roleOperations(), policyOperations(), profileOperations(), providerOperations())
}

func merged(parts ...map[string]operation) map[string]operation {
	out := map[string]operation{}
	for _, part := range parts {
		for name, o := range part {
			out[name] = o
		}
	}
	return out
}

// onIAM is a need for an action on a resource of IAM, which has two names for tags.
func (a *account) onIAM(action, arn string) need {
	n := a.on(action, arn)
	n.keys = append(n.keys, a.tags[arn].keys("iam:ResourceTag/")...)
	return n
}

func onIAM(name string, resource func(*account, *call) string) operation {
	return operation{needs: func(a *account, c *call) []need { return []need{a.onIAM("iam:"+name, resource(a, c))} }}
}

// tagging are the two operations on the tags of a kind of resource, and the listing of them.
func tagging(kind string, resource func(*account, *call) string) map[string]operation {
	return map[string]operation{
		"Tag" + kind: onIAM("Tag"+kind, resource).with(requestedTags).then(func(a *account, c *call, _ object) {
			a.tag(resource(a, c), c.body.tags("Tags"))
		}),
		"Untag" + kind: onIAM("Untag"+kind, resource).with(removedTags).then(func(a *account, c *call, _ object) {
			a.untag(resource(a, c), c.body.texts("TagKeys"))
		}),
		"List" + kind + "Tags": onIAM("List"+kind+"Tags", resource),
	}
}

func roleOperations() map[string]operation {
	// Operations that change what a role may do carry its boundary, those that only read it do not. Of others AWS's pages
	// contradict each other (IAM user guide, "Permissions boundaries for IAM entities"; Service Authorization Reference, IAM):
	// they must be allowed either way.
	change := func(name string) operation { return onIAM(name, roleOf).with(boundaryOf) }
	read := func(name string) operation { return onIAM(name, roleOf) }
	unsure := func(name string) operation { return read(name).and(change(name).needs) }
	return merged(tagging("Role", roleOf), map[string]operation{
		"CreateRole":                    {createRole, learnRole},
		"DeleteRole":                    unsure("DeleteRole").then(func(a *account, c *call, _ object) { a.forgetRole(c.body.text("RoleName")) }),
		"UpdateRole":                    unsure("UpdateRole"),
		"UpdateRoleDescription":         unsure("UpdateRoleDescription"),
		"UpdateAssumeRolePolicy":        unsure("UpdateAssumeRolePolicy"),
		"PutRolePolicy":                 change("PutRolePolicy"),
		"DeleteRolePolicy":              change("DeleteRolePolicy"),
		"DeleteRolePermissionsBoundary": change("DeleteRolePermissionsBoundary").then(func(a *account, c *call, _ object) { a.role(c, c.body.text("RoleName")).boundary = "" }),
		// Here the boundary is the one that is asked for.
		"PutRolePermissionsBoundary": read("PutRolePermissionsBoundary").with(boundaryAsked).then(func(a *account, c *call, _ object) {
			a.role(c, c.body.text("RoleName")).boundary = c.body.text("PermissionsBoundary")
		}),
		"AttachRolePolicy": change("AttachRolePolicy").with(policyARN).then(func(a *account, c *call, _ object) {
			r, arn := a.role(c, c.body.text("RoleName")), c.body.text("PolicyArn")
			if !slices.Contains(r.attached, arn) {
				r.attached = append(r.attached, arn)
			}
		}),
		"DetachRolePolicy": change("DetachRolePolicy").with(policyARN).then(func(a *account, c *call, _ object) {
			r, arn := a.role(c, c.body.text("RoleName")), c.body.text("PolicyArn")
			r.attached = slices.DeleteFunc(r.attached, func(attached string) bool { return attached == arn })
		}),
		"GetRole":                     read("GetRole"),
		"GetRolePolicy":               read("GetRolePolicy"),
		"ListRolePolicies":            read("ListRolePolicies"),
		"ListAttachedRolePolicies":    read("ListAttachedRolePolicies"),
		"ListInstanceProfilesForRole": read("ListInstanceProfilesForRole"),
	})
}

func roleOf(a *account, c *call) string { return a.role(c, c.body.text("RoleName")).arn }

func boundaryOf(a *account, c *call) evaluate.Context {
	if boundary := a.role(c, c.body.text("RoleName")).boundary; boundary != "" {
		return evaluate.Context{one("iam:PermissionsBoundary", boundary)}
	}
	return nil
}

func boundaryAsked(_ *account, c *call) evaluate.Context {
	if boundary := c.body.text("PermissionsBoundary"); boundary != "" {
		return evaluate.Context{one("iam:PermissionsBoundary", boundary)}
	}
	return nil
}

func policyARN(_ *account, c *call) evaluate.Context {
	return evaluate.Context{one("iam:PolicyARN", c.body.text("PolicyArn"))}
}

// made is the ARN of something that a request makes in a path.
func (a *account) made(c *call, kind, name string) string {
	return a.arn("iam", "", kind+c.body.textOr("Path", "/")+name)
}

func createRole(a *account, c *call) []need {
	arn, tags := a.made(c, "role", c.body.text("RoleName")), c.body.tags("Tags")
	needs := []need{{action: "iam:CreateRole", resource: arn, keys: append(boundaryAsked(a, c), tags.requested()...)}}
	return append(needs, taggedAtCreate("iam:TagRole", arn, tags)...)
}

func learnRole(a *account, c *call, _ object) {
	name := c.body.text("RoleName")
	arn := a.made(c, "role", name)
	a.roles[name] = &role{arn: arn, boundary: c.body.text("PermissionsBoundary")}
	a.tag(arn, c.body.tags("Tags"))
}

func (a *account) forgetRole(name string) {
	if r := a.roles[name]; r != nil {
		delete(a.tags, r.arn)
	}
	delete(a.roles, name)
}

func policyOperations() map[string]operation {
	on := func(name string) operation { return onIAM(name, policyOf) }
	return merged(tagging("Policy", policyOf), map[string]operation{
		"CreatePolicy": {
			needs: func(a *account, c *call) []need {
				arn, tags := a.made(c, "policy", c.body.text("PolicyName")), c.body.tags("Tags")
				needs := []need{{action: "iam:CreatePolicy", resource: arn, keys: tags.requested()}}
				return append(needs, taggedAtCreate("iam:TagPolicy", arn, tags)...)
			},
			learns: func(a *account, c *call, _ object) {
				arn := a.made(c, "policy", c.body.text("PolicyName"))
				a.tag(arn, c.body.tags("Tags"))
				a.addVersion(c, arn, "v1", true)
			},
		},
		"CreatePolicyVersion": on("CreatePolicyVersion").then(func(a *account, c *call, answer object) {
			a.addVersion(c, policyOf(a, c), answer.text("VersionId"), c.body.text("SetAsDefault") == "true")
		}),
		"DeletePolicyVersion": on("DeletePolicyVersion").then(func(a *account, c *call, _ object) {
			if m := a.managed[policyOf(a, c)]; m != nil {
				delete(m.versions, c.body.text("VersionId"))
			}
		}),
		"DeletePolicy": on("DeletePolicy").then(func(a *account, c *call, _ object) {
			delete(a.managed, policyOf(a, c))
			delete(a.tags, policyOf(a, c))
		}),
		"GetPolicy":          on("GetPolicy"),
		"GetPolicyVersion":   on("GetPolicyVersion"),
		"ListPolicyVersions": on("ListPolicyVersions"),
	})
}

func policyOf(_ *account, c *call) string { return c.body.text("PolicyArn") }

func (a *account) addVersion(c *call, arn, id string, current bool) {
	document, err := policy.Parse([]byte(c.body.text("PolicyDocument")))
	if err != nil {
		c.fail("the document of %s: %w", arn, err)
	}
	if a.managed[arn] == nil {
		a.managed[arn] = &managed{versions: map[string]policy.Document{}}
	}
	a.managed[arn].versions[id] = document
	if current {
		a.managed[arn].current = id
	}
}

func profileOperations() map[string]operation {
	on := func(name string) operation { return onIAM(name, profileOf) }
	return merged(tagging("InstanceProfile", profileOf), map[string]operation{
		"CreateInstanceProfile": {
			needs: func(a *account, c *call) []need {
				arn, tags := a.made(c, "instance-profile", c.body.text("InstanceProfileName")), c.body.tags("Tags")
				needs := []need{{action: "iam:CreateInstanceProfile", resource: arn, keys: tags.requested()}}
				return append(needs, taggedAtCreate("iam:TagInstanceProfile", arn, tags)...)
			},
			learns: func(a *account, c *call, _ object) {
				name := c.body.text("InstanceProfileName")
				a.profiles[name] = a.made(c, "instance-profile", name)
				a.tag(a.profiles[name], c.body.tags("Tags"))
			},
		},
		"DeleteInstanceProfile": on("DeleteInstanceProfile").then(func(a *account, c *call, _ object) {
			delete(a.tags, profileOf(a, c))
			delete(a.profiles, c.body.text("InstanceProfileName"))
		}),
		"GetInstanceProfile":            on("GetInstanceProfile"),
		"AddRoleToInstanceProfile":      on("AddRoleToInstanceProfile").and(passedToEC2),
		"RemoveRoleFromInstanceProfile": on("RemoveRoleFromInstanceProfile"),
	})
}

func profileOf(a *account, c *call) string {
	name := c.body.text("InstanceProfileName")
	if arn := a.profiles[name]; arn != "" {
		return arn
	}
	c.fail("the judge does not know the instance profile %q", name)
	return a.arn("iam", "", "instance-profile/"+name)
}

// passedToEC2 is the need of whoever puts a role into an instance profile (IAM user guide, "Grant a user permissions to pass
// a role to an AWS service").
func passedToEC2(a *account, c *call) []need {
	n := a.onIAM("iam:PassRole", roleOf(a, c))
	service := "ec2.amazonaws.com"
	if a.partition == "aws-cn" {
		service += ".cn"
	}
	n.keys = append(n.keys, one("iam:PassedToService", service))
	return checkedByAWS(n)
}

func providerOperations() map[string]operation {
	on := func(name string) operation { return onIAM(name, providerOf) }
	return merged(tagging("OpenIDConnectProvider", providerOf), map[string]operation{
		"CreateOpenIDConnectProvider": {
			needs: func(a *account, c *call) []need {
				arn, tags := a.provider(c.body.text("Url")), c.body.tags("Tags")
				needs := []need{{action: "iam:CreateOpenIDConnectProvider", resource: arn, keys: tags.requested()}}
				return append(needs, taggedAtCreate("iam:TagOpenIDConnectProvider", arn, tags)...)
			},
			learns: func(a *account, c *call, _ object) { a.tag(a.provider(c.body.text("Url")), c.body.tags("Tags")) },
		},
		"GetOpenIDConnectProvider":    on("GetOpenIDConnectProvider"),
		"DeleteOpenIDConnectProvider": on("DeleteOpenIDConnectProvider"),
		"ListOpenIDConnectProviders":  onAnything("iam:ListOpenIDConnectProviders"),
	})
}

func (a *account) provider(address string) string {
	return a.arn("iam", "", "oidc-provider/"+strings.TrimPrefix(address, "https://"))
}

func providerOf(_ *account, c *call) string { return c.body.text("OpenIDConnectProviderArn") }

package spec

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/model"
)

// checkSameTags warns of access by a tag that must be the role's own, where the role has no such tag. A role that is made
// here has the tags of the environment and its own; what session tags its trust lets in are the tenant's, and those of EKS
// Pod Identity. Without the tag the grant matches no table.
func checkSameTags(m *model.Model) hcl.Diagnostics {
	var f findings
	for _, r := range m.Roles {
		for _, g := range r.TagGrants {
			for _, match := range g.Tags {
				if !match.Same || r.Existing || passesTag(r.Trust, match.Key) {
					continue
				}
				if e := lackingTag(m, r, match.Key); e != nil {
					f.warn(idSameTagMissing, "Access by a tag that the role lacks", g.Origin,
						"%q reaches tables whose tag %q equals its own, and in the environment %q it has no such tag, or an empty one, so it reaches none. Give it one in its \"tags\".", r.Name, match.Key, e.Name)
				}
			}
		}
	}
	return f.Diagnostics
}

// lackingTag is the first environment in which the role has no tag of the key, or an empty one; nil if there is none. The
// keys of a principal's tags know no case (IAM user guide, "Tags for AWS Identity and Access Management resources").
func lackingTag(m *model.Model, r *model.Role, key string) *model.Environment {
	for _, e := range m.Environments {
		has := func(t model.Tag) bool { return strings.EqualFold(t.Key, key) && t.Value != "" }
		if !slices.ContainsFunc(e.AllTags(m, r.Tags), has) {
			return e
		}
	}
	return nil
}

// passesTag reports whether a session tag of the key comes with the trust: EKS Pod Identity passes tags of its own (EKS
// user guide, "Grant Pods access to AWS resources based on tags").
func passesTag(t model.Trust, key string) bool {
	if t.Kind != model.PodIdentityTrust && (t.Kind != model.ServiceTrust || t.Service != "eks_pod_identity") {
		return false
	}
	return slices.ContainsFunc([]string{
		"eks-cluster-arn", "eks-cluster-name", "kubernetes-namespace", "kubernetes-service-account", "kubernetes-pod-name", "kubernetes-pod-uid",
	}, func(k string) bool { return strings.EqualFold(k, key) })
}

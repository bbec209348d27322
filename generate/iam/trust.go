package iam

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/artifact"
	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file says who may become a role. A trust policy has one statement: statements are alternatives, and a second one
// with fewer conditions, such as sts:TagSession alone, would undo the first.

// Trusts are the trust policies of every role that is made here: by role, by tenant of the silo.
func Trusts(m *model.Model, e *model.Environment) ([]artifact.Policy, hcl.Diagnostics) {
	var out []artifact.Policy
	var ds hcl.Diagnostics
	for _, r := range m.AllRoles() {
		if r.Trust.Kind == model.NoTrust {
			continue
		}
		var found hcl.Diagnostics
		for _, tenant := range m.RoleTenants(r) {
			h := holder{m: m, e: e, role: r, tenant: tenant}
			bytes, _ := artifact.Encode(artifact.Trust, document([]policy.Statement{h.trust()}))
			out = append(out, artifact.Policy{Kind: artifact.Trust, Environment: e, Role: r, Tenant: tenant, Bytes: bytes})
			if found == nil { // one finding stands for all tenants
				found = trustSize(r, artifact.Size(artifact.Trust, bytes))
			}
		}
		ds = append(ds, found...)
	}
	return out, ds
}

func trustSize(r *model.Role, size int) hcl.Diagnostics {
	switch {
	case size > artifact.TrustQuotaRaised:
		return hcl.Diagnostics{diag.Error("trust-quota", "Trust policy too large",
			fmt.Sprintf("The trust policy of role %q takes %d characters, and AWS allows %d at most. "+
				"Let fewer roles assume it: one role in between can stand for many.", r.Name, size, artifact.TrustQuotaRaised), r.Trust.Origin)}
	case size > artifact.TrustQuota:
		return hcl.Diagnostics{diag.Warning("trust-quota", "Trust policy over the default quota",
			fmt.Sprintf("The trust policy of role %q takes %d characters, and an account allows %d by default. "+
				"Have the quota \"Role trust policy length\" of IAM raised before you apply, or let fewer roles assume it.",
				r.Name, size, artifact.TrustQuota), r.Trust.Origin)}
	}
	return nil
}

func (h holder) trust() policy.Statement {
	t := h.role.Trust
	switch t.Kind {
	case model.ServiceTrust:
		return h.serviceTrust(t.Service)
	case model.PodIdentityTrust:
		return h.podIdentityTrust(t)
	case model.RoleTrust:
		return h.roleTrust(t)
	case model.CognitoTrust:
		return h.cognitoTrust(t)
	case model.SAMLTrust:
		return h.samlTrust(t)
	case model.GitHubTrust, model.GitLabTrust, model.HCPTerraformTrust, model.BuildkiteTrust, model.CircleCITrust,
		model.BitbucketTrust, model.WebIdentityTrust, model.IRSATrust:
		return h.tokenTrust(t)
	case model.NoTrust:
	}
	panic("iam: role " + h.role.Name + " has no trust")
}

// serviceTrust demands that the service acts for a resource of the own account, where the service says for whom it acts
// (IAM user guide, "The confused deputy problem").
func (h holder) serviceTrust(name string) policy.Statement {
	service, known := catalog.AssumingServiceByName(name)
	if !known {
		panic("iam: no service " + name)
	}
	s := policy.Statement{
		Sid:       sid("assumed_by", name),
		Effect:    policy.Allow,
		Principal: &policy.Principal{Service: []string{h.servicePrincipal(service.Principal)}},
		Action:    service.Actions,
	}
	if service.SourceAccount {
		s.Condition = append(s.Condition, equals("aws:SourceAccount", h.e.Account))
	}
	if service.SourceARN != "" {
		source := strings.NewReplacer("${Region}", h.e.Region, "${Account}", h.e.Account).Replace(service.SourceARN)
		s.Condition = append(s.Condition, policy.Condition{
			Operator: "ArnLike", Key: "aws:SourceArn", Values: []string{"arn:" + h.e.Partition + ":" + source},
		})
	}
	return s
}

func (h holder) servicePrincipal(service string) string {
	partition, known := catalog.PartitionOf(h.e.Region)
	if !known {
		panic("iam: no partition has region " + h.e.Region)
	}
	return partition.ServicePrincipal(service)
}

// podIdentityTrust names one service account of one cluster. EKS passes all three as session tags, of its own choosing, so
// a session cannot carry a tenant as well (EKS user guide, pod-id-abac).
func (h holder) podIdentityTrust(t model.Trust) policy.Statement {
	s := h.serviceTrust("eks_pod_identity")
	s.Condition = append(s.Condition,
		equals("aws:RequestTag/eks-cluster-name", h.in(t.Cluster)),
		equals("aws:RequestTag/kubernetes-namespace", t.Namespace),
		equals("aws:RequestTag/kubernetes-service-account", t.ServiceAccount),
	)
	return s
}

func (h holder) roleTrust(t model.Trust) policy.Statement {
	var arns []string
	for _, p := range t.Roles {
		if p.Role != nil {
			arns = append(arns, h.counterparts(p.Role)...)
			continue
		}
		arns = append(arns, h.e.ExpandARN(p.ARN))
	}
	return h.demanding(policy.Statement{
		Sid:       "AssumedByRoles",
		Effect:    policy.Allow,
		Principal: &policy.Principal{AWS: arns},
		Action:    []string{"sts:AssumeRole"},
	})
}

// demanding adds to a statement of trust what is demanded of the session tags, and the right to pass them.
func (h holder) demanding(s policy.Statement) policy.Statement {
	if demand := tenantDemand(h.m, h.role); demand != nil {
		s.Action = append(s.Action, "sts:TagSession")
		s.Condition = append(s.Condition, demand...)
	}
	return s
}

// in is the value for the environment of something every environment has.
func (h holder) in(values []model.EnvironmentValue) string {
	v := model.In(h.e, values)
	if v == "" {
		panic("iam: the trust of role " + h.role.Name + " lacks a value for environment " + h.e.Name)
	}
	return v
}

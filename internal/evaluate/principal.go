package evaluate

import (
	"fmt"
	"strings"

	"github.com/ddbgen/ddbgen/internal/policy"
)

// Principal is who makes a request. ParsePrincipal makes one; the zero value is
// an anonymous caller.
type Principal struct {
	Name    string // the ARN, the service's or identity provider's name; "" when anonymous
	Account string // "" for services, built-in identity providers and anonymous callers
	Role    string // of a role or a role's session: the name of the role, without its path

	kind kind

	// iamARN is the value of aws:PrincipalArn: for a session the ARN of its role,
	// which has a path only when the request context says so.
	iamARN string
}

type kind int

const (
	anonymous     kind = iota
	root               // arn:aws:iam::111122223333:root
	user               // arn:aws:iam::111122223333:user/path/name
	role               // arn:aws:iam::111122223333:role/path/name, in some session
	session            // arn:aws:sts::111122223333:assumed-role/name/session
	federatedUser      // arn:aws:sts::111122223333:federated-user/name
	provider           // an identity provider, on whose word a role is assumed
	service            // lambda.amazonaws.com
)

// principalType is the value of aws:PrincipalType (IAM user guide, "Variables
// and tags", principal key values).
func (k kind) principalType() string {
	switch k {
	case root:
		return "Account"
	case user:
		return "User"
	case role, session:
		return "AssumedRole"
	case federatedUser:
		return "FederatedUser"
	case anonymous:
		return "Anonymous"
	}
	return ""
}

// isIAM says whether the principal is an identity of an account, to which
// identity policies and service control policies apply.
func (k kind) isIAM() bool {
	return k == root || k == user || k == role || k == session || k == federatedUser
}

// ParsePrincipal reads a principal: the ARN of a root user, user, role, role
// session, federated user or identity provider, or the name of a service
// ("lambda.amazonaws.com") or of a built-in identity provider
// ("cognito-identity.amazonaws.com"). The empty text is the anonymous caller.
func ParsePrincipal(text string) (Principal, error) {
	switch text {
	case "":
		return Principal{}, nil
	case "cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com", "accounts.google.com":
		return Principal{Name: text, kind: provider}, nil
	}
	if strings.HasPrefix(text, "arn:") {
		return parsePrincipalARN(text)
	}
	if !strings.Contains(text, ".") || strings.ContainsAny(text, " :/*?") {
		return Principal{}, fmt.Errorf("%q is no principal: neither an ARN nor the name of a service", text)
	}
	return Principal{Name: text, kind: service}, nil
}

func parsePrincipalARN(text string) (Principal, error) {
	fields := strings.SplitN(text, ":", 6)
	if len(fields) < 6 || len(fields[4]) != 12 || strings.ContainsAny(text, "*?") {
		return Principal{}, fmt.Errorf("%q is no principal: the ARN is incomplete or a pattern", text)
	}
	p := Principal{Name: text, Account: fields[4]}
	kindName, rest, _ := strings.Cut(fields[5], "/")
	switch of := fields[2] + ":" + kindName; {
	case of == "iam:root" && rest == "":
		p.kind = root
	case rest == "":
		return Principal{}, fmt.Errorf("%q is no principal: it names no one", text)
	case of == "iam:user":
		p.kind = user
	case of == "iam:role":
		p.kind, p.Role = role, rest[strings.LastIndexByte(rest, '/')+1:]
	case of == "iam:oidc-provider", of == "iam:saml-provider":
		p.kind = provider
	case of == "sts:federated-user":
		p.kind = federatedUser
	case of == "sts:assumed-role" && strings.Contains(rest, "/"):
		p.kind = session
		p.Role, _, _ = strings.Cut(rest, "/")
	default:
		return Principal{}, fmt.Errorf("%q is no principal: no such thing makes requests", text)
	}
	switch {
	case p.kind == session:
		p.iamARN = "arn:" + fields[1] + ":iam::" + p.Account + ":role/" + p.Role
	case p.kind.isIAM():
		p.iamARN = text
	}
	return p, nil
}

// MustPrincipal is ParsePrincipal for text that is known to be one.
func MustPrincipal(text string) Principal {
	p, err := ParsePrincipal(text)
	if err != nil {
		panic("evaluate: " + err.Error())
	}
	return p
}

// reach says how directly a Principal element names a principal. It matters in
// the principal's own account: what is granted to the session or the user itself
// no boundary limits, what is granted to the role a boundary does, and what is
// granted to the account the account's own policies must pass on (IAM user
// guide, "How AWS enforcement code logic evaluates requests", resource-based
// policies).
type reach uint8

const (
	toAccount reach = 1 << iota
	toRole
	toItself

	anyReach = toAccount | toRole | toItself
)

// reachOf finds how a Principal element names who makes the request.
func (r *Request) reachOf(p *policy.Principal) reach {
	if p.Any {
		return toItself
	}
	var found reach
	for _, name := range p.AWS {
		found |= r.reachOfAWS(name)
	}
	if r.Principal.kind == service && contains(p.Service, r.Principal.Name) ||
		r.Principal.kind == provider && contains(p.Federated, r.Principal.Name) {
		found |= toItself
	}
	return found
}

func (r *Request) reachOfAWS(name string) reach {
	p := &r.Principal
	switch {
	case name == "*":
		return toItself
	case !p.kind.isIAM():
		return 0
	case name == p.Account:
		return p.toAccount()
	case !strings.HasPrefix(name, "arn:"):
		return 0
	case name == p.Name && p.kind != role:
		return toItself
	case accountOf(name) != p.Account:
		return 0
	case strings.HasSuffix(name, ":root"):
		return p.toAccount()
	case r.isRoleOfSession(name), p.kind == federatedUser && isUserOfFederated(name, p.Name):
		return toRole
	}
	return 0
}

// toAccount is the reach of an account principal. The root user is the account.
func (p *Principal) toAccount() reach {
	if p.kind == root {
		return toItself | toAccount
	}
	return toAccount
}

// isRoleOfSession compares the ARN of a role with a session. The session's ARN
// lacks the role's path; when the request context has aws:PrincipalArn, which
// does not lack it, that one decides. Without it the name does, as no two roles
// of an account share one, whatever their paths (IAM user guide, "IAM and AWS
// STS quotas", names).
func (r *Request) isRoleOfSession(name string) bool {
	p := &r.Principal
	switch p.kind {
	case role:
		return name == p.Name
	case session:
		for i := range r.Context {
			if strings.EqualFold(r.Context[i].Name, "aws:PrincipalArn") {
				return contains(r.Context[i].Values, name)
			}
		}
		const marker = ":role/"
		i := strings.Index(name, marker)
		return i >= 0 && name[strings.LastIndexByte(name, '/')+1:] == p.Role
	}
	return false
}

// isUserOfFederated compares the ARN of a user with the session that
// GetFederationToken made of it.
func isUserOfFederated(name, federated string) bool {
	i := strings.Index(name, ":user/")
	return i >= 0 && name[strings.LastIndexByte(name, '/')+1:] == federated[strings.LastIndexByte(federated, '/')+1:]
}

// isServiceLinkedRole says whether the principal is one of the roles that
// neither service control policies nor resource control policies reach. Their
// path tells, which nothing else can have.
func (r *Request) isServiceLinkedRole() bool {
	if k := r.Principal.kind; k != role && k != session {
		return false
	}
	arn := r.lookup("aws:PrincipalArn")
	return arn.len() == 1 && strings.Contains(arn.at(0), ":role/aws-service-role/")
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

package audit

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/catalog"
)

// This file knows which condition keys there are.

// globalKeys are the condition keys that requests of every service may have (IAM user guide, "AWS global condition context
// keys"). Those that end in a slash take the key of a tag.
func globalKeys() []string {
	return []string{
		"aws:AssumedRoot", "aws:CalledVia", "aws:CalledViaAWSMCP", "aws:CalledViaFirst", "aws:CalledViaLast", "aws:ChatbotSourceArn", "aws:CurrentTime",
		"aws:Ec2InstanceSourcePrivateIPv4", "aws:Ec2InstanceSourceVpc", "aws:EpochTime", "aws:FederatedProvider", "aws:IsMcpServiceAction",
		"aws:MultiFactorAuthAge", "aws:MultiFactorAuthPresent", "aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalIsAWSService",
		"aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalServiceName", "aws:PrincipalServiceNamesList", "aws:PrincipalTag/",
		"aws:PrincipalType", "aws:referer", "aws:RequestedRegion", "aws:RequestTag/", "aws:ResourceAccount", "aws:ResourceOrgID",
		"aws:ResourceOrgPaths", "aws:ResourceTag/", "aws:SecureTransport", "aws:SignInSessionArn", "aws:SourceAccount", "aws:SourceArn",
		"aws:SourceIdentity", "aws:SourceIp", "aws:SourceOrgID", "aws:SourceOrgPaths", "aws:SourceVpc", "aws:SourceVpcArn", "aws:SourceVpce",
		"aws:TagKeys", "aws:TokenIssueTime", "aws:UserAgent", "aws:userid", "aws:username", "aws:ViaAWSMCPService", "aws:ViaAWSService",
		"aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths", "aws:VpcSourceIp",
	}
}

// globalKey finds a global condition key, in any case; of one of a tag, the name before the tag.
func globalKey(name string) (string, bool) {
	for _, k := range globalKeys() {
		if strings.EqualFold(k, name) && !strings.HasSuffix(k, "/") {
			return k, true
		}
		if strings.HasSuffix(k, "/") && len(name) > len(k) && strings.EqualFold(name[:len(k)], k) {
			return k, true
		}
	}
	return "", false
}

// unknownKey reports whether no service has a condition key, and which one may be meant. Of DynamoDB every key is known. The
// global ones grow in number, so there what is not known is wrong only if it is nearly one that is; and of other services and
// of identity providers nothing is said, but where what stands after the colon is a key of DynamoDB.
func unknownKey(name string) (meant string, unknown bool) {
	if _, known := catalog.Load().ConditionKey(name); known {
		return "", false
	}
	if _, known := globalKey(name); known {
		return "", false
	}
	prefix, rest, found := strings.Cut(name, ":")
	own := keysOfDynamoDB()
	if !found {
		prefix, rest, found = strings.Cut(name, ".")
	}
	switch {
	case !found:
		return nearestKey("dynamodb:"+name, own), true
	case strings.EqualFold(prefix, "dynamodb"):
		return nearestKey("dynamodb:"+rest, own), true
	case strings.EqualFold(prefix, "aws"):
		meant = nearGlobal(name)
		return meant, meant != ""
	}
	for _, k := range own {
		if strings.EqualFold(k, "dynamodb:"+rest) {
			return k, true
		}
	}
	return "", false
}

func keysOfDynamoDB() []string {
	var out []string
	for _, s := range catalog.Load().Services() {
		for _, k := range s.ConditionKeys {
			if s.Name == "dynamodb" && strings.HasPrefix(k.Name, "dynamodb:") {
				out = append(out, k.Name)
			}
		}
	}
	slices.Sort(out)
	return out
}

func nearestKey(name string, among []string) string {
	if near := catalog.NearAmong(name, among); len(near) > 0 {
		return near[0]
	}
	return ""
}

// nearGlobal is the global key that a name may be a slip of. What is written for the slash before the key of a tag is often
// something else.
func nearGlobal(name string) string {
	for _, k := range globalKeys() {
		stem, tag := strings.CutSuffix(k, "/")
		if tag && len(name) > len(stem)+1 && strings.EqualFold(name[:len(stem)], stem) && strings.ContainsRune(":.-_ ", rune(name[len(stem)])) {
			return k + name[len(k):]
		}
	}
	if stem, tag, found := strings.Cut(name, "/"); found {
		var tagged []string
		for _, k := range globalKeys() {
			if strings.HasSuffix(k, "/") {
				tagged = append(tagged, strings.TrimSuffix(k, "/"))
			}
		}
		if near := nearestKey(stem, tagged); near != "" {
			return near + "/" + tag
		}
	}
	var whole []string
	for _, k := range globalKeys() {
		if !strings.HasSuffix(k, "/") {
			whole = append(whole, k)
		}
	}
	return closeKey(name, whole)
}

// closeKey is a key that differs in two letters at the most: global keys are much like one another.
func closeKey(name string, among []string) string {
	near := nearestKey(name, among)
	if near == "" || len(near) > len(name)+2 || len(name) > len(near)+2 {
		return ""
	}
	a, b := strings.ToLower(near), strings.ToLower(name)
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if max(len(a), len(b)) > 2 {
		return ""
	}
	return near
}

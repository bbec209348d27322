package artifact

import (
	"unicode/utf8"

	"github.com/ddbgen/ddbgen/internal/policy"
)

// Quotas of policy documents, in characters as the service counts them, and of attachments (IAM user guide, "IAM and STS
// quotas"; KMS API reference, PutKeyPolicy; PrivateLink guide, "quotas"; DynamoDB developer guide, "resource-based policy
// considerations").
const (
	IdentityQuota    = 6144  // managed policy; white space does not count
	TrustQuota       = 2048  // white space does not count; the default, which an account may raise to TrustQuotaRaised
	TrustQuotaRaised = 8192  //
	TableQuota       = 20480 // 20 KB; white space counts
	KeyQuota         = 32768 // white space counts
	EndpointQuota    = 20480 // white space counts
	AttachmentQuota  = 20    // managed policies of one role; the default, which an account may raise to 25
)

// Size is a document's size as its service counts it.
func Size(kind Kind, document []byte) int {
	//exhaustive:enforce
	switch kind {
	case Identity, Trust, Boundary:
		return policy.CountNonSpace(document)
	case Table:
		return len(document) // a quota in KB counts bytes
	case Key, Endpoint:
		return utf8.RuneCount(document)
	}
	panic("artifact: unknown kind " + string(kind))
}

// Quota is the size that a document of this kind may have.
func Quota(kind Kind) int {
	//exhaustive:enforce
	switch kind {
	case Identity, Boundary:
		return IdentityQuota
	case Trust:
		return TrustQuotaRaised
	case Table:
		return TableQuota
	case Key:
		return KeyQuota
	case Endpoint:
		return EndpointQuota
	}
	panic("artifact: unknown kind " + string(kind))
}

// Encode writes a document for people where it fits its quota so, and without white space where it does not. Endpoint
// policies are always written without: one policy serves every application of a VPC, so room in it is scarce.
// The second result is false when the document does not fit at all.
func Encode(kind Kind, document policy.Document) ([]byte, bool) {
	if kind != Endpoint {
		if readable := policy.Encode(document); Size(kind, readable) <= Quota(kind) {
			return readable, true
		}
	}
	minified := policy.EncodeMinified(document)
	return minified, Size(kind, minified) <= Quota(kind)
}

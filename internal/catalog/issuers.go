package catalog

// The issuers of the identity providers that IAM knows without an OpenID
// Connect provider in the account (IAM user guide, "AWS global and IAM condition
// context keys", web identity federation).
const (
	AmazonIssuer   = "www.amazon.com"
	FacebookIssuer = "graph.facebook.com"
	GoogleIssuer   = "accounts.google.com"
	CognitoIssuer  = "cognito-identity.amazonaws.com"
)

// BuiltinAudience is the condition key that says which application, or which
// identity pool, a token was made for, of an issuer that IAM knows itself; false
// for any other issuer (IAM user guide, "Available keys for AWS web identity
// federation").
func BuiltinAudience(issuer string) (string, bool) {
	switch issuer {
	case AmazonIssuer, FacebookIssuer:
		return issuer + ":app_id", true
	case GoogleIssuer, CognitoIssuer:
		return issuer + ":aud", true
	}
	return "", false
}

package judge

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"

	"github.com/ddbgen/ddbgen/internal/evaluate"
)

// deny answers as the service does whose request was denied, so that Terraform prints what it would print on AWS.
func deny(w http.ResponseWriter, r *http.Request, c *call, denied Check) {
	message := denied.message()
	switch c.service {
	case "ec2":
		answerXML(w, http.StatusForbidden, ec2Denial{Code: "UnauthorizedOperation", Message: "You are not authorized to perform this operation. " + message})
	case "s3":
		answerXML(w, http.StatusForbidden, s3Denial{Code: "AccessDenied", Message: message})
	case "iam", "sts":
		answerXML(w, http.StatusForbidden, iamDenial{Type: "Sender", Code: "AccessDenied", Message: message})
	default:
		// The error is told by the last part of __type (Smithy, "AWS JSON 1.1 protocol", operation error serialization).
		answer, err := json.Marshal(map[string]string{"__type": "com.amazon.coral.service#AccessDeniedException", "Message": message, "message": message})
		if err != nil {
			panic("judge: encoding texts: " + err.Error())
		}
		w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write(answer) // whoever asked may be gone
	}
}

// The shapes of errors (EC2 API reference, "Common error codes"; S3 API reference, "Error responses"; IAM API reference,
// "Common errors").
type (
	ec2Denial struct {
		XMLName xml.Name `xml:"Response"`
		Code    string   `xml:"Errors>Error>Code"`
		Message string   `xml:"Errors>Error>Message"`
	}
	s3Denial struct {
		XMLName xml.Name `xml:"Error"`
		Code    string
		Message string
	}
	iamDenial struct {
		XMLName xml.Name `xml:"ErrorResponse"`
		Type    string   `xml:"Error>Type"`
		Code    string   `xml:"Error>Code"`
		Message string   `xml:"Error>Message"`
	}
)

func answerXML(w http.ResponseWriter, status int, denial any) {
	answer, err := xml.Marshal(denial)
	if err != nil {
		panic("judge: encoding texts: " + err.Error())
	}
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	_, _ = w.Write(answer) // whoever asked may be gone
}

// message is what AWS says of a denial (IAM user guide, "Troubleshoot access denied error messages").
func (c Check) message() string {
	reason := "because no identity-based policy allows the " + c.Request.Action + " action"
	if len(c.Decision.DecidedBy) > 0 {
		reason = "with an explicit deny in an identity-based policy"
		if c.Decision.DecidedBy[0].Layer == evaluate.Resource {
			reason = "with an explicit deny in a resource-based policy"
		}
	}
	return strings.Join([]string{
		"User:", c.Request.Principal.String(), "is not authorized to perform:", c.Request.Action, "on resource:", c.Request.Resource, reason,
	}, " ")
}

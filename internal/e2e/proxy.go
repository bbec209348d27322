package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// newProxy passes requests on to moto and mends what moto gets wrong.
func newProxy(moto string, ids *aliases, log *tail) http.Handler {
	target, err := url.Parse(moto)
	if err != nil {
		panic("e2e: moto's address: " + err.Error())
	}
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			// moto tells S3 buckets and services apart by the host the caller named.
			r.Out.Host = r.In.Host
		},
		Transport: &mender{
			mends: mends(),
			ids:   ids,
			log:   log,
			// moto closes idle connections without a word, and a request that is
			// sent twice shows up as "already exists".
			next: &http.Transport{DisableKeepAlives: true, DisableCompression: true},
		},
	}
}

// mender is the transport between the proxy and moto.
type mender struct {
	mends []mend
	ids   *aliases
	log   *tail
	next  http.RoundTripper
}

func (m *mender) RoundTrip(request *http.Request) (*http.Response, error) {
	service := serviceOf(request.Header.Get("Authorization"))
	// S3 bodies carry checksums, and there is nothing to mend in them.
	if service == "s3" || request.Body == nil {
		return m.next.RoundTrip(request)
	}
	asked, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	_ = request.Body.Close() // read to its end
	operation := service + "." + nameOf(request.Header.Get("X-Amz-Target"), asked)
	mend := m.find(operation)
	if mend.answer != nil {
		if answer := mend.answer(asked); answer != nil {
			return answer.response(request), nil
		}
	}
	asked = m.ids.toMoto(asked)
	if mend.request != nil {
		asked = mend.request(asked)
	}
	response, err := m.next.RoundTrip(withBody(request, asked))
	if err != nil {
		return nil, err
	}
	return m.mendResponse(response, operation, mend, asked)
}

// withBody leaves the answer uncompressed, so that it can be mended.
func withBody(request *http.Request, body []byte) *http.Request {
	changed := request.Clone(request.Context())
	changed.Header.Del("Accept-Encoding")
	changed.Body, changed.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return changed
}

func (m *mender) mendResponse(response *http.Response, operation string, mend mend, asked []byte) (*http.Response, error) {
	answered, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	_ = response.Body.Close() // read to its end
	if response.StatusCode >= http.StatusBadRequest {
		m.log.add(fmt.Sprintf("%s: %s: %.500s", operation, response.Status, answered))
	}
	mended := answered
	if mend.response != nil && response.StatusCode == http.StatusOK {
		mended = mend.response(asked, mended)
	}
	mended = m.ids.fromMoto(mended)
	if !bytes.Equal(mended, answered) {
		// DynamoDB's clients check it against the body.
		response.Header.Del("X-Amz-Crc32")
	}
	setBody(response, mended)
	return response, nil
}

func (m *mender) find(operation string) mend {
	for _, mend := range m.mends {
		if mend.operation == operation {
			return mend
		}
	}
	return mend{}
}

func setBody(response *http.Response, body []byte) {
	response.Body = io.NopCloser(bytes.NewReader(body))
	response.ContentLength = int64(len(body))
	response.Header.Set("Content-Length", strconv.Itoa(len(body)))
}

// answer is what the proxy says in moto's place.
type answer struct {
	status int
	body   string
}

func (a *answer) response(request *http.Request) *http.Response {
	response := &http.Response{
		StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:  http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
		Request: request,
	}
	setBody(response, []byte(a.body))
	return response
}

// credentialScope finds the service in a SigV4 header:
// Credential=KEY/20300101/eu-west-1/kms/aws4_request.
var credentialScope = regexp.MustCompile(`Credential=[^/]+/\d+/[^/]*/([^/]+)/aws4_request`)

func serviceOf(authorization string) string {
	if scope := credentialScope.FindStringSubmatch(authorization); scope != nil {
		return scope[1]
	}
	return ""
}

// nameOf reads the operation from the target header of the JSON protocols
// (CloudTrail's has several dots), or from the Action field of the query
// protocols.
func nameOf(target string, body []byte) string {
	if target != "" {
		return target[strings.LastIndex(target, ".")+1:]
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return ""
	}
	return form.Get("Action")
}

// edit changes one JSON object and leaves anything else as it is.
func edit(text []byte, change func(map[string]any)) []byte {
	var object map[string]any
	if json.Unmarshal(text, &object) != nil || object == nil {
		return text
	}
	change(object)
	return encode(object)
}

// encode is for values that were decoded from JSON.
func encode(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic("e2e: encoding what was decoded: " + err.Error())
	}
	return text
}

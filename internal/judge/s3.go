package judge

import (
	"net/http"
	"strings"

	"github.com/ddbgen/ddbgen/internal/evaluate"
)

// encryptionKey is the header that names the KMS key of an object.
const encryptionKey = "X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id"

// parseS3 reads what Terraform's backend asks of S3: one bucket's list, and whole objects. The bucket stands in the path,
// because the emulator's host is an address.
func parseS3(r *http.Request) (operation string, parameters object) {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	parameters = object{"Bucket": bucket, "Key": key}
	query := r.URL.Query()
	for _, name := range []string{"prefix", "delimiter", "max-keys"} {
		if query.Has(name) {
			parameters[name] = query.Get(name)
		}
	}
	switch {
	case bucket == "":
		return "", parameters
	case key == "" && r.Method == http.MethodGet && query.Get("list-type") == "2":
		return "ListObjectsV2", parameters
	case key == "":
		return r.Method + " of a bucket", parameters
	case len(query) > 1 || len(query) == 1 && !query.Has("x-id"):
		return r.Method + " of an object with ?" + r.URL.RawQuery, parameters
	}
	return map[string]string{
		http.MethodGet: "GetObject", http.MethodHead: "HeadObject", http.MethodPut: "PutObject", http.MethodDelete: "DeleteObject",
	}[r.Method], parameters
}

// s3Operations are named after the API; HeadObject is s3:GetObject (S3 user guide, "Required permissions for Amazon S3 API
// operations").
func s3Operations() map[string]operation {
	return map[string]operation{
		"ListObjectsV2": {needs: func(a *account, c *call) []need {
			n := need{action: "s3:ListBucket", resource: a.bucket(c)}
			for _, name := range []string{"prefix", "delimiter", "max-keys"} {
				if _, has := c.body[name]; has {
					n.keys = append(n.keys, one("s3:"+name, c.body.text(name)))
				}
			}
			return []need{n}
		}},
		"GetObject":    {needs: readObject},
		"HeadObject":   {needs: readObject},
		"PutObject":    {writeObject, func(a *account, c *call, _ object) { a.objects[a.object(c)] = c.header.Get(encryptionKey) }},
		"DeleteObject": onThis("s3:DeleteObject", (*account).object).then(func(a *account, c *call, _ object) { delete(a.objects, a.object(c)) }),
	}
}

func (a *account) bucket(c *call) string {
	return "arn:" + a.partition + ":s3:::" + c.body.text("Bucket")
}

func (a *account) object(c *call) string { return a.bucket(c) + "/" + c.body.text("Key") }

func readObject(a *account, c *call) []need {
	object := a.object(c)
	return append([]need{{action: "s3:GetObject", resource: object}}, a.objectKey(c, "kms:Decrypt", a.objects[object])...)
}

func writeObject(a *account, c *call) []need {
	key := c.header.Get(encryptionKey)
	n := need{action: "s3:PutObject", resource: a.object(c)}
	if algorithm := c.header.Get("X-Amz-Server-Side-Encryption"); algorithm != "" {
		n.keys = append(n.keys, one("s3:x-amz-server-side-encryption", algorithm))
	}
	if key != "" {
		n.keys = append(n.keys, one("s3:x-amz-server-side-encryption-aws-kms-key-id", key))
	}
	return append([]need{n}, a.objectKey(c, "kms:GenerateDataKey", key)...)
}

// objectKey is what S3 does with the key of an object for its caller. Objects under S3's own encryption need nothing (S3 user
// guide, "Using server-side encryption with AWS KMS keys", permissions).
func (a *account) objectKey(c *call, action, key string) []need {
	if key == "" {
		return nil
	}
	keys := append(forwarded("s3.amazonaws.com"), one("kms:ViaService", via("s3", c.region)),
		one("kms:EncryptionContext:aws:s3:arn", a.object(c)),
		evaluate.Key{Name: "kms:EncryptionContextKeys", Values: []string{"aws:s3:arn"}})
	return checkedByAWS(a.onKey(action, a.key(c, key), keys...))
}

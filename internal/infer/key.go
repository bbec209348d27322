package infer

import (
	"regexp"
	"strings"

	"github.com/ddbgen/ddbgen/internal/describe"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// key is a key in KMS that tables are under. It is made elsewhere, and its policy stays as it is.
type key struct{ logical, arn string }

var keyARN = regexp.MustCompile(`^arn:aws[a-z-]*:kms:([a-z0-9-]+):([0-9]{12}):key/[a-zA-Z0-9-]{1,64}$`)

// findKeys finds the keys that tables are under: by their descriptions, and by what roles may use for a table of that name. A
// spec lets every role that works with the table use the key, so where one may not, the table is written without.
func (d *draft) findKeys() {
	names := describe.NewNames("key")
	for _, t := range d.tables {
		arn := d.keyOf(t)
		m := keyARN.FindStringSubmatch(arn)
		if m == nil || m[1] != d.env.Region || m[2] != d.env.Account || d.banned("encryption:"+t.Name) {
			continue
		}
		for _, k := range d.keys {
			if k.arn == arn {
				t.encryption = k.logical
			}
		}
		if t.encryption == "" {
			t.encryption = names.Of(t.logical)
			d.keys = append(d.keys, &key{t.encryption, arn})
		}
	}
}

// keyOf is the ARN of the key that a table is under; empty if nobody says.
func (d *draft) keyOf(t *table) string {
	if t.KMSKey != "" {
		return t.KMSKey
	}
	for _, h := range d.held {
		for _, s := range h.statements {
			if s.Effect != policy.Allow || len(s.Resource) != 1 || !keyARN.MatchString(s.Resource[0]) {
				continue
			}
			for _, c := range s.conditions("kms:EncryptionContext:aws:dynamodb:tableName") {
				for _, v := range c.Values {
					if v == t.Name && strings.HasPrefix(c.Operator, "String") {
						return s.Resource[0]
					}
				}
			}
		}
	}
	return ""
}

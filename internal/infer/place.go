package infer

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/diag"
	"github.com/ddbgen/ddbgen/internal/inventory"
	"github.com/ddbgen/ddbgen/internal/model"
)

// What stands for an account and a region that nobody says. Whoever reads a file that does not say so either puts the same
// there.
const (
	unknownAccount = "000000000000"
	defaultRegion  = "us-east-1"
)

// resource is the ARN of something of DynamoDB, taken apart (Service Authorization Reference, "Resource types defined by Amazon
// DynamoDB").
type resource struct {
	region, account, table string
	part                   string // index, stream, backup, export; empty: the table itself
	name                   string // of the part
}

var dynamoARN = regexp.MustCompile(`^arn:[^:]*:dynamodb:([^:]*):([^:]*):table/([^/]*)(?:/([^/]+)/(.+))?$`)

func resourceOf(arn string) (resource, bool) {
	m := dynamoARN.FindStringSubmatch(arn)
	if m == nil {
		return resource{}, false
	}
	return resource{m[1], m[2], m[3], m[4], m[5]}, true
}

// literal reports whether a text is one that a policy takes for itself, and that was resolved where it was read.
func literal(text string) bool { return text != "" && !strings.ContainsAny(text, "*?${}") }

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

// Place is the account and the region that an inventory is about, as far as it says: those of most tables, of the ARNs that
// policies name, and of the roles. What options say counts first.
func Place(inv *inventory.Inventory, o Options) (account, region string) {
	votes := map[[2]string]int{}
	vote := func(account, region string, n int) {
		if !accountID.MatchString(account) || account == unknownAccount {
			account, region = "", "" // the region was taken for it too
		}
		if _, known := catalog.PartitionOf(region); !known {
			region = ""
		}
		if account != "" || region != "" {
			votes[[2]string{account, region}] += n
		}
	}
	read := func(documents ...*inventory.Document) {
		for _, document := range documents {
			if document == nil {
				continue
			}
			for _, s := range document.Document.Statement {
				for _, arn := range s.Resource {
					if r, is := resourceOf(arn); is {
						vote(r.account, r.region, 10)
					}
				}
			}
		}
	}
	for _, t := range inv.Tables {
		vote(t.Account, t.Region, 1000)
		read(t.Policy)
	}
	for _, i := range inv.Identities {
		read(i.Policies...)
		if parts := strings.Split(i.ARN, ":"); len(parts) >= 6 {
			vote(parts[4], "", 1)
		}
	}
	var places [][2]string
	for p := range votes {
		places = append(places, p)
	}
	slices.SortFunc(places, func(a, b [2]string) int {
		return cmp.Or(votes[b]-votes[a], cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	})
	account, region = o.Account, o.Region
	for _, p := range places { // the first that agrees with the flags, and with what is chosen already
		if (account == "" || p[0] == "" || p[0] == account) && (region == "" || p[1] == "" || p[1] == region) {
			account, region = cmp.Or(account, p[0]), cmp.Or(region, p[1])
		}
	}
	return account, region
}

// place settles the account and the region of the spec.
func (d *draft) place() hcl.Diagnostics {
	account, region := Place(d.inv, d.Options)
	d.env = &model.Environment{Name: d.Environment, Account: cmp.Or(account, unknownAccount), Region: cmp.Or(region, defaultRegion)}
	partition, known := catalog.PartitionOf(d.env.Region)
	if !known {
		return hcl.Diagnostics{diag.Error(idPlace, "Region that is not known", fmt.Sprintf("%q is no region of AWS that is known here. Give another with --region.", d.env.Region), hcl.Range{})}
	}
	d.env.Partition = partition.ID
	if d.env.Account == unknownAccount {
		d.findings = append(d.findings, diag.Warning(idPlace, "Account that nobody names",
			"No ARN says which account this is about, so the spec says "+unknownAccount+". Give it with --account.", hcl.Range{}))
	}
	return nil
}

// here reports whether a region and an account, which may be patterns, are those of the spec.
func (d *draft) here(r resource) bool {
	return covers(r.region, d.env.Region) && covers(r.account, d.env.Account)
}

// covers reports whether a pattern with stars matches a text without; an empty one is what AWS completes.
func covers(pattern, text string) bool {
	if !strings.ContainsAny(pattern, "*?") {
		return pattern == text
	}
	quoted := regexp.QuoteMeta(pattern)
	quoted = strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(quoted)
	matched, err := regexp.MatchString("^(?s:"+quoted+")$", text)
	return err == nil && matched
}

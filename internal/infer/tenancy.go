package infer

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/catalog"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/internal/policy"
	"github.com/ddbgen/ddbgen/spec"
)

// tenancy is where the tenant of a request comes from.
type tenancy struct {
	identity model.Identity
	words    string // of the identity, in the spec; empty: a silo
	variable string // in lower case
	pattern  string
	assumed  bool // nobody said the pattern
	tenants  []string
	silo     map[*holder]siloed
}

// siloed is a role of one tenant.
type siloed struct {
	tenant, stem string // of its name
	first        *holder
}

// findTenancy finds the variable that rows are told by, and which keys of which tables are tenants'.
func (d *draft) findTenancy() {
	if d.findIdentity(); d.tenancy == nil {
		d.findSilo()
	}
	if d.tenancy == nil {
		return
	}
	d.findTemplates()
	keyed := slices.ContainsFunc(d.tables, func(t *table) bool { return len(t.templates) > 0 })
	if !keyed { // of what no table is keyed by, nothing is known
		d.tenancy = nil
		return
	}
	d.choosePattern()
}

// findIdentity chooses the variable that most statements tell rows by.
func (d *draft) findIdentity() {
	votes, spelled, voter := map[string]int{}, map[string]string{}, map[string]*holder{}
	for _, h := range d.held {
		for _, s := range h.statements {
			if s.Effect != policy.Allow {
				continue
			}
			seen := map[string]bool{}
			for _, v := range s.keyValues() {
				name := strings.ToLower(v.variable)
				if name == "" || seen[name] {
					continue
				}
				if _, _, known := identityOf(v.variable, h); !known {
					continue
				}
				seen[name] = true
				votes[name]++
				if spelled[name] == "" {
					spelled[name], voter[name] = v.variable, h
				}
			}
		}
	}
	names := sortedKeys(votes)
	slices.SortStableFunc(names, func(a, b string) int { return votes[b] - votes[a] })
	for _, name := range names {
		if !d.banned("identity:" + name) {
			identity, words, _ := identityOf(spelled[name], voter[name])
			d.tenancy = &tenancy{identity: identity, words: words, variable: name}
			return
		}
	}
}

var (
	tagKey = regexp.MustCompile(`^[a-zA-Z0-9_.-]{1,128}$`)
	issuer = regexp.MustCompile(`^[a-z0-9.-]+(?:/[a-zA-Z0-9_./-]*[a-zA-Z0-9_-])?$`)
)

// identityOf is the identity of a spec that a variable stands for; false if it has none.
func identityOf(variable string, h *holder) (model.Identity, string, bool) {
	const tag = "aws:principaltag/"
	lower := strings.ToLower(variable)
	switch {
	case strings.HasPrefix(lower, tag):
		key := variable[len(tag):]
		if !tagKey.MatchString(key) {
			return model.Identity{}, "", false
		}
		if h.trustsCognito() {
			return model.Identity{Kind: model.CognitoClaim, Name: key}, "cognito_claim: " + spec.Scalar(key), true
		}
		return model.Identity{Kind: model.SessionTag, Name: key}, "session_tag: " + spec.Scalar(key), true
	case lower == catalog.CognitoIssuer+":sub":
		return model.Identity{Kind: model.CognitoIdentity}, "cognito_identity: true", true
	case lower == catalog.AmazonIssuer+":user_id":
		return model.Identity{Kind: model.LoginWithAmazon}, "login_with_amazon: true", true
	case lower == catalog.FacebookIssuer+":id":
		return model.Identity{Kind: model.Facebook}, "facebook: true", true
	case lower == catalog.GoogleIssuer+":sub":
		return model.Identity{Kind: model.Google}, "google: true", true
	}
	if of, is := strings.CutSuffix(variable, ":sub"); is && issuer.MatchString(of) && strings.Contains(of, ".") {
		return model.Identity{Kind: model.OIDCSubject, Name: of}, "oidc_subject: " + spec.Scalar(of), true
	}
	return model.Identity{}, "", false
}

func (h *holder) trustsCognito() bool {
	if h.Trust == nil {
		return false
	}
	return slices.ContainsFunc(h.Trust.Document.Statement, func(s policy.Statement) bool {
		return s.Principal != nil && slices.Contains(s.Principal.Federated, catalog.CognitoIssuer)
	})
}

// findTemplates says which keys of each table and index are tenants'. A spec says so once for all roles, and a role that
// reached fewer than those would reach more: so of what roles say, that is chosen which most of them hold.
func (d *draft) findTemplates() {
	for _, t := range d.tables {
		if t.PartitionKey.Type != "S" {
			continue
		}
		arn := d.env.TableARN(t.model)
		t.keyed(d.chosenTemplates(t.Name, arn))
		for _, i := range t.indexes {
			if i.local || i.PartitionKey.Type != "S" || len(t.templates) == 0 {
				continue
			}
			i.templates = d.chosenTemplates(t.Name+"/"+i.Name, d.env.IndexARN(i.model))
			i.model.TenantKeys = i.templates
		}
	}
}

func (d *draft) chosenTemplates(name, arn string) []model.KeyTemplate {
	var sets [][]model.KeyTemplate
	for _, h := range d.held {
		if set := d.templatesOf(h, name, arn); len(set) > 0 {
			sets = append(sets, set)
		}
	}
	candidates := slices.Clone(sets)
	for i := range sets {
		for j := range i {
			both := slices.DeleteFunc(slices.Clone(sets[i]), func(t model.KeyTemplate) bool { return !holdsTemplate(sets[j], t) })
			if len(both) > 0 && len(candidates) < maxCandidates {
				candidates = append(candidates, both)
			}
		}
	}
	var best []model.KeyTemplate
	most := 0
	for _, c := range candidates {
		holders := 0
		for _, set := range sets {
			if within(c, set) {
				holders++
			}
		}
		if holders > most || holders == most && len(c) > len(best) {
			best, most = c, holders
		}
	}
	return best
}

// maxCandidates bounds the work for an account of a thousand roles.
const maxCandidates = 400

// templatesOf are the shapes of tenants' keys that the statements of an identity about a table or an index name.
func (d *draft) templatesOf(h *holder, name, arn string) []model.KeyTemplate {
	var out []model.KeyTemplate
	for _, s := range h.statements {
		if s.Effect != policy.Allow || !s.carries(arn) {
			continue
		}
		for _, v := range s.keyValues() {
			t, is := d.tenantKey(h, v)
			if is && !holdsTemplate(out, t) && !d.banned("tenantkeys:"+name+":"+templateWords(t)) {
				out = append(out, t)
			}
		}
	}
	slices.SortFunc(out, func(a, b model.KeyTemplate) int { return cmp.Compare(templateWords(a), templateWords(b)) })
	return out
}

// tenantKey is the template of a value; false if it holds no tenant.
func (d *draft) tenantKey(h *holder, v keyValue) (model.KeyTemplate, bool) {
	if d.tenancy.silo == nil {
		return v.template, v.usable && strings.EqualFold(v.variable, d.tenancy.variable)
	}
	s, is := d.tenancy.silo[h]
	if !is || v.variable != "" {
		return model.KeyTemplate{}, false
	}
	return siloTemplate(v, s.tenant)
}

// carries reports whether a statement is about a table or an index, with an action that tells IAM its partition key.
func (s *statement) carries(arn string) bool {
	return slices.ContainsFunc(itemOperations(), func(o catalog.Operation) bool {
		return o.Has(catalog.CarriesLeadingKeys) && s.on(o.Action(), arn)
	})
}

// choosePattern says what tenant ids look like, if nobody does. The pattern is what the proof of a build quantifies over, and
// is in no policy.
func (d *draft) choosePattern() {
	t := d.tenancy
	if d.IDPattern != "" {
		t.pattern = d.IDPattern
		return
	}
	t.assumed = true
	switch t.identity.Kind {
	case model.Silo:
		t.pattern = patternOf(t.tenants)
	case model.CognitoIdentity:
		t.pattern = "[a-z]{2}(?:-[a-z]{4,9}){1,2}-[0-9]:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
	case model.LoginWithAmazon:
		t.pattern = "amzn1[.]account[.][A-Z0-9]{28}"
	case model.Facebook, model.Google:
		t.pattern = "[0-9]{1,32}"
	default:
		t.pattern = "[A-Za-z0-9_-]{1,64}"
		if d.banned(narrower) {
			t.pattern = "[A-Za-z0-9]{1,64}"
		}
	}
}

// narrower is the part whose ban asks for a narrower pattern of ids.
const narrower = "pattern:wide"

// patternOf is a pattern of some ids: their letters, and their lengths.
func patternOf(ids []string) string {
	classes := map[string]bool{}
	low, high := len(ids[0]), 0
	for _, id := range ids {
		low, high = min(low, len(id)), max(high, len(id))
		for _, c := range id {
			switch {
			case c >= 'a' && c <= 'z':
				classes["a-z"] = true
			case c >= 'A' && c <= 'Z':
				classes["A-Z"] = true
			case c >= '0' && c <= '9':
				classes["0-9"] = true
			default:
				classes[regexp.QuoteMeta(string(c))] = true
			}
		}
	}
	var text strings.Builder
	hyphen := classes["-"]
	delete(classes, "-")
	for _, c := range sortedKeys(classes) {
		text.WriteString(c)
	}
	if hyphen {
		text.WriteString("-")
	}
	return fmt.Sprintf("[%s]{%d,%d}", text.String(), low, high)
}

package decide

import (
	"errors"
	"strings"

	"github.com/ddbgen/ddbgen/internal/evaluate"
	"github.com/ddbgen/ddbgen/internal/policy"
)

// question is what one line asks.
type question struct {
	id       *string // nil when the line has none, or none that can be read
	request  evaluate.Request
	policies evaluate.Policies
}

// questionReader reads a question. Documents come from the cache.
type questionReader struct {
	reader
	documents *cache
}

// readQuestion reads a line. After an error the question holds no more than the
// id.
func readQuestion(line []byte, documents *cache) (question, error) {
	r := questionReader{reader{src: line}, documents}
	var q question
	asked := false
	r.object([]string{"id", "request", "policies"}, func(name string) {
		switch name {
		case "id":
			q.id = r.id()
		case "request":
			q.request, asked = r.request(), true
		case "policies":
			q.policies = r.policies()
		}
	})
	r.end()
	if !asked {
		r.complain(0, "request is missing")
	}
	if r.err != nil {
		return question{id: q.id}, r.err
	}
	return q, nil
}

func (r *questionReader) id() *string {
	if r.peek() != '"' {
		r.wanted("a string")
		return nil
	}
	if id, ok := r.text(); ok {
		return &id
	}
	return nil
}

// textThat reads a string that must pass a test, which the complaint describes.
func (r *questionReader) textThat(what string, is func(string) bool) string {
	at := r.start()
	if r.peek() != '"' {
		r.wanted(what)
		return ""
	}
	text, ok := r.text()
	if ok && !is(text) {
		r.complain(at, "expected %s, found %q", what, text)
	}
	return text
}

func (r *questionReader) request() evaluate.Request {
	var q evaluate.Request
	at, named := r.start(), false
	r.object([]string{"principal", "action", "resource", "resource_account", "context"}, func(name string) {
		switch name {
		case "principal":
			q.Principal, named = r.principal(), true
		case "action":
			q.Action = r.textThat(`an action as in "dynamodb:Query"`, isAction)
		case "resource":
			q.Resource = r.textThat(`an ARN, or "*" for an action without a resource`, isResource)
		case "resource_account":
			q.ResourceAccount = r.textThat("an account id of twelve digits", isAccount)
		case "context":
			q.Context = r.context()
		}
	})
	switch {
	case !named:
		r.complain(at, "principal is missing")
	case q.Action == "":
		r.complain(at, "action is missing")
	case q.Resource == "":
		r.complain(at, "resource is missing")
	}
	return q
}

// isAction says whether a text names one action. A pattern is none: a request is
// for one action, and a decision about several would be about none of them.
func isAction(text string) bool {
	service, name, found := strings.Cut(text, ":")
	return found && isWord(service) && isWord(name)
}

func isWord(text string) bool {
	for _, c := range []byte(text) {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		digit := '0' <= c && c <= '9'
		if !letter && !digit && c != '-' {
			return false
		}
	}
	return text != ""
}

func isResource(text string) bool {
	return text == "*" || strings.HasPrefix(text, "arn:") && strings.Count(text, ":") >= 5
}

func isAccount(text string) bool {
	return len(text) == 12 && strings.Trim(text, "0123456789") == ""
}

// principal reads an ARN or the name of a service, or the object that stands for
// a caller without credentials. An empty string is no principal: it is what a
// program writes that forgot one.
func (r *questionReader) principal() evaluate.Principal {
	const what = `the ARN of a principal, the name of a service or {"anonymous":true}`
	at := r.start()
	switch r.peek() {
	case '{':
		r.anonymous()
		return evaluate.Principal{}
	case '"':
		text, ok := r.text()
		switch {
		case ok && text == "":
			r.complain(at, "expected %s, found an empty string", what)
		case ok && text[0] == '{':
			r.quotedAnonymous(at, text)
		case ok:
			p, err := evaluate.ParsePrincipal(text)
			if err != nil {
				r.complain(at, "%v", err)
			}
			return p
		}
		return evaluate.Principal{}
	}
	r.wanted(what)
	return evaluate.Principal{}
}

func (r *reader) anonymous() {
	at, said := r.start(), false
	r.object([]string{"anonymous"}, func(string) {
		if r.word() != "true" {
			r.wanted("true")
			return
		}
		r.pos += len("true")
		said = true
	})
	if !said {
		r.complain(at, `a principal that is an object is {"anonymous":true}`)
	}
}

// quotedAnonymous reads the object from a string, for programs in whose types
// the principal is a string.
func (r *reader) quotedAnonymous(at int, text string) {
	inner := reader{src: []byte(text)}
	inner.anonymous()
	inner.end()
	if inner.err != nil {
		r.complain(at, "in the string: %s", inner.err.message)
	}
}

// context reads the condition keys. Two that differ only in case are one key to
// AWS (IAM user guide, "IAM JSON policy elements: Condition"), and which of the
// two a request has cannot be told.
func (r *questionReader) context() evaluate.Context {
	var keys evaluate.Context
	seen := make(map[string]bool)
	r.members(func(name string, at int) {
		folded := strings.ToLower(name)
		if name == "" || seen[folded] {
			r.complain(at, "the condition key %q is empty, or comes twice when case is ignored", name)
		}
		seen[folded] = true
		r.path = append(r.path, step{name, -1})
		keys = append(keys, evaluate.Key{Name: name, Values: r.values()})
		r.path = r.path[:len(r.path)-1]
	})
	return keys
}

// values reads one string or a list of them. Numbers and booleans are refused:
// AWS compares the text of a value, and JSON does not say which of its texts a
// number has.
func (r *questionReader) values() []string {
	if r.peek() != '[' {
		return []string{r.value("a string or a list of strings")}
	}
	var values []string
	r.list(func() { values = append(values, r.value("a string")) })
	return values
}

func (r *questionReader) value(what string) string {
	return r.textThat(what, func(string) bool { return true })
}

func (r *questionReader) policies() evaluate.Policies {
	var p evaluate.Policies
	r.object([]string{"identity", "boundaries", "session", "scp", "rcp", "resource", "endpoint"}, func(name string) {
		switch name {
		case "identity":
			p.Identity = r.layer()
		case "boundaries":
			p.Boundaries = r.layer()
		case "session":
			p.Session = r.layer()
		case "scp":
			p.SCP = r.levels()
		case "rcp":
			p.RCP = r.levels()
		case "resource":
			document := r.document()
			p.Resource = &document
		case "endpoint":
			p.Endpoint = r.layer()
		}
	})
	return p
}

func (r *questionReader) levels() [][]policy.Document {
	var levels [][]policy.Document
	r.list(func() { levels = append(levels, r.layer()) })
	return levels
}

func (r *questionReader) layer() []policy.Document {
	var documents []policy.Document
	r.list(func() { documents = append(documents, r.document()) })
	return documents
}

// document reads a policy. One that is not closed is parsed as far as the line
// goes, to find the mistake that is nearer to the cause.
func (r *questionReader) document() policy.Document {
	begin := r.start()
	if r.peek() != '{' {
		r.wanted("a policy document, an object")
		return policy.Document{}
	}
	text, _ := r.brackets()
	document, err := r.documents.parse(text)
	if err != nil {
		r.complainOf(begin, err)
	}
	return document
}

// complainOf turns a mistake in a document into one of the line that holds it.
func (r *questionReader) complainOf(begin int, err error) {
	wrong, ok := errors.AsType[*policy.Error](err)
	if !ok {
		r.complain(begin, "%v", err)
		return
	}
	path := r.pathText()
	if wrong.Path != "" {
		path += "." + wrong.Path
	}
	r.keep(mistake{r.column(begin) + wrong.Column - 1, path, wrong.Message})
}

package diff

import (
	"slices"
	"strings"

	"github.com/ddbgen/ddbgen/internal/words"
)

// This file says changes in sentences.

// Sentence is the change in one sentence without a full stop: "the role api may Query and Scan the table Ledger".
func (c Change) Sentence() string { return c.SentenceIn(words.Plain()) }

// SentenceIn is the sentence with its names marked in a style.
func (c Change) SentenceIn(style words.Style) string {
	who := style.Text(c.Subject)
	if c.Who != nil {
		who = c.principals(style)
	}
	return who + " " + c.PredicateIn(style)
}

// PredicateIn is the sentence without whom it is about, which is the subject unless Who is set.
func (c Change) PredicateIn(style words.Style) string {
	out := c.verb() + " " + c.what(style)
	if over := style.Text(c.over()); over != "" {
		out += " " + over
	}
	if ways := c.ways(style); ways != "" {
		out += ", " + ways
	}
	if c.Rough {
		out += " (a part of that: there are many cases)"
	}
	return out
}

// verb is what whoever is told of can do now, or what a boundary does now.
func (c Change) verb() string {
	verbs := [...]string{"may", "may no longer", "is no longer refused", "is refused"}
	if c.Layer == Boundary {
		verbs = [...]string{"leaves room for", "leaves no room any more for", "no longer refuses", "refuses"}
	}
	i := 0
	if c.Refusal {
		i = 2
	}
	if c.Direction == Loss {
		i++
	}
	return verbs[i]
}

// what is the actions with the resources.
func (c Change) what(style words.Style) string {
	actions := c.Actions.words(style, "every action", shortAction)
	if c.Layer == Trust {
		return actions
	}
	return actions + " on " + c.Resources.words(style, "every resource", shortResource)
}

// over says whose document it is, where the sentence is about whom it names.
func (c Change) over() string {
	switch c.Layer {
	case Trust:
		return "to become " + c.Subject
	case EndpointPolicy:
		return "through " + c.Subject
	}
	return ""
}

// principals is whom the document names.
func (c Change) principals(style words.Style) string {
	return c.Who.words(style, "everybody", shortPrincipal)
}

// words is a part in words.
func (p Part) words(style words.Style, all string, short func(string) (noun, name string)) string {
	out := all
	if len(p.Texts) > 0 {
		out = grouped(style, p.Texts, short)
	}
	if len(p.But) > 0 {
		out += " but " + grouped(style, p.But, short)
	}
	if p.Loose {
		out = "a part of " + out
	}
	return out
}

// toldTexts is how many texts of one kind a sentence names; the rest is counted. The data of a change holds all.
const toldTexts = 12

// grouped is texts with the nouns of their kinds: "the tables a and b, the index a/i".
func grouped(style words.Style, texts []string, short func(string) (noun, name string)) string {
	var nouns []string
	names := map[string][]string{}
	for _, t := range texts {
		noun, name := short(t)
		if !slices.Contains(nouns, noun) {
			nouns = append(nouns, noun)
		}
		if !slices.Contains(names[noun], name) {
			names[noun] = append(names[noun], name)
		}
	}
	var out []string
	for _, noun := range nouns {
		all := names[noun]
		var list string
		if rest := len(all) - toldTexts; rest > 0 {
			list = strings.Join(words.NamesOf(all[:toldTexts], style.Name), ", ") + " and " + count(rest, "more", "more")
		} else {
			list = style.Names(all)
		}
		switch {
		case noun == "":
		case len(all) > 1:
			list = "the " + plural(noun) + " " + list
		default:
			list = "the " + noun + " " + list
		}
		out = append(out, list)
	}
	return words.List(out, "and")
}

func plural(noun string) string {
	if noun == "index" {
		return "indexes"
	}
	return noun + "s"
}

// shortAction leaves out the service of an operation of DynamoDB.
func shortAction(action string) (string, string) {
	if name, is := strings.CutPrefix(action, "dynamodb:"); is && !strings.ContainsAny(name, "*?") {
		return "", name
	}
	return "", action
}

// shortResource is the name of a table, an index or a stream, where its ARN has nothing else to say.
func shortResource(arn string) (string, string) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[2] != "dynamodb" || strings.ContainsAny(parts[3]+parts[4], "*?") {
		return "", arn
	}
	name, is := strings.CutPrefix(parts[5], "table/")
	switch {
	case !is || strings.HasPrefix(name, "*"):
		return "", arn
	case strings.Contains(name, "/index/"):
		return "index", strings.Replace(name, "/index/", "/", 1)
	case strings.Contains(name, "/stream/"):
		return "stream", strings.Replace(name, "/stream/", "/", 1)
	case strings.Contains(name, "/"):
		return "", arn
	}
	return "table", name
}

// shortPrincipal is a principal with what it is.
func shortPrincipal(name string) (string, string) {
	for _, kind := range []struct{ prefix, noun string }{
		{"account:", "account"}, {"service:", "service"}, {"federated:", "identity provider"}, {"canonical:", "canonical user"},
	} {
		if rest, is := strings.CutPrefix(name, kind.prefix); is {
			return kind.noun, rest
		}
	}
	return "", name
}

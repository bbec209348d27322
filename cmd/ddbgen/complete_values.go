package main

import (
	"cmp"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/ddbgen/ddbgen/internal/audit"
	"github.com/ddbgen/ddbgen/internal/audit/report"
	"github.com/ddbgen/ddbgen/internal/model"
	"github.com/ddbgen/ddbgen/spec"
)

// What a flag or an argument may be is in its tags: the words of an enum; files whose names match a pattern, such as
// files:"*.yaml *.yml", with the directories on the way to them, or files:"/" for directories; or the names of things, such
// as names:"role".

// values are those of a flag or an argument that begin so. Each is returned with a prefix before it.
func (l *commandLine) values(v *kong.Value, begun, prefix string) candidates {
	if patterns := v.Tag.Get("files"); patterns != "" {
		return candidates{files: true, all: files(strings.Fields(patterns), begun, prefix)}
	}
	names := l.names(v.Tag.Get("names"))
	if v.Enum != "" {
		names = v.EnumSlice()
	}
	var found candidates
	for _, name := range names {
		if strings.HasPrefix(name, begun) {
			found.all = append(found.all, candidate{text: prefix + name})
		}
	}
	return found
}

// files are the directories, and the files that match one of the patterns, whose path begins so. Those whose name begins
// with a dot are left out until the dot is written. A backslash is how bash hands over a space.
func files(patterns []string, begun, prefix string) []candidate {
	dir, base := path.Split(strings.ReplaceAll(begun, `\`, ""))
	entries, err := os.ReadDir(expanded(dir))
	if err != nil {
		return nil
	}
	var found []candidate
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, base) || base == "" && strings.HasPrefix(name, ".") {
			continue
		}
		matches := func(pattern string) bool { ok, _ := path.Match(pattern, name); return ok }
		switch info, err := os.Stat(filepath.Join(expanded(dir), name)); {
		case err != nil:
		case info.IsDir():
			found = append(found, candidate{text: prefix + dir + name + "/"})
		case slices.ContainsFunc(patterns, matches):
			found = append(found, candidate{text: prefix + dir + name})
		}
	}
	return found
}

// expanded is a directory as the shell would expand it.
func expanded(dir string) string {
	if rest, ok := strings.CutPrefix(dir, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	return cmp.Or(dir, ".")
}

// names are those of the things of a sort: topics of help, checks, rules, or what is in the spec that the command line names.
func (l *commandLine) names(sort string) []string {
	switch sort {
	case "":
		return nil
	case "topic":
		return append(commandNames(l.node.Parent), topics()...)
	case "check":
		return namesOf(explained(), func(c explainedCheck) string { return c.id })
	case "rule":
		return namesOf(report.Rules(), func(r audit.Rule) string { return r.ID })
	}
	at := cmp.Or(l.given["spec"], "spec.yaml")
	src, err := os.ReadFile(at)
	if err != nil {
		return nil
	}
	m, _ := spec.Load(at, src)
	switch {
	case m == nil:
		return nil
	case sort == "environment":
		return namesOf(m.Environments, environmentName)
	case sort == "role":
		return namesOf(m.AllRoles(), func(r *model.Role) string { return r.Name })
	case sort == "table":
		return namesOf(m.Tables, func(t *model.Table) string { return t.Name })
	case sort == "tenant" && m.Tenancy != nil:
		return m.Tenancy.Tenants
	}
	return nil
}

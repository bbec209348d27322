package main

import (
	"fmt"
	"io"
	"runtime/debug"
	"strings"
)

// version is written into the lock of every build.
const version = "0.1.0"

type versionCommand struct{}

// Help is printed by version --help.
func (versionCommand) Help() string {
	return `The first line is the version that builds write into ddbgen.lock. What it was built from is known where Go knew it: the module's version after go install, the commit after a build in a clone.

Example:

  ddbgen version`
}

// Run prints the version and what this program was built from.
func (versionCommand) Run(stdout io.Writer) error {
	_, err := fmt.Fprintln(stdout, about(debug.ReadBuildInfo()))
	return err
}

// about says which version this is, and what it was built from as far as that is known.
func about(info *debug.BuildInfo, known bool) string {
	lines := []string{"ddbgen " + version}
	if !known {
		return lines[0]
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if module := installable(info); module != "" {
		lines = append(lines, "module "+module)
	}
	if commit := settings["vcs.revision"]; commit != "" {
		line := "commit " + commit
		if when := settings["vcs.time"]; when != "" {
			line += " of " + when
		}
		if settings["vcs.modified"] == "true" {
			line += ", with changes that are not committed"
		}
		lines = append(lines, line)
	}
	lines = append(lines, fmt.Sprintf("built with %s for %s/%s", info.GoVersion, settings["GOOS"], settings["GOARCH"]))
	return strings.Join(lines, "\n")
}

// installable is the version of this program as go install takes it; "" of a build of a working copy, which has none.
func installable(info *debug.BuildInfo) string {
	if info == nil || !strings.HasPrefix(info.Main.Version, "v") || strings.Contains(info.Main.Version, "+") {
		return ""
	}
	return info.Main.Version
}

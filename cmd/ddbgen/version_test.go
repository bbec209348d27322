package main

import (
	"runtime/debug"
	"testing"
)

func TestAbout(t *testing.T) {
	built := []debug.BuildSetting{{Key: "GOOS", Value: "linux"}, {Key: "GOARCH", Value: "arm64"}}
	commit := []debug.BuildSetting{{Key: "vcs.revision", Value: "d8184f4"}, {Key: "vcs.time", Value: "2026-11-20T10:00:00Z"}}
	changed := debug.BuildSetting{Key: "vcs.modified", Value: "true"}
	for _, c := range []struct {
		name, module string
		settings     []debug.BuildSetting
		want         string
	}{
		{"installed", "v0.1.0", built, "\nmodule v0.1.0\nbuilt with go1.26.0 for linux/arm64"},
		{"in a clone", "v0.0.0-20261120100000-d8184f4e5f60", append(commit, built...),
			"\nmodule v0.0.0-20261120100000-d8184f4e5f60\ncommit d8184f4 of 2026-11-20T10:00:00Z\nbuilt with go1.26.0 for linux/arm64"},
		{"in a clone with changes", "v0.1.0+dirty", append(append(commit, changed), built...),
			"\ncommit d8184f4 of 2026-11-20T10:00:00Z, with changes that are not committed\nbuilt with go1.26.0 for linux/arm64"},
		{"by go test", "(devel)", built, "\nbuilt with go1.26.0 for linux/arm64"},
	} {
		t.Run(c.name, func(t *testing.T) {
			info := &debug.BuildInfo{GoVersion: "go1.26.0", Settings: c.settings}
			info.Main.Version = c.module
			if got, want := about(info, true), "ddbgen "+version+c.want; got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
	if got, want := about(nil, false), "ddbgen "+version; got != want {
		t.Errorf("without build info: %q, want %q", got, want)
	}
}

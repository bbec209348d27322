package e2e

import (
	_ "embed"
	"testing"

	"github.com/google/go-cmp/cmp"
)

//go:embed testdata/mends.py
var probeScript string

// TestMends holds every mend to two things: moto alone still gets the call
// wrong, so a mend that a newer moto makes needless fails here and can go; and
// behind the proxy the call behaves as on AWS.
func TestMends(t *testing.T) {
	Require(t)
	const account, region = "444455556666", "ap-northeast-1"
	bare := &Emulator{Account: account, Region: region, URL: startMoto(t, account, &tail{})}
	mended := StartEmulator(t, account, region)

	wantBare, wantMended := map[string]bool{}, map[string]bool{}
	for _, mend := range mends() {
		wantBare[mend.operation], wantMended[mend.operation] = false, true
	}
	tests := []struct {
		name     string
		emulator *Emulator
		want     map[string]bool
	}{
		{"moto alone gets it wrong", bare, wantBare},
		{"the proxy mends it", mended, wantMended},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var behaves map[string]bool
			test.emulator.script(t, probeScript, nil, &behaves)
			if diff := cmp.Diff(test.want, behaves); diff != "" {
				t.Errorf("behaves as on AWS (-want +got):\n%s", diff)
			}
		})
	}
}

package decide

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ddbgen/ddbgen/internal/policy"
)

// documentOf is a document of about the size, that no other number shares.
func documentOf(number, size int) []byte {
	return fmt.Appendf(nil, `{"Id":"%d%s","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`, number, strings.Repeat("x", size))
}

func (c *cache) bytes() int {
	total := 0
	for _, generation := range []map[string]policy.Document{c.young, c.old} {
		for text := range generation {
			total += len(text)
		}
	}
	return total
}

// TestCacheIsBounded: however many documents there are, two generations of them
// are kept, and the one that is asked for again and again is among them.
func TestCacheIsBounded(t *testing.T) {
	var c cache
	favourite := documentOf(-1, 0)
	for i := range 100 {
		for _, text := range [][]byte{documentOf(i, generationSize/16), favourite} {
			got, err := c.parse(text)
			want, _ := policy.Parse(text)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Fatalf("document %d: %v (-want +got):\n%s", i, err, diff)
			}
		}
		if size := c.bytes(); size > 2*generationSize {
			t.Fatalf("%d bytes are kept", size)
		}
		if _, young := c.young[string(favourite)]; !young {
			t.Fatalf("after document %d the favourite is forgotten", i)
		}
	}
	if len(c.old) == 0 {
		t.Error("all documents fit: the test shows nothing")
	}
}

// TestCacheDoesNotKeep: neither giants nor what is no policy.
func TestCacheDoesNotKeep(t *testing.T) {
	var c cache
	if _, err := c.parse(documentOf(0, generationSize)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := c.parse([]byte(`{"Statement":[]}`)); err == nil {
			t.Error("no error")
		}
	}
	if c.bytes() != 0 {
		t.Errorf("%d bytes are kept", c.bytes())
	}
}

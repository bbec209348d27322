package access

import (
	"cmp"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ddbgen/ddbgen/internal/policy"
)

// This file makes sets of texts of comparisons by order: of numbers, dates and addresses.
//
// The documents compare a key with finitely many numbers, and these cut the numbers into finitely many cells: each cut, what
// lies between two, and what lies beyond. No comparison tells two numbers of one cell apart, and no comparison but a negated
// one holds of a text that is no number. So of each cell one text is kept to represent it, every other text represents what
// is no number, and a comparison is the set of the representatives that satisfy it. Whatever is made of such sets by joining,
// intersecting and complementing is empty exactly if no text satisfies the same comparisons joined likewise, since every cell
// that holds a number has a representative, and each representative is in the cell that it stands for.
//
// That needs that the key is compared in no other way: the text of a representative means nothing by itself. A key that is
// compared as a text too, or that a variable stands for, is not decided; nor is a value that was not among the cuts.

// orderKind is what is ordered.
type orderKind int

const (
	unordered orderKind = iota
	numbers
	dates
	addresses
)

// orderOf is what an operator compares by order.
func orderOf(base string) orderKind {
	switch {
	case strings.HasPrefix(base, "Numeric"):
		return numbers
	case strings.HasPrefix(base, "Date"):
		return dates
	case base == "IpAddress":
		return addresses
	}
	return unordered
}

// order is how the values of a key are cut.
type order struct {
	kind  orderKind
	mixed bool            // compared in some other way too
	cuts  map[string]bool // as they are written
	cells []string        // a text of each cell
}

// ordersOf learns the cuts from documents.
func ordersOf(documents []policy.Document) map[string]*order {
	orders, others := map[string]*order{}, map[string]bool{}
	for _, d := range documents {
		for _, st := range d.Statement {
			for _, name := range variablesIn(st, d.Version == policy.Version) {
				others[name] = true
			}
			for _, c := range st.Condition {
				base, key := policy.OperatorOf(c.Operator).Base, strings.ToLower(c.Key)
				kind := orderOf(base)
				switch {
				case kind == unordered:
					others[key] = others[key] || base != "Null"
					continue
				case orders[key] == nil:
					orders[key] = &order{kind: kind, cuts: map[string]bool{}}
				}
				orders[key].mixed = orders[key].mixed || orders[key].kind != kind
				for _, v := range c.Values {
					orders[key].cuts[v] = true
				}
			}
		}
	}
	for key, o := range orders {
		o.mixed = o.mixed || others[key]
		if !o.mixed {
			o.cut()
		}
	}
	return orders
}

// cut finds a text for each cell.
func (o *order) cut() {
	var cuts []string
	for c := range o.cuts {
		cuts = append(cuts, c)
	}
	slices.Sort(cuts)
	complete := true
	switch o.kind {
	case numbers:
		o.cells, complete = numberCells(cuts)
	case dates:
		o.cells, complete = dateCells(cuts)
	case addresses:
		o.cells = addressCells(cuts)
	}
	o.mixed = !complete
}

// satisfying are the representatives that a comparison with a value holds of.
func (o *order) satisfying(base, value string) []string {
	var out []string
	for _, c := range o.cells {
		if satisfies(base, value, c) {
			out = append(out, c)
		}
	}
	return out
}

// represent is the representative of the cell that a text lies in; the text itself if it lies in none.
func (o *order) represent(text string) string {
	operators := map[orderKind][]string{
		numbers: {"NumericLessThan", "NumericGreaterThan", "NumericEquals"}, dates: {"DateLessThan", "DateGreaterThan", "DateEquals"}, addresses: {"IpAddress"},
	}[o.kind]
	for _, cell := range o.cells {
		alike, compared := true, false
		for c := range o.cuts {
			for _, op := range operators {
				is := satisfies(op, c, text)
				alike, compared = alike && is == satisfies(op, c, cell), compared || is
			}
		}
		if _, isAddress := parseAddress(text); alike && (compared || isAddress && o.kind == addresses) {
			return cell
		}
	}
	return text
}

// satisfies compares a value of a request with one of a policy, as package evaluate does. A text that cannot be read
// satisfies nothing.
func satisfies(base, want, got string) bool {
	switch orderOf(base) {
	case numbers:
		w, ok := parseNumber(want)
		g, known := parseNumber(got)
		return ok && known && inOrder(strings.TrimPrefix(base, "Numeric"), cmp.Compare(g, w))
	case dates:
		w, ok := parseDate(want)
		g, known := parseDate(got)
		return ok && known && inOrder(strings.TrimPrefix(base, "Date"), g.Compare(w))
	}
	address, ok := parseAddress(got)
	if !ok {
		return false
	}
	if !strings.Contains(want, "/") {
		w, ok := parseAddress(want)
		return ok && w == address
	}
	prefix, err := netip.ParsePrefix(want)
	return err == nil && prefix.Contains(address)
}

func inOrder(relation string, order int) bool {
	switch relation {
	case "Equals":
		return order == 0
	case "LessThan":
		return order < 0
	case "LessThanEquals":
		return order <= 0
	case "GreaterThan":
		return order > 0
	}
	return order >= 0
}

func parseNumber(text string) (float64, bool) {
	if strings.Trim(text, "+-.0123456789eE") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil
}

// parseDate reads the W3C's forms of ISO 8601, or seconds since 1970 (IAM user guide, "Condition operators", date).
func parseDate(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02", "2006-01", "2006"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	seconds, ok := parseNumber(text)
	if !ok {
		return time.Time{}, false
	}
	whole := int64(seconds)
	return time.Unix(whole, int64((seconds-float64(whole))*1e9)), true
}

func parseAddress(text string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(text)
	return a.Unmap(), err == nil
}

// numberCells are a number below all cuts, each cut, one between each two, and one above. Numbers are what a machine takes
// them for: between two neighbours there is none.
func numberCells(cuts []string) ([]string, bool) {
	var at []float64
	for _, c := range cuts {
		if n, ok := parseNumber(c); ok {
			at = append(at, n)
		}
	}
	slices.Sort(at)
	at = slices.CompactFunc(at, func(a, b float64) bool { return a == b })
	if len(at) == 0 {
		return []string{"1"}, true
	}
	var cells []string
	add := func(low, high float64, candidates ...float64) bool {
		for _, n := range candidates {
			text := numberText(n)
			if got, ok := parseNumber(text); ok && low < got && got < high {
				cells = append(cells, text)
				return true
			}
		}
		return !(math.Nextafter(low, high) < high)
	}
	first, last := at[0], at[len(at)-1]
	complete := first == -math.MaxFloat64 || add(math.Inf(-1), first, math.Ceil(first)-1, first*2, -math.MaxFloat64)
	for i, n := range at {
		cells = append(cells, numberText(n))
		if i+1 < len(at) {
			complete = add(n, at[i+1], math.Floor(n)+1, n/2+at[i+1]/2, math.Nextafter(n, at[i+1])) && complete
		}
	}
	return cells, (last == math.MaxFloat64 || add(last, math.Inf(1), math.Floor(last)+1, last*2, math.MaxFloat64)) && complete
}

func numberText(n float64) string {
	if n == 0 {
		return "0"
	}
	if math.Abs(n) < 1e15 && math.Abs(n) > 1e-6 {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return strconv.FormatFloat(n, 'g', -1, 64)
}

// dateCells are a date before all cuts, each cut, one between each two, and one after. A date is known to the nanosecond.
func dateCells(cuts []string) ([]string, bool) {
	type dated struct {
		time.Time
		written string
	}
	var at []dated
	for _, c := range cuts {
		if t, ok := parseDate(c); ok {
			at = append(at, dated{t, c})
		}
	}
	slices.SortFunc(at, func(a, b dated) int { return cmp.Or(a.Compare(b.Time), cmp.Compare(a.written, b.written)) })
	at = slices.CompactFunc(at, func(a, b dated) bool { return a.Equal(b.Time) })
	if len(at) == 0 {
		return []string{"2026-01-01T00:00:00Z"}, true
	}
	var cells []string
	add := func(lies func(time.Time) bool, candidates ...string) bool {
		for _, c := range candidates {
			if t, ok := parseDate(c); ok && lies(t) {
				cells = append(cells, c)
				return true
			}
		}
		return false
	}
	shown := func(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
	first, last := at[0], at[len(at)-1]
	complete := add(first.After, shown(first.AddDate(0, 0, -1)), shown(first.Add(-1)), "-1e15")
	for i, t := range at {
		complete = add(t.Equal, shown(t.Time), t.written) && complete
		if i+1 == len(at) || at[i+1].Equal(t.Add(1)) {
			continue
		}
		next := at[i+1]
		complete = add(func(m time.Time) bool { return m.After(t.Time) && m.Before(next.Time) }, shown(t.Add(time.Hour)), shown(t.Add(1))) && complete
	}
	return cells, add(last.Before, shown(last.AddDate(0, 0, 1)), shown(last.Add(1)), "1e15") && complete
}

// addressCells are an address of each stretch between the ends of the ranges, of both versions of the protocol. An address
// with a zone is in no range, so it stands for itself where a policy names it.
func addressCells(cuts []string) []string {
	begins := []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified(), mapped.Addr(), after(mapped)}
	var cells []string
	for _, c := range cuts {
		prefix, err := netip.ParsePrefix(c)
		if a, ok := parseAddress(c); ok && a.Zone() != "" {
			cells = append(cells, c)
			continue
		} else if ok {
			prefix = netip.PrefixFrom(a, a.BitLen())
		} else if err != nil {
			continue
		}
		prefix = prefix.Masked()
		begins = append(begins, prefix.Addr())
		if end := after(prefix); end.IsValid() {
			begins = append(begins, end)
		}
	}
	slices.SortFunc(begins, netip.Addr.Compare)
	begins = slices.Compact(begins)
	for i, a := range begins {
		if mapped.Contains(a) {
			continue // addresses of version 4 in disguise, which are compared without it
		}
		var end netip.Addr
		if i+1 < len(begins) && begins[i+1].BitLen() == a.BitLen() {
			end = begins[i+1]
		}
		cells = append(cells, familiar(a, end).String())
	}
	return cells
}

// mapped are the addresses of version 6 that are written for those of version 4.
var mapped = netip.MustParsePrefix("::ffff:0:0/96")

// after is the first address beyond a range; not valid where the range is the last.
func after(p netip.Prefix) netip.Addr {
	bytes := p.Addr().AsSlice()
	for i := p.Bits(); i < 8*len(bytes); i++ {
		bytes[i/8] |= 0x80 >> (i % 8)
	}
	last, _ := netip.AddrFromSlice(bytes)
	return last.Next()
}

// familiar is an address from begin up to end, one for documentation if there is one (RFC 5737, RFC 3849).
func familiar(begin, end netip.Addr) netip.Addr {
	for _, text := range []string{"203.0.113.10", "198.51.100.10", "2001:db8::10"} {
		a := netip.MustParseAddr(text)
		if a.BitLen() == begin.BitLen() && begin.Compare(a) <= 0 && (!end.IsValid() || a.Less(end)) {
			return a
		}
	}
	return begin
}

package evaluate

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// The comparisons of values that are not strings. A value that cannot be read as
// what the operator compares matches nothing, so the negated operator holds.

func parseBool(text string) (value, ok bool) {
	switch {
	case strings.EqualFold(text, "true"):
		return true, true
	case strings.EqualFold(text, "false"):
		return false, true
	}
	return false, false
}

func compareBools(policyValue, value string) bool {
	want, ok := parseBool(policyValue)
	got, known := parseBool(value)
	return ok && known && want == got
}

// compareBinary compares bytes, which are written in base64 on both sides.
func compareBinary(policyValue, value string) bool {
	want, err := base64.StdEncoding.DecodeString(policyValue)
	if err != nil {
		return false
	}
	got, err := base64.StdEncoding.DecodeString(value)
	return err == nil && bytes.Equal(want, got)
}

// matchAddress says whether an address lies in a range. An address without a
// prefix length is that one address (IAM user guide, "Condition operators", IP
// address); bits of the range after the prefix are ignored (policy checks,
// "Improve IP range").
func matchAddress(policyValue, value string) bool {
	address, err := netip.ParseAddr(value)
	if err != nil {
		return false
	}
	address = address.Unmap()
	if !strings.Contains(policyValue, "/") {
		want, err := netip.ParseAddr(policyValue)
		return err == nil && want.Unmap() == address
	}
	prefix, err := netip.ParsePrefix(policyValue)
	return err == nil && prefix.Contains(address)
}

func compareNumbers(c comparison, policyValue, value string) bool {
	want, ok := parseNumber(policyValue)
	got, known := parseNumber(value)
	return ok && known && ordered(c, cmp.Compare(got, want))
}

// parseNumber reads an integer or decimal number, and not the spellings of
// infinity, NaN and hexadecimal that Go knows besides.
func parseNumber(text string) (float64, bool) {
	if strings.Trim(text, "+-.0123456789eE") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil
}

func compareDates(c comparison, policyValue, value string) bool {
	want, ok := parseDate(policyValue)
	got, known := parseDate(value)
	return ok && known && ordered(c, got.Compare(want))
}

// parseDate reads a date in one of the W3C's forms of ISO 8601, or seconds since
// 1970 (IAM user guide, "Condition operators", date and time). Four digits are a
// year.
func parseDate(text string) (time.Time, bool) {
	for _, layout := range [...]string{
		time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02", "2006-01", "2006",
	} {
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

// ordered turns the order of two values into the result of a comparison.
func ordered(c comparison, order int) bool {
	switch c {
	case numericEquals, dateEquals:
		return order == 0
	case numericLess, dateLess:
		return order < 0
	case numericLessEquals, dateLessEquals:
		return order <= 0
	case numericGreater, dateGreater:
		return order > 0
	case numericGreaterEquals, dateGreaterEquals:
		return order >= 0
	}
	panic("evaluate: not a comparison of ordered values")
}

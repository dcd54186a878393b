package match

import (
	"regexp"
	"slices"
	"strings"
)

// macPattern finds an address in its usual notations: pairs with colons or
// hyphens, groups of four with dots, or twelve digits in a row.
var macPattern = regexp.MustCompile(`(?i)\b(?:[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}|[0-9a-f]{4}(?:\.[0-9a-f]{4}){2}|[0-9a-f]{12})\b`)

var macSeparators = strings.NewReplacer(":", "", "-", "", ".", "")

// macs returns the addresses in a text as twelve lower-case digits each,
// sorted, without those that are all of one digit.
func macs(text string) []string {
	var out []string
	for _, m := range macPattern.FindAllString(text, -1) {
		m = strings.ToLower(macSeparators.Replace(m))
		if strings.Trim(m, m[:1]) != "" {
			out = append(out, m)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// blankSerials are what makers and virtual machines leave in place of a serial
// number ("To Be Filled By O.E.M."), as serial folds it.
var blankSerials = set("tobefilledbyoem defaultstring systemserialnumber chassisserialnumber serialnumber " +
	"baseboardserialnumber type2boardserialnumber systemproductname virtualmachine vmware parallels " +
	"notspecified notavailable notapplicable none null unknown invalid empty 123456789 0123456789 1234567890")

// serial folds a serial number; "" when the text is not a serial number.
func serial(s string) string {
	s = strings.Join(words(fold(s)), "")
	if len(s) < 4 || blankSerials[s] || strings.Trim(s, s[:1]) == "" {
		return ""
	}
	return s
}

// hostName returns a computer name without case and domain.
func hostName(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if host, _, ok := strings.Cut(s, "."); ok && host != "" && !strings.ContainsAny(s, " \t") {
		return host
	}
	return s
}

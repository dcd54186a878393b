package cove

import (
	"fmt"
	"strings"
)

// sourceFields is the table of the columns that every data source has: the
// number in the new spelling, the character in the legacy one (0: none), name
// and type. Numbers and characters cross: new 06 is legacy 7 and new 07 is
// legacy 6, so one is never computed from the other.
var sourceFields = []struct {
	number byte
	legacy byte
	name   string
	kind   ColumnType
}{
	{0, '0', "Status of the last session", ColumnStatus},
	{1, '1', "Selected count", ColumnCount},
	{2, '2', "Processed count", ColumnCount},
	{3, '3', "Selected size", ColumnBytes},
	{4, '4', "Processed size", ColumnBytes},
	{5, '5', "Sent size", ColumnBytes},
	{6, '7', "Errors", ColumnCount},
	{7, '6', "Protected size", ColumnBytes},
	{8, 'B', "Colour bar of the last 28 days", ColumnColorBar},
	{9, 'L', "Last successful session", ColumnTime},
	{10, '8', "Selected count of the session before", ColumnCount},
	{11, '9', "Selected size of the session before", ColumnBytes},
	{12, 'A', "Duration of the last session", ColumnSeconds},
	{13, 'I', "License items of the last session", ColumnCount},
	{14, 'R', "Retention", ColumnCount},
	{15, 'G', "Last session", ColumnTime},
	{16, 'Q', "Status of the last successful session", ColumnStatus},
	{17, 'J', "Status of the last completed session", ColumnStatus},
	{18, 'O', "Last completed session", ColumnTime},
	{19, 'K', "Verification data", ColumnText},
	{20, 'M', "Protected users or mailboxes", ColumnCount},
	{21, '@', "Shared mailboxes", ColumnCount},
	{22, 0, "SharePoint sites", ColumnCount},
	{23, 0, "Teams", ColumnCount},
	{24, 0, "Team channels", ColumnCount},
	{25, 0, "Further Teams count", ColumnCount},
	{27, 0, "Offboarded users", ColumnCount},
}

// sourceColumn composes the code of a source's field: prefix is a D-code
// ("D01") or a legacy letter ("F"), field an F-code ("F06"). The answer is in
// the spelling of the prefix: "D01F06", "F7".
func sourceColumn(prefix, field string) (string, error) {
	n, ok := twoDigits(field, 'F')
	if !ok {
		return "", fmt.Errorf("%q is no field of a data source; those are F00 to F27", field)
	}
	if _, ok := twoDigits(prefix, 'D'); ok {
		return prefix + field, nil
	}
	if len(prefix) != 1 {
		return "", fmt.Errorf("%q is no data source; those are D01 to D23 and the legacy letters", prefix)
	}
	if _, ok := sourceOfLetter(prefix[0]); !ok {
		return "", fmt.Errorf("no data source has the letter %q", prefix)
	}
	for _, f := range sourceFields {
		if int(f.number) == n && f.legacy != 0 {
			return prefix + string(rune(f.legacy)), nil
		}
	}
	return "", fmt.Errorf("field %s has no legacy spelling; tag the source with its D-code", field)
}

// twoDigits reads codes such as D01 and F06.
func twoDigits(code string, first byte) (int, bool) {
	if len(code) != 3 || code[0] != first || code[1] < '0' || code[1] > '9' || code[2] < '0' || code[2] > '9' {
		return 0, false
	}
	return int(code[1]-'0')*10 + int(code[2]-'0'), true
}

// splitSourceColumn takes a code apart into source and field number.
func splitSourceColumn(code string) (DataSource, int, bool) {
	if d, f, ok := strings.Cut(code, "F"); ok && len(d) >= 2 && d[0] == 'D' {
		src, num := 0, 0
		for _, c := range d[1:] {
			if c < '0' || c > '9' || src > 99 {
				return 0, 0, false
			}
			src = src*10 + int(c-'0')
		}
		if len(f) == 0 || len(f) > 2 {
			return 0, 0, false
		}
		for _, c := range f {
			if c < '0' || c > '9' {
				return 0, 0, false
			}
			num = num*10 + int(c-'0')
		}
		return DataSource(src), num, src > 0 && src < int(SourceRemovableMedia)
	}
	if len(code) != 2 {
		return 0, 0, false
	}
	src, ok := sourceOfLetter(code[0])
	if !ok {
		return 0, 0, false
	}
	for _, f := range sourceFields {
		if f.legacy == code[1] {
			return src, int(f.number), true
		}
	}
	return 0, 0, false
}

package cove

import (
	"fmt"
	"regexp"
	"strconv"
)

// sourceFields is the table of the columns that every data source has: the
// number in the new spelling, the character in the legacy one (0: none), name
// and type. Numbers and characters cross: new 06 is legacy 7, and new 07 is
// legacy 6. Neither can be computed from the other.
var sourceFields = []struct {
	number byte
	legacy byte
	name   string
	kind   ColumnType
}{
	{0, '0', "Status of the last session", TypeStatus},
	{1, '1', "Selected count", TypeNumber},
	{2, '2', "Processed count", TypeNumber},
	{3, '3', "Selected size", TypeBytes},
	{4, '4', "Processed size", TypeBytes},
	{5, '5', "Sent size", TypeBytes},
	{6, '7', "Errors", TypeNumber},
	{7, '6', "Protected size", TypeBytes},
	{8, 'B', "Colour bar of the last 28 days", TypeColorBar},
	{9, 'L', "Last successful session", TypeTime},
	{10, '8', "Selected count of the session before", TypeNumber},
	{11, '9', "Selected size of the session before", TypeBytes},
	{12, 'A', "Duration of the last session", TypeSeconds},
	{13, 'I', "License items of the last session", TypeNumber},
	{14, 'R', "Retention", TypeNumber},
	{15, 'G', "Last session", TypeTime},
	{16, 'Q', "Status of the last successful session", TypeStatus},
	{17, 'J', "Status of the last completed session", TypeStatus},
	{18, 'O', "Last completed session", TypeTime},
	{19, 'K', "Verification data", TypeText},
	{20, 'M', "Protected users or mailboxes", TypeNumber},
	{21, '@', "Shared mailboxes", TypeNumber},
	{22, 0, "SharePoint sites", TypeNumber},
	{23, 0, "Teams", TypeNumber},
	{24, 0, "Team channels", TypeNumber},
	{25, 0, "Further Teams count", TypeNumber},
	{27, 0, "Offboarded users", TypeNumber},
}

// sourceColumn composes the code of a source's field: prefix is a D-code
// ("D01") or a legacy letter ("F"), field is an F-code ("F06"). The result is
// in the spelling of the prefix: "D01F06" or "F7".
func sourceColumn(prefix, field string) (string, error) {
	n, ok := twoDigits(field, 'F')
	if !ok {
		return "", fmt.Errorf("%q is not a field of a data source; those are F00 to F27", field)
	}
	if _, ok := twoDigits(prefix, 'D'); ok {
		return prefix + field, nil
	}
	if len(prefix) != 1 {
		return "", fmt.Errorf("%q is not a data source; those are D01 to D23 and the legacy letters", prefix)
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

// twoDigits reads the number of a code such as D01 or F06.
func twoDigits(code string, first byte) (int, bool) {
	if len(code) != 3 || code[0] != first || code[1] < '0' || code[1] > '9' || code[2] < '0' || code[2] > '9' {
		return 0, false
	}
	return int(code[1]-'0')*10 + int(code[2]-'0'), true
}

var sourceCode = regexp.MustCompile(`^D(\d{1,2})F(\d{1,2})$`)

// splitSourceColumn splits a code into source and field number.
func splitSourceColumn(code string) (DataSource, int, bool) {
	if m := sourceCode.FindStringSubmatch(code); m != nil {
		source, _ := strconv.Atoi(m[1]) // digits
		number, _ := strconv.Atoi(m[2])
		return DataSource(source), number, source > 0 && source < int(SourceRemovableMedia)
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

package cove

import (
	"encoding/json"
	"strings"
	"testing"
)

// The error says what is wrong with a row; a value that is not a row is an
// error.
func TestRowsSayWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		`[{"Id":1},{"Id":"one"}]`: "cannot unmarshal", `[{"Id":1},{}]`: "row 2 has no id", `[{"Id":1},{"Id":2},{"Id":3}]`: "more than the 2 rows",
		`[{"Id":1},{"Id":`: "unexpected end", `{}`: "no list", `7`: "no list",
	} {
		all := rows[CustomColumn]{most: 2}
		if err := json.Unmarshal([]byte(text), &all); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	var all rows[CustomColumn]
	if err := json.Unmarshal([]byte(`[{"Id":1},{"Id":2},{"Id":3}]`), &all); err != nil || len(all.list) != 3 {
		t.Errorf("%v, %v", all.list, err)
	}
	var none rows[CustomColumn]
	if err := json.Unmarshal([]byte(`null`), &none); err != nil || none.list != nil {
		t.Errorf("%v, %v", none.list, err)
	}
}

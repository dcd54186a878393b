package cove

import (
	"encoding/json"
	"testing"
	"time"
)

func TestUnixTime(t *testing.T) {
	for text, want := range map[string]time.Time{
		"0": {}, `"0"`: {}, `""`: {}, "null": {}, "1763766000": time.Unix(1763766000, 0).UTC(), `"1763766000"`: time.Unix(1763766000, 0).UTC(), "253402300799": time.Unix(253402300799, 0).UTC(),
	} {
		var got unixTime
		if err := json.Unmarshal([]byte(text), &got); err != nil || !got.Equal(want) || got.Location() != want.Location() {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"-1", "253402300800", "1.5", `"yesterday"`, "true", "[]", "{}"} {
		var got unixTime
		if err := json.Unmarshal([]byte(text), &got); err == nil {
			t.Errorf("%s: %v", text, got)
		}
	}
}

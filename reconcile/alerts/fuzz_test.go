package alerts

import (
	"bytes"
	"encoding/json"
	"testing"
)

// Whatever a state that is read back holds, an Update with it ends, and the new
// state can be saved and read again.
func FuzzState(f *testing.F) {
	f.Add([]byte(`{"format":1}`))
	f.Add([]byte(`{"format":1,"started":"2026-11-23T06:00:00Z","alerts":[{"subject":"a","base":"a","issue":{"key":{"feed":"zabbix","subject":"a"}},"waiting":["x"],"next":{}}],"seen":["x"]}`))
	f.Add([]byte(`{"format":1,"alerts":[{"subject":"a"},{"subject":"a"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var s State
		if err := json.Unmarshal(data, &s); err != nil {
			return
		}
		next, _, err := Update(s, []Event{event(0, "a", "x"), over(1, "b", "")}, minute(2), DefaultRules("zabbix"))
		if err != nil {
			t.Fatal(err)
		}
		kept, err := json.Marshal(next)
		if err != nil {
			return // a time that JSON cannot hold
		}
		var again State
		if err := json.Unmarshal(kept, &again); err != nil {
			t.Fatalf("%v: %s", err, kept)
		}
		twice, err := json.Marshal(again)
		if err != nil || !bytes.Equal(kept, twice) {
			t.Errorf("read back, %v:\n%s\n%s", err, kept, twice)
		}
	})
}

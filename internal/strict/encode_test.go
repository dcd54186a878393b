package strict_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/covedesk/covedesk/internal/strict"
)

type written struct {
	Every time.Duration  `json:"every"`
	Days  []time.Weekday `json:"days"`
	Zone  *time.Location `json:"zone"`
	At    time.Time      `json:"at"`
	Name  string         `json:"name"`
	Inner struct {
		Wait time.Duration `json:"wait"`
	} `json:"inner"`
	Left map[string]int        `json:"left"`
	Ages map[int]time.Duration `json:"ages,omitzero"`
	Skip int                   `json:"-"`
}

func TestEncodeIsDecoded(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	w := written{Every: 36 * time.Hour, Days: []time.Weekday{6, 0}, Zone: zone, At: time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC), Name: "x", Left: map[string]int{"a": 1}, Ages: map[int]time.Duration{7: time.Hour}}
	w.Inner.Wait = 48 * time.Hour
	for _, tt := range []struct {
		w    written
		want string
	}{
		{w, `{"every":"36h","days":["saturday","sunday"],"zone":"America/New_York","at":"2026-11-20T06:00:00Z","name":"x","inner":{"wait":"2d"},"left":{"a":1},"ages":{"7":"1h"}}`},
		{written{}, `{"every":"0s","days":null,"name":"","inner":{"wait":"0s"},"left":null}`},
	} {
		got, err := strict.Encode(tt.w)
		if err != nil || string(got) != tt.want {
			t.Fatalf("%v\n got %s\nwant %s", err, got, tt.want)
		}
		var read written
		if err := strict.Decode(got, &read); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(read, tt.w) {
			t.Errorf("read %+v", read)
		}
	}
	if got, err := strict.Encode(struct{}{}); err != nil || string(got) != "{}" {
		t.Errorf("%s, %v", got, err)
	}
	if _, err := strict.Encode(struct{ F func() }{}); err == nil {
		t.Error("a func was written")
	}
}

func TestNames(t *testing.T) {
	n := strict.Names{What: "stage", Names: []string{"new", "done"}}
	if n.Text(1) != "done" || n.Text(9) != "stage(9)" {
		t.Errorf("%q, %q", n.Text(1), n.Text(9))
	}
	if b, err := n.Marshal(0); err != nil || string(b) != "new" {
		t.Errorf("%q, %v", b, err)
	}
	if _, err := n.Marshal(2); err == nil || err.Error() != "no such stage: 2" {
		t.Error(err)
	}
	var v uint8
	if err := n.Unmarshal([]byte("done"), &v); err != nil || v != 1 {
		t.Errorf("%d, %v", v, err)
	}
	if err := n.Unmarshal([]byte("x"), &v); v != 1 || err == nil || err.Error() != `no such stage: "x" (one of ["new" "done"])` {
		t.Error(err)
	}
}

package reconcile_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/reconcile"
)

var sameZone = gocmp.Comparer(func(a, b *time.Location) bool { return a == b || a != nil && b != nil && a.String() == b.String() })

// badPolicies has a fault for each field that can have one.
var badPolicies = map[string]func(*reconcile.Policy){
	"Allow": func(p *reconcile.Policy) { p.Allow = []reconcile.ActionKind{"delete"} },
	"OnRecovery": func(p *reconcile.Policy) {
		p.OnRecovery = map[reconcile.Stage]reconcile.Recovery{reconcile.StageNew: 9}
	},
	"ReopenWithin":    func(p *reconcile.Policy) { p.ReopenWithin = -1 },
	"Snooze":          func(p *reconcile.Policy) { p.Snooze = -1 },
	"UpdateEvery":     func(p *reconcile.Policy) { p.UpdateEvery = -1 },
	"OpenAfter":       func(p *reconcile.Policy) { p.OpenAfter = -1 },
	"CloseAfter":      func(p *reconcile.Policy) { p.CloseAfter = -1 },
	"AbsentAfter":     func(p *reconcile.Policy) { p.AbsentAfter = -1 },
	"MassAbsence":     func(p *reconcile.Policy) { p.MassAbsence = math.NaN() },
	"CorrelateWithin": func(p *reconcile.Policy) { p.CorrelateWithin = -1 },
	"CustomerStorm":   func(p *reconcile.Policy) { p.CustomerStorm.Limit = -1 },
	"GlobalStorm":     func(p *reconcile.Policy) { p.GlobalStorm.Window = -1 },
	"Windows":         func(p *reconcile.Policy) { p.Windows = []reconcile.Window{{}} },
	"MaxCreate":       func(p *reconcile.Policy) { p.MaxCreate = -1 },
	"MaxClose":        func(p *reconcile.Policy) { p.MaxClose = -1 },
}

// Every value of these is valid.
var anyValue = map[string]bool{"StormCompany": true, "ListDuplicates": true}

// No field of the policy is forgotten: the property tests generate each one,
// and each is written to JSON, read back and validated.
func TestNoPolicyFieldIsForgotten(t *testing.T) {
	fields := reflect.VisibleFields(reflect.TypeFor[reconcile.Policy]())
	seen := make(map[string]map[string]bool)
	for _, f := range fields {
		seen[f.Name] = make(map[string]bool)
	}
	rapid.Check(t, func(t *rapid.T) {
		p := drawAnyPolicy(t)
		data, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		var back reconcile.Policy
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatalf("%v: %s", err, data)
		}
		if diff := gocmp.Diff(p, back, sameZone); diff != "" {
			t.Fatalf("not the same after a round trip:\n%s", diff)
		}
		var members map[string]json.RawMessage
		if err := json.Unmarshal(data, &members); err != nil || len(members) != len(fields) {
			t.Fatalf("%d members for %d fields: %v", len(members), len(fields), err)
		}
		for _, f := range fields {
			seen[f.Name][fmt.Sprint(reflect.ValueOf(p).FieldByIndex(f.Index))] = true
		}
	})
	for _, f := range fields {
		if len(seen[f.Name]) < 2 {
			t.Errorf("%s is never drawn differently", f.Name)
		}
		p := reconcile.DefaultPolicy()
		bad := badPolicies[f.Name]
		if bad == nil {
			if !anyValue[f.Name] {
				t.Errorf("nothing says what is wrong for %s", f.Name)
			}
			continue
		}
		bad(&p)
		var fault reconcile.InputFault
		name := strings.ToLower(f.Name[:1]) + f.Name[1:]
		if err := p.Validate(); !errors.As(err, &fault) || !strings.HasPrefix(fault.Path, "policy."+name) {
			t.Errorf("%s: %v", f.Name, err)
		}
		if _, err := reconcile.Diff(observe(), boardOf(), p); err == nil {
			t.Errorf("Diff takes a bad %s", f.Name)
		}
	}
}

func TestPolicyJSON(t *testing.T) {
	p := reconcile.DefaultPolicy()
	text := `{"onRecovery":{"new":"verify"},"snooze":"30d","closeAfter":"90m","massAbsence":0.25,"customerStorm":{"limit":3,"window":"2h"},
		"windows":[{"name":"Patch night","days":["sat","Sunday"],"start":"22:00","end":"06:00","zone":"America/New_York","classes":["server"]}],"maxCreate":25}`
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	want := reconcile.DefaultPolicy()
	want.OnRecovery = map[reconcile.Stage]reconcile.Recovery{reconcile.StageNew: reconcile.RecoveryVerify}
	want.Snooze, want.CloseAfter, want.MassAbsence, want.MaxCreate = 30*24*time.Hour, 90*time.Minute, 0.25, 25
	want.CustomerStorm = reconcile.Storm{Limit: 3, Window: 2 * time.Hour}
	want.Windows = []reconcile.Window{{Name: "Patch night", Days: []time.Weekday{6, 0}, Start: "22:00", End: "06:00", Zone: zone, Classes: []string{"server"}}}
	if diff := gocmp.Diff(want, p, sameZone); diff != "" {
		t.Error(diff)
	}
	if err := p.Validate(); err != nil {
		t.Error(err)
	}
	for text, path := range map[string]string{
		`{"snoze":"7d"}`:                      "policy.snoze: is not known",
		`{"snooze":"a week"}`:                 "policy.snooze: ",
		`{"windows":[{"days":["someday"]}]}`:  "policy.windows[0].days[0]: ",
		`{"onRecovery":{"new":"delete"}}`:     "policy.onRecovery.new: ",
		`{"customerStorm":{"limit":"three"}}`: "policy.customerStorm.limit: ",
		`[]`:                                  "policy: ",
	} {
		before := reconcile.DefaultPolicy()
		err := json.Unmarshal([]byte(text), &before)
		var fault reconcile.InputFault
		if !errors.As(err, &fault) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: want %s, got %v", text, path, err)
		}
		if diff := gocmp.Diff(reconcile.DefaultPolicy(), before); diff != "" {
			t.Errorf("%s changes the policy:\n%s", text, diff)
		}
	}
}

func TestPolicyValidate(t *testing.T) {
	for _, p := range []reconcile.Policy{{}, reconcile.DefaultPolicy()} {
		if err := p.Validate(); err != nil {
			t.Error(err)
		}
	}
	bad := reconcile.Policy{
		Allow: []reconcile.ActionKind{"delete", "create", ""}, OnRecovery: map[reconcile.Stage]reconcile.Recovery{9: 9},
		ReopenWithin: -1, Snooze: -1, UpdateEvery: -1, OpenAfter: -1, CloseAfter: -1, AbsentAfter: -1, CorrelateWithin: -1, MassAbsence: 1.01,
		CustomerStorm: reconcile.Storm{Limit: -1, Window: -1}, GlobalStorm: reconcile.Storm{Limit: 1}, MaxCreate: -1, MaxClose: -1,
		Windows: []reconcile.Window{
			{}, {From: now, Until: now}, {From: now, Days: []time.Weekday{7}, Start: "7", End: "x", Zone: time.Local}, {Start: "22:00", End: "06:00"},
		},
	}
	err := bad.Validate()
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || len(joined.Unwrap()) != 21 || !strings.HasSuffix(err.Error(), "reconcile: and 5 more faults") {
		t.Errorf("the first twenty, and how many more: %v", err)
	}
}

func TestHorizon(t *testing.T) {
	for _, tt := range []struct {
		policy reconcile.Policy
		want   time.Duration
	}{
		{reconcile.Policy{}, time.Hour},
		{reconcile.DefaultPolicy(), 30 * 24 * time.Hour},
		{reconcile.Policy{Snooze: 3 * time.Hour}, 3 * time.Hour},
		{reconcile.Policy{ReopenWithin: 2 * time.Hour}, 2 * time.Hour},
		{reconcile.Policy{CustomerStorm: reconcile.Storm{Limit: 1, Window: 7 * time.Hour}}, 7 * time.Hour},
		{reconcile.Policy{GlobalStorm: reconcile.Storm{Limit: 1, Window: 7 * time.Hour}}, 7 * time.Hour},
	} {
		if got := tt.policy.Horizon(); got != tt.want {
			t.Errorf("%+v: %s, want %s", tt.policy, got, tt.want)
		}
	}
	policy, board := reconcile.DefaultPolicy(), boardOf()
	board.ClosedSince = now.Add(-policy.Horizon())
	if _, err := reconcile.Diff(observe(), board, policy); err != nil {
		t.Errorf("a board that reaches far enough: %v", err)
	}
	board.ClosedSince = board.ClosedSince.Add(time.Second)
	if _, err := reconcile.Diff(observe(), board, policy); err == nil || !strings.Contains(err.Error(), "board.closedSince") {
		t.Errorf("a board that is too short: %v", err)
	}
}

func TestTextForms(t *testing.T) {
	var stage reconcile.Stage
	var recovery reconcile.Recovery
	for text, read := range map[string]func([]byte) error{"waiting": stage.UnmarshalText, "verify": recovery.UnmarshalText} {
		if err := read([]byte("nonsense")); err == nil {
			t.Errorf("nonsense is read beside %s", text)
		}
		if err := read([]byte(text)); err != nil {
			t.Error(err)
		}
	}
	if stage != reconcile.StageWaiting || recovery != reconcile.RecoveryVerify {
		t.Errorf("%s, %s", stage, recovery)
	}
	for _, tt := range []struct{ got, want string }{
		{reconcile.Stage(9).String(), "stage(9)"}, {reconcile.RecoveryNote.String(), "note"}, {reconcile.FeedKind(9).String(), "feed kind(9)"},
		{reconcile.Inventory.String(), "inventory"}, {reconcile.ActiveAlerts.String(), "active alerts"}, {reconcile.Events.String(), "events"},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}

package reconcile_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var compareZones = cmp.Comparer(func(a, b reconcile.Zone) bool { return a.String() == b.String() })

func TestPolicyRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawAnyPolicy(t)
		p.Gone = time.Duration(rapid.Int64Range(0, math.MaxInt64).Draw(t, "gone"))
		vienna, err := reconcile.LoadZone("Europe/Vienna")
		if err != nil {
			t.Fatalf("%v", err)
		}
		p.Windows = append(p.Windows, reconcile.Window{Name: "nights", Days: []time.Weekday{0, 6}, Start: "22:00", End: "06:00", Zone: vienna})
		data, err := json.Marshal(p)
		if err != nil {
			t.Fatalf("encode: %v", err)
		}
		back, err := reconcile.ParsePolicy(data)
		if err != nil {
			t.Fatalf("decode %s: %v", data, err)
		}
		if diff := cmp.Diff(p, back, compareZones); diff != "" {
			t.Fatalf("not the same after a round trip:\n%s", diff)
		}
	})
}

func TestParsePolicy(t *testing.T) {
	p, err := reconcile.ParsePolicy([]byte(`{"gone":"30d","updateEvery":"90m","stages":{"working":"verify"},"renew":{"mode":"after","after":"31d"},
		"groupStorm":{"limit":10,"window":"1h"},"windows":[{"days":[6],"start":"22:00","end":"06:00","zone":"Europe/Vienna"}],"duplicates":"close","allow":["create"]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := reconcile.DefaultPolicy()
	want.Gone, want.UpdateEvery = 30*24*time.Hour, 90*time.Minute
	want.Stages.Working = reconcile.RecoveryVerify
	want.Renew = reconcile.Renew{Mode: reconcile.RenewAfter, After: 31 * 24 * time.Hour}
	want.GroupStorm = reconcile.Storm{Limit: 10, Window: time.Hour}
	zone, err := reconcile.LoadZone("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	want.Windows = []reconcile.Window{{Days: []time.Weekday{time.Saturday}, Start: "22:00", End: "06:00", Zone: zone}}
	want.Duplicates, want.Allow = reconcile.DuplicatesClose, []reconcile.ActionKind{reconcile.Create}
	if diff := cmp.Diff(want, p, compareZones); diff != "" {
		t.Error(diff)
	}

	for text, path := range map[string]string{
		`{"gonne":"30d"}`:                               "policy.gonne",
		`{"stages":{"nwe":"close"}}`:                    "policy.stages.nwe",
		`{"windows":[{"from":null},{"zoen":1}]}`:        "policy.windows[1].zoen",
		`{"groupStorm":{"limits":1}}`:                   "policy.groupStorm.limits",
		`{"gone":"soon"}`:                               `"soon" is not a duration`,
		`{"gone":"xd"}`:                                 `"xd" is not a number of days`,
		`{"gone":"106752d"}`:                            `"106752d" is not a number of days`,
		`{"gone":7}`:                                    "policy",
		`{"stages":{"new":"shut"}}`:                     `no such recovery: "shut"`,
		`{"renew":{"mode":"sometimes"}}`:                `no such renew mode: "sometimes"`,
		`{"duplicates":"eat"}`:                          `no such duplicates: "eat"`,
		`{"windows":[{"zone":"Mars/Olympus"}]}`:         "Mars/Olympus",
		`{"gone":"-1h"}`:                                "policy.gone",
		`{"windows":{"x":1}}`:                           "policy",
		`{"windows":7}`:                                 "policy",
		`{"scope":{"x":1}}`:                             "policy",
		`[`:                                             "unexpected end",
		`[]`:                                            "policy",
		`{"globalStorm":{"limit":1,"window":"1h"}}`:     "policy.stormCompany",
		`{"budget":{"closeShare":2}}`:                   "policy.budget.closeShare",
		`{"windows":[{"start":"22:00","end":"06:00"}]}`: "policy.windows[0].days",
	} {
		if _, err := reconcile.ParsePolicy([]byte(text)); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: want an error that names %s, got %v", text, path, err)
		}
	}
}

func TestPolicyValidate(t *testing.T) {
	if err := reconcile.DefaultPolicy().Validate(); err != nil {
		t.Errorf("the default policy: %v", err)
	}
	if err := (reconcile.Policy{}).Validate(); err != nil {
		t.Errorf("the zero policy: %v", err)
	}
	bad := reconcile.Policy{
		Allow:        []reconcile.ActionKind{"delete"},
		Stages:       reconcile.Stages{New: 9, Working: 9, Waiting: 9, Done: 9},
		ReopenWithin: -1, Snooze: -1, UpdateEvery: -1, OpenAfter: -1, CloseAfter: -1, Gone: -1, CorrelateWithin: -1,
		GroupStorm: reconcile.Storm{Limit: -1, Window: -1}, GlobalStorm: reconcile.Storm{Limit: 1, Window: -1},
		Windows: []reconcile.Window{
			{}, {From: now, Until: now}, {From: now, Days: []time.Weekday{7}, Start: "7", End: "x"}, {Start: "22:00", End: "06:00"},
		},
		Renew: reconcile.Renew{Mode: 9, After: -1}, Duplicates: 9,
		Budget: reconcile.Budget{Opens: -1, MinCloses: -1, CloseShare: math.NaN()},
	}
	err := bad.Validate()
	var input *reconcile.InputError
	if !errors.As(err, &input) {
		t.Fatal(err)
	}
	// Every fault is found; the list names the first twenty.
	if n := len(input.Problems) + input.More; n != 29 || len(input.Problems) != 20 || !strings.HasSuffix(err.Error(), "and 9 more") {
		t.Errorf("%d faults: %v", n, err)
	}
	if _, err := reconcile.Diff(observe(), boardOf(), bad); !errors.As(err, &input) {
		t.Errorf("Diff takes it: %v", err)
	}
	late := reconcile.Policy{Renew: reconcile.Renew{Mode: reconcile.RenewAfter}}
	if err := late.Validate(); err == nil || !strings.Contains(err.Error(), "policy.renew.after") {
		t.Errorf("renew after nothing: %v", err)
	}
}

func TestHorizon(t *testing.T) {
	for _, tt := range []struct {
		policy reconcile.Policy
		want   time.Duration
	}{
		{reconcile.Policy{}, 0},
		{reconcile.DefaultPolicy(), 30 * 24 * time.Hour},
		{reconcile.Policy{ReopenWithin: 2, Snooze: 3}, 5},
		{reconcile.Policy{ReopenWithin: math.MaxInt64, Snooze: 3}, math.MaxInt64},
		{reconcile.Policy{ReopenWithin: 2, GroupStorm: reconcile.Storm{Limit: 1, Window: 7}}, 7},
		{reconcile.Policy{ReopenWithin: 2, GlobalStorm: reconcile.Storm{Window: 7}}, 2},
	} {
		if got := tt.policy.Horizon(); got != tt.want {
			t.Errorf("%+v: %s, want %s", tt.policy, got, tt.want)
		}
	}
	policy := reconcile.DefaultPolicy()
	board := boardOf()
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
	type text interface {
		MarshalText() ([]byte, error)
		String() string
	}
	for _, tt := range []struct {
		value text
		bad   text
		read  func(string) (text, error)
	}{
		{reconcile.SeverityHigh, reconcile.Severity(9), func(s string) (text, error) { var v reconcile.Severity; return v, v.UnmarshalText([]byte(s)) }},
		{reconcile.StageWaiting, reconcile.Stage(9), func(s string) (text, error) { var v reconcile.Stage; return v, v.UnmarshalText([]byte(s)) }},
		{reconcile.RecoveryNote, reconcile.Recovery(9), func(s string) (text, error) { var v reconcile.Recovery; return v, v.UnmarshalText([]byte(s)) }},
		{reconcile.RenewAfter, reconcile.RenewMode(9), func(s string) (text, error) { var v reconcile.RenewMode; return v, v.UnmarshalText([]byte(s)) }},
		{reconcile.DuplicatesMerge, reconcile.Duplicates(9), func(s string) (text, error) { var v reconcile.Duplicates; return v, v.UnmarshalText([]byte(s)) }},
		{mark.Storm, mark.State('x'), func(s string) (text, error) { var v mark.State; return v, v.UnmarshalText([]byte(s)) }},
	} {
		data, err := tt.value.MarshalText()
		if err != nil || string(data) != tt.value.String() {
			t.Errorf("%v: %q, %v", tt.value, data, err)
		}
		if _, err := tt.read(string(data)); err != nil {
			t.Errorf("%q: %v", data, err)
		}
		if _, err := tt.read("nonsense"); err == nil {
			t.Errorf("nonsense is read as %T", tt.value)
		}
		if _, err := tt.bad.MarshalText(); err == nil || !strings.Contains(tt.bad.String(), "(") {
			t.Errorf("%v has a text form: %v", tt.bad, err)
		}
	}
	if got := (reconcile.Stages{}).Of(9); got != reconcile.RecoveryNone {
		t.Errorf("an unknown stage: %v", got)
	}
}

package alerts

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/reconcile"
)

var start = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

func minute(n int) time.Time { return start.Add(time.Duration(n) * time.Minute) }

func event(at int, subject, detail string) Event {
	return Event{Time: minute(at), Issue: reconcile.Issue{
		Key: reconcile.Key{Subject: subject}, Customer: "c1", Severity: reconcile.SeverityMedium, Summary: subject + " is wrong", Detail: detail,
	}}
}

func over(at int, subject, detail string) Event {
	e := event(at, subject, detail)
	e.Over = true
	return e
}

// life feeds Updates one after another.
type life struct {
	t     *testing.T
	rules Rules
	state State
}

func (l *life) update(at int, events ...Event) reconcile.Observation {
	l.t.Helper()
	state, obs, err := Update(l.state, events, minute(at), l.rules)
	if err != nil {
		l.t.Fatal(err)
	}
	l.state = state
	return obs
}

// said confirms everything that was offered.
func (l *life) said(obs reconcile.Observation) {
	for _, i := range obs.Issues {
		l.state = l.state.Said(i.Key)
	}
	for _, h := range obs.Healthy {
		l.state = l.state.Said(h.Key)
	}
}

// number returns the state without the part that stands for the details.
func number(i reconcile.Issue) string { return i.State[:strings.LastIndexByte(i.State, ' ')] }

// news shortens an observation to subject, state and detail.
func news(obs reconcile.Observation) (lines []string) {
	for _, i := range obs.Issues {
		lines = append(lines, fmt.Sprintf("%s: %s: %s", i.Key.Subject, number(i), strings.ReplaceAll(i.Detail, "\n", "|")))
	}
	for _, h := range obs.Healthy {
		lines = append(lines, fmt.Sprintf("%s: over: %s", h.Key.Subject, strings.ReplaceAll(h.Detail, "\n", "|")))
	}
	return lines
}

func TestUpdate(t *testing.T) {
	type look struct {
		at     int
		events []Event
		want   []string
	}
	for _, tt := range []struct {
		name  string
		rules func(*Rules)
		looks []look
	}{
		{"a new problem never waits, repetitions are one update an interval", nil, []look{
			{0, []Event{event(0, "a", "one")}, []string{"a: update 1: one"}},
			{5, []Event{event(3, "a", "two"), event(4, "a", "three")}, []string{"a: update 1: "}},
			{6, []Event{event(6, "b", "new")}, []string{"a: update 1: ", "b: update 1: new"}},
			{15, nil, []string{"a: update 2: two|three", "b: update 1: "}},
			{40, nil, []string{"a: update 2: ", "b: update 1: "}},
		}},
		{"a rise in severity does not wait", nil, []look{
			{0, []Event{event(0, "a", "one")}, []string{"a: update 1: one"}},
			{1, []Event{event(1, "a", "two"), func() Event { e := event(1, "a", "worse"); e.Severity = reconcile.SeverityHigh; return e }()},
				[]string{"a: update 2: two|worse"}},
		}},
		{"without an interval each repetition is an update", func(r *Rules) { r.Consolidate = 0 }, []look{
			{0, []Event{event(0, "a", "one")}, []string{"a: update 1: one"}},
			{1, []Event{event(1, "a", "two")}, []string{"a: update 2: two"}},
			{2, nil, []string{"a: update 2: "}},
		}},
		{"an event says that it is over; what was collected before is told with it", nil, []look{
			{0, []Event{event(0, "a", "one")}, []string{"a: update 1: one"}},
			{2, []Event{event(1, "a", "two"), over(2, "a", "disk replaced")}, []string{"a: over: two|disk replaced"}},
			{3, nil, []string{"a: over: "}},
			{4, []Event{event(4, "a", "again")}, []string{"a: update 3: again"}},
		}},
		{"silence is no end", nil, []look{
			{0, []Event{event(0, "a", "one")}, []string{"a: update 1: one"}},
			{6 * 24 * 60, nil, []string{"a: update 1: "}},
		}},
		{"an end that is older than the last repetition is late", nil, []look{
			{5, []Event{event(5, "a", "one"), over(4, "a", "late")}, []string{"a: update 1: one"}},
			{6, []Event{over(5, "a", "now")}, []string{"a: over: now"}},
			{7, []Event{event(4, "a", "late, too")}, []string{"a: over: "}},
		}},
		{"an end of something unknown is nothing", nil, []look{{0, []Event{over(0, "a", "")}, nil}}},
		{"after an interval the repetition is a new problem; an end ends both", func(r *Rules) { r.NewAfter = time.Hour }, []look{
			{0, []Event{event(0, "a", "one")}, []string{"a: update 1: one"}},
			{59, []Event{event(59, "a", "two")}, []string{"a: update 2: two"}},
			{60, []Event{event(60, "a", "three")}, []string{"a: update 2: ", "a 2026-11-23T07:00:00Z: update 1: three"}},
			{61, []Event{event(61, "a", "four")}, []string{"a: update 2: ", "a 2026-11-23T07:00:00Z: update 1: "}},
			{62, []Event{over(62, "a", "ok")}, []string{"a: over: ok", "a 2026-11-23T07:00:00Z: over: four|ok"}},
		}},
		{"a subject that looks like that of a further problem is another's", func(r *Rules) { r.NewAfter = time.Hour }, []look{
			{0, []Event{event(0, "a", "one")}, []string{"a: update 1: one"}},
			{60, []Event{event(60, "a", "two"), event(60, "a 2026-11-23T07:00:00Z", "other")},
				[]string{"a: update 1: ", "a 2026-11-23T07:00:00Z: update 1: two", "a 2026-11-23T07:00:00Z 2026-11-23T07:00:00Z: update 1: other"}},
		}},
		{"each its own", func(r *Rules) { r.EachItsOwn = true }, []look{
			{1, []Event{event(0, "a", "one"), event(1, "a", "two"), event(1, "a", "three")},
				[]string{"a: update 1: one", "a 2026-11-23T06:01:00Z: update 1: two", "a 2026-11-23T06:01:00Z #2: update 1: three"}},
		}},
		{"the first Update looks back 48 hours, later ones as far as MaxAge", nil, []look{
			{72 * 60, []Event{event(24*60-1, "a", "too old"), event(24*60, "b", "just in time")}, []string{"b: update 1: just in time"}},
			{72*60 + 1, []Event{event(0, "c", "delivered late")}, []string{"b: update 1: ", "c: update 1: delivered late"}},
		}},
		{"a second delivery is ignored", nil, []look{
			{0, []Event{{ID: "1", Issue: event(0, "a", "one").Issue}, {ID: "1", Issue: event(0, "a", "one").Issue}}, []string{"a: update 1: one"}},
			{1, nil, []string{"a: update 1: "}},
			{20, []Event{{ID: "1", Issue: event(0, "a", "one").Issue}, {ID: "2", Issue: event(0, "a", "two").Issue}}, []string{"a: update 2: two"}},
		}},
		{"more details than the bound are counted", func(r *Rules) { r.MaxDetails = 2 }, []look{
			{0, []Event{event(0, "a", "one"), event(0, "a", "two"), event(0, "a", "three"), event(0, "a", "four")}, []string{"a: update 1: one"}},
			{15, nil, []string{"a: update 2: (1 earlier ones are not shown)|three|four"}},
		}},
		{"the eldest go first", func(r *Rules) { r.MaxAlerts = 2 }, []look{
			{3, []Event{event(1, "a", ""), event(2, "b", ""), event(3, "c", "")}, []string{"b: update 1: ", "c: update 1: "}},
		}},
		{"what is old is forgotten", nil, []look{
			{0, []Event{event(0, "a", ""), event(0, "b", ""), over(0, "b", "")}, []string{"a: update 1: ", "b: over: "}},
			{7*24*60 + 1, nil, nil},
		}},
		{"a time that is missing or ahead is now", nil, []look{
			{1, []Event{event(90, "a", "ahead"), {Issue: event(0, "b", "none").Issue}}, []string{"a: update 1: ahead", "b: update 1: none"}},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := &life{t: t, rules: DefaultRules("zabbix")}
			if tt.rules != nil {
				tt.rules(&l.rules)
			}
			for _, look := range tt.looks {
				obs := l.update(look.at, look.events...)
				if diff := cmp.Diff(look.want, news(obs)); diff != "" {
					t.Errorf("minute %d (-want +got):\n%s", look.at, diff)
				}
				if want := []reconcile.Feed{{Name: "zabbix", Kind: reconcile.Events}}; !cmp.Equal(want, obs.Feeds) || !obs.At.Equal(minute(look.at)) {
					t.Errorf("feeds %v at %s", obs.Feeds, obs.At)
				}
				l.said(obs)
			}
		})
	}
}

// A problem's fields are those of its last offer; it began with its first
// event.
func TestUpdateIssue(t *testing.T) {
	l := &life{t: t, rules: DefaultRules("zabbix")}
	first := event(0, "a", "one")
	first.State, first.Since, first.Labels = "ignored", minute(-100), map[string]string{"site": "Tampa"}
	l.update(0, first)
	second := event(20, "a", "two")
	second.Summary, second.Severity = "a is still wrong", reconcile.SeverityLow
	obs := l.update(20, second)
	obs.Issues[0].State = number(obs.Issues[0])
	want := []reconcile.Issue{{
		Key: reconcile.Key{Feed: "zabbix", Subject: "a"}, Customer: "c1", Severity: reconcile.SeverityLow, Summary: "a is still wrong",
		State: "update 2", Since: minute(0), Detail: "one\ntwo",
	}}
	if diff := cmp.Diff(want, obs.Issues); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// An event that comes late only adds its detail: newer ones say what is wrong
// now.
func TestLateEvent(t *testing.T) {
	l := &life{t: t, rules: DefaultRules("zabbix")}
	l.update(10, event(10, "a", "new"))
	late := event(5, "a", "old")
	late.Summary, late.Severity = "a was a little wrong", reconcile.SeverityLow
	issue := l.update(30, late).Issues[0]
	if issue.Summary != "a is wrong" || issue.Severity != reconcile.SeverityMedium || issue.Detail != "new\nold" {
		t.Errorf("%s, %s: %q", issue.Summary, issue.Severity, issue.Detail)
	}
}

func TestDropped(t *testing.T) {
	l := &life{t: t, rules: DefaultRules("zabbix")}
	l.rules.MaxAlerts = 2
	l.update(72*60, event(0, "old", "")) // before the first import
	l.update(72*60, event(72*60, "a", ""), event(72*60, "b", ""), event(72*60, "c", ""))
	l.update(73*60, over(73*60, "b", "")) // an ended problem is not counted as dropped
	l.update(73*60+7*24*60+1, event(0, "late", ""))
	if l.state.Dropped != 4 {
		t.Errorf("dropped %d, want 4: an event before the first import, a and c, an event that is too old", l.state.Dropped)
	}
}

// A run was killed after it wrote details that the saved state does not know.
// The next run, which takes in more, has news for the ticket.
func TestKilledBeforeItRemembered(t *testing.T) {
	l := &life{t: t, rules: DefaultRules("x")}
	l.said(l.update(0, event(0, "a", "one")))
	before := l.state
	first := l.update(20, event(20, "a", "two")).Issues[0]
	l.state = before
	same := l.update(25, event(20, "a", "two")).Issues[0]
	l.state = before
	more := l.update(25, event(20, "a", "two"), event(24, "a", "three")).Issues[0]
	if first.State != same.State || first.State == more.State || more.Detail != "two\nthree" {
		t.Errorf("%q, again %q, with more %q: %q", first.State, same.State, more.State, more.Detail)
	}
}

// A clock that goes back ends no problem twice and loses no end.
func TestClockSetBack(t *testing.T) {
	l := &life{t: t, rules: DefaultRules("x")}
	bad, end := event(0, "a", "full"), over(0, "a", "well")
	bad.Time, end.Time = time.Time{}, time.Time{}
	l.update(60, bad)
	obs := l.update(0, end)
	if len(obs.Issues) != 0 || len(obs.Healthy) != 1 {
		t.Errorf("after its end: %+v", obs)
	}
	if obs := l.update(-60, bad); len(obs.Issues) != 1 {
		t.Errorf("back again: %+v", obs)
	}
}

func TestDue(t *testing.T) {
	l := &life{t: t, rules: DefaultRules("x")}
	want := func(due time.Time) {
		t.Helper()
		if got := l.state.Due(l.rules); !got.Equal(due) {
			t.Errorf("due %v, want %v", got, due)
		}
	}
	want(time.Time{})
	l.update(0, event(0, "a", ""))
	want(time.Time{})
	l.update(3, event(3, "b", ""), event(3, "a", "again"))
	want(minute(15))
	l.update(5, event(5, "b", "again"))
	want(minute(15))
	l.update(15)
	want(minute(18))
	l.update(18)
	want(time.Time{})
}

func TestUpdateRefuses(t *testing.T) {
	good := event(0, "a", "")
	for _, tt := range []struct {
		name  string
		rules func(*Rules)
		event func(*Event)
		want  []string
	}{
		{"no feed", func(r *Rules) { r.Feed = "" }, nil, []string{"rules.feed: is empty"}},
		{"negative", func(r *Rules) {
			r.Consolidate, r.NewAfter, r.LookBack, r.MaxAge, r.MaxAlerts, r.MaxDetails = -1, -1, -1, -1, -1, -1
		}, nil, []string{"rules.consolidate", "rules.newAfter", "rules.lookBack", "rules.maxAge", "rules.maxAlerts", "rules.maxDetails"}},
		{"no subject", nil, func(e *Event) { e.Key.Subject = "" }, []string{"event.key.subject: is empty"}},
		{"bytes", nil, func(e *Event) { e.Key.Subject = "\xff" }, []string{"is not valid UTF-8"}},
		{"a storm's", nil, func(e *Event) { e.Key.Subject = "storm:1" }, []string{"belongs to storms"}},
		{"another feed", nil, func(e *Event) { e.Key.Feed = "prtg" }, []string{`"prtg" is not the rules' feed "zabbix"`}},
		{"severity", nil, func(e *Event) { e.Severity = 9 }, []string{"event.severity"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rules, bad := DefaultRules("zabbix"), event(0, "b", "")
			if tt.rules != nil {
				tt.rules(&rules)
			}
			if tt.event != nil {
				tt.event(&bad)
			}
			before := State{Dropped: 7}
			after, _, err := Update(before, []Event{good, bad}, start, rules)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if after.Dropped != 7 || len(after.alerts) != 0 {
				t.Errorf("the state was changed: %+v", after)
			}
		})
	}
	if err := (Event{Issue: reconcile.Issue{Key: reconcile.Key{Feed: "zabbix", Subject: strings.Repeat("k", 10000)}}}).Validate(DefaultRules("zabbix")); err != nil {
		t.Errorf("a long key is a key: %v", err)
	}
}

func TestStateJSON(t *testing.T) {
	for _, bad := range []string{``, `[]`, `{"format":2}`, `{}`, `{"format":1,"alerts":[{]}`} {
		s := State{Dropped: 3}
		if err := s.UnmarshalJSON([]byte(bad)); err == nil || s.Dropped != 3 {
			t.Errorf("%q: error %v, state %+v", bad, err, s)
		}
	}
}

// Whatever events come and whatever writes fail: each detail is written, is not
// offered again once it was written, and the state is the same after a trip
// through JSON.
func TestNoDetailIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := DefaultRules("zabbix")
		rules.Consolidate = time.Duration(rapid.SampledFrom([]int{0, 15, 60}).Draw(t, "consolidate")) * time.Minute
		rules.NewAfter = time.Duration(rapid.SampledFrom([]int{0, 30}).Draw(t, "new after")) * time.Minute
		rules.MaxDetails = 0
		var state State
		written := map[string]int{}
		sent := 0
		at := 0
		run := func(events []Event, mayFail bool) {
			next, obs, err := Update(state, events, minute(at), rules)
			if err != nil {
				t.Fatal(err)
			}
			data, err := json.Marshal(next)
			if err != nil {
				t.Fatal(err)
			}
			state = State{}
			if err := json.Unmarshal(data, &state); err != nil {
				t.Fatal(err)
			}
			write := func(key reconcile.Key, detail string) {
				if mayFail && rapid.Bool().Draw(t, "fails") {
					return
				}
				for _, line := range strings.Split(detail, "\n") {
					if line != "" {
						written[line]++
					}
				}
				state = state.Said(key)
			}
			for _, i := range obs.Issues {
				write(i.Key, i.Detail)
			}
			for _, h := range obs.Healthy {
				write(h.Key, h.Detail)
			}
		}
		for range rapid.IntRange(1, 20).Draw(t, "runs") {
			var events []Event
			for range rapid.IntRange(0, 4).Draw(t, "events") {
				e := event(at, rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "key"), fmt.Sprintf("event %d.", sent))
				sent++
				events = append(events, e)
			}
			if rapid.IntRange(0, 5).Draw(t, "over") == 0 {
				events = append(events, over(at, "a", ""))
			}
			run(events, true)
			at += rapid.IntRange(1, 20).Draw(t, "minutes")
		}
		at += 120
		run(nil, false)
		run(nil, false)
		for n := range sent {
			if got := written[fmt.Sprintf("event %d.", n)]; got != 1 {
				t.Fatalf("event %d was written %d times", n, got)
			}
		}
	})
}

// A hundred thousand alerts of fifty keys in one Update are fifty problems.
func TestManyEvents(t *testing.T) {
	var events []Event
	for i := range 100_000 {
		events = append(events, event(i%60, fmt.Sprint("key ", i%50), "again"))
	}
	l := &life{t: t, rules: DefaultRules("zabbix")}
	obs := l.update(60, events...)
	l.said(obs)
	next := l.update(80)
	if len(obs.Issues) != 50 || len(next.Issues) != 50 || number(next.Issues[0]) != "update 2" {
		t.Errorf("%d problems, then %d with %q", len(obs.Issues), len(next.Issues), next.Issues[0].State)
	}
	if lines := strings.Count(next.Issues[0].Detail, "\n"); lines != 200 {
		t.Errorf("%d lines of detail, want 200 and the count of the others", lines)
	}
}

// The zero Rules lack only a Feed. They collect nothing, forget nothing and
// accept the highest severity.
func TestZeroRules(t *testing.T) {
	l := life{t: t, rules: Rules{Feed: "zabbix"}}
	critical := event(0, "a", "one")
	critical.Severity = reconcile.SeverityCritical
	l.update(0, critical)
	year := 366 * 24 * 60
	obs := l.update(year, event(1, "b", "late"))
	if diff := cmp.Diff([]string{"a: update 1: one", "b: update 1: late"}, news(obs)); diff != "" || l.state.Dropped != 0 {
		t.Errorf("%d dropped\n%s", l.state.Dropped, diff)
	}
}

package fields

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// priorities are P1, P2 and P3 of a tenant; the configuration names the first two.
func priorities(t *testing.T) (p *Priorities, p1, p2, p3 string) {
	t.Helper()
	srv, finder := tenant(t)
	ids := map[string]string{}
	for _, name := range []string{"P1", "P2", "P3"} {
		ids[name] = lookup.ID(srv.AddPriority(connectwisetest.Priority{Name: name}))
	}
	p = &Priorities{}
	if err := p.Read(t.Context(), finder.Client); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"p1", ids["P2"]} {
		if id, fault := p.Find(name); fault != "" || id != ids["P1"] && id != ids["P2"] {
			t.Fatalf("%s is %q: %s", name, id, fault)
		}
	}
	if id, fault := p.Find("P4"); id != "" || fault != `priority "P4" does not exist; there is "P1", "P2", "P3"` {
		t.Errorf("P4 is %q: %s", id, fault)
	}
	return p, ids["P1"], ids["P2"], ids["P3"]
}

// What the desk writes to a ticket so that it is as urgent as wanted, what it takes
// for a person's edit, and what it remembers.
func TestUrgency(t *testing.T) {
	p, p1, p2, p3 := priorities(t)
	ticket := func(u Urgency) *connectwise.Ticket {
		ref := u.Ref()
		ref.Name = p.Name(u)
		return &connectwise.Ticket{Priority: ref, Impact: u[1], Severity: u[2]}
	}
	priority := func(from, to, id string) Write {
		return Write{Path: "priority", Old: from, New: to, Value: Urgency{id}.Ref()}
	}
	level := func(path, from, to string) Write { return Write{Path: path, Old: from, New: to, Value: to} }
	for _, test := range []struct {
		name               string
		wrote, stands, now Urgency // now: what is remembered after the write
		digest             mark.Digest
		want               Urgency
		edited             []string
		writes             []Write
	}{
		{name: "as it is", wrote: Urgency{p1}, stands: Urgency{p1, "Low", "Low"}, want: Urgency{p1}, now: Urgency{p1}},
		{name: "rises", wrote: Urgency{p1}, stands: Urgency{p1, "Low", "Low"}, want: Urgency{p2}, now: Urgency{p2}, writes: []Write{priority("P1", "P2", p2)}},
		{name: "all three rise", wrote: Urgency{p1, "Low", "Low"}, stands: Urgency{p1, "Low", "Low"}, want: Urgency{p2, "High", "Medium"}, now: Urgency{p2, "High", "Medium"}, writes: []Write{priority("P1", "P2", p2), level(Impact, "Low", "High"), level(Severity, "Low", "Medium")}},
		{name: "a rule less", wrote: Urgency{p1, "Low", "Low"}, stands: Urgency{p1, "Low", "Low"}, want: Urgency{p2}, now: Urgency{p2, "Low", "Low"}, writes: []Write{priority("P1", "P2", p2)}},
		{name: "impact alone", wrote: Urgency{"", "Low"}, stands: Urgency{p3, "Low", "Low"}, want: Urgency{"", "High"}, now: Urgency{"", "High"}, writes: []Write{level(Impact, "Low", "High")}},
		{name: "a person's priority", wrote: Urgency{p1, "Low"}, stands: Urgency{p3, "Low", "Low"}, want: Urgency{p2, "High"}, edited: []string{"priority"}, now: Urgency{"", "High"}, writes: []Write{level(Impact, "Low", "High")}},
		{name: "a person's severity", wrote: Urgency{p1, "Low", "Low"}, stands: Urgency{p1, "Low", "High"}, want: Urgency{p1, "Low", "Medium"}, edited: []string{"severity"}, now: Urgency{p1, "Low"}},
		{name: "all a person's", wrote: Urgency{p1}, stands: Urgency{p3, "Low", "Low"}, want: Urgency{p2}, edited: []string{"priority"}, now: Urgency{p1}},
		{name: "nothing was written", stands: Urgency{p1, "Low", "Low"}, want: Urgency{p2, "High"}},
		{name: "another's digest, and no impact", digest: "????", stands: Urgency{p1}, want: Urgency{"", "High"}, edited: []string{"priority"}},
		{name: "another's digest", digest: "????", stands: Urgency{p1, "Low", "Low"}, want: Urgency{p2}, edited: []string{"priority"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			digest, now := test.wrote.Digest(), test.now.Digest()
			if test.digest != "" {
				digest, now = test.digest, test.digest
			}
			if diff := cmp.Diff(test.edited, p.Edited(ticket(test.stands), digest)); diff != "" {
				t.Error(diff)
			}
			writes, remembered := p.Raise(test.want, ticket(test.stands), digest)
			if diff := cmp.Diff(test.writes, writes); diff != "" {
				t.Error(diff)
			}
			if remembered != now {
				t.Errorf("remembered %q, want %q", remembered, now)
			}
		})
	}
	if p.Name(Urgency{p3}) != "P3" || p.Name(Urgency{"4711"}) != "" {
		t.Error("priorities have other names")
	}
}

// Markers of existing tickets hold these digests, so they must not change.
func TestDigest(t *testing.T) {
	for want, u := range map[mark.Digest]Urgency{
		"": {}, mark.DigestOf("7"): {"7"}, mark.DigestOf("7/Low/*"): {"7", "Low"}, mark.DigestOf("*/*/High"): {"", "", "High"}, mark.DigestOf("7/Low/High"): {"7", "Low", "High"},
	} {
		if got := u.Digest(); got != want {
			t.Errorf("%q: %s, want %s", u, got, want)
		}
	}
}

// Impact and severity are one of three words; a new ticket gets what is said.
func TestLevels(t *testing.T) {
	for _, test := range []struct {
		u      Urgency
		faults []string
		ops    []string
	}{
		{u: Urgency{"7"}},
		{u: Urgency{"7", "Low", "High"}, ops: []string{"impact Low", "severity High"}},
		{u: Urgency{"", "", "Medium"}, ops: []string{"severity Medium"}},
		{u: Urgency{"", "low", "Hihg"}, faults: []string{`"low" is not an impact or severity; there is "Low", "High", "Medium"`, `"Hihg" is not an impact or severity; there is "High", "Low", "Medium"`}, ops: []string{"impact low", "severity Hihg"}},
	} {
		var ops []string
		for _, op := range test.u.Ops() {
			ops = append(ops, op.Path()+" "+op.Value().(string))
		}
		if diff := cmp.Diff(test.ops, ops) + cmp.Diff(test.faults, test.u.Faults()); diff != "" {
			t.Errorf("%q: %s", test.u, diff)
		}
	}
}

package companies_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/covedesk/covedesk/connectwise/desk/internal/companies"
	"github.com/covedesk/covedesk/connectwise/desk/internal/memory"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
	"github.com/covedesk/covedesk/reconcile/match"
)

var known = []match.Company{
	{ID: "250", Identifier: " Oak ", Name: "Oak Group", Status: "Active"},
	{ID: "251", Identifier: "250", Name: "Numbers", Status: "Active"},
	{ID: "252", Identifier: "GONE", Name: "Gone Ltd", Status: "Active", Deleted: true},
	{ID: "253", Identifier: "OWN", Name: "Us", Status: "Active"},
}

func subject(feed, subject string) reconcile.Key { return reconcile.Key{Feed: feed, Subject: subject} }

// What becomes of a problem's company: what the customer was linked to, or what
// the monitor itself has named, or the reason why there is none.
func TestLinkFillsIn(t *testing.T) {
	customers := []reconcile.Customer{{ID: "c1", Name: "Oak Group"}, {ID: "c2", Name: "Elm"}, {ID: "c3", Name: "Us"}}
	for _, test := range []struct {
		name        string
		issue, want reconcile.Issue
	}{
		{"linked", reconcile.Issue{Customer: "c1"}, reconcile.Issue{Customer: "c1", CustomerName: "Oak Group", Company: "250"}},
		{"its own word for the customer stays", reconcile.Issue{Customer: "c1", CustomerName: "Oak"}, reconcile.Issue{Customer: "c1", CustomerName: "Oak", Company: "250"}},
		{"not linked", reconcile.Issue{Customer: "c2"}, reconcile.Issue{Customer: "c2", CustomerName: "Elm", CompanyReason: `no company has the name or identifier "Elm"`}},
		{"its own reason stays", reconcile.Issue{Customer: "c2", CompanyReason: "mine"}, reconcile.Issue{Customer: "c2", CustomerName: "Elm", CompanyReason: "mine"}},
		{"nobody's", reconcile.Issue{}, reconcile.Issue{CompanyReason: "nobody says which customer it belongs to"}},
		{"named by identifier", reconcile.Issue{Customer: "c2", Company: " oak"}, reconcile.Issue{Customer: "c2", Company: "250"}},
		{"named by id", reconcile.Issue{Company: "251"}, reconcile.Issue{Company: "251"}},
		{"an id is surer than an identifier", reconcile.Issue{Company: "250"}, reconcile.Issue{Company: "250"}},
		{"named, but deleted", reconcile.Issue{Company: "gone"}, reconcile.Issue{CompanyReason: `the company "Gone Ltd" is deleted`}},
		{"named, but unknown", reconcile.Issue{Company: "Oka\n"}, reconcile.Issue{CompanyReason: `no company has the id or identifier "Oka"`}},
		{"the provider's own", reconcile.Issue{Customer: "c3"}, reconcile.Issue{Customer: "c3", CustomerName: "Us", CompanyReason: `ambiguous: the same name: company 253 "Us" is the provider's own, which only a mapping may name`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.issue.Key, test.want.Key = subject("rmm", "a"), subject("rmm", "a")
			s := &reconcile.Snapshot{Customers: customers, Observation: reconcile.Observation{Feeds: []reconcile.Feed{{Name: "rmm"}}, Issues: []reconcile.Issue{test.issue}}}
			l := companies.NewLinker(known, nil, "253", nil)
			if err := l.Link(s); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]reconcile.Issue{test.want}, s.Issues); diff != "" {
				t.Error(diff)
			}
			if link, ok := l.Customer("rmm", "c1"); !ok || link.Company != "250" {
				t.Errorf("customer %+v", link)
			}
		})
	}
}

// A mapping belongs to one feed and does not apply to problems of another feed.
func TestLinkByFeed(t *testing.T) {
	s := &reconcile.Snapshot{Whole: true, Customers: []reconcile.Customer{{ID: "c1", Name: "Elm"}}, Observation: reconcile.Observation{
		Feeds:  []reconcile.Feed{{Name: "rmm"}, {Name: "cove"}},
		Issues: []reconcile.Issue{{Key: subject("rmm", "a"), Customer: "c1"}, {Key: subject("cove", "a"), Customer: "c1"}},
	}}
	l := companies.NewLinker(known, map[string]*match.Mapping{"cove": {Rows: []match.Row{{Customer: "Elm", Company: "Oak"}, {Customer: "Ash", Company: "Oak"}}}}, "", nil)
	if err := l.Link(s); err != nil {
		t.Fatal(err)
	}
	if s.Issues[0].Company != "" || s.Issues[1].Company != "250" {
		t.Errorf("%+v", s.Issues)
	}
	if len(l.Unused) != 1 || l.Unused[0].Feed != "cove" || !strings.Contains(l.Unused[0].Reason, "Ash") {
		t.Errorf("%+v", l.Unused)
	}
	l = companies.NewLinker(known, map[string]*match.Mapping{"rmm": {Feed: "cove"}}, "", nil)
	if err := l.Link(s); err == nil || !strings.HasPrefix(err.Error(), "desk: customers of rmm: ") {
		t.Errorf("another feed's mapping: %v", err)
	}
}

// A customer that a mapping switches off is suppressed whole: its problems, what is
// good again, and what is only remembered. Nothing of another customer, or of
// another feed, is.
func TestLinkDisabled(t *testing.T) {
	const off = `the mapping, row 1, switches the customer off`
	entry := func(feed, name, customer string) memory.Entry {
		return memory.Entry{Known: reconcile.Known{Key: subject(feed, name), Customer: customer}}
	}
	open := map[mark.KeyID]memory.Entry{}
	for _, e := range []memory.Entry{entry("rmm", "remembered", "c1"), entry("rmm", "bad", "c1"), entry("rmm", "other", "c2"), entry("cove", "its", "c1"), entry("rmm", "silent", "c9"), entry("rmm", "named by nobody", "")} {
		open[e.ID()] = e
	}
	for _, whole := range []bool{false, true} {
		s := &reconcile.Snapshot{Whole: whole, Customers: []reconcile.Customer{{ID: "c1", Name: "Elm"}, {ID: "c2", Name: "Oak Group"}}, Observation: reconcile.Observation{
			Feeds:      []reconcile.Feed{{Name: "rmm"}},
			Issues:     []reconcile.Issue{{Key: subject("rmm", "bad"), Customer: "c1"}, {Key: subject("rmm", "other"), Customer: "c2"}, {Key: subject("cove", "bad"), Customer: "c1"}},
			Healthy:    []reconcile.Healthy{{Key: subject("rmm", "good"), Customer: "c1"}, {Key: subject("rmm", "fine"), Customer: "c2"}},
			Suppressed: []reconcile.Suppressed{{Key: subject("rmm", "window"), Customer: "c1", Reason: "maintenance"}},
		}}
		issues, healthy := slices.Clone(s.Issues), slices.Clone(s.Healthy)
		given := s.Issues
		l := companies.NewLinker(known, map[string]*match.Mapping{"rmm": {Rows: []match.Row{{Customer: "c1", Disabled: true}, {Customer: "c9", Disabled: true}}}}, "", open)
		if err := l.Link(s); err != nil {
			t.Fatal(err)
		}
		issues[1].Company, issues[1].CustomerName = "250", "Oak Group"
		if diff := cmp.Diff(issues[1:], s.Issues); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(healthy[1:], s.Healthy); diff != "" {
			t.Error(diff)
		}
		if given[0].Key != subject("rmm", "bad") {
			t.Error("the monitor's own list is changed")
		}
		got := slices.Clone(s.Suppressed)
		want := []reconcile.Suppressed{
			{Key: subject("rmm", "window"), Customer: "c1", Reason: "maintenance"},
			{Key: subject("rmm", "bad"), Customer: "c1", Reason: off},
			{Key: subject("rmm", "good"), Customer: "c1", Reason: off},
			{Key: subject("rmm", "remembered"), Customer: "c1", Reason: off},
		}
		disabled := []companies.Note{{Feed: "rmm", Customer: "c1", Name: "Elm", Reason: off}}
		if !whole { // one without an alert today may be switched off, too
			const off = `the mapping, row 2, switches the customer off`
			want = append(want, reconcile.Suppressed{Key: subject("rmm", "silent"), Customer: "c9", Reason: off})
			disabled = append(disabled, companies.Note{Feed: "rmm", Customer: "c9", Name: "c9", Reason: off})
		}
		byKey := cmpopts.SortSlices(func(a, b reconcile.Suppressed) bool { return a.Key.Subject < b.Key.Subject })
		if diff := cmp.Diff(want, got, byKey); diff != "" {
			t.Errorf("whole %v: %s", whole, diff)
		}
		if diff := cmp.Diff(disabled, l.Disabled); diff != "" {
			t.Errorf("whole %v: %s", whole, diff)
		}
	}
}

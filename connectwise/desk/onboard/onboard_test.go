package onboard

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

// backup is a backup service whose customers have references.
type backup struct {
	tags   map[string]int64
	writes []string
	fail   error // of the next write
	lose   bool  // whether that write was carried out all the same
}

func (s *backup) references() References {
	return References{
		Read: func(_ context.Context, customer string) (int64, error) { return s.tags[customer], nil },
		Write: func(_ context.Context, customer string, company int64, identifier string) error {
			s.writes = append(s.writes, fmt.Sprintf("%s: %s", customer, identifier))
			err := s.fail
			if s.fail = nil; err == nil || s.lose {
				s.tags[customer] = company
			}
			return err
		},
	}
}

func (s *backup) customers() []reconcile.Customer {
	customers := []reconcile.Customer{
		{ID: "1", Name: "Acme Ltd"}, {ID: "2", Name: "Twin"}, {ID: "3", Name: "Birch Dental"},
		{ID: "4", Name: "Oak", CompanyID: "999", CompanyIdentifier: "OAK"}, {ID: "5", Name: "Elm Street Law"}, {ID: "6", Name: "Off"},
	}
	for i, c := range customers {
		if id := s.tags[c.ID]; id != 0 {
			customers[i].CompanyID = fmt.Sprint(id)
		}
	}
	return customers
}

// links links the customers by every rule.
func (s *backup) links(t *testing.T, companies []match.Company, rows ...match.Row) match.Links {
	t.Helper()
	links, err := match.Companies(s.customers(), companies, match.Options{Whole: true, Mapping: &match.Mapping{Rows: rows}})
	must(t, err)
	return links
}

func companyBench(t *testing.T, rules CompanyRules) (*bench, *backup, func() CompanyPlan) {
	t.Helper()
	b := newBench(t).open()
	b.srv.AddCompany(connectwisetest.Company{Identifier: "TWIN1", Name: "Twin"})
	b.srv.AddCompany(connectwisetest.Company{Identifier: "TWIN2", Name: "Twin"})
	s := &backup{tags: map[string]int64{}}
	return b, s, func() CompanyPlan {
		companies, err := b.desk.Companies(t.Context())
		must(t, err)
		links := s.links(t, companies, match.Row{Customer: "6", Disabled: true})
		p, err := PlanCompanies(t.Context(), b.desk, links, companies, rules)
		must(t, err)
		return p
	}
}

// Only customers nobody knows anything about get a company.
func TestPlanCompanies(t *testing.T) {
	b, _, plan := companyBench(t, CompanyRules{Status: "Active", Types: []string{"Client"}})
	p := plan()
	data, err := json.Marshal(p)
	must(t, err)
	var again CompanyPlan
	must(t, json.Unmarshal(data, &again))
	if diff := cmp.Diff(p, again); diff != "" || again.digest() != p.Digest {
		t.Error(diff)
	}
	want := []NewCompany{{"3", 0, "BirchDental", "Birch Dental", ""}, {"5", 0, "ElmStreetLaw", "Elm Street Law", ""}}
	if diff := cmp.Diff(want, again.Companies); diff != "" {
		t.Error(diff)
	}
	if text := p.Text(); strings.Count(text, "\n") != 2 || !strings.Contains(text, "create company  ElmStreetLaw") || !strings.Contains(text, "Elm Street Law (customer 5)") {
		t.Errorf("text %q", text)
	}
	b.later(time.Hour)
	if later := plan(); later.Digest != p.Digest || later.At.Equal(p.At) {
		t.Errorf("the same plan an hour later: %s at %s", later.Digest, later.At)
	}
	one := p.Keep(func(c NewCompany) bool { return c.Customer == "5" })
	results, err := ApplyCompanies(t.Context(), b.desk, one, References{})
	must(t, err)
	if len(results) != 1 || results[0].Outcome != desk.Done || one.Digest == p.Digest {
		t.Errorf("results %+v", results)
	}
	for _, c := range b.srv.Companies() {
		if c.ID == results[0].ID && (c.Name != "Elm Street Law" || c.Status.Name != "Active" || len(c.Types) != 1) || c.Name == "Birch Dental" {
			t.Errorf("company %+v", c)
		}
	}
}

// A matched customer whose reference says nothing is told its company; one that
// says otherwise than the mapping only when that is asked for.
func TestPlanReferences(t *testing.T) {
	b, s, _ := companyBench(t, CompanyRules{})
	other := b.srv.AddCompany(connectwisetest.Company{Identifier: "OAK", Name: "Oak Ltd"})
	s.tags["2"], s.tags["3"] = b.company, b.company
	companies, err := b.desk.Companies(t.Context())
	must(t, err)
	links := s.links(t, companies, match.Row{Customer: "2", Company: fmt.Sprint(b.company)}, match.Row{Customer: "3", Company: fmt.Sprint(other)},
		match.Row{Customer: "5", Company: fmt.Sprint(other)}, match.Row{Customer: "6", Disabled: true})
	p, err := PlanCompanies(t.Context(), b.desk, links, companies, CompanyRules{References: true})
	must(t, err)
	if got, want := p.Text(), "write reference ACME                       Acme Ltd (customer 1)\nwrite reference OAK                        Oak Ltd (customer 5)\n"; got != want {
		t.Errorf("plan\n%s, want\n%s", got, want)
	}
	p, err = PlanCompanies(t.Context(), b.desk, links, companies, CompanyRules{References: true, Replace: true})
	must(t, err)
	results, err := ApplyCompanies(t.Context(), b.desk, p, s.references())
	must(t, err)
	if len(results) != 3 || s.tags["1"] != b.company || s.tags["3"] != other || s.tags["5"] != other || len(s.writes) != 3 {
		t.Errorf("results %+v, tags %v", results, s.tags)
	}
}

// Whatever is lost on the way, and whichever plan is applied next, there is one
// company for each customer in the end, and its reference names it.
func TestApplyCompaniesInterrupted(t *testing.T) {
	lost := errors.New("connection reset")
	for _, again := range []string{"the same plan", "a new plan", "a new process and plan"} {
		for name, breaks := range map[string]func(*bench, *backup) context.Context{
			"nothing": func(*bench, *backup) context.Context { return context.Background() },
			"the create is lost": func(b *bench, _ *backup) context.Context {
				b.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "company/companies", Kind: connectwisetest.ResetAfter})
				return context.Background()
			},
			"the create is refused": func(b *bench, _ *backup) context.Context {
				b.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "company/companies", Kind: connectwisetest.StatusBefore, Status: 403})
				return context.Background()
			},
			"the reference is not written": func(_ *bench, s *backup) context.Context { s.fail = lost; return context.Background() },
			"the reference is written and lost": func(_ *bench, s *backup) context.Context {
				s.fail, s.lose = lost, true
				return context.Background()
			},
			"the run is ended": func(*bench, *backup) context.Context {
				ctx, cancel := context.WithCancel(context.Background())
				cancel()
				return ctx
			},
		} {
			t.Run(again+"/"+name, func(t *testing.T) {
				b, s, plan := companyBench(t, CompanyRules{References: true})
				p := plan()
				ctx := breaks(b, s)
				results, err := ApplyCompanies(ctx, b.desk, p, s.references())
				if (err == nil) != (name == "nothing") {
					t.Errorf("error %v", err)
				}
				if name == "the create is lost" && (results[1].Outcome != desk.Unknown || !errors.Is(err, connectwise.ErrOutcomeUnknown)) {
					t.Errorf("results %+v, error %v", results, err)
				}
				if again == "a new process and plan" {
					b.open()
				}
				if again != "the same plan" {
					p = plan()
				}
				for range 2 {
					_, err = ApplyCompanies(t.Context(), b.desk, p, s.references())
					must(t, err)
				}
				byName := map[string][]int64{}
				for _, c := range b.srv.Companies() {
					byName[c.Name] = append(byName[c.Name], c.ID)
				}
				want := map[string]int64{"1": b.company, "3": byName["Birch Dental"][0], "5": byName["Elm Street Law"][0]}
				if diff := cmp.Diff(want, s.tags); diff != "" || len(b.srv.Companies()) != 5 {
					t.Errorf("companies %v, tags:\n%s", byName, diff)
				}
				b.srv.ResetRequests()
				s.writes = nil
				if p := plan(); len(p.Companies) != 0 {
					t.Errorf("the next plan is %s", p.Text())
				}
				_, err = ApplyCompanies(t.Context(), b.desk, p, s.references())
				must(t, err)
				if w := b.writes(); len(w) != 0 || len(s.writes) != 0 {
					t.Errorf("applied again it writes %q, %q", w, s.writes)
				}
			})
		}
	}
}

// A reference that was given since the plan was made stands, and no company is
// made for its customer.
func TestApplyCompaniesDrifted(t *testing.T) {
	b, s, plan := companyBench(t, CompanyRules{References: true})
	p := plan()
	s.tags["3"] = b.company
	results, err := ApplyCompanies(t.Context(), b.desk, p, s.references())
	must(t, err)
	if results[1].Outcome != desk.Drifted || results[1].Why == "" || s.tags["3"] != b.company || len(b.srv.Companies()) != 4 {
		t.Errorf("results %+v, tags %v", results, s.tags)
	}
	// The identifier of another company is not taken over either.
	p.Companies = []NewCompany{{"9", 0, "ACME", "Somebody else", ""}}
	p.Digest = p.digest()
	if results, err := ApplyCompanies(t.Context(), b.desk, p, s.references()); err == nil || results[0].Outcome != desk.Failed || s.tags["9"] != 0 {
		t.Errorf("results %+v, error %v", results, err)
	}
}

func TestApplyCompaniesRefuses(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(b *bench, p *CompanyPlan)
		want   string
	}{
		{"another format", func(_ *bench, p *CompanyPlan) { p.Format = "covedesk.plan/1" }, "plan format"},
		{"another tenant", func(_ *bench, p *CompanyPlan) { p.Owner = "test-aaaa" }, "owner"},
		{"changed by hand", func(_ *bench, p *CompanyPlan) { p.Companies[0].Name = "Mallory" }, "changed after it was made"},
		{"old", func(b *bench, _ *CompanyPlan) { b.later(25 * time.Hour) }, "the plan is 25h0m0s old"},
		{"names", func(_ *bench, p *CompanyPlan) { p.Rules.Status, p.Rules.Types = "Activ", []string{"Client", "Clint"} },
			`Status: there is no "Activ"; there is "Active"`},
		{"names, too", func(_ *bench, p *CompanyPlan) { p.Rules.Status, p.Rules.Types = "Activ", []string{"Client", "Clint"} },
			`Types: there is no "Clint"; there is "Client"`},
		{"no way to the references", func(_ *bench, p *CompanyPlan) { p.Rules.References = true }, "no way to read"},
		{"sandbox", func(b *bench, p *CompanyPlan) {
			b.site = "https://sandbox-eu.myconnectwise.net"
			b.connect().open()
			p.Owner = b.desk.Home().Owner
		}, "no companies are made on sandbox-eu"},
		{"locked", func(b *bench, _ *CompanyPlan) {
			b.config.State = &lockState{refuse: errors.New("another process is at it")}
			b.open()
		}, "another process is at it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b, _, plan := companyBench(t, CompanyRules{})
			p := plan()
			digest := p.Digest
			test.change(b, &p)
			if p.Digest == digest && test.name != "changed by hand" {
				p.Digest = p.digest()
			}
			if results, err := ApplyCompanies(t.Context(), b.desk, p, References{}); results != nil || err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("results %v, error %v", results, err)
			}
			if w := b.writes(); len(w) != 0 {
				t.Errorf("writes %q", w)
			}
		})
	}
}

// Both kinds of writes stand in the log, before and after.
func TestApplyCompaniesLog(t *testing.T) {
	b, s, plan := companyBench(t, CompanyRules{References: true})
	var log bytes.Buffer
	state := &lockState{}
	b.config.Log = &log
	b.config.State = state
	b.open()
	p := plan().Keep(func(c NewCompany) bool { return c.Customer == "3" })
	_, err := ApplyCompanies(t.Context(), b.desk, p, s.references())
	must(t, err)
	var got []string
	for line := range strings.Lines(log.String()) {
		var e desk.LogEntry
		must(t, json.Unmarshal([]byte(line), &e))
		got = append(got, fmt.Sprintf("%s %s %s %v %v", e.Phase, e.Write, e.Customer, e.Company == s.tags["3"], e.Plan == p.Digest))
	}
	want := []string{"before company 3 false true", "after company 3 true true", "before reference 3 true true", "after reference 3 true true"}
	if diff := cmp.Diff(want, got); diff != "" || state.held != 0 {
		t.Error(diff)
	}
	// What cannot be logged is not written.
	b.config.Log, s.writes = brokenWriter{}, nil
	b.open()
	results, err := ApplyCompanies(t.Context(), b.desk, plan(), s.references())
	if err == nil || results[0].Outcome != desk.Failed || len(s.writes) != 0 || len(b.writes()) != 0 {
		t.Errorf("results %+v, error %v", results, err)
	}
}

// I5: what a customer is called in the backup service becomes a company's name and
// identifier that the release takes.
func TestCaseI5Names(t *testing.T) {
	long := "The Consolidated Transport and Logistics Company of Lodz 60"
	for _, tt := range []struct {
		limits                 connectwisetest.Limits
		version                string
		name, want, identifier string
	}{
		{connectwisetest.Limits2025, "v2025.1.10451", "Birch Dental (it@birch.example)", "Birch Dental", "BirchDental"},
		{connectwisetest.Limits2025, "v2025.1.10451", long, "The Consolidated Transport and Logistics Company o", "TCTALCOL6"},
		{connectwisetest.Limits2026, "v2026.4.1", long, long, "TCTALCOL6"},
		{connectwisetest.Limits2025, "v2025.1.10451", "Łódź Transport", "Łódź Transport", "LodzTransport"},
		{connectwisetest.Limits2025, "v2025.1.10451", "R&amp;D\u00a0 Labs", "R&D Labs", "RDLabs"},
	} {
		b := newBenchOf(t, connectwisetest.Config{Limits: tt.limits, Version: tt.version}).open()
		links, err := match.Companies([]reconcile.Customer{{ID: "1", Name: tt.name}}, nil, match.Options{Whole: true})
		must(t, err)
		p, err := PlanCompanies(t.Context(), b.desk, links, nil, CompanyRules{})
		must(t, err)
		results, err := ApplyCompanies(t.Context(), b.desk, p, References{})
		must(t, err)
		made := b.srv.Companies()[len(b.srv.Companies())-1]
		if got := results[0]; got.Outcome != desk.Done || made.Name != tt.want || made.Identifier != tt.identifier {
			t.Errorf("%s: %+v, made %q %q", tt.name, got, made.Identifier, made.Name)
		}
		// The company is found again by the same name.
		companies, err := b.desk.Companies(t.Context())
		must(t, err)
		links, err = match.Companies([]reconcile.Customer{{ID: "1", Name: tt.name}}, companies, match.Options{Whole: true})
		must(t, err)
		if l, _ := links.Get("1"); !l.Matched() {
			t.Errorf("%s: %s", tt.name, l.Reason)
		}
	}
}

func TestNameLimit(t *testing.T) {
	for version, want := range map[string]int{"v2026.4": 156, "v2026.10.1": 156, "v2027.1.0": 156, "v2026.3.9": 50, "v2025.12": 50, "": 50, "2026.4": 50} {
		if got := nameLimit(version); got != want {
			t.Errorf("%q: %d", version, got)
		}
	}
}

// I4: a company that is gone and has the customer's name is named, and none is made
// without a person.
func TestCaseI4FormerCompany(t *testing.T) {
	b := newBench(t).open()
	b.srv.AddCompany(connectwisetest.Company{ID: 400, Identifier: "BIRCH", Name: "Birch Dental", Deleted: true})
	b.srv.AddCompany(connectwisetest.Company{ID: 401, Identifier: "OAK", Name: "Oak", Status: connectwisetest.ByName("Inactive")})
	customers := []reconcile.Customer{{ID: "3", Name: "Birch Dental"}, {ID: "4", Name: "Oak"}, {ID: "5", Name: "Elm"}}
	companies, err := b.desk.Companies(t.Context())
	must(t, err)
	links, err := match.Companies(customers, companies, match.Options{Whole: true})
	must(t, err)
	p, err := PlanCompanies(t.Context(), b.desk, links, companies, CompanyRules{})
	must(t, err)
	want := `create company  BirchDental                Birch Dental (customer 3)
                                           but company 400, Birch Dental, is deleted
create company  Oak1                       Oak (customer 4)
                                           but company 401, Oak, has the status "Inactive"
create company  Elm                        Elm (customer 5)
`
	if diff := cmp.Diff(want, p.Text()); diff != "" {
		t.Error(diff)
	}
	made, err := (&Maker{}).Onboard(t.Context(), b.desk, slices.Collect(links.All()), companies)
	must(t, err)
	if w := b.writes(); len(made) != 1 || made["5"] == "" || len(w) != 1 {
		t.Errorf("made %v, writes %q", made, w)
	}
}

// A run makes the company that a problem waits for; whatever is lost on the way, the
// next run makes no second one.
func TestMaker(t *testing.T) {
	for _, fault := range []connectwisetest.Fault{{}, {Kind: connectwisetest.ResetAfter}, {Kind: connectwisetest.StatusBefore, Status: 503}} {
		broken := fault.Kind == connectwisetest.ResetAfter || fault.Status != 0
		b := newBench(t)
		s := &backup{tags: map[string]int64{}}
		b.config.Onboard = &Maker{Rules: CompanyRules{Status: "Active", References: true}, References: s.references()}
		b.open()
		run := func() *desk.Report {
			list := desk.ActiveAlerts("rmm", []desk.Alert{{Key: "db01", Customer: "Birch Dental", CustomerID: "7", Summary: "db01 is down", Severity: reconcile.SeverityHigh}})
			list.Customers, list.Whole = []reconcile.Customer{{ID: "7", Name: "Birch Dental"}}, true
			report, err := b.desk.Sync(t.Context(), list)
			must(t, err)
			b.later(11 * time.Minute)
			return report
		}
		if broken {
			fault.Method, fault.Path = "POST", "company/companies"
			b.srv.Inject(fault)
			if r := run(); r.Health() != desk.HealthFailed || len(b.srv.Tickets()) != 0 {
				t.Errorf("%v: %s, %d tickets", fault.Kind, r.Health(), len(b.srv.Tickets()))
			}
			b.open()
		}
		run()
		companies, tickets := b.srv.Companies(), b.srv.Tickets()
		if len(companies) != 2 || len(tickets) != 1 || tickets[0].Company.Name != "Birch Dental" {
			t.Errorf("%v: companies %+v, tickets %+v", fault.Kind, companies, tickets)
		}
		if !broken && s.tags["7"] != companies[1].ID {
			t.Errorf("tags %v", s.tags)
		}
		run()
		if len(b.srv.Companies()) != 2 || len(b.srv.Tickets()) != 1 {
			t.Errorf("%v: a later run makes more", fault.Kind)
		}
	}
}

// What cannot be is refused before anything is made.
func TestMakerRefuses(t *testing.T) {
	b := newBench(t).open()
	links, err := match.Companies([]reconcile.Customer{{ID: "5", Name: "Elm"}}, nil, match.Options{Whole: true})
	must(t, err)
	all := slices.Collect(links.All())
	for want, m := range map[string]*Maker{
		"no way to read":       {Rules: CompanyRules{References: true}},
		`there is no "Activ"`:  {Rules: CompanyRules{Status: "Activ"}},
		`there is no "999999"`: {Rules: CompanyRules{Types: []string{"999999"}}},
	} {
		if made, err := m.Onboard(t.Context(), b.desk, all, nil); err == nil || !strings.Contains(err.Error(), want) || len(made) != 0 {
			t.Errorf("%s: %v, %v", want, made, err)
		}
	}
	b.srv.Inject(connectwisetest.Fault{Path: "system/info", Kind: connectwisetest.StatusBefore, Status: 503})
	if made, err := (&Maker{}).Onboard(t.Context(), b.desk, all, nil); err == nil || len(made) != 0 {
		t.Errorf("%v, %v", made, err)
	}
	b.site = "https://sandbox-eu.myconnectwise.net"
	b.connect().open()
	if made, err := (&Maker{}).Onboard(t.Context(), b.desk, all, nil); err == nil || !strings.Contains(err.Error(), "no companies are made on sandbox-eu") || len(made) != 0 {
		t.Errorf("%v, %v", made, err)
	}
	if w := b.writes(); len(w) != 0 {
		t.Errorf("writes %q", w)
	}
}

// Statuses and types go by id, too.
func TestByID(t *testing.T) {
	b, _, plan := companyBench(t, CompanyRules{})
	statuses, err := connectwise.NewCollection[connectwise.Ref](b.client, "company/companies/statuses").All(t.Context(), nil)
	must(t, err)
	p := plan().Keep(func(c NewCompany) bool { return c.Customer == "5" })
	last := statuses[len(statuses)-1]
	p.Rules.Status = fmt.Sprint(last.ID)
	p.Digest = p.digest()
	_, err = ApplyCompanies(t.Context(), b.desk, p, References{})
	must(t, err)
	if made := b.srv.Companies()[3]; made.Status.Name != last.Name {
		t.Errorf("status %q, want %q", made.Status.Name, last.Name)
	}
}

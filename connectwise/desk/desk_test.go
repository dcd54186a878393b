package desk

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile"
)

// Every fault is found, all of them at once, and nothing is written.
func TestNewRefuses(t *testing.T) {
	role := func(change func(p *connectwisetest.Permission)) func(b *bench) {
		return func(b *bench) {
			b.srv.EditMember("apimember", func(m *connectwisetest.Member) {
				m.Role = connectwisetest.FullRole()
				for i := range m.Role {
					change(&m.Role[i])
				}
			})
		}
	}
	for _, test := range []struct {
		name   string
		config func(c *Config)
		tenant func(b *bench)
		want   []string
	}{
		{"owner", func(c *Config) { c.Owner = "Too Long And Bad" }, nil, []string{`Owner "Too Long And Bad": want 1 to 5 characters`}},
		{"board", func(c *Config) { c.Board = "Servce Desk" }, nil, []string{`board "Servce Desk" does not exist; there is "Service Desk"`}},
		{"inactive board", func(c *Config) { c.Board = "Old" }, func(b *bench) {
			b.srv.AddBoard(connectwisetest.Board{Name: "Old", Inactive: true})
		}, []string{`board "Old" is inactive`}},
		{"closed status for new tickets", func(c *Config) { c.NewStatus = "Closed" }, nil, []string{`NewStatus "Closed" is not an open status of board "Service Desk"; there is "Completed", "New", "Verify"`}},
		{"status of another board", func(c *Config) { c.NewStatus = "Triage" }, func(b *bench) {
			b.srv.AddBoard(connectwisetest.Board{Name: "Alerts", Statuses: []connectwisetest.Status{{Name: "Triage", Default: true}}})
		}, []string{`NewStatus "Triage" is not a status of board "Service Desk"`}},
		{"open status to close with", func(c *Config) { c.ClosedStatus = "Completed" }, nil, []string{`ClosedStatus "Completed" is not a closed status of board "Service Desk"; there is "Closed"`}},
		{"stages", func(c *Config) { c.StatusStages.Waiting = []string{"Waiting", "Wating for vendor"} }, nil, []string{`StatusStages.Waiting: "Wating for vendor" is not a status`}},
		{"priority", func(c *Config) { c.Priorities = []PriorityRule{{Priority: "Urgnt"}} }, nil, []string{`Priorities[0]: priority "Urgnt" does not exist; there is`}},
		{"inquire level", nil, role(func(p *connectwisetest.Permission) {
			if p.Function == "Service Tickets" {
				p.Inquire = connectwisetest.My
			}
		}), []string{"permission Service Tickets: add All, edit All, inquire My (needs All)"}},
		{"no right to close", nil, role(func(p *connectwisetest.Permission) {
			if strings.HasPrefix(p.Function, "Close Service Ticket") {
				p.Edit = connectwisetest.None
			}
		}), []string{"permission Close Service Tickets: edit None (needs My)"}},
		{"several closed statuses", func(c *Config) { c.Board = "Many" }, func(b *bench) {
			b.srv.AddBoard(connectwisetest.Board{Name: "Many", Statuses: []connectwisetest.Status{
				{Name: "Open", Default: true}, {Name: ">Closed (billed)", Closed: true}, {Name: ">Closed (free)", Closed: true},
			}})
		}, []string{`board "Many" has no single closed status`}},
		{"many at once", func(c *Config) {
			c.Owner, c.NewStatus, c.ClosedStatus, c.VerifyStatus = "a_b", "Nw", "Clsed", "Closed"
			c.Priorities = []PriorityRule{{Priority: "none"}}
		}, nil, []string{`Owner "a_b"`, `NewStatus "Nw"`, `ClosedStatus "Clsed"`, `VerifyStatus "Closed" is not an open status`, "Priorities[0]"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, nil)
			if test.config != nil {
				test.config(&b.config)
			}
			if test.tenant != nil {
				test.tenant(b)
			}
			b.srv.ResetRequests()
			_, err := New(t.Context(), b.client, b.config)
			var faults *ConfigError
			if !errors.As(err, &faults) {
				t.Fatalf("error %v, want a ConfigError", err)
			}
			if len(faults.Faults) != len(test.want) {
				t.Errorf("faults %q, want %d", faults.Faults, len(test.want))
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if w := b.writes(); len(w) != 0 {
				t.Errorf("writes %q", w)
			}
		})
	}
}

// An answer that cannot be read is an error, not a fault of the configuration.
func TestNewUnreadable(t *testing.T) {
	for _, path := range []string{"system/mySecurity", "system/myMembers", "service/boards", "statuses"} {
		b := newBench(t, nil)
		b.srv.Inject(connectwisetest.Fault{Path: path, Kind: connectwisetest.HTML, Times: -1})
		_, err := New(t.Context(), b.client, b.config)
		var faults *ConfigError
		if err == nil || errors.As(err, &faults) {
			t.Errorf("%s answers HTML: error %v", path, err)
		}
	}
}

// The zero configuration works the API member's default board.
func TestNewDefaults(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) { c.Board, c.Owner = "", "" })
	b.srv.EditMember("apimember", func(m *connectwisetest.Member) { m.DefaultBoard = connectwisetest.ByName("Service Desk") })
	b.open()
	r := b.only(b.run(world{"1": "bad"}), reconcile.Create, Done)
	if got := b.ticket(r.Ticket); got.Board.Name != "Service Desk" || got.Status.Name != "New" {
		t.Errorf("ticket %+v", got)
	}
	if m := b.mark(r.Ticket); m.Owner != "desk-u3wu" {
		t.Errorf("owner %q", m.Owner)
	}
}

// An API member without a default board, and none in the configuration: tickets
// are made without one, and the report says where they landed.
func TestNoDefaultBoard(t *testing.T) {
	j := newJob(t, func(c *Config) { c.Board, c.NewStatus, c.ClosedStatus = "", "In Progress", "Closed" })
	r := j.sync(ActiveAlerts("rmm", []Alert{alert("a")}))
	j.expect(r, "create a done")
	tk := j.ticket(r.Results[0].Ticket)
	if tk.Board.Name != "Service Desk" || tk.Status.Name != "In Progress" || r.Health() != HealthFine {
		t.Errorf("board %q, status %q, %s", tk.Board.Name, tk.Status.Name, r.Health())
	}
	if said := fmt.Sprint(r.Findings); !strings.Contains(said, fmt.Sprintf("on \"Service Desk\" landed #%d", tk.ID)) {
		t.Errorf("findings %s", said)
	}
	for range 2 {
		j.later(time.Hour)
		r = j.sync(ActiveAlerts("rmm", nil))
	}
	if j.expect(r, "close a done"); j.ticket(tk.ID).Status.Name != "Closed" {
		t.Errorf("status %q", j.ticket(tk.ID).Status.Name)
	}
	for _, field := range []TicketField{{Path: "type", Value: "Backup"}, {Path: "team", ID: 7}} {
		j.config.Fields = []TicketField{field}
		if _, err := New(t.Context(), j.client, j.config); err == nil || !strings.Contains(err.Error(), "Config.Board must be set") {
			t.Errorf("%s: %v", field.Path, err)
		}
	}
}

func TestPriorityRules(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) {
		c.Priorities = []PriorityRule{
			{Class: "server", Severity: reconcile.SeverityHigh, Priority: "Up"},
			{Severity: reconcile.SeverityLow, Priority: "Down"},
		}
	})
	b.srv.AddPriority(connectwisetest.Priority{Name: "Up"})
	b.srv.AddPriority(connectwisetest.Priority{Name: "Down"})
	b.open()
	id := b.run(world{"1": "bad"}).Results[0].Ticket
	if got := b.ticket(id).Priority.Name; got != "Down" {
		t.Fatalf("priority %q", got)
	}
	raise := func() *Report {
		b.later(2 * time.Hour)
		o := b.observe(world{"1": "worse"})
		o.Issues[0].Severity = reconcile.SeverityHigh
		return b.apply(b.plan(o))
	}
	b.only(raise(), reconcile.Update, Done)
	if got := b.ticket(id).Priority.Name; got != "Up" {
		t.Errorf("priority %q after the severity rose", got)
	}
	if board := b.load(); len(board.Tickets[0].Differs) != 0 {
		t.Errorf("our own priority counts as edited: %v", board.Tickets[0].Differs)
	}
}

// D7: servers rise tier by tier; N6: workstations never do.
func TestPriorities(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) {
		c.Priorities = append(Priorities("server", "P3", "P2", "P1"), PriorityRule{Priority: "P4"})
	})
	for _, name := range []string{"P1", "P2", "P3", "P4"} {
		b.srv.AddPriority(connectwisetest.Priority{Name: name})
	}
	b.open()
	for i, want := range []string{"P3", "P3", "P2", "P1"} {
		o := b.observe(world{"srv": lookup.ID(int64(i)), "pc": lookup.ID(int64(i))})
		for j := range o.Issues {
			o.Issues[j].Severity = reconcile.SeverityLow + reconcile.Severity(i)
			if o.Issues[j].Key == key("pc") {
				o.Issues[j].Class = "workstation"
			}
		}
		must(t, b.apply(b.plan(o)).Err())
		got := map[string]string{}
		for _, tk := range b.srv.Tickets() {
			got[tk.Summary] = tk.Priority.Name
		}
		if diff := cmp.Diff(map[string]string{"COVE SVR srv - failed": want, "COVE SVR pc - failed": "P4"}, got); diff != "" {
			t.Errorf("severity %d:\n%s", i, diff)
		}
		b.later(25 * time.Hour)
	}
}

// A priority that a person chose is not changed, and is reported as edited.
func TestPriorityEdited(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) {
		c.Priorities = []PriorityRule{{Severity: reconcile.SeverityHigh, Priority: "Up"}, {Priority: "Down"}}
	})
	for _, name := range []string{"Up", "Down", "Theirs"} {
		b.srv.AddPriority(connectwisetest.Priority{Name: name})
	}
	b.open()
	id := b.run(world{"1": "bad"}).Results[0].Ticket
	must(t, b.person().EditTicket(id, func(t *connectwisetest.Ticket) { t.Priority = connectwisetest.ByName("Theirs") }))
	b.later(2 * time.Hour)
	o := b.observe(world{"1": "worse"})
	o.Issues[0].Severity = reconcile.SeverityHigh
	b.only(b.apply(b.plan(o)), reconcile.Update, Done)
	if got := b.ticket(id).Priority.Name; got != "Theirs" {
		t.Errorf("priority %q", got)
	}
	if got := b.load().Tickets[0].Differs; len(got) != 1 || got[0] != reconcile.FieldPriority {
		t.Errorf("edited %v", got)
	}
}

// Boards and statuses go by id wherever they go by name.
func TestByID(t *testing.T) {
	b := newBench(t, nil)
	other := b.srv.AddBoard(connectwisetest.Board{Name: "Alerts", Statuses: []connectwisetest.Status{{Name: "Fresh", Default: true}, {Name: "Shut", Closed: true}}})
	ids := map[string]string{}
	for s, err := range b.client.Service.Boards.Statuses(1).List(t.Context(), nil) {
		must(t, err)
		ids[s.Name] = lookup.ID(s.ID)
	}
	b.config.Board, b.config.NewStatus, b.config.ClosedStatus, b.config.VerifyStatus = "1", ids["In Progress"], ids["Closed"], ids["Verify"]
	b.config.StatusStages = StatusStages{Waiting: []string{ids["Waiting"]}, Done: []string{ids["Completed"]}, Silenced: []string{ids["Verify"]}}
	b.config.Routes = []Route{{Class: "server", Board: lookup.ID(other)}}
	b.config.OwnCompany = "acme"
	b.open()
	h := b.desk.Home()
	var others []string
	for _, s := range h.Others {
		others = append(others, s.Name)
		id := s.ID
		if got, want := b.desk.boards.Home.Stage(id), map[string]reconcile.Stage{"Waiting": reconcile.StageWaiting, "Completed": reconcile.StageDone, "Verify": reconcile.StageWorking}[s.Name]; got != want {
			t.Errorf("%s is %s", s.Name, got)
		}
		if got := b.desk.boards.Home.Silenced(id); got != (s.Name == "Verify") {
			t.Errorf("%s silenced: %v", s.Name, got)
		}
	}
	if diff := cmp.Diff([]string{"Waiting", "Verify", "Completed"}, others); diff != "" || h.Board.Name != "Service Desk" || h.New.Name != "In Progress" || h.Closed.Name != "Closed" || h.Verify.Name != "Verify" || h.Own != b.company {
		t.Errorf("home %+v %s", h, diff)
	}
	r := b.only(b.run(world{"1": "bad"}), reconcile.Create, Done)
	if got := b.ticket(r.Ticket); got.Board.Name != "Alerts" || got.Status.Name != "Fresh" {
		t.Errorf("board %q status %q", got.Board.Name, got.Status.Name)
	}
}

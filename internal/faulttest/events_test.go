package faulttest

import (
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// event is one thing that happens in a story. An event about a problem is given
// that problem.
type event struct {
	name string
	do   func(s *story, p *problem)
}

func plain(name string, do func(s *story)) event {
	return event{name, func(s *story, _ *problem) { do(s) }}
}

func wait(name string, d time.Duration) event {
	return plain(name, func(*story) { time.Sleep(d) })
}

// events are all events that a story draws from.
var events = []event{
	// The world.
	{"fails", func(s *story, p *problem) {
		if !p.bad {
			s.world.fail(p, reconcile.SeverityMedium)
			s.begins(p)
		}
	}},
	{"worsens", func(s *story, p *problem) {
		if p.bad && p.severity < reconcile.SeverityCritical {
			p.severity++
			delete(s.silenced, p.subject)
		}
	}},
	{"changes", func(_ *story, p *problem) { p.state++ }},
	{"ends", func(s *story, p *problem) {
		p.bad = false
		delete(s.silenced, p.subject)
	}},
	plain("tool down", func(s *story) { s.world.down = true }),
	plain("tool up", func(s *story) { s.world.down = false }),
	// Writers.
	plain("run", func(s *story) { s.run(0, interruption{}, desk.Options{}) }),
	plain("run acknowledged", func(s *story) { s.run(0, interruption{}, desk.Options{Acknowledge: s.stops(0)}) }),
	plain("run killed before its first write", func(s *story) { s.run(0, interruption{write: 1, dies: killedBefore}, desk.Options{}) }),
	plain("run killed after its first write", func(s *story) { s.run(0, interruption{write: 1, dies: killedAfter}, desk.Options{}) }),
	plain("run killed after its second write", func(s *story) { s.run(0, interruption{write: 2, dies: killedAfter}, desk.Options{}) }),
	plain("run killed before its third write", func(s *story) { s.run(0, interruption{write: 3, dies: killedBefore}, desk.Options{}) }),
	plain("run acknowledged, killed before its first write", func(s *story) {
		s.run(0, interruption{write: 1, dies: killedBefore}, desk.Options{Acknowledge: s.stops(0)})
	}),
	plain("run whose first write comes late", func(s *story) { s.run(0, interruption{write: 1, late: 5 * time.Minute}, desk.Options{}) }),
	plain("second writer", func(s *story) { s.second = true; s.run(1, interruption{}, desk.Options{}) }),
	plain("second writer before the first write", func(s *story) {
		s.second = true
		s.run(0, interruption{write: 1, do: func() { s.run(1, interruption{}, desk.Options{}) }}, desk.Options{})
	}),
	plain("second writer before the second write", func(s *story) {
		s.second = true
		s.run(0, interruption{write: 2, do: func() { s.run(1, interruption{}, desk.Options{}) }}, desk.Options{})
	}),
	plain("three writers", func(s *story) {
		s.second = true
		s.run(0, interruption{write: 1, do: func() {
			s.run(1, interruption{write: 1, do: func() { s.run(2, interruption{}, desk.Options{}) }}, desk.Options{})
		}}, desk.Options{})
	}),
	plain("lists lag", func(s *story) { s.lagged = true; s.srv.SetListLag(50 * time.Second) }),
	plain("clock goes back an hour", func(s *story) { s.behind, s.slow = time.Hour, true }),
	// Memory.
	plain("memory lost", func(s *story) { s.losses++; s.memory[0].data = nil }),
	plain("memory old", func(s *story) { s.losses++; s.memory[0].data = s.memory[0].before }),
	// Time.
	wait("20 seconds", 20*time.Second),
	wait("2 minutes", 2*time.Minute),
	wait("11 minutes", 11*time.Minute),
	wait("3 hours", 3*time.Hour),
	wait("25 hours", 25*time.Hour),
	wait("8 days", 8*24*time.Hour),
	// A technician.
	{"person closes", func(s *story, p *problem) {
		s.person(p, func(t connectwisetest.Ticket, who *connectwisetest.Person) error {
			if t.Closed {
				return nil
			}
			delete(s.reopened, t.ID)
			m, is := ours(t)
			knows := is && m.Severity >= p.severity && m.Digests.State != mark.Recovered && m.State == mark.Open
			newer := s.world.sinces && s.behind > 0 // by the tool's clock the problem began after the close
			if p.bad && !newer && t.MergedInto == 0 && (s.foreign[t.ID] && t.EnteredBy == apiMember && !s.second && !s.crashed && s.losses == 0 || knows && s.untouchable[t.ID] == "") {
				s.silenced[p.subject] = time.Now()
			}
			s.excuse(p, "closed by a person")
			return who.CloseTicket(t.ID)
		})
	}},
	{"person reopens", func(s *story, p *problem) {
		s.person(p, func(t connectwisetest.Ticket, who *connectwisetest.Person) error {
			if !t.Closed {
				return nil
			}
			delete(s.silenced, p.subject)
			// Where somebody closed the ticket while our marker said open, nothing shows
			// that it was ever closed.
			m, _ := ours(t)
			s.reopened[t.ID] = !p.bad && (m.State == mark.Closed || m.Digests.State == mark.Recovered)
			return who.ReopenTicket(t.ID)
		})
	}},
	{"person renames", func(s *story, p *problem) {
		s.edit(p, "summary", "Call the customer", func(t *connectwisetest.Ticket) { t.Summary = "Call the customer" })
	}},
	{"person sets the priority", func(s *story, p *problem) {
		s.edit(p, "priority", "Urgent", func(t *connectwisetest.Ticket) { t.Priority = connectwisetest.ByName("Urgent") })
	}},
	{"person takes", func(s *story, p *problem) {
		s.edit(p, "owner", "tech", func(t *connectwisetest.Ticket) { t.Owner = connectwisetest.ByIdentifier("tech") })
	}},
	{"person works", func(s *story, p *problem) {
		s.edit(p, "", "", func(t *connectwisetest.Ticket) {
			if !t.Closed {
				t.Status = connectwisetest.ByName("In Progress")
			}
		})
	}},
	{"person clears the marker", func(s *story, p *problem) {
		s.lied = true
		s.excuse(p, "its marker was cleared")
		s.person(p, func(t connectwisetest.Ticket, who *connectwisetest.Person) error {
			if s.untouchable[t.ID] != "" && s.untouchable[t.ID] != "it is a copy" {
				delete(s.untouchable, t.ID)
			}
			if t.Closed {
				delete(s.silenced, p.subject)
			}
			delete(s.reopened, t.ID) // only the marker said that it had been closed
			return who.EditTicket(t.ID, func(t *connectwisetest.Ticket) { t.ExternalXRef = "" })
		})
	}},
	{"person writes released", func(s *story, p *problem) {
		s.person(p, func(t connectwisetest.Ticket, who *connectwisetest.Person) error {
			s.untouchable[t.ID] = released
			delete(s.foreign, t.ID)
			delete(s.silenced, p.subject)
			return who.EditTicket(t.ID, func(t *connectwisetest.Ticket) { t.ExternalXRef = "released" })
		})
	}},
	{"another program's marker", func(s *story, p *problem) {
		s.person(p, func(t connectwisetest.Ticket, who *connectwisetest.Person) error {
			s.foreign[t.ID] = s.untouchable[t.ID] != released
			s.untouchable[t.ID] = "it is another program's"
			if t.Closed || s.second || s.losses > 0 { // no marker says whose it was, or not every memory knows it
				delete(s.silenced, p.subject)
			}
			s.excuse(p, "another program's marker")
			return who.EditTicket(t.ID, func(t *connectwisetest.Ticket) { t.ExternalXRef = "CW-4711" })
		})
	}},
	{"person copies", func(s *story, p *problem) {
		s.person(p, func(t connectwisetest.Ticket, who *connectwisetest.Person) error {
			s.excuse(p, "copied")
			id, err := who.CopyTicket(t.ID)
			s.about[id] = p.subject
			s.untouchable[id] = "it is a copy"
			return err
		})
	}},
	{"person merges", func(s *story, p *problem) {
		s.person(p, func(t connectwisetest.Ticket, who *connectwisetest.Person) error {
			if t.Closed || t.MergedInto != 0 {
				return nil
			}
			parent := s.srv.AddTicket(connectwisetest.Ticket{Summary: "The whole story", Company: t.Company, Board: t.Board, EnteredBy: "tech"})
			s.untouchable[parent] = "it is a person's"
			s.excuse(p, "merged")
			return who.MergeTickets(parent, t.ID)
		})
	}},
	{"person closes the parent", func(s *story, p *problem) {
		s.person(p, func(t connectwisetest.Ticket, who *connectwisetest.Person) error {
			if t.MergedInto == 0 {
				return nil
			}
			return who.CloseTicket(t.MergedInto)
		})
	}},
	{"person deletes", func(s *story, p *problem) {
		s.person(p, func(t connectwisetest.Ticket, who *connectwisetest.Person) error {
			delete(s.silenced, p.subject)
			return who.DeleteTicket(t.ID)
		})
	}},
	plain("person deletes all", func(s *story) {
		for _, p := range s.world.problems {
			s.person(p, func(t connectwisetest.Ticket, who *connectwisetest.Person) error {
				delete(s.silenced, p.subject)
				return who.DeleteTicket(t.ID)
			})
		}
	}),
	{"person converts", func(s *story, p *problem) {
		s.person(p, func(t connectwisetest.Ticket, who *connectwisetest.Person) error {
			s.excuse(p, "converted")
			delete(s.silenced, p.subject)
			return who.ConvertTicket(t.ID, connectwisetest.ByName("Migration"), connectwisetest.ByName("Phase 1"))
		})
	}},
	{"person moves", func(s *story, p *problem) {
		s.person(p, func(t connectwisetest.Ticket, who *connectwisetest.Person) error {
			if t.Closed {
				return nil
			}
			return who.MoveTicket(t.ID, connectwisetest.ByName("Projects desk"))
		})
	}},
	{"person writes a note", func(s *story, p *problem) {
		s.person(p, func(t connectwisetest.Ticket, who *connectwisetest.Person) error {
			_, err := who.AddNote(t.ID, connectwisetest.Note{Text: "I have called them.", Internal: true})
			return err
		})
	}},
	// An older tool that runs at the same time.
	{"older tool makes a ticket", func(s *story, p *problem) {
		s.excuse(p, "the older tool's ticket")
		id := s.srv.AddTicket(connectwisetest.Ticket{
			Summary: "OLD " + p.subject + " is full", Board: connectwisetest.ByName("Service Desk"),
			Company: connectwisetest.ByName(customerName(p.customer)), EnteredBy: oldTool,
		})
		s.about[id], s.theirs[id] = p.subject, true
	}},
	{"older tool rewrites", func(s *story, p *problem) {
		s.tool(p, func(t connectwisetest.Ticket, who *connectwisetest.Person) error {
			delete(s.personal[t.ID], "summary")
			return who.EditTicket(t.ID, func(t *connectwisetest.Ticket) { t.Summary = "OLD " + p.subject + " is still full" })
		})
	}},
	{"older tool closes", func(s *story, p *problem) {
		s.tool(p, func(t connectwisetest.Ticket, who *connectwisetest.Person) error {
			if t.Closed {
				return nil
			}
			s.toolClosed[p.subject] = true
			if !s.good || s.slow {
				s.excuse(p, "closed before the last good run by the clocks, so by a person as far as anybody can say")
			}
			return who.CloseTicket(t.ID)
		})
	}},
}

// begins forgets what was recorded about the key's previous problem.
func (s *story) begins(p *problem) {
	for _, t := range s.srv.Tickets() {
		if m, is := ours(t); is && m.Key == p.key().ID() {
			delete(s.reopened, t.ID)
		}
	}
}

func (s *story) excuse(p *problem, why string) {
	s.excuses[p.subject] = append(s.excuses[p.subject], why)
}

// ticketOf returns the ticket that people take for the problem's: the newest
// one that mentions it.
func (s *story) ticketOf(p *problem) (connectwisetest.Ticket, bool) {
	tickets := s.srv.Tickets()
	for i := len(tickets) - 1; i >= 0; i-- {
		if s.about[tickets[i].ID] == p.subject {
			return tickets[i], true
		}
	}
	return connectwisetest.Ticket{}, false
}

func (s *story) person(p *problem, do func(connectwisetest.Ticket, *connectwisetest.Person) error) {
	s.act(p, "tech", do)
}

func (s *story) tool(p *problem, do func(connectwisetest.Ticket, *connectwisetest.Person) error) {
	s.act(p, oldTool, do)
}

func (s *story) act(p *problem, who string, do func(connectwisetest.Ticket, *connectwisetest.Person) error) {
	t, there := s.ticketOf(p)
	if !there {
		return
	}
	s.touched[t.ID] = true
	if err := do(t, s.srv.AsPerson(who)); err != nil {
		s.note("%s could not: %v", who, err)
	}
}

func (s *story) edit(p *problem, field, value string, change func(*connectwisetest.Ticket)) {
	s.person(p, func(t connectwisetest.Ticket, who *connectwisetest.Person) error {
		if field != "" {
			if s.personal[t.ID] == nil {
				s.personal[t.ID] = map[string]string{}
			}
			s.personal[t.ID][field] = value
		}
		return who.EditTicket(t.ID, change)
	})
}

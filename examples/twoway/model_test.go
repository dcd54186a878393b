package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// model plays random changes on both sides, with callbacks that get lost, come
// twice or late, answers that get lost, and deaths of the program at any write.
type model struct {
	*world
	*rand.Rand
	cases        []int64
	ours, theirs map[int64][]string
	contents     map[int64][]string
	statuses     map[int64][2]string // the last change of each side, in the words of cases
	n            int
}

func (m *model) text() string { m.n++; return fmt.Sprintf("text %d\nand more", m.n) }

func (m *model) act() {
	m.clock.Advance(time.Duration(1+m.IntN(40)) * time.Second)
	number := m.cases[m.IntN(len(m.cases))]
	c := m.caseOf(number)
	ticket := c.Link.Ticket
	choice := m.IntN(10)
	if ticket == 0 && choice > 3 {
		choice = m.IntN(3)
	}
	last := m.statuses[number]
	switch choice {
	case 0:
		last[0] = m.Statuses[m.IntN(4)]
		m.statuses[number] = last
		m.status(number, last[0])
	case 1:
		text := m.text()
		m.ours[number] = append(m.ours[number], text)
		m.comment(number, text)
	case 2:
		m.change(number, func(c *Case) { c.Priority, c.PriorityAt = m.Priorities[m.IntN(4)], m.clock.Now() })
	case 3:
		m.contents[number] = append(m.contents[number], m.text())
		m.attach(number, "ours.txt", m.contents[number][len(m.contents[number])-1])
	case 4, 5:
		board, _ := m.srv.Board("Help Desk")
		s := board.Statuses[m.IntN(len(board.Statuses))]
		last[1], _ = m.maps.StatusFrom(board.ID, s.ID)
		m.statuses[number] = last
		m.must(m.person().EditTicket(ticket, func(t *connectwisetest.Ticket) { t.Status = connectwisetest.ByID(s.ID) }))
	case 6:
		m.must(m.person().EditTicket(ticket, func(t *connectwisetest.Ticket) { t.Severity = "High" }))
	case 7:
		text := m.text()
		m.theirs[number] = append(m.theirs[number], text)
		_, err := m.person().AddNote(ticket, connectwisetest.Note{Text: text, Internal: m.IntN(2) == 0})
		m.must(err)
	case 8:
		m.contents[number] = append(m.contents[number], m.text())
		m.upload(ticket, "theirs.txt", m.contents[number][len(m.contents[number])-1])
	case 9: // somebody edits a note
		if list := m.theirs[number]; len(list) > 0 {
			for _, n := range m.srv.Notes(ticket) {
				if n.Text == list[len(list)-1] {
					list[len(list)-1] = m.text()
					m.srv.Edit(fmt.Sprintf("service/tickets/%d/notes/%d", ticket, n.ID), map[string]any{"text": list[len(list)-1]})
				}
			}
		}
	}
}

// work lets the program work, with trouble of every kind.
func (m *model) work() {
	kinds := []connectwisetest.FaultKind{connectwisetest.ResetAfter, connectwisetest.ResetBefore, connectwisetest.StatusAfter, connectwisetest.HTMLAfter, connectwisetest.Timeout, connectwisetest.Garbage}
	switch m.IntN(4) {
	case 0:
		m.wire.dieAt, m.wire.after = m.wire.writes+1+m.IntN(4), m.IntN(2) == 0
	case 1:
		m.srv.Inject(connectwisetest.Fault{Method: []string{"POST", "PATCH", "GET"}[m.IntN(3)], Skip: m.IntN(3), Kind: kinds[m.IntN(len(kinds))]})
	}
	if m.IntN(2) == 0 { // somebody works on a case while it is being written
		m.wire.during = func() { m.srv.ClearFaults(); m.act() }
	}
	do := m.drain
	if m.IntN(3) == 0 {
		do = func(ctx context.Context) error { return errors.Join(m.poll(ctx), m.drain(ctx)) }
	}
	_, _ = m.run(func() error { return do(m.Context()) })
	m.wire.dieAt, m.wire.during = 0, nil
	m.srv.ClearFaults()
}

func TestModel(t *testing.T) {
	seeds := 15
	if testing.Short() {
		seeds = 3
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			m := &model{world: newWorld(t), Rand: rand.New(rand.NewPCG(uint64(seed), 1)), ours: map[int64][]string{}, theirs: map[int64][]string{}, contents: map[int64][]string{}, statuses: map[int64][2]string{}}
			m.srv.SetListLag(time.Duration(m.IntN(20)) * time.Second)
			luck := rand.New(rand.NewPCG(uint64(seed), 2))
			m.deliver = func() int { return luck.IntN(3) }
			for i := range 2 {
				number := m.open(fmt.Sprint("case ", i))
				m.cases = append(m.cases, number)
				m.ours[number] = []string{fmt.Sprint("text of case ", i)}
			}
			for range 40 {
				for range m.IntN(4) {
					m.act()
				}
				m.work()
			}
			m.mu.Lock()
			m.deliver = func() int { return 1 }
			m.mu.Unlock()
			m.quiet()
			m.quiet()
			writes := m.wire.writes
			m.quiet()
			if m.wire.writes != writes {
				t.Errorf("%d writes although all was quiet: an echo", m.wire.writes-writes)
			}
			if n := len(m.srv.Tickets()); n != len(m.cases) {
				t.Errorf("%d tickets of %d cases", n, len(m.cases))
			}
			for _, number := range m.cases {
				m.agree(number, m.ours[number], m.theirs[number])
				m.files(number, m.contents[number])
				last := m.statuses[number]
				if c := m.caseOf(number); c.Status != "New" && !slices.Contains(last[:], c.Status) {
					t.Errorf("case %d ended as %q, which nobody wanted last: %q", number, c.Status, last)
				}
			}
			if t.Failed() {
				for _, r := range m.srv.Requests() {
					if r.Method != http.MethodGet {
						t.Log(r.Time.Format("15:04:05"), r.Method, r.Path, r.Body, r.Status, r.Fault)
					}
				}
				for _, e := range m.events(eventRefused) {
					t.Log(e)
				}
			}
		})
	}
}

package main

import (
	"strconv"
	"strings"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// deeds are the actions of a technician on a ticket.
var deeds = []string{"close", "reopen", "move", "rename", "merge", "take", "note", "delete"}

var technicianOrders = []order{{
	path: "/technician", does: "does something with a ticket, as a person at the screen",
	parameters: []parameter{
		{"do", strings.Join(deeds, ", ")},
		{"ticket", "its number, or words of its summary: the oldest open ticket that has them, or else the oldest"},
		{"to", "move: the board. rename: the new summary. merge: the other ticket, which stays"},
		{"text", "note: what it says"},
		{"internal", "note: true for one that the customer does not see"},
		{"as", "who does it; helpdesk without it, made when missing"},
	},
	run: act,
}}

func act(s *servers, a *arguments) map[string]any {
	server := s.current().ConnectWise
	do, id := a.choice("do", deeds...), findTicket(a, server, "ticket")
	to, text := a.optional("to"), a.optional("text")
	var parent int64
	switch do {
	case "move", "rename":
		a.required("to")
	case "merge":
		parent = findTicket(a, server, "to")
	case "note":
		a.required("text")
	}
	internal := read(a, "internal", yesOrNo)
	if a.err != nil {
		return nil
	}
	as := a.optional("as")
	if as == "" {
		as = "helpdesk"
	}
	person := server.AsPerson(as)
	var err error
	switch do {
	case "close":
		err = person.CloseTicket(id)
	case "reopen":
		err = person.ReopenTicket(id)
	case "move":
		err = person.MoveTicket(id, connectwisetest.ByName(to))
	case "rename":
		err = person.EditTicket(id, func(t *connectwisetest.Ticket) { t.Summary = to })
	case "merge":
		err = person.MergeTickets(parent, id)
	case "take":
		ticket, _ := server.Ticket(id)
		board, _ := server.Board(ticket.Board.Name)
		err = person.EditTicket(id, func(t *connectwisetest.Ticket) {
			t.Owner, t.Status = connectwisetest.ByIdentifier(as), underWay(board, t.Status)
		})
	case "note":
		_, err = person.AddNote(id, connectwisetest.Note{Text: text, Internal: internal, Discussion: !internal})
	case "delete":
		err = person.DeleteTicket(id)
	}
	if err != nil {
		a.fail("%w", err)
	}
	return map[string]any{"ticket": id}
}

// underWay returns a status for tickets that somebody works on: the first open
// status of the board that is not for new tickets.
func underWay(board connectwisetest.Board, now connectwisetest.Ref) connectwisetest.Ref {
	for _, status := range board.Statuses {
		if !status.Closed && !status.Default && !status.Inactive {
			return connectwisetest.ByID(status.ID)
		}
	}
	return now
}

// findTicket returns the ticket that a parameter names.
func findTicket(a *arguments, server *connectwisetest.Server, name string) int64 {
	text := a.required(name)
	if a.err != nil {
		return 0
	}
	if id, err := strconv.ParseInt(text, 10, 64); err == nil {
		if _, found := server.Ticket(id); !found {
			a.fail("%s=%s: there is no such ticket", name, text)
		}
		return id
	}
	var closed int64
	for _, ticket := range server.Tickets() {
		if !strings.Contains(strings.ToLower(ticket.Summary), strings.ToLower(text)) {
			continue
		}
		if !ticket.Closed {
			return ticket.ID
		}
		if closed == 0 {
			closed = ticket.ID
		}
	}
	if closed == 0 {
		a.fail("%s=%s: no ticket has that in its summary", name, text)
	}
	return closed
}

package world

import "github.com/covedesk/covedesk/connectwise/connectwisetest"

// technician takes up tickets between rounds.
const technician = "helpdesk"

// work lets the technician take up about one new ticket in ten, as people do:
// the status changes and a note is left.
func (w *World) work() {
	desk := w.ConnectWise.AsPerson(technician)
	for _, ticket := range w.ConnectWise.Tickets() {
		if ticket.Closed || ticket.Status.Name != "New" || w.people.IntN(10) != 0 {
			continue
		}
		// A ticket that vanished in between is nobody's loss.
		if desk.EditTicket(ticket.ID, func(t *connectwisetest.Ticket) { t.Status = connectwisetest.ByName("In Progress") }) == nil {
			_, _ = desk.AddNote(ticket.ID, connectwisetest.Note{Text: "Looking into it.", Internal: true})
		}
	}
}

package world

import "github.com/covedesk/covedesk/connectwise/connectwisetest"

// technician works on tickets between rounds.
const technician = "helpdesk"

// work lets the technician take up about one new ticket in ten, as people do:
// the status changes and a note is added.
func (w *World) work() {
	desk := w.ConnectWise.AsPerson(technician)
	for _, ticket := range w.ConnectWise.Tickets() {
		if ticket.Closed || ticket.Status.Name != "New" || w.people.IntN(10) != 0 {
			continue
		}
		// A ticket may have vanished in between; that does not matter.
		if desk.EditTicket(ticket.ID, func(t *connectwisetest.Ticket) { t.Status = connectwisetest.ByName("In Progress") }) == nil {
			_, _ = desk.AddNote(ticket.ID, connectwisetest.Note{Text: "Looking into it.", Internal: true})
		}
	}
}

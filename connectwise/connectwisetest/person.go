package connectwisetest

// Person edits tickets the way a technician at the screen does: outside the
// API, booked under the person's name, with no permission checks, no fault and
// no entry in the request log.
type Person struct {
	srv  *Server
	name string
}

// AsPerson returns the member with this identifier, who is added when missing.
func (s *Server) AsPerson(identifier string) *Person { return &Person{srv: s, name: identifier} }

// EditTicket lets change alter a copy of the ticket and saves it. Board,
// status and the other references follow the rules of the server: a move to
// another board without a status takes that board's default one.
func (p *Person) EditTicket(id int64, change func(*Ticket)) error { panic("building") }

// CloseTicket puts the ticket in the first closed status of its board.
func (p *Person) CloseTicket(id int64) error { panic("building") }

// ReopenTicket puts the ticket in the default status of its board.
func (p *Person) ReopenTicket(id int64) error { panic("building") }

// MoveTicket moves the ticket to another board, into its default status.
func (p *Person) MoveTicket(id int64, board Ref) error { panic("building") }

// MergeTickets merges the tickets into parent, which puts them in the first
// closed status of their board.
func (p *Person) MergeTickets(parent int64, ids ...int64) error { panic("building") }

// CopyTicket makes a copy of the ticket, externalXRef included, and returns
// its id.
func (p *Person) CopyTicket(id int64) (int64, error) { panic("building") }

// DeleteTicket deletes the ticket and its notes.
func (p *Person) DeleteTicket(id int64) error { panic("building") }

// AddNote writes a note to the ticket and returns its id.
func (p *Person) AddNote(ticket int64, note Note) (int64, error) { panic("building") }

package connectwise

import "strconv"

// ServiceService is the service module: tickets, boards, priorities.
type ServiceService struct {
	Tickets    *TicketsService
	Boards     *BoardsService
	Priorities *Collection[Priority]
}

func newServiceService(c *Client) *ServiceService {
	return &ServiceService{
		Tickets:    &TicketsService{NewCollection[Ticket](c, "service/tickets")},
		Boards:     &BoardsService{NewCollection[Board](c, "service/boards")},
		Priorities: NewCollection[Priority](c, "service/priorities"),
	}
}

// TicketsService is service/tickets: the [Collection] of service tickets and
// what hangs on one.
type TicketsService struct {
	*Collection[Ticket]
}

// Notes returns the notes of a ticket: what was typed, not what came with time
// entries. A note must be shown in at least one place: the discussion, the
// internal analysis or the resolution; Create and Replace check that.
func (s *TicketsService) Notes(ticketID int64) *Collection[TicketNote] {
	notes := NewCollection[TicketNote](s.c, s.path+"/"+itoa(ticketID)+"/notes")
	notes.check = checkNote
	return notes
}

// BoardsService is service/boards: the [Collection] of service boards and
// what each is set up with.
type BoardsService struct {
	*Collection[Board]
}

// Statuses returns the statuses of a board.
func (s *BoardsService) Statuses(boardID int64) *Collection[BoardStatus] {
	return NewCollection[BoardStatus](s.c, s.path+"/"+itoa(boardID)+"/statuses")
}

// Types returns the ticket types of a board.
func (s *BoardsService) Types(boardID int64) *Collection[BoardType] {
	return NewCollection[BoardType](s.c, s.path+"/"+itoa(boardID)+"/types")
}

// Subtypes returns the ticket subtypes of a board.
func (s *BoardsService) Subtypes(boardID int64) *Collection[BoardSubType] {
	return NewCollection[BoardSubType](s.c, s.path+"/"+itoa(boardID)+"/subtypes")
}

// Items returns the ticket items of a board.
func (s *BoardsService) Items(boardID int64) *Collection[BoardItem] {
	return NewCollection[BoardItem](s.c, s.path+"/"+itoa(boardID)+"/items")
}

// Teams returns the teams of a board.
func (s *BoardsService) Teams(boardID int64) *Collection[BoardTeam] {
	return NewCollection[BoardTeam](s.c, s.path+"/"+itoa(boardID)+"/teams")
}

func itoa(id int64) string { return strconv.FormatInt(id, 10) }

package connectwise

import (
	"context"
	"errors"
	"net/http"
	"strconv"
)

// ServiceModule is the service module of the API, service/...: tickets and the
// setup of boards. Each field is a [Collection].
type ServiceModule struct {
	Tickets    *TicketsService
	Boards     *BoardsService
	Priorities *Collection[Priority]
	Severities *Collection[Severity]
	Impacts    *Collection[Impact]
	Sources    *Collection[Source]
	Teams      *Collection[ServiceTeam] // of all boards, without their members
}

func newServiceModule(c *Client) *ServiceModule {
	return &ServiceModule{
		Tickets:    &TicketsService{NewCollection[Ticket](c, "service/tickets")},
		Boards:     &BoardsService{NewCollection[Board](c, "service/boards")},
		Priorities: NewCollection[Priority](c, "service/priorities"),
		Severities: NewCollection[Severity](c, "service/severities"),
		Impacts:    NewCollection[Impact](c, "service/impacts"),
		Sources:    NewCollection[Source](c, "service/sources"),
		Teams:      NewCollection[ServiceTeam](c, "service/teams"),
	}
}

// TicketsService is service/tickets: the [Collection] of service tickets, so
// List, ListPage, Count, Get, Create, Replace, Patch and Delete, and what
// else can be done with one. Project tickets are
// NewCollection[Ticket](client, "project/tickets").
type TicketsService struct {
	*Collection[Ticket]
}

// Notes returns the notes of a ticket, without those of time entries. A note
// must be shown in at least one place: the discussion, the internal analysis or
// the resolution. Create and Replace check that.
func (s *TicketsService) Notes(ticketID int64) *Collection[TicketNote] {
	notes := below[TicketNote](s.core, ticketID, "notes")
	notes.check = checkNote
	return notes
}

// Discussion returns the whole discussion of a ticket: its notes, those of its
// time entries and meetings, and those of child and merged tickets. It can only
// be listed. Old servers answer 404 or 405; use Notes there.
func (s *TicketsService) Discussion(ticketID int64) *Collection[DiscussionNote] {
	return below[DiscussionNote](s.core, ticketID, "allNotes")
}

// Tasks returns the tasks of a ticket.
func (s *TicketsService) Tasks(ticketID int64) *Collection[TicketTask] {
	return below[TicketTask](s.core, ticketID, "tasks")
}

// Configurations returns the configurations attached to a ticket. Create
// attaches one by id or device identifier, Delete detaches it. Patch does not
// work.
func (s *TicketsService) Configurations(ticketID int64) *Collection[TicketConfiguration] {
	return below[TicketConfiguration](s.core, ticketID, "configurations")
}

// TicketConfiguration attaches a configuration to a ticket. Create needs one of
// its fields.
type TicketConfiguration struct {
	ID               int64  `json:"id,omitzero"`
	DeviceIdentifier string `json:"deviceIdentifier,omitzero" cw:"max=100"`
}

// Merge merges one or more other tickets into a ticket. The others get the
// status, which must be a status of their board.
func (s *TicketsService) Merge(ctx context.Context, ticketID int64, status Ref, others ...int64) error {
	wrong := checkIDs("mergeTicketIds", others)
	if status.IsZero() {
		wrong = append(wrong, FieldError{Code: "MissingRequiredField", Field: "status", Message: "the status of the merged tickets is missing"})
	}
	return s.act(ctx, ticketID, "merge", map[string]any{"mergeTicketIds": others, "status": status}, wrong)
}

// AttachChildren bundles other tickets, at least one, under a ticket as its
// children. Some servers want a version pinned with [WithVersion] for it.
func (s *TicketsService) AttachChildren(ctx context.Context, ticketID int64, children ...int64) error {
	return s.act(ctx, ticketID, "attachChildren", map[string]any{"childTicketIds": children}, checkIDs("childTicketIds", children))
}

func checkIDs(field string, ids []int64) []FieldError {
	if len(ids) == 0 {
		return []FieldError{{Code: "MissingRequiredField", Field: field, Message: "no tickets"}}
	}
	var wrong []FieldError
	for _, id := range ids {
		if id <= 0 {
			wrong = append(wrong, noRecordID(field, id))
		}
	}
	return wrong
}

// Conversion says what a service ticket becomes in [TicketsService.Convert].
type Conversion struct {
	RecordType string `json:"recordType,omitzero"` // ProjectTicket or ProjectIssue
	Project    Ref    `json:"project,omitzero"`
	Phase      Ref    `json:"phase,omitzero"`   // required
	WBSCode    string `json:"wbsCode,omitzero"` // required
}

// Convert makes a service ticket one of a project. Its id then answers below
// project/tickets only.
func (s *TicketsService) Convert(ctx context.Context, ticketID int64, to Conversion) error {
	return s.act(ctx, ticketID, "convert", to, nil)
}

// Copy makes a copy of a ticket and returns it. The copy has the original's
// ExternalXRef.
func (s *TicketsService) Copy(ctx context.Context, ticketID int64) (*Ticket, error) {
	a, err := s.post(ctx, ticketID, "copy", struct{}{}, nil)
	if err != nil {
		return nil, err
	}
	return typed[Ticket](s.stored(a, 0))
}

func (s *TicketsService) post(ctx context.Context, ticketID int64, action string, body any, wrong []FieldError) (*answer, error) {
	path, err := s.record(http.MethodPost, ticketID)
	if err != nil {
		return nil, err
	}
	r := request{method: http.MethodPost, path: path + "/" + action}
	if len(wrong) > 0 {
		return nil, r.invalid(wrong)
	}
	if r.body, err = encode(body); err != nil {
		return nil, r.invalid([]FieldError{{Message: err.Error()}})
	}
	return s.c.send(ctx, r)
}

// act makes a POST that is answered with success or a reason.
func (s *TicketsService) act(ctx context.Context, ticketID int64, action string, body any, wrong []FieldError) error {
	a, err := s.post(ctx, ticketID, action, body, wrong)
	if err != nil {
		return err
	}
	var said struct {
		Success *bool `json:"success"` // false was turned into an error before
	}
	if err := a.decode(&said); err != nil {
		return err
	}
	if said.Success == nil {
		return a.unreadable(errors.New("it does not say whether that was done"))
	}
	return nil
}

// BoardsService is service/boards: the [Collection] of boards and the setup of
// each.
type BoardsService struct {
	*Collection[Board]
}

// Statuses returns the statuses of a board.
func (s *BoardsService) Statuses(boardID int64) *Collection[BoardStatus] {
	return below[BoardStatus](s.core, boardID, "statuses")
}

// Types returns the ticket types of a board.
func (s *BoardsService) Types(boardID int64) *Collection[BoardType] {
	return below[BoardType](s.core, boardID, "types")
}

// Subtypes returns the ticket subtypes of a board.
func (s *BoardsService) Subtypes(boardID int64) *Collection[BoardSubType] {
	return below[BoardSubType](s.core, boardID, "subtypes")
}

// Items returns the ticket items of a board.
func (s *BoardsService) Items(boardID int64) *Collection[BoardItem] {
	return below[BoardItem](s.core, boardID, "items")
}

// Teams returns the teams of a board.
func (s *BoardsService) Teams(boardID int64) *Collection[BoardTeam] {
	return below[BoardTeam](s.core, boardID, "teams")
}

// Associations returns the combinations of type, subtype and item that a
// board allows. It can only be listed.
func (s *BoardsService) Associations(boardID int64) *Collection[BoardAssociation] {
	return below[BoardAssociation](s.core, boardID, "typeSubTypeItemAssociations")
}

// Notifications returns who gets an e-mail when a ticket is created on a board.
func (s *BoardsService) Notifications(boardID int64) *Collection[BoardNotification] {
	return below[BoardNotification](s.core, boardID, "notifications")
}

// StatusNotifications returns who gets an e-mail when a ticket enters a status.
func (s *BoardsService) StatusNotifications(boardID, statusID int64) *Collection[StatusNotification] {
	return below[StatusNotification](s.core, boardID, "statuses/"+itoa(statusID)+"/notifications")
}

// BoardNotification says who gets an e-mail from a board,
// service/boards/{id}/notifications.
type BoardNotification struct {
	ID        int64  `json:"id,omitzero" cw:"readonly"`
	NotifyWho Ref    `json:"notifyWho,omitzero"` // a role: contact, resources, a member, an address, ...
	Member    Ref    `json:"member,omitzero"`    // when NotifyWho is a member
	Email     string `json:"email,omitzero"`     // when NotifyWho is an address
	Info      Info   `json:"_info,omitzero" cw:"readonly"`
}

// StatusNotification says who gets an e-mail when a ticket enters a status,
// service/boards/{id}/statuses/{id}/notifications.
type StatusNotification struct {
	ID           int64  `json:"id,omitzero" cw:"readonly"`
	Status       Ref    `json:"status,omitzero"`
	NotifyWho    Ref    `json:"notifyWho,omitzero"` // a role: contact, resources, a member, an address, ...
	Member       Ref    `json:"member,omitzero"`    // when NotifyWho is a member
	Email        string `json:"email,omitzero"`     // when NotifyWho is an address
	WorkflowStep int64  `json:"workflowStep,omitzero"`
	Info         Info   `json:"_info,omitzero" cw:"readonly"`
}

func itoa(id int64) string { return strconv.FormatInt(id, 10) }

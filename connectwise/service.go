package connectwise

import (
	"context"
	"strconv"
)

// ServiceService is the service module: tickets, boards, priorities.
type ServiceService struct {
	Tickets    *TicketsService
	Boards     *BoardsService
	Priorities *Collection[Priority]
}

// TicketsService is service/tickets: the [Collection] of service tickets and
// what hangs on one.
type TicketsService struct {
	*Collection[Ticket]
}

// Notes returns the notes of a ticket.
func (s *TicketsService) Notes(ticketID int64) *Collection[TicketNote] {
	return NewCollection[TicketNote](s.c, s.path+"/"+itoa(ticketID)+"/notes")
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

// CompanyService is the company module: companies and their setup.
type CompanyService struct {
	Companies *Collection[Company]
	Statuses  *Collection[CompanyStatus]
	Types     *Collection[CompanyType]
}

// SystemService is the system module: members, the caller's own rights, and
// the server itself.
type SystemService struct {
	c *Client

	Members *Collection[Member]
}

// Info describes the server.
func (s *SystemService) Info(ctx context.Context) (*SystemInfo, error) {
	var info SystemInfo
	return &info, s.c.Do(ctx, "GET", "system/info", nil, nil, &info)
}

// MySecurity returns what the caller's security role may do, one entry per
// function of the product.
func (s *SystemService) MySecurity(ctx context.Context) ([]*Permission, error) {
	var all []*Permission
	for p, err := range NewCollection[Permission](s.c, "system/mySecurity").List(ctx, nil) {
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// Me returns the member the client signs in as; for API keys the API member.
func (s *SystemService) Me(ctx context.Context) (*Member, error) {
	var me Member
	return &me, s.c.Do(ctx, "GET", "system/myMembers", nil, nil, &me)
}

// SystemInfo describes a server.
type SystemInfo struct {
	Version                   string       `json:"version,omitzero"` // "v2025.1.10451"
	IsCloud                   bool         `json:"isCloud,omitzero"`
	ServerTimeZone            string       `json:"serverTimeZone,omitzero"` // Windows name, "Eastern Standard Time"
	LicenseBits               []LicenseBit `json:"licenseBits,omitzero"`
	CloudRegion               string       `json:"cloudRegion,omitzero"` // "NA"
	MaxWorkFlowRecordsAllowed int64        `json:"maxWorkFlowRecordsAllowed,omitzero"`
}

// LicenseBit is one part of the product a server is licensed for.
type LicenseBit struct {
	Name       string `json:"name,omitzero"`
	ActiveFlag bool   `json:"activeFlag,omitzero"`
}

func itoa(id int64) string { return strconv.FormatInt(id, 10) }

package connectwise

import (
	"context"
	"net/http"
)

// TimeModule is the time module of the API, time/....
type TimeModule struct {
	Entries *TimeEntriesService
}

func newTimeModule(c *Client) *TimeModule {
	return &TimeModule{Entries: &TimeEntriesService{NewCollection[TimeEntry](c, "time/entries")}}
}

// TimeEntriesService is time/entries: the [Collection] of time entries.
type TimeEntriesService struct {
	*Collection[TimeEntry]
}

// OfTicket is the condition that keeps the entries of a service or project
// ticket.
func (s *TimeEntriesService) OfTicket(ticketID int64) Condition {
	return Where(`(chargeToType = "ServiceTicket" or chargeToType = "ProjectTicket") and chargeToId = ?`, ticketID)
}

// Defaults returns an entry as it would be created: with the work type, work
// role, billing and agreement the server chooses. Nothing is stored.
func (s *TimeEntriesService) Defaults(ctx context.Context, entry *TimeEntry, ops ...Op) (*TimeEntry, error) {
	r := request{method: http.MethodPost, path: s.path + "/defaults", read: true}
	body, wrong := bodyOf(creating, s.typ, untyped(entry), ops, nil)
	if len(wrong) > 0 {
		return nil, r.invalid(wrong)
	}
	r.body = body
	a, err := s.c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	defaults := &TimeEntry{}
	if err := a.object(defaults); err != nil {
		return nil, err
	}
	return defaults, nil
}

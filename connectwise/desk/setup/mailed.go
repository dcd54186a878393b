package setup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk"
)

// Mailing is whom ConnectWise would mail for one kind of write.
type Mailing struct {
	// Write is "create", "reopen", "close", "verify" or "note".
	Write string
	// Status is the status the write puts the ticket in, "" for a note.
	Status string
	// Recipients are those the board and the status name, such as "Contact",
	// "Assigned resources" or "Team Leader <lead@msp.example>"; empty when there
	// is nobody.
	Recipients []string
	// Sent is false when the desk keeps the mail from being sent, which it does
	// unless [desk.Config].Mail is set.
	Sent bool
}

// String says it in a line.
func (m Mailing) String() string {
	text := m.Write
	if m.Status != "" {
		text += fmt.Sprintf(" (status %q)", m.Status)
	}
	switch {
	case len(m.Recipients) == 0:
		return text + ": nobody is set up to be mailed"
	case m.Sent:
		return text + ": mails " + strings.Join(m.Recipients, ", ")
	}
	return text + ": would mail " + strings.Join(m.Recipients, ", ") + "; kept silent"
}

// WhoIsMailed reads from the board, its notifications and those of the statuses
// the desk writes, whom each kind of write would mail. A configuration step
// shows it and asks before [desk.Config].Mail is set. What a ticket itself says
// (automaticEmailContactFlag and the like) and the tenant's workflow rules come
// on top: the API shows the latter nowhere.
func WhoIsMailed(ctx context.Context, d *desk.Desk) ([]Mailing, error) {
	home, boards := d.Home(), d.Client().Service.Boards
	if home.Board.ID == 0 {
		return nil, errors.New("setup: the tenant chooses the board of new tickets, so nobody can say whom it mails; set Config.Board")
	}
	b, err := boards.Get(ctx, home.Board.ID)
	if err != nil {
		return nil, fmt.Errorf("setup: board %q: %w", home.Board.Name, err)
	}
	var always, incoming []string
	for who, on := range map[string]bool{"Contact": b.SendToContactFlag, "Assigned resources": b.SendToResourceFlag, "Cc": b.SendToCCFlag} {
		if on {
			always = append(always, who)
		}
	}
	slices.Sort(always)
	all, err := boards.Notifications(b.ID).All(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("setup: notifications of board %q: %w", b.Name, err)
	}
	for _, n := range all {
		incoming = append(incoming, recipient(n.NotifyWho, n.Member, n.Email))
	}
	var mailings []Mailing
	for _, write := range []struct {
		name   string
		status connectwise.BoardStatus
		also   []string
	}{{"create", home.New, incoming}, {"reopen", home.New, nil}, {"close", home.Closed, nil}, {"verify", home.Verify, nil}} {
		if write.status.ID == 0 {
			continue
		}
		m := Mailing{Write: write.name, Status: write.status.Name, Recipients: slices.Concat(always, write.also), Sent: home.Mail}
		all, err := boards.StatusNotifications(b.ID, write.status.ID).All(ctx, nil)
		if err != nil {
			return nil, fmt.Errorf("setup: notifications of status %q: %w", m.Status, err)
		}
		for _, n := range all {
			m.Recipients = append(m.Recipients, recipient(n.NotifyWho, n.Member, n.Email))
		}
		mailings = append(mailings, m)
	}
	return append(mailings, Mailing{Write: "note", Recipients: always, Sent: home.Mail}), nil
}

// recipient names who is mailed for people.
func recipient(who, member connectwise.Ref, email string) string {
	text := strings.TrimSpace(cmp.Or(who.Name, who.Identifier))
	if member.ID != 0 {
		text += " " + strings.TrimSpace(member.Name)
	}
	if email != "" {
		text += " <" + email + ">"
	}
	return text
}

// Warnings lists what works but may not be wanted: statuses in which nobody can
// enter time, and mail to customers. A program shows them, with
// [desk.Desk.Home], before it writes anything.
func Warnings(d *desk.Desk) (warnings []string) {
	home := d.Home()
	for _, status := range []connectwise.BoardStatus{home.Closed, home.Verify} {
		if status.TimeEntryNotAllowed {
			warnings = append(warnings, fmt.Sprintf("no time can be entered on tickets in status %q: who worked on one must reopen it first", status.Name))
		}
	}
	if home.Mail {
		warnings = append(warnings, "Mail is on: customers may be mailed; WhoIsMailed says who")
	}
	return warnings
}

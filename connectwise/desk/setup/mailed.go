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

// Mailing says to whom ConnectWise would send e-mail about one kind of write.
type Mailing struct {
	// Write is "create", "reopen", "close", "verify" or "note".
	Write string
	// Status is the ticket's status after the write, "" for a note.
	Status string
	// Recipients are the recipients that the board and the status name, such as
	// "Contact", "Assigned resources" or "Team Leader <lead@msp.example>";
	// empty if there are none.
	Recipients []string
	// Sent is false if the desk stops the e-mail, which it does unless
	// [desk.Config].Mail is set.
	Sent bool
}

// String returns the mailing in one line.
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

// WhoIsMailed reads the notifications of the board and of the statuses that the
// desk writes, and returns to whom each kind of write would send e-mail. A
// program shows this before a person sets [desk.Config].Mail. Flags of a ticket
// (such as automaticEmailContactFlag) and the tenant's workflow rules may add
// recipients. The API does not show workflow rules.
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

// recipient returns the name of a recipient for people.
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

// Warnings lists settings that work but may not be intended: statuses in which
// nobody can enter time, and e-mail to customers. A program shows them, with
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

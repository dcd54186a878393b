package connectwisetest

import (
	"strings"
	"time"
)

// Mail is an e-mail that the real server would have sent.
type Mail struct {
	Time   time.Time
	Ticket int64
	To     string // "contact", "resources", "cc", "board" or the recipient of a status notification
	Cause  string // "ticket added", "ticket updated", "status Closed", "note", "time entry"
	By     string // the member whose write caused it
}

// mailTicket records the e-mails about a write to a ticket, unless the write
// refused notifications.
func (s *Server) mailTicket(before, after *version, a *actor) {
	cause := "ticket added"
	if before != nil {
		cause = "ticket updated"
	}
	m := Mail{Time: s.now(), Ticket: after.rec.id, Cause: cause, By: a.name}
	send := func(to string) {
		m.To = to
		s.mails = append(s.mails, m)
	}
	// Boards have notifications of their own.
	send("board")
	if after.flag("automaticEmailContactFlag") && after.named("contactEmailAddress") != nil {
		send("contact")
	}
	if after.flag("automaticEmailResourceFlag") {
		send("resources")
	}
	if after.flag("automaticEmailCcFlag") && after.str("automaticEmailCc") != "" {
		send("cc")
	}
	status := after.ref("status")
	if before == nil || before.ref("status") != status {
		for _, r := range s.tables["statusNotifications"].children(status) {
			if !r.cur.gone {
				m.Cause = "status " + s.tables["statuses"].get(status).str("name")
				send(strings.ToLower(s.outRef(r.cur, "notifyWho").Name))
			}
		}
	}
}

// Mails returns the e-mails that the real server would have sent, oldest first.
func (s *Server) Mails() []Mail {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return append([]Mail(nil), s.mails...)
}

package connectwisetest

import (
	"strings"
)

// mailTicket records the mails of a ticket write that asked for notifications
// or did not refuse them.
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
	// Boards watch their tickets through notifications of their own.
	send("board")
	if after.flag("automaticEmailContactFlag") && after.named("contactEmailAddress") != nil {
		send("contact")
	}
	if after.flag("automaticEmailResourceFlag") {
		send("resources")
	}
	if after.flag("automaticEmailCcFlag") && after.named("automaticEmailCc") != nil {
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

// Mails are the mails that would have gone out, oldest first.
func (s *Server) Mails() []Mail {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return append([]Mail(nil), s.mails...)
}

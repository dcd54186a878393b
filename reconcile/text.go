package reconcile

import (
	"cmp"
	"strings"

	"github.com/covedesk/covedesk/internal/text"
)

// Text gives the plain texts of an action that writes a note: customer, subject,
// what is wrong, since when, what happens next. They serve where nothing better
// is composed.
func (a Action) Text() Text {
	if a.Kind != Create && !a.Note {
		return Text{}
	}
	subject := a.Summary
	if a.Key.Subject != "" && !isStorm(a.Key) {
		subject += " (" + a.Key.String() + ")"
	}
	internal, discussion := []string{a.headline()}, []string{a.headline()}
	add := func(name, value string) {
		if value != "" {
			internal = append(internal, name+": "+value)
		}
	}
	add("Subject", text.Line(subject))
	if is := a.Issue; is != nil {
		add("Customer", text.Line(cmp.Or(is.CustomerName, is.Customer)))
		add("What is wrong", cmp.Or(text.Lines(is.Detail), text.Line(cmp.Or(is.Kind, a.Summary))))
		add("Severity", is.Severity.String())
		add("Since", strings.TrimSpace(stamp("", is.Since)))
		discussion = append(discussion, text.Line(a.Summary))
	} else if a.Code == CodeRecovered {
		add("Seen", text.Line(a.Cause))
	}
	if a.Kind == Create {
		add("Earlier tickets", tickets(a.Related))
	}
	add("Next", a.next())
	discussion = append(discussion, a.next())
	return Text{Internal: strings.Join(internal, "\n"), Discussion: strings.Join(discussion, "\n")}
}

// headline says what is new.
func (a *Action) headline() string {
	switch a.Code {
	case CodeNew:
		return "There is a new problem."
	case CodeChanged:
		return "What is wrong has changed."
	}
	return a.Reason()
}

// next says what happens next.
func (a *Action) next() string {
	switch {
	case a.Code == CodeDuplicate:
		return "Work goes on in ticket " + tickets(a.Related[:min(1, len(a.Related))]) + "."
	case a.Code == CodeAbsent:
		return "Please check whether this was intended, and close the ticket if it was."
	case a.Code == CodeSuppressedNews:
		return "The ticket stays open until the subject can be judged again."
	case a.Recovery == RecoveryClose:
		return "Nothing is left to do; if the problem comes back, it is reported again."
	case a.Recovery == RecoveryVerify:
		return "Please check, and close the ticket."
	case a.Recovery == RecoveryNote:
		return "Please close the ticket when your work on it is done."
	case a.Issue != nil && isStorm(a.Key):
		return "This ticket ends by itself once each problem is over or has a ticket of its own."
	}
	return "This ticket is kept up to date, and ends by itself when the problem is over unless somebody works on it."
}

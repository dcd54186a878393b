package reconcile

import (
	"cmp"
	"fmt"
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
	var b, c strings.Builder
	line := func(to *strings.Builder, format string, args ...any) { fmt.Fprintf(to, format+"\n", args...) }
	line(&b, "%s", a.headline())
	line(&c, "%s", a.headline())
	line(&b, "Subject: %s", a.subjectLine())
	if is := a.Issue; is != nil {
		if who := text.Line(cmp.Or(is.CustomerName, is.Customer)); who != "" {
			line(&b, "Customer: %s", who)
		}
		line(&c, "%s", text.Line(a.Summary))
		if detail := strings.TrimSpace(is.Detail); detail != "" {
			line(&b, "What is wrong: %s", text.Lines(detail))
		} else {
			line(&b, "What is wrong: %s", text.Line(cmp.Or(is.Kind, a.Summary)))
		}
		line(&b, "Severity: %s", is.Severity)
		if !is.Since.IsZero() {
			line(&b, "Since:%s", stamp("", is.Since))
		}
	} else if a.Code == CodeRecovered && a.Cause != "" {
		line(&b, "Seen: %s", text.Line(a.Cause))
	}
	if len(a.Related) > 0 && a.Kind == Create {
		line(&b, "Earlier tickets: %s", tickets(a.Related))
	}
	line(&b, "Next: %s", a.next())
	line(&c, "%s", a.next())
	return Text{Internal: strings.TrimSuffix(b.String(), "\n"), Discussion: strings.TrimSuffix(c.String(), "\n")}
}

func (a *Action) subjectLine() string {
	if a.Key.Subject != "" && !isStorm(a.Key) {
		return text.Line(a.Summary + " (" + a.Key.String() + ")")
	}
	return text.Line(a.Summary)
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

package desk

import (
	"strings"

	"github.com/covedesk/covedesk/reconcile"
)

// notePrefix begins the last line of every note the desk writes. The line says
// which action the note belongs to, so that an interrupted run can see whether
// its note was written.
const notePrefix = "ref cdk1-"

// noteText ends body with the line that names the action.
func noteText(body, actionID string) string {
	body = strings.TrimSpace(body)
	if body != "" {
		body += "\n\n"
	}
	return body + notePrefix + actionID
}

// isNoteOf reports whether text is the note of the action: its last line, not
// any line, names it, so a technician may quote one note in another.
func isNoteOf(text, actionID string) bool {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(lines[len(lines)-1]) == notePrefix+actionID
}

// plainText is what a ticket says when no composer is given: the plan's own
// fallback text, the reason and the changes.
func plainText(a reconcile.Action) reconcile.Text {
	var b strings.Builder
	if a.Issue != nil && a.Issue.Detail != "" {
		b.WriteString(a.Issue.Detail)
		b.WriteString("\n\n")
	}
	b.WriteString(a.Reason())
	for _, c := range a.Changes {
		b.WriteString("\n")
		b.WriteString(string(c.Field) + ": " + c.Old + " -> " + c.New)
	}
	return reconcile.Text{Internal: b.String()}
}

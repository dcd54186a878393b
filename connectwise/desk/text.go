package desk

import "strings"

// notePrefix begins the last line of every note the desk writes. The line says
// which action the note belongs to, so that a later run can see whether an
// interrupted one wrote it.
const notePrefix = "ref cdk1-"

// noteRef is the last line of an action's internal note; the customer's note
// of the same action has a line of its own, so that each is looked for.
func noteRef(actionID string, discussion bool) string {
	if discussion {
		return notePrefix + actionID + "-d"
	}
	return notePrefix + actionID
}

// noteText ends body with the line that names the action.
func noteText(body, ref string) string {
	body = strings.TrimSpace(body)
	if body != "" {
		body += "\n\n"
	}
	return body + ref
}

// isNoteOf reports whether text is the note with that last line: the last line,
// not any line, so a technician may quote one note in another.
func isNoteOf(text, ref string) bool {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(lines[len(lines)-1]) == ref
}

package reconcile

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// What comes from outside is brought into a form that JSON can carry and read
// back unchanged: valid UTF-8, times in UTC that a year of four digits can
// name. Keys are not touched; check refuses the bad ones.

func cleanText(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// The years 1 to 9999.
const firstSecond, lastSecond = -62135596800, 253402300799

// cleanTime gives the time in UTC, without a monotonic reading; a year that
// RFC 3339 cannot write counts as not known.
func cleanTime(t time.Time) time.Time {
	if s := t.Unix(); t.IsZero() || s < firstSecond || s > lastSecond {
		return time.Time{}
	}
	return t.UTC().Round(0)
}

// cleanIssue gives the clean form of an issue: the issue itself when nothing has
// to be cleaned, which is nearly always, else a copy.
func cleanIssue(is *Issue) *Issue {
	c := *is
	clean := true
	for _, text := range [...]*string{&c.Customer, &c.CustomerName, &c.Company, &c.CompanyReason, &c.Kind, &c.Class, &c.State, &c.Detail} {
		if !utf8.ValidString(*text) {
			*text, clean = cleanText(*text), false
		}
	}
	for name, value := range c.Labels {
		if !utf8.ValidString(name) || !utf8.ValidString(value) {
			clean = false
		}
	}
	if !clean && c.Labels != nil {
		labels := make(map[string]string, len(c.Labels))
		for name, value := range c.Labels {
			labels[cleanText(name)] = cleanText(value)
		}
		c.Labels = labels
	}
	type form struct{ time.Time } // == tells forms of the same time apart
	if t := cleanTime(c.Since); (form{t} != form{c.Since}) {
		c.Since, clean = t, false
	}
	summary := normalSummary(c.Summary)
	if summary == "" {
		// No desk takes a ticket without a summary, and no issue is dropped.
		summary = normalSummary(c.Key.String())
	}
	if summary != c.Summary {
		c.Summary, clean = summary, false
	}
	if clean {
		return is
	}
	return &c
}

// cleanMark makes the most of a mark that may come from a forged or damaged
// marker.
func cleanMark(m mark.Mark) mark.Mark {
	for _, text := range [...]*string{&m.Owner, &m.Source, &m.Customer, (*string)(&m.Key),
		(*string)(&m.Digests.Summary), (*string)(&m.Digests.Company), (*string)(&m.Digests.Priority), (*string)(&m.Digests.State)} {
		*text = cleanText(*text)
	}
	m.Severity = min(m.Severity, SeverityCritical)
	if !m.State.Valid() {
		m.State = mark.Open
	}
	m.Written = cleanTime(m.Written)
	m.AbsentSince = cleanTime(m.AbsentSince)
	return m
}

package reconcile

import (
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// cleanTime gives the time in UTC, without a monotonic reading; a year that
// RFC 3339 cannot write counts as not known.
func cleanTime(t time.Time) time.Time {
	if y := t.UTC().Year(); t.IsZero() || y < 1 || y > 9999 {
		return time.Time{}
	}
	return t.UTC().Round(0)
}

// cleanIssue gives the issue as it is written: itself when nothing has to be
// cleaned, which is nearly always, else a copy. No desk takes a ticket without a
// summary, and no issue is dropped.
func cleanIssue(is *Issue) *Issue {
	summary, since := normalSummary(is.Summary), cleanTime(is.Since)
	if summary == "" {
		summary = normalSummary(is.Key.String())
	}
	type form struct{ time.Time } // == tells forms of the same time apart
	if summary == is.Summary && (form{since} == form{is.Since}) {
		return is
	}
	c := *is
	c.Summary, c.Since = summary, since
	return &c
}

// cleanMark gives a mark with its times in UTC. Of what is no marker of ours only
// owner and key count.
func cleanMark(t *Ticket) mark.Mark {
	m := t.Mark
	if !t.marked() {
		return mark.Mark{Owner: m.Owner, Key: m.Key}
	}
	m.Written, m.AbsentSince = cleanTime(m.Written), cleanTime(m.AbsentSince)
	return m
}

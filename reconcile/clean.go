package reconcile

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// What comes from outside is brought into a form that JSON can carry and read
// back unchanged: valid UTF-8, times in UTC that a year of four digits can
// name. Keys are not touched; check refuses the bad ones.

func cleanText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// The years 1 to 9999.
const firstSecond, lastSecond = -62135596800, 253402300799

// cleanTime gives the time in UTC, without a monotonic reading; a year that
// RFC 3339 cannot write counts as not known.
func cleanTime(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	if s := t.Unix(); s < firstSecond || s > lastSecond {
		return time.Time{}
	}
	return t.UTC().Round(0)
}

// isCleanTime says that cleanTime would change nothing, not even the form of the
// same time.
func isCleanTime(t time.Time) bool {
	type form struct{ time.Time }
	return form{t} == form{cleanTime(t)}
}

// cleanIssue gives the clean form of an issue: the issue itself when nothing has
// to be cleaned, which is nearly always, else a copy.
func cleanIssue(is *Issue) *Issue {
	if is.isClean() {
		return is
	}
	c := *is
	c.clean()
	return &c
}

// texts are the texts of an issue that need nothing but to be valid.
func (is *Issue) texts() [8]*string {
	return [...]*string{&is.Group, &is.GroupName, &is.Company, &is.CompanyReason, &is.Kind, &is.Class, &is.State, &is.Detail}
}

// isClean says that clean would change nothing.
func (is *Issue) isClean() bool {
	for _, text := range is.texts() {
		if !utf8.ValidString(*text) {
			return false
		}
	}
	return is.Summary != "" && isNormal(is.Summary) && isCleanTime(is.Since)
}

func (is *Issue) clean() {
	for _, text := range is.texts() {
		*text = cleanText(*text)
	}
	is.Since = cleanTime(is.Since)
	is.Summary = NormalizeSummary(is.Summary)
	if is.Summary == "" {
		// No desk takes a ticket without a summary, and no issue is dropped.
		is.Summary = NormalizeSummary(is.Key.String())
	}
}

// cleanMark makes the most of a mark that may come from a forged or damaged
// marker.
func cleanMark(m mark.Mark) mark.Mark {
	m.Owner = cleanText(m.Owner)
	m.Source = cleanText(m.Source)
	m.Customer = cleanText(m.Customer)
	m.Key = mark.KeyID(cleanText(string(m.Key)))
	m.Digests.Summary = mark.Digest(cleanText(string(m.Digests.Summary)))
	m.Digests.Company = mark.Digest(cleanText(string(m.Digests.Company)))
	m.Digests.Priority = mark.Digest(cleanText(string(m.Digests.Priority)))
	m.Digests.State = mark.Digest(cleanText(string(m.Digests.State)))
	m.Severity = min(m.Severity, SeverityCritical)
	if !m.State.Valid() {
		m.State = mark.Open
	}
	m.Written = cleanTime(m.Written)
	m.AbsentSince = cleanTime(m.AbsentSince)
	return m
}

// isCleanMark says that cleanMark would change nothing.
func isCleanMark(m *mark.Mark) bool {
	d := &m.Digests
	return m.Severity <= SeverityCritical && m.State.Valid() && isCleanTime(m.Written) && isCleanTime(m.AbsentSince) &&
		utf8.ValidString(m.Owner) && utf8.ValidString(m.Source) && utf8.ValidString(m.Customer) && utf8.ValidString(string(m.Key)) &&
		utf8.ValidString(string(d.Summary)) && utf8.ValidString(string(d.Company)) && utf8.ValidString(string(d.Priority)) && utf8.ValidString(string(d.State))
}

// sortedFields copies a ticket's edited fields in a fixed order.
func sortedFields(fields []Field) []Field {
	if len(fields) == 0 {
		return nil
	}
	out := make([]Field, len(fields))
	for i, f := range fields {
		out[i] = Field(cleanText(string(f)))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// uniqueTickets drops what was listed twice (a ticket that moved between two
// pages while they were read): the entry updated last stays, and where that
// does not decide, the content does, never the order.
func uniqueTickets(in []Ticket) []Ticket {
	ids := make([]int64, len(in))
	for i := range in {
		ids[i] = in[i].ID
	}
	slices.Sort(ids)
	if len(slices.Compact(ids)) == len(in) {
		return in
	}
	best := make(map[int64]int, len(in))
	var out []Ticket
	for i := range in {
		at, seen := best[in[i].ID]
		switch {
		case !seen:
			best[in[i].ID] = len(out)
			out = append(out, in[i])
		case newer(&in[i], &out[at]):
			out[at] = in[i]
		}
	}
	return out
}

func newer(a, b *Ticket) bool {
	if c := a.Updated.Compare(b.Updated); c != 0 {
		return c > 0
	}
	return fmt.Sprintf("%#v", *a) > fmt.Sprintf("%#v", *b)
}

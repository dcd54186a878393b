package reconcile

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/text"
)

// Reason returns the sentence for people that belongs to the action's code.
func (a Action) Reason() string {
	s, ok := sentences[a.Code]
	if !ok {
		return text.Line(a.Code)
	}
	return a.fill(strings.TrimPrefix(s, "!"))
}

// NeedsAttention reports whether a person should look at the action: something
// is wrong that does not come right by itself.
func (a Action) NeedsAttention() bool { return strings.HasPrefix(sentences[a.Code], "!") }

var places = regexp.MustCompile(`\{[^}]*\}`)

// fill replaces the places of a sentence.
func (a *Action) fill(sentence string) string {
	return places.ReplaceAllStringFunc(sentence, func(place string) string {
		name, words, _ := strings.Cut(strings.Trim(place, "{}"), ":")
		switch name {
		case "since":
			return stamp(words, a.Since)
		case "until":
			return stamp(words, a.Until)
		case "cause":
			return cmp.Or(text.Line(a.Cause), words, "no reason given.")
		}
		return a.part(name)
	})
}

func (a *Action) part(name string) string {
	var changed []string
	for _, c := range a.Changes {
		changed = append(changed, text.Line(c.Field))
	}
	return map[string]string{
		"changes":  strings.Join(changed, ", "),
		"last":     tickets(a.Related[:min(1, len(a.Related))]),
		"related":  tickets(a.Related),
		"status":   fmt.Sprintf("%q", text.Line(a.Status)),
		"stage":    a.Stage.String(),
		"severity": severityOf(a).String(),
		"was":      a.Before.Severity.String(),
		"would":    text.Line(string(a.Would)),
		"outcome":  cmp.Or(map[ActionKind]string{MarkOnly: "its next failure is a new problem"}[a.Kind], outcomes[a.Recovery]),
	}[name]
}

// outcomes say what the end of a problem does to its ticket.
var outcomes = map[Recovery]string{
	RecoveryNone:   "the ticket is left to those who work on it",
	RecoveryClose:  "the ticket is closed",
	RecoveryVerify: "the ticket is moved to where people check and close it",
	RecoveryNote:   "the ticket is left to those who work on it",
}

// stamp returns the words and "2026-11-18 02:15 UTC", or nothing for the zero
// time.
func stamp(words string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return words + t.UTC().Format(" 2006-01-02 15:04 UTC")
}

// tickets names tickets; 0 is one that is still to be created.
func tickets(ids []int64) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		if names[i] = fmt.Sprintf("#%d", id); id == 0 {
			names[i] = "a new ticket"
		}
	}
	return strings.Join(names, ", ")
}

// Text returns the plain texts of an action that writes a note: customer,
// subject, what is wrong, since when, what happens next. A desk uses them when
// the monitor composes none. Other actions have no texts.
func (a Action) Text() Text {
	if a.Kind != Create && !a.Note {
		return Text{}
	}
	subject := a.Summary
	if a.Key.Subject != "" && !isStorm(a.Key) {
		subject += " (" + a.Key.String() + ")"
	}
	headline := cmp.Or(headlines[a.Code], a.Reason())
	internal, discussion := []string{headline}, []string{headline}
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

// headlines replace the reason where a ticket should not begin with it.
var headlines = map[string]string{
	CodeNew:     "There is a new problem.",
	CodeChanged: "What is wrong has changed.",
}

// next returns a sentence that says what happens next.
func (a *Action) next() string {
	lasts := "This ticket is kept up to date, and ends by itself when the problem is over unless somebody works on it."
	if isStorm(a.Key) {
		lasts = "This ticket ends by itself once each problem is over or has a ticket of its own."
	}
	return a.fill(cmp.Or(map[string]string{
		CodeDuplicate:      "Work goes on in ticket {last}.",
		CodeAbsent:         "Please check whether this was intended, and close the ticket if it was.",
		CodeSuppressedNews: "The ticket stays open until the subject can be judged again.",
	}[a.Code], map[Recovery]string{
		RecoveryClose:  "Nothing is left to do; if the problem comes back, it is reported again.",
		RecoveryVerify: "Please check, and close the ticket.",
		RecoveryNote:   "Please close the ticket when your work on it is done.",
	}[a.Recovery], lasts))
}

// String returns the plan for people. It has a line and the reason for each
// action that writes or is held, and counts the folded and kept ones by reason.
// At most 1000 actions are listed.
func (p Plan) String() string {
	var b strings.Builder
	var counts []string
	for _, kind := range kindOrder {
		if n := p.Counts()[kind]; n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, kind))
		}
	}
	fmt.Fprintf(&b, "Plan of %s for %s: %s\n", p.At.UTC().Format("2006-01-02 15:04:05 UTC"), text.Line(p.Owner), cmp.Or(strings.Join(counts, ", "), "nothing to do"))
	for _, feed := range slices.Sorted(maps.Keys(p.Quiet)) {
		fmt.Fprintf(&b, "! %s\n", text.Line(p.Quiet[feed]))
	}
	listed := 0
	silent := make(map[string]string) // by code: what all reasons have in common
	for i := range p.Actions {
		a := &p.Actions[i]
		if a.Kind == Fold || a.Kind == Keep {
			reason := a.Reason()
			if other, ok := silent[a.Code]; ok && other != reason {
				reason = places.ReplaceAllString(strings.TrimPrefix(sentences[a.Code], "!"), "…")
			}
			silent[a.Code] = reason
		} else if listed++; listed <= listLimit {
			writeAction(&b, a)
		}
	}
	if listed > listLimit {
		fmt.Fprintf(&b, "and %d more that are written or held\n", listed-listLimit)
	}
	for _, kind := range [...]ActionKind{Fold, Keep} {
		codes := p.Codes(kind)
		for _, code := range slices.Sorted(maps.Keys(codes)) {
			fmt.Fprintf(&b, "%-14s%d × %s\n", kind, codes[code], silent[code])
		}
	}
	return b.String()
}

// listLimit is how many actions the text of a plan lists.
const listLimit = 1000

func writeAction(b *strings.Builder, a *Action) {
	what := text.Line(string(a.Kind))
	if a.Would != "" {
		what += " (" + text.Line(string(a.Would)) + ")"
	}
	severity, number := "-", "-"
	if a.Issue != nil {
		severity = a.Issue.Severity.String()
	}
	if a.Ticket != 0 {
		number = fmt.Sprintf("#%d", a.Ticket)
	}
	summary := cmp.Or(text.Line(a.Summary), text.Line(a.Key.String()))
	fmt.Fprintf(b, "%-13s %-9s %-9s %s\n              %s\n", what, severity, number, summary, a.Reason())
}

// String returns the approval for people. It is printable whatever the file
// held.
func (a *Approval) String() string {
	return Plan{At: a.At, Owner: a.Owner, Actions: a.Actions}.String()
}

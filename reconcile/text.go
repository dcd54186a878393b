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

// Reason is the sentence for people that belongs to the action's code.
func (a Action) Reason() string {
	s, ok := sentences[a.Code]
	if !ok {
		return text.Line(a.Code)
	}
	return fill.ReplaceAllStringFunc(strings.TrimPrefix(s, "!"), func(place string) string {
		name, words, _ := strings.Cut(place[1:len(place)-1], ":")
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

// NeedsAttention says that a person should look at the action: nothing is done,
// and it does not come right by itself.
func (a Action) NeedsAttention() bool { return strings.HasPrefix(sentences[a.Code], "!") }

var fill = regexp.MustCompile(`\{[^}]*\}`)

// sentences say what the codes mean. Those at which a person should look begin
// with "!". {since: words} and {until: words} stand for the words and the time,
// or for nothing where there is none, {cause:words} for the caller's sentence or
// else the words; the other places for parts of the action.
var sentences = map[string]string{
	CodeNew:            "New: no ticket is open for it.",
	CodeRecurred:       "The problem is back; its last ticket, {last}, was closed{since: on}, too long ago to be reopened.",
	CodeLasting:        "The problem never went away since ticket {last} was closed{since: on}.",
	CodeMany:           "More new problems at once than should each get a ticket: this one stands for all of them.",
	CodeAgain:          "The problem is back after the ticket was closed{since: on}.",
	CodeNotDone:        "The problem is there although the ticket's status {status} says it is done.",
	CodeEscalated:      "More severe than before: {severity}, was {was}.",
	CodeChanged:        "What is wrong has changed: {changes}.",
	CodeReturned:       "The problem is back after its end was noted{since: on}.",
	CodeGrown:          "More problems have come since this ticket was last written to.",
	CodeDaily:          "The problems last.",
	CodeRecovered:      "The problem is over{since:, healthy since}; {outcome}.",
	CodeOver:           "The problem is over: it is not listed any more{since: since}; {outcome}.",
	CodeGone:           "It does not exist any more in what is monitored{since:, since}; {outcome}.",
	CodeAbsent:         "!It is not in what is monitored any more: removed, renamed or excluded.",
	CodeStormOver:      "Each of its problems is over or has a ticket of its own; {outcome}.",
	CodeDuplicate:      "A duplicate of {related} that nobody has touched.",
	CodeSuppressedNews: "Nothing can be said about it any more: {cause}",
	CodeAdoptable:      "A ticket of an older tool is open for it and is taken over as it is.",
	CodeMoved:          "It belongs to another customer now; only the marker is corrected.",
	CodeBack:           "The problem is there again before it was over for long enough.",
	CodeRecovering:     "Over{since: since}, not for long enough; due{until: on}.",
	CodeGoing:          "Missing{since: since}, not for long enough; due{until: on}.",
	CodeTakenBack:      "Its marker was lost or is out of date and is written again.",
	CodeUnchanged:      "The ticket says what there is to say.",
	CodeEdited:         "The ticket differs only where people have changed it.",
	CodeTooSoon:        "Changed, but last written to{since: on}; next time{until: from}.",
	CodeSilenced:       "The status {status} asks for silence until the problem has ended once.",
	CodeSuppressed:     "Suppressed: {cause}",
	CodeNoted:          "The problem is over, as the ticket says; people close it.",
	CodeLeft:           "The problem is over; tickets in stage {stage} are left alone.",
	CodeByPerson:       "A person reopened the ticket after it was closed.",
	CodeEvents:         "Its feed tells events only: that it is silent does not say that the problem is over.",
	CodeQuiet:          "!Missing, but so is much else of its feed: that is not taken as the end of the problem.",
	CodeNotLooked:      "Its customer was not looked at in this run.",
	CodeNotListed:      "!Its customer is not listed any more.",
	CodeOtherFeed:      "!Its feed is not among those that were looked at.",
	CodeMerged:         "A person merged the ticket into another that is open.",
	CodeProject:        "A person made a project ticket of it.",
	CodeNotAdopted:     "!A ticket of an older tool is open; nothing is known that would decide about it.",
	CodeStormLasts:     "Its problems last, and the ticket says so.",
	CodeStorm:          "One of many new problems; {last} stands for all of them.",
	CodeSnoozed:        "A person closed the ticket{since: on} although the problem lasts; silent{until: until}.",
	CodeTooFresh:       "There{since: since}, not for long enough; due{until: on}.",
	CodeMaintenance:    "Maintenance: {cause}; it ends{until: on}.",
	CodeBudget:         "This run has written what it may; the {would} follows.",
	CodeNotAllowed:     "The policy does not allow to {would}.",
	CodeUnmatched:      "!No ticket without a company: {cause:Issue.Company is empty.}",
	CodeBoardPartial:   "!Not all tickets could be read; one may be open already.",
	CodeStopped:        "!Nothing is opened: {cause}",
	CodeCreating:       "An earlier run began to create its ticket, and it has not been seen yet.",
	CodeOlderTool:      "!An older tool still writes on these tickets: stop it, then acknowledge.",
	CodeForeign:        "!The place of the marker in the ticket holds something else.",
	CodeCopy:           "!The ticket carries our marker but was entered by somebody else: a copy.",
	CodeRecognised:     "!An open ticket that nobody recognises as ours seems to be about it; a person decides.",
	CodeContradictory:  "!The observation contradicts itself about this key.",
	CodeOtherBoard:     "!The ticket is on a board whose statuses are not known.",
}

// part gives what stands in a place of a sentence.
func (a *Action) part(name string) string {
	switch name {
	case "last":
		return tickets(a.Related[:min(1, len(a.Related))])
	case "related":
		return tickets(a.Related)
	case "status":
		return fmt.Sprintf("%q", text.Line(a.Status))
	case "severity":
		return severityOf(a).String()
	case "was":
		return a.Before.Severity.String()
	case "stage":
		return a.Stage.String()
	case "would":
		return text.Line(string(a.Would))
	case "changes":
		var names []string
		for _, c := range a.Changes {
			names = append(names, text.Line(c.Field))
		}
		return strings.Join(names, ", ")
	}
	switch { // the outcome
	case a.Kind == MarkOnly:
		return "its next failure is a new problem"
	case a.Recovery == RecoveryClose:
		return "the ticket is closed"
	case a.Recovery == RecoveryVerify:
		return "the ticket is moved to where people check and close it"
	}
	return "the ticket is left to those who work on it"
}

// stamp gives the words and "2026-11-18 02:15 UTC", or nothing for the zero time.
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

// String gives the plan for people: what is written and what is held, a line
// each and why; what is folded and kept is counted by why.
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
	for i := range p.Actions {
		a := &p.Actions[i]
		if a.Kind == Fold || a.Kind == Keep {
			continue
		}
		if listed++; listed <= listLimit {
			writeAction(&b, a)
		}
	}
	if listed > listLimit {
		fmt.Fprintf(&b, "and %d more that are written or held\n", listed-listLimit)
	}
	for _, kind := range [...]ActionKind{Fold, Keep} {
		codes, reasons := p.Codes(kind), p.reasons(kind)
		for _, code := range slices.Sorted(maps.Keys(codes)) {
			fmt.Fprintf(&b, "%-14s%d × %s\n", kind, codes[code], reasons[code])
		}
	}
	return b.String()
}

// reasons gives a sentence for each code of the actions of a kind: the reason
// that all of them share, or what is the same in all of their reasons.
func (p Plan) reasons(kind ActionKind) map[string]string {
	reasons := make(map[string]string)
	for i := range p.Actions {
		a := &p.Actions[i]
		if a.Kind != kind {
			continue
		}
		reason := a.Reason()
		if other, ok := reasons[a.Code]; ok && other != reason {
			reason = fill.ReplaceAllString(strings.TrimPrefix(sentences[a.Code], "!"), "…")
		}
		reasons[a.Code] = reason
	}
	return reasons
}

// listLimit is how many actions a plan's text lists: nobody reads more.
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

// String gives the approval for people, printable whatever the file held.
func (a *Approval) String() string {
	return Plan{At: a.At, Owner: a.Owner, Actions: a.Actions}.String()
}

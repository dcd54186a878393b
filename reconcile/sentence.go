package reconcile

import (
	"fmt"
	"strings"
	"time"
)

// Reason is the sentence for people that belongs to the action's code.
func (a Action) Reason() string {
	if s, ok := sentences[a.Code]; ok {
		return s.say(&a)
	}
	return oneLine(string(a.Code))
}

// NeedsAttention says that a person should look at the action: nothing is done,
// and it does not come right by itself.
func (a Action) NeedsAttention() bool { return sentences[a.Code].attention }

// sentence is a row of the table: what a code says, and whether a person should
// look.
type sentence struct {
	say       func(a *Action) string
	attention bool
}

func plain(text string) sentence { return sentence{say: func(*Action) string { return text }} }

func says(say func(a *Action) string) sentence { return sentence{say: say} }

func noticed(text string) sentence {
	return sentence{say: func(*Action) string { return text }, attention: true}
}

var sentences = map[ReasonCode]sentence{
	CodeNew: plain("New: no ticket is open for it."),
	CodeRecurred: says(func(a *Action) string {
		return fmt.Sprintf("The problem is back; its last ticket, %s, was closed%s, too long ago to be reopened.", lastTicket(a), on(a))
	}),
	CodeLasting: says(func(a *Action) string {
		return fmt.Sprintf("The problem never went away since ticket %s was closed%s.", lastTicket(a), on(a))
	}),
	CodeMany: plain("More new problems at once than should each get a ticket: this one stands for all of them."),
	CodeAgain: says(func(a *Action) string {
		return fmt.Sprintf("The problem is back after the ticket was closed%s.", on(a))
	}),
	CodeNotDone: says(func(a *Action) string {
		return fmt.Sprintf("The problem is there although the ticket's status %q says it is done.", oneLine(a.Status))
	}),
	CodeEscalated: says(func(a *Action) string {
		return fmt.Sprintf("More severe than before: %s, was %s.", severityOf(a), a.Before.Severity)
	}),
	CodeChanged:  says(func(a *Action) string { return "What is wrong has changed: " + fieldList(a.Changes) + "." }),
	CodeReturned: says(func(a *Action) string { return fmt.Sprintf("The problem is back after its end was noted%s.", on(a)) }),
	CodeGrown:    plain("More problems have come since this ticket was last written to."),
	CodeDaily:    plain("The problems last."),
	CodeRecovered: says(func(a *Action) string {
		return fmt.Sprintf("The problem is over%s; %s.", stamp(", healthy since", a.Since), outcome(a))
	}),
	CodeOver: says(func(a *Action) string {
		return fmt.Sprintf("The problem is over: it is not listed any more%s; %s.", stamp(" since", a.Since), outcome(a))
	}),
	CodeGone: says(func(a *Action) string {
		return fmt.Sprintf("It does not exist any more in what is monitored%s; %s.", stamp(", since", a.Since), outcome(a))
	}),
	CodeAbsent: {say: func(*Action) string { return "It is not in what is monitored any more: removed, renamed or excluded." }, attention: true},
	CodeStormOver: says(func(a *Action) string {
		return "Each of its problems is over or has a ticket of its own; " + outcome(a) + "."
	}),
	CodeDuplicate: says(func(a *Action) string {
		return fmt.Sprintf("A duplicate of %s that nobody has touched.", tickets(a.Related))
	}),
	CodeSuppressedNews: says(func(a *Action) string { return "Nothing can be said about it any more: " + cause(a) }),
	CodeAdoptable:      plain("A ticket of an older tool is open for it and is taken over as it is."),
	CodeMoved:          plain("It belongs to another customer now; only the marker is corrected."),
	CodeBack:           plain("The problem is there again before it was over for long enough."),
	CodeRecovering: says(func(a *Action) string {
		return fmt.Sprintf("Over%s, not for long enough; due%s.", stamp(" since", a.Since), stamp(" on", a.Until))
	}),
	CodeGoing: says(func(a *Action) string {
		return fmt.Sprintf("Missing%s, not for long enough; due%s.", stamp(" since", a.Since), stamp(" on", a.Until))
	}),
	CodeTakenBack: {say: func(*Action) string { return "Its marker was lost or is out of date and is written again." }},

	CodeUnchanged: plain("The ticket says what there is to say."),
	CodeEdited:    plain("The ticket differs only where people have changed it."),
	CodeTooSoon: says(func(a *Action) string {
		return fmt.Sprintf("Changed, but last written to%s; next time%s.", on(a), stamp(" from", a.Until))
	}),
	CodeSilenced: says(func(a *Action) string {
		return fmt.Sprintf("The status %q asks for silence until the problem has ended once.", oneLine(a.Status))
	}),
	CodeSuppressed: says(func(a *Action) string { return "Suppressed: " + cause(a) }),
	CodeNoted:      plain("The problem is over, as the ticket says; people close it."),
	CodeLeft: says(func(a *Action) string {
		return fmt.Sprintf("The problem is over; tickets in stage %s are left alone.", a.Stage)
	}),
	CodeByPerson:   plain("A person reopened the ticket after it was closed."),
	CodeEvents:     plain("Its feed tells events only: that it is silent does not say that the problem is over."),
	CodeQuiet:      noticed("Missing, but so is much else of its feed: that is not taken as the end of the problem."),
	CodeNotLooked:  plain("Its customer was not looked at in this run."),
	CodeNotListed:  noticed("Its customer is not listed any more."),
	CodeOtherFeed:  noticed("Its feed is not among those that were looked at."),
	CodeMerged:     plain("A person merged the ticket into another that is open."),
	CodeProject:    plain("A person made a project ticket of it."),
	CodeNotAdopted: noticed("A ticket of an older tool is open; nothing is known that would decide about it."),
	CodeStormLasts: plain("Its problems last, and the ticket says so."),

	CodeStorm: says(func(a *Action) string {
		if len(a.Related) == 0 || a.Related[0] == 0 {
			return "One of many new problems; a single new ticket stands for all of them."
		}
		return fmt.Sprintf("One of many new problems; ticket #%d stands for all of them.", a.Related[0])
	}),

	CodeSnoozed: says(func(a *Action) string {
		return fmt.Sprintf("A person closed the ticket%s although the problem lasts; silent%s.", on(a), stamp(" until", a.Until))
	}),
	CodeTooFresh: says(func(a *Action) string {
		return fmt.Sprintf("There%s, not for long enough; due%s.", stamp(" since", a.Since), stamp(" on", a.Until))
	}),
	CodeMaintenance: says(func(a *Action) string {
		return fmt.Sprintf("Maintenance%s; it ends%s.", inQuotes(a.Cause), stamp(" on", a.Until))
	}),
	CodeBudget: says(func(a *Action) string {
		return fmt.Sprintf("This run has written what it may; the %s follows.", oneLine(string(a.Would)))
	}),
	CodeNotAllowed: says(func(a *Action) string {
		return fmt.Sprintf("The policy does not allow to %s.", oneLine(string(a.Would)))
	}),
	CodeUnmatched:     {say: func(a *Action) string { return "No ticket without a company: " + cause(a) }, attention: true},
	CodeBoardPartial:  noticed("Not all tickets could be read; one may be open already."),
	CodeStopped:       {say: func(a *Action) string { return "Nothing is opened: " + cause(a) }, attention: true},
	CodeCreating:      plain("An earlier run began to create its ticket, and it has not been seen yet."),
	CodeOlderTool:     noticed("An older tool still writes on these tickets: stop it, then acknowledge."),
	CodeForeign:       noticed("The place of the marker in the ticket holds something else."),
	CodeCopy:          noticed("The ticket carries our marker but was entered by somebody else: a copy."),
	CodeRecognised:    noticed("An open ticket that nobody recognises as ours seems to be about it; a person decides."),
	CodeContradictory: noticed("The observation contradicts itself about this key."),
	CodeOtherBoard:    noticed("The ticket is on a board whose statuses are not known."),
}

// stamp gives " on 2026-11-18 02:15 UTC", or nothing for the zero time.
func stamp(words string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return words + " " + t.UTC().Format("2006-01-02 15:04 UTC")
}

func on(a *Action) string { return stamp(" on", a.Since) }

func cause(a *Action) string {
	if a.Cause == "" {
		return "no reason given."
	}
	return oneLine(a.Cause)
}

func inQuotes(s string) string {
	if s == "" {
		return ""
	}
	return fmt.Sprintf(" %q", oneLine(s))
}

func outcome(a *Action) string {
	switch {
	case a.Kind == MarkOnly:
		return "its next failure is a new problem"
	case a.Recovery == RecoveryClose:
		return "the ticket is closed"
	case a.Recovery == RecoveryVerify:
		return "the ticket is moved to where people check and close it"
	case a.Recovery == RecoveryNote:
		return "the ticket is left to those who work on it"
	}
	return "nothing is done"
}

func fieldList(changes []Change) string {
	names := make([]string, len(changes))
	for i, c := range changes {
		names[i] = oneLine(c.Field)
	}
	return strings.Join(names, ", ")
}

func lastTicket(a *Action) string { return tickets(a.Related[:min(1, len(a.Related))]) }

func tickets(ids []int64) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = fmt.Sprintf("#%d", id)
	}
	return strings.Join(names, ", ")
}

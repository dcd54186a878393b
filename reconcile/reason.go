package reconcile

import (
	"fmt"
	"strings"
	"time"
)

// ReasonCode says in one word why an action is what it is. The words are part
// of the plan's format; [Action.Reason] makes a sentence of them.
type ReasonCode string

// The codes of actions that write.
const (
	CodeNew        ReasonCode = "new"         // create: no ticket yet
	CodeRecurred   ReasonCode = "recurred"    // create: the earlier tickets are closed for too long
	CodeAgain      ReasonCode = "again"       // reopen: closed not long ago
	CodeNotDone    ReasonCode = "not-done"    // reopen: its status says done
	CodeEscalated  ReasonCode = "escalated"   // update: more severe
	CodeChanged    ReasonCode = "changed"     // update
	CodeReturned   ReasonCode = "returned"    // update: after its recovery was noted
	CodeRecovered  ReasonCode = "recovered"   // close or update: healthy
	CodeRenewed    ReasonCode = "renewed"     // create: beside open ones
	CodeStormOver  ReasonCode = "storm-over"  // close or update: nothing is folded into it
	CodeDuplicate  ReasonCode = "duplicate"   // close or merge: not the eldest
	CodeGone       ReasonCode = "gone"        // close or update: absent for long
	CodeParkedNews ReasonCode = "parked-news" // update: the parking itself is news
	CodeAdoptable  ReasonCode = "adoptable"   // adopt
	CodeMoved      ReasonCode = "moved"       // mark: the key belongs to another group
	CodeBack       ReasonCode = "back"        // mark: a timer stops
	CodeRecovering ReasonCode = "recovering"  // mark, keep: healthy, not for long enough
	CodeGoing      ReasonCode = "going"       // mark, keep: absent, not for long enough
)

// The codes of Keep.
const (
	CodeUnchanged   ReasonCode = "unchanged"
	CodeEdited      ReasonCode = "edited"
	CodeTooSoon     ReasonCode = "too-soon"
	CodeSilenced    ReasonCode = "silenced" // hold, when closed
	CodeParked      ReasonCode = "parked"   // mark, when a timer stops
	CodeNoted       ReasonCode = "noted"
	CodeLeft        ReasonCode = "left"
	CodeByPerson    ReasonCode = "by-person" // mark, when the problem is there
	CodeAbsent      ReasonCode = "absent"
	CodePartial     ReasonCode = "partial"
	CodeUnseen      ReasonCode = "unseen"
	CodeOtherScope  ReasonCode = "other-scope"
	CodeOtherSource ReasonCode = "other-source"
	CodeMerged      ReasonCode = "merged"
	CodeNotAdopted  ReasonCode = "not-adopted"
)

// CodeStorm is the code of Fold.
const CodeStorm ReasonCode = "storm"

// The codes of Hold.
const (
	CodeSnoozed       ReasonCode = "snoozed"
	CodeTooFresh      ReasonCode = "too-fresh"
	CodeMaintenance   ReasonCode = "maintenance"
	CodeBudget        ReasonCode = "budget"
	CodeNotAllowed    ReasonCode = "not-allowed"
	CodeUnmatched     ReasonCode = "unmatched"
	CodeBoardPartial  ReasonCode = "board-partial"
	CodeDamaged       ReasonCode = "damaged"
	CodeCopy          ReasonCode = "copy"
	CodeContradictory ReasonCode = "contradictory"
	CodeOtherBoard    ReasonCode = "other-board"
)

// Reason is the sentence for people that belongs to the action's code.
func (a Action) Reason() string {
	on, since, until := stamp("on", a.Since), stamp("since", a.Since), stamp("on", a.Until)
	switch a.Code {
	case CodeNew:
		return "A problem without a ticket."
	case CodeRecurred:
		return fmt.Sprintf("The problem is there again; the last ticket, %s, was closed%s, too long ago to be reopened.", tickets(a.Related[:min(1, len(a.Related))]), on)
	case CodeAgain:
		return fmt.Sprintf("The problem is there although the ticket was closed%s.", on)
	case CodeNotDone:
		return fmt.Sprintf("The problem is there although the ticket's status %q says it is done.", a.Status)
	case CodeEscalated:
		return fmt.Sprintf("More severe than written: %s, was %s.", severityOf(a), a.Before.Severity)
	case CodeChanged:
		return "What is wrong has changed: " + fieldList(a.Changes) + "."
	case CodeReturned:
		return fmt.Sprintf("The problem is back after its end was noted%s.", on)
	case CodeRecovered:
		if since != "" {
			since = ", healthy" + since
		}
		return fmt.Sprintf("The problem is over%s; %s.", since, recoveryText(a))
	case CodeGone:
		return fmt.Sprintf("Not seen any more%s; %s.", since, recoveryText(a))
	case CodeParkedNews:
		return "Nothing can be said about it any more: " + cause(a)
	case CodeAdoptable:
		return "A ticket of an older tool is open for it and is taken over as it is."
	case CodeMoved:
		return "It belongs to another group now; only the marker is corrected."
	case CodeBack:
		return "The problem is there again before it was over for long enough; the timer stops."
	case CodeRecovering:
		return fmt.Sprintf("Healthy%s, not for long enough; due%s.", since, until)
	case CodeGoing:
		return fmt.Sprintf("Not seen%s, not for long enough; due%s.", since, until)
	case CodeUnchanged:
		return "The ticket says what there is to say."
	case CodeEdited:
		return "The ticket differs only where people have changed it."
	case CodeTooSoon:
		return fmt.Sprintf("Changed, but last written%s; next write%s.", on, stamp("from", a.Until))
	case CodeSilenced:
		return fmt.Sprintf("The status %q asks for silence until the problem has ended once.", a.Status)
	case CodeParked:
		return "Parked: " + cause(a)
	case CodeNoted:
		return "The problem is over, as the ticket says; people close it."
	case CodeLeft:
		return fmt.Sprintf("The problem is over; tickets in stage %s are left alone.", a.Stage)
	case CodeByPerson:
		return "A person reopened the ticket after it was closed."
	case CodeAbsent:
		return "Not seen any more, and absence closes nothing here."
	case CodePartial:
		return "Not seen, but not everything could be read."
	case CodeUnseen:
		return "Not seen, but its group could not be read."
	case CodeOtherScope:
		return "Not seen, but this run looked at something else than the tickets stand for."
	case CodeOtherSource:
		return "Its source was not read."
	case CodeMerged:
		return "A person merged the ticket into another that is open."
	case CodeNotAdopted:
		return "A ticket of an older tool is open; nothing is known that would decide about it."
	case CodeRenewed:
		return fmt.Sprintf("The problem lasts, and the policy wants a new ticket beside %s.", tickets(a.Related))
	case CodeStormOver:
		return fmt.Sprintf("No problem of the group is without a ticket of its own any more; %s.", recoveryText(a))
	case CodeDuplicate:
		return fmt.Sprintf("A duplicate of %s that nobody has touched.", tickets(a.Related))
	case CodeStorm:
		if len(a.Related) == 0 || a.Related[0] == 0 {
			return "One of many new problems; a single ticket stands for all of them."
		}
		return fmt.Sprintf("One of many new problems; ticket #%d stands for all of them.", a.Related[0])
	case CodeSnoozed:
		return fmt.Sprintf("A person closed the ticket%s although the problem lasts; silent%s.", on, stamp("until", a.Until))
	case CodeTooFresh:
		return fmt.Sprintf("There%s, not for long enough; due%s.", since, until)
	case CodeMaintenance:
		return fmt.Sprintf("Maintenance%s; it ends%s.", inQuotes(a.Cause), until)
	case CodeBudget:
		return fmt.Sprintf("The budget of this run is spent on more urgent ones; the %s follows.", a.Would)
	case CodeNotAllowed:
		return fmt.Sprintf("The policy does not allow to %s.", a.Would)
	case CodeUnmatched:
		return "No ticket without a company: " + cause(a)
	case CodeBoardPartial:
		return "Not all tickets could be read; one may be open already."
	case CodeDamaged:
		return "The place of the marker in the ticket holds something that cannot be read."
	case CodeCopy:
		return "The ticket carries our marker but was entered by somebody else: a copy."
	case CodeContradictory:
		return "The observation contradicts itself about this key."
	case CodeOtherBoard:
		return "The ticket is on a board whose statuses are not known."
	}
	return string(a.Code)
}

// stamp gives " on 2026-11-18 02:15 UTC", or nothing for the zero time.
func stamp(word string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return " " + word + " " + t.UTC().Format("2006-01-02 15:04 UTC")
}

func cause(a Action) string {
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

func severityOf(a Action) Severity {
	if a.Issue != nil {
		return a.Issue.Severity
	}
	return a.After.Severity
}

func recoveryText(a Action) string {
	switch a.Recovery {
	case RecoveryClose:
		return "the ticket is closed"
	case RecoveryVerify:
		return "the ticket is moved to where people check it"
	case RecoveryNote:
		return fmt.Sprintf("a ticket in stage %s gets a note", a.Stage)
	}
	return "nothing is done"
}

func fieldList(changes []Change) string {
	names := make([]string, len(changes))
	for i, c := range changes {
		names[i] = string(c.Field)
	}
	return strings.Join(names, ", ")
}

func tickets(ids []int64) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = fmt.Sprintf("#%d", id)
	}
	return strings.Join(names, ", ")
}

package reconcile

// The codes say why an action is what it is, for programs. [Action.Reason] says
// it for people, with the sentence beside the code. They are variables only so
// that each code and its sentence stand in one place; never change them.
//
// A sentence that begins with "!" needs a person's attention
// ([Action.NeedsAttention]). A place {since: words} or {until: words} becomes
// the words and the time, or nothing when the time is zero. {cause:words}
// becomes the caller's sentence, or else the words. The other places become
// parts of the action.
var (
	// Create.
	CodeNew      = because("new", "New: no ticket is open for it.")
	CodeRecurred = because("recurred", "The problem is back; its last ticket, {last}, was closed{since: on}, too long ago to be reopened.")
	CodeLasting  = because("lasting", "The problem never went away since ticket {last} was closed{since: on}.")
	CodeMany     = because("many", "Too many new problems at once for a ticket each: this one stands for all of them.")

	// Reopen.
	CodeAgain   = because("again", "The problem is back after the ticket was closed{since: on}.")
	CodeNotDone = because("not-done", "The problem is there although the ticket's status {status} says it is done.")

	// Update.
	CodeEscalated      = because("escalated", "More severe than before: {severity}, was {was}.")
	CodeChanged        = because("changed", "What is wrong has changed: {changes}.")
	CodeReturned       = because("returned", "The problem is back after its end was noted{since: on}.")
	CodeGrown          = because("grown", "More problems have come since this ticket was last written to.")
	CodeDaily          = because("daily", "The problems last.")
	CodeSuppressedNews = because("suppressed-news", "Nothing can be said about it any more: {cause}")

	// Update in the first run, Keep in later ones.
	CodeAbsent = because("absent", "!It is not in what is monitored any more: removed, renamed or excluded.")

	// Close; Update where people work on the ticket; MarkOnly where a person
	// has closed or merged it.
	CodeRecovered = because("recovered", "The problem is over{since:, healthy since}; {outcome}.")
	CodeOver      = because("over", "The problem is over: it is not listed any more{since: since}; {outcome}.")
	CodeGone      = because("gone", "It does not exist any more in what is monitored{since:, since}; {outcome}.")
	CodeStormOver = because("storm-over", "Each of its problems is over or has a ticket of its own; {outcome}.")

	// Close.
	CodeDuplicate = because("duplicate", "A duplicate of {related} that nobody has touched.")

	// Adopt.
	CodeAdoptable = because("adoptable", "A ticket of an older tool is open for it and is taken over as it is.")

	// MarkOnly.
	CodeMoved     = because("moved", "It belongs to another customer now; only the marker is corrected.")
	CodeBack      = because("back", "The problem is there again before it was over for long enough.")
	CodeTakenBack = because("taken-back", "Its marker was lost or is out of date and is written again.")

	// MarkOnly when a timer starts or stops or the marker is corrected;
	// otherwise Keep.
	CodeRecovering = because("recovering", "Over{since: since}, not for long enough; due{until: on}.")
	CodeGoing      = because("going", "Missing{since: since}, not for long enough; due{until: on}.")
	CodeQuiet      = because("quiet", "!Missing, but so is much else of its feed: that is not taken as the end of the problem.")
	CodeSuppressed = because("suppressed", "Suppressed: {cause}")
	CodeByPerson   = because("by-person", "A person reopened the ticket after it was closed.")

	// Keep.
	CodeUnchanged  = because("unchanged", "The ticket says what there is to say.")
	CodeEdited     = because("edited", "The ticket differs only where people have changed it.")
	CodeTooSoon    = because("too-soon", "Changed, but last written to{since: on}; next time{until: from}.")
	CodeNoted      = because("noted", "The problem is over, as the ticket says; people close it.")
	CodeLeft       = because("left", "The problem is over; tickets in stage {stage} are left alone.")
	CodeEvents     = because("events", "Its feed tells events only: that it is silent does not say that the problem is over.")
	CodeNotLooked  = because("not-looked", "Its customer was not looked at in this run.")
	CodeNotListed  = because("not-listed", "!Its customer is not listed any more.")
	CodeOtherFeed  = because("other-feed", "!Its feed is not among those that were looked at.")
	CodeMerged     = because("merged", "A person merged the ticket into another that is open.")
	CodeProject    = because("project", "A person made a project ticket of it.")
	CodeNotAdopted = because("not-adopted", "!A ticket of an older tool is open; nothing is known that would decide about it.")
	CodeStormLasts = because("storm-lasts", "Its problems last, and the ticket says so.")

	// Keep while the ticket is open, Hold once it is closed.
	CodeSilenced = because("silenced", "The status {status} asks for silence until the problem has ended once.")

	// Fold.
	CodeStorm = because("storm", "One of many new problems; {last} stands for all of them.")

	// Hold.
	CodeSnoozed       = because("snoozed", "A person closed the ticket{since: on} although the problem lasts; silent{until: until}.")
	CodeTooFresh      = because("too-fresh", "There{since: since}, not for long enough; due{until: on}.")
	CodeMaintenance   = because("maintenance", "Maintenance: {cause}; it ends{until: on}.")
	CodeBudget        = because("budget", "This run has written what it may; the {would} follows.")
	CodeNotAllowed    = because("not-allowed", "The policy does not allow to {would}.")
	CodeUnmatched     = because("unmatched", "!No ticket without a company: {cause:Issue.Company is empty.}")
	CodeBoardPartial  = because("board-partial", "!Not all tickets could be read; one may be open already.")
	CodeStopped       = because("stopped", "!Nothing is opened: {cause}")
	CodeCreating      = because("creating", "An earlier run began to create its ticket, and it has not been seen yet.")
	CodeOlderTool     = because("older-tool", "!An older tool still writes on these tickets: stop it, then acknowledge.")
	CodeForeign       = because("foreign", "!The place of the marker in the ticket holds something else.")
	CodeCopy          = because("copy", "!The ticket carries our marker but was entered by somebody else: a copy.")
	CodeRecognised    = because("recognised", "!An open ticket that nobody recognises as ours seems to be about it; a person decides.")
	CodeContradictory = because("contradictory", "!The observation contradicts itself about this key.")
	CodeOtherBoard    = because("other-board", "!The ticket is on a board whose statuses are not known.")
)

// sentences holds the sentence of each code.
var sentences = make(map[string]string)

func because(code, sentence string) string {
	sentences[code] = sentence
	return code
}

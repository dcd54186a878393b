package reconcile

// ReasonCode says why an action is what it is, for programs; [Action.Reason]
// says it for people.
type ReasonCode string

// The codes of actions that write; some stand with Keep as well.
const (
	CodeNew            ReasonCode = "new"             // create: no ticket yet
	CodeRecurred       ReasonCode = "recurred"        // create: it was over, and the last ticket is closed for too long
	CodeLasting        ReasonCode = "lasting"         // create: a person closed the last ticket, and it never went away
	CodeMany           ReasonCode = "many"            // create: one ticket for many problems
	CodeAgain          ReasonCode = "again"           // reopen: closed not long ago
	CodeNotDone        ReasonCode = "not-done"        // reopen: its status says done
	CodeEscalated      ReasonCode = "escalated"       // update: more severe
	CodeChanged        ReasonCode = "changed"         // update
	CodeReturned       ReasonCode = "returned"        // update: after its end was noted
	CodeGrown          ReasonCode = "grown"           // update: a storm has taken in more
	CodeDaily          ReasonCode = "daily"           // update: a storm lasts
	CodeRecovered      ReasonCode = "recovered"       // close or update: healthy; mark: a person closed it before
	CodeOver           ReasonCode = "over"            // the same: missing from a list of active alerts
	CodeGone           ReasonCode = "gone"            // the same: absent from an inventory for long
	CodeAbsent         ReasonCode = "absent"          // update: first absent from an inventory; then keep
	CodeStormOver      ReasonCode = "storm-over"      // close or update: nothing is folded into it
	CodeDuplicate      ReasonCode = "duplicate"       // close: not the eldest
	CodeSuppressedNews ReasonCode = "suppressed-news" // update: the suppression itself is news
	CodeAdoptable      ReasonCode = "adoptable"       // adopt
	CodeMoved          ReasonCode = "moved"           // mark: the key belongs to another customer
	CodeBack           ReasonCode = "back"            // mark: a timer stops
	CodeRecovering     ReasonCode = "recovering"      // mark, keep: healthy, not for long enough
	CodeGoing          ReasonCode = "going"           // mark, keep: absent, not for long enough
	CodeTakenBack      ReasonCode = "taken-back"      // mark: a lost marker, or what an older tool rewrote
)

// The codes of Keep.
const (
	CodeUnchanged  ReasonCode = "unchanged"
	CodeEdited     ReasonCode = "edited"
	CodeTooSoon    ReasonCode = "too-soon"
	CodeSilenced   ReasonCode = "silenced"   // hold, when closed
	CodeSuppressed ReasonCode = "suppressed" // mark, when a timer stops
	CodeNoted      ReasonCode = "noted"
	CodeLeft       ReasonCode = "left"
	CodeByPerson   ReasonCode = "by-person" // mark, when the problem is there
	CodeEvents     ReasonCode = "events"
	CodeQuiet      ReasonCode = "quiet" // mark, when a timer starts
	CodeNotLooked  ReasonCode = "not-looked"
	CodeNotListed  ReasonCode = "not-listed"
	CodeOtherFeed  ReasonCode = "other-feed"
	CodeMerged     ReasonCode = "merged"
	CodeProject    ReasonCode = "project"
	CodeNotAdopted ReasonCode = "not-adopted"
	CodeStormLasts ReasonCode = "storm-lasts"
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
	CodeStopped       ReasonCode = "stopped"
	CodeCreating      ReasonCode = "creating"
	CodeOlderTool     ReasonCode = "older-tool"
	CodeForeign       ReasonCode = "foreign"
	CodeCopy          ReasonCode = "copy"
	CodeRecognised    ReasonCode = "recognised"
	CodeContradictory ReasonCode = "contradictory"
	CodeOtherBoard    ReasonCode = "other-board"
)

package reconcile

// The codes say why an action is what it is, for programs; [Action.Reason] says
// it for people. These are those of actions that write; some stand with Keep as
// well.
const (
	CodeNew            = "new"             // create: no ticket yet
	CodeRecurred       = "recurred"        // create: it was over, and the last ticket is closed for too long
	CodeLasting        = "lasting"         // create: a person closed the last ticket, and it never went away
	CodeMany           = "many"            // create: one ticket for many problems
	CodeAgain          = "again"           // reopen: closed not long ago
	CodeNotDone        = "not-done"        // reopen: its status says done
	CodeEscalated      = "escalated"       // update: more severe
	CodeChanged        = "changed"         // update
	CodeReturned       = "returned"        // update: after its end was noted
	CodeGrown          = "grown"           // update: a storm has taken in more
	CodeDaily          = "daily"           // update: a storm lasts
	CodeRecovered      = "recovered"       // close or update: healthy; mark: a person closed it before
	CodeOver           = "over"            // the same: missing from a list of active alerts
	CodeGone           = "gone"            // the same: absent from an inventory for long
	CodeAbsent         = "absent"          // update: first absent from an inventory; then keep
	CodeStormOver      = "storm-over"      // close or update: nothing is folded into it
	CodeDuplicate      = "duplicate"       // close: not the eldest
	CodeSuppressedNews = "suppressed-news" // update: the suppression itself is news
	CodeAdoptable      = "adoptable"       // adopt
	CodeMoved          = "moved"           // mark: the key belongs to another customer
	CodeBack           = "back"            // mark: a timer stops
	CodeRecovering     = "recovering"      // mark, keep: healthy, not for long enough
	CodeGoing          = "going"           // mark, keep: absent, not for long enough
	CodeTakenBack      = "taken-back"      // mark: a lost marker, or what an older tool rewrote
)

// The codes of Keep.
const (
	CodeUnchanged  = "unchanged"
	CodeEdited     = "edited"
	CodeTooSoon    = "too-soon"
	CodeSilenced   = "silenced"   // hold, when closed
	CodeSuppressed = "suppressed" // mark, when a timer stops
	CodeNoted      = "noted"
	CodeLeft       = "left"
	CodeByPerson   = "by-person" // mark, when the problem is there
	CodeEvents     = "events"
	CodeQuiet      = "quiet" // mark, when a timer starts
	CodeNotLooked  = "not-looked"
	CodeNotListed  = "not-listed"
	CodeOtherFeed  = "other-feed"
	CodeMerged     = "merged"
	CodeProject    = "project"
	CodeNotAdopted = "not-adopted"
	CodeStormLasts = "storm-lasts"
)

// CodeStorm is the code of Fold.
const CodeStorm = "storm"

// The codes of Hold.
const (
	CodeSnoozed       = "snoozed"
	CodeTooFresh      = "too-fresh"
	CodeMaintenance   = "maintenance"
	CodeBudget        = "budget"
	CodeNotAllowed    = "not-allowed"
	CodeUnmatched     = "unmatched"
	CodeBoardPartial  = "board-partial"
	CodeStopped       = "stopped"
	CodeCreating      = "creating"
	CodeOlderTool     = "older-tool"
	CodeForeign       = "foreign"
	CodeCopy          = "copy"
	CodeRecognised    = "recognised"
	CodeContradictory = "contradictory"
	CodeOtherBoard    = "other-board"
)

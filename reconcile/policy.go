package reconcile

import "time"

// Policy decides what is done about the difference. [DefaultPolicy] is where to
// start: the zero value closes no ticket whose problem is over. A policy only ever
// removes actions or makes them milder (only storms put one create in the place
// of many); the documentation of each field shows what it does before and after.
//
// In JSON, durations are texts such as "24h" or "30d", absent members leave what
// is set, and unknown ones are refused with their path.
type Policy struct {
	// Allow are the kinds of actions that are carried out; what is not among
	// them is held. Empty allows all.
	//
	//	before (empty)         12 create, 3 close
	//	after  ([adopt])       12 hold (create), 3 hold (close)
	Allow []ActionKind `json:"allow"`
	// OnRecovery says what the end of a problem does to a ticket in each stage;
	// a stage that is not in it is left alone. It is done once: a ticket that
	// has been noted or verified is people's from then on.
	//
	//	before (all close)                      close   a technician is waiting for a part
	//	after  (new close, the others note)     update  "the problem is over"
	OnRecovery map[Stage]Recovery `json:"onRecovery"`
	// ReopenWithin is how long after its close a ticket is reopened when the
	// problem is back; beyond it a new ticket is created that names the old one.
	// 0 never reopens.
	//
	//	before (0)     create  the problem is back an hour after the close
	//	after  (24h)   reopen
	ReopenWithin time.Duration `json:"reopenWithin"`
	// Snooze is how long a person who closes a ticket while the problem lasts
	// has silence. It ends early when the problem gets more severe, was over
	// once, or is known to have begun after the close. When it runs out and the
	// problem never went away, a new ticket says so. 0 is none.
	//
	//	before (0)     create  four hours after a technician has closed it
	//	after  (7d)    hold (create), and after a week create
	Snooze time.Duration `json:"snooze"`
	// UpdateEvery is the least time between two writes about a problem that
	// goes on. A rise in severity does not wait. 0 writes every change at once.
	//
	//	before (0)     update  six notes a day, one for each change
	//	after  (24h)   keep, keep, ... update
	UpdateEvery time.Duration `json:"updateEvery"`
	// OpenAfter is how long a problem must have lasted before a ticket is
	// created or reopened for it. 0 opens at once, as does a problem of which
	// it is not known when it began.
	//
	//	before (0)     create  for every failed first attempt
	//	after  (4h)    hold (create), gone before the next run
	OpenAfter time.Duration `json:"openAfter"`
	// CloseAfter is how long a key must have been seen healthy, or missing from
	// a list of active alerts, before its ticket is closed. 0, the default, closes
	// at once when it is healthy. A missing key waits for at least 10 minutes from
	// the first run that missed it, and for a second run, whatever CloseAfter says.
	//
	//	before (0)     close, reopen, close  for a device that flaps
	//	after  (24h)   mark, keep, ... close
	CloseAfter time.Duration `json:"closeAfter"`
	// AbsentAfter is how long a key must have been absent from an inventory that
	// looked at everything before its ticket is closed. It counts from the note
	// that the ticket gets when the key is first absent. 0, the default, never
	// closes it: the ticket is kept and listed.
	//
	//	before (0)     update, keep  a device was deleted while its backup failed
	//	after  (7d)    update, keep, ... close
	AbsentAfter time.Duration `json:"absentAfter"`
	// MassAbsence guards against a feed that went quiet: when five or more keys
	// of a feed are absent, and more than this share of those whose tickets
	// absence could close or note, none is closed or noted for being absent. 0.5
	// is the default, 1 is off, 0 is the strictest. Four absent keys or fewer are
	// not guarded: do not call [Diff] when the list could not be read.
	//
	// Timers run meanwhile. A key is let go by itself when it has been absent for
	// 24 hours and the feed has brought something newer; all of them when the feed
	// is Sure or Vouched ([Feed]). The documentation of the package has the rest.
	//
	//	before (1)     40 close  the tool was down and its list came back empty
	//	after  (0.5)   40 keep   and the plan says which feed went quiet
	MassAbsence float64 `json:"massAbsence"`
	// CorrelateWithin is how far back a new ticket names the earlier ones of its
	// key. The last one is always named where it is known.
	//
	//	before (0)     create
	//	after  (30d)   create, related #70001, #69345
	CorrelateWithin time.Duration `json:"correlateWithin"`
	// CustomerStorm and GlobalStorm bound how many tickets are created for a
	// customer and in all of a feed. The ticket of a global storm belongs to
	// StormCompany, the provider's own; without it there are no global storms.
	CustomerStorm Storm  `json:"customerStorm"`
	GlobalStorm   Storm  `json:"globalStorm"`
	StormCompany  string `json:"stormCompany"`
	// Windows are times in which nothing is opened.
	Windows []Window `json:"windows"`
	// ListDuplicates leaves further open tickets of a key alone and only names
	// them. Otherwise those that nobody has touched are closed, the youngest
	// first, one a run, with a reference to the eldest.
	//
	//	before (false) close  #70005, a duplicate of #70001; then keep #70001
	//	after  (true)  keep   #70001, related #70005
	ListDuplicates bool `json:"listDuplicates"`
	// MaxCreate is the most tickets to create and reopen in a run, MaxClose the
	// most to close; 0 is no limit. What exceeds them is held and comes to its
	// turn in later runs: of the creates first those that have waited for a day,
	// then the more severe; of the closes the eldest ticket first.
	//
	//	before (0)     240 close             a filter was wrong, everything looks healthy
	//	after  (20)     20 close, 220 hold
	MaxCreate int `json:"maxCreate"`
	MaxClose  int `json:"maxClose"`
}

// DefaultPolicy closes the tickets nobody has taken up and leaves a note in the
// others (OnRecovery), as soon as the problem is over (CloseAfter 0). A ticket
// whose subject is gone from an inventory gets a note and stays open
// (AbsentAfter 0); nothing is closed for being absent when that is more than
// half of a feed (MassAbsence 0.5). It reopens within 24 hours (ReopenWithin),
// leaves what people close alone for 7 days (Snooze), writes about a lasting
// problem at most once in 24 hours (UpdateEvery), names tickets of the last 30
// days (CorrelateWithin), and makes one ticket of more than 10 new problems of a
// customer in an hour (CustomerStorm). Once StormCompany is set it also makes one
// of more than 50 in all (GlobalStorm). Nothing else is set: there are no
// windows and no limits, and problems get their tickets at once.
func DefaultPolicy() Policy {
	return Policy{
		OnRecovery:      map[Stage]Recovery{StageNew: RecoveryClose, StageWorking: RecoveryNote, StageWaiting: RecoveryNote, StageDone: RecoveryNote},
		ReopenWithin:    24 * time.Hour,
		Snooze:          7 * 24 * time.Hour,
		UpdateEvery:     24 * time.Hour,
		CorrelateWithin: 30 * 24 * time.Hour,
		MassAbsence:     0.5,
		CustomerStorm:   Storm{Limit: 10, Window: time.Hour},
		GlobalStorm:     Storm{Limit: 50, Window: time.Hour},
	}
}

// Horizon is how far back closed tickets must be read for [Diff] to decide as
// the policy says.
func (p Policy) Horizon() time.Duration {
	return max(p.Snooze, p.ReopenWithin, p.CorrelateWithin, p.CustomerStorm.Window, p.GlobalStorm.Window, closedLately)
}

// Storm turns many new tickets into one. When more problems are due than Limit
// leaves room for, counting the tickets created or reopened within Window, none
// of them gets a ticket: one ticket stands for all of them, until each is over
// or has its own.
//
//	before (no storm)             14 create   a customer's line is down
//	after  (Limit 10, an hour)     1 create, 14 fold
//
// Other products call it a "ticket flood limit", and lose what is above it.
type Storm struct {
	// Limit is how many tickets may be created in Window; 0 is no limit.
	Limit int `json:"limit"`
	// Window is how far back created tickets are counted, and how long a storm
	// takes in all that comes.
	Window time.Duration `json:"window"`
}

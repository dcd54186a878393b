package reconcile

import "time"

// Policy decides what is done about the difference between problems and
// tickets. Start with [DefaultPolicy]: the zero value closes no ticket whose
// problem is over. A policy only removes actions or makes them milder (only
// storms replace many creates by one). The documentation of each field shows a
// plan before and after the field is set.
//
// No number and no duration may be negative. In JSON, durations are texts such
// as "24h" or "30d". Absent members leave what is set, and unknown ones are
// refused with their path.
type Policy struct {
	// Allow are the kinds of actions that are carried out; all other kinds are
	// held. Empty allows all.
	//
	//	before (empty)         12 create, 3 close
	//	after  ([adopt])       12 hold (create), 3 hold (close)
	Allow []ActionKind `json:"allow"`
	// OnRecovery says what the end of a problem does to a ticket, by the
	// ticket's stage. Tickets in a stage without an entry are left alone. It is
	// done once: after a note or a verify, the ticket is left to people.
	//
	//	before (all close)                      close   a technician is waiting for a part
	//	after  (new close, the others note)     update  "the problem is over"
	OnRecovery map[Stage]Recovery `json:"onRecovery"`
	// ReopenWithin is how long after its close a ticket is reopened when the
	// problem is back. Later than that, a new ticket is created that names the
	// old one. 0 never reopens.
	//
	//	before (0)     create  the problem is back an hour after the close
	//	after  (24h)   reopen
	ReopenWithin time.Duration `json:"reopenWithin"`
	// Snooze is how long no ticket is opened after a person closed one while
	// the problem lasts. It ends early when the problem gets more severe, was
	// over once, or is known to have begun after the close. When it runs out
	// and the problem never went away, a new ticket says so. 0 is no snooze.
	//
	//	before (0)     create  four hours after a technician has closed it
	//	after  (7d)    hold (create), and after a week create
	Snooze time.Duration `json:"snooze"`
	// UpdateEvery is the least time between two writes about a problem that
	// lasts. A rise in severity does not wait. 0 writes every change at once.
	//
	//	before (0)     update  six notes a day, one for each change
	//	after  (24h)   keep, keep, ... update
	UpdateEvery time.Duration `json:"updateEvery"`
	// OpenAfter is how long a problem must have lasted before a ticket is
	// created or reopened for it. 0 opens at once. A problem with an unknown
	// beginning ([Issue].Since is zero) also opens at once.
	//
	//	before (0)     create  for every failed first attempt
	//	after  (4h)    hold (create), gone before the next run
	OpenAfter time.Duration `json:"openAfter"`
	// CloseAfter is how long a key must have been healthy, or missing from a
	// list of active alerts, before its ticket is closed. 0, the default,
	// closes as soon as the key is healthy. A missing key always waits for at
	// least 10 minutes from the first run that missed it, and for a second run.
	//
	//	before (0)     close, reopen, close  for a device that flaps
	//	after  (24h)   mark, keep, ... close
	CloseAfter time.Duration `json:"closeAfter"`
	// AbsentAfter is how long a key must have been absent from an inventory
	// that looked at everything before its ticket is closed. It counts from the
	// note that the ticket gets when the key is first absent. 0, the default,
	// never closes it: the ticket is kept and listed.
	//
	//	before (0)     update, keep  a device was deleted while its backup failed
	//	after  (7d)    update, keep, ... close
	AbsentAfter time.Duration `json:"absentAfter"`
	// MassAbsence guards against a feed that went quiet. When five or more keys
	// of a feed are absent, and more than this share of the keys whose tickets
	// absence could close or note, no ticket is closed or noted for being
	// absent. 0.5 is the default, 1 switches the guard off, 0 is the strictest.
	// Four absent keys or fewer are not guarded: do not call [Diff] when the
	// list could not be read.
	//
	// Timers run meanwhile. A key is released by itself when it has been absent
	// for 24 hours and the feed has brought something newer. All keys are
	// released when the feed is Sure or Vouched ([Feed]). The package
	// documentation has the rest.
	//
	//	before (1)     40 close  the tool was down and its list came back empty
	//	after  (0.5)   40 keep   and the plan says which feed went quiet
	MassAbsence float64 `json:"massAbsence"`
	// CorrelateWithin is how far back a new ticket names the earlier tickets of
	// its key. The last one is always named if it is known.
	//
	//	before (0)     create
	//	after  (30d)   create, related #70001, #69345
	CorrelateWithin time.Duration `json:"correlateWithin"`
	// CustomerStorm limits how many tickets are created for a customer, and
	// GlobalStorm for a whole feed. The ticket of a global storm belongs to
	// StormCompany, the provider's own company. Without it there are no global
	// storms.
	CustomerStorm Storm  `json:"customerStorm"`
	GlobalStorm   Storm  `json:"globalStorm"`
	StormCompany  string `json:"stormCompany"`
	// Windows are the times in which nothing is opened.
	Windows []Window `json:"windows"`
	// ListDuplicates leaves further open tickets of a key alone and only names
	// them. Otherwise those that nobody has touched are closed with a reference
	// to the oldest: the newest first, one a run.
	//
	//	before (false) close  #70005, a duplicate of #70001; then keep #70001
	//	after  (true)  keep   #70001, related #70005
	ListDuplicates bool `json:"listDuplicates"`
	// MaxCreate is the most tickets to create and reopen in a run, MaxClose the
	// most to close; 0 is no limit. What exceeds them is held and has its turn
	// in later runs. Problems that have waited for a day are created first,
	// then the more severe. The oldest tickets are closed first.
	//
	//	before (0)     240 close             a filter was wrong, everything looks healthy
	//	after  (20)     20 close, 220 hold
	MaxCreate int `json:"maxCreate"`
	MaxClose  int `json:"maxClose"`
}

// DefaultPolicy returns the policy to start with:
//
//   - As soon as the problem is over (CloseAfter 0), it closes the tickets that
//     nobody has taken up and leaves a note in the others (OnRecovery).
//   - A ticket whose subject is gone from an inventory gets a note and stays open
//     (AbsentAfter 0). Nothing is closed for being absent when more than half of a
//     feed is (MassAbsence 0.5).
//   - It reopens within 24 hours (ReopenWithin), and leaves tickets that people
//     close alone for 7 days (Snooze).
//   - It writes about a lasting problem at most once in 24 hours (UpdateEvery), and
//     names tickets of the last 30 days (CorrelateWithin).
//   - It creates one ticket for more than 10 new problems of a customer in an hour
//     (CustomerStorm) and, once StormCompany is set, for more than 50 of a feed
//     (GlobalStorm).
//
// Nothing else is set: there are no windows and no limits, and problems get
// their tickets at once.
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

// Horizon is how far back closed tickets must be read so that [Diff] can apply
// the policy.
func (p Policy) Horizon() time.Duration {
	return max(p.Snooze, p.ReopenWithin, p.CorrelateWithin, p.CustomerStorm.Window, p.GlobalStorm.Window, closedLately)
}

// Storm turns many new tickets into one. Limit minus the tickets created or
// reopened within Window is the room that is left. When more problems are due
// than that, none of them gets a ticket: one ticket stands for all of them,
// until each is over or has its own.
//
//	before (no storm)             14 create   a customer's line is down
//	after  (Limit 10, an hour)     1 create, 14 fold
//
// Other products call this a "ticket flood limit", and drop what exceeds it.
type Storm struct {
	// Limit is how many tickets may be created in Window; 0 is no limit.
	Limit int `json:"limit"`
	// Window is how far back created tickets are counted. It is also how long
	// an open storm takes in every new problem. A Limit needs a Window.
	Window time.Duration `json:"window"`
}

package reconcile

import "time"

// Observation is what was seen of one or more sources at one time. The order of
// its lists means nothing.
type Observation struct {
	// At is when the sources were read. It is the only clock of [Diff]; it must
	// lie between 1970 and 2038-11-25, which is what a marker can hold.
	At time.Time
	// Sources are the sources that were read. Only their keys can be absent;
	// tickets of other sources are kept.
	Sources []string
	Issues  []Issue
	Healthy []Healthy
	Parked  []Parked
	// Unseen are groups that could not be read. Their keys are never absent.
	Unseen []string
	// Partial says that something could not be read and it is not known what:
	// no key is absent. Evidence still counts.
	Partial bool
	// Scope names what was looked at (root, kinds, filters) in a form of the
	// caller's choice. Absence counts only when it equals [Policy].Scope.
	Scope string
}

// Issue is a problem that exists now.
type Issue struct {
	// Key must not have a subject that begins with "storm:".
	Key Key `json:"key"`
	// Group is the customer the key belongs to, by an id that does not change.
	Group string `json:"group,omitzero"`
	// GroupName is what people call the group; it is shown, never compared.
	GroupName string `json:"groupName,omitzero"`
	// Company is the id (decimal) of the company the ticket belongs to. When it
	// is empty the customer could not be matched: no ticket is created, the key
	// is held with CompanyReason and the ticket that would have been.
	Company       string `json:"company,omitzero"`
	CompanyReason string `json:"companyReason,omitzero"`
	// Kind is the kind of problem ("failed", "stale", "offline"); Class is the
	// class of the subject ("server", "workstation"). Both are the caller's.
	Kind     string   `json:"kind,omitzero"`
	Class    string   `json:"class,omitzero"`
	Severity Severity `json:"severity,omitzero"`
	// Summary is the ticket's summary. It is compared after
	// [NormalizeSummary]; it must hold no ages and no counts, or every run
	// would have something to write.
	Summary string `json:"summary,omitzero"`
	// State is what counts as a change worth a note, in a form of the caller's
	// choice ("D01:failed D02:stale2"). No ages, no counts.
	State string `json:"state,omitzero"`
	// Since is when the problem began; zero when that is not known.
	Since time.Time `json:"since,omitzero"`
	// Detail is one paragraph of plain text, used when nothing better can be
	// composed. It is never compared.
	Detail string `json:"detail,omitzero"`
}

// Healthy is the evidence that a key has no problem.
type Healthy struct {
	Key   Key
	Group string
	// Since is the time of the good result, zero when that is not known. It is
	// for people: that the result is newer than the failure is what makes a key
	// healthy, and the judge's business.
	Since time.Time
}

// Parked is a key that is known but about which nothing can be said. It is
// neither created nor closed.
type Parked struct {
	Key   Key
	Group string
	// Reason is a sentence for people.
	Reason string
	// State, when it is not empty, makes the parking itself news (a device that
	// has lost contact): an open ticket gets one note about it, and another one
	// when State changes. No ages, no counts.
	State string
}

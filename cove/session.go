package cove

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
	"time"
)

// A Session is one run of a backup or restore of one data source.
type Session struct {
	ID             int64
	Source         DataSource // 0 when the answer does not say
	Type           string     // "BatchBackup", "Restore"; empty on Microsoft 365
	Status         SessionStatus
	Start          time.Time
	End            time.Time // zero while it runs
	Errors         int64     // unreliable in both directions; see SessionErrors
	SelectedSize   Bytes
	ProcessedSize  Bytes
	ChangedSize    Bytes
	SentSize       Bytes
	SelectedCount  int64
	ProcessedCount int64
	ChangedCount   int64
	RemovedCount   int64
	Flags          []string // "Synchronized", "Accelerated", "Cleaned"
	Version        string   // of the client; empty on Microsoft 365
}

// A SessionQuery chooses backup sessions of one device. The zero value chooses
// all.
type SessionQuery struct {
	// Source chooses one data source; zero chooses all.
	Source DataSource
	// Statuses chooses sessions with any of these; none chooses all.
	Statuses []SessionStatus
	// Without leaves out sessions with any of these.
	Without []SessionStatus
	// Since and Until bound the start; zero means no bound.
	Since, Until time.Time
	// Limit is how many sessions are wanted at most, the newest; zero means all.
	// With a limit, an answer with fewer sessions than the request asked for ends
	// the list; this saves the requests that would prove it.
	Limit int
}

func (q *SessionQuery) matches(s *Session) bool {
	return (len(q.Statuses) == 0 || slices.Contains(q.Statuses, s.Status)) && !slices.Contains(q.Without, s.Status) &&
		(q.Since.IsZero() || !s.Start.Before(q.Since)) && (q.Until.IsZero() || s.Start.Before(q.Until)) &&
		!strings.Contains(s.Type, "Restore")
}

// A SessionError is one error of a session, or several that are alike.
type SessionError struct {
	ID        int64
	SessionID int64
	Source    DataSource // 0 for systems, unless the query names it: match SessionID with a Session
	Code      int64      // of the agent; 0 on Microsoft 365
	Text      string     // readable: Microsoft 365 texts are unwrapped
	Item      string     // file, mailbox or site
	Path      string     // within the item; empty for systems
	Count     int64      // how often it occurred
	Time      time.Time
	Files     []string // with SessionErrorQuery.Files: the items of the group, up to 500
}

// A SessionErrorQuery chooses errors of one device's sessions. The zero value
// chooses all.
//
// One request is enough for a system when the query has a limit and does not
// ask for a source: the columns of the device know already when the session
// began that matters (SourceStats.LastSession, LastCompleted).
//
//	q := cove.SessionErrorQuery{Since: d.FilesAndFolders.LastSession, Limit: 50}
type SessionErrorQuery struct {
	// Source chooses one data source; zero chooses all. Errors of a system do not
	// say their source, so choosing one costs further requests unless SessionID is
	// set. For Microsoft 365 zero costs three requests more than one source.
	Source DataSource
	// SessionID chooses one session; zero chooses all.
	SessionID int64
	// Since and Until bound the time of the error; zero means no bound.
	Since, Until time.Time
	// Limit is how many errors are wanted at most, the newest; zero means all.
	// With a limit, an answer with fewer errors than the request asked for ends the
	// list; this saves the requests that would prove it. Errors of Microsoft 365 are
	// always read whole, 200 a request, because their order is not known.
	Limit int
	// Files asks, at one request each, for the items of errors that occurred
	// more than once. Only systems have them.
	Files bool
}

// Sessions returns the backup sessions of a device, newest first: those of
// systems from their storage node, those of Microsoft 365 from the reporting
// service. Restores are left out.
//
// A storage node gets the device's token and never the visa, unless it is on
// the host that the visa belongs to. A node elsewhere that asks for a visa too
// refuses with CodeVisa.
func (c *Client) Sessions(ctx context.Context, a *Account, q SessionQuery) ([]Session, error) {
	find := c.systemSessions
	if a.M365() {
		find = c.m365Sessions
	}
	var all []Session
	for s, err := range find(ctx, a, &q) {
		if err != nil {
			return nil, err
		}
		if q.matches(&s) && (q.Source == 0 || s.Source == q.Source) {
			all = append(all, s)
		}
		if q.Limit > 0 && len(all) >= q.Limit {
			break
		}
	}
	return all, nil
}

func (s *Session) id() int64      { return s.ID }
func (e *SessionError) id() int64 { return e.ID }

// failing is a sequence of nothing but an error.
func failing[T any](err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		yield(zero, err)
	}
}

// SessionErrors returns the errors of a device's sessions, newest first, of
// systems and Microsoft 365 alike. Microsoft 365 reports the same error in
// every session; it is returned once, for the newest of them.
func (c *Client) SessionErrors(ctx context.Context, a *Account, q SessionErrorQuery) ([]SessionError, error) {
	var all []SessionError
	var err error
	if a.M365() {
		all, err = c.m365Errors(ctx, a, &q)
	} else {
		all, err = c.systemErrors(ctx, a, &q)
	}
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(x, y SessionError) int {
		return cmp.Or(y.Time.Compare(x.Time), cmp.Compare(y.SessionID, x.SessionID))
	})
	if q.Limit > 0 && len(all) > q.Limit {
		all = all[:q.Limit]
	}
	if q.Files && !a.M365() {
		for i := range all {
			if all[i].Count < 2 {
				continue
			}
			if all[i].Files, err = c.errorFiles(ctx, a, &all[i]); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

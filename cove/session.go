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
	Source         DataSource // 0 when the answer does not name it
	Type           string     // "BatchBackup", "Restore"; empty on Microsoft 365
	Status         SessionStatus
	Start          time.Time
	End            time.Time // zero while the session runs
	Errors         int64     // may be too high or too low; see SessionErrors
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

// A SessionQuery selects backup sessions of one device. The zero value selects
// all.
type SessionQuery struct {
	// Source selects one data source; zero selects all.
	Source DataSource
	// Without leaves out sessions with any of these statuses.
	Without []SessionStatus
	// Since is the earliest start of the session; zero means no bound.
	Since time.Time
	// Limit is the highest number of sessions to return, newest first; zero
	// means all. With a limit, an answer with fewer sessions than asked for
	// ends the list. This saves the request that would prove the end.
	Limit int
}

func (q *SessionQuery) matches(s *Session) bool {
	return !slices.Contains(q.Without, s.Status) && !s.Start.Before(q.Since) && !strings.Contains(s.Type, "Restore")
}

// A SessionError is one error of a session, or a group of equal ones.
type SessionError struct {
	ID        int64
	SessionID int64
	Source    DataSource // 0 for systems unless the query names it; the Session with SessionID has it
	Code      int64      // the agent's code; 0 on Microsoft 365
	Text      string     // readable text; for Microsoft 365 taken out of its JSON wrapping
	Item      string     // file, mailbox or site
	Path      string     // within the item; empty for systems
	Count     int64      // how often it occurred
	Time      time.Time
}

// A SessionErrorQuery selects errors of one device's sessions. The zero value
// selects all.
//
// For a system, a query with a limit needs one request.
// Take Since from the device's columns (SourceStats.LastSession,
// LastCompleted).
//
//	q := cove.SessionErrorQuery{Since: d.FilesAndFolders.LastSession, Limit: 50}
type SessionErrorQuery struct {
	// Source selects one data source of Microsoft 365; zero selects all, which
	// costs three requests more. Errors of a system do not name their source:
	// list the sessions of the source, and select by SessionID.
	Source DataSource
	// SessionID selects one session; zero selects all.
	SessionID int64
	// Since is the earliest time of the error; zero means no bound.
	Since time.Time
	// Limit is the highest number of errors to return, newest first; zero means
	// all. With a limit, an answer with fewer errors than asked for ends the
	// list. This saves the request that would prove the end. For Microsoft 365
	// all errors are read, 200 in a request, because their order is not known.
	Limit int
}

// Sessions returns the backup sessions of a device, newest first, without
// restores. Sessions of a system come from its storage node, those of a
// Microsoft 365 tenant from the reporting service.
//
// The client sends the device's token to the storage node. It sends the visa
// only to a node on the Management Service's own host. Another node that
// requires a visa refuses with CodeVisa.
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

// failing returns a sequence that yields only an error.
func failing[T any](err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		yield(zero, err)
	}
}

// SessionErrors returns the errors of a device's sessions, newest first.
// Microsoft 365 repeats an error in every session; SessionErrors returns it
// once, for the newest session.
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
	return all, nil
}

package covetest

import (
	"fmt"
	"slices"
	"time"
)

// Session is one backup or restore session of one data source. The storage node
// answers with the sessions of a system's sources, the reporting service with
// those of Microsoft 365 sources (D05, D19, D20, D23).
type Session struct {
	ID      int64  // 0: the next free number of the server
	Source  string // "D01"
	Plugin  int    // plug-in number; 0: by source
	Type    string // BatchBackup, Restore; empty: BatchBackup
	Status  int    // 5 completed, 2 failed, 1 in process, ...
	Start   time.Time
	End     time.Time // zero while the session runs
	Flags   []string  // Synchronized, Accelerated, Cleaned
	Version string    // client build

	SelectedSize, ProcessedSize, ChangedSize, SentSize        int64 // bytes
	SelectedCount, ProcessedCount, ChangedCount, RemovedCount int64
	Accounts, SiteCollections                                 int64 // Microsoft 365
	// ErrorsCount is the number that the session row shows; 0 means the sum
	// over Errors. A negative number is sent as 0, because the real service's
	// number can be wrong too.
	ErrorsCount int64
	Errors      []SessionError
}

// SessionError is one error of a session. On the wire it is a group of
// repetitions with the same code, text and file.
type SessionError struct {
	ID       int64 // 0: the next free number of the server
	Code     int
	Text     string
	Filename string // Microsoft 365: the item
	Count    int64  // 0: 1
	Time     time.Time
	// Files are the paths that EnumerateSessionErrorsGroupDetails lists; nil
	// means Filename alone.
	Files []string
	// Description is the Microsoft 365 description as sent; empty means JSON
	// text {description, entity, path} made from Text and Filename.
	Description string
	NodeID      int64
}

// AddSession adds a session to a device and returns its id. It panics when
// there is no such device or source, or the id is taken on that device.
func (s *Server) AddSession(deviceID int64, session Session) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.deviceIndex[deviceID] == nil {
		panic(fmt.Sprintf("covetest: session for unknown device %d", deviceID))
	}
	if !knownSource(session.Source) {
		panic(fmt.Sprintf("covetest: session of unknown source %q", session.Source))
	}
	if session.ID == 0 {
		s.nextSession++
		session.ID = s.nextSession
	}
	s.nextSession = max(s.nextSession, session.ID)
	if slices.ContainsFunc(s.sessions[deviceID], func(o *Session) bool { return o.ID == session.ID }) {
		panic(fmt.Sprintf("covetest: session id %d is taken on device %d", session.ID, deviceID))
	}
	fill(&session.Type, "BatchBackup")
	session.Flags = slices.Clone(session.Flags)
	session.Errors = slices.Clone(session.Errors)
	for i := range session.Errors {
		e := &session.Errors[i]
		if e.ID == 0 {
			s.nextError++
			e.ID = s.nextError
		}
		s.nextError = max(s.nextError, e.ID)
		e.Count = max(e.Count, 1)
		e.Files = slices.Clone(e.Files)
		if e.Time.IsZero() {
			e.Time = session.End
			if e.Time.IsZero() {
				e.Time = session.Start
			}
		}
	}
	s.sessions[deviceID] = append(s.sessions[deviceID], &session)
	return session.ID
}

// RemoveSessions removes the sessions of a device.
func (s *Server) RemoveSessions(deviceID int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, deviceID)
}

package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// LogEntry is one line of the action log, in JSON. Every write has two entries:
// one before it is sent, and one after its answer or its failure.
type LogEntry struct {
	Time   time.Time `json:"time"`
	Phase  string    `json:"phase"`           // "before" or "after"
	Write  string    `json:"write"`           // "create", "change", "note", "marker", "merge", "configuration", "attachment", "file", "company" or "reference"
	Ticket int64     `json:"ticket,omitzero"` // 0 before a create
	// Plan is the digest of the plan, Action the id of the action in it.
	Plan   string               `json:"plan,omitzero"`
	Action string               `json:"action,omitzero"`
	Kind   reconcile.ActionKind `json:"kind,omitzero"`
	Key    mark.KeyID           `json:"key,omitzero"`
	Reason string               `json:"reason,omitzero"`
	// Customer and Company are set for "company" and "reference".
	Customer string `json:"customer,omitzero"`
	Company  int64  `json:"company,omitzero"`
	// Fields are the fields that are written, without the texts of notes.
	Fields []LogField `json:"fields,omitempty"`
	// Error is why the write failed or why its outcome is unknown.
	Error string `json:"error,omitzero"`
	// RequestID is the server's id of the request (x-cw-request-id), if there
	// was an answer.
	RequestID string `json:"requestId,omitzero"`
}

// LogField is one field of a write, by its name in the API.
type LogField struct {
	Name string `json:"name"`
	Old  string `json:"old,omitzero"`
	New  string `json:"new,omitzero"`
}

// journal writes the action log, one line at a time.
type journal struct {
	mu sync.Mutex
	w  io.Writer
}

func (j *journal) add(e LogEntry) error {
	if j.w == nil {
		return nil
	}
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	_, err = j.w.Write(append(line, '\n'))
	return err
}

// Logged writes the first log entry, calls send, and writes the second entry.
// If the first entry cannot be written, it does not call send. The function
// send adds to the entry what it has created.
func (d *Desk) Logged(ctx context.Context, e LogEntry, send func(context.Context, *LogEntry) error) error {
	e.Time, e.Phase = d.config.Now().UTC(), "before"
	if err := d.journal.add(e); err != nil {
		return fmt.Errorf("desk: action log: %w", err)
	}
	var answer connectwise.Answer
	err := send(connectwise.WithAnswer(ctx, &answer), &e)
	e.RequestID = answer.RequestID
	e.Time, e.Phase, e.Reason, e.Fields = d.config.Now().UTC(), "after", "", nil
	if err != nil {
		e.Error = err.Error()
	}
	if lost := d.journal.add(e); lost != nil && err == nil {
		// The write was sent; a missing log line must not hide that.
		return fmt.Errorf("desk: action log after the write: %w", lost)
	}
	return err
}

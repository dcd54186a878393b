package memory

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// format is the version of the memory's JSON form.
const format = 1

// Late is how long the server may still execute a request that the client has
// given up. A key whose create was started, and whose ticket has not been seen,
// waits this long.
const Late = 10 * time.Minute

// Memory is what one desk remembers, in JSON.
type Memory struct {
	Format  int    `json:"format"`
	Owner   string `json:"owner"`
	Company string `json:"company"`
	Host    string `json:"host"`
	// LastGood is the start of the last run that ended fine or with attention.
	LastGood time.Time `json:"lastGood,omitzero"`
	// Open are the keys with open tickets, and the keys that are problems
	// without a ticket or folded into a storm.
	Open map[mark.KeyID]Entry `json:"open,omitempty"`
	// Creating are the keys whose create was started and whose ticket has not
	// been seen.
	Creating map[mark.KeyID]time.Time `json:"creating,omitempty"`
	// Attention holds the ids of the findings in the last report.
	Attention []string          `json:"attention,omitempty"`
	Monitors  map[string][]byte `json:"monitors,omitempty"`
	Stops     []Stop            `json:"stops,omitempty"`
	// Hits are tickets whose summary names a key and that are not adopted yet.
	Hits map[mark.KeyID]int64 `json:"hits,omitempty"`
	// Noted are duplicates in which somebody has written a note, which lists of
	// tickets do not show, and their keys. These tickets stay open.
	Noted map[int64]mark.KeyID `json:"noted,omitempty"`
	// ToolFrom and ToolUntil are the period of an older tool's changes that a
	// person has acknowledged.
	ToolFrom  time.Time `json:"toolFrom,omitzero"`
	ToolUntil time.Time `json:"toolUntil,omitzero"`

	// Usable says that the memory was read completely. Only then does it prove
	// that a key has no ticket.
	Usable bool `json:"-"`
	// Tickets are the open tickets by key, from the last load and later writes.
	// Pending are the tickets whose marker says that a note may be missing.
	Tickets map[mark.KeyID]int64 `json:"-"`
	Pending map[int64]mark.Mark  `json:"-"`
	// ByNumber are further tickets that the next run reads by number: those that
	// people closed while they held another program's text, those that people
	// merged, and closed ones that the list did not show.
	ByNumber map[mark.KeyID]int64 `json:"-"`
}

// Entry is what is remembered of a key.
type Entry struct {
	Ticket int64 `json:"ticket,omitzero"`
	reconcile.Known
}

// ErrDamaged says that a memory cannot be read.
var ErrDamaged = errors.New("desk: the memory is damaged")

// Tenant identifies the owner of a memory. A host of ConnectWise with "api-"
// and the same host without it are equal.
type Tenant struct{ Owner, Company, Host string }

func (t Tenant) clean() Tenant {
	return Tenant{t.Owner, strings.ToLower(t.Company), strings.TrimPrefix(strings.ToLower(t.Host), "api-")}
}

// New returns the memory before the first run.
func New(of Tenant) *Memory {
	of = of.clean()
	m := &Memory{
		Format: format, Owner: of.Owner, Company: of.Company, Host: of.Host,
		Open: map[mark.KeyID]Entry{}, Creating: map[mark.KeyID]time.Time{}, Monitors: map[string][]byte{}, Hits: map[mark.KeyID]int64{}, Noted: map[int64]mark.KeyID{},
	}
	m.Forget()
	return m
}

// Forget drops what comes only from tickets, before they are read again.
func (m *Memory) Forget() {
	m.Tickets, m.ByNumber, m.Pending = map[mark.KeyID]int64{}, map[mark.KeyID]int64{}, map[int64]mark.Mark{}
}

// Read reads what was saved. It refuses a memory of another tenant or of a
// newer format, because that must not be overwritten. If the memory cannot be
// read, Read returns a new one and ErrDamaged.
func Read(data []byte, of Tenant) (*Memory, error) {
	m := New(of)
	if data == nil {
		return m, nil
	}
	var head struct {
		Format int
		Tenant
	}
	if err := json.Unmarshal(data, &head); err != nil || head.Format < 1 || head.Owner == "" {
		return m, ErrDamaged
	}
	if head.Format > format {
		return nil, fmt.Errorf("the memory was written by a newer version (format %d, this one reads %d); it is left as it is", head.Format, format)
	}
	if was := head.Tenant; was != of.clean() {
		return nil, fmt.Errorf("the memory belongs to owner %q of company %q on %s, this desk is owner %q of company %q on %s; it is left as it is. Give each its own",
			was.Owner, was.Company, was.Host, m.Owner, m.Company, m.Host)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	read := New(of)
	if err := decoder.Decode(read); err != nil {
		return m, ErrDamaged
	}
	read.Usable = true
	return read, nil
}

// Encode returns the JSON to save.
func (m *Memory) Encode() ([]byte, error) {
	data, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		return nil, fmt.Errorf("desk: memory: %w", err)
	}
	return append(data, '\n'), nil
}

// Known returns the part of the memory that the planner needs.
func (m *Memory) Known() map[mark.KeyID]reconcile.Known {
	if !m.Usable {
		return nil
	}
	known := make(map[mark.KeyID]reconcile.Known, len(m.Open))
	for id, k := range m.Open {
		known[id] = k.Known
	}
	return known
}

// Remember records what a plan says about the keys, and the open tickets.
func (m *Memory) Remember(known map[mark.KeyID]reconcile.Known) {
	open := make(map[mark.KeyID]Entry, len(known))
	for id, k := range known {
		open[id] = Entry{cmp.Or(m.Tickets[id], m.ByNumber[id]), k}
	}
	for id, ticket := range m.Tickets {
		if _, ok := open[id]; !ok { // a marker holds no name
			open[id] = Entry{ticket, m.Open[id].Known}
		}
	}
	m.Open = open
}

// Begin records that the creates among the actions are about to be sent.
func (m *Memory) Begin(at time.Time, actions []reconcile.Action) {
	for _, a := range actions {
		if a.Kind == reconcile.Create {
			m.Creating[a.KeyID] = at
		}
	}
}

// Did records the result of an action and when it was known: the ticket,
// whether the action was done, and whether that is certain.
func (m *Memory) Did(a reconcile.Action, at time.Time, ticket int64, done, known bool) {
	switch {
	case done && a.Closes():
		if m.Tickets[a.KeyID] == ticket { // otherwise a duplicate was closed
			delete(m.Tickets, a.KeyID)
		}
	case a.Kind == reconcile.Create && ticket != 0, done && (a.Kind == reconcile.Reopen || a.Kind == reconcile.Adopt):
		m.Tickets[a.KeyID] = ticket
	}
	switch {
	case a.Kind != reconcile.Create:
	case known:
		delete(m.Creating, a.KeyID) // it was answered, or never sent
	default:
		m.Creating[a.KeyID] = at // it may have been sent late in a long run
	}
}

// Expire drops creates whose tickets have been seen, creates that are so old
// that the server will not execute them any more, and duplicates of keys that
// have no open ticket.
func (m *Memory) Expire(at time.Time, seen map[mark.KeyID]int64) {
	maps.DeleteFunc(m.Noted, func(_ int64, id mark.KeyID) bool { return m.Tickets[id] == 0 })
	maps.DeleteFunc(m.Creating, func(id mark.KeyID, begun time.Time) bool {
		return seen[id] != 0 || !at.Before(begun.Add(Late))
	})
}

// Waiting returns the keys whose creates the server may still execute.
func (m *Memory) Waiting() []mark.KeyID { return slices.Sorted(maps.Keys(m.Creating)) }

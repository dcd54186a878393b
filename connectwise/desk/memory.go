package desk

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

// memoryFormat is the version of the memory's JSON form.
const memoryFormat = 1

// Late is how long a request that was given up may still be carried out by the
// server. A key whose create was begun and not seen waits as long.
const Late = 10 * time.Minute

// memory is what a desk remembers from run to run. It replaces nothing that the
// tickets say themselves: where the two disagree the board wins.
type memory struct {
	Format  int    `json:"format"`
	Owner   string `json:"owner"`
	Company string `json:"company"`
	Host    string `json:"host"`
	// LastGood is when the last run began that ended fine or with attention.
	LastGood time.Time `json:"lastGood,omitzero"`
	// Open are the keys whose tickets are open, and those that are problems or
	// folded into a storm without one.
	Open map[mark.KeyID]openKey `json:"open,omitempty"`
	// Creating are keys whose create has been begun and whose ticket has not been seen.
	Creating map[mark.KeyID]time.Time `json:"creating,omitempty"`
	// Attention is what the last report asked a person to look at.
	Attention []string          `json:"attention,omitempty"`
	Monitors  map[string][]byte `json:"monitors,omitempty"`
	Stops     []Stop            `json:"stops,omitempty"`
	// Hits are tickets that name a key and that nobody has adopted.
	Hits map[mark.KeyID]int64 `json:"hits,omitempty"`
	// ToolFrom and ToolUntil bound the acknowledged doings of an older tool.
	ToolFrom  time.Time `json:"toolFrom,omitzero"`
	ToolUntil time.Time `json:"toolUntil,omitzero"`

	// usable says that the memory was read whole: only then does it prove that
	// a key has no ticket.
	usable bool
	// tickets are the open tickets, by their keys, as the last load and what was
	// written since have them; pending are those whose marker says that a note
	// may be missing.
	tickets map[mark.KeyID]int64
	pending map[int64]mark.Mark
	// persons are tickets that people closed while they held another program's
	// text, or merged: that they are a problem's is said nowhere else.
	persons map[mark.KeyID]int64
}

// openKey is what is remembered of a key.
type openKey struct {
	Ticket      int64      `json:"ticket,omitzero"`
	Feed        string     `json:"feed"`
	Subject     string     `json:"subject"`
	Customer    string     `json:"customer,omitzero"`
	Named       time.Time  `json:"named,omitzero"`
	Opened      time.Time  `json:"opened,omitzero"`
	Storm       mark.KeyID `json:"storm,omitzero"`
	Folded      time.Time  `json:"folded,omitzero"`
	AbsentSince time.Time  `json:"absentSince,omitzero"`
}

// errDamaged says that a memory cannot be read.
var errDamaged = errors.New("desk: the memory is damaged")

// tenant is whose memory it is.
type tenant struct{ owner, company, host string }

// newMemory is the memory before the first run.
func newMemory(of tenant) *memory {
	return &memory{
		Format: memoryFormat, Owner: of.owner, Company: of.company, Host: of.host,
		Open: map[mark.KeyID]openKey{}, Creating: map[mark.KeyID]time.Time{}, Monitors: map[string][]byte{}, Hits: map[mark.KeyID]int64{},
		tickets: map[mark.KeyID]int64{},
	}
}

// readMemory reads what was saved. A memory of another tenant or of a newer
// format is refused, because it must not be overwritten; one that cannot be read
// is an errDamaged, and a new one is returned in its place.
func readMemory(data []byte, of tenant) (*memory, error) {
	m := newMemory(of)
	if data == nil {
		return m, nil
	}
	var head struct {
		Format               int
		Owner, Company, Host string
	}
	if err := json.Unmarshal(data, &head); err != nil || head.Format < 1 || head.Owner == "" {
		return m, errDamaged
	}
	if head.Format > memoryFormat {
		return nil, &ConfigError{Faults: []string{fmt.Sprintf("State: the memory was written by a newer version (format %d, this one reads %d); it is left as it is", head.Format, memoryFormat)}}
	}
	if was := (tenant{head.Owner, head.Company, head.Host}); was != of {
		return nil, &ConfigError{Faults: []string{fmt.Sprintf("State: the memory belongs to owner %q of company %q on %s, this desk is owner %q of company %q on %s; it is left as it is. Give each its own",
			was.owner, was.company, was.host, of.owner, of.company, of.host)}}
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	read := newMemory(of)
	if err := decoder.Decode(read); err != nil {
		return m, errDamaged
	}
	read.usable = true
	return read, nil
}

func (m *memory) encode() ([]byte, error) {
	data, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		return nil, fmt.Errorf("desk: memory: %w", err)
	}
	return append(data, '\n'), nil
}

// hostOf is how a memory names the tenant's host: with or without the "api-"
// that ConnectWise's own hosts may be written with, it is the same.
func hostOf(host string) string { return strings.TrimPrefix(strings.ToLower(host), "api-") }

// known is what a planner is told.
func (m *memory) known() map[mark.KeyID]reconcile.Known {
	if !m.usable {
		return nil
	}
	known := make(map[mark.KeyID]reconcile.Known, len(m.Open))
	for id, k := range m.Open {
		known[id] = reconcile.Known{
			Key: reconcile.Key{Feed: k.Feed, Subject: k.Subject}, Customer: k.Customer, Named: k.Named, Opened: k.Opened,
			Storm: k.Storm, Folded: k.Folded, AbsentSince: k.AbsentSince,
		}
	}
	return known
}

// remember takes over what a plan says of the keys, and the tickets that are open.
func (m *memory) remember(known map[mark.KeyID]reconcile.Known) {
	open := make(map[mark.KeyID]openKey, len(known))
	for id, k := range known {
		open[id] = openKey{
			Ticket: cmp.Or(m.tickets[id], m.persons[id]), Feed: k.Key.Feed, Subject: k.Key.Subject, Customer: k.Customer, Named: k.Named, Opened: k.Opened,
			Storm: k.Storm, Folded: k.Folded, AbsentSince: k.AbsentSince,
		}
	}
	for id, ticket := range m.tickets {
		if _, ok := open[id]; !ok { // a marker holds no name
			k := m.Open[id]
			k.Ticket = ticket
			open[id] = k
		}
	}
	m.Open = open
}

// begin says that the creates among the actions are about to be sent.
func (m *memory) begin(at time.Time, actions []reconcile.Action) {
	for _, a := range actions {
		if a.Kind == reconcile.Create {
			m.Creating[a.KeyID] = at
		}
	}
}

// did takes in what became of actions.
func (m *memory) did(results []Result) {
	for _, r := range results {
		a := r.Action
		switch {
		case r.Outcome == Done && closes(a):
			if m.tickets[a.KeyID] == r.Ticket { // else a duplicate was closed
				delete(m.tickets, a.KeyID)
			}
		case a.Kind == reconcile.Create && r.Ticket != 0, r.Outcome == Done && (a.Kind == reconcile.Reopen || a.Kind == reconcile.Adopt):
			m.tickets[a.KeyID] = r.Ticket
		}
		if a.Kind == reconcile.Create && r.Outcome != Unknown {
			delete(m.Creating, a.KeyID) // it was answered, or never sent
		}
	}
}

// expire forgets creates that have been seen, by their keys, and those that the
// server can no longer be about to carry out.
func (m *memory) expire(at time.Time, seen map[mark.KeyID]int64) {
	maps.DeleteFunc(m.Creating, func(id mark.KeyID, begun time.Time) bool {
		return seen[id] != 0 || !at.Before(begun.Add(Late))
	})
}

// waiting are the keys whose creates may still be carried out.
func (m *memory) waiting() []mark.KeyID { return slices.Sorted(maps.Keys(m.Creating)) }

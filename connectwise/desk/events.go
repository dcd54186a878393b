package desk

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/alerts"
)

// Events returns a monitor for the events that a tool has sent since the last
// run: "bad", "bad again", sometimes "over". A problem goes on until an event
// or a rule ends it; the absence of events ends nothing. Earlier events are in
// the desk's memory. Sync waits for the lock, as long as its context allows,
// because these events come only once.
//
//	report, err := d.Sync(ctx, desk.Events("zabbix", alerts.DefaultRules("zabbix"), events...))
//
// If the rules name no feed, the feed is the monitor's name. An event that
// cannot be used is reported as unread; other events are processed.
func Events(name string, rules alerts.Rules, events ...alerts.Event) Monitor {
	if rules.Feed == "" {
		rules.Feed = name
	}
	return &eventFeed{name: name, rules: rules, events: events}
}

type eventFeed struct {
	name   string
	rules  alerts.Rules
	events []alerts.Event
}

func (f *eventFeed) Name() string { return f.name }

// Waits reports true: the run must wait for the lock, because these events come
// only once.
func (f *eventFeed) Waits() bool { return true }

func (f *eventFeed) Look(_ context.Context, r reconcile.Request) (*reconcile.Snapshot, error) {
	state, err := stateOf(r.Memory)
	if err != nil {
		return nil, err
	}
	snapshot := &reconcile.Snapshot{}
	var events []alerts.Event
	for _, e := range f.events {
		if err := e.Validate(f.rules); err != nil {
			snapshot.Unread = append(snapshot.Unread, text.Show(fmt.Sprintf("An event of %s was refused: %v", f.name, err), 500))
			continue
		}
		events = append(events, e)
	}
	dropped := state.Dropped
	state, snapshot.Observation, err = alerts.Update(state, events, r.At, f.rules)
	if err != nil {
		return nil, err
	}
	if more := state.Dropped - dropped; more > 0 {
		snapshot.Unread = append(snapshot.Unread, fmt.Sprintf("%d events of %s were dropped: too old or too many", more, f.name))
	}
	known := map[string]bool{}
	for _, issue := range snapshot.Issues {
		if id := issue.Customer; id != "" && !known[id] {
			known[id] = true
			name := issue.CustomerName
			if name == "" {
				name = id
			}
			snapshot.Customers = append(snapshot.Customers, reconcile.Customer{ID: id, Name: name})
		}
	}
	snapshot.Memory, err = json.Marshal(state)
	return snapshot, err
}

// said returns the memory after the tickets of the keys were written, without
// the details that these writes have reported.
func (f *eventFeed) said(memory []byte, keys []reconcile.Key) ([]byte, error) {
	state, err := stateOf(memory)
	if err != nil {
		return memory, err
	}
	return json.Marshal(state.Said(keys...))
}

func stateOf(memory []byte) (state alerts.State, err error) {
	if len(memory) > 0 {
		err = json.Unmarshal(memory, &state)
	}
	return state, err
}

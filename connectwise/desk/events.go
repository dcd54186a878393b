package desk

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/alerts"
)

// Events makes a monitor of what a tool has told since the last run: "bad",
// "bad again", sometimes "over". What is not told again goes on: silence ends
// nothing. What was told before is in the desk's memory, so a Sync that has
// events waits for the lock as long as its context allows.
//
//	report, err := d.Sync(ctx, desk.Events("zabbix", alerts.DefaultRules("zabbix"), events...))
//
// The feed of rules that name none is the monitor's name. An event that cannot
// be used is reported as unread and holds up no other.
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

// Waits says that the run must wait for the lock, because these events are told
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

// said gives the memory once the tickets of the keys have been written: what was
// collected for them is not told again.
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

package monitor

import (
	"context"
	"fmt"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// Compose writes the text of an action. Its signature is that of a desk's
// composer; it is called only for actions that write. Actions that write no
// text (adopting, marking) get an empty one.
//
// The errors of a device's last sessions are read now, with at most three
// calls; when that fails the text says so and is otherwise whole. Of a device
// that recovered the sessions are read, with two, to tell how long it was
// without a good backup; when that fails the text tells whole days.
//
// The internal text is for technicians. The discussion is safe to show to a
// customer: it holds no file names, mailboxes, addresses or raw errors.
func (f *Fleet) Compose(ctx context.Context, a reconcile.Action) (reconcile.Text, error) {
	if err := ctx.Err(); err != nil {
		return reconcile.Text{}, err
	}
	name := templateOf(&a)
	if name == "" {
		return reconcile.Text{}, nil
	}
	if a.Code == reconcile.CodeDuplicate {
		return duplicate(&a), nil
	}
	set, err := f.templates()
	if err != nil {
		return reconcile.Text{}, fmt.Errorf("monitor: templates: %w", err)
	}
	if a.After.State == mark.Storm || a.Before.State == mark.Storm {
		p := f.stormPage(a)
		text, err := render(set, "storm", p)
		if err != nil {
			return reconcile.Text{}, fmt.Errorf("monitor: compose storm: %w", err)
		}
		return reconcile.Text{Internal: text, Discussion: p.Issue}, nil
	}
	v, ok := f.find(&a)
	if !ok {
		return gone(&a), nil
	}
	if want := outcomeOf(name); v.Outcome != want {
		return reconcile.Text{}, fmt.Errorf("monitor: compose %s for device %d: the plan is about a device that is %s, this run finds it %s", name, v.Device.ID, want, v.Outcome)
	}
	var list []cove.SessionError
	var gaps []gap
	var unread error
	switch v.Outcome {
	case Problem:
		list, unread = f.reader.errors(ctx, v, f.At)
	case Healthy:
		gaps = f.reader.gaps(ctx, v, &f.rules, a.Before.Written, f.At)
	}
	if err := ctx.Err(); err != nil {
		return reconcile.Text{}, err
	}
	p := f.page(a, v, list, gaps, unread)
	var text reconcile.Text
	if text.Internal, err = render(set, name, p); err == nil {
		text.Discussion, err = render(set, "discussion", p)
	}
	if err != nil {
		return reconcile.Text{}, fmt.Errorf("monitor: compose %s for device %d: %w", name, v.Device.ID, err)
	}
	return text, nil
}

// outcomeOf is the verdict that a template is about.
func outcomeOf(name string) Outcome {
	switch name {
	case "close":
		return Healthy
	case "parked":
		return Parked
	}
	return Problem
}

// templateOf chooses the template of an action; "" for one without text.
func templateOf(a *reconcile.Action) string {
	switch a.Kind {
	case reconcile.Create, reconcile.Reopen:
		return "create"
	case reconcile.Update:
		switch {
		case a.Recovery == reconcile.RecoveryNote:
			return "close"
		case a.Issue == nil:
			return "parked"
		case a.Code == reconcile.CodeReturned:
			return "create"
		}
		return "update"
	case reconcile.Close:
		return "close"
	}
	return ""
}

// duplicate is the text of the end of a second ticket for one device.
func duplicate(a *reconcile.Action) reconcile.Text {
	text := "This ticket is a duplicate."
	if len(a.Related) > 0 {
		text = "This ticket is a duplicate of " + tickets(a.Related[:1]) + ", where the problem is followed."
	}
	return reconcile.Text{Internal: text, Discussion: text}
}

// gone is the text about a device that the run did not meet.
func gone(a *reconcile.Action) reconcile.Text {
	if a.Issue != nil {
		return reconcile.Text{Internal: a.Issue.Detail}
	}
	text := "The device is no longer listed: it was deleted, or moved out of what is watched."
	return reconcile.Text{Internal: text, Discussion: text}
}

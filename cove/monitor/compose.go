package monitor

import (
	"context"
	"fmt"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// Compose writes the text of an action. It has the form of
// [reconcile.Snapshot].Compose and is called only for actions that write.
// Actions without a note (Adopt, MarkOnly) get an empty text. The end of a
// duplicate, and actions about a device that this run did not see, get the
// plain text ([reconcile.Action.Text]).
//
// Compose reads the errors of a device's last sessions with one call. That
// needs the device's account, which takes another call, or two calls for all
// devices of a customer. If reading fails, the text says so and is otherwise
// complete. For a device that recovered it reads the sessions, to say how long
// there was no good backup; if that fails, the text counts whole days.
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
	v := f.find(&a)
	if v == nil || a.Code == reconcile.CodeDuplicate {
		return a.Text(), nil
	}
	if want := templateOutcomes[name]; v.Outcome != want {
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

// templateOutcomes are the verdicts that the templates are for.
var templateOutcomes = map[string]Outcome{"create": Problem, "update": Problem, "close": Healthy, "suppressed": Suppressed}

// templateOf chooses the template of an action; "" for an action without text.
func templateOf(a *reconcile.Action) string {
	switch {
	case a.Kind == reconcile.Create, a.Kind == reconcile.Reopen, a.Kind == reconcile.Update && a.Code == reconcile.CodeReturned:
		return "create"
	case a.Kind == reconcile.Close, a.Kind == reconcile.Update && a.Recovery == reconcile.RecoveryNote:
		return "close"
	case a.Kind == reconcile.Update && a.Issue == nil:
		return "suppressed"
	case a.Kind == reconcile.Update:
		return "update"
	}
	return ""
}

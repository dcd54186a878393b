package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

// look is what one monitor saw.
type look struct {
	monitor  Monitor
	snapshot *reconcile.Snapshot
}

// look asks the monitors one after another, because they share the tenant's
// limits. It reports a look that failed or is incomplete; the other looks still
// count.
func (s *syncRun) look(ctx context.Context, r reconcile.Request) {
	for _, monitor := range s.monitors {
		name := monitor.Name()
		r.Memory = slices.Clone(s.memory.Monitors[name])
		snapshot, err := lookOnce(ctx, monitor, r)
		if err != nil {
			s.found(HealthBlind, whatUnread, text.Show(fmt.Sprintf("%s could not be looked at, so its tickets are left alone: %v", name, err), 1000), name)
			continue
		}
		for _, why := range snapshot.Unread {
			s.found(HealthBlind, whatUnread, text.Show(name+": "+why, 1000), name, why)
		}
		s.looks = append(s.looks, look{monitor, snapshot})
	}
}

// lookOnce turns a monitor's panic into an error, so that it does not end the
// run.
func lookOnce(ctx context.Context, monitor Monitor, r reconcile.Request) (snapshot *reconcile.Snapshot, err error) {
	defer func() {
		if p := recover(); p != nil {
			snapshot, err = nil, fmt.Errorf("panic: %v", p)
		}
	}()
	if snapshot, err = monitor.Look(ctx, r); err == nil && snapshot == nil {
		err = errors.New("it returned no snapshot")
	}
	return snapshot, err
}

// observe joins the snapshots into one observation at the run's time. If all
// customers are known, a feed that looked at everything lists them as looked
// at.
func observe(looks []look, r reconcile.Request, sure []string) reconcile.Observation {
	obs := reconcile.Observation{At: r.At}
	for _, l := range looks {
		seen, all := l.snapshot, make([]string, len(l.snapshot.Customers))
		for i := range all {
			all[i] = seen.Customers[i].ID
		}
		for _, feed := range seen.Feeds {
			if seen.Whole && feed.Everything && feed.Customers == nil {
				feed.Customers = all
			}
			feed.Vouched = feed.Vouched || slices.Contains(sure, feed.Name)
			obs.Feeds = append(obs.Feeds, feed)
		}
		obs.Issues = append(obs.Issues, seen.Issues...)
		obs.Healthy = append(obs.Healthy, seen.Healthy...)
		obs.Suppressed = append(obs.Suppressed, seen.Suppressed...)
	}
	return obs
}

// composer returns the function that composes texts: that of the monitor whose
// feed the action belongs to, otherwise the plain texts.
func composer(looks []look) func(context.Context, reconcile.Action) (reconcile.Text, error) {
	by := map[string]func(context.Context, reconcile.Action) (reconcile.Text, error){}
	for _, l := range looks {
		if l.snapshot.Compose != nil {
			for _, feed := range l.snapshot.Feeds {
				by[feed.Name] = l.snapshot.Compose
			}
		}
	}
	return func(ctx context.Context, a reconcile.Action) (reconcile.Text, error) {
		if a.Kind == reconcile.Close && a.Code == "" {
			a = ended(looks, a)
		}
		if compose := by[a.Key.Feed]; compose != nil {
			return compose(ctx, a)
		}
		return a.Text(), nil
	}
}

// ended completes a close whose note an earlier run did not write. The plan has
// no action for that ticket any more, so the reason for the close comes from
// what the monitors see now.
func ended(looks []look, a reconcile.Action) reconcile.Action {
	for _, l := range looks {
		for _, h := range l.snapshot.Healthy {
			if h.Key.ID() == a.KeyID {
				a.Key, a.Code, a.Since, a.Cause = h.Key, reconcile.CodeRecovered, h.Since, h.Detail
			}
		}
	}
	return a
}

// recogniser returns a function that recognises tickets of older tools. It asks
// each monitor in turn.
func recogniser(looks []look) func(summary string) (key reconcile.Key, verbatim, ok bool) {
	return func(summary string) (reconcile.Key, bool, bool) {
		for _, l := range looks {
			if l.snapshot.Adopt == nil {
				continue
			}
			if key, verbatim, ok := l.snapshot.Adopt(summary); ok {
				return key, verbatim, true
			}
		}
		return reconcile.Key{}, false, false
	}
}

package monitor

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/covedesk/covedesk/cove"
)

// Session errors are read only for devices that a text is written about. No
// verdict depends on them, so reading may fail.
const (
	detailsTimeout = 45 * time.Second
	// detailsLimit is how many errors of a device are read. With more than that
	// the list may be incomplete.
	detailsLimit = 200
	// detailsAtOnce is how many devices are read at the same time.
	detailsAtOnce = 8
	// sessionsBack is how far back sessions of systems are looked for, tenantBack
	// the same for Microsoft 365, whose sessions run many times a day.
	sessionsBack = 30 * day
	tenantBack   = 2 * day
	// tenantSources is how many services of a tenant are read.
	tenantSources = 2
	// crowd is how many devices of a partner must have problems before the list of
	// its accounts, which takes two calls, is cheaper than one call for each
	// device.
	crowd = 3
)

// A reader reads session errors, once for each device of a run. The zero value
// reads nothing.
type reader struct {
	client *cove.Client
	mu     sync.Mutex
	known  map[int64][]cove.SessionError
	// erring counts the devices of each partner that have errors to be read.
	erring map[int64]int
	lists  map[int64]*accounts // by partner
	// refused says that this user may not list accounts.
	refused bool
}

// accounts are the accounts of a partner, once they have been read.
type accounts struct {
	ready chan struct{}
	byID  map[int64]*cove.Account
}

// account finds the account of a device: in the list of its partner's accounts
// if several will be needed, else by itself.
func (r *reader) account(ctx context.Context, d *cove.Device) (*cove.Account, error) {
	r.mu.Lock()
	list, first := r.lists[d.PartnerID], false
	if list == nil && r.erring[d.PartnerID] >= crowd && !r.refused {
		list, first = &accounts{ready: make(chan struct{})}, true
		r.lists[d.PartnerID] = list
	}
	r.mu.Unlock()
	if first {
		list.byID = r.list(ctx, d.PartnerID)
		close(list.ready)
	}
	if list != nil {
		select {
		case <-list.ready:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if a := list.byID[d.ID]; a != nil {
			return a, nil
		}
	}
	return r.client.Account(ctx, d.ID)
}

func (r *reader) list(ctx context.Context, partner int64) map[int64]*cove.Account {
	list, err := r.client.Accounts(ctx, partner)
	if errors.Is(err, cove.ErrForbidden) {
		r.mu.Lock()
		r.refused = true
		r.mu.Unlock()
	}
	byID := make(map[int64]*cove.Account, len(list))
	for i := range list {
		byID[list[i].ID] = &list[i]
	}
	return byID
}

// erroneous returns the findings that have session errors to read, the highest
// condition first. A backup that is only old has none.
func erroneous(v *Verdict) []Finding {
	return slices.DeleteFunc(bySeverity(v.Findings), func(f Finding) bool {
		switch f.Status {
		case cove.StatusFailed, cove.StatusAborted, cove.StatusCompletedWithErrors, cove.StatusInterrupted:
			return f.Source == 0
		}
		return f.Source == 0 || f.Errors == 0
	})
}

// errors returns the errors of the newest completed session of each bad source
// of a device, with their sources if they are known.
func (r *reader) errors(ctx context.Context, v *Verdict, at time.Time) ([]cove.SessionError, error) {
	bad := erroneous(v)
	if r.client == nil || len(bad) == 0 {
		return nil, nil
	}
	id := v.Device.ID
	r.mu.Lock()
	list, ok := r.known[id]
	r.mu.Unlock()
	if ok {
		return list, nil
	}
	ctx, cancel := context.WithTimeout(ctx, detailsTimeout)
	defer cancel()
	account, err := r.account(ctx, v.Device)
	if err != nil {
		return nil, err
	}
	if v.Class == ClassM365 {
		list, err = r.tenant(ctx, account, bad, at)
	} else {
		list, err = r.system(ctx, account, v.Device, bad, at)
	}
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known[id] = list
	return list, nil
}

// running are the statuses of sessions that prove nothing yet.
var running = []cove.SessionStatus{cove.StatusInProcess, cove.StatusInProgressWithFaults, cove.StatusRestarted}

// A span is the time in which the last completed session of a source ran, as
// far as the columns say.
type span struct{ from, to time.Time }

func spanOf(d *cove.Device, s cove.DataSource, at time.Time) span {
	st, _ := statsOf(d, s)
	end := st.LastCompleted
	switch {
	case end.IsZero():
		return span{at.Add(-sessionsBack), at}
	case st.LastSession.IsZero() || !st.LastSession.Before(end):
		return span{end.Add(-day), end.Add(time.Minute)} // no column has the start
	}
	return span{st.LastSession.Add(-time.Minute), end.Add(time.Minute)}
}

// system reads the errors of a system with one call. The columns say when the
// sessions ran; an error that fits only one of them belongs to its source.
func (r *reader) system(ctx context.Context, a *cove.Account, d *cove.Device, bad []Finding, at time.Time) ([]cove.SessionError, error) {
	spans := make(map[cove.DataSource]span, len(bad))
	since := at
	for _, f := range bad {
		x := spanOf(d, f.Source, at)
		spans[f.Source] = x
		if x.from.Before(since) {
			since = x.from
		}
	}
	list, err := r.client.SessionErrors(ctx, a, cove.SessionErrorQuery{Since: since, Limit: detailsLimit})
	if err != nil {
		return nil, err
	}
	return attribute(list, bad, spans), nil
}

// attribute sets the sources of errors and keeps those of the newest session of
// each source. A session that may belong to several sources gets no source; of
// such sessions it keeps as many as there are sources without one.
func attribute(list []cove.SessionError, bad []Finding, spans map[cove.DataSource]span) []cove.SessionError {
	fits := map[int64][]cove.DataSource{} // by session
	var sessions []int64
	for _, e := range list {
		if _, ok := fits[e.SessionID]; !ok {
			sessions = append(sessions, e.SessionID)
			for _, f := range bad {
				fits[e.SessionID] = append(fits[e.SessionID], f.Source)
			}
		}
		fits[e.SessionID] = slices.DeleteFunc(fits[e.SessionID], func(s cove.DataSource) bool {
			return e.Time.Before(spans[s].from) || e.Time.After(spans[s].to)
		})
	}
	slices.SortFunc(sessions, func(a, b int64) int { return cmp.Compare(b, a) }) // newest first
	kept := map[int64]cove.DataSource{}
	var taken cove.DataSourceSet
	for _, id := range sessions {
		if of := fits[id]; len(of) == 1 && !taken.Has(of[0]) {
			taken |= cove.DataSourcesOf(of[0])
			kept[id] = of[0]
		}
	}
	left := len(bad) - taken.Len()
	for _, id := range sessions {
		if len(fits[id]) > 1 && left > 0 {
			kept[id] = 0
			left--
		}
	}
	var out []cove.SessionError
	for _, e := range list {
		if source, ok := kept[e.SessionID]; ok {
			e.Source = source
			out = append(out, e)
		}
	}
	return out
}

// tenant reads the newest errors of the services of a tenant that have the
// highest conditions.
func (r *reader) tenant(ctx context.Context, a *cove.Account, bad []Finding, at time.Time) ([]cove.SessionError, error) {
	var all []cove.SessionError
	for _, f := range bad[:min(len(bad), tenantSources)] {
		list, err := r.client.SessionErrors(ctx, a, cove.SessionErrorQuery{Source: f.Source, Since: at.Add(-tenantBack), Limit: detailsLimit})
		if err != nil {
			return nil, err
		}
		var newest int64
		for _, e := range list {
			newest = max(newest, e.SessionID)
		}
		for _, e := range list {
			if e.SessionID == newest {
				e.Source = f.Source
				all = append(all, e)
			}
		}
	}
	return all, nil
}

package monitor

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/covedesk/covedesk/cove"
)

// Session errors are read for devices that a text is written about, and for no
// other. Reading them takes at most three calls for a device and may fail
// without consequence for its verdict.
const (
	detailsTimeout = 45 * time.Second
	// detailsLimit is how many errors of a device are read; beyond it the list
	// is not known to be whole.
	detailsLimit = 200
	// detailsAtOnce bounds how many devices are read at a time.
	detailsAtOnce = 8
	// sessionsBack is how far back sessions of systems are looked for,
	// tenantBack those of Microsoft 365, which run many times a day.
	sessionsBack = 30 * day
	tenantBack   = 2 * day
	// tenantSources is how many services of a tenant are asked about.
	tenantSources = 2
)

// A reader reads session errors, once for each device of a run. The zero value
// reads nothing.
type reader struct {
	client *cove.Client
	mu     sync.Mutex
	known  map[int64][]cove.SessionError
}

// erroneous lists the findings that have session errors to be read, the
// gravest first: a backup that is only old has none.
func erroneous(v *Verdict) []Finding {
	var list []Finding
	for _, f := range bySeverity(v.Findings) {
		switch f.Status {
		case cove.StatusFailed, cove.StatusAborted, cove.StatusCompletedWithErrors, cove.StatusInterrupted:
		default:
			if f.Errors == 0 {
				continue
			}
		}
		if f.Source != 0 {
			list = append(list, f)
		}
	}
	return list
}

// errors returns the errors of the newest completed session of each bad source
// of a device, with their sources.
func (r *reader) errors(ctx context.Context, v *Verdict, at time.Time) ([]cove.SessionError, error) {
	bad := erroneous(v)
	if r.client == nil || len(bad) == 0 {
		return nil, nil
	}
	id := v.Device.ID
	r.mu.Lock()
	known, ok := r.known[id]
	r.mu.Unlock()
	if ok {
		return known, nil
	}
	ctx, cancel := context.WithTimeout(ctx, detailsTimeout)
	defer cancel()
	account, err := r.client.Account(ctx, id)
	if err != nil {
		return nil, err
	}
	var list []cove.SessionError
	switch {
	case v.Class == ClassM365:
		list, err = r.tenant(ctx, account, bad, at)
	case len(bad) == 1:
		list, err = r.source(ctx, account, bad[0].Source, at)
	default:
		list, err = r.sources(ctx, account, bad, at)
	}
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil {
		r.known = map[int64][]cove.SessionError{}
	}
	r.known[id] = list
	return list, nil
}

// running are the statuses of sessions that say nothing yet.
var running = []cove.SessionStatus{cove.StatusInProcess, cove.StatusInProgressWithFaults, cove.StatusRestarted}

// source reads the errors of the newest session of one source.
func (r *reader) source(ctx context.Context, a *cove.Account, s cove.DataSource, at time.Time) ([]cove.SessionError, error) {
	sessions, err := r.client.Sessions(ctx, a, cove.SessionQuery{Source: s, Without: running, Since: at.Add(-sessionsBack), Limit: 1})
	if err != nil || len(sessions) == 0 {
		return nil, err
	}
	list, err := r.client.SessionErrors(ctx, a, cove.SessionErrorQuery{SessionID: sessions[0].ID, Limit: detailsLimit})
	for i := range list {
		list[i].Source = s
	}
	return list, err
}

// sources reads the errors of the newest sessions of several sources, with one
// call for all sessions and one for all errors.
func (r *reader) sources(ctx context.Context, a *cove.Account, bad []Finding, at time.Time) ([]cove.SessionError, error) {
	sessions, err := r.client.Sessions(ctx, a, cove.SessionQuery{Without: running, Since: at.Add(-sessionsBack), Limit: detailsLimit})
	if err != nil {
		return nil, err
	}
	newest := map[int64]cove.DataSource{}
	var since time.Time
	for _, f := range bad {
		for _, s := range sessions {
			if s.Source == f.Source {
				newest[s.ID] = f.Source
				if since.IsZero() || s.Start.Before(since) {
					since = s.Start
				}
				break
			}
		}
	}
	if len(newest) == 0 {
		return nil, nil
	}
	list, err := r.client.SessionErrors(ctx, a, cove.SessionErrorQuery{Since: since, Limit: detailsLimit})
	if err != nil {
		return nil, err
	}
	kept := list[:0]
	for _, e := range list {
		if source, ok := newest[e.SessionID]; ok {
			e.Source = source
			kept = append(kept, e)
		}
	}
	return kept, nil
}

// tenant reads the newest errors of the gravest services of a tenant.
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

// ignorable tells which sources have no errors but such as the rules ignore. A
// list that may not be whole proves nothing.
func (r *Rules) ignorable(list []cove.SessionError) cove.DataSourceSet {
	if len(list) >= detailsLimit {
		return 0
	}
	var some, other cove.DataSourceSet
	for _, e := range list {
		one := cove.DataSourcesOf(e.Source)
		some |= one
		if !r.ignores(&e) {
			other |= one
		}
	}
	return some &^ other
}

func (r *Rules) ignores(e *cove.SessionError) bool {
	for _, i := range r.Ignore {
		if (i.Source == 0 || i.Source == e.Source) && (like(i.Text, e.Text) || like(i.Text, e.Item) || like(i.Text, e.Path)) {
			return true
		}
	}
	return false
}

// ignoresSome tells whether errors of a source may be ignored at all.
func (r *Rules) ignoresSome(s cove.DataSource) bool {
	return slices.ContainsFunc(r.Ignore, func(i Ignore) bool { return i.Source == 0 || i.Source == s })
}

// ignore judges again, with their errors read, the devices in which a session
// completed with errors that the rules may ignore. What cannot be read stays
// as it is and is among the fleet's faults.
func (f *Fleet) ignore(ctx context.Context) {
	var todo []*Verdict
	for i := range f.Verdicts {
		v := &f.Verdicts[i]
		if slices.ContainsFunc(v.Findings, func(x Finding) bool { return x.Condition == Errors && f.rules.ignoresSome(x.Source) }) {
			todo = append(todo, v)
		}
	}
	faults := make([]error, len(todo))
	slots := make(chan struct{}, detailsAtOnce)
	var wait sync.WaitGroup
	for i, v := range todo {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			list, err := f.reader.errors(ctx, v, f.At)
			if err != nil {
				faults[i] = fmt.Errorf("monitor: read the errors of device %d: %w", v.Device.ID, err)
				return
			}
			*v = checkWith(v.Device, v.Customer, &f.rules, f.At, f.rules.ignorable(list))
		})
	}
	wait.Wait()
	for _, err := range faults {
		if err != nil {
			f.Faults = append(f.Faults, err)
		}
	}
}

// An errorGroup is one error text of a source with its first item.
type errorGroup struct {
	source cove.DataSource
	text   string
	item   string
	count  int64
}

// group folds errors by text, those of the gravest source and the most
// frequent first.
func group(v *Verdict, list []cove.SessionError) []errorGroup {
	var groups []errorGroup
	at := map[errorGroup]int{}
	for _, e := range list {
		key := errorGroup{source: e.Source, text: cleanError(e.Text)}
		i, ok := at[key]
		if !ok {
			i = len(groups)
			at[key] = i
			groups = append(groups, key)
		}
		g := &groups[i]
		g.count += max(e.Count, 1)
		if item := itemOf(&e); g.item == "" || item != "" && item < g.item {
			g.item = item // the first by name, so that the text holds still
		}
	}
	var rank [64]int
	for i, f := range bySeverity(v.Findings) {
		rank[f.Source&63] = i
	}
	slices.SortStableFunc(groups, func(a, b errorGroup) int {
		return cmp.Or(cmp.Compare(rank[a.source&63], rank[b.source&63]), cmp.Compare(b.count, a.count), cmp.Compare(a.text, b.text))
	})
	return groups
}

// itemOf is the file of an error, or the mailbox or site with the path in it.
func itemOf(e *cove.SessionError) string {
	item := oneLine(e.Item, pathLimit)
	if path := oneLine(e.Path, pathLimit); path != "" && path != item {
		item = strings.TrimSpace(item + " " + path)
	}
	return item
}

// errorLines writes the errors of a device: "Error: Access is denied:
// D:\q3.xlsx (and 14 more). Likely: permissions. First step: ...".
func (f *Fleet) errorLines(v *Verdict, list []cove.SessionError) []string {
	const most = 4
	groups := group(v, list)
	several := len(v.Findings) > 1
	var lines []string
	said := map[string]bool{}
	for i, g := range groups {
		if i == most {
			lines = append(lines, strconv.Itoa(len(groups)-most)+" more kinds of error are in the console.")
			break
		}
		line := "Error: "
		if several {
			line = sourceName(g.source) + " error: "
		}
		line += literal(strings.TrimRight(g.text, ". "))
		if g.item != "" && !strings.Contains(g.text, g.item) {
			line += ": " + literal(g.item)
		}
		if g.count > 1 {
			line += " (and " + strconv.FormatInt(g.count-1, 10) + " more)"
		}
		line += "."
		if c, ok := f.rules.cause(g.text); ok && !said[c.Cause] {
			said[c.Cause] = true
			line += " Likely: " + c.Cause + "."
			if c.Step != "" {
				line += " First step: " + c.Step + "."
			}
			if c.Link != "" {
				line += " See " + c.Link
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// oneCause is the cause that explains a tenant as a whole: every service
// fails, and every error that was read has the same authentication cause.
func (f *Fleet) oneCause(v *Verdict, list []cove.SessionError) string {
	if v.Class != ClassM365 || len(list) == 0 || len(v.Findings) < v.Device.Sources.Len() {
		return ""
	}
	cause := ""
	for i := range list {
		c, ok := f.rules.cause(list[i].Text)
		if !ok || cause != "" && c.Cause != cause {
			return ""
		}
		cause = c.Cause
	}
	for i := range v.Findings {
		if v.Findings[i].Condition != Failed {
			return ""
		}
	}
	return cause
}

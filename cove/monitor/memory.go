package monitor

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/covedesk/covedesk/cove"
)

// ignorable returns the sources whose errors the rules all ignore. A list that
// may be incomplete proves nothing. An error of unknown source counts for every
// source.
func (r *Rules) ignorable(v *Verdict, list []cove.SessionError) cove.DataSourceSet {
	if len(list) >= detailsLimit {
		return 0
	}
	var all, some, other cove.DataSourceSet
	for _, f := range erroneous(v) {
		all |= cove.DataSourcesOf(f.Source)
	}
	for _, e := range list {
		of := all
		if e.Source != 0 {
			of = cove.DataSourcesOf(e.Source)
		}
		some |= of
		for s := range of.All() {
			if r.ignores(v.Class, s, &e) == nil {
				other |= cove.DataSourcesOf(s)
			}
		}
	}
	return some &^ other
}

// ignores finds the rule that ignores an error; nil for none.
func (r *Rules) ignores(class Class, s cove.DataSource, e *cove.SessionError) *Ignore {
	for i := range r.Ignore {
		x := &r.Ignore[i]
		if x.holds(class, s) && (like(x.Text, e.Text) || like(x.Text, e.Item) || like(x.Text, e.Path)) {
			return x
		}
	}
	return nil
}

func (i *Ignore) holds(class Class, s cove.DataSource) bool {
	return (i.Source == 0 || i.Source == s) && (i.Class == 0 || i.Class == class)
}

// whyIgnored says which errors of a healthy device were ignored, and why.
func (r *Rules) whyIgnored(v *Verdict) string {
	if v.ignored == 0 {
		return ""
	}
	var why []string
	for s := range v.ignored.All() {
		for i := range r.Ignore {
			x := &r.Ignore[i]
			if x.holds(v.Class, s) {
				why = append(why, x.Text+where(x.Why != "", " ("+x.Why+")"))
			}
		}
	}
	return "its errors are such as the rules ignore: " + strings.Join(slices.Compact(why), ", ")
}

// memory is what a look keeps for the next one, as JSON.
type memory struct {
	// Waiting holds the sources that have had no session yet, "3785154/D10", with
	// the time they were first seen: no column says their age.
	Waiting map[string]int64 `json:"waiting,omitempty"`
	// Rules is a digest of the rules about ignored errors. When they change,
	// Ignored is forgotten.
	Rules string `json:"rules"`
	// Ignored holds, by device, when its sessions ended and which sources have
	// only errors that the rules ignore. So the errors of a session are read once.
	Ignored map[int64]found `json:"ignored,omitempty"`
}

type found struct {
	Ended   int64  `json:"ended"`
	Sources uint64 `json:"sources"` // a cove.DataSourceSet
}

// ignore judges devices again in which a session completed with errors that the
// rules may ignore. It reads those errors first. A device whose errors cannot
// be read keeps its verdict and is among the fleet's faults.
func (f *Fleet) ignore(ctx context.Context, before memory) {
	var todo []*Verdict
	for v := range f.each() {
		if slices.ContainsFunc(v.Findings, func(x Finding) bool {
			return x.Condition == Errors && slices.ContainsFunc(f.rules.Ignore, func(i Ignore) bool { return i.holds(v.Class, x.Source) })
		}) {
			todo = append(todo, v)
		}
	}
	results, faults := make([]found, len(todo)), make([]error, len(todo))
	slots := make(chan struct{}, detailsAtOnce)
	var wait sync.WaitGroup
	for i, v := range todo {
		results[i].Ended = ended(v)
		if old, ok := before.Ignored[v.Device.ID]; ok && old.Ended != 0 && old.Ended == results[i].Ended && before.Rules == f.memory.Rules {
			results[i] = old
			continue
		}
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			list, err := f.reader.errors(ctx, v, f.At)
			if err != nil {
				faults[i] = fmt.Errorf("monitor: read the errors of device %d: %w", v.Device.ID, err)
				return
			}
			results[i].Sources = uint64(f.rules.ignorable(v, list))
		})
	}
	wait.Wait()
	f.memory.Ignored = make(map[int64]found, len(todo))
	for i, v := range todo {
		if faults[i] != nil {
			f.Faults = append(f.Faults, faults[i])
			continue
		}
		f.memory.Ignored[v.Device.ID] = results[i]
		*v = checkWith(v.Device, v.Customer, &f.rules, f.At, cove.DataSourceSet(results[i].Sources))
	}
}

// wait gives sources without any session an age, counted from the first look
// that saw them, so that their severity rises.
func (f *Fleet) wait(before memory) {
	f.memory.Waiting = map[string]int64{}
	for v := range f.each() {
		for n := range v.Findings {
			x := &v.Findings[n]
			if x.Condition != Never || !x.Rises.IsZero() {
				continue
			}
			key := v.Key().Subject + "/" + x.Source.String()
			first := cmp.Or(before.Waiting[key], f.At.Unix())
			f.memory.Waiting[key] = first
			j := judgeOf(v, &f.rules, f.At)
			*x = j.found(*x, Never, time.Unix(first, 0).UTC())
			v.conclude(&f.rules)
		}
	}
}

// ended returns when the last session with errors ended.
func ended(v *Verdict) (newest int64) {
	for _, x := range erroneous(v) {
		if st, ok := statsOf(v.Device, x.Source); ok && !st.LastCompleted.IsZero() {
			newest = max(newest, st.LastCompleted.Unix())
		}
	}
	return newest
}

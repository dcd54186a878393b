package monitor

import (
	"context"
	"time"

	"github.com/covedesk/covedesk/cove"
)

// A gap is the time between two good backups of a source in which sessions were
// bad or missing.
type gap struct {
	source     cove.DataSource
	start, end time.Time
}

// gaps finds, for every source of a recovered device, the time without a good
// backup around the time of the ticket's last note about the problem (spoken).
// It takes two calls. A source whose gap cannot be found or read is left out.
func (r *reader) gaps(ctx context.Context, v *Verdict, rules *Rules, spoken, at time.Time) []gap {
	if r.client == nil || spoken.IsZero() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, detailsTimeout)
	defer cancel()
	account, err := r.account(ctx, v.Device)
	if err != nil {
		return nil
	}
	sessions, err := r.client.Sessions(ctx, account, cove.SessionQuery{Without: running, Since: at.Add(-sessionsBack), Limit: detailsLimit})
	if err != nil {
		return nil
	}
	var list []gap
	for s := range v.Device.Sources.All() {
		if g, bad := gapOf(s, sessions, spoken); !g.end.IsZero() && (bad || g.end.Sub(g.start) > rules.limit(s, rules.Class(v.Class))) {
			list = append(list, g)
		}
	}
	return list
}

// gapOf finds the last good session before a time and the first one after it,
// in sessions that are ordered newest first. bad says whether other sessions
// lie between. The gap is zero if either session is missing.
func gapOf(s cove.DataSource, sessions []cove.Session, spoken time.Time) (found gap, bad bool) {
	found.source = s
	for i := range sessions {
		x := &sessions[i]
		if x.Source != s || x.End.IsZero() {
			continue
		}
		switch good := x.Status == cove.StatusCompleted || x.Status == cove.StatusCompletedWithErrors; {
		case good && x.End.After(spoken):
			found.end, bad = x.End, false
		case good && !found.end.IsZero():
			found.start = x.End
			return found, bad
		case good:
			return gap{}, false
		default:
			bad = true
		}
	}
	return gap{}, false
}

// gapText says which sources were without a good backup, and for how long. If
// the sessions do not say it, the colour bars give the days.
func gapText(v *Verdict, list []gap, c clock) string {
	if len(list) > 0 {
		return joined(list, " ", func(g gap) string {
			return sourceName(g.source) + " had no good backup for " + length(g.end.Sub(g.start)) + ", from " + c.short(g.start) + " to " + c.short(g.end) + "."
		})
	}
	longest, first := 0, time.Time{}
	for _, st := range sourcesOf(v.Device) {
		if from, to := badDaysBefore(st.ColorBar); to-from > longest {
			longest, first = to-from, c.now.AddDate(0, 0, 1-to)
		}
	}
	return where(longest > 0, "Before that, from "+c.day(first)+" on, "+counted(int64(longest), "day")+" passed without a good backup.")
}

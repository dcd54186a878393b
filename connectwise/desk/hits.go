package desk

import (
	"context"
	"fmt"
	"slices"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// olderTools reads the open tickets that look like those of an older tool.
func (l *loader) olderTools(ctx context.Context) error {
	if l.adopt == nil || l.desk.config.Adopt.Summary == "" {
		return nil
	}
	err := l.seek(ctx, connectwise.Where("summary like ? and closedFlag = ?", connectwise.Pattern(l.desk.config.Adopt.Summary), false))
	if err != nil {
		return fmt.Errorf("desk: list of the older tool's tickets: %w", err)
	}
	return nil
}

// remembersHits reads the tickets that an earlier run found by their summaries
// and that nobody has dealt with yet.
func (l *loader) remembersHits(ctx context.Context) error {
	keys := map[int64]mark.KeyID{}
	var ids []int64
	for key, id := range l.memory.Hits {
		if l.rows[id] == nil {
			keys[id] = key
			ids = append(ids, id)
		}
	}
	found, err := l.desk.byID(ctx, ids)
	if err != nil {
		return err
	}
	for id, key := range keys {
		if t := found[id]; t != nil && !t.ClosedFlag && !isProject(t) {
			l.add(&row{Ticket: t, key: key, sought: true})
		} else {
			delete(l.memory.Hits, key)
		}
	}
	return nil
}

// seekHits looks for tickets of ours by their summaries where no memory knows
// which there are: open ones without our marker, of the companies of problems
// that no ticket is known for.
func (l *loader) seekHits(ctx context.Context) error {
	if l.memory.usable {
		return nil
	}
	have := map[mark.KeyID]bool{}
	for _, r := range l.rows {
		if _, m := mark.Look(l.desk.place.text(r.Ticket), l.desk.owner); m.Key != "" && !r.ClosedFlag {
			have[m.Key] = true
		}
	}
	var companies []int64
	for key, issue := range l.issue {
		if id, err := companyID(issue.Company); err == nil && !have[key] {
			companies = append(companies, id)
		}
	}
	slices.Sort(companies)
	for chunk := range slices.Chunk(slices.Compact(companies), idsAtOnce) {
		if err := l.seek(ctx, connectwise.Where("company/id in ? and closedFlag = ?", chunk, false)); err != nil {
			return fmt.Errorf("desk: open tickets of companies with problems: %w", err)
		}
	}
	return nil
}

// seek reads tickets without our marker that name a key in their summaries.
func (l *loader) seek(ctx context.Context, met connectwise.Condition) error {
	d := l.desk
	bySummary := map[string]mark.KeyID{}
	for key, issue := range l.issue {
		bySummary[text.Line(issue.Summary)] = key
	}
	opts := &connectwise.ListOptions{Where: met, Fields: append(slices.Clone(ticketFields), d.place.member())}
	for t, err := range d.client.Service.Tickets.List(ctx, opts) {
		if err != nil {
			return err
		}
		place, _ := mark.Look(d.place.text(t), d.owner)
		if l.rows[t.ID] != nil || t.ClosedFlag || place == mark.Ours || place == mark.Damaged || isProject(t) {
			continue
		}
		key := mark.KeyID("")
		if d.isMember(t.Info.EnteredBy) {
			key = bySummary[text.Line(t.Summary)]
		}
		if l.adopt != nil {
			if k, _, ok := l.adopt(t.Summary); ok {
				key = k.ID()
			}
		}
		if key != "" {
			l.add(&row{Ticket: t, key: key, sought: true})
		}
	}
	return nil
}

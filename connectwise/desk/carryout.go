package desk

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/covedesk/covedesk/connectwise/desk/internal/memory"
	"github.com/covedesk/covedesk/reconcile"
)

// carryOut carries out the part of the plan that an approval allows. It records
// in the memory what it is about to create before the first write, and what was
// seen and done at the end.
func (s *syncRun) carryOut(ctx context.Context, plan reconcile.Plan, obs reconcile.Observation) error {
	d := s.desk
	due := plan
	if s.memory.Stands(memory.OlderTool) {
		due.Actions = nil // two tools on the same tickets would undo each other's changes
	} else if s.options.Approval != nil {
		due.Actions = nil
		for _, a := range plan.Actions {
			if !a.Kind.Writes() || s.options.Approval.Holds(a) {
				due.Actions = append(due.Actions, a)
			} else {
				s.report.NotApproved = append(s.report.NotApproved, a)
			}
		}
	}
	s.memory.Begin(d.Now(), due.Actions)
	if err := s.save(); err != nil {
		return fmt.Errorf("nothing was written: %w", err)
	}
	applied, err := d.apply(ctx, due, s.memory, Compose(composer(s.looks)), OnResult(s.options.OnResult), func(r *run) { r.configurations = s.configurations(ctx, due) })
	s.report.Results, s.report.Settled, s.report.Edited = applied.Results, applied.Settled, applied.Edited
	s.landed()
	s.lateStops()
	s.reportStops() // stops that were raised while writing
	s.report.Links = s.links(plan, obs)
	s.remember(plan)
	for _, result := range failures(s.report.Results) {
		why := fmt.Sprintf("%s: %s was not done: %v", result.Action.Summary, result.Action.Kind, result.Err)
		f := finding(HealthFailed, whatFailed, why, string(result.Action.KeyID), string(result.Action.Kind))
		f.Ticket = result.Ticket
		s.report.Findings = append(s.report.Findings, f)
	}
	if err != nil {
		s.ended(HealthFailed, err)
	}
	s.report.compare(s.memory.Attention)
	s.memory.Attention = s.report.ids()
	if s.report.Health() <= HealthAttention {
		s.memory.LastGood = s.report.Began
	}
	return errors.Join(err, s.save())
}

// landed reports the boards of tickets that were created without naming one.
func (s *syncRun) landed() {
	tickets := map[string][]int64{}
	for _, r := range s.report.Results {
		if r.board == "" {
			continue
		}
		if s.desk.routeOf(r.Action.Issue, r.Action.Issue.Severity).board.Ref.ID == 0 {
			tickets[r.board] = append(tickets[r.board], r.Ticket)
		}
	}
	for _, board := range slices.Sorted(maps.Keys(tickets)) {
		why := fmt.Sprintf("neither Config.Board nor the API member says which board new tickets go to; on %q landed %s", board, numbers(tickets[board]))
		s.found(HealthFine, "board", why, board)
	}
}

func (s *syncRun) save() error {
	data, err := s.memory.Encode()
	if err == nil {
		err = s.desk.config.State.Save(data)
	}
	if err != nil {
		s.found(HealthFailed, "memory", "the memory could not be saved: "+err.Error(), "save")
	}
	return err
}

// remember records in the memory what the run saw and did.
func (s *syncRun) remember(plan reconcile.Plan) {
	took(s.memory, s.desk.Now(), s.report.Results)
	s.memory.Remember(plan.Known)
	said := map[string][]reconcile.Key{}
	for _, r := range s.report.Results {
		if r.Outcome == Done {
			said[r.Action.Key.Feed] = append(said[r.Action.Key.Feed], r.Action.Key)
		}
	}
	for _, l := range s.looks { // after a failed look the old memory stays
		memory := l.snapshot.Memory
		if teller, ok := ability[interface {
			said([]byte, []reconcile.Key) ([]byte, error)
		}](l.monitor); ok {
			for _, feed := range l.snapshot.Feeds {
				if told, err := teller.said(memory, said[feed.Name]); err == nil {
					memory = told
				}
			}
		}
		if memory == nil {
			delete(s.memory.Monitors, l.monitor.Name())
		} else {
			s.memory.Monitors[l.monitor.Name()] = memory
		}
	}
}

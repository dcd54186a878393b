package desk

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/covedesk/covedesk/connectwise/desk/internal/answers"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/connectwise/desk/internal/memory"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// ApplyOption changes how a plan is applied.
type ApplyOption func(*run)

// Compose sets the function that returns the text of each action that writes
// one. It is called at most once for each action, just before its first write,
// and from several goroutines. If it fails, the plan's plain text is written
// and [Result].Degraded says why. Without this option all texts are plain. The
// function must not call Load, Apply or Sync of this desk, which would cause a
// deadlock.
func Compose(compose func(context.Context, reconcile.Action) (reconcile.Text, error)) ApplyOption {
	return func(r *run) { r.compose = compose }
}

// OnResult sets a function that is called with each result when it is known,
// from one goroutine at a time. It must not call Load, Apply or Sync of this
// desk.
func OnResult(report func(Result)) ApplyOption {
	return func(r *run) { r.onResult = report }
}

// run is one Apply.
type run struct {
	desk     *Desk
	plan     reconcile.Plan
	compose  func(context.Context, reconcile.Action) (reconcile.Text, error)
	onResult func(Result)
	exists   map[mark.KeyID]int64 // known open tickets, and those that the look-up before the first create found
	lookUp   error                // the error of that look-up
	looked   sync.Once
	breaker  answers.Breaker
	// configurations are the configurations to attach to new tickets.
	configurations map[mark.KeyID]int64

	mu     sync.Mutex
	unkept error                // why no more tickets are created: the server did not keep a marker
	stops  []memory.Stop        // stops that the run has raised
	stays  map[int64]mark.KeyID // the memory's Noted: duplicates that stay open
}

// Apply carries out a plan: Config.AtOnce tickets at a time under the client's
// limiter, and the actions of one key in order. Apply reads every ticket before
// it writes, and does not write a ticket that has changed since the plan was
// made. Errors of single actions are in the report ([Report.Err]). Apply
// returns an error if the plan could not be applied at all, if the context
// ended, or if it stopped because every further action would fail. Then the
// report says how far it got. The report is never nil.
//
// Applying a plan a second time repeats nothing. Apply accepts only a plan that
// was made in this process for this board. For a plan in a file use an approval
// ([reconcile.ParseApproval], Options.Approval).
func (d *Desk) Apply(ctx context.Context, plan reconcile.Plan, opts ...ApplyOption) (*Report, error) {
	d.using.Lock()
	defer d.using.Unlock()
	report := &Report{Digest: plan.Digest}
	if err := d.acceptable(plan); err != nil {
		return report, err
	}
	unlock, err := d.Lock(ctx)
	if err != nil {
		return report, err
	}
	defer unlock()
	d.own.Begin(d.Now(), plan.Actions)
	report, err = d.apply(ctx, plan, d.own, opts...)
	took(d.own, d.Now(), report.Results)
	d.own.Remember(plan.Known)
	return report, err
}

// apply carries out a plan; the caller holds the lock. It records new stops in
// the memory.
func (d *Desk) apply(ctx context.Context, plan reconcile.Plan, m *memory.Memory, opts ...ApplyOption) (*Report, error) {
	r := &run{desk: d, plan: plan, exists: maps.Clone(m.Tickets), stays: m.Noted}
	for _, opt := range opts {
		opt(r)
	}
	if m.Stands(memory.MarkerNotKept) {
		r.unkept = errors.New("desk: no tickets are made: " + m.Stopped())
	}
	report := &Report{Digest: plan.Digest, Edited: map[string]int{}}
	var actions []reconcile.Action
	creates := false
	for _, a := range plan.Actions {
		if a.Ticket != 0 {
			report.Tickets++
		}
		for _, field := range a.Edited {
			report.Edited[field]++
		}
		if a.Kind.Writes() {
			actions = append(actions, a)
			creates = creates || a.Kind == reconcile.Create
		}
	}
	report.Settled = r.carryOut(ctx, r.missing(actions, m.Pending))
	if creates {
		r.look(ctx)
	}
	report.Results = r.carryOut(ctx, actions)
	behind := r.behind(ctx, report)
	for _, stop := range r.stops {
		m.Raise(stop)
	}
	if err := ctx.Err(); err != nil {
		return report, fmt.Errorf("desk: apply: %w", context.Cause(ctx))
	}
	return report, errors.Join(r.breaker.Broken(), behind)
}

// carryOut carries out the actions of several keys at the same time, and those
// of one key in order. The results are in the order of the actions.
func (r *run) carryOut(ctx context.Context, actions []reconcile.Action) []Result {
	results := make([]Result, len(actions))
	jobs := map[mark.KeyID][]int{}
	var order []mark.KeyID
	for i, a := range actions {
		if jobs[a.KeyID] == nil {
			order = append(order, a.KeyID)
		}
		jobs[a.KeyID] = append(jobs[a.KeyID], i)
	}
	queue := make(chan mark.KeyID)
	var workers sync.WaitGroup
	for range min(r.desk.config.AtOnce, len(order)) {
		workers.Go(func() {
			for key := range queue {
				for _, i := range jobs[key] {
					results[i] = r.do(ctx, actions[i])
					if o := results[i].Outcome; o != Skipped && o != Drifted {
						r.breaker.Note(results[i].Err)
					}
					r.tell(results[i])
				}
			}
		})
	}
	for _, key := range order {
		queue <- key
	}
	close(queue)
	workers.Wait()
	return results
}

// acceptable refuses a plan of another desk or board, and one that is too old
// or from the future.
func (d *Desk) acceptable(plan reconcile.Plan) error {
	if plan.Format != reconcile.Format {
		return fmt.Errorf("desk: plan format %q, want %q", plan.Format, reconcile.Format)
	}
	if plan.Known == nil { // the JSON form does not hold it
		return errors.New("desk: the plan was not made by this process: a plan from a file is an approval (reconcile.ParseApproval and Options.Approval)")
	}
	if home := d.boards.Home.Ref; plan.Home != lookup.ID(home.ID) {
		return fmt.Errorf("desk: the plan was made for another board (id %s) than this desk's, %q (id %d); make a new one", plan.Home, home.Name, home.ID)
	}
	return d.Accept(plan.Owner, plan.At)
}

// Lock takes the lock of the memory (Config.State), so that no other process
// writes until unlock is called.
func (d *Desk) Lock(ctx context.Context) (unlock func(), err error) {
	unlock, ok, err := d.config.State.Lock(ctx, true)
	if err == nil && !ok {
		err = errors.New("another process holds the memory")
	}
	if err != nil {
		return nil, fmt.Errorf("desk: lock: %w", err)
	}
	return unlock, nil
}

// took records in the memory the results that actions had at a time.
func took(m *memory.Memory, at time.Time, results []Result) {
	for _, r := range results {
		m.Did(r.Action, at, r.Ticket, r.Outcome == Done, r.Outcome != Unknown)
	}
}

func (r *run) tell(result Result) {
	if r.onResult == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.onResult(result)
}

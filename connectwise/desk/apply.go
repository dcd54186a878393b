package desk

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// ApplyOption changes how a plan is applied.
type ApplyOption func(*run)

// Compose gives the text of each action that writes one. It is called at most
// once an action, right before its first write, from several goroutines at
// once. When it fails the plan's own plain text is written and
// [Result].Degraded says why. Without this option all texts are plain.
func Compose(compose func(context.Context, reconcile.Action) (reconcile.Text, error)) ApplyOption {
	return func(r *run) { r.compose = compose }
}

// OnResult is called with each result as it is known, never twice at once.
func OnResult(report func(Result)) ApplyOption {
	return func(r *run) { r.onResult = report }
}

// run is one Apply.
type run struct {
	desk     *Desk
	plan     reconcile.Plan
	compose  func(context.Context, reconcile.Action) (reconcile.Text, error)
	onResult func(Result)
	exists   map[mark.KeyID]int64 // tickets that the look-up before creates found
	lookUp   error                // why there is no look-up
	looked   sync.Once
	mu       sync.Mutex
}

// Apply carries the plan out: Config.AtOnce tickets at a time under the
// client's limiter, the actions of one key one after another. Every ticket is
// read before it is written and left alone when it has changed since the plan
// was made. What went wrong with single actions is in the report
// ([Report.Err]); the error says that the plan could not be applied at all or
// that the context ended, and then the report says how far it got. The report
// is never nil.
//
// Applying a plan again does nothing that has been done.
func (d *Desk) Apply(ctx context.Context, plan reconcile.Plan, opts ...ApplyOption) (*Report, error) {
	report := &Report{Plan: plan.Digest}
	if err := d.acceptable(plan); err != nil {
		return report, err
	}
	r := &run{desk: d, plan: plan}
	for _, opt := range opts {
		opt(r)
	}
	release, err := d.lock(ctx)
	if err != nil {
		return report, err
	}
	defer release()
	var actions []reconcile.Action
	creates := false
	report.Edited = map[reconcile.Field]int{}
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
	r.settle(ctx, report, actions)
	if creates {
		r.look(ctx)
	}

	// One job a key: what is done about a key is done in order.
	report.Results = make([]Result, len(actions))
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
	for range min(d.config.AtOnce, len(order)) {
		workers.Go(func() {
			for key := range queue {
				for _, i := range jobs[key] {
					report.Results[i] = r.do(ctx, actions[i])
					r.tell(report.Results[i])
				}
			}
		})
	}
	for _, key := range order {
		queue <- key
	}
	close(queue)
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return report, fmt.Errorf("desk: apply: %w", context.Cause(ctx))
	}
	return report, nil
}

// acceptable refuses a plan that is not ours, too old or from the future.
func (d *Desk) acceptable(plan reconcile.Plan) error {
	if plan.Format != reconcile.Format {
		return fmt.Errorf("desk: plan format %q, want %q", plan.Format, reconcile.Format)
	}
	return d.timely(plan.Owner, plan.At)
}

// timely refuses what was planned for another owner or at another time.
func (d *Desk) timely(owner string, at time.Time) error {
	if owner != d.owner {
		return fmt.Errorf("desk: the plan is for owner %q, this desk is %q", owner, d.owner)
	}
	age := d.config.Now().Sub(at)
	if age > d.config.MaxPlanAge {
		return fmt.Errorf("desk: the plan is %s old, more than %s; make a new one", age.Round(1e9), d.config.MaxPlanAge)
	}
	if -age > d.config.MaxPlanAge {
		return fmt.Errorf("desk: the plan was made %s in the future; is Config.Now the clock it was made by?", (-age).Round(1e9))
	}
	return nil
}

// lock takes Config.Lock.
func (d *Desk) lock(ctx context.Context) (release func(), err error) {
	if d.config.Lock == nil {
		return func() {}, nil
	}
	if release, err = d.config.Lock(ctx); err != nil {
		return nil, fmt.Errorf("desk: lock: %w", err)
	}
	return release, nil
}

// newer is the look-up before creates: our tickets made since Load, by key. It
// finds what an earlier run created and did not hear of.
func (d *Desk) newer(ctx context.Context, plan reconcile.Plan) (map[mark.KeyID]int64, error) {
	d.mu.Lock()
	highest := d.highest
	d.mu.Unlock()
	rows, hidden, err := d.list(ctx, connectwise.Where("id > ?", highest))
	if err != nil {
		return nil, fmt.Errorf("desk: look-up before creating: %w", err)
	}
	if hidden {
		return nil, fmt.Errorf("desk: look-up before creating: the server hides %s of some tickets", d.place)
	}
	found := map[mark.KeyID]int64{}
	for id, w := range d.recentWrites() {
		if m, err := mark.Parse(w.marker); err == nil && !m.Written.Before(plan.At) {
			found[w.key] = id
		}
	}
	for _, row := range rows {
		// A damaged marker counts as far as it is legible. An old closed
		// ticket of the key is no reason not to make a new one.
		m, err := mark.Parse(d.place.text(row))
		if err != nil || !row.ClosedFlag || !m.Written.Before(plan.At) {
			found[m.Key] = row.ID
		}
	}
	return found, nil
}

// settle looks after tickets whose marker said at Load that a note may be
// missing and that the plan does not write to; those it writes to are settled
// on the way.
func (r *run) settle(ctx context.Context, report *Report, actions []reconcile.Action) {
	d := r.desk
	d.mu.Lock()
	pending := slices.Sorted(maps.Keys(d.pending))
	d.mu.Unlock()
	for _, id := range pending {
		if slices.ContainsFunc(actions, func(a reconcile.Action) bool { return a.Ticket == id }) {
			continue
		}
		if result, ok := r.settleTicket(ctx, id); ok {
			report.Settled = append(report.Settled, result)
		}
	}
}

// do carries one action out.
func (r *run) do(ctx context.Context, a reconcile.Action) Result {
	if ctx.Err() != nil {
		return Result{Action: a, Outcome: Skipped, Ticket: a.Ticket, Why: "the run was ended before it"}
	}
	if a.Kind == reconcile.Create {
		return r.create(ctx, a)
	}
	return r.change(ctx, a)
}

func (r *run) tell(result Result) {
	if r.onResult == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.onResult(result)
}

// text is what the action writes, and why it is not the composed text.
func (r *run) text(ctx context.Context, a reconcile.Action) (reconcile.Text, error) {
	text, err := r.composed(ctx, a)
	return r.desk.assigned(text, a.Issue), err
}

func (r *run) composed(ctx context.Context, a reconcile.Action) (reconcile.Text, error) {
	if r.compose == nil {
		return plainText(a), nil
	}
	text, err := r.compose(ctx, a)
	if err == nil && text.Internal == "" {
		err = errors.New("desk: the composed text is empty")
	}
	if err != nil {
		return plainText(a), err
	}
	return text, nil
}

// fail sorts an error of a write into an outcome.
func fail(result Result, err error) Result {
	result.Err = err
	switch {
	case errors.Is(err, connectwise.ErrOutcomeUnknown):
		result.Outcome = Unknown
	case errors.Is(err, connectwise.ErrNotFound):
		result.Outcome, result.Err = Drifted, nil
		result.Why = "the ticket does not exist any more"
	default:
		result.Outcome = Failed
	}
	return result
}

// remember keeps what was written for as long as a list may not show it.
func (d *Desk) remember(id int64, marker string, key mark.KeyID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.recent[id] = written{at: d.config.Now(), marker: marker, key: key}
}

// opened counts what we open (1) and close (-1), so that the next Load knows
// what to expect.
func (d *Desk) opened(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.expect += n
}

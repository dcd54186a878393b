package desk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/covedesk/covedesk/connectwise/desk/internal/companies"
	"github.com/covedesk/covedesk/connectwise/desk/internal/load"
	"github.com/covedesk/covedesk/connectwise/desk/internal/memory"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

// Options change a single run. The zero value makes a normal run.
type Options struct {
	// DryRun writes nothing, to tickets or to the memory. Report.Plan holds what
	// would be written.
	DryRun bool
	// Approval is a plan that a person has approved: only actions that are due
	// now and are in it are written.
	Approval *reconcile.Approval
	// MaxCreate limits the creates of this run further than the policy; 0: as
	// the policy says.
	MaxCreate int
	// Only lists the kinds of actions to carry out; nil: all.
	Only []reconcile.ActionKind
	// Acknowledge are the ids of stops that a person has dealt with.
	Acknowledge []string
	// Sure are the feeds whose lists a person confirms for this run: the
	// tickets of all keys that they do not list are closed in this run, however
	// many, even if they are missing for the first time. [AlertList].Sure,
	// which a program sets, is weaker.
	Sure []string
	// OnResult is called with each result when it is known, from one goroutine
	// at a time.
	OnResult func(Result)
}

// Sync makes a complete run: it takes the lock, asks the monitors, finds the
// companies of their customers, reads the tickets, makes a plan, carries it
// out, and saves the memory for the next run. The report says what was done and
// what a person should look at; it is never nil. An error means that the run
// could not start or could not finish.
func (d *Desk) Sync(ctx context.Context, monitors ...Monitor) (*Report, error) {
	return d.SyncWith(ctx, Options{}, monitors...)
}

// SyncWith is Sync with options.
func (d *Desk) SyncWith(ctx context.Context, o Options, monitors ...Monitor) (*Report, error) {
	s := &syncRun{desk: d, options: o, monitors: monitors, report: &Report{}}
	err := s.run(ctx)
	if err != nil {
		s.ended(HealthBlind, err)
	}
	return s.report, err
}

// syncRun is one Sync.
type syncRun struct {
	desk     *Desk
	options  Options
	monitors []Monitor
	report   *Report
	memory   *memory.Memory
	looks    []look
	linker   *companies.Linker
	loaded   *load.Loaded
	policy   reconcile.Policy // the policy of this run
}

func (s *syncRun) run(ctx context.Context) error {
	d := s.desk
	if a := s.options.Approval; a != nil && len(a.Actions) > 0 && a.Owner != d.owner {
		return &ConfigError{Faults: []string{fmt.Sprintf("Options.Approval: the plan was approved for owner %q, this desk is owner %q", a.Owner, d.owner)}}
	}
	state := d.config.State
	wait := slices.ContainsFunc(s.monitors, func(m Monitor) bool {
		w, ok := ability[interface{ Waits() bool }](m)
		return ok && w.Waits()
	})
	unlock, ok, err := state.Lock(ctx, wait)
	if err != nil {
		return fmt.Errorf("desk: lock: %w", err)
	}
	if !ok {
		return s.locked()
	}
	defer unlock()
	if err := s.recall(); err != nil {
		return err
	}
	at, err := d.serverTime(ctx)
	if err != nil {
		return err
	}
	s.report.Began = at
	request := reconcile.Request{At: at}
	s.look(ctx, request)
	s.clocks(at)
	if err := s.link(ctx); err != nil {
		return err
	}
	obs := observe(s.looks, request, s.options.Sure)
	s.vouched(obs)
	s.report.issues, s.report.suppressed = len(obs.Issues), map[string]int{}
	for _, suppressed := range obs.Suppressed {
		s.report.suppressed[text.Line(suppressed.Reason)]++
	}
	if err := s.load(ctx, obs); err != nil {
		return err
	}
	plan, err := s.plan(ctx, &obs)
	if err != nil {
		return err
	}
	s.report.Plan, s.report.Digest, s.report.DryRun = plan, plan.Digest, s.options.DryRun
	s.report.Findings = append(s.report.Findings, findings(plan, obs)...)
	if s.options.DryRun {
		s.lateStops()
		s.report.Links = s.links(plan, obs)
		s.report.compare(s.memory.Attention)
		return nil
	}
	return s.carryOut(ctx, plan, obs)
}

// ended reports, only once, that the run did not finish.
func (s *syncRun) ended(health Health, err error) {
	if !slices.ContainsFunc(s.report.Findings, func(f Finding) bool { return f.What == whatEnded }) {
		s.found(health, whatEnded, text.Show("the run did not come to its end: "+err.Error(), 1000), whatEnded)
	}
}

// found reports something that a person should look at.
func (s *syncRun) found(health Health, what, why string, cause ...string) {
	s.report.Findings = append(s.report.Findings, finding(health, what, why, cause...))
}

// locked reports that another run holds the lock.
func (s *syncRun) locked() error {
	s.report.Locked = true
	m, err := s.desk.recall()
	if err == nil && !m.LastGood.IsZero() && s.desk.Now().Sub(m.LastGood) > 24*time.Hour {
		s.found(HealthBlind, "locked",
			"another process has held the memory, and the last good run is of "+m.LastGood.UTC().Format(time.DateTime)+" UTC", "locked")
	}
	return nil
}

// recall reads the memory and applies the acknowledgements.
func (s *syncRun) recall() error {
	d := s.desk
	var err error
	s.memory, err = d.recall()
	if s.memory == nil {
		return err
	}
	if err != nil {
		s.found(HealthAttention, "memory",
			"the memory of earlier runs cannot be read; it counts as lost and is kept as it was", "damaged")
		if keeper, ok := d.config.State.(aside); ok && !s.options.DryRun {
			if err := keeper.SetAside(); err != nil {
				return err
			}
		}
	}
	if d.inProcess {
		s.found(HealthFine, "memory",
			"Config.State is not set: what was remembered is lost when the process ends", "process")
	}
	return nil
}

// link finds the companies of all customers, if anything depends on them.
func (s *syncRun) link(ctx context.Context) error {
	if len(s.desk.config.Mappings) == 0 && !slices.ContainsFunc(s.looks, func(l look) bool { return len(l.snapshot.Issues) > 0 }) {
		s.linker = &companies.Linker{}
		return nil
	}
	all, err := s.desk.Companies(ctx)
	if err != nil {
		return err
	}
	s.linker = companies.NewLinker(all, s.desk.config.Mappings, s.desk.provider, s.memory.Open)
	for _, l := range s.looks {
		if err := s.linker.Link(l.snapshot); err != nil {
			return err
		}
	}
	for _, n := range s.linker.Unused {
		s.found(HealthAttention, "mapping", text.Show("mapping of "+n.Feed+": "+n.Reason, 500), n.Feed, n.Reason)
	}
	for _, n := range s.linker.Disabled {
		s.found(HealthFine, whatDisabled, text.Show(n.Feed+": nothing is done for "+n.Name+": "+n.Reason, 500), n.Feed, n.Customer)
	}
	return nil
}

// vouched reports names in Options.Sure that no monitor has looked at, because
// a misspelt name would have no effect.
func (s *syncRun) vouched(obs reconcile.Observation) {
	for _, name := range s.options.Sure {
		if !slices.ContainsFunc(obs.Feeds, func(f reconcile.Feed) bool { return f.Name == name }) {
			s.found(HealthAttention, "sure", "no feed "+text.Show(name, 40)+" was looked at that somebody could be sure of", name)
		}
	}
}

// lateStops acknowledges stops that were raised only while writing. A person
// may know their ids from before the memory was lost. Ids that are left then
// name no stop.
func (s *syncRun) lateStops() {
	_, unknown := s.memory.Acknowledge(s.loaded.Unknown)
	for _, id := range unknown {
		s.found(HealthAttention, "acknowledged", "there is no stop "+text.Show(id, 40)+" to acknowledge", id)
	}
}

// reportStops reports the standing stops, each once.
func (s *syncRun) reportStops() {
	for _, stop := range s.memory.Stops {
		f := Finding{ID: stop.ID, Health: HealthFailed, What: "stop", Why: "stop " + stop.ID + ": " + stop.Why}
		if !slices.ContainsFunc(s.report.Findings, func(have Finding) bool { return have.ID == f.ID }) {
			s.report.Findings = append(s.report.Findings, f)
		}
	}
}

// load reads the board.
func (s *syncRun) load(ctx context.Context, obs reconcile.Observation) (err error) {
	s.policy = s.desk.config.Policy
	s.policy.StormCompany = cmp.Or(s.policy.StormCompany, s.desk.provider)
	if n := s.options.MaxCreate; n > 0 && (s.policy.MaxCreate == 0 || n < s.policy.MaxCreate) {
		s.policy.MaxCreate = n
	}
	if s.options.Only != nil {
		s.policy.Allow = s.options.Only
	}
	s.loaded, err = s.desk.load(ctx, load.Request{
		At: obs.At, Horizon: s.policy.Horizon(), Memory: s.memory, Adopt: recogniser(s.looks), Issues: obs.Issues, Acknowledge: s.options.Acknowledge,
	})
	if err != nil {
		return err
	}
	for _, why := range s.loaded.Blind {
		s.found(HealthBlind, whatList, why, "partial")
	}
	s.reportStops()
	return nil
}

// plan compares the observation with the board. It makes a new plan when
// something follows from the first one: companies of devices, companies that
// were created, problems that wait for a decision.
func (s *syncRun) plan(ctx context.Context, obs *reconcile.Observation) (reconcile.Plan, error) {
	plan, err := reconcile.Diff(*obs, s.loaded.Board, s.policy)
	for _, add := range []func(context.Context, *reconcile.Observation, reconcile.Plan) (bool, error){s.byDevice, s.onboard, s.stand} {
		again := false
		if err == nil {
			again, err = add(ctx, obs, plan)
		}
		if err == nil && again {
			plan, err = reconcile.Diff(*obs, s.loaded.Board, s.policy)
		}
	}
	return plan, err
}

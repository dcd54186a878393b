package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/connectwise/desk/filestate"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/alerts"
)

// drainer creates tickets for the alerts in a spool.
type drainer struct {
	*program.Program
	options
	*settings
	spool  *spool
	client *connectwise.Client
	state  string
	calls  atomic.Int64

	made    *desk.Desk // made at the first use
	feed    *feed      // the feed of this pass
	due     time.Time  // when there is something to do even if the spool is empty
	dropped int        // dropped alerts that are not reported yet

	last  program.Exit // exit code of the last run
	lived time.Time    // when the last run ended or the heartbeat was last sent
}

// drain drains once, or again and again.
func drain(ctx context.Context, p *program.Program, o options, s *spool, with ...connectwise.Option) error {
	unlock, ok, err := s.lock()
	switch {
	case err != nil:
		return program.End(program.Failed, fmt.Errorf("spool: %w", err))
	case !ok:
		p.Say("another drain is at work on %s: nothing is left to do here", s.dir)
		return nil
	}
	defer unlock()
	d, err := openDrainer(p, o, s, with...)
	if err != nil {
		return err
	}
	if !o.dryRun {
		log, err := program.ActionLog(d.state)
		if err != nil {
			return err
		}
		defer func() { _ = log.Close() }()
		d.desk.Log = log
	}
	if o.every == 0 {
		return d.once(ctx)
	}
	return d.forever(ctx)
}

// openDrainer reads settings and credentials. It sends no request.
func openDrainer(p *program.Program, o options, s *spool, with ...connectwise.Option) (*drainer, error) {
	d := &drainer{Program: p, options: o, spool: s}
	var err error
	if d.settings, err = readSettings(o.config); err != nil {
		return nil, err
	}
	if len(d.notify.Emergency) == 0 && !o.dryRun {
		return nil, program.End(program.Wrong, errors.New("notify.emergency: who is told when this breaks? An e-mail address, a webhook, or the word none, in the file of -config"))
	}
	credentials, err := p.Credentials(program.ConnectWise...)
	if err != nil {
		return nil, err
	}
	d.client, err = connectwise.NewClient(credentials.ConnectWise(), append(with, connectwise.WithObserver(func(connectwise.Call) { d.calls.Add(1) }))...)
	if err != nil {
		return nil, program.End(program.Wrong, err)
	}
	if d.state, err = p.StateFile(o.state, d.client.LoginCompany(), d.desk.Owner); err != nil {
		return nil, err
	}
	p.Say("%v; spool %s, memory in %s", credentials, s.dir, d.state)
	d.desk.State, d.desk.Now = filestate.Open(d.state), p.Now
	d.desk.Attach = func(_ context.Context, a reconcile.Action) ([]desk.Attachment, error) {
		return d.feed.attachments(s, a)
	}
	d.recallDue()
	if !o.dryRun {
		err = s.keepSending(p)
	}
	return d, err
}

// once drains until nothing waits.
func (d *drainer) once(ctx context.Context) error {
	worst := program.Fine
	for {
		more, code, err := d.pass(ctx)
		worst = program.Worse(worst, code)
		if err != nil || !more {
			return program.End(worst, err)
		}
	}
}

// forever drains again and again. While the service desk cannot be reached it
// tries less often, but at least once a minute.
func (d *drainer) forever(ctx context.Context) error {
	wait := d.every
	for first := true; ; first = false {
		more, code, err := d.pass(ctx)
		switch {
		case ctx.Err() != nil:
			return nil //nolint:nilerr // asked to end: the next drain continues
		case first && code == program.Wrong:
			return program.End(code, err)
		case err != nil:
			d.Say("%v", err)
			wait = min(2*wait, max(d.every, againUnfinished))
		case more:
			continue
		default:
			wait = d.every
		}
		if program.Sleep(ctx, wait) != nil {
			return nil //nolint:nilerr // asked to end
		}
	}
}

// pass creates tickets for waiting alerts. It sends no request if nothing waits
// and nothing is due. The result more says that more alerts wait.
func (d *drainer) pass(ctx context.Context) (more bool, code program.Exit, err error) {
	list, err := d.spool.queue()
	if err == nil && !d.dryRun {
		list, err = d.bound(list)
	}
	var batch []queued
	if err == nil {
		batch, err = d.take(list)
	}
	if err != nil {
		return false, program.Failed, fmt.Errorf("spool: %w", err)
	}
	if len(batch) == 0 && len(d.feed.unread) == 0 && d.Now().Before(d.due) {
		d.idle(ctx)
		return false, program.Fine, nil
	}
	report, err := d.sync(ctx)
	code = program.ExitOfRun(report, err)
	if !d.dryRun {
		if err == nil && d.feed.looked {
			err = d.spool.done(batch)
			more = len(batch) < len(list)
		}
		code = program.Worse(code, d.settle(report))
		d.remember(report, err)
	}
	d.show(report)
	if !d.dryRun {
		d.After(ctx, d.notify, d.state, code, errors.Join(errors.New(report.String()), err).Error())
		d.last, d.lived = code, d.Now()
	}
	return more, code, err
}

// idle sends the heartbeat from time to time.
func (d *drainer) idle(ctx context.Context) {
	if d.notify.Heartbeat != "" && !d.last.Broken() && d.Now().Sub(d.lived) >= heartbeatEvery {
		d.After(ctx, d.notify, d.state, d.last, "")
		d.lived = d.Now()
	}
}

// show prints what a run did, if it reached the service desk.
func (d *drainer) show(report *desk.Report) {
	switch {
	case d.json:
		d.Show(report, totals{report.Totals(), d.calls.Swap(0)})
	case !report.Began.IsZero():
		d.Show(report, nil)
	}
}

// totals is the object that -json prints. Its members are a contract.
type totals struct {
	desk.Totals
	ConnectWiseCalls int64 `json:"connectwiseCalls"`
}

// sync is one run of the desk.
func (d *drainer) sync(ctx context.Context) (report *desk.Report, err error) {
	ctx, cancel := context.WithTimeout(ctx, d.alerts.Timeout)
	defer cancel()
	if d.made == nil {
		if d.made, err = desk.New(ctx, d.client, d.desk); err != nil {
			d.made = nil
			return &desk.Report{}, err
		}
	}
	report, err = d.made.SyncWith(ctx, desk.Options{DryRun: d.dryRun, Sure: d.sure, Acknowledge: d.acknowledge}, d.file.Monitor(d.feed))
	if err != nil {
		d.made = nil // look up names again: the tenant may have changed
		return report, err
	}
	d.acknowledge = nil // once
	return report, nil
}

// take reads the alerts to process now, oldest first.
func (d *drainer) take(list []queued) (batch []queued, err error) {
	f := &feed{rules: d.alerts.rules(), first: d.alerts.Details == "first"}
	d.feed = f
	if d.dropped > 0 {
		f.unread = append(f.unread, fmt.Sprintf("%d alerts were dropped: more than alerts.maxQueued waited, or for longer than alerts.maxWait", d.dropped))
	}
	var events []alerts.Event
	for _, q := range list {
		if len(batch) > 0 && len(events)+q.alerts > d.alerts.Batch {
			break
		}
		lines, err := d.spool.read(q)
		if err != nil {
			return nil, err
		}
		batch = append(batch, q)
		for i, line := range lines {
			a, wrong := parseAlert(line)
			if wrong == nil {
				events = append(events, d.event(a, q, i))
				continue
			}
			f.unread = append(f.unread, fmt.Sprintf("An alert cannot be read and is in %s: %v", d.spool.path(badFolder), wrong))
			if d.dryRun {
				continue
			}
			if err := d.spool.setAside(fmt.Sprintf("%s-%d.json", q.name, i), line, wrong); err != nil {
				return nil, err
			}
		}
	}
	f.Monitor = desk.Events(source, f.rules, events...)
	return batch, nil
}

// event returns an alert as an event for the desk. Its id makes sure that
// reading the same file again, after a run that did not finish, adds nothing
// new.
func (d *drainer) event(a alert, q queued, line int) alerts.Event {
	a.Customer = cmp.Or(a.Customer, d.alerts.Customer)
	e := a.event(record{q.at.UTC().Format("2006-01-02 15:04:05 UTC"), a.Attach, a.words()}.String())
	e.ID = fmt.Sprintf("%s:%d", q.name, line)
	return e
}

// bound drops alerts that exceed the limits. It keeps their number until that
// is reported.
func (d *drainer) bound(list []queued) ([]queued, error) {
	list, more, err := d.spool.bound(list, d.Now(), d.alerts.MaxQueued, d.alerts.MaxWait)
	d.dropped += more
	if more > 0 {
		d.Say("%d alerts were dropped: too many waited, or for too long", more)
	}
	return list, err
}

// settle handles the files that were sent: files that the service desk did not
// accept are kept, unless the settings say otherwise.
func (d *drainer) settle(report *desk.Report) program.Exit {
	code := program.Fine
	for _, r := range report.Results {
		for _, file := range r.Unattached {
			if d.alerts.Unattached == "ignore" {
				continue
			}
			if d.alerts.Unattached == "fail" {
				code = program.Failed
			}
			path := d.spool.path(keptFolder, fmt.Sprintf("%d-%s-%s", r.Ticket, d.Now().UTC().Format("20060102T150405"), file.Name))
			d.Say("%s was not attached to ticket #%d and is kept in %s", file.Name, r.Ticket, path)
			if err := d.spool.write(path, func(w io.Writer) error { _, err := w.Write(file.Data); return err }); err != nil {
				d.Say("%v", errors.Join(err, d.spool.keepSending(d.Program)))
				return program.Failed
			}
		}
	}
	if err := d.spool.clearSending(); err != nil {
		d.Say("%v", err)
		return program.Failed
	}
	return code
}

// next is the content of the file that says when there is something to do even
// without a new alert.
type next struct {
	Due   time.Time `json:"due"`
	Wrote time.Time `json:"wrote"`
}

// heartbeatEvery is how often an idle program sends the heartbeat.
const heartbeatEvery = 5 * time.Minute

// These are the times after which a run retries what it could not finish, and
// checks problems that go on.
const (
	againUnfinished = time.Minute
	againGoing      = time.Hour
)

// remember computes when there is something to do even without a new alert.
func (d *drainer) remember(report *desk.Report, err error) {
	now := d.Now()
	if err == nil {
		d.dropped = 0
	}
	due := now.Add(365 * 24 * time.Hour)
	sooner := func(after time.Duration) {
		if at := now.Add(after); at.Before(due) {
			due = at
		}
	}
	if !d.feed.due.IsZero() {
		sooner(d.feed.due.Sub(report.Began))
	}
	for _, a := range report.Plan.Actions {
		switch {
		case !a.Until.IsZero():
			sooner(a.Until.Sub(report.Began))
		case a.Kind == reconcile.Fold, a.Kind == reconcile.Hold && !a.NeedsAttention():
			sooner(againUnfinished)
		}
		if a.Kind != reconcile.Close {
			sooner(againGoing)
		}
	}
	for _, r := range report.Results {
		if r.Outcome != desk.Done {
			sooner(againUnfinished)
		}
	}
	if err != nil || report.Health() > desk.HealthAttention {
		sooner(0)
	}
	d.due = due
	path := program.Beside(d.state, "next.json")
	if err := program.WriteFile(path, func(w io.Writer) error { return json.NewEncoder(w).Encode(next{due, now}) }); err != nil {
		d.Say("%v", err)
	}
}

// recallDue reads when there is something to do. If the clock was set back
// since, the answer is now.
func (d *drainer) recallDue() {
	var n next
	data, err := os.ReadFile(program.Beside(d.state, "next.json"))
	if err == nil && json.Unmarshal(data, &n) == nil && !d.Now().Before(n.Wrote) && len(d.acknowledge) == 0 {
		d.due = n.Due
	}
}

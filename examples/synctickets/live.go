package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/connectwise/desk/filestate"
	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// live does the job once with the real services.
func live(ctx context.Context, p *program.Program, o options) error {
	credentials, err := p.Credentials(slices.Concat(program.Cove, program.ConnectWise)...)
	if err != nil {
		return err
	}
	j := newJob(p, o)
	if err := j.settings.read(o.config); err != nil {
		return err
	}
	if err := j.connect(credentials); err != nil {
		return program.End(program.Wrong, err)
	}
	state, err := p.StateFile(o.state, j.connectwise.LoginCompany(), cmp.Or(j.desk.Owner, desk.DefaultOwner))
	if err != nil {
		return err
	}
	p.Say("%v; memory in %s", credentials, state)
	j.desk.State = filestate.Open(state)
	if !o.dryRun {
		log, err := program.ActionLog(state)
		if err != nil {
			return err
		}
		defer func() { _ = log.Close() }()
		j.desk.Log = log
	}
	report, err := j.watchAndSync(ctx)
	code := program.ExitOfRun(report, err)
	if !o.dryRun && !report.Locked {
		p.After(ctx, j.notify, state, code, errors.Join(errors.New(report.String()), err).Error())
	}
	return program.End(code, err)
}

// watchAndSync finds out what is watched, and does the job.
func (j *job) watchAndSync(ctx context.Context) (*desk.Report, error) {
	var err error
	j.rules.PartnerID, err = partnerID(ctx, j.cove, cmp.Or(j.options.partner, j.settings.partner))
	if err != nil {
		return &desk.Report{}, err
	}
	return j.sync(ctx)
}

func (j *job) connect(c program.Credentials) (err error) {
	options := []cove.Option{cove.WithObserver(j.countCove)}
	if url := c.Get(program.CoveURL); url != "" {
		options = append(options, cove.WithBaseURL(url))
	}
	j.cove, err = cove.NewClient(cove.Credentials{
		Partner: c.Get("COVE_PARTNER"), Username: c.Get("COVE_USERNAME"), Password: c.Get("COVE_PASSWORD"),
	}, options...)
	if err == nil {
		j.connectwise, err = connectwise.NewClient(c.ConnectWise(), connectwise.WithObserver(j.countConnectWise))
	}
	return err
}

// partnerID is the partner with a name or id; 0 is the login's own, which is
// watched when none is asked for. The levels above resellers are refused: their
// customers are other people's.
func partnerID(ctx context.Context, c *cove.Client, asked string) (int64, error) {
	user, err := c.Login(ctx)
	if err != nil {
		return 0, err
	}
	own, err := c.Partner(ctx, user.PartnerID)
	if err != nil {
		return 0, err
	}
	partner := own
	if id, err := strconv.ParseInt(asked, 10, 64); err == nil {
		partner, err = c.Partner(ctx, id)
		if err != nil {
			return 0, fmt.Errorf("partner %d: %w", id, err)
		}
	} else if asked != "" && asked != own.Name {
		partner, err = c.PartnerByName(ctx, asked)
		if errors.Is(err, cove.ErrNotFound) {
			return 0, program.End(program.Wrong, fmt.Errorf("no partner is called %q, upper and lower case and the address in parentheses included", asked))
		}
		if err != nil {
			return 0, fmt.Errorf("partner %q: %w", asked, err)
		}
	}
	switch partner.Level {
	case cove.LevelRoot, cove.LevelSubRoot, cove.LevelDistributor:
		return 0, tooHigh(ctx, c, partner)
	}
	if partner.ID == own.ID {
		return 0, nil
	}
	return partner.ID, nil
}

// tooHigh says which partners below a too high one could have been meant.
func tooHigh(ctx context.Context, c *cove.Client, p *cove.Partner) error {
	const shown = 20
	var names []string
	for child, err := range c.Children(ctx, p.ID, cove.ChildQuery{}) {
		if err != nil {
			return err
		}
		if len(names) == shown {
			names = append(names, "…")
			break
		}
		names = append(names, fmt.Sprintf("%q (%d)", child.Name, child.ID))
	}
	return program.End(program.Wrong, fmt.Errorf("the partner %q is a %s, with customers of many providers: choose one below it with -partner: %s",
		p.Name, p.Level, cmp.Or(strings.Join(names, ", "), "there is none")))
}

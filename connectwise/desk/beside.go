package desk

import (
	"fmt"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/fields"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

// This file holds what packages setup and onboard need of a desk: its client,
// its clock, its lock, its log, and the names it works with.

// Client is the client that the desk works with.
func (d *Desk) Client() *connectwise.Client { return d.client }

// maxPlanAge is how old a plan may be when it is carried out.
const maxPlanAge = 24 * time.Hour

// Accept returns an error for a plan of another owner, or one whose time is too
// far from now.
func (d *Desk) Accept(owner string, at time.Time) error {
	if owner != d.owner {
		return fmt.Errorf("desk: the plan is for owner %q, this desk is %q", owner, d.owner)
	}
	age := d.Now().Sub(at)
	switch {
	case age > maxPlanAge:
		return fmt.Errorf("desk: the plan is %s old, more than %s; make a new one", age.Round(1e9), maxPlanAge)
	case -age > maxPlanAge:
		return fmt.Errorf("desk: the plan was made %s in the future; is Config.Now the clock it was made by?", (-age).Round(1e9))
	}
	return nil
}

// TryTemplate makes a text of an action with a template, as [Config].Fields have
// them and with their bounds. Other than in a run, a label that the issue lacks is an
// error: a program that knows which labels its issues have finds what is wrong with a
// template when it reads its settings.
func TryTemplate(template string, a reconcile.Action) error {
	const name = "template"
	t, err := fields.Finder{}.Template(name, template)
	if err == nil {
		_, err = text.Execute(t.Option("missingkey=error"), name, a)
	}
	return err
}

// Sandbox reports whether the tenant is on one of ConnectWise's sandboxes or
// its staging system. There ids belong to other records than in production.
func (d *Desk) Sandbox() bool { return isTestHost(d.host) }

// Home is the board that new tickets go to, as [New] found it, and the member
// who writes there.
type Home struct {
	Owner  string // the owner in markers: Config.Owner and the tenant
	Member string // the API member's identifier
	Mail   bool   // Config.Mail
	Own    int64  // the id of Config.OwnCompany; 0 if it is empty
	Board  connectwise.Ref
	// New, Closed and Verify are the statuses that the desk writes. Verify is
	// zero if there is none.
	New, Closed, Verify connectwise.BoardStatus
	// Others are the board's other active statuses that the configuration names.
	Others []connectwise.BoardStatus
}

// Home returns where new tickets go.
func (d *Desk) Home() Home {
	b := d.boards.Home
	h := Home{Owner: d.owner, Member: d.member, Mail: d.config.Mail, Board: b.Ref, Others: b.Others()}
	h.Own, _ = lookup.Company(d.provider) // 0 if there is none
	h.New, _ = b.Status(b.Fresh)
	h.Closed, _ = b.Status(b.Closed)
	h.Verify, _ = b.Status(b.Verify)
	return h
}

// Silence returns the op that stops a write from sending e-mail, and the ops
// that do so for a new ticket, also on later changes by people. With
// Config.Mail the ops allow e-mail.
func (d *Desk) Silence() (write connectwise.Op, create []connectwise.Op) {
	return d.silence(), d.creation()
}

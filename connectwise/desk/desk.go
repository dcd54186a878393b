package desk

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/reconcile"
)

// Desk is a service board as reconcile sees it. It is safe for concurrent use,
// but two runs at once, in one process or two, are two writers; see the package
// documentation for what that costs.
type Desk struct {
	client     *connectwise.Client
	config     Config
	member     string // identifier of the API member
	journal    journal
	home       *board
	priorities []connectwise.Ref // one for each of config.Priorities

	mu      sync.Mutex
	boards  map[int64]*board  // every board a ticket was met on
	highest int64             // highest ticket id seen by Load
	pending map[int64]bool    // tickets whose marker says that a note may be missing
	recent  map[int64]written // tickets written within Settle, which a list may not show yet
	unknown time.Time         // last time a create ended without a known outcome
}

// written is what a ticket's marker was last set to, and when.
type written struct {
	at     time.Time
	marker string
	key    reconcile.KeyID
}

// ConfigError says everything that is wrong with a [Config], or with the rights
// of the API member, at once.
type ConfigError struct {
	// Faults are sentences, each with the nearest names that would be right.
	Faults []string
}

func (e *ConfigError) Error() string {
	return "desk: " + strings.Join(e.Faults, "; ")
}

// New looks up every name of the configuration and refuses what cannot work
// with a [*ConfigError] that lists all faults: unknown names, a closed status
// for new tickets, a board the API member is excluded from, and rights that are
// too small (a Service Tickets inquire level other than All makes lists lack
// rows without a word; closing needs Close Service Tickets). It reads
// system/mySecurity, system/myMembers, the service boards, the board's statuses
// and, when Priorities are given, the priorities. It writes nothing.
func New(ctx context.Context, client *connectwise.Client, config Config) (*Desk, error) {
	config = config.withDefaults()
	d := &Desk{
		client:  client,
		config:  config,
		boards:  map[int64]*board{},
		pending: map[int64]bool{},
		recent:  map[int64]written{},
		journal: journal{w: config.Log},
	}
	var faults []string
	if !validOwner(config.Owner) {
		faults = append(faults, fmt.Sprintf("owner %q: want 1 to %d characters of a-z, 0-9 and -", config.Owner, ownerMax))
	}
	if config.Settle < 0 || config.MaxPlanAge < 0 {
		faults = append(faults, "Settle and MaxPlanAge must not be negative")
	}

	permissions, err := client.System.MySecurity(ctx)
	if err != nil {
		return nil, fmt.Errorf("desk: rights of the API member: %w", err)
	}
	faults = append(faults, missingRights(permissions)...)

	me, err := client.System.Me(ctx)
	if err != nil {
		return nil, fmt.Errorf("desk: the API member: %w", err)
	}
	d.member = strings.TrimSpace(me.Identifier)

	more, err := d.findBoard(ctx, me)
	if err != nil {
		return nil, err
	}
	faults = append(faults, more...)
	more, err = d.findPriorities(ctx)
	if err != nil {
		return nil, err
	}
	faults = append(faults, more...)
	if len(faults) > 0 {
		return nil, &ConfigError{Faults: faults}
	}
	return d, nil
}

// missingRights names the rights without which the desk would go wrong. The
// functions are found by the names ConnectWise shows, which differ a little
// between releases ("Close Service Ticket", "Close Service Tickets").
func missingRights(permissions []*connectwise.Permission) (faults []string) {
	find := func(name string) *connectwise.Permission {
		for _, p := range permissions {
			if strings.HasPrefix(strings.ToLower(strings.TrimSpace(p.ModuleFunctionName)), name) {
				return p
			}
		}
		return &connectwise.Permission{}
	}
	level := func(have string) string {
		if have == "" {
			return "None"
		}
		return have
	}
	tickets := find("service ticket")
	if tickets.InquireLevel != "All" {
		faults = append(faults, fmt.Sprintf("the API member's inquire level for Service Tickets is %s, not All: lists would lack tickets without saying so", level(tickets.InquireLevel)))
	}
	if level(tickets.AddLevel) == "None" {
		faults = append(faults, "the API member may not add Service Tickets (add level None)")
	}
	if level(tickets.EditLevel) == "None" {
		faults = append(faults, "the API member may not edit Service Tickets (edit level None)")
	}
	if level(find("close service ticket").EditLevel) == "None" {
		faults = append(faults, "the API member may not close tickets (edit level None for Close Service Tickets)")
	}
	return faults
}

func (d *Desk) findBoard(ctx context.Context, me *connectwise.Member) (faults []string, err error) {
	name := d.config.Board
	var names []string
	var found *connectwise.Board
	for b, err := range d.client.Service.Boards.List(ctx, &connectwise.ListOptions{Fields: []string{"id", "name", "inactiveFlag", "projectFlag"}}) {
		if err != nil {
			return nil, fmt.Errorf("desk: service boards: %w", err)
		}
		usable := !b.InactiveFlag && !b.ProjectFlag
		if usable {
			names = append(names, b.Name)
		}
		wanted := sameName(b.Name, name) || name == "" && b.ID == me.ServiceDefaultBoard.ID
		if wanted && (found == nil || usable) {
			found = b
		}
	}
	switch {
	case found == nil && name == "":
		return []string{"the API member has no default service board, so Board must be set; " + suggest("", names)}, nil
	case found == nil:
		return []string{fmt.Sprintf("board %q does not exist; %s", name, suggest(name, names))}, nil
	case found.InactiveFlag:
		return []string{fmt.Sprintf("board %q is inactive; %s", found.Name, suggest(found.Name, names))}, nil
	case found.ProjectFlag:
		return []string{fmt.Sprintf("board %q is a project board; %s", found.Name, suggest(found.Name, names))}, nil
	}
	if slices.Contains(me.ExcludedServiceBoardIDs, found.ID) {
		faults = append(faults, fmt.Sprintf("the API member %s is excluded from board %q", d.member, found.Name))
	}
	statuses, err := readStatuses(ctx, d.client, found.ID)
	if err != nil {
		return nil, err
	}
	d.home = &board{ref: connectwise.Ref{ID: found.ID, Name: found.Name}, statuses: statuses, config: &d.config}
	d.boards[found.ID] = d.home
	return append(faults, d.home.resolve()...), nil
}

func (d *Desk) findPriorities(ctx context.Context) (faults []string, err error) {
	if len(d.config.Priorities) == 0 {
		return nil, nil
	}
	var names []string
	ids := map[string]connectwise.Ref{}
	for p, err := range d.client.Service.Priorities.List(ctx, &connectwise.ListOptions{Fields: []string{"id", "name"}}) {
		if err != nil {
			return nil, fmt.Errorf("desk: priorities: %w", err)
		}
		names = append(names, p.Name)
		ids[strings.ToLower(strings.TrimSpace(p.Name))] = connectwise.Ref{ID: p.ID, Name: p.Name}
	}
	for i, rule := range d.config.Priorities {
		ref, ok := ids[strings.ToLower(strings.TrimSpace(rule.Priority))]
		if !ok {
			faults = append(faults, fmt.Sprintf("Priorities[%d]: priority %q does not exist; %s", i, rule.Priority, suggest(rule.Priority, names)))
		}
		d.priorities = append(d.priorities, ref)
	}
	return faults, nil
}

// priority is the priority of an issue; zero where no rule fits.
func (d *Desk) priority(issue *reconcile.Issue) connectwise.Ref {
	for i, rule := range d.config.Priorities {
		if (rule.Class == "" || rule.Class == issue.Class) && issue.Severity >= rule.Severity {
			return d.priorities[i]
		}
	}
	return connectwise.Ref{}
}

// boardOf is the board of a ticket with its statuses, read once for each board
// and again when a status turns up that was not there before.
func (d *Desk) boardOf(ctx context.Context, ref connectwise.Ref, status int64) (*board, error) {
	d.mu.Lock()
	b, ok := d.boards[ref.ID]
	d.mu.Unlock()
	if ok {
		if _, known := b.status(status); known {
			return b, nil
		}
	}
	statuses, err := readStatuses(ctx, d.client, ref.ID)
	if err != nil {
		return nil, err
	}
	fresh := &board{ref: ref, statuses: statuses, config: &d.config}
	if ref.ID == d.home.ref.ID {
		fresh.fresh, fresh.closed, fresh.verify = d.home.fresh, d.home.closed, d.home.verify
	} else {
		fresh.adapt()
	}
	d.mu.Lock()
	d.boards[ref.ID] = fresh
	d.mu.Unlock()
	return fresh, nil
}

func decimal(id int64) string { return strconv.FormatInt(id, 10) }

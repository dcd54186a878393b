package desk

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/covedesk/covedesk/connectwise"
)

// Desk is a service board as reconcile sees it. It is safe for concurrent use,
// but two runs at once, in one process or two, are two writers; see the package
// documentation for what that costs.
type Desk struct {
	client     *connectwise.Client
	config     Config
	owner      string // what markers name: config.Owner and the tenant
	host       string // where the tenant is
	place      place
	member     string // identifier of the API member
	journal    journal
	home       *board
	routes     []*board          // one for each of config.Routes
	targetsOf  []target          // likewise
	fields     []ticketField     // one for each of config.Fields
	priorities []connectwise.Ref // one for each of config.Priorities

	using sync.Mutex // one Load or Apply at a time uses own

	ahead atomic.Int64 // how far the host's clock is ahead of the service desk's

	own       *memory // what this process knows of our tickets, for Load and Apply
	inProcess bool    // Config.State was not set

	mu     sync.Mutex
	boards map[int64]*board // every board a ticket was met on
	unread map[int64]bool   // boards whose statuses could not be read since the last Load
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
// and, when Priorities, Fields and MarkerField are given, the priorities, what
// the fields may refer to, the custom fields and a ticket of each board. It
// writes nothing.
func New(ctx context.Context, client *connectwise.Client, config Config) (*Desk, error) {
	config = config.withDefaults()
	d := &Desk{
		client:  client,
		config:  config,
		boards:  map[int64]*board{},
		unread:  map[int64]bool{},
		journal: journal{w: config.Log},
		host:    client.LoginHost(),
	}
	var err error
	if d.config.State == nil {
		d.config.State, d.inProcess = &processState{}, true
	}
	var faults []string
	if d.owner, err = ownerOf(config, client.LoginCompany(), client.LoginHost()); err != nil {
		faults = append(faults, strings.Replace(err.Error(), "owner", "Owner", 1))
	}
	if config.Adopt.Summary == "" && len(config.Adopt.EnteredBy) > 0 {
		faults = append(faults, "Adopt.EnteredBy says who entered tickets of an older tool, so Adopt.Summary must say what their summaries are like")
	}
	if config.Settle < 0 || config.MaxPlanAge < 0 {
		faults = append(faults, "Settle and MaxPlanAge must not be negative")
	}

	faults = append(faults, config.attachFaults()...)
	d.own = newMemory(d.tenant())

	permissions, err := client.System.MySecurity(ctx)
	if err != nil {
		return nil, fmt.Errorf("desk: rights of the API member: %w", err)
	}
	faults = append(faults, missingRights(permissions, needs...)...)

	me, err := client.System.Me(ctx)
	if err != nil {
		return nil, fmt.Errorf("desk: the API member: %w", err)
	}
	d.member = strings.TrimSpace(me.Identifier)

	finders := []finder{
		func(ctx context.Context) ([]string, error) { return d.findBoards(ctx, me) },
		d.findPriorities,
		d.onHome(d.findPlace),
		d.onHome(d.findFields),
		d.onHome(d.findRoutes),
	}
	for _, find := range finders {
		more, err := find(ctx)
		if err != nil {
			return nil, err
		}
		faults = append(faults, more...)
	}
	if len(faults) > 0 {
		return nil, &ConfigError{Faults: faults}
	}
	return d, nil
}

// finder looks up names of the configuration and says what is wrong with them.
type finder func(context.Context) (faults []string, err error)

// onHome leaves out what cannot be looked up without the board for new tickets,
// whose own fault is told already.
func (d *Desk) onHome(find finder) finder {
	return func(ctx context.Context) ([]string, error) {
		if d.home == nil {
			return nil, nil
		}
		return find(ctx)
	}
}

// findBoards finds the home board and every board that the configuration names.
func (d *Desk) findBoards(ctx context.Context, me *connectwise.Member) (faults []string, err error) {
	var all []*connectwise.Board
	for b, err := range d.client.Service.Boards.List(ctx, &connectwise.ListOptions{Fields: []string{"id", "name", "inactiveFlag", "projectFlag"}}) {
		if err != nil {
			return nil, fmt.Errorf("desk: service boards: %w", err)
		}
		all = append(all, b)
	}
	c := d.config
	d.home, faults, err = d.findBoard(ctx, me, all, c.Board, BoardNames{c.NewStatus, c.ClosedStatus, c.VerifyStatus, c.StatusStages})
	if err != nil {
		return nil, err
	}
	named := maps.Clone(c.Boards)
	if named == nil {
		named = map[string]BoardNames{}
	}
	for _, route := range c.Routes {
		if _, ok := lookUp(named, route.Board); !ok && route.Board != "" && !sameName(route.Board, c.Board) {
			named[route.Board] = BoardNames{}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(named)) {
		_, more, err := d.findBoard(ctx, me, all, name, named[name])
		if err != nil {
			return nil, err
		}
		faults = append(faults, more...)
	}
	for _, route := range c.Routes {
		var to *board
		if route.Board == "" || sameName(route.Board, c.Board) {
			to = d.home
		}
		for _, b := range d.boards {
			if sameName(b.ref.Name, route.Board) {
				to = b
			}
		}
		d.routes = append(d.routes, to)
	}
	return faults, nil
}

func lookUp[V any](named map[string]V, name string) (value V, ok bool) {
	for n, v := range named {
		if sameName(n, name) {
			return v, true
		}
	}
	return value, false
}

func (d *Desk) findBoard(ctx context.Context, me *connectwise.Member, all []*connectwise.Board, name string, statuses BoardNames) (*board, []string, error) {
	var names []string
	var found *connectwise.Board
	for _, b := range all {
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
		return nil, []string{"the API member has no default service board, so Board must be set; " + suggest("", names)}, nil
	case found == nil:
		return nil, []string{fmt.Sprintf("board %q does not exist; %s", name, suggest(name, names))}, nil
	case found.InactiveFlag:
		return nil, []string{fmt.Sprintf("board %q is inactive; %s", found.Name, suggest(found.Name, names))}, nil
	case found.ProjectFlag:
		return nil, []string{fmt.Sprintf("board %q is a project board; %s", found.Name, suggest(found.Name, names))}, nil
	}
	var faults []string
	if slices.Contains(me.ExcludedServiceBoardIDs, found.ID) {
		faults = append(faults, d.excludedFault(&board{ref: connectwise.Ref{Name: found.Name}}))
	}
	list, err := readStatuses(ctx, d.client, found.ID)
	if err != nil {
		return nil, nil, err
	}
	b := &board{ref: connectwise.Ref{ID: found.ID, Name: found.Name}, statuses: list, names: statuses}
	d.boards[found.ID] = b
	return b, append(faults, b.resolve()...), nil
}

// boardOf is the board of a ticket with its statuses, read once for each board
// and again when a status turns up that was not there before. A board that the
// API member may not read has no statuses; it is asked once a Load.
func (d *Desk) boardOf(ctx context.Context, ref connectwise.Ref, status int64) (*board, error) {
	d.mu.Lock()
	b, ok := d.boards[ref.ID]
	unread := d.unread[ref.ID]
	d.mu.Unlock()
	if ok {
		if _, known := b.status(status); known || unread {
			return b, nil
		}
	}
	statuses, err := readStatuses(ctx, d.client, ref.ID)
	if isUnreadable(err) {
		// One board that is closed to us is no reason to leave all others: its
		// tickets are held, because it has no status that we could write.
		if !ok {
			b = &board{ref: ref, names: d.home.names}
		}
		d.mu.Lock()
		d.boards[ref.ID], d.unread[ref.ID] = b, true
		d.mu.Unlock()
		return b, nil
	}
	if err != nil {
		return nil, err
	}
	fresh := &board{ref: ref, statuses: statuses, names: d.home.names}
	if ok && b.statuses != nil {
		fresh.names, fresh.begins, fresh.fresh, fresh.closed, fresh.verify = b.names, b.begins, b.fresh, b.closed, b.verify
	} else {
		fresh.adapt()
	}
	d.mu.Lock()
	d.boards[ref.ID] = fresh
	d.mu.Unlock()
	return fresh, nil
}

func decimal(id int64) string { return strconv.FormatInt(id, 10) }

// companyID is the number that the service desk knows a company by.
func companyID(company string) (int64, error) {
	id, err := strconv.ParseInt(company, 10, 64)
	if err != nil || id <= 0 {
		return 0, fmt.Errorf("desk: company %q is not a company id", company)
	}
	return id, nil
}

// tenant is whose memory this desk's is.
func (d *Desk) tenant() tenant {
	return tenant{d.owner, strings.ToLower(d.client.LoginCompany()), hostOf(d.host)}
}

package desk

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/boards"
	"github.com/covedesk/covedesk/connectwise/desk/internal/fields"
	"github.com/covedesk/covedesk/connectwise/desk/internal/load"
	"github.com/covedesk/covedesk/connectwise/desk/internal/memory"
	"github.com/covedesk/covedesk/connectwise/desk/internal/place"
)

// Desk is a service board as reconcile sees it. It is safe for concurrent use,
// but two runs at once, in one process or two, are two writers; see the package
// documentation for what that costs.
type Desk struct {
	client     *connectwise.Client
	config     Config
	owner      string // what markers name: config.Owner and the tenant
	host       string // where the tenant is
	place      place.Place
	member     string // identifier of the API member
	writers    load.Writers
	provider   string // id of the provider's own company; empty where none is named
	journal    journal
	boards     *boards.Boards
	routes     []route        // one for each of config.Routes
	fields     []fields.Field // one for each of config.Fields
	priorities fields.Priorities
	rules      []fields.Urgency // one for each of config.Priorities

	using sync.Mutex // one Load or Apply at a time uses own

	ahead atomic.Int64 // how far the host's clock is ahead of the service desk's
	asked atomic.Int64 // when it was asked for, in Unix seconds of the host

	own       *memory.Memory // what this process knows of our tickets, for Load and Apply
	inProcess bool           // Config.State was not set
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
		journal: journal{w: config.Log},
		host:    client.LoginHost(),
	}
	if d.config.State == nil {
		d.config.State, d.inProcess = &processState{}, true
	}
	faults := config.faults()
	var err error
	if d.owner, err = ownerOf(config, client.LoginCompany(), client.LoginHost()); err != nil {
		faults = append(faults, strings.Replace(err.Error(), "owner", "Owner", 1))
	}
	d.own = memory.New(d.tenant())

	permissions, err := client.System.MySecurity(ctx)
	if err != nil {
		return nil, fmt.Errorf("desk: rights of the API member: %w", err)
	}
	faults = append(faults, missingRights(permissions, needs...)...)

	var answer connectwise.Answer
	me, err := client.System.Me(connectwise.WithAnswer(ctx, &answer))
	if err != nil {
		return nil, fmt.Errorf("desk: the API member: %w", err)
	}
	d.member = strings.TrimSpace(me.Identifier)
	d.writers = load.Writers{Member: d.member, Former: config.FormerMembers, Older: config.Adopt.EnteredBy, Adopts: config.Adopt.Summary != ""}
	d.setClock(answer.Date)

	finders := []finder{
		func(ctx context.Context) ([]string, error) { return d.findBoards(ctx, me) },
		d.findPriorities,
		d.findOwnCompany,
		d.onHome(d.findPlace),
		d.onHome(func(ctx context.Context) (faults []string, err error) {
			d.fields, faults, err = d.findFields(ctx, "", d.config.Fields)
			return faults, err
		}),
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
		if d.boards.Home == nil {
			return nil, nil
		}
		return find(ctx)
	}
}

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

// Desk maintains tickets on a service board. It is safe for concurrent use. But
// two runs at the same time, in one process or in two, are two writers; see
// "The promise" in the package documentation.
type Desk struct {
	client     *connectwise.Client
	config     Config
	owner      string // the owner in markers: config.Owner and the tenant
	host       string // host of the tenant
	place      place.Place
	member     string // identifier of the API member
	writers    load.Writers
	provider   string // id of the provider's own company; empty if none is configured
	journal    journal
	boards     *boards.Boards
	routes     []route        // one for each of config.Routes
	fields     []fields.Field // one for each of config.Fields
	priorities fields.Priorities
	rules      []fields.Urgency // one for each of config.Priorities

	using sync.Mutex // one Load or Apply at a time may use own

	ahead atomic.Int64 // how far the host's clock is ahead of the service desk's, in nanoseconds
	asked atomic.Int64 // when that was measured, in Unix seconds of the host

	own       *memory.Memory // what this process knows about our tickets, for Load and Apply
	inProcess bool           // Config.State was not set
}

// ConfigError lists everything that is wrong with a [Config] or with the
// permissions of the API member.
type ConfigError struct {
	// Faults are sentences, each with the most similar valid names.
	Faults []string
}

func (e *ConfigError) Error() string {
	return "desk: " + strings.Join(e.Faults, "; ")
}

// New looks up every name in the configuration. If something cannot work, it
// returns a [*ConfigError] that lists all faults: unknown names, a closed
// status for new tickets, a board that the API member is excluded from, missing
// permissions. (If the inquire level of Service Tickets is not All, lists
// silently lack rows; closing needs Close Service Tickets.) New reads
// system/mySecurity, system/myMembers, the service boards and the board's
// statuses. For Priorities, Fields and MarkerField it also reads the
// priorities, the records that fields may refer to, the custom fields and a
// ticket of each board. It writes nothing.
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

// finder looks up names of the configuration and returns their faults.
type finder func(context.Context) (faults []string, err error)

// onHome skips a look-up that needs the board for new tickets if that board was
// not found, because its fault is reported already.
func (d *Desk) onHome(find finder) finder {
	return func(ctx context.Context) ([]string, error) {
		if d.boards.Home == nil {
			return nil, nil
		}
		return find(ctx)
	}
}

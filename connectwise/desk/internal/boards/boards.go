package boards

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/answers"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
)

// Boards are the boards of a tenant that the configuration names or that
// tickets are on.
type Boards struct {
	Home *Board // the board of new tickets; nil: not found, and reported already

	client *connectwise.Client
	member *connectwise.Member
	all    []*connectwise.Board

	mu  sync.Mutex
	met map[int64]*Board
}

// Read reads the list of boards.
func Read(ctx context.Context, client *connectwise.Client, me *connectwise.Member) (*Boards, error) {
	all, err := client.Service.Boards.All(ctx, &connectwise.ListOptions{Fields: []string{"id", "name", "inactiveFlag", "projectFlag"}})
	if err != nil {
		return nil, fmt.Errorf("desk: service boards: %w", err)
	}
	return &Boards{client: client, member: me, all: all, met: map[int64]*Board{}}, nil
}

// Add finds a board by name or id, and the statuses that the configuration
// names on it. Without a name it takes the API member's default board. If the
// member has none, the tenant chooses the board of each new ticket: then the id
// is 0, and statuses are used by name. The board is nil if it does not exist.
func (bs *Boards) Add(ctx context.Context, name string, names Names) (b *Board, faults []string, err error) {
	ref, faults := bs.find(name)
	b = &Board{names: names, Ref: ref}
	switch {
	case ref.ID != 0:
		bs.met[ref.ID] = b
		if b.statuses, err = bs.statuses(ctx, ref.ID); err == nil {
			faults = append(faults, b.resolve()...)
		}
	case len(faults) > 0:
		b = nil
	}
	return b, faults, err
}

// Get returns a board that was added, by name or id, otherwise nil.
func (bs *Boards) Get(name string) *Board {
	for _, b := range bs.met {
		if lookup.Means(name, b.Ref.Name, b.Ref.ID) {
			return b
		}
	}
	return nil
}

// find finds a board on which tickets can be created.
func (bs *Boards) find(name string) (found connectwise.Ref, faults []string) {
	own := bs.member.ServiceDefaultBoard
	if name == "" && own.ID == 0 {
		return found, nil
	}
	var names []string
	why := fmt.Sprintf("board %q does not exist", cmp.Or(name, own.Name))
	for _, b := range bs.all {
		wanted := lookup.Means(name, b.Name, b.ID) || name == "" && b.ID == own.ID
		switch {
		case b.InactiveFlag && wanted:
			why = fmt.Sprintf("board %q is inactive", b.Name)
		case b.ProjectFlag && wanted:
			why = fmt.Sprintf("board %q is a project board", b.Name)
		case b.InactiveFlag || b.ProjectFlag:
		default:
			names = append(names, b.Name)
			if wanted {
				found = connectwise.Ref{ID: b.ID, Name: b.Name}
			}
		}
	}
	if found.ID == 0 {
		return found, []string{why + "; " + lookup.Suggest(name, names)}
	}
	return found, excluded(bs.member, &Board{Ref: found})
}

// excluded returns a sentence for each board that an API member is excluded
// from.
func excluded(me *connectwise.Member, boards ...*Board) (faults []string) {
	for _, b := range boards {
		if slices.Contains(me.ExcludedServiceBoardIDs, b.Ref.ID) {
			faults = append(faults, fmt.Sprintf("the API member %s is excluded from board %q", strings.TrimSpace(me.Identifier), b.Ref.Name))
		}
	}
	return faults
}

// Excluded returns a sentence for each board that the API member is excluded
// from now.
func (bs *Boards) Excluded(me *connectwise.Member) (faults []string) {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	for _, b := range bs.met {
		faults = append(faults, excluded(me, b)...)
	}
	return faults
}

// Of returns the board of a ticket with its statuses. It reads each board once,
// and again when a ticket has an unknown status. A board that the API member
// may not read has no statuses; it is tried once until [Boards.ReadAgain].
func (bs *Boards) Of(ctx context.Context, ref connectwise.Ref, status int64) (*Board, error) {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	fresh := Board{Ref: ref, names: bs.Home.names}
	if b := bs.met[ref.ID]; b != nil {
		if _, known := b.Status(status); known || b.unread {
			return b, nil
		}
		fresh = *b
	}
	switch statuses, err := bs.statuses(ctx, ref.ID); {
	case answers.Unreadable(err):
		// A board that cannot be read must not stop the run. Its tickets are
		// held, because no status is known that could be written.
		fresh.unread = true
	case err != nil:
		return nil, err
	default:
		known := fresh.statuses != nil
		if fresh.statuses = statuses; !known {
			fresh.resolve() // faults do not matter here: people moved tickets to this board
		}
	}
	bs.met[ref.ID] = &fresh
	return &fresh, nil
}

// ReadAgain makes Of try again to read boards that could not be read.
func (bs *Boards) ReadAgain() {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	for _, b := range bs.met {
		b.unread = false
	}
}

func (bs *Boards) statuses(ctx context.Context, board int64) ([]*connectwise.BoardStatus, error) {
	statuses, err := bs.client.Service.Boards.Statuses(board).All(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("desk: statuses of board %d: %w", board, err)
	}
	return statuses, nil
}

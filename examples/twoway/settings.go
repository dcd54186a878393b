package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/setup"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// Settings is the section "twoway" of the file of settings.
type Settings struct {
	// Database is the file with the cases. Default: twoway.db in the program's folder.
	Database string `json:"database,omitzero"`
	// Board is where new tickets go.
	Board string `json:"board"`
	// Statuses and Priorities of cases, in their order; the first is a new case's.
	Statuses   []string `json:"statuses"`
	Priorities []string `json:"priorities"`
	// Closed are the statuses of closed cases.
	Closed []string `json:"closed"`
	// StatusMaps are the maps of statuses by board, PriorityMap that of priorities.
	// A ticket on a board without a map tells only whether it is closed.
	StatusMaps  map[string]setup.Map `json:"statusMaps"`
	PriorityMap setup.Map            `json:"priorityMap"`
	// NotesAs is what comments become: internal, discussion (customers may see it)
	// or resolution. NotesFrom are the sorts of notes that become comments.
	NotesAs   string   `json:"notesAs"`
	NotesFrom []string `json:"notesFrom"`
	// MaxAttachment is the largest file in bytes that the tenant takes.
	MaxAttachment int64 `json:"maxAttachment"`
	// Mail lets the service desk mail people about what is written.
	Mail bool `json:"mail,omitzero"`
	// URL is the address, with a path that is hard to guess, at which the service desk reaches this program;
	// empty: no callbacks, the poll finds everything.
	URL string `json:"url,omitzero"`
	// Poll is how often what callbacks missed is looked for.
	Poll time.Duration `json:"poll"`
}

// The sorts of notes.
const (
	noteInternal   = "internal"
	noteDiscussion = "discussion"
	noteResolution = "resolution"
)

var noteSorts = []string{noteInternal, noteDiscussion, noteResolution}

// defaults are the settings that a file need not mention.
func defaults() Settings {
	return Settings{
		Statuses: []string{"New", "In Progress", "Waiting", "Closed"}, Closed: []string{"Closed"},
		Priorities: []string{"Critical", "High", "Medium", "Low"},
		NotesAs:    noteInternal, NotesFrom: slices.Clone(noteSorts), MaxAttachment: 25 << 20, Poll: 5 * time.Minute,
	}
}

// Validate says everything that is wrong.
func (s *Settings) Validate() error {
	var errs []error
	need := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	need(len(s.Statuses) > 0 && len(s.Priorities) > 0 && len(s.Closed) > 0, "statuses, priorities, closed: want at least one of each")
	for _, c := range s.Closed {
		need(slices.Contains(s.Statuses, c), "closed: %q is none of the statuses", c)
	}
	need(len(s.Statuses) == 0 || !slices.Contains(s.Closed, s.Statuses[0]), "statuses: the first is that of new cases and cannot be a closed one")
	for _, n := range append(slices.Clone(s.NotesFrom), s.NotesAs) {
		need(slices.Contains(noteSorts, n), "notes: %q is none of %s", n, strings.Join(noteSorts, ", "))
	}
	need(s.MaxAttachment > 0, "maxAttachment: want a number of bytes")
	need(s.Poll >= time.Minute && s.Poll <= 24*time.Hour, "poll: want 1m to 24h")
	u, err := url.Parse(s.URL)
	need(s.URL == "" || err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http") && len(strings.Trim(u.Path, "/")) >= 8 && u.RawQuery+u.Fragment == "",
		"url: want https://host/path with a path of at least 8 letters that is hard to guess, and no query")
	return errors.Join(errs...)
}

// app is the program with all it works on.
type app struct {
	*program.Program
	Settings
	file   *setup.File
	path   string // of the settings
	notify program.Notify
	store  *store
	client *connectwise.Client // nil for commands that need none
	maps   *Maps
	me     string // identifier of the API member whose keys these are
	wake   chan struct{}
}

// open reads the settings and opens the database. create says that the settings may
// not be there yet.
func open(ctx context.Context, p *program.Program, path string, create bool) (*app, error) {
	a := &app{Program: p, Settings: defaults(), path: path, wake: make(chan struct{}, 1)}
	sections := []setup.Section{{Name: "twoway", Into: &a.Settings}, {Name: "notify", Into: &a.notify}}
	var err error
	if _, missing := os.Stat(path); path == "" || errors.Is(missing, os.ErrNotExist) && create {
		a.file, err = setup.Parse([]byte("{}"), sections...)
	} else {
		a.file, err = setup.Read(path, sections...)
	}
	if err != nil {
		return nil, program.End(program.Wrong, err)
	}
	if a.Database == "" && p.Folder == "" {
		return nil, program.End(program.Wrong, errors.New("this machine has no folder for settings: name a file as twoway.database"))
	}
	if a.Database == "" {
		if err := os.MkdirAll(p.Folder, 0o700); err != nil {
			return nil, err
		}
		a.Database = filepath.Join(p.Folder, "twoway.db")
	}
	if a.store, err = openStore(ctx, a.Database, p.Now); err != nil {
		return nil, program.End(program.Wrong, err)
	}
	return a, nil
}

// connect makes the client. It makes no request.
func (a *app) connect() error {
	credentials, err := a.Credentials(program.ConnectWise...)
	if err != nil {
		return err
	}
	if a.client, err = connectwise.NewClient(credentials.ConnectWise()); err != nil {
		return program.End(program.Wrong, err)
	}
	return nil
}

// boards are those that have a map, and that of new tickets.
func (a *app) boards() []string {
	names := slices.Sorted(maps.Keys(a.StatusMaps))
	if !slices.Contains(names, a.Board) {
		names = append(names, a.Board)
	}
	return names
}

// ready makes everything that the exchange needs: the maps, complete, and who we are.
func (a *app) ready(ctx context.Context) error {
	if a.Board == "" {
		return program.End(program.Wrong, errors.New("twoway.board is not set: run twoway configure -board NAME"))
	}
	t, err := readTenant(ctx, a.client, a.boards())
	if err != nil {
		return err
	}
	if a.maps, err = a.mapsFor(t); err != nil {
		return program.End(program.Wrong, fmt.Errorf("the maps are not complete (twoway configure proposes what is missing):\n%w", err))
	}
	me, err := a.client.System.Me(ctx)
	if err != nil {
		return err
	}
	a.me = strings.TrimSpace(me.Identifier)
	return nil
}

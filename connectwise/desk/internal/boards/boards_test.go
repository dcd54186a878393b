package boards_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/boards"
	"github.com/covedesk/covedesk/connectwise/desk/internal/desktest"
	"github.com/covedesk/covedesk/reconcile"
)

// tenant has a board of each sort beside the service desk.
func tenant(t *testing.T, me *connectwise.Member) (*connectwisetest.Server, *boards.Boards) {
	t.Helper()
	srv, client := desktest.Tenant(t, connectwisetest.Config{})
	srv.AddBoard(connectwisetest.Board{ID: 20, Name: "Alerts", Statuses: []connectwisetest.Status{{Name: "Parked"}, {Name: "Fresh", Default: true}, {Name: "Done 1", Closed: true}, {Name: "Done 2", Closed: true}}})
	srv.AddBoard(connectwisetest.Board{ID: 21, Name: "Two ends", Statuses: []connectwisetest.Status{{Name: "Fresh", Default: true}, {Name: "Done", Closed: true}, {Name: "closed", Closed: true}}})
	srv.AddBoard(connectwisetest.Board{ID: 22, Name: "Never open", Statuses: []connectwisetest.Status{{Name: "Gone", Closed: true, Default: true}, {Name: "Old", Inactive: true}, {Name: "Dead", Closed: true, Inactive: true}}})
	srv.AddBoard(connectwisetest.Board{ID: 23, Name: "Old", Inactive: true})
	srv.AddBoard(connectwisetest.Board{ID: 24, Name: "Plans", Project: true})
	bs, err := boards.Read(t.Context(), client, me)
	if err != nil {
		t.Fatal(err)
	}
	return srv, bs
}

// Which board a name means, which statuses the desk writes on it, and what of the
// names cannot work.
func TestAdd(t *testing.T) {
	own := func(id int64) *connectwise.Member {
		return &connectwise.Member{Identifier: " api ", ServiceDefaultBoard: connectwise.Ref{ID: id, Name: "its own"}}
	}
	for _, test := range []struct {
		name, board            string
		me                     *connectwise.Member
		names                  boards.Names
		on                     string // the board; "" is none
		fresh, closing, verify string
		faults                 []string
	}{
		{name: "by name, in any letters", board: " service DESK ", on: "Service Desk", fresh: "New", closing: "Closed"},
		{name: "by id", board: "20", names: boards.Names{ClosedStatus: "done 2"}, on: "Alerts", fresh: "Fresh", closing: "Done 2"},
		{name: "the member's own", me: own(21), on: "Two ends", fresh: "Fresh", closing: "closed"},
		{name: "a name beats the member's own", me: own(21), board: "Service Desk", on: "Service Desk", fresh: "New", closing: "Closed"},
		{name: "all named", board: "Service Desk", names: boards.Names{NewStatus: "in progress", ClosedStatus: "Closed", VerifyStatus: "Verify"}, on: "Service Desk", fresh: "In Progress", closing: "Closed", verify: "Verify"},

		{name: "misspelt", board: "Servce Desk", faults: []string{`board "Servce Desk" does not exist; there is "Service Desk", "Never open", "Two ends"`}},
		{name: "inactive", board: "old", faults: []string{`board "Old" is inactive; there is "Alerts", "Two ends", "Never open"`}},
		{name: "a project's", board: "Plans", faults: []string{`board "Plans" is a project board; there is "Alerts", "Two ends", "Never open"`}},
		{name: "the member's own is inactive", me: own(23), faults: []string{`board "Old" is inactive; there is "Alerts", "Two ends", "Never open"`}},
		{name: "the member's own is gone", me: own(99), faults: []string{`board "its own" does not exist; there is "Alerts", "Two ends", "Never open"`}},
		{name: "excluded", me: &connectwise.Member{Identifier: " api ", ExcludedServiceBoardIDs: []int64{20, 21}}, board: "Two ends", on: "Two ends", fresh: "Fresh", closing: "closed", faults: []string{`the API member api is excluded from board "Two ends"`}},
		{name: "another is excluded", me: &connectwise.Member{ExcludedServiceBoardIDs: []int64{20}}, board: "Two ends", on: "Two ends", fresh: "Fresh", closing: "closed"},

		{name: "several that close", board: "Alerts", on: "Alerts", fresh: "Fresh", faults: []string{`board "Alerts" has no single closed status, so ClosedStatus must be set; there is "Done 1", "Done 2"`}},
		{name: "none that is open", board: "Never open", on: "Never open", closing: "Gone", faults: []string{`board "Never open" has no open default status, so NewStatus must be set; there are none`}},
		{
			name: "all wrong", board: "Service Desk", on: "Service Desk", fresh: "New", closing: "Closed",
			names: boards.Names{NewStatus: "closed", ClosedStatus: "Completed", VerifyStatus: "Verfy", Stages: boards.Stages{New: []string{"a"}, Working: []string{"b"}, Waiting: []string{"c", "waiting"}, Done: []string{"d"}, Silenced: []string{"e"}}},
			faults: []string{
				`NewStatus "Closed" is not an open status of board "Service Desk"; there is "Completed", "New", "Verify"`,
				`ClosedStatus "Completed" is not a closed status of board "Service Desk"; there is "Closed"`,
				`VerifyStatus "Verfy" is not a status of board "Service Desk"; there is "Verify", "New", "Waiting"`,
				`StatusStages.New: "a" is not a status of board "Service Desk"; there is "Waiting", "New", "Closed"`,
				`StatusStages.Working: "b" is not a status of board "Service Desk"; there is "New", "Closed", "Verify"`,
				`StatusStages.Waiting: "c" is not a status of board "Service Desk"; there is "Closed", "Completed", "New"`,
				`StatusStages.Done: "d" is not a status of board "Service Desk"; there is "Closed", "Completed", "New"`,
				`StatusStages.Silenced: "e" is not a status of board "Service Desk"; there is "New", "Closed", "Verify"`,
			},
		},
		{name: "an inactive status", board: "Never open", names: boards.Names{NewStatus: "Old"}, on: "Never open", closing: "Gone", faults: []string{`NewStatus "Old" is not a status of board "Never open"; there are none`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			me := test.me
			if me == nil {
				me = &connectwise.Member{}
			}
			_, bs := tenant(t, me)
			b, faults, err := bs.Add(t.Context(), test.board, test.names)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.faults, faults); diff != "" {
				t.Error(diff)
			}
			if b == nil {
				if test.on != "" {
					t.Error("there is no board")
				}
				return
			}
			got := []string{b.Ref.Name, b.NameOf(b.Fresh), b.NameOf(b.Closed), b.NameOf(b.Verify)}
			if diff := cmp.Diff([]string{test.on, test.fresh, test.closing, test.verify}, got); diff != "" {
				t.Error(diff)
			}
			if b.Known() != (test.fresh != "" && test.closing != "") {
				t.Errorf("known: %v", b.Known())
			}
			if bs.Get(test.on) != b || bs.Get("Plans") != nil {
				t.Error("it is not the board of its name")
			}
		})
	}
}

func TestUnreadable(t *testing.T) {
	srv, client := desktest.Tenant(t, connectwisetest.Config{})
	srv.Inject(connectwisetest.Fault{Path: "service/boards", Kind: connectwisetest.Truncate})
	if bs, err := boards.Read(t.Context(), client, &connectwise.Member{}); err == nil || bs != nil {
		t.Errorf("half a list gives %+v", bs)
	}
}

// Without a board and without one of its own, the tenant chooses: then statuses
// are known by their names alone.
func TestTheTenantChooses(t *testing.T) {
	_, bs := tenant(t, &connectwise.Member{})
	b, faults, err := bs.Add(t.Context(), "", boards.Names{NewStatus: "In Progress"})
	if err != nil || len(faults) != 0 || b == nil || b.Ref.ID != 0 || b.StatusRef(0) != connectwise.ByName("In Progress") {
		t.Errorf("%+v, %q, %v", b, faults, err)
	}
	b, _, _ = bs.Add(t.Context(), "", boards.Names{})
	if b.StatusRef(0) != (connectwise.Ref{}) {
		t.Errorf("status %+v", b.StatusRef(0))
	}
	b, _, _ = bs.Add(t.Context(), "Alerts", boards.Names{NewStatus: "Fresh"})
	if b.StatusRef(b.Fresh) != connectwise.ByID(b.Fresh) {
		t.Errorf("status %+v", b.StatusRef(b.Fresh))
	}
}

// What statuses mean for the work of people.
func TestStages(t *testing.T) {
	_, bs := tenant(t, &connectwise.Member{})
	b, faults, err := bs.Add(t.Context(), "Service Desk", boards.Names{NewStatus: "Verify", VerifyStatus: "Completed", Stages: boards.Stages{
		New: []string{"Verify"}, Working: []string{"In Progress"}, Waiting: []string{"waiting"}, Done: []string{"Completed", "Closed"}, Silenced: []string{"Waiting", "Completed"},
	}})
	if err != nil || len(faults) != 0 {
		t.Fatal(faults, err)
	}
	type means struct {
		stage    reconcile.Stage
		silenced bool
	}
	got := map[string]means{"never seen": {b.Stage(999), b.Silenced(999)}}
	for _, name := range []string{"New", "In Progress", "Waiting", "Verify", "Completed", "Closed"} {
		s, ok := b.Named(name)
		if !ok {
			t.Fatal(name)
		}
		got[name] = means{b.Stage(s.ID), b.Silenced(s.ID)}
	}
	want := map[string]means{
		"New": {reconcile.StageNew, false}, "Verify": {reconcile.StageNew, false}, // one is the board's default, one ours
		"In Progress": {reconcile.StageWorking, false}, "Waiting": {reconcile.StageWaiting, true},
		"Completed": {reconcile.StageDone, true}, "Closed": {reconcile.StageDone, false},
		"never seen": {reconcile.StageWorking, false},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(means{})); diff != "" {
		t.Error(diff)
	}
	names := func() (names []string) {
		for _, s := range b.Others() {
			names = append(names, s.Name)
		}
		return names
	}
	if diff := cmp.Diff([]string{"In Progress", "Waiting", "Completed"}, names()); diff != "" {
		t.Error(diff)
	}
	// A route gives a status to new tickets.
	s, _ := b.Named("New")
	b.Begins = []int64{s.ID}
	if diff := cmp.Diff([]string{"New", "In Progress", "Waiting", "Completed"}, names()); diff != "" {
		t.Error(diff)
	}
	if got, want := b.Fault("Closd"), `"Closd" is not an open status of board "Service Desk"; there is "New", "Completed", "Verify"`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// A status that only a route gives to new tickets is one of new tickets.
func TestRoutedStatusIsNew(t *testing.T) {
	_, bs := tenant(t, &connectwise.Member{})
	b, _, err := bs.Add(t.Context(), "Service Desk", boards.Names{})
	if err != nil {
		t.Fatal(err)
	}
	s, _ := b.Named("Waiting")
	before := b.Stage(s.ID)
	b.Begins = []int64{s.ID}
	if before != reconcile.StageWorking || b.Stage(s.ID) != reconcile.StageNew {
		t.Errorf("it was %s and is %s", before, b.Stage(s.ID))
	}
}

// Boards that tickets were moved to are read once, and again where a status turns
// up that was not there before.
func TestOf(t *testing.T) {
	srv, bs := tenant(t, &connectwise.Member{Identifier: "api"})
	var err error
	if bs.Home, _, err = bs.Add(t.Context(), "Service Desk", boards.Names{Stages: boards.Stages{Done: []string{"Done 1"}}}); err != nil {
		t.Fatal(err)
	}
	ref := connectwise.Ref{ID: 20, Name: "Alerts"}
	of := func(status int64, requests int) *boards.Board {
		t.Helper()
		srv.ResetRequests()
		b, err := bs.Of(t.Context(), ref, status)
		if err != nil {
			t.Fatal(err)
		}
		if n := srv.Calls(); n != requests {
			t.Errorf("status %d: %d requests, want %d", status, n, requests)
		}
		return b
	}
	b := of(0, 1)
	done, _ := b.Named("Done 1")
	if b.Ref != ref || b.NameOf(b.Fresh) != "Fresh" || b.Known() || b.Stage(done.ID) != reconcile.StageDone {
		t.Errorf("%+v", b)
	}
	of(done.ID, 0)
	b.Fresh = done.ID // a choice that stands
	if again := of(999, 1); again.Fresh != done.ID {
		t.Errorf("statuses are chosen again: %+v", again)
	}
	if faults := bs.Excluded(&connectwise.Member{Identifier: "api", ExcludedServiceBoardIDs: []int64{20, 23}}); !cmp.Equal(faults, []string{`the API member api is excluded from board "Alerts"`}) {
		t.Errorf("%q", faults)
	}
}

// A board that may not be read has no statuses, and is asked once a load. Any
// other failure is one.
func TestOfUnreadable(t *testing.T) {
	srv, bs := tenant(t, &connectwise.Member{})
	bs.Home = &boards.Board{}
	of := func() (*boards.Board, error) {
		return bs.Of(t.Context(), connectwise.Ref{ID: 20}, 1)
	}
	srv.Inject(connectwisetest.Fault{Path: "boards/20/statuses", Kind: connectwisetest.StatusBefore, Status: 403, Times: 2})
	for range 2 {
		if b, err := of(); err != nil || b.Known() || b.Stage(1) != reconcile.StageWorking {
			t.Errorf("%+v, %v", b, err)
		}
	}
	if n := srv.Count("GET", "statuses"); n != 1 {
		t.Errorf("it is asked %d times", n)
	}
	bs.ReadAgain()
	if b, _ := of(); b.Known() || srv.Count("GET", "statuses") != 2 {
		t.Errorf("%+v", b)
	}
	srv.ClearFaults()
	bs.ReadAgain()
	if b, err := of(); err != nil || b.NameOf(b.Fresh) != "Fresh" {
		t.Errorf("%+v, %v", b, err)
	}
	srv.Inject(connectwisetest.Fault{Path: "statuses", Kind: connectwisetest.HTML})
	if b, err := of(); err == nil {
		t.Errorf("an unreadable answer gives %+v", b)
	}
}

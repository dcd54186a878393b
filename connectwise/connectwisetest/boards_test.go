package connectwisetest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// statusOf returns the id of a status of the board "Help Desk".
func statusOf(a *api, name string) int64 {
	a.t.Helper()
	b, _ := a.srv.Board("Help Desk")
	i := slices.IndexFunc(b.Statuses, func(s connectwisetest.Status) bool { return s.Name == name })
	if i < 0 {
		a.t.Fatalf("no status %q in %+v", name, b.Statuses)
	}
	return b.Statuses[i].ID
}

// editStatus changes a status of the board as a person in the user interface.
func editStatus(a *api, name string, change func(*connectwisetest.Status)) {
	a.t.Helper()
	err := a.srv.AsPerson("boss").EditBoard("Help Desk", func(b *connectwisetest.Board) {
		i := slices.IndexFunc(b.Statuses, func(s connectwisetest.Status) bool { return s.Name == name })
		change(&b.Statuses[i])
	})
	if err != nil {
		a.t.Fatal(err)
	}
}

// When a status becomes inactive, tickets in it keep it. Whether a write may
// still choose it is disputed.
func TestStatusInactiveMidRun(t *testing.T) {
	for refuse, status := range map[bool]int{false: 200, true: 400} {
		a := desk(t, connectwisetest.Config{Switches: connectwisetest.Switches{RefuseInactive: refuse}})
		a.do("POST", "service/tickets", minimal).want(201)
		a.do("POST", "service/tickets", minimal).want(201)
		a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"status","value":{"name":"Waiting"}}]`).want(200)
		editStatus(a, "Waiting", func(s *connectwisetest.Status) { s.Inactive = true })
		if rows := a.get("service/boards/1/statuses", "conditions", "inactive = true").want(200).list(); len(rows) != 1 || rows[0]["name"] != "Waiting" || in(rows[0], "_info.updatedBy") != "boss" {
			t.Errorf("inactive statuses: %v", rows)
		}
		got := a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"summary","value":"still there"}]`).want(200).object()
		if in(got, "status.name") != "Waiting" || got["closedFlag"] != false {
			t.Errorf("the ticket in it: %v", got)
		}
		// Writing the status that a ticket has already is not a new choice.
		a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"status","value":{"name":"Waiting"}}]`).want(200)
		id := statusOf(a, "Waiting")
		for body, field := range map[string]string{
			fmt.Sprintf(`{"id":%d}`, id): "status/id", `{"name":"Waiting"}`: "status/name",
		} {
			got := a.do("PATCH", "service/tickets/70002", `[{"op":"replace","path":"status","value":`+body+`}]`).want(status).body
			if refuse && (!strings.Contains(got, "not found for Service Board 1") || !strings.Contains(got, field)) {
				t.Errorf("%s: %s", body, got)
			}
		}
		if v, _ := a.srv.Ticket(70002); (v.Status.Name == "New") != refuse {
			t.Errorf("refuse %v: the ticket is in %q", refuse, v.Status.Name)
		}
	}
}

func TestStatusRenamedMidRun(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	a.do("POST", "service/tickets", minimal).want(201)
	editStatus(a, "Closed", func(s *connectwisetest.Status) { s.Name = ">Closed" })
	if got := a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"status","value":{"name":"Closed"}}]`).want(400).body; !strings.Contains(got, "Service Status Closed not found for Service Board 1") {
		t.Error(got)
	}
	got := a.do("PATCH", "service/tickets/70001", fmt.Sprintf(`[{"op":"replace","path":"status","value":{"id":%d}}]`, statusOf(a, ">Closed"))).want(200).object()
	if in(got, "status.name") != ">Closed" || got["closedFlag"] != true {
		t.Errorf("by id: %v", got)
	}
	// When a status is no longer a closed one, its tickets are open.
	editStatus(a, ">Closed", func(s *connectwisetest.Status) { s.Closed = false })
	if got := a.get("service/tickets/70001").object(); got["closedFlag"] != false {
		t.Errorf("after the status was opened: %v", got)
	}
	if got := ids(a.get("service/tickets", "conditions", `closedFlag = false and status/name = ">Closed"`).list()); got != "70001" {
		t.Errorf("found %q", got)
	}
}

// A status in use cannot be deleted, not even in the user interface. An unused
// one can, and then it does not exist any more.
func TestStatusGoneMidRun(t *testing.T) {
	for set, want := range map[int]int{0: 409, 400: 400} {
		a := desk(t, connectwisetest.Config{Switches: connectwisetest.Switches{InUseStatus: set}})
		a.do("POST", "service/tickets", minimal).want(201)
		id := statusOf(a, "New")
		path := fmt.Sprintf("service/boards/1/statuses/%d", id)
		if got := a.do("DELETE", path, "").want(want).object(); got["message"] != fmt.Sprintf("Service Status %d is in use and cannot be deleted.", id) {
			t.Errorf("%v", got)
		}
		without := func(b *connectwisetest.Board) {
			b.Statuses = slices.DeleteFunc(b.Statuses, func(s connectwisetest.Status) bool { return s.ID == id })
		}
		if err := a.srv.AsPerson("boss").EditBoard("Help Desk", without); err == nil || !strings.Contains(err.Error(), "in use") {
			t.Errorf("at the screen: %v", err)
		}
		a.get(path).want(200)
		if err := a.srv.AsPerson("tech1").CloseTicket(70001); err != nil {
			t.Fatal(err)
		}
		if err := a.srv.AsPerson("boss").EditBoard("Help Desk", without); err != nil {
			t.Fatal(err)
		}
		a.get(path).want(404)
		if got := a.do("PATCH", "service/tickets/70001", fmt.Sprintf(`[{"op":"replace","path":"status","value":{"id":%d}}]`, id)).want(400).body; !strings.Contains(got, fmt.Sprintf("Service Status %d not found for Service Board 1", id)) {
			t.Error(got)
		}
		// It was the default status; the next active one takes its place.
		editStatus(a, "In Progress", func(s *connectwisetest.Status) { s.Inactive = true })
		if got := in(a.do("POST", "service/tickets", minimal).want(201).object(), "status.name"); got != "Waiting" {
			t.Errorf("a new ticket begins in %v", got)
		}
	}
}

func TestBoardGoneMidRun(t *testing.T) {
	for refuse, status := range map[bool]int{false: 201, true: 400} {
		a := desk(t, connectwisetest.Config{Switches: connectwisetest.Switches{RefuseInactive: refuse}})
		a.do("POST", "service/tickets", minimal).want(201)
		a.do("DELETE", "service/boards/1", "").want(409)
		a.srv.EditMember("apimember", func(m *connectwisetest.Member) { m.DefaultBoard = connectwisetest.ByID(1) })
		if err := a.srv.AsPerson("boss").EditBoard("Help Desk", func(b *connectwisetest.Board) { b.Inactive, b.Name = true, "Old Desk" }); err != nil {
			t.Fatal(err)
		}
		got := a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"status","value":{"name":"Closed"}}]`).want(200).object()
		if in(got, "board.name") != "Old Desk" || got["closedFlag"] != true {
			t.Errorf("the ticket on it: %v", got)
		}
		a.do("POST", "service/tickets", `{"summary":"x","company":{"id":250},"board":{"id":1}}`).want(status)
		a.do("POST", "service/tickets", minimal).want(400) // with its old name
		// Without a board in the request, the ticket goes to the member's
		// default board, or else to the first active one.
		a.do("POST", "service/tickets", `{"summary":"x","company":{"id":250}}`).want(status)
		a.srv.EditMember("apimember", func(m *connectwisetest.Member) { m.DefaultBoard = connectwisetest.Ref{} })
		made := a.do("POST", "service/tickets", `{"summary":"x","company":{"id":250}}`).want(201).object()
		if in(made, "board.name") != "Projects" {
			t.Errorf("a new ticket without a board: %v", made)
		}
		if got := ids(a.get("service/info/boards/active").want(200).list()); got != "2" {
			t.Errorf("active boards: %s", got)
		}
	}
	a := desk(t, connectwisetest.Config{})
	a.do("POST", "service/tickets", minimal).want(201)
	if err := a.srv.AsPerson("boss").MoveTicket(70001, connectwisetest.ByID(2)); err != nil {
		t.Fatal(err)
	}
	a.do("DELETE", "service/boards/1", "").want(204)
	a.get("service/boards/1").want(404)
	a.get("service/boards/1/statuses").want(404)
	if got := a.get("service/teams").want(200).body; got != "[]" {
		t.Errorf("teams of a deleted board: %s", got)
	}
	if got := a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"board","value":{"id":1}}]`).want(400).body; !strings.Contains(got, "Service Board 1 not found") {
		t.Error(got)
	}
}

// Records that tickets use cannot be deleted; usages say why.
func TestInUse(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	a.do("POST", "service/tickets", `{"summary":"x","company":{"id":250},"source":{"id":1},"priority":{"id":5},"type":{"name":"Backup"},"subType":{"name":"Failed job"},"item":{"name":"Server"},"team":{"name":"Service Team"}}`).want(201)
	for _, path := range []string{
		"service/boards/1", "service/boards/1/statuses/16", "service/boards/1/types/5", "service/boards/1/subtypes/7", "service/boards/1/items/9", "service/boards/1/teams/25",
		"service/sources/1", "service/priorities/5", "company/companies/250",
	} {
		if got := a.get(path + "/usages").want(200).list(); len(got) != 1 || got[0]["count"] != 1.0 {
			t.Errorf("usages of %s: %v", path, got)
		}
		a.do("DELETE", path, "").want(409)
		a.get(path).want(200)
	}
	addProject(a.srv)
	a.do("POST", "service/tickets/70001/convert", intoProject).want(200)
	a.do("DELETE", "service/boards/1", "").want(409)
	a.do("DELETE", "project/tickets/70001", "").want(204)
	a.do("DELETE", "service/boards/1", "").want(204)
	a.do("DELETE", "company/companies/250", "").want(204)
}

func TestEditBoard(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	boss := a.srv.AsPerson("boss")
	err := boss.EditBoard("Help Desk", func(b *connectwisetest.Board) {
		b.Statuses[3].NotifyContact = true
		b.Statuses = append(b.Statuses[1:], connectwisetest.Status{Name: "Triage", Default: true, EscalationStatus: "NotResponded"})
	})
	if err != nil {
		t.Fatal(err)
	}
	b, _ := a.srv.Board("Help Desk")
	var got []string
	for _, s := range b.Statuses {
		got = append(got, fmt.Sprintln(s.Name, s.Default, s.NotifyContact))
	}
	if diff := cmp.Diff([]string{"In Progress false false\n", "Waiting false false\n", "Closed false true\n", "Triage true false\n"}, got); diff != "" {
		t.Error(diff)
	}
	if err := boss.EditBoard("Help Desk", func(b *connectwisetest.Board) { b.Statuses[2].NotifyContact = false }); err != nil {
		t.Fatal(err)
	}
	if b, _ := a.srv.Board("Help Desk"); b.Statuses[2].NotifyContact {
		t.Error("the status still mails the contact")
	}
	// A board has one default: the status marked last, although the other was
	// not unmarked.
	if err := boss.EditBoard("Help Desk", func(b *connectwisetest.Board) { b.Statuses[0].Default = true }); err != nil {
		t.Fatal(err)
	}
	if b, _ := a.srv.Board("Help Desk"); !b.Statuses[0].Default || b.Statuses[3].Default {
		t.Errorf("default: %+v", b.Statuses)
	}
	if got := in(a.get(fmt.Sprintf("service/boards/1/statuses/%d", statusOf(a, "Waiting"))).object(), "_info.updatedBy"); got != "admin" {
		t.Errorf("a status nobody touched was updated by %v", got)
	}
	for name, change := range map[string]func(*connectwisetest.Board){
		"Help Desk": func(b *connectwisetest.Board) { b.Statuses[0].Name = "closed" },
		"Nowhere":   func(*connectwisetest.Board) {},
		"Projects":  func(b *connectwisetest.Board) { b.Name = "help desk" },
	} {
		if err := boss.EditBoard(name, change); err == nil {
			t.Errorf("an edit of %s that cannot work did", name)
		}
	}
}

// Statuses, types, items and teams of a board can be chosen on that board only,
// and a ticket loses them when it leaves the board.
func TestBoardScope(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	for member, value := range map[string]string{
		"status": `{"name":"Waiting"}`, "type": `{"name":"Backup"}`, "subType": `{"id":7}`, "item": `{"name":"Server"}`, "team": `{"id":25}`,
	} {
		body := func(board int) string {
			return fmt.Sprintf(`{"summary":"x","company":{"id":250},"board":{"id":%d},%q:%s}`, board, member, value)
		}
		made := a.do("POST", "service/tickets", body(1)).want(201).object()
		if made[member] == nil {
			t.Errorf("%s was lost: %v", member, made)
		}
		if got := a.do("POST", "service/tickets", body(2)).want(400).body; !strings.Contains(got, "not found for Service Board 2") || !strings.Contains(got, `"field":"`+member+"/") {
			t.Errorf("%s of another board: %s", member, got)
		}
		path := fmt.Sprintf("service/tickets/%v", made["id"])
		a.do("PATCH", path, `[{"op":"replace","path":"board","value":{"id":2}},{"op":"replace","path":"`+member+`","value":`+value+`}]`).want(400)
		moved := a.do("PATCH", path, `[{"op":"replace","path":"board","value":{"id":2}}]`).want(200).object()
		if in(moved, "status.name") != "Inbox" || member != "status" && moved[member] != nil {
			t.Errorf("%s after the move: %v", member, moved[member])
		}
	}
}

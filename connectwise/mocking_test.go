package connectwise_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/jarcoal/httpmock"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// Tickets has only the methods that escalate needs.
type Tickets interface {
	Get(ctx context.Context, id int64) (*connectwise.Ticket, error)
	Patch(ctx context.Context, id int64, ops ...connectwise.Op) (*connectwise.Ticket, error)
}

// escalate gives a ticket a priority, unless it has it already or is closed.
func escalate(ctx context.Context, tickets Tickets, id int64, priority string) error {
	ticket, err := tickets.Get(ctx, id)
	if err != nil || ticket.ClosedFlag || ticket.Priority.Name == priority {
		return err
	}
	_, err = tickets.Patch(ctx, id, connectwise.Set("priority", connectwise.ByName(priority)), connectwise.Silent())
	return err
}

// fakeTickets is a Tickets for tests.
type fakeTickets struct {
	ticket  connectwise.Ticket
	patched []string
}

func (f *fakeTickets) Get(context.Context, int64) (*connectwise.Ticket, error) {
	return &f.ticket, nil
}

func (f *fakeTickets) Patch(_ context.Context, _ int64, ops ...connectwise.Op) (*connectwise.Ticket, error) {
	for _, op := range ops {
		f.patched = append(f.patched, fmt.Sprint(op.Path(), "=", op.Value()))
	}
	return &f.ticket, nil
}

// The program defines an interface with the methods that it needs. A test
// replaces the client by a small fake.
func Example_interface() {
	fake := &fakeTickets{}
	if err := escalate(context.Background(), fake, 7, "Priority 1"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(fake.patched)
	// Output: [priority={0  Priority 1} processNotifications=false]
}

// The test server behaves like a service desk and needs no network.
func Example_testServer() {
	server := connectwisetest.NewServer(connectwisetest.Config{})
	server.AddBoard(connectwisetest.Board{Name: "Service Desk", Statuses: []connectwisetest.Status{{Name: "New", Default: true}}})
	server.AddCompany(connectwisetest.Company{Identifier: "ACME", Name: "Acme Ltd"})
	keys := server.Credentials()
	client, err := connectwise.NewClient(
		connectwise.Credentials{Company: keys.Company, PublicKey: keys.PublicKey, PrivateKey: keys.PrivateKey, ClientID: keys.ClientID},
		connectwise.WithBaseURL("http://127.0.0.1"),
		connectwise.WithHTTPClient(&http.Client{Transport: server.Transport()}),
	)
	if err != nil {
		log.Fatal(err)
	}
	// The next write is executed, but its answer is lost.
	server.Inject(connectwisetest.Fault{Method: "POST", Path: "service/tickets", Kind: connectwisetest.ResetAfter})
	_, err = client.Service.Tickets.Create(context.Background(), &connectwise.Ticket{Summary: "x", Company: connectwise.ByIdentifier("ACME")})
	fmt.Println(strings.Contains(err.Error(), "outcome unknown"), len(server.Tickets()))
	// Output: true 1
}

// An HTTP mock answers single calls. A client's first request asks for the
// API's address. An empty Link header says that a list ends.
func Example_httpmock() {
	mock := httpmock.NewMockTransport()
	mock.RegisterResponder("GET", "https://na.myconnectwise.net/login/companyinfo/acme",
		httpmock.NewStringResponder(200, `{"Codebase":"v2025_1/","SiteUrl":"api-na.myconnectwise.net"}`))
	mock.RegisterResponder("GET", "https://api-na.myconnectwise.net/v2025_1/apis/3.0/service/tickets",
		httpmock.NewStringResponder(200, `[{"id":7,"summary":"Backup failed"}]`).HeaderSet(http.Header{"Link": {""}}))
	client, err := connectwise.NewClient(
		connectwise.Credentials{Site: "na.myconnectwise.net", Company: "acme", PublicKey: "public", PrivateKey: "private", ClientID: "id"},
		connectwise.WithHTTPClient(&http.Client{Transport: mock}),
	)
	if err != nil {
		log.Fatal(err)
	}
	tickets, err := client.Service.Tickets.All(context.Background(), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(tickets), tickets[0].Summary, mock.GetTotalCallCount())
	// Output: 1 Backup failed 2
}

// docs/mocking.md shows the same code as these examples.
func TestMockingPageShowsTheseExamples(t *testing.T) {
	page, err := os.ReadFile("../docs/mocking.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("mocking_test.go")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(page), "```go\n")[1:]
	for _, block := range blocks {
		shown, _, closed := strings.Cut(block, "```\n")
		if !closed || !strings.Contains(strings.ReplaceAll(string(source), "\n\t", "\n"), strings.TrimSpace(shown)) && !strings.Contains(string(source), strings.TrimSpace(shown)) {
			t.Errorf("not in mocking_test.go:\n%s", shown)
		}
	}
	if len(blocks) < 3 {
		t.Errorf("%d blocks", len(blocks))
	}
}

package connectwise_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"

	"golang.org/x/time/rate"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// The examples talk to an in-memory service desk. With
//
//	connectwise.NewClient(connectwise.Credentials{
//		Site: "na.myconnectwise.net", Company: "acme",
//		PublicKey: "...", PrivateKey: "...", ClientID: "...",
//	})
//
// they would talk to a real one.
func Example() {
	ctx := context.Background()
	client := signIn()
	tickets := client.Service.Tickets

	ticket, err := tickets.Create(ctx, &connectwise.Ticket{
		Summary: "Backup failed on SRV01",
		Company: connectwise.ByIdentifier("ACME"),
		Board:   connectwise.ByName("Service Desk"),
	}, connectwise.Set("processNotifications", false))
	if errors.Is(err, connectwise.ErrOutcomeUnknown) {
		log.Fatal("look it up before creating it again: ", err)
	}
	if err != nil {
		log.Fatal(err)
	}
	for t, err := range tickets.List(ctx, &connectwise.ListOptions{
		Where:  connectwise.Where("board/name = ? and closedFlag = ?", "Service Desk", false),
		Fields: []string{"id", "summary", "status"},
	}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(t.ID, t.Summary, t.Status.Name)
	}
	_, err = tickets.Notes(ticket.ID).Create(ctx, &connectwise.TicketNote{
		Text: "The backup succeeded again.", InternalAnalysisFlag: true,
	})
	if err != nil {
		log.Fatal(err)
	}
	ticket, err = tickets.Patch(ctx, ticket.ID,
		connectwise.Set("status", connectwise.ByName("Closed")),
		connectwise.Remove("owner"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(ticket.Status.Name, ticket.ClosedFlag)
	// Output:
	// 70001 Backup failed on SRV01 New
	// Closed true
}

func ExampleWhere() {
	fmt.Println(connectwise.Where("board/name = ? and status/id in ?", "Service Desk", []int{16, 17}))
	fmt.Println(connectwise.Where("summary = ?", `the "C" drive`))
	fmt.Println(connectwise.Where("closedFlag = false or ?", connectwise.Where("id > ? and id < ?", 10, 20)))
	fmt.Println(connectwise.Where("summary = ?", `C:\backup`).Err())
	// Output:
	// board/name = "Service Desk" and status/id in (16,17)
	// summary = 'the "C" drive'
	// closedFlag = false or (id > 10 and id < 20)
	// connectwise: condition "summary = ?": summary: "C:\\backup" holds '\\': cannot be quoted safely
}

// A struct and one line make a client for any collection of the API.
func ExampleNewCollection() {
	type Agreement struct {
		ID      int64            `json:"id,omitzero" cw:"readonly"`
		Name    string           `json:"name,omitzero" cw:"max=100"`
		Company connectwise.Ref  `json:"company,omitzero"`
		Type    connectwise.Ref  `json:"type,omitzero"`
		EndDate connectwise.Time `json:"endDate,omitzero"`
	}
	type Addition struct {
		ID       int64              `json:"id,omitzero" cw:"readonly"`
		Product  connectwise.Ref    `json:"product,omitzero"`
		Quantity connectwise.Number `json:"quantity,omitzero"`
	}
	ctx := context.Background()
	client := signIn()
	agreements := connectwise.NewCollection[Agreement](client, "finance/agreements")
	for a, err := range agreements.List(ctx, &connectwise.ListOptions{Where: connectwise.Where("company/identifier = ?", "ACME")}) {
		if err != nil {
			log.Fatal(err)
		}
		additions := connectwise.NewCollection[Addition](client, fmt.Sprintf("finance/agreements/%d/additions", a.ID))
		made, err := additions.Create(ctx, &Addition{Product: connectwise.ByID(7), Quantity: connectwise.Int(12)})
		if err != nil {
			log.Fatal(err)
		}
		if _, err := additions.Patch(ctx, made.ID, connectwise.Set("quantity", connectwise.Int(13))); err != nil {
			log.Fatal(err)
		}
	}
}

// A write that may have been executed is looked up before it is sent again.
func ExampleError() {
	ctx := context.Background()
	// The connection breaks after the server has created the ticket.
	tickets := signIn(connectwisetest.Fault{Method: "POST", Kind: connectwisetest.ResetAfter}).Service.Tickets
	_, err := tickets.Create(ctx, &connectwise.Ticket{
		Summary: "Backup failed on SRV01", Company: connectwise.ByIdentifier("ACME"), ExternalXRef: "run-17",
	})
	var refused *connectwise.Error
	switch {
	case errors.Is(err, connectwise.ErrOutcomeUnknown):
		n, err := tickets.Count(ctx, &connectwise.ListOptions{Where: connectwise.Where("externalXRef = ?", "run-17")})
		fmt.Println("found", n, err)
	case errors.Is(err, connectwise.ErrForbidden):
		fmt.Println("ask for a permission:", err)
	case errors.As(err, &refused):
		for _, f := range refused.Errors {
			fmt.Println(f.Field, f.Message)
		}
	}
	// Output:
	// found 1 <nil>
}

// Check shows what the API member may do, before a program relies on it.
func ExampleSystemModule_Check() {
	report, err := signIn().System.Check(context.Background(), connectwise.TicketSyncRequirements...)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(report.OK())
	// Output:
	// true
}

func ExampleSetCustomFields() {
	ctx := context.Background()
	tickets := signIn().Service.Tickets
	ticket, err := tickets.Create(ctx, &connectwise.Ticket{Summary: "Restore test", Company: connectwise.ByIdentifier("ACME")})
	if err != nil {
		log.Fatal(err)
	}
	op, err := connectwise.SetCustomFields(ticket.CustomFields, map[string]any{"Vendor Ticket": "4711"})
	if err != nil {
		log.Fatal(err)
	}
	if ticket, err = tickets.Patch(ctx, ticket.ID, op); err != nil {
		log.Fatal(err)
	}
	for _, f := range ticket.CustomFields {
		fmt.Println(f.Caption, f.Text())
	}
	// Output:
	// Vendor Ticket 4711
}

// A program can show a plan before it carries the plan out. A second plan is
// empty.
func ExampleCallbacksService_Ensure() {
	ctx := context.Background()
	callbacks := signIn().System.Callbacks
	wanted := []connectwise.Callback{{
		Description: "tickets of the service desk", URL: "https://hooks.example/cw?recordId=",
		Type: "ticket", Level: "board", ObjectID: 1,
	}}
	ours := func(cb *connectwise.Callback) bool { return strings.HasPrefix(cb.URL, "https://hooks.example/") }
	plan, err := callbacks.Plan(ctx, wanted, ours) // changes nothing
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(plan.Create), "to create")
	if err := callbacks.Apply(ctx, plan); err != nil {
		log.Fatal(err)
	}
	plan, err = callbacks.Ensure(ctx, wanted, ours)
	fmt.Println(plan.Changes(), err)
	// Output:
	// 1 to create
	// false <nil>
}

func ExampleDocumentsService_Create() {
	ctx := context.Background()
	client := signIn()
	ticket, err := client.Service.Tickets.Create(ctx, &connectwise.Ticket{Summary: "Restore test", Company: connectwise.ByIdentifier("ACME")})
	if err != nil {
		log.Fatal(err)
	}
	file := strings.NewReader("any reader: a file, a pipe, a body")
	document, err := client.System.Documents.Create(ctx, connectwise.Upload{
		RecordType: "Ticket", RecordID: ticket.ID, Title: "Restore test", FileName: "report.txt", File: file,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(document.Title, document.FileName)
	// Output:
	// Restore test report.txt
}

// signIn returns a client of an in-memory service desk with the given faults.
func signIn(faults ...connectwisetest.Fault) *connectwise.Client {
	server := connectwisetest.NewServer(connectwisetest.Config{})
	server.AddBoard(connectwisetest.Board{Name: "Service Desk", Statuses: []connectwisetest.Status{
		{Name: "New", Default: true}, {Name: "Closed", Closed: true},
	}})
	server.AddCompany(connectwisetest.Company{Identifier: "ACME", Name: "Acme Ltd"})
	server.AddCustomField(connectwisetest.CustomField{Entity: "Ticket", Caption: "Vendor Ticket"})
	client, err := connectwise.NewClient(
		connectwise.Credentials(server.Credentials()),
		connectwise.WithBaseURL("http://127.0.0.1"),
		connectwise.WithHTTPClient(server.Client()),
		connectwise.WithLimiter(rate.NewLimiter(rate.Inf, 1)), // a test server needs no limit
	)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range faults {
		server.Inject(f)
	}
	return client
}

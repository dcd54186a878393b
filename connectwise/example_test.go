package connectwise_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
)

func Example() {
	ctx := context.Background()
	client, err := connectwise.NewClient(connectwise.Credentials{
		Site: "na.myconnectwise.net", Company: "acme",
		PublicKey: "...", PrivateKey: "...", ClientID: "...",
	})
	if err != nil {
		log.Fatal(err)
	}
	for t, err := range client.Service.Tickets.List(ctx, &connectwise.ListOptions{
		Where:  connectwise.Where("board/name = ? and closedFlag = ?", "Service Desk", false),
		Fields: []string{"id", "summary", "externalXRef"},
	}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(t.ID, t.Summary)
	}
	t, err := client.Service.Tickets.Create(ctx, &connectwise.Ticket{
		Summary: "Backup failed on SRV01",
		Company: connectwise.ID(250),
		Board:   connectwise.Named("Service Desk"),
	}, connectwise.Set("processNotifications", false))
	if errors.Is(err, connectwise.ErrOutcomeUnknown) {
		log.Fatal("look it up before creating it again: ", err)
	}
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Service.Tickets.Patch(ctx, t.ID,
		connectwise.Set("status", connectwise.Named("Closed")),
		connectwise.Remove("owner"))
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Service.Tickets.Notes(t.ID).Create(ctx, &connectwise.TicketNote{
		Text: "The backup succeeded again.", InternalAnalysisFlag: true,
	})
	if err != nil {
		log.Fatal(err)
	}
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
	// connectwise: condition "summary = ?": summary: "C:\\backup" holds '\\': connectwise: cannot be quoted safely
}

// Any collection of the API is a struct and a line away.
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
		made, err := additions.Create(ctx, &Addition{Product: connectwise.ID(7), Quantity: connectwise.Int(12)})
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
	tickets := signIn().Service.Tickets
	_, err := tickets.Create(ctx, &connectwise.Ticket{Summary: "x", Company: connectwise.ID(250), ExternalXRef: "run-17"})
	var refused *connectwise.Error
	switch {
	case errors.Is(err, connectwise.ErrOutcomeUnknown):
		n, err := tickets.Count(ctx, &connectwise.ListOptions{Where: connectwise.Where("externalXRef = ?", "run-17")})
		fmt.Println(n, err)
	case errors.Is(err, connectwise.ErrForbidden):
		fmt.Println("ask for a permission:", err)
	case errors.As(err, &refused):
		for _, f := range refused.Errors {
			fmt.Println(f.Field, f.Message)
		}
	}
}

func ExampleSystemService_Check() {
	report, err := signIn().System.Check(context.Background(), connectwise.NeedsTicketSync...)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(report)
	if !report.OK() {
		log.Fatal("not ready")
	}
}

func ExampleSetCustomFields() {
	ctx := context.Background()
	tickets := signIn().Service.Tickets
	ticket, err := tickets.Get(ctx, 70123)
	if err != nil {
		log.Fatal(err)
	}
	op, err := connectwise.SetCustomFields(ticket.CustomFields, map[string]any{"Vendor Ticket": "4711", "Reviewed": true})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := tickets.Patch(ctx, ticket.ID, op); err != nil {
		log.Fatal(err)
	}
}

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
	fmt.Print(plan)
	if err := callbacks.Apply(ctx, plan); err != nil {
		log.Fatal(err)
	}
}

func ExampleDocumentsService_Create() {
	file := strings.NewReader("any reader: a file, a pipe, a body")
	_, err := signIn().System.Documents.Create(context.Background(), connectwise.Upload{
		RecordType: "Ticket", RecordID: 70123, Title: "Restore test", FileName: "report.txt", File: file,
	})
	if err != nil {
		log.Print(err)
	}
}

func signIn() *connectwise.Client {
	client, err := connectwise.NewClient(connectwise.Credentials{
		Site: "na.myconnectwise.net", Company: "acme",
		PublicKey: "...", PrivateKey: "...", ClientID: "...",
	})
	if err != nil {
		log.Fatal(err)
	}
	return client
}

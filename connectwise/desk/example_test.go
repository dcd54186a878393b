package desk_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/reconcile"
)

// A problem becomes a ticket. When the problem is over, the ticket is closed.
func Example() {
	server := connectwisetest.NewServer(connectwisetest.Config{})
	server.AddBoard(connectwisetest.Board{Name: "Service Desk"})
	company := server.AddCompany(connectwisetest.Company{Identifier: "ACME", Name: "Acme Ltd"})
	keys := server.Credentials()
	client, err := connectwise.NewClient(connectwise.Credentials{
		Site: "127.0.0.1", Company: keys.Company, PublicKey: keys.PublicKey, PrivateKey: keys.PrivateKey, ClientID: keys.ClientID,
	}, connectwise.WithBaseURL("http://127.0.0.1"), connectwise.WithHTTPClient(&http.Client{Transport: server.Transport()}))
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	d, err := desk.New(ctx, client, desk.Config{Board: "Service Desk"})
	if err != nil {
		log.Fatal(err)
	}
	policy := reconcile.DefaultPolicy()
	run := func(observation reconcile.Observation) {
		observation.At, observation.Feeds = time.Now(), []reconcile.Feed{{Name: "cove"}}
		board, err := d.Load(ctx, observation.At, policy.Horizon())
		if err != nil {
			log.Fatal(err)
		}
		plan, err := reconcile.Diff(observation, board, policy)
		if err != nil {
			log.Fatal(err)
		}
		report, err := d.Apply(ctx, plan, desk.OnResult(func(r desk.Result) {
			fmt.Println(r.Action.Kind, r.Action.Summary, r.Outcome)
		}))
		if err != nil {
			log.Fatal(err)
		}
		if err := report.Err(); err != nil {
			log.Fatal(err)
		}
	}
	device := reconcile.Key{Feed: "cove", Subject: "3785154"}
	run(reconcile.Observation{Issues: []reconcile.Issue{{
		Key: device, Company: fmt.Sprint(company), Severity: reconcile.SeverityMedium,
		Summary: "COVE SVR SRV-FS01 #3785154 - Files failed", State: "D01:failed",
	}}})
	run(reconcile.Observation{Healthy: []reconcile.Healthy{{Key: device}}})
	// Output:
	// create COVE SVR SRV-FS01 #3785154 - Files failed done
	// close COVE SVR SRV-FS01 #3785154 - Files failed done
}

// connect returns a client of an in-memory server, as in Example.
func connect(server *connectwisetest.Server) *connectwise.Client {
	keys := server.Credentials()
	client, err := connectwise.NewClient(connectwise.Credentials{
		Site: "127.0.0.1", Company: keys.Company, PublicKey: keys.PublicKey, PrivateKey: keys.PrivateKey, ClientID: keys.ClientID,
	}, connectwise.WithBaseURL("http://127.0.0.1"), connectwise.WithHTTPClient(&http.Client{Transport: server.Transport()}))
	if err != nil {
		log.Fatal(err)
	}
	return client
}

// Problems of workstations go to another board; problems of one customer get no
// ticket.
func ExampleRoute() {
	server := connectwisetest.NewServer(connectwisetest.Config{})
	server.AddBoard(connectwisetest.Board{Name: "Service Desk"})
	server.AddBoard(connectwisetest.Board{Name: "Workstations", Teams: []string{"Day"}})
	company := server.AddCompany(connectwisetest.Company{Identifier: "ACME", Name: "Acme Ltd"})
	ctx := context.Background()
	d, err := desk.New(ctx, connect(server), desk.Config{
		Board: "Service Desk",
		Routes: []desk.Route{
			{Customer: "99", NoTicket: true},
			{Class: "workstation", Board: "Workstations", Fields: []desk.TicketField{{Path: "team", Value: "Day"}}},
		},
		AtOnce: 1,
	})
	if err != nil {
		log.Fatal(err)
	}
	issue := func(subject, class, group, company string) reconcile.Issue {
		return reconcile.Issue{
			Key: reconcile.Key{Feed: "cove", Subject: subject}, Customer: group, Company: company, CompanyReason: "no rule fits",
			Class: class, Severity: reconcile.SeverityMedium, Summary: subject + " failed", State: "failed",
		}
	}
	observation := reconcile.Observation{At: time.Now(), Feeds: []reconcile.Feed{{Name: "cove"}}, Issues: []reconcile.Issue{
		issue("SRV-1", "server", "7", fmt.Sprint(company)), issue("PC-2", "workstation", "7", fmt.Sprint(company)),
		issue("PC-3", "workstation", "99", fmt.Sprint(company)),
	}}
	board, err := d.Load(ctx, observation.At, reconcile.DefaultPolicy().Horizon())
	if err != nil {
		log.Fatal(err)
	}
	plan, err := reconcile.Diff(observation, board, reconcile.DefaultPolicy())
	if err != nil {
		log.Fatal(err)
	}
	report, err := d.Apply(ctx, plan)
	if err = errors.Join(err, report.Err()); err != nil {
		log.Fatal(err)
	}
	for _, t := range server.Tickets() {
		fmt.Println(t.Summary, "| board", t.Board.Name, "| team", t.Team.Name, "| company", t.Company.Name)
	}
	fmt.Println(report.Count(reconcile.Create, desk.Skipped), "without a ticket")
	// Unordered output:
	// SRV-1 failed | board Service Desk | team  | company Acme Ltd
	// PC-2 failed | board Workstations | team Day | company Acme Ltd
	// 1 without a ticket
}

// Fields of new tickets are set by id, by name and by template. New reports
// everything that cannot work before a ticket is created.
func ExampleTicketField() {
	server := connectwisetest.NewServer(connectwisetest.Config{})
	server.AddBoard(connectwisetest.Board{Name: "Service Desk", Types: []string{"Backup"}})
	server.AddCustomField(connectwisetest.CustomField{Entity: "Ticket", Caption: "Device"})
	client := connect(server)
	_, err := desk.New(context.Background(), client, desk.Config{
		Board: "Service Desk",
		Zone:  time.FixedZone("UTC-5", -5*60*60),
		Fields: []desk.TicketField{
			{Path: "source", ID: 1},
			{Path: "type", Value: "Bakup"},
			{Path: "estimatedStartDate", Value: "{{day .Issue.Since}}"},
			{Path: "customFields/Device", Value: "{{.Key.Subject}}"},
			{Path: "customFields/Devise", Value: "{{.Key.Subject}}"},
		},
	})
	var wrong *desk.ConfigError
	if errors.As(err, &wrong) {
		for _, fault := range wrong.Faults {
			fmt.Println(fault)
		}
	}
	// Output:
	// Fields[1] (type): there is no "Bakup" on board "Service Desk"; there is "Backup"
	// Fields[4] (customFields/Devise): there is no custom field "Devise"; there is "Device"
}

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

// A problem becomes a ticket; when it is over the ticket is closed.
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
		observation.At, observation.Sources = time.Now(), []string{"cove"}
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
	device := reconcile.Key{Source: "cove", Subject: "3785154"}
	run(reconcile.Observation{Issues: []reconcile.Issue{{
		Key: device, Company: fmt.Sprint(company), Severity: reconcile.SeverityMedium,
		Summary: "COVE SVR SRV-FS01 #3785154 - Files failed", State: "D01:failed",
	}}})
	run(reconcile.Observation{Healthy: []reconcile.Healthy{{Key: device}}})
	// Output:
	// create COVE SVR SRV-FS01 #3785154 - Files failed done
	// close COVE SVR SRV-FS01 #3785154 - Files failed done
}

func ExampleParseMarker() {
	mark, err := desk.ParseMarker("cdk1:acme-prod1:ezvi:snm4fas:anwyu3lqfbyr62ftiio5izjo:haymtv5f7rhs2kiuaobf:3op11:tow1y0:tots01:i3")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(mark.Owner, mark.Severity, mark.State, mark.NotePending, mark.Written.Format(time.DateTime))
	// Output: acme-prod1 high open true 2026-11-22 05:30:00
}

// Fields of new tickets are set by id, by name and by template. New tells of
// all that cannot work before there is a ticket.
func ExampleTicketField() {
	server := connectwisetest.NewServer(connectwisetest.Config{})
	server.AddBoard(connectwisetest.Board{Name: "Service Desk", Types: []string{"Backup"}})
	server.AddCustomField(connectwisetest.CustomField{Entity: "Ticket", Caption: "Device"})
	keys := server.Credentials()
	client, err := connectwise.NewClient(connectwise.Credentials{
		Site: "127.0.0.1", Company: keys.Company, PublicKey: keys.PublicKey, PrivateKey: keys.PrivateKey, ClientID: keys.ClientID,
	}, connectwise.WithBaseURL("http://127.0.0.1"), connectwise.WithHTTPClient(&http.Client{Transport: server.Transport()}))
	if err != nil {
		log.Fatal(err)
	}
	_, err = desk.New(context.Background(), client, desk.Config{
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

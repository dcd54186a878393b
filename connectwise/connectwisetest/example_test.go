package connectwisetest_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// A test creates a tenant, calls it with its client, and checks the tickets.
func Example() {
	srv := connectwisetest.Start(connectwisetest.Config{})
	defer srv.Close()
	srv.AddBoard(connectwisetest.Board{Name: "Service Desk"})
	company := srv.AddCompany(connectwisetest.Company{Identifier: "ACME", Name: "Acme Ltd"})
	id := srv.AddTicket(connectwisetest.Ticket{Summary: "Printer down", Company: connectwisetest.ByID(company)})
	if err := srv.AsPerson("tech1").CloseTicket(id); err != nil {
		fmt.Println(err)
	}

	creds := srv.Credentials()
	query := url.Values{"conditions": {"closedFlag = true"}, "fields": {"id,summary,status/name,closedBy"}}
	req, _ := http.NewRequestWithContext(context.Background(), http.MethodGet, srv.URL+"/v4_6_release/apis/3.0/service/tickets?"+query.Encode(), nil)
	req.SetBasicAuth(creds.Company+"+"+creds.PublicKey, creds.PrivateKey)
	req.Header.Set("clientId", creds.ClientID)
	resp, err := srv.Client().Do(req)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = resp.Body.Close() }()
	body, _ := io.ReadAll(resp.Body)
	fmt.Println(string(body))
	// Output: [{"id":70001,"summary":"Printer down","status":{"name":"Closed"},"closedBy":"tech1"}]
}

// Faults make chosen requests fail, before or after their effect.
func ExampleServer_Inject() {
	srv := connectwisetest.NewServer(connectwisetest.Config{})
	srv.Inject(
		connectwisetest.Fault{Method: "POST", Path: "service/tickets", Kind: connectwisetest.ResetAfter},
		connectwisetest.Fault{At: 7, Kind: connectwisetest.TooManyRequests},
	)
	fmt.Println(srv.Calls())
	// Output: 0
}

// A technician converts a ticket into a project ticket while a program still
// has its number.
func ExamplePerson_ConvertTicket() {
	srv := connectwisetest.NewServer(connectwisetest.Config{})
	srv.AddBoard(connectwisetest.Board{Name: "Help Desk"})
	srv.AddCompany(connectwisetest.Company{ID: 250, Identifier: "ACME", Name: "Acme Ltd"})
	id := srv.AddTicket(connectwisetest.Ticket{Summary: "Replace the server", Company: connectwisetest.ByID(250)})
	if err := srv.AsPerson("tech1").ConvertTicket(id, connectwisetest.ByName("Migration"), connectwisetest.ByName("Cut-over")); err != nil {
		fmt.Println(err)
	}
	_, found := srv.Ticket(id)
	project, _ := srv.ProjectTicket(id)
	fmt.Println(found, project.Summary, "in", project.Project.Name)
	// Output: false Replace the server in Migration
}

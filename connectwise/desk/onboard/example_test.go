package onboard_test

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/connectwise/desk/onboard"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

// An unknown customer gets a company after a person has agreed, and its
// reference in the backup service then names the company.
func Example() {
	server := connectwisetest.NewServer(connectwisetest.Config{})
	server.AddBoard(connectwisetest.Board{Name: "Service Desk"})
	server.AddCompany(connectwisetest.Company{ID: 250, Identifier: "ACME", Name: "Acme Ltd"})
	ctx := context.Background()
	keys := server.Credentials()
	client, err := connectwise.NewClient(connectwise.Credentials{
		Site: "127.0.0.1", Company: keys.Company, PublicKey: keys.PublicKey, PrivateKey: keys.PrivateKey, ClientID: keys.ClientID,
	}, connectwise.WithBaseURL("http://127.0.0.1"), connectwise.WithHTTPClient(&http.Client{Transport: server.Transport()}))
	if err != nil {
		log.Fatal(err)
	}
	d, err := desk.New(ctx, client, desk.Config{Board: "Service Desk"})
	if err != nil {
		log.Fatal(err)
	}
	companies, err := d.Companies(ctx)
	if err != nil {
		log.Fatal(err)
	}
	customers := []reconcile.Customer{{ID: "7", Name: "Acme Ltd", CompanyID: "250", CompanyIdentifier: "ACME"}, {ID: "8", Name: "Birch Dental"}}
	links, err := match.Companies(customers, companies, match.Options{Whole: true})
	if err != nil {
		log.Fatal(err)
	}
	plan, err := onboard.PlanCompanies(ctx, d, links, companies, onboard.CompanyRules{Status: "Active", Types: []string{"Client"}, References: true})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(plan.Text())

	// With Cove these are Client.Partner, ParseReference and Client.SetReference.
	references := map[string]int64{"7": 250}
	results, err := onboard.ApplyCompanies(ctx, d, plan, onboard.References{
		Read: func(_ context.Context, customer string) (int64, error) { return references[customer], nil },
		Write: func(_ context.Context, customer string, company int64, _ string) error {
			references[customer] = company
			return nil
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range results {
		fmt.Println(r.Identifier, r.Outcome, references[r.Customer] == r.ID)
	}
	// Output:
	// create company  BirchDental                Birch Dental (customer 8)
	// BirchDental done true
}

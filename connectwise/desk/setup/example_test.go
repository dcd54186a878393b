package setup_test

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/connectwise/desk/setup"
)

// To whom the board would send e-mail if the desk allowed it.
func ExampleWhoIsMailed() {
	server := connectwisetest.NewServer(connectwisetest.Config{})
	server.AddBoard(connectwisetest.Board{Name: "Service Desk", Statuses: []connectwisetest.Status{
		{Name: "New", Default: true}, {Name: "Closed", Closed: true, NotifyContact: true},
	}})
	ctx := context.Background()
	d, err := desk.New(ctx, connect(server), desk.Config{Board: "Service Desk"})
	if err != nil {
		log.Fatal(err)
	}
	mailings, err := setup.WhoIsMailed(ctx, d)
	if err != nil {
		log.Fatal(err)
	}
	for _, m := range mailings {
		fmt.Println(m)
	}
	// Output:
	// create (status "New"): nobody is set up to be mailed
	// reopen (status "New"): nobody is set up to be mailed
	// close (status "Closed"): would mail Contact; kept silent
	// note: nobody is set up to be mailed
}

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

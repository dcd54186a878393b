package connectwise_test

import (
	"context"
	"errors"
	"fmt"
	"log"

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

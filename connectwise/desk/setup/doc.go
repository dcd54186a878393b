// Package setup is what a program needs before the first run: its settings file,
// what the tenant offers, what the API member may do, whom the board would mail, and
// a test of all that the desk will do on a ticket of the provider's own.
//
//	var rules Rules // the program's own section
//	file, err := setup.Read("synctickets.json", setup.Section{Name: "rules", Into: &rules})
//	d, err := desk.New(ctx, client, file.Config("cove"))
//
//	choices, err := setup.Choices(ctx, client, file)
//	checked, err := file.Verify(ctx, client, customers)
//	report, err := client.System.Check(ctx, setup.Profiles["tickets"]...)
//	mailings, err := setup.WhoIsMailed(ctx, d)
//	tried, err := setup.TestTicket(ctx, d, ownCompany, wait)
package setup

// Package setup helps a program before its first run. It reads and writes the
// settings file, lists the possible values in the tenant, checks the API
// member's permissions, tells to whom the board would send e-mail, and tries
// everything that the desk does on a test ticket.
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

// Package desk keeps tickets on a ConnectWise service board for what monitors
// see: one call does the whole job.
//
//	d, err := desk.New(ctx, client, desk.Config{Board: "Service Desk", State: filestate.Open("desk.json")})
//	report, err := d.Sync(ctx, monitor)
//
// [Desk.Sync] takes the lock of the memory, asks the monitors, finds the
// companies of their customers, reads the board, plans ([reconcile.Diff]),
// carries the plan out, lists the new tickets again to find duplicates, and saves
// the memory. [ActiveAlerts], [Events] and
// [MonitorFunc] make a monitor in a line.
//
// [State] is where the memory is kept from run to run: package filestate keeps
// it in a file. What it knows cannot be read from the board: which tickets were
// open, which creates have been begun, what a person has to acknowledge.
//
// [Report] says what became of each key, and names what a person should look
// at. [Report.Health] is the worst of it: a run that could not see is never fine.
// [Report.Links] are the tickets, with who closed them. What waits for a decision
// also stands in one ticket on the provider's own company (Config.OwnCompany).
//
// Use [Desk.Load] and [Desk.Apply] to show a plan first and carry it out later.
//
// # Nobody is mailed
//
// Every write says processNotifications false, new tickets carry
// automaticEmailContactFlag, -ResourceFlag and -CcFlag false, and all text is
// internal analysis. Config.Mail and Config.Discussion change that.
//
// # People
//
// Every ticket is read before it is written. If people have changed what the
// plan was made from, the ticket is left alone; the report calls it drifted.
// The text is composed before the ticket is read. When the server refuses a
// write for the moment, the ticket is read again before the write is repeated.
// A summary, company, priority, impact or severity that is not what we wrote is
// a person's edit and is never written again; Report.Edited counts them. A
// summary that the server itself changed is not a person's edit. Tickets moved
// to another board are closed and reopened with that board's statuses
// (Config.Boards), or held. With Config.VerifyStatus a ticket that has an
// owner, resources or time on it is not closed: it gets that status, for a
// person to check.
//
// A ticket that people renamed, moved, merged into an open one or copied stays
// the problem's ticket, also when its marker was cleared. A deleted ticket is
// made again, once for each deletion. A ticket that was converted to a project
// ticket is left to people while that one is open. A person who writes
// "released" in the place of the marker keeps the ticket for good. A ticket
// that the server refuses to reopen is followed by a new one that names it. A
// field that the server refuses is left out and reported; the rest is written.
//
// # An older tool
//
// Config.Adopt takes over the open tickets of an older tool: one PATCH of the
// marker, nothing else. One that holds a foreign reference, belongs to another
// company or was entered by somebody else is held, and no second ticket is
// made. If the older tool works on our tickets, nothing at all is written until
// a person has stopped that tool and acknowledged the stop. Then the tickets
// that it closed or rewrote are taken back.
//
// # Where tickets go
//
// Config.Routes choose by customer, class, kind and severity the board, status,
// priority, fields and readers of a new ticket, or decide that there is no
// ticket. The first route that fits counts. Tickets are found on every board.
// Config.Fields and Config.Prepare fill any other field of it.
//
// Problems of customers without a company are held, unless a row "*" of the
// mapping names one for everyone else or Config.Onboard makes one for them
// (package onboard).
//
// # Before the first write
//
// New refuses what cannot work. Desk.Home shows the names it works with. Package
// setup says whom the board would mail, and tries everything on a ticket of the
// provider's own and lists what the tenant's workflow rules changed.
//
// # The order of writes
//
// A new ticket is one POST with marker and text. Before the first one of a run,
// our tickets that were made or changed since the plan are listed: a ticket
// whose creation was not confirmed is found and not made again. After the last
// one they are listed again: if two writers made a ticket for one key at the
// same time, the writer of the newer ticket closes it, unless somebody has
// touched it.
//
// A change is: compose the text; GET the ticket, and leave it alone if it has
// drifted; PATCH fields, status and marker with the note flag p; POST the note,
// whose last line is "ref cdk1-" and the id of the action; PATCH the marker with
// the flag n. A ticket found with a p is settled first: its notes are read, the
// note is written only where that line is missing, and the flag is cleared.
//
// Three failures in a row that will not pass by themselves (keys that are
// refused, the same right missing, a server that hangs) end a run.
//
// docs/marker.md has the marker byte by byte, docs/repair.md how to repair a
// board by hand.
//
// # The promise
//
// With one writer per owner, an atomic PATCH, and writes that show in reads
// within Config.Settle: no request of unknown outcome is repeated before a
// look-up, nothing is lost, and one clean run that starts at least Settle after
// the last write leaves exactly one open ticket per issue and one note per
// action. With two writers at least one ticket is open when both have ended, and
// the first run Settle later leaves one; a second note is possible. A lost memory
// costs a list of open tickets, and at most one double for each create that was
// not finished, which the next run closes.
//
// The Date header of the service desk's answers corrects Config.Now, so a wrong
// clock on this machine changes no decision. The report says how far off it is.
//
// # Limits
//
// Configurations and files are attached once, after the writes that the promise
// is about. If a run is interrupted in between, they are missing: to remember
// them would take one more write for each ticket, and to look for them takes a
// right (Manage Documents) that attaching does not need. The action log shows
// them as a "before" without its "after". Files that could not be attached are
// handed back in [Result].Unattached.
//
// Custom fields are written all at once. With Config.MarkerField this has a
// price: when somebody else changes another custom field in the second or two
// between our reading and our writing, that change is lost.
//
// A board is Partial, and nothing is created, when the server hides the marker,
// and when an open ticket of ours is missing from the list. A key whose create
// was not answered waits until its ticket is seen, or for [Late]. Nothing more
// is created either while a stop stands: the server has kept a new ticket
// without its marker, or so many open tickets have vanished at once that people
// are unlikely to have done it.
package desk

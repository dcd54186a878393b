// Package desk maintains tickets on a ConnectWise service board for the
// problems that monitors see. One call does the whole job.
//
//	d, err := desk.New(ctx, client, desk.Config{Board: "Service Desk", State: filestate.Open("desk.json")})
//	report, err := d.Sync(ctx, monitor)
//
// [Desk.Sync] takes the lock of the memory, asks the monitors, finds the
// companies of their customers, reads the board, makes a plan
// ([reconcile.Diff]), carries it out, lists the new tickets again to find
// duplicates, and saves the memory. [ActiveAlerts], [Events] and [MonitorFunc]
// make a monitor in one line.
//
// A [State] keeps the memory from run to run; package filestate keeps it in a
// file. The memory holds what cannot be read from the board: which tickets were
// open, which creates were started, what a person has to acknowledge.
//
// [Report] says what happened to each key, and lists what a person should look
// at. [Report.Health] is the most severe of these findings: a run that could
// not see everything is never fine. [Report.Links] are the tickets, with who
// closed them. What waits for a decision is also listed in one ticket, the
// standing ticket, of the provider's own company (Config.OwnCompany).
//
// Use [Desk.Load] and [Desk.Apply] to show a plan first and carry it out later.
//
// # E-mail
//
// By default nobody gets an e-mail. Every write sets processNotifications to
// false, new tickets have automaticEmailContactFlag, -ResourceFlag and -CcFlag
// false, and all text is internal analysis. Config.Mail and Config.Discussion
// change that.
//
// # People
//
// Every ticket is read before it is written. If people have changed what the
// plan was made from, the ticket is left alone; the report calls it drifted.
// The text is composed before the ticket is read. When the server refuses a
// write for the moment, the ticket is read again before the write is repeated.
// A summary, company, priority, impact or severity that differs from what the
// desk wrote is a person's edit and is never written again; Report.Edited
// counts such tickets. A summary that the server itself changed is not a
// person's edit. Tickets moved to another board are closed and reopened with
// that board's statuses (Config.Boards), or held. With Config.VerifyStatus a
// ticket that has an owner, resources or time on it is not closed: it gets that
// status, for a person to check.
//
// A ticket that people renamed, moved, copied, or merged into an open one
// remains the problem's ticket, even if its marker was cleared. A deleted
// ticket is created again, once for each deletion. While a ticket that people
// converted to a project ticket is open, the desk leaves it alone. When a
// person writes "released" in place of the marker, the desk never touches that
// ticket again. When the server refuses to reopen a ticket, the desk creates a
// new one that names the old one. A field that the server refuses is left out
// and reported; the rest is written.
//
// # An older tool
//
// With Config.Adopt the desk adopts the open tickets of an older tool: it
// writes only the marker. A ticket that holds another tool's reference, belongs
// to another company or was entered by somebody else is held, and no second
// ticket is created. If the older tool still changes our tickets, the desk
// writes nothing until a person has stopped that tool and acknowledged the
// stop. Then the desk takes back the tickets that the tool closed or rewrote.
//
// # Where tickets go
//
// Config.Routes choose the board, status, priority, fields and visibility of a
// new ticket by customer, class, kind and severity, or decide that there is no
// ticket. The first route that fits counts. Tickets are found on every board.
// Config.Fields and Config.Prepare set any other field.
//
// Problems of customers without a company are held, unless a row "*" of the
// mapping names a company for all other customers, or Config.Onboard creates
// one (package onboard).
//
// # Before the first write
//
// New refuses a configuration that cannot work. Desk.Home returns the names
// that the desk uses. Package setup tells to whom the board would send e-mail.
// It can also try everything on a test ticket of the provider's own company,
// and list what the tenant's workflow rules changed.
//
// # The order of writes
//
// A new ticket is one POST with marker and text. Before the first create of a
// run the desk lists our tickets that were created or changed since the plan
// was made, so that a ticket whose creation was not confirmed is found and not
// created again. After the last create it lists them again: if two writers
// created a ticket for one key at the same time, the writer of the newer ticket
// closes it, unless somebody has touched it.
//
// A change has these steps: compose the text; GET the ticket, and stop if it
// has drifted; PATCH fields, status and marker with the note flag p (pending);
// POST the note, whose last line is "ref cdk1-" and the id of the action; PATCH
// the marker with the flag n. If a ticket has the flag p from an earlier run,
// the desk first reads its notes, writes the note only if that line is missing,
// and clears the flag.
//
// A run ends after three failures in a row that would go on: keys that are
// refused, the same missing permission, or a server that hangs.
//
// docs/marker.md describes the marker byte by byte. docs/repair.md describes
// how to repair a board by hand.
//
// # The promise
//
// The promise assumes one writer for each owner, an atomic PATCH, and writes
// that appear in reads within Config.Settle. Then no request with an unknown
// outcome is repeated before a look-up, and nothing is lost. One complete run
// that starts at least Settle after the last write leaves exactly one open
// ticket for each issue and one note for each action. With two writers, at
// least one ticket is open when both have ended, and the first run that starts
// Settle later leaves exactly one; a second note is possible. After the memory
// was lost, the next run lists the open tickets again. At most one duplicate
// can appear for each create that was not finished; a later run closes it.
//
// The Date header of the service desk's answers corrects Config.Now, so a wrong
// clock on this machine changes no decision. The report says how far off it is.
//
// # Limits
//
// Configurations and files are attached once, after the writes that the promise
// covers. If a run is interrupted in between, they stay missing: remembering
// them would need one more write for each ticket, and looking for them needs a
// permission (Manage Documents) that attaching does not need. The action log
// shows them as a "before" without its "after". Files that could not be
// attached are in [Result].Unattached.
//
// Custom fields are written all at once. So with Config.MarkerField, a change
// that somebody else makes to another custom field in the second or two between
// the desk's read and its write is lost.
//
// Nothing is created while the server hides the marker, or while an open ticket
// of ours is missing from the list (reconcile.Board.Partial). A key whose
// create was not answered waits until its ticket is seen, or until [Late] has
// passed. Nothing is created while a stop stands, either: the server did not
// keep the marker of a new ticket, or more open tickets have disappeared at
// once than people are likely to have deleted.
package desk

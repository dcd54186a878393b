// Package desk is a ConnectWise service board as reconcile sees it: it loads
// the board's tickets and applies plans to them.
//
//	d, err := desk.New(ctx, client, desk.Config{Board: "Service Desk"})
//	board, err := d.Load(ctx, at, policy.Horizon())
//	plan, err := reconcile.Diff(observation, board, policy)
//	report, err := d.Apply(ctx, plan, desk.Compose(compose))
//
// # Nobody is mailed
//
// Every write says processNotifications false, new tickets carry
// automaticEmailContactFlag, -ResourceFlag and -CcFlag false, and all text is
// internal analysis. Config.Mail and Config.Discussion change that. Merging
// cannot be done silently, so it needs Config.Mail.
//
// # People
//
// Every ticket is read before it is written, and left alone when people have
// changed what the plan was made from: the report calls that drifted. A summary,
// company or priority that is not what we wrote is somebody's edit and is never
// written again; Report.Edited counts them. Tickets moved to another board are
// closed and reopened with that board's statuses (Config.Boards), or held. With
// Config.VerifyStatus a ticket that has an owner, resources or time on it is not
// closed but given to be verified.
//
// A ticket that people renamed, moved, merged into an open one or copied stays
// the problem's ticket. One that was deleted is made again once; one that was
// converted to a project ticket is taken over by a person (Config.Projects). A
// ticket that the server refuses to reopen is followed by a new one that names
// it.
//
// Config.Claim takes over the open tickets of an older tool: one PATCH of the
// marker, nothing else. One that holds a foreign reference is held, one of
// another company is skipped, and for neither is a second ticket made.
//
// # Where tickets go
//
// Config.Routes choose by customer, class, kind and severity the board, status,
// priority, fields and readers of a new ticket, or that there is none; the first
// that fits decides, and tickets are found on every board. Config.Fields and
// Config.Prepare fill any other field of it.
//
// Problems of customers without a company are held, unless Desk.Assign gives
// them to Config.FallbackCompany. [Held] turns what is held into one standing
// ticket. Desk.PlanCompanies plans companies for customers that have none, for a
// person to agree to; Desk.ApplyCompanies makes them and writes their ids into
// the customers' references.
//
// # Before the first write
//
// New refuses what cannot work. Desk.Settings shows the names it works with,
// Desk.WhoIsMailed whom the board would mail, and Desk.TestTicket tries
// everything on a ticket of the provider's own and lists what the tenant's
// workflow rules changed.
//
// # The marker
//
// What the desk remembers of a ticket stands in the ticket itself, as one line
// in externalXRef (API resource service/tickets, 100 characters) or in the
// custom field that Config.MarkerField names:
//
//	cdk1:<owner ≤10>:<source 4>:<group 7>:<key 24>:<digests 20>:<flags 5>:<written 6>:<absent 6>:<check 2>
//
// One of them, and what it says:
//
//	cdk1:desk-z32b:ezvi:snm4fas:anwyu3lqfbyr62ftiio5izjo:haymtv5f7rhs2kiuaobf:3on01:tow1y0:tots01:tt
//
//	cdk1       the version of the format
//	desk-z32b  the owner: Config.Owner "desk" on the tenant "acme"
//	ezvi       the source, "cove"
//	snm4fas    the customer, "1234"
//	anwyu3...  the key, device "3785154" of that source
//	haymt      the summary as last written
//	v5f7r      the company as last written, "250"
//	hs2ki      the priority as last written, id 8; 00000: never written
//	uaobf      the state of the problem as last written, "D01:failed"
//	3          the severity as last written: high (0 none to 4 critical)
//	o          open; c: closed by us, s: a storm's ticket
//	n          no note pending; p: the last note may be missing
//	01         reopened once (base36)
//	tow1y0     last written at 1795325400 (base36), 2026-11-22 05:30:00 UTC
//	tots01     not seen since 2026-11-21 00:00:01 UTC; 000000: seen
//	tt         the check
//
// Source, group, key, the last part of the owner and the digests are leading
// base32 characters (a-z, 2-7) of SHA-256 hashes: they cannot be read back, but
// those of a known device can be computed (package mark) and
// searched for. The check is that of all before its colon; a marker that fails
// it is damaged, and its ticket is held rather than guessed at. Package mark is
// the format. A ticket that holds anything else there is
// not the desk's and is never written.
//
// # Repairing a board by hand
//
//   - A ticket whose marker is cleared is out of the desk's hands, and if its
//     problem lasts a new one is made. Putting the marker back gives it back.
//   - Of two open tickets of one problem close the younger, or clear its marker.
//   - A damaged marker is replaced by the last one that the action log
//     (Config.Log) has for the ticket. Without a log [mark.Format] makes one of
//     owner, source, group and key, with state o; the missing digests mean that
//     nothing counts as edited and the next run writes what it knows as changed.
//   - A marker on a ticket that another member entered is taken for a copy and
//     held, unless Config.Claim names the member.
//   - A flag p that stays means that a note cannot be written; Report.Settled
//     and the log say why. A person may put n in its place only with a new check.
//   - A board that is Partial run after run hides something: Desk.Load says
//     what can be the reason, and nothing is made meanwhile.
//
// # The order of writes
//
// A new ticket is one POST with marker and text. Before the first one of a run
// our tickets newer than those seen by Load are listed, so that a ticket whose
// creation was not heard of is found and not made again.
//
// A change is: GET the ticket, and leave it alone if it has drifted; PATCH
// fields, status and marker with the note flag p; POST the note, whose last
// line is "ref cdk1-" and the id of the action; PATCH the marker with the flag
// n. A ticket found with a p is settled first: its notes are read, the note is
// written only where that line is missing, and the flag is cleared.
//
// # The promise
//
// With one writer per owner, an atomic PATCH, and writes that show in reads
// within Config.Settle: no request of unknown outcome is repeated before a
// look-up, nothing is lost, and one clean run that starts at least Settle after
// the last write leaves exactly one open ticket per issue and one note per
// action. A run that starts sooner after a crash, or a second writer, may make
// a second ticket or a second note; the plan of the next run lists the ticket,
// and with reconcile.DuplicatesClose the run after the next leaves one.
// Config.Lock keeps a second process out.
//
// The young are told from the old by the server's clock (_info.lastUpdated)
// against Config.Now, so the two should agree to within Settle.
//
// # Limits
//
// Configurations and files are attached once, after the writes that the promise
// is about. Those of a run that is interrupted in between are missing: a ticket
// has nowhere to remember them without one more write for each, and to look for
// them takes a right (Manage Documents) that attaching does not. The action log
// shows them as a "before" without its "after".
//
// Custom fields are written all at once. With Config.MarkerField, what somebody
// else puts into another one between our reading of a ticket and our writing, a
// second or two, is undone.
//
// A board is Partial, and nothing is created, while the outcome of a create may
// not show yet, when the server hides the marker, and when more than
// Config.MaxLoss of our open tickets have vanished since the last Load. Nothing
// more is created either once the server has kept a new ticket without its
// marker.
package desk

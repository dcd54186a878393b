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
// in externalXRef (API resource service/tickets, 100 characters):
//
//	cdk1:<owner ≤10>:<source 4>:<group 7>:<key 24>:<digests 20>:<flags 5>:<written 6>:<absent 6>:<check 2>
//
// Source, group and key are the leading base32 characters (a-z, 2-7) of
// SHA-256 hashes. The digests are four of 5 characters: summary, company,
// priority and state as last written; 00000 is one that was never taken. The
// flags are the severity as written (0 to 4), the state (o open, c closed by
// us, s storm), the note (p pending, n none pending) and the number of reopens
// in base36. Written and absent are Unix seconds in base36, zero for never. The
// check is the beginning of the SHA-256 of all that stands before its colon; a
// marker that fails it is damaged, and its ticket is held rather than guessed
// at. [FormatMarker] and [ParseMarker] are the format. A ticket whose
// externalXRef holds anything else is not the desk's and is never written.
//
// To repair a board by hand: a ticket whose externalXRef is cleared is out of
// the desk's hands, and if its problem lasts a new one is made; putting the
// marker back gives it back. Of two tickets of one problem close the younger.
// A damaged marker can be replaced by the one in the action log (Config.Log). A
// flag p that stays p means that a note cannot be written; the log and
// Report.Settled say why.
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
// is about; those of a run that is interrupted in between are missing.
//
// A board is Partial, and nothing is created, while the outcome of a create may
// not show yet, when the server hides externalXRef, and when more than
// Config.MaxLoss of our open tickets have vanished since the last Load.
package desk

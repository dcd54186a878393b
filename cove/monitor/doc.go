// Package monitor judges backed-up devices and turns a fleet of them into the
// observation that [reconcile.Diff] works on.
//
// # One predicate
//
// [Check] is the only place where a device is judged, for opening tickets and
// for closing them. It is pure: the columns of a device ([cove.Device]), the
// customer it belongs to, the [Rules] and a time give a [Verdict]. A verdict
// is one of three:
//
//   - a problem, with a [Finding] for every source that is bad, or for the
//     device as a whole,
//   - healthy: every source has a good backup that is recent enough,
//   - suppressed, with a reason: neither is proven, or the device is not to be
//     watched, or cannot be classed. It gets no ticket and no ticket of it is
//     closed.
//
// Only the sources in column I78 count, each on its own; the columns over all
// sources hide a source that died behind one that lives. A session that is
// running is judged by the last completed one. Session statuses are read so:
//
//	0  None                  nothing to judge by: good only by age, so suppressed or stale
//	1  InProcess             running: the last completed session counts
//	2  Failed                failed
//	3  Aborted               failed
//	4  Unknown               nothing to judge by
//	5  Completed             good, unless its age or its error count says otherwise
//	6  Interrupted           interrupted: it resumes by itself
//	7  NotStarted            missed
//	8  CompletedWithErrors   errors
//	9  InProgressWithFaults  running
//	10 OverQuota             over quota
//	11 NoSelection           nothing selected
//	12 Restarted             running
//	13 and above             nothing to judge by
//
// # Severity and State
//
// Past the limit of its class (26 hours for servers, 10 days for workstations,
// 14 days for Documents devices, 12 hours for Microsoft 365) a problem is low;
// from 7, 14 and 30 days without a good backup it is medium, high and critical.
// Each source rises by its own age, one without any good backup too.
// A device without contact is offline, which is a kind of its own: servers and
// tenants are reported after 3 days, workstations are suppressed after 30, and
// the age of their backups counts up to the last contact only.
//
// Where the rules ask for it, two more things are judged about a device as a
// whole: whether its cloud storage and its LocalSpeedVault are in sync
// ([ClassRules].Storage), and whether it can be recovered, as far as recovery
// tests tell ([ClassRules].Recovery).
//
// [Verdict].State and [Verdict].Summary hold no count, age or time: they stay
// the same from run to run until the problem changes, and with them the ticket.
//
// # Texts
//
// A ticket is called "COVE SVR SRV-FS01 #2345678 - Files failed": class, name and
// account id of the device, and what is wrong with which backup source (Files,
// System State, SQL, Exchange and so on). SVR is a server, WKS a workstation, DOC
// a workstation that only backs up documents, 365 a Microsoft 365 tenant. Stale
// means that the last good backup is older than the rules allow. Its first two
// lines say what is wrong, since when, and what to do first.
//
// One table of conditions holds all that is said about each: the words of the
// summary, the first line, the words for customers, the rule, the first step,
// what ends it. Whatever came from a device, a customer or an error stands in
// texts on one line, without secrets and control characters, and can form
// neither markup nor a link.
//
// # The whole job
//
// [New] makes a monitor for a desk:
//
//	m := monitor.New(client, monitor.DefaultRules())
//	report, err := d.Sync(ctx, m)
//
// A look reads customers and devices in a handful of calls and judges every
// device. The text of an action is written when it is about to be carried out,
// and for no other: only then are a device's session errors read, with one call,
// and its account, with one call for a device or two for a customer with several.
// A ticket that stands for many devices needs none.
//
// [Monitor.Fleet] holds what was seen: [Fleet.Explain] says why a device got its
// verdict, [Fleet.WriteDevices] and [Fleet.WriteActions] write lists,
// [Fleet.History] gives 28 days of every device, [Fleet.Compare] compares with
// the lists of the PowerShell tool SyncTickets. [Collect] and [Judge] make a
// Fleet without a desk.
//
// # Rules
//
// [DefaultRules] are where to start, [Preset] has the figures of an older tool,
// [LoadRules] reads JSON and names the field that is wrong. Texts are Go
// templates over a [Page] and can be replaced one by one; a template that fails,
// or does not end, is found by [Rules.Validate], not by the first ticket.
package monitor

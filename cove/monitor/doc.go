// Package monitor judges backed-up devices and turns a fleet of them into the
// observation that [reconcile.Diff] works on.
//
// # One judge
//
// [Check] is the only function that judges a device, for opening tickets and
// for closing them. It is pure: the columns of a device ([cove.Device]), its
// customer, the [Rules] and a time give a [Verdict]. A verdict is one of three:
//
//   - a problem, with a [Finding] for every source that is bad, or for the
//     device as a whole;
//   - healthy: every source has a good backup that is recent enough;
//   - suppressed, with a reason: neither is proven, or the device is excluded, or
//     it cannot be classed. No ticket is created or closed for it.
//
// Only the sources in column I78 count, each on its own. The columns over all
// sources are not used, because there a good source hides a failed one. While a
// session runs, the last completed one is judged. Session statuses mean:
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
// A problem is low when it passes the limit of its class: 26 hours for servers,
// 10 days for workstations, 14 days for Documents devices, 12 hours for
// Microsoft 365. After 7, 14 and 30 days without a good backup it is medium,
// high and critical. The severity of each source rises with its own age, even
// if it never had a good backup. A device without contact is offline, a kind of
// its own: servers and tenants are reported after 3 days; workstations are
// suppressed after 30 days, and the age of their backups counts only up to the
// last contact.
//
// Two more checks of a device as a whole are off unless the rules ask for them:
// whether its cloud storage and its LocalSpeedVault are in sync
// ([ClassRules].Storage), and whether recovery tests succeed
// ([ClassRules].Recovery).
//
// [Verdict].State and [Verdict].Summary hold no count, age or time. They stay
// the same from run to run until the problem changes, and so does the ticket.
//
// # Texts
//
// The summary of a ticket is "COVE SVR SRV-FS01 #2345678 - Files failed":
// class, name and account id of the device, and what is wrong with which backup
// source (Files, System State, SQL, Exchange and so on). SVR is a server, WKS a
// workstation, DOC a workstation that only backs up documents, 365 a Microsoft
// 365 tenant. Stale means that the last good backup is older than the rules
// allow. The first two lines of the text say what is wrong, since when, and
// what to do first.
//
// One table of conditions holds every phrase about each condition: the words of
// the summary, the first line, the words for customers, the rule, the first
// step, what ends it. Text from a device, a customer or an error is always on
// one line, without secrets and control characters, and can become neither
// markup nor a link.
//
// # The whole job
//
// [New] makes a monitor for a desk:
//
//	m := monitor.New(client, monitor.DefaultRules())
//	report, err := d.Sync(ctx, m)
//
// A look reads customers and devices in a handful of calls and judges every
// device. Texts are written only for actions that are about to be carried out.
// Only then are a device's session errors read, with one call, and its account,
// with one call for a device or two for a customer with several. The text of a
// storm needs no call.
//
// [Monitor.Fleet] holds what was seen: [Fleet.Explain] says why a device got
// its verdict, [Fleet.WriteDevices] and [Fleet.WriteActions] write lists,
// [Fleet.History] returns 28 days of every device, and [Fleet.Compare] compares
// with the lists of the PowerShell tool SyncTickets. [Collect] and [Judge] make
// a Fleet without a desk.
//
// # Rules
//
// Start with [DefaultRules]; [Preset] has the figures of an older tool.
// [LoadRules] reads JSON and names the field that is wrong. Texts are Go
// templates over a [Page] and can be replaced one by one. [Rules.Validate]
// finds a template that fails or never ends, before a ticket needs it.
package monitor

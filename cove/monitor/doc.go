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
//   - a problem, with a [Finding] for every source that is bad,
//   - healthy: every source has a good backup that is recent enough,
//   - parked, with a reason: neither is proven. A parked device gets no ticket
//     and no ticket of it is closed.
//
// Only the sources in column I78 count, each on its own; the columns over all
// sources hide a source that died behind one that lives. A session that is
// running is judged by the last completed one. Session statuses are read so:
//
//	0  None                  nothing to judge by: good only by age, so parked or stale
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
// # The whole job
//
// [Collect] reads customers and devices in a handful of calls and judges every
// device. [Fleet.Observation] gives what reconcile compares, once it is known
// which customer is which company. [Fleet.Compose] writes the text of an
// action that is about to be carried out, and of no other.
package monitor

package monitor

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

// A Page is the data of a template. Every member is a finished line, or a part
// of one, without a line break at its end; it is empty when there is nothing to
// say. Text from outside is printable, on one line, without secrets, and
// escaped for markdown.
type Page struct {
	Action reconcile.Action
	// Verdict is nil in the text of a storm, which is about many devices. Its
	// members are not escaped.
	Verdict *Verdict

	// Again says that a problem with an earlier ticket is back, or that it never
	// went away.
	Again string
	// Headline is the first line: what is wrong, since when, and what is good.
	Headline string
	// Step is what to do first; several steps are numbered.
	Step string
	// Contact says whether the device has contact. It also has the number of bad
	// days in a row and the 28-day bar. It is empty for a device without contact.
	Contact string
	// Sessions says how the last session of each bad source ended. Sources whose
	// errors are in Errors are left out.
	Sessions []string
	// Errors are the errors of the last sessions, each with its first file, how
	// many more there are, and its probable cause.
	Errors []string
	// Who names customer, site and device, and says how many of the customer's
	// devices have problems.
	Who string
	// Rule is the rule that was broken, and when severity rises.
	Rule string
	// Ends says what ends the problem, and how to silence it.
	Ends string
	// Before names earlier tickets of the device. Link is the device's address in
	// the console.
	Before string
	Link   string
	// Changes says what has changed since the last note.
	Changes []string
	// Age is how long the problem has lasted. It changes from run to run, so use
	// it in notes only.
	Age string
	// Good names every source with its last good backup, if there are several.
	// RestorePoint is the oldest of those backups. Gap says which source was
	// without a good backup for how long. Passed says which errors were ignored.
	Good         string
	RestorePoint string
	Gap          string
	Passed       string
	// Next says what happens to the ticket when the problem is over but the ticket
	// is not simply closed.
	Next string
	// Details are further facts: sources, hardware, addresses, profile, storage;
	// in the text of a storm the devices.
	Details []string
	// Device is the device's name and Since the time when the problem began; both
	// are safe for customers. Issue says in a few words what is wrong; in the text
	// of a storm it is a sentence.
	Device string
	Since  string
	Issue  string
}

// page collects what is to be said about an action on a device.
func (f *Fleet) page(a reconcile.Action, v *Verdict, list []cove.SessionError, gaps []gap, unread error) Page {
	c := f.rules.clock(f.At)
	p := Page{
		Action: a, Verdict: v, Device: v.name(), Issue: customerText(v.Findings), Headline: headline(v, c), Contact: contactLine(v, c),
		Before: tickets(a.Related), Link: f.link(v), Who: f.who(v), Next: nextLines[a.Recovery], Details: f.details(v, c),
	}
	good := f.good(v)
	switch v.Outcome {
	case Healthy:
		p.Headline += f.recoveredToo(v, c)
		p.RestorePoint, p.Passed = c.full(v.Since), v.Reason
		p.Good = where(len(good) > 1, "Last good: "+goodText(good, " ", "", c))
		p.Gap = gapText(v, gaps, c)
	case Problem:
		p.Headline += where(len(good) > 0, " "+goodText(good, " backup is good (", ")", c))
		f.problem(&p, list, unread, c)
	}
	return p
}

// problem says what is wrong, and what to do about it.
func (f *Fleet) problem(p *Page, list []cove.SessionError, unread error, c clock) {
	v := p.Verdict
	worst := bySeverity(v.Findings)[0]
	p.Again = againLine(&p.Action, c)
	cause := f.oneCause(v, list)
	p.Headline = where(cause != "", strings.ToUpper(cause)+": every service of the tenant fails for this one reason. ") + p.Headline
	lines, steps := f.errorLines(v, list)
	if p.Errors = lines; unread != nil {
		p.Errors = append(p.Errors, "The session errors could not be read: "+text.Markdown(cleanError(unread.Error())))
	}
	switch {
	case len(lines) == 0:
		steps = v.steps()
	case len(steps) == 0:
		steps = []string{"look up the error below on the device; its backup manager has the rest"}
	}
	p.Step = stepLine(steps)
	var explained cove.DataSourceSet
	for i := range list {
		explained |= cove.DataSourcesOf(list[i].Source)
	}
	for _, x := range v.Findings {
		if line := sessionLine(&x); line != "" && !explained.Has(x.Source) {
			p.Sessions = append(p.Sessions, line)
		}
	}
	p.Rule, p.Ends = f.ruleLine(v, c), endsLine(v, f.rules.Silence)
	p.Changes = changeLines(p.Action, v)
	if since := cmp.Or(worst.LastGood, worst.Since); worst.Condition == Offline {
		p.Age = length(f.At.Sub(worst.Since)) + " without contact."
	} else if worst.Source != 0 && !since.IsZero() {
		p.Age = length(f.At.Sub(since)) + " without a good " + sourceName(worst.Source) + " backup."
	}
	began := v.began()
	p.Since = where(!began.IsZero(), c.full(began))
}

// steps returns what to do first about the highest condition. When there is no
// recent backup or none at all, the status of the last session says more than
// the condition.
func (v *Verdict) steps() (steps []string) {
	for _, f := range grouped(v.Findings, sameCondition)[0] {
		row := f.Condition.row()
		if last := statusConditions[f.Status]; last != Good && (f.Condition == Stale || f.Condition == Never) {
			row = last.row()
		}
		steps = append(steps, cmp.Or(where(v.Class == ClassM365, row.tenant), row.step))
	}
	slices.Sort(steps)
	return slices.Compact(steps)
}

// stepLine writes what to do first: "First step: x." or "First step: 1. x. 2. y.".
func stepLine(steps []string) string {
	line := "First step:"
	for i, step := range steps {
		line += where(len(steps) > 1, " "+strconv.Itoa(i+1)+".") + " " + step + "."
	}
	return line
}

// name is the device's name as it stands in a note.
func (v *Verdict) name() string {
	return cmp.Or(text.Markdown(deviceName(v.Device)), "device "+strconv.FormatInt(v.Device.ID, 10))
}

// customerText says what is wrong in the words of the table for customers: "the
// last backup failed (Files)".
func customerText(findings []Finding) string {
	return joined(grouped(findings, sameCondition), "; ", func(group []Finding) string {
		headline, names := group[0].Condition.row().headline, namesOf(group)
		return strings.ToLower(headline[:1]) + headline[1:] + where(names != nil, " ("+listed(names)+")")
	})
}

// againLine says what happened to the problem's last ticket.
func againLine(a *reconcile.Action, c clock) string {
	on := where(!a.Since.IsZero(), " on "+c.short(a.Since)) + "."
	switch {
	case a.Code == reconcile.CodeLasting:
		return "THE PROBLEM NEVER WENT AWAY since ticket " + tickets(a.Related[:min(1, len(a.Related))]) + " was closed" + on
	case a.Code == reconcile.CodeNotDone:
		return "THE PROBLEM IS STILL THERE although the ticket's status says it is done."
	case a.Code == reconcile.CodeReturned:
		return "THE PROBLEM IS BACK. Its end had been noted" + on
	case a.Kind == reconcile.Reopen, a.Code == reconcile.CodeRecurred:
		return "THE PROBLEM IS BACK. Its ticket had been closed" + on
	}
	return ""
}

// nextLines say what becomes of a ticket whose problem is over, unless it is
// simply closed.
var nextLines = map[reconcile.Recovery]string{
	reconcile.RecoveryNote:   "The ticket is left as it is: close it when your work is done.",
	reconcile.RecoveryVerify: "The ticket is not closed yet: it goes to the status in which people check. Please check, then close it.",
}

// recoveredToo says what else is good that the rules ask for beyond backups.
func (f *Fleet) recoveredToo(v *Verdict, c clock) string {
	d, cr := v.Device, f.rules.Class(v.Class)
	vault, _ := vaultStatus(d)
	_, good, tested, _ := recoveryOf(d)
	return where(cr.Storage && (d.StorageStatus != cove.SyncUndefined || vault != cove.SyncUndefined), " No storage has failed to synchronize.") +
		where(cr.Recovery > 0 && tested, " The last good recovery test was "+c.short(good)+".")
}

// good lists the sources that have nothing wrong with them.
func (f *Fleet) good(v *Verdict) (list []Finding) {
	if v.Kind == Offline || v.Outcome == Suppressed {
		return nil
	}
	j := judgeOf(v, &f.rules, f.At)
	for s := range (v.Device.Sources &^ total).All() {
		if finding, reason := j.source(s); finding.Condition == Good && reason == "" {
			list = append(list, finding)
		}
	}
	return list
}

func goodText(good []Finding, before, after string, c clock) string {
	return joined(good, ", ", func(f Finding) string { return sourceName(f.Source) + before + c.short(f.LastGood) + after }) + "."
}

// who names the customer, the device and the customer's devices with problems.
func (f *Fleet) who(v *Verdict) string {
	d := v.Device
	site, alias, of := (&Customer{Name: v.Customer.Site}).short(), plainName(d.Alias), f.devices[v.Customer.ID]
	machine := v.Class != ClassM365 && (d.Physicality == cove.Physical || d.Physicality == cove.Virtual)
	return text.Markdown(v.Customer.short()) + where(site != "", " / "+text.Markdown(site)) + ", " + v.name() +
		where(alias != "" && alias != deviceName(d), `, called "`+text.Markdown(alias)+`"`) +
		", " + where(machine, strings.ToLower(string(d.Physicality))+" ") + v.Class.name(2) +
		where(of > 1, fmt.Sprintf("; %d of %d devices of this customer in trouble", f.troubled[v.Customer.ID], of))
}

// ruleLine says which rule was broken, and when severity rises.
func (f *Fleet) ruleLine(v *Verdict, c clock) string {
	worst := grouped(v.Findings, func(a, b *Finding) bool { return sameCondition(a, b) && a.Limit == b.Limit })[0]
	rule := v.Class.name(2) + ", " + v.fill(worst[0].Condition.row().rule, worst, c.short) + ". Severity " + v.Severity.String()
	frozen := judgeOf(v, &f.rules, f.At).until
	for _, t := range f.rules.SeverityAges.list() {
		from := v.rises(t.age)
		switch {
		case t.age == 0 || t.severity <= v.Severity || from.IsZero():
		case v.Kind != Offline && f.At.Sub(frozen) > day:
			return rule + "; it does not rise while there is no contact."
		case from.After(f.At):
			rule += ", " + t.severity.String() + " from " + c.day(from)
		}
	}
	return rule + "."
}

// rises returns when the first finding reaches an age if nothing changes and
// the device stays in contact; zero when none becomes more severe with age.
func (v *Verdict) rises(age time.Duration) (first time.Time) {
	for _, f := range v.Findings {
		if from := f.Rises; !from.IsZero() && (first.IsZero() || from.Add(age).Before(first)) {
			first = from.Add(age)
		}
	}
	return first
}

// endsLine says what ends the problem.
func endsLine(v *Verdict, silence string) string {
	worst := bySeverity(v.Findings)[:1]
	ends := v.fill(worst[0].Condition.row().ending, worst, nil)
	switch n := len(v.Findings); {
	case n > 1 && v.Findings[n-1].Source == 0:
		ends = "when all of this is good again"
	case n > 1:
		ends = "when every backup source has a good backup again"
	}
	return "Ends by itself " + ends + "." + where(silence != "", " To silence: "+silence+".")
}

// tickets lists tickets, "#70001, #69002".
func tickets(ids []int64) string {
	return joined(ids, ", ", func(id int64) string { return "#" + strconv.FormatInt(id, 10) })
}

func (f *Fleet) link(v *Verdict) string {
	link := f.rules.SystemsLink
	if v.Class == ClassM365 {
		link = f.rules.M365Link
	}
	return strings.ReplaceAll(link, "{id}", strconv.FormatInt(v.Device.ID, 10))
}

// changeLines says what an update writes, and why now.
func changeLines(a reconcile.Action, v *Verdict) []string {
	var lines []string
	for _, change := range a.Changes {
		switch change.Field {
		case reconcile.FieldSeverity:
			lines = append(lines, "Severity: "+change.New+", was "+change.Old+".")
		case reconcile.FieldState:
			lines = append(lines, "Now: "+issueText(v.Findings)+".")
		case reconcile.FieldCompany:
			lines = append(lines, "The customer is matched with another company now.")
		}
	}
	return lines
}

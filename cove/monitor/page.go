package monitor

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/reconcile"
)

// A Page is what a template has to write with. Every member is a finished line
// or part of one, without a line break at its end, and empty where there is
// nothing to say.
type Page struct {
	Action reconcile.Action
	// Verdict is nil in the text of a storm, which is about many devices.
	Verdict *Verdict

	// Headline is the first line: what is wrong since when, and what is good.
	Headline string
	// Contact is the state of the device, with how many bad days there were in
	// a row and the 28-day bar. Empty for a device out of contact.
	Contact string
	// Sessions says, per bad source, how the last session ended. It leaves out
	// sources whose errors are among Errors.
	Sessions []string
	// Errors are the errors of the last sessions, each with its first file, how
	// many more there are, what it probably means and what to do first.
	Errors []string
	// Who names customer, site and device, and how many devices of the
	// customer are in trouble.
	Who string
	// Rule is the rule that was broken and when severity rises.
	Rule string
	// Ends says what ends the problem and how to silence it.
	Ends string
	// Before names earlier tickets of the device; Link is the console address of
	// the device.
	Before string
	Link   string
	// Changes says what is different from the last note.
	Changes []string
	// Age is how long the gravest problem lasts. It changes from run to run and
	// belongs in notes only.
	Age string
	// Step is what to do first where no error was read that tells it.
	Step string
	// Good names every source with its last good backup, where there are
	// several; RestorePoint is the oldest of them. Gap tells how long which
	// source was without a good backup.
	Good         string
	RestorePoint string
	Gap          string
	// Details are the facts below the fold: sources, hardware, addresses,
	// profile, storage.
	Details []string
	// Device is the device's name, Since when the trouble began, or the restore
	// point of a device that recovered; both are safe for customers.
	// Issue is what is wrong in a few words, as in the summary; in the text of a
	// storm it is a sentence.
	Device string
	Since  string
	Issue  string
}

// page gathers what is to be said about an action on a device.
func (f *Fleet) page(a reconcile.Action, v *Verdict, list []cove.SessionError, gaps []gap, unread error) Page {
	d, c := v.Device, f.rules.clock(f.At)
	p := Page{Action: a, Verdict: v, Device: deviceName(d), Issue: issueText(v.Findings)}
	p.Headline = headline(v, c)
	good := f.good(v)
	if v.Outcome == Problem && len(good) > 0 {
		p.Headline += " " + goodText(good, c)
	}
	if v.Outcome == Healthy {
		p.Headline += f.recoveredToo(v, c)
	}
	p.Contact = contactLine(v, c)
	var explained cove.DataSourceSet
	for i := range list {
		explained |= cove.DataSourcesOf(list[i].Source)
	}
	for i := range v.Findings {
		if line := sessionLine(&v.Findings[i]); line != "" && !explained.Has(v.Findings[i].Source) {
			p.Sessions = append(p.Sessions, line)
		}
	}
	p.Errors = f.errorLines(v, list)
	if cause := f.oneCause(v, list); cause != "" {
		p.Headline = strings.ToUpper(cause) + ": every service of the tenant fails for this one reason. " + p.Headline
	}
	if unread != nil {
		p.Errors = append(p.Errors, "The session errors could not be read: "+literal(cleanError(unread.Error())))
	}
	p.Who = f.who(v)
	p.Rule = f.ruleLine(v, c)
	p.Ends = endsLine(v, f.rules.Silence)
	p.Before = tickets(a.Related)
	p.Link = f.link(v)
	p.Changes = changeLines(a, v)
	p.Age = ageLine(v, f.At)
	if v.Outcome == Healthy && len(good) > 0 {
		p.Good = lastGoodText(good, c)
		p.RestorePoint = c.full(v.Since)
		p.Gap = gapText(v, gaps, c)
	}
	if began := v.began(); !began.IsZero() {
		p.Since = c.full(began)
	}
	if len(list) == 0 {
		p.Step = stepLine(v)
	}
	p.Details = f.details(v, c)
	return p
}

// recoveredToo says what the rules ask for beyond backups and is good as well.
func (f *Fleet) recoveredToo(v *Verdict, c clock) string {
	said, d, cr := "", v.Device, f.rules.Class(v.Class)
	if vault, _ := vaultStatus(d); cr.Storage && (d.StorageStatus != cove.SyncUndefined || vault != cove.SyncUndefined) {
		said = " No storage has failed to synchronize."
	}
	if t, tested, _ := recoveryOf(d); cr.Recovery > 0 && tested {
		said += " The last good recovery test was " + c.short(t.good) + "."
	}
	return said
}

// bySeverity orders findings for reading: the gravest condition first.
func bySeverity(findings []Finding) []Finding {
	sorted := slices.Clone(findings)
	slices.SortStableFunc(sorted, func(a, b Finding) int { return int(b.Condition) - int(a.Condition) })
	return sorted
}

// headline says what is wrong since when.
func headline(v *Verdict, c clock) string {
	if v.Outcome == Healthy {
		return "RECOVERED: every source has a good backup."
	}
	if v.Outcome == Parked {
		if seen := contactOf(v.Device); v.State == Offline.String() && !seen.IsZero() {
			return "NO CONTACT SINCE " + c.full(seen) + "."
		}
		if v.ReplacedBy != 0 {
			return "PROBABLY REPLACED by device #" + strconv.FormatInt(v.ReplacedBy, 10) + " of the same name, which is backed up."
		}
		return "NO VERDICT: " + v.Reason + "."
	}
	var said, never []string
	var created time.Time
	when := c.full // the zone is named once
	findings := bySeverity(v.Findings)
	for i := 0; i < len(findings); {
		f := findings[i]
		if f.Condition == Never {
			never, created = append(never, sourceName(f.Source)), f.Since
			i++
			continue
		}
		names := []string{sourceName(f.Source)}
		for i++; i < len(findings) && findings[i].Condition == f.Condition && c.short(findings[i].LastGood) == c.short(f.LastGood); i++ {
			names = append(names, sourceName(findings[i].Source))
		}
		said = append(said, headlineOf(v.Device, &f, names, when, c.short))
		when = c.short
	}
	if len(never) > 0 {
		said = append(said, "NEVER BACKED UP: "+strings.Join(never, ", ")+". Device created "+when(created)+".")
	}
	return strings.Join(said, " ")
}

// headlineOf is the sentence of one finding, or of several that are alike but
// for their sources. It writes its first time with first, any further one with
// then.
func headlineOf(d *cove.Device, f *Finding, sources []string, first, then func(time.Time) string) string {
	plain := strings.Join(sources, ", ")
	name := strings.ToUpper(plain)
	since := ""
	if !f.LastGood.IsZero() {
		since = " since " + first(f.LastGood)
	}
	switch {
	case f.Condition == OutOfSync:
		return "STORAGE OUT OF SYNC: " + storageText(d) + "."
	case f.Condition == Untested:
		return recoveryText(f, first)
	case f.Condition == Offline && contactOf(d).IsZero():
		return "NEVER CONNECTED SINCE IT WAS CREATED, " + first(f.Since) + "."
	case f.Condition == Offline && f.LastGood.IsZero():
		return "NO CONTACT SINCE " + first(f.Since) + ". It was never backed up."
	case f.Condition == Offline:
		return "NO CONTACT SINCE " + first(f.Since) + ". Last good backup " + then(f.LastGood) + "."
	case f.Condition == NoSelection && f.Source == 0 && f.LastGood.IsZero():
		return "NOTHING IS SELECTED FOR BACKUP, and never was."
	case f.Condition == NoSelection && f.Source == 0:
		return "NOTHING IS SELECTED FOR BACKUP. Last good backup " + first(f.LastGood) + "."
	case f.Condition == NoSelection:
		return "NOTHING IS SELECTED FOR " + name + ": no good backup" + since + "."
	case f.Condition == OverQuota:
		return "OVER QUOTA: no good " + plain + " backup" + since + "."
	case f.Condition == Errors && f.LastGood.IsZero():
		return name + " BACKUP HAS ERRORS, and was never without."
	case f.Condition == Errors:
		return name + " BACKUP HAS ERRORS. Last successful " + first(f.LastGood) + "."
	case f.LastGood.IsZero():
		return "NO GOOD " + name + " BACKUP YET."
	}
	return "NO GOOD " + name + " BACKUP SINCE " + first(f.LastGood) + "."
}

// A goodSource is a source with a backup that is good.
type goodSource struct {
	source cove.DataSource
	last   time.Time
}

// good lists the sources that have nothing wrong with them.
func (f *Fleet) good(v *Verdict) []goodSource {
	var list []goodSource
	if v.Kind == Offline || v.Outcome == Parked {
		return nil
	}
	cr := f.rules.Class(v.Class)
	for s := range v.Device.Sources.All() {
		st, ok := statsOf(v.Device, s)
		if !ok || s == cove.SourceTotal {
			continue
		}
		if finding, reason := judgeSource(v.Device, s, st, &f.rules, cr, f.At, v.ignored.Has(s)); finding.Condition == Good && reason == "" {
			list = append(list, goodSource{s, st.LastSuccess})
		}
	}
	return list
}

func goodText(good []goodSource, c clock) string {
	said := make([]string, len(good))
	for i, g := range good {
		said[i] = sourceName(g.source) + " is good (" + c.short(g.last) + ")"
	}
	return strings.Join(said, ", ") + "."
}

// lastGoodText names the last good backups of a device with several sources.
func lastGoodText(good []goodSource, c clock) string {
	if len(good) < 2 {
		return ""
	}
	said := make([]string, len(good))
	for i, g := range good {
		said[i] = sourceName(g.source) + " " + c.short(g.last)
	}
	return "Last good: " + strings.Join(said, ", ") + "."
}

// contactLine says whether the device is there and how its days went. Of a
// device out of contact the headline says it, and its days end somewhere.
func contactLine(v *Verdict, c clock) string {
	if v.Kind == Offline || v.State != "" && v.Outcome == Parked {
		return ""
	}
	var said []string
	seen := contactOf(v.Device)
	switch {
	case seen.IsZero():
		said = append(said, "Device was never in contact.")
	case v.Class == ClassM365:
		said = append(said, "Last report "+c.short(seen)+".")
	case c.now.Sub(seen) > day:
		said = append(said, "Device last in contact "+c.short(seen)+".")
	default:
		said = append(said, "Device online (contact "+c.short(seen)+").")
	}
	bar, bad := v.bar()
	switch {
	case bad < 2:
	case v.Kind == Errors:
		said = append(said, strconv.Itoa(bad)+" days in a row with errors.")
	case v.Kind == Failed && v.Class == ClassServer:
		said = append(said, strconv.Itoa(bad)+" failed nights in a row.")
	case v.Kind == Failed:
		said = append(said, strconv.Itoa(bad)+" failed days in a row.")
	}
	if letters := barText(bar); letters != "" {
		said = append(said, "Last "+strconv.Itoa(len(letters))+" days, newest right: "+letters)
	}
	return strings.Join(said, " ")
}

// bar is the colour bar of the gravest finding, or of all sources, and its bad
// days in a row.
func (v *Verdict) bar() (cove.ColorBar, int) {
	for _, f := range bySeverity(v.Findings) {
		if st, ok := statsOf(v.Device, f.Source); ok && f.Source != 0 {
			return st.ColorBar, f.BadDays
		}
	}
	return v.Device.Total.ColorBar, 0
}

// sessionLine says how the last session of a bad source ended.
func sessionLine(f *Finding) string {
	if f.Source == 0 || f.Status == cove.StatusNone && f.Errors == 0 {
		return ""
	}
	line := sourceName(f.Source) + ": last session " + statusText(f.Status)
	switch {
	case f.Condition == Stale && f.Status == cove.StatusCompleted && !f.Running:
		line = sourceName(f.Source) + ": the last session completed, none has followed"
	case f.Running:
		line = sourceName(f.Source) + ": a session is running; the last one " + statusText(f.Status)
	}
	if f.Errors > 0 {
		line += ", " + errorsText(f.Errors)
	}
	return line + "."
}

func errorsText(n int64) string {
	if n == 1 {
		return "1 error"
	}
	return strconv.FormatInt(n, 10) + " errors"
}

// statusText says in words how a session ended.
func statusText(s cove.SessionStatus) string {
	switch s {
	case cove.StatusFailed:
		return "failed"
	case cove.StatusAborted:
		return "was aborted"
	case cove.StatusCompleted:
		return "completed"
	case cove.StatusCompletedWithErrors:
		return "completed with errors"
	case cove.StatusInterrupted:
		return "was interrupted"
	case cove.StatusNotStarted:
		return "did not start (the machine was off or could not be reached)"
	case cove.StatusOverQuota:
		return "was stopped by the quota"
	case cove.StatusNoSelection:
		return "had nothing selected"
	case cove.StatusNone:
		return "is not known"
	}
	return "has the status " + s.String()
}

// who names the customer, the device and the customer's devices in trouble.
func (f *Fleet) who(v *Verdict) string {
	d := v.Device
	who := v.Customer.short()
	if v.Customer.Site != "" {
		who += " / " + plainName(mailSuffix.ReplaceAllString(v.Customer.Site, ""))
	}
	who += ", " + deviceName(d)
	if alias := plainName(d.Alias); alias != "" && alias != deviceName(d) {
		who += ` "` + alias + `"`
	}
	kind := v.Class.String()
	switch {
	case v.Class == ClassM365:
		kind = "Microsoft 365 tenant"
	case v.Class == ClassDocuments:
		kind = "workstation (documents only)"
	case d.Physicality == cove.Physical:
		kind = "physical " + kind
	case d.Physicality == cove.Virtual:
		kind = "virtual " + kind
	}
	who += ", " + kind
	of := f.devices[v.Customer.ID]
	if of > 1 {
		who += "; " + strconv.Itoa(f.troubled[v.Customer.ID]) + " of " + strconv.Itoa(of) + " devices in trouble"
	}
	return who
}

// ruleLine states the rule and the days from which severity is higher.
func (f *Fleet) ruleLine(v *Verdict, c clock) string {
	if v.Outcome != Problem {
		return ""
	}
	worst := bySeverity(v.Findings)[0]
	rule := v.Class.String() + ", "
	if v.Class == ClassM365 {
		rule = "Microsoft 365, "
	}
	name := sourceName(worst.Source)
	switch worst.Condition {
	case Offline:
		rule += "no contact for more than " + duration(worst.Limit)
	case NoSelection:
		rule += "nothing selected for backup"
	case Errors:
		rule += name + " with errors"
	case Never:
		rule += name + " never backed up"
	case Stale:
		rule += name + " older than " + duration(worst.Limit)
	case OutOfSync:
		rule += "a storage failed to synchronize"
	case Untested:
		rule += "recovery test failed, or last good one older than " + duration(worst.Limit)
	default:
		rule += name + " " + worst.Condition.words() + ", or older than " + duration(worst.Limit)
	}
	rule += ". Severity " + v.Severity.String()
	for _, t := range f.rules.Tiers.list() {
		if from := f.rises(v, t); t.severity > v.Severity && from.After(f.At) {
			rule += ", " + t.severity.String() + " from " + c.day(from)
		}
	}
	return rule + "."
}

// rises is when the first of the findings reaches a tier, if nothing changes
// and the device stays in contact; zero for none that grows graver with age.
func (f *Fleet) rises(v *Verdict, t tier) time.Time {
	var first time.Time
	for i := range v.Findings {
		x := &v.Findings[i]
		since := x.LastGood
		if x.Condition == Offline || since.IsZero() {
			since = x.Since
		}
		switch {
		case since.IsZero(), x.Condition == Errors, x.Condition == OutOfSync, x.Condition == Untested,
			x.Condition == Never && !v.Device.Total.LastSuccess.IsZero():
			continue
		}
		if from := since.Add(t.age); first.IsZero() || from.Before(first) {
			first = from
		}
	}
	return first
}

// endsLine says what ends the problem.
func endsLine(v *Verdict, silence string) string {
	if v.Outcome != Problem {
		return ""
	}
	worst := bySeverity(v.Findings)[0]
	line := "Ends by itself after the next good " + sourceName(worst.Source) + " backup."
	switch {
	case worst.Condition == Offline:
		line = "Ends by itself after the next contact with a good backup of every source."
	case len(v.Findings) > 1 && v.Findings[len(v.Findings)-1].Source == 0:
		line = "Ends by itself when all of this is good again."
	case len(v.Findings) > 1:
		line = "Ends by itself when every source has a good backup again."
	case worst.Condition == OutOfSync:
		line = "Ends by itself when the storage is in sync again."
	case worst.Condition == Untested:
		line = "Ends by itself after the next good recovery test."
	case worst.Source == 0:
		line = "Ends by itself after the next good backup."
	}
	if silence != "" {
		line += " To silence: " + silence + "."
	}
	return line
}

// tickets lists earlier tickets, "#70001, #69002".
func tickets(ids []int64) string {
	said := make([]string, len(ids))
	for i, id := range ids {
		said[i] = "#" + strconv.FormatInt(id, 10)
	}
	return strings.Join(said, ", ")
}

func (f *Fleet) link(v *Verdict) string {
	link := f.rules.SystemsLink
	if v.Class == ClassM365 {
		link = f.rules.M365Link
	}
	return strings.ReplaceAll(link, "{id}", strconv.FormatInt(v.Device.ID, 10))
}

// changeLines say what an update writes, and why now.
func changeLines(a reconcile.Action, v *Verdict) []string {
	var lines []string
	for _, change := range a.Changes {
		switch change.Field {
		case reconcile.FieldSeverity:
			lines = append(lines, "Severity: "+change.New+", was "+change.Old+".")
		case reconcile.FieldState:
			if v.Outcome == Problem {
				lines = append(lines, "Now: "+issueText(v.Findings)+".")
			}
		case reconcile.FieldCompany:
			lines = append(lines, "The customer is matched with another company now.")
		}
	}
	return lines
}

// ageLine says how long the gravest problem lasts.
func ageLine(v *Verdict, at time.Time) string {
	if v.Outcome != Problem {
		return ""
	}
	worst := bySeverity(v.Findings)[0]
	switch {
	case worst.Condition == Offline:
		return length(at.Sub(worst.Since)) + " without contact."
	case worst.Source != 0 && !worst.LastGood.IsZero():
		return length(at.Sub(worst.LastGood)) + " without a good " + sourceName(worst.Source) + " backup."
	}
	return ""
}

// details are the facts that are looked up rather than read.
func (f *Fleet) details(v *Verdict, c clock) []string {
	d := v.Device
	var lines []string
	add := func(name string, values ...string) {
		kept := values[:0]
		for _, value := range values {
			if value = strings.TrimSpace(value); value != "" {
				kept = append(kept, value)
			}
		}
		if len(kept) > 0 {
			lines = append(lines, name+": "+strings.Join(kept, ", "))
		}
	}
	for s := range d.Sources.All() {
		st, ok := statsOf(d, s)
		if !ok || s == cove.SourceTotal {
			continue
		}
		last := "never successful"
		if !st.LastSuccess.IsZero() {
			last = "last good " + c.short(st.LastSuccess)
		}
		status := statusText(st.Status)
		switch {
		case st.Status == cove.StatusNone:
			status = ""
		case st.Status.Running():
			status = "running"
		}
		var errs, size string
		if st.Errors > 0 {
			errs = errorsText(st.Errors)
		}
		if st.SelectedSize > 0 {
			size = "selected " + st.SelectedSize.String()
		}
		add(sourceName(s), status, last, errs, size)
	}
	add("Hardware", d.Manufacturer+" "+d.Model)
	add("OS", d.OS)
	add("Addresses", d.InternalIPs, d.ExternalIPs)
	add("Profile", d.Profile)
	add("Product", d.Product)
	storage := ""
	if d.UsedStorage > 0 {
		storage = d.UsedStorage.String() + " used"
	}
	add("Storage", d.StorageLocation, storage)
	created := ""
	if !d.Created.IsZero() {
		created = "created " + c.day(d.Created)
	}
	add("Account", strconv.FormatInt(d.ID, 10), d.Name, created)
	return lines
}

// detail is the plain paragraph that stands for a text that could not be
// composed.
func (f *Fleet) detail(v *Verdict) string {
	c := f.rules.clock(f.At)
	said := []string{headline(v, c)}
	if contact := contactLine(v, c); contact != "" {
		said = append(said, contact)
	}
	return strings.Join(append(said, f.who(v)+"."), " ")
}

package monitor

import (
	"cmp"
	"io"
	"math"
	"strings"
	"time"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/reconcile"
)

// DevicesName returns the default file name of the list of devices, with the
// date in the PowerShell tool's form:
// "2026-11-23_07-00-00_CoveMonitoring_covedesk.csv".
func DevicesName(at time.Time, format Format) string {
	return at.Format("2006-01-02_15-04-05") + "_CoveMonitoring_covedesk." + string(format)
}

// ActionsName returns the default file name of the list of actions:
// "2026-11-23_07-00-00_CWM_Tickets_covedesk.csv".
func ActionsName(at time.Time, format Format) string {
	return at.Format("2006-01-02_15-04-05") + "_CWM_Tickets_covedesk." + string(format)
}

// A DeviceRow is a line of the list of devices: the columns of the PowerShell
// tool's list, followed by our own Class, State, Summary and Suppressed. Times
// are texts in the zone of the rules.
type DeviceRow struct {
	AccountID, PartnerID, AccountType                                   int64
	DeviceName, ComputerName, DeviceAlias                               string
	PartnerName, EndCustomer, Site, Reference                           string
	Creation, TimeStamp, LastSuccess                                    string
	HoursSinceSuccess                                                   *float64 // of the oldest source; nil: never
	WorstDatasourceName, WorstDatasourceTime, WorstDatasourceStatusName string
	BestDatasourceName, BestDatasourceTime, BestDatasourceStatusName    string
	LastSessionStatus                                                   int64
	LastSessionStatusName, LastSuccessStatusName, DatasourceStatus      string
	LastError                                                           string // only if the session errors have been read
	IsInProcess                                                         bool
	IssueSeverity, IssueDescription                                     string
	SelectedSize, UsedStorage                                           int64
	DataSources, Location, Product                                      string
	ProductID                                                           int64
	Profile                                                             string
	ProfileID                                                           int64
	OS                                                                  string
	OSType                                                              int64
	Physicality, Manufacturer, Model                                    string
	TimezoneOffset                                                      float64
	IPAddress, ExternalIP                                               string
	Class, State, Summary                                               string
	Suppressed                                                          string // why the device is suppressed
}

// WriteDevices lists every device: first those with problems, then the
// suppressed ones with their reason, then the healthy ones with the severity
// "success". Each group is ordered by id.
func (f *Fleet) WriteDevices(w io.Writer, format Format) error {
	var rows []DeviceRow
	for _, outcome := range [...]Outcome{Problem, Suppressed, Healthy} {
		for v := range f.each() {
			if v.Outcome == outcome {
				rows = append(rows, f.deviceRow(v))
			}
		}
	}
	return writeTable(w, format, rows)
}

// ReadDevices reads what [Fleet.WriteDevices] wrote, in either format, even
// after a spreadsheet has saved it, as long as there is a column AccountID. It
// removes the apostrophes that WriteDevices puts before texts that look like a
// formula.
func ReadDevices(r io.Reader) ([]DeviceRow, error) { return readTable[DeviceRow](r, "AccountID") }

// An ActionRow is a line of the list of actions.
type ActionRow struct {
	Action reconcile.Action
	// Ticket is the ticket that was written; set it after a new one is created.
	Ticket int64
	// Company is the name of the company; when it is empty, the list has the id.
	Company string
}

// WriteActions lists actions with the columns of the PowerShell tool's list,
// followed by our own DeviceID and Reason.
func (f *Fleet) WriteActions(w io.Writer, format Format, actions []ActionRow) error {
	type row struct {
		Action                                                                                string
		TicketID                                                                              int64
		TicketSummary, DeviceName, Company, IssueSeverity, IssueDescription, DeviceID, Reason string
	}
	rows := make([]row, len(actions))
	for i, r := range actions {
		a := &r.Action
		x := row{TicketID: cmp.Or(r.Ticket, a.Ticket), TicketSummary: a.Summary, Company: r.Company, DeviceID: a.Key.Subject, Reason: a.Reason()}
		x.Action = cmp.Or(doneWords[a.Kind], string(a.Kind))
		if v := f.find(a); v != nil {
			x.DeviceName, x.DeviceID = cmp.Or(v.Device.Name, deviceName(v.Device)), v.Key().Subject
		}
		if a.Issue != nil {
			x.IssueSeverity, x.Company = a.Issue.Severity.String(), cmp.Or(r.Company, a.Issue.Company)
			_, x.IssueDescription, _ = strings.Cut(a.Issue.Summary, " - ")
		}
		rows[i] = x
	}
	return writeTable(w, format, rows)
}

// doneWords are the PowerShell tool's words for what was done.
var doneWords = map[reconcile.ActionKind]string{
	reconcile.Create: "Created", reconcile.Update: "Updated", reconcile.Close: "Closed", reconcile.Reopen: "Reopened",
}

// deviceRow makes the row of a device in the PowerShell tool's form.
func (f *Fleet) deviceRow(v *Verdict) DeviceRow {
	d, c := v.Device, f.rules.clock(f.At)
	at := func(t time.Time) string {
		return where(!t.IsZero(), t.In(c.now.Location()).Format("2006-01-02 15:04:05")+" ("+c.zone(t)+")")
	}
	row := DeviceRow{
		AccountID: d.ID, PartnerID: d.PartnerID, AccountType: int64(d.AccountType),
		DeviceName: d.Name, ComputerName: d.ComputerName, DeviceAlias: d.Alias,
		PartnerName: d.Customer, EndCustomer: v.Customer.Name, Site: v.Customer.Site, Reference: v.Customer.Reference,
		Creation: at(d.Created), TimeStamp: at(d.Seen), LastSuccess: at(d.Total.LastSuccess),
		LastSessionStatus: int64(d.Total.Status), LastSessionStatusName: d.Total.Status.String(),
		LastSuccessStatusName: d.Total.LastSuccessStatus.String(), LastError: f.lastError(v), IssueDescription: issueText(v.Findings),
		SelectedSize: int64(d.Total.SelectedSize), UsedStorage: int64(d.UsedStorage), DataSources: d.Sources.String(), Location: d.StorageLocation,
		Product: d.Product, ProductID: d.ProductID, Profile: d.Profile, ProfileID: d.ProfileID, OS: d.OS, OSType: int64(d.OSType),
		Physicality: string(d.Physicality), Manufacturer: d.Manufacturer, Model: d.Model, TimezoneOffset: d.UTCOffset.Hours(),
		IPAddress: d.InternalIPs, ExternalIP: d.ExternalIPs,
		IssueSeverity: map[Outcome]string{Problem: v.Severity.String(), Healthy: "success"}[v.Outcome],
		Class:         v.Class.String(), State: v.State, Summary: v.Summary, Suppressed: where(v.Outcome == Suppressed, v.Reason),
	}
	var statuses []string
	var worst, best *cove.SourceStats
	for s, st := range sourcesOf(d) {
		statuses = append(statuses, sourceName(s)+": "+st.Status.String())
		row.IsInProcess = row.IsInProcess || st.Status.Running()
		if worst == nil || st.LastSuccess.Before(worst.LastSuccess) {
			worst = st
			row.WorstDatasourceName, row.WorstDatasourceTime, row.WorstDatasourceStatusName = sourceName(s), at(st.LastSuccess), st.Status.String()
		}
		if best == nil || st.LastSuccess.After(best.LastSuccess) {
			best = st
			row.BestDatasourceName, row.BestDatasourceTime, row.BestDatasourceStatusName = sourceName(s), at(st.LastSuccess), st.Status.String()
		}
	}
	row.DatasourceStatus = strings.Join(statuses, ", ")
	if worst != nil && !worst.LastSuccess.IsZero() {
		hours := math.Round(f.At.Sub(worst.LastSuccess).Hours()*10) / 10
		row.HoursSinceSuccess = &hours
	}
	return row
}

// lastError returns the most telling error of a device whose errors were read.
func (f *Fleet) lastError(v *Verdict) string {
	f.reader.mu.Lock()
	list := f.reader.known[v.Device.ID]
	f.reader.mu.Unlock()
	if len(list) == 0 {
		return ""
	}
	g := group(v, list)[0]
	return strings.TrimSuffix(g.text+": "+g.item, ": ")
}

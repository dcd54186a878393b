package monitor

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

// An ExportFormat is how a list is written.
type ExportFormat string

// The formats.
const (
	// CSV has a header line. A text that a spreadsheet would take for a formula
	// is preceded by an apostrophe, and every cell is one line.
	CSV ExportFormat = "csv"
	// JSONLines is one object a line, with the columns of CSV as members.
	JSONLines ExportFormat = "jsonl"
)

// IssuesName and ActionsName are the default file names of the two lists, with
// the date as the PowerShell tool writes it:
// "2026-11-23_07-00-00_CoveMonitoring_covedesk.csv".
func IssuesName(at time.Time, format ExportFormat) string {
	return exportName(at, "CoveMonitoring", format)
}

// ActionsName is the default file name of the list of actions:
// "2026-11-23_07-00-00_CWM_Tickets_covedesk.csv".
func ActionsName(at time.Time, format ExportFormat) string {
	return exportName(at, "CWM_Tickets", format)
}

func exportName(at time.Time, what string, format ExportFormat) string {
	return at.Format("2006-01-02_15-04-05") + "_" + what + "_covedesk." + string(format)
}

// An ActionRow is one line of the list of actions.
type ActionRow struct {
	Action reconcile.Action
	// Ticket is the ticket written; for a new one it is known afterwards.
	Ticket int64
	// Company is the name of the company; empty leaves its id.
	Company string
}

// A column is one cell of a row with its name.
type column struct {
	name  string
	value any // string, int64, float64, bool, or nil where there is none
}

// WriteIssues lists every device in trouble, in the order of their ids, with
// the columns of the PowerShell tool's list of issues and, behind them, Class,
// State, Summary and Parked of ours. Parked devices follow, with their reason:
// nothing is left out silently.
//
// LastError is known for devices whose session errors have been read.
func (f *Fleet) WriteIssues(w io.Writer, format ExportFormat) error {
	var rows [][]column
	for _, outcome := range [...]Outcome{Problem, Parked} {
		for i := range f.Verdicts {
			if v := &f.Verdicts[i]; v.Outcome == outcome {
				rows = append(rows, f.issueRow(v))
			}
		}
	}
	header := f.issueRow(&Verdict{Device: new(cove.Device)})
	return export(w, format, header, rows)
}

// WriteActions lists actions with the columns of the PowerShell tool's list:
// Action, TicketID, TicketSummary, DeviceName, Company, IssueSeverity and
// IssueDescription, and, behind them, DeviceID and Reason of ours.
func (f *Fleet) WriteActions(w io.Writer, format ExportFormat, actions []ActionRow) error {
	rows := make([][]column, len(actions))
	for i := range actions {
		rows[i] = f.actionRow(&actions[i])
	}
	return export(w, format, f.actionRow(new(ActionRow)), rows)
}

func export(w io.Writer, format ExportFormat, header []column, rows [][]column) error {
	switch format {
	case CSV:
		out := csv.NewWriter(w)
		line := make([]string, len(header))
		for i, c := range header {
			line[i] = c.name
		}
		_ = out.Write(line) // the writer keeps its first error
		for _, row := range rows {
			for i, c := range row {
				line[i] = cellText(c.value)
			}
			_ = out.Write(line)
		}
		out.Flush()
		return out.Error()
	case JSONLines:
		for _, row := range rows {
			line, err := jsonLine(row)
			if err != nil {
				return err
			}
			if _, err := w.Write(line); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("monitor: export: no format %q", format)
}

// cellText writes a cell; texts cannot become formulas.
func cellText(value any) string {
	if value == nil {
		return ""
	}
	if s, ok := value.(string); ok {
		return text.CSV(s)
	}
	return fmt.Sprint(value)
}

// jsonLine writes a row as an object whose members stand in the order of the
// columns.
func jsonLine(row []column) ([]byte, error) {
	var b bytes.Buffer
	for i, c := range row {
		b.WriteByte("{,"[min(i, 1)])
		value, err := json.Marshal(c.value)
		if err != nil {
			return nil, fmt.Errorf("monitor: export: %s: %w", c.name, err)
		}
		fmt.Fprintf(&b, "%q:%s", c.name, value)
	}
	b.WriteString("}\n")
	return b.Bytes(), nil
}

// issueRow writes a device as the PowerShell tool did. Times are in the rules'
// zone.
func (f *Fleet) issueRow(v *Verdict) []column {
	d := v.Device
	clock := f.rules.clock(f.At)
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(clock.now.Location()).Format("2006-01-02 15:04:05") + " (" + clock.zone(t) + ")"
	}
	worst, best := f.ends(v)
	var hours any // nil: never
	if last := worst.LastSuccess; !last.IsZero() {
		hours = math.Round(f.At.Sub(last).Hours()*10) / 10
	}
	severity := ""
	if v.Outcome == Problem {
		severity = v.Severity.String()
	}
	var statuses []string
	running := false
	for s := range d.Sources.All() {
		if st, ok := statsOf(d, s); ok && s != cove.SourceTotal {
			statuses = append(statuses, sourceName(s)+": "+st.Status.String())
			running = running || st.Status.Running()
		}
	}
	return []column{
		{"AccountID", d.ID},
		{"PartnerID", d.PartnerID},
		{"AccountType", int64(d.AccountType)},
		{"DeviceName", d.Name},
		{"ComputerName", d.ComputerName},
		{"DeviceAlias", d.Alias},
		{"PartnerName", d.Customer},
		{"EndCustomer", v.Customer.Name},
		{"Site", v.Customer.Site},
		{"Reference", v.Customer.Reference},
		{"Creation", at(d.Created)},
		{"TimeStamp", at(d.Seen)},
		{"LastSuccess", at(d.Total.LastSuccess)},
		{"HoursSinceSuccess", hours},
		{"WorstDatasourceName", worst.name},
		{"WorstDatasourceTime", at(worst.LastSuccess)},
		{"WorstDatasourceStatusName", worst.status},
		{"BestDatasourceName", best.name},
		{"BestDatasourceTime", at(best.LastSuccess)},
		{"BestDatasourceStatusName", best.status},
		{"LastSessionStatus", int64(d.Total.Status)},
		{"LastSessionStatusName", d.Total.Status.String()},
		{"LastSuccessStatusName", d.Total.LastSuccessStatus.String()},
		{"DatasourceStatus", strings.Join(statuses, ", ")},
		{"LastError", f.lastError(v)},
		{"IsInProcess", running},
		{"IssueSeverity", severity},
		{"IssueDescription", issueText(v.Findings)},
		{"SelectedSize", int64(d.Total.SelectedSize)},
		{"UsedStorage", int64(d.UsedStorage)},
		{"DataSources", d.Sources.String()},
		{"Location", d.StorageLocation},
		{"Product", d.Product},
		{"ProductID", d.ProductID},
		{"Profile", d.Profile},
		{"ProfileID", d.ProfileID},
		{"OS", d.OS},
		{"OSType", int64(d.OSType)},
		{"Physicality", string(d.Physicality)},
		{"Manufacturer", d.Manufacturer},
		{"Model", d.Model},
		{"TimezoneOffset", d.UTCOffset.Hours()},
		{"IPAddress", d.InternalIPs},
		{"ExternalIP", d.ExternalIPs},
		{"Class", v.Class.String()},
		{"State", v.State},
		{"Summary", v.Summary},
		{"Parked", v.Reason},
	}
}

// A sourceEnd is the source with the oldest or the newest good backup.
type sourceEnd struct {
	*cove.SourceStats
	name, status string
}

// ends finds the sources with the oldest and with the newest good backup.
func (f *Fleet) ends(v *Verdict) (worst, best sourceEnd) {
	none := sourceEnd{SourceStats: new(cove.SourceStats)}
	worst, best = none, none
	for s := range v.Device.Sources.All() {
		st, ok := statsOf(v.Device, s)
		if !ok || s == cove.SourceTotal {
			continue
		}
		end := sourceEnd{st, sourceName(s), st.Status.String()}
		if worst.name == "" || st.LastSuccess.Before(worst.LastSuccess) {
			worst = end
		}
		if best.name == "" || st.LastSuccess.After(best.LastSuccess) {
			best = end
		}
	}
	return worst, best
}

// lastError is the most telling error of a device whose errors were read.
func (f *Fleet) lastError(v *Verdict) string {
	f.reader.mu.Lock()
	list := f.reader.known[v.Device.ID]
	f.reader.mu.Unlock()
	if len(list) == 0 {
		return ""
	}
	g := group(v, list)[0]
	return shortError(g.text, g.item)
}

// doneWords are the PowerShell tool's words for what was done.
var doneWords = map[reconcile.ActionKind]string{
	reconcile.Create: "Created", reconcile.Update: "Updated", reconcile.Close: "Closed", reconcile.Reopen: "Reopened",
	reconcile.Adopt: "Adopted", reconcile.MarkOnly: "Marked", reconcile.Fold: "Folded",
	reconcile.Keep: "Kept", reconcile.Hold: "Held",
}

func (f *Fleet) actionRow(r *ActionRow) []column {
	a := &r.Action
	device, id := "", ""
	if v, ok := f.find(a); ok {
		device, id = cmp.Or(v.Device.Name, deviceName(v.Device)), strconv.FormatInt(v.Device.ID, 10)
	} else if a.Key.Feed == Source {
		id = a.Key.Subject
	}
	company, severity, description := r.Company, "", ""
	if a.Issue != nil {
		severity = a.Issue.Severity.String()
		_, description, _ = strings.Cut(a.Issue.Summary, " - ")
		if company == "" {
			company = a.Issue.Company
		}
	}
	ticket := r.Ticket
	if ticket == 0 {
		ticket = a.Ticket
	}
	return []column{
		{"Action", doneWords[a.Kind]},
		{"TicketID", ticket},
		{"TicketSummary", a.Summary},
		{"DeviceName", device},
		{"Company", company},
		{"IssueSeverity", severity},
		{"IssueDescription", description},
		{"DeviceID", id},
		{"Reason", a.Reason()},
	}
}

package monitor

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/covedesk/covedesk/cove"
)

// Compared says how far this run and the PowerShell tool agree about a device.
type Compared struct {
	Device   int64
	Name     string
	Customer string
	// Ours and Theirs say what is wrong, each in its own words; empty when nothing
	// is. A device with both is in both lists.
	Ours   string
	Theirs string
	// Ticket and Action say what the tool did about the device, if its list says
	// so.
	Ticket int64
	Action string
	// Why says why a device is missing in one of the lists.
	Why string
}

// Who says which list the device is in: "both", "only ours" or "only theirs".
func (c *Compared) Who() string {
	switch {
	case c.Ours == "":
		return "only theirs"
	case c.Theirs == "":
		return "only ours"
	}
	return "both"
}

// Compare reads the lists of a run of the PowerShell tool SyncTickets and
// compares them with this run, device by device. issues is the list of problems
// ("…_CoveMonitoring_….csv"), actions what the tool did about them
// ("…_CWM_Tickets_….csv", nil for none). Devices that are in only one list come
// first; within each group they are ordered by id. Run the tool shortly before
// or after this run.
func (f *Fleet) Compare(issues, actions io.Reader) ([]Compared, error) {
	all := map[int64]*Compared{}
	of := func(id int64) *Compared {
		if all[id] == nil {
			all[id] = &Compared{Device: id}
		}
		return all[id]
	}
	theirs, err := readTable[issueOfTool](issues, "AccountID")
	if err == nil && theirs == nil {
		err = errors.New("is empty")
	}
	if err != nil {
		return nil, fmt.Errorf("monitor: compare: the list of issues: %w", err)
	}
	for _, row := range theirs {
		if strings.EqualFold(row.IssueSeverity, "success") {
			continue
		}
		c := of(row.AccountID)
		c.Name, c.Customer = cmp.Or(plainName(row.ComputerName), plainName(row.DeviceName)), (&Customer{Name: cmp.Or(row.EndCustomer, row.PartnerName)}).short()
		c.Theirs = strings.Trim(shown(row.IssueSeverity)+": "+shown(row.IssueDescription), ": ")
	}
	if actions != nil {
		done, err := readTable[actionOfTool](actions, "TicketSummary")
		if err != nil {
			return nil, fmt.Errorf("monitor: compare: the list of actions: %w", err)
		}
		for _, row := range done {
			if key, _, ok := Adopt(row.TicketSummary); ok {
				id, _ := strconv.ParseInt(key.Subject, 10, 64)
				if c := all[id]; c != nil {
					c.Ticket, _ = strconv.ParseInt(strings.Trim(row.TicketID, "# "), 10, 64)
					c.Action = shown(row.Action)
				}
			}
		}
	}
	for v := range f.each() {
		if v.Outcome != Problem && all[v.Device.ID] == nil {
			continue
		}
		c := of(v.Device.ID)
		c.Name, c.Customer = cmp.Or(deviceName(v.Device), c.Name), v.Customer.short()
		if v.Outcome == Problem {
			c.Ours = v.Severity.String() + ": " + issueText(v.Findings)
		}
	}
	list := make([]Compared, 0, len(all))
	for _, c := range all {
		c.Why = f.why(c)
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b Compared) int {
		return cmp.Or(-cmp.Compare(a.Who(), b.Who()), cmp.Compare(a.Device, b.Device))
	})
	return list, nil
}

type (
	issueOfTool struct {
		AccountID                                                                           int64
		DeviceName, ComputerName, PartnerName, EndCustomer, IssueSeverity, IssueDescription string
	}
	actionOfTool struct {
		Action        string
		TicketID      string
		TicketSummary string
	}
)

// toolLooksBack is how long a device may be without contact before the tool
// ignores it.
const toolLooksBack = 30 * day

// why says why one of the two lists lacks a device.
func (f *Fleet) why(c *Compared) string {
	v, ok := f.Verdict(c.Device)
	switch {
	case c.Who() == "both":
		return ""
	case !ok:
		return "this run did not meet the device: it was deleted, or moved out of what is watched"
	case c.Ours == "" && v.Outcome == Suppressed:
		return "suppressed here: " + v.Reason
	case c.Ours == "" && v.Reason != "":
		return "healthy here: " + v.Reason
	case c.Ours == "":
		return "healthy here: the last session of every source is good, and none is older than the rules allow (" +
			duration(f.rules.Class(v.Class).Stale) + "); a source that is backed up no more does not count"
	case f.At.Sub(contactOf(v.Device)) > toolLooksBack:
		return "the tool forgets devices that have been silent for 30 days"
	}
	x := bySeverity(v.Findings)[0]
	switch x.Condition {
	case Missed, OverQuota, NoSelection:
		return "the tool takes a session that " + cmp.Or(statusTexts[x.Status], "is not there") + " for no issue"
	case Untested, OutOfSync:
		return "the tool does not look at it"
	case Stale, Never:
		if v.Device.Total.LastSuccess.After(x.LastGood) {
			return "the tool looks at the newest backup of all sources, which hides an older one"
		}
		return "the tool has another limit than " + duration(x.Limit)
	}
	if _, ok := toolSources[x.Source]; !ok {
		return "the tool never sees the source " + sourceName(x.Source)
	}
	return "the tool looks at the last session of all sources together, which hides another one"
}

// toolSources are the data sources whose failures the tool notices.
var toolSources = map[cove.DataSource]bool{
	cove.SourceFilesAndFolders: true, cove.SourceSystemState: true, cove.SourceExchange: true, cove.SourceNetworkShares: true, cove.SourceVMware: true,
	cove.SourceHyperV: true, cove.SourceMySQL: true, cove.SourceM365Exchange: true, cove.SourceM365OneDrive: true, cove.SourceM365Teams: true,
}

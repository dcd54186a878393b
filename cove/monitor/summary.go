package monitor

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

// issueLimit limits the last part of a summary, so that there is always room
// for a name.
const issueLimit = 48

// summary writes "COVE SVR SRV-FS01 #2345678 - Files failed". The id is never
// cut, and nothing before it looks like an id, so the patterns of older tools
// find the ticket.
func summary(v *Verdict, format string) string {
	expand := func(name, issue string) string {
		return strings.NewReplacer("{class}", v.Class.Code(), "{id}", strconv.FormatInt(v.Device.ID, 10), "{name}", name, "{issue}", issue).Replace(format)
	}
	issue := text.Cut(issueText(v.Findings), issueLimit)
	room := reconcile.SummaryLimit - text.Len(expand("", issue))
	return text.Line(expand(text.Cut(deviceName(v.Device), room), issue))
}

// deviceName returns what people call a device: computer name, else alias, else
// the name it logs in with. Microsoft 365 tenants have no computer name.
func deviceName(d *cove.Device) string {
	return cmp.Or(plainName(d.ComputerName), plainName(d.Alias), plainName(d.Name))
}

// plainName makes a name safe for summaries: one line, without secrets, without
// "#", which could be taken for the start of the account id, and without
// characters that make links, elements or quotations.
func plainName(s string) string { return text.Line(noMarks.Replace(text.Show(s, wordLimit))) }

var noMarks = strings.NewReplacer("#", "", "`", "'", "<", "(", ">", ")", "[", "(", "]", ")", "://", ": ", "{", "(", "}", ")")

// issueText names the conditions, the highest first: "Files failed, System
// State stale". If the names of more than two sources are too long for a
// summary, it says "several sources"; a number would be a count.
func issueText(findings []Finding) string {
	issue := issuesOf(findings, false)
	if text.Len(issue) > issueLimit {
		issue = issuesOf(findings, true)
	}
	return issue
}

func issuesOf(findings []Finding, short bool) string {
	return joined(grouped(findings, sameCondition), ", ", func(group []Finding) string {
		names := namesOf(group)
		if len(names) > 2 && short {
			names = []string{"several sources"}
		}
		return strings.TrimSpace(listed(names) + " " + group[0].Condition.row().words)
	})
}

// grouped orders findings for reading, the highest condition first, and groups
// neighbours that are the same.
func grouped(findings []Finding, same func(a, b *Finding) bool) (groups [][]Finding) {
	for _, f := range bySeverity(findings) {
		if last := len(groups) - 1; last >= 0 && same(&groups[last][0], &f) {
			groups[last] = append(groups[last], f)
		} else {
			groups = append(groups, []Finding{f})
		}
	}
	return groups
}

func sameCondition(a, b *Finding) bool { return a.Condition == b.Condition }

// namesOf returns the names of the sources; none for the device as a whole.
func namesOf(findings []Finding) (names []string) {
	for _, f := range findings {
		if f.Source != 0 {
			names = append(names, sourceName(f.Source))
		}
	}
	return names
}

// listed joins names: "Files, SQL and Exchange".
func listed(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// joined writes a list with something between its parts.
func joined[T any](list []T, between string, write func(T) string) string {
	parts := make([]string, len(list))
	for i, x := range list {
		parts[i] = write(x)
	}
	return strings.Join(parts, between)
}

// bySeverity orders findings for reading, the highest condition first.
func bySeverity(findings []Finding) []Finding {
	sorted := slices.Clone(findings)
	slices.SortStableFunc(sorted, func(a, b Finding) int { return cmp.Compare(b.Condition, a.Condition) })
	return sorted
}

// sourceNames are the short names of sources in tickets.
var sourceNames = map[cove.DataSource]string{
	0: "device", cove.SourceFilesAndFolders: "Files", cove.SourceMSSQL: "SQL", cove.SourceMSSQLLegacy: "SQL", cove.SourceVSSSystemState: "System State",
	cove.SourceM365Exchange: "Exchange", cove.SourceM365OneDrive: "OneDrive", cove.SourceM365SharePoint: "SharePoint", cove.SourceM365Teams: "Teams",
}

func sourceName(s cove.DataSource) string { return cmp.Or(sourceNames[s], s.Name()) }

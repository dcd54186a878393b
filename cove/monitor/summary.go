package monitor

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

// issueLimit bounds the last part of a summary so that a name always has room.
const issueLimit = 48

// noSelectionIssue stands in a summary where no source is named.
const noSelectionIssue = "nothing selected for backup"

// defaultSummary is the summary of rules that have none.
const defaultSummary = "COVE {class} {name} #{id} - {issue}"

// checkSummary refuses a summary by which its ticket could not be found.
func checkSummary(format string) error {
	switch {
	case format == "":
		return nil
	case !strings.HasPrefix(format, "COVE "):
		return errors.New(`must begin with "COVE "`)
	case strings.Count(format, "#") != 1 || !strings.Contains(format, "#{id} -"):
		return errors.New(`must hold "#{id} -" once, and no other "#"`)
	case strings.Count(format, "{name}") > 1 || strings.Count(format, "{issue}") > 1:
		return errors.New("must hold {name} and {issue} once at most")
	case utf8.RuneCountInString(format) > 60:
		return errors.New("is too long: at most 60 characters leave room for the name")
	}
	return nil
}

// summary writes "COVE SVR SRV-FS01 #2345678 - Files failed". The id is never
// cut, and nothing before it looks like one: the patterns of older tools find
// the ticket.
func summary(v *Verdict, format string) string {
	if format == "" {
		format = defaultSummary
	}
	expand := func(name, issue string) string {
		return strings.NewReplacer("{class}", v.Class.Code(), "{id}", strconv.FormatInt(v.Device.ID, 10), "{name}", name, "{issue}", issue).Replace(format)
	}
	issue := cut(issueText(v.Findings), issueLimit)
	room := reconcile.SummaryLimit - text.Len(expand("", issue))
	return text.Line(expand(cut(deviceName(v.Device), room), issue))
}

// deviceName is what people call a device: computer name, else alias, else the
// name it logs in with. Microsoft 365 tenants have no computer name.
func deviceName(d *cove.Device) string {
	for _, name := range [...]string{d.ComputerName, d.Alias, d.Name} {
		if name = plainName(name); name != "" {
			return name
		}
	}
	return ""
}

// plainName makes a name safe for summaries and texts: one line, no "#", which
// would pass for the account id, and no back tick, which would open a quote.
func plainName(s string) string {
	return text.Line(noMarks.Replace(s))
}

var noMarks = strings.NewReplacer("#", "", "`", "")

// issueText names the conditions, the gravest first: "Files failed, System
// State stale". Where the names of more than two sources are too long for a
// summary they are "several sources": a number would be a count.
func issueText(findings []Finding) string {
	order := make([]Condition, 0, len(findings))
	for i := range findings {
		if !slices.Contains(order, findings[i].Condition) {
			order = append(order, findings[i].Condition)
		}
	}
	slices.SortFunc(order, func(a, b Condition) int { return int(b) - int(a) })
	text := issuesOf(order, findings, false)
	if utf8.RuneCountInString(text) > issueLimit {
		text = issuesOf(order, findings, true)
	}
	return text
}

func issuesOf(order []Condition, findings []Finding, short bool) string {
	var parts []string
	for _, c := range order {
		var names []string
		for i := range findings {
			if findings[i].Condition == c && findings[i].Source != 0 {
				names = append(names, sourceName(findings[i].Source))
			}
		}
		switch n := len(names); {
		case n == 0 && c == NoSelection:
			parts = append(parts, noSelectionIssue)
		case n == 0:
			parts = append(parts, c.words())
		case n == 1:
			parts = append(parts, names[0]+" "+c.words())
		case n > 2 && short:
			parts = append(parts, "several sources "+c.words())
		default:
			parts = append(parts, strings.Join(names[:n-1], ", ")+" and "+names[n-1]+" "+c.words())
		}
	}
	return strings.Join(parts, ", ")
}

// cut shortens a text to n UTF-16 units, as the service desk counts, marking the
// cut with three dots.
func cut(s string, n int) string {
	if text.Len(s) <= n {
		return s
	}
	if n <= 3 {
		return ""
	}
	return strings.TrimSuffix(text.Cut(s, n-2), "…") + "..."
}

// sourceName is the short name of a source in tickets.
func sourceName(s cove.DataSource) string {
	switch s {
	case 0:
		return "Device"
	case cove.SourceFilesAndFolders:
		return "Files"
	case cove.SourceMSSQL, cove.SourceMSSQLLegacy:
		return "SQL"
	case cove.SourceVSSSystemState:
		return "System State"
	case cove.SourceM365Exchange:
		return "Exchange"
	case cove.SourceM365OneDrive:
		return "OneDrive"
	case cove.SourceM365SharePoint:
		return "SharePoint"
	case cove.SourceM365Teams:
		return "Teams"
	}
	return s.Name()
}

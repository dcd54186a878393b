package monitor

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/covedesk/covedesk/cove"
)

// contactLine says whether the device has contact and how its days went. For a
// device without contact it is empty: the headline says it already.
func contactLine(v *Verdict, c clock) string {
	if v.Kind == Offline || v.State != "" && v.Outcome == Suppressed {
		return ""
	}
	var line string
	switch seen := contactOf(v.Device); {
	case seen.IsZero():
		line = "Device was never in contact."
	case v.Class == ClassM365:
		line = "Last report " + c.short(seen) + "."
	case c.now.Sub(seen) > day:
		line = "Device last in contact " + c.short(seen) + "."
	default:
		line = "Device online (contact " + c.short(seen) + ")."
	}
	bar := v.Device.Total.ColorBar
	for _, f := range bySeverity(v.Findings) {
		if st, ok := statsOf(v.Device, f.Source); ok && f.Source != 0 {
			bar = st.ColorBar
			days := badDaysText(bar, c.now.Sub(f.Since))
			line += where(days != "", " "+sourceName(f.Source)+": "+days)
			break
		}
	}
	letters := barText(bar)
	return line + where(letters != "", fmt.Sprintf(" Last %d days, newest right (%s): %s", len(letters), barLegend(bar), letters))
}

// sessionLine says how the last session of a bad source ended.
func sessionLine(f *Finding) string {
	what, ended := sourceName(f.Source)+": last session ", statusText(f.Status)
	switch {
	case f.Condition == Untested && f.Status != cove.StatusNone:
		return "The last recovery test " + ended + "."
	case f.Condition == Never && f.Status == cove.StatusNone:
		return sourceName(f.Source) + ": Cove shows no session yet."
	case f.Source == 0 || f.Status == cove.StatusNone && f.Errors == 0:
		return ""
	case f.Running:
		what = sourceName(f.Source) + ": a session is running; the last one "
	case f.Condition == Stale && f.Status == cove.StatusCompleted && f.BadDays == 0:
		ended += ", and no session has run since"
	}
	return what + ended + where(f.Errors > 0, ", "+counted(f.Errors, "error")) + "."
}

func counted(n int64, what string) string {
	return strconv.FormatInt(n, 10) + " " + what + where(n != 1, "s")
}

// statusTexts say in words how a session ended.
var statusTexts = map[cove.SessionStatus]string{
	cove.StatusNone: "is not known", cove.StatusFailed: "failed", cove.StatusAborted: "was aborted", cove.StatusCompleted: "completed",
	cove.StatusCompletedWithErrors: "completed with errors", cove.StatusInterrupted: "was interrupted",
	cove.StatusNotStarted: "did not start (the machine was off or could not be reached)",
	cove.StatusOverQuota:  "was stopped by the quota", cove.StatusNoSelection: "had nothing selected",
}

func statusText(s cove.SessionStatus) string {
	return cmp.Or(statusTexts[s], "has the status "+s.String())
}

// where returns the text if there is something to say, else "".
func where(there bool, text string) string {
	if !there {
		return ""
	}
	return text
}

// details returns the facts that readers look up only when they need them.
func (f *Fleet) details(v *Verdict, c clock) []string {
	d := v.Device
	var lines []string
	add := func(name string, values ...string) {
		if values = slices.DeleteFunc(values, func(value string) bool { return value == "" }); len(values) > 0 {
			lines = append(lines, name+": "+strings.Join(values, ", "))
		}
	}
	for s, st := range sourcesOf(d) {
		last := cmp.Or(where(!st.LastSuccess.IsZero(), "last good "+c.short(st.LastSuccess)), "never successful")
		status := cmp.Or(where(st.Status.Running(), "running"), where(st.Status != cove.StatusNone, statusText(st.Status)))
		add(sourceName(s), status, last, where(st.Errors > 0, counted(st.Errors, "error")), where(st.SelectedSize > 0, "selected "+st.SelectedSize.String()))
	}
	add("Hardware", shown(d.Manufacturer+" "+d.Model))
	add("OS", shown(d.OS))
	add("Addresses", shown(d.InternalIPs), shown(d.ExternalIPs))
	add("Profile", shown(d.Profile))
	add("Product", shown(d.Product))
	add("Storage", shown(d.StorageLocation), where(d.UsedStorage > 0, d.UsedStorage.String()+" used"))
	add("Account", strconv.FormatInt(d.ID, 10), shown(d.Name), where(!d.Created.IsZero(), "created "+c.day(d.Created)))
	return lines
}

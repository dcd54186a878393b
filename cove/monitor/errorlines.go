package monitor

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/internal/text"
)

// An errorGroup is one error text of a source, with its first item.
type errorGroup struct {
	source cove.DataSource // 0: one of several sources
	text   string
	item   string
	count  int64
}

// group groups errors by text: those of the highest condition first, then the
// most frequent.
func group(v *Verdict, list []cove.SessionError) []errorGroup {
	var groups []errorGroup
	at := map[errorGroup]int{}
	for _, e := range list {
		key := errorGroup{source: e.Source, text: strings.TrimRight(cleanError(e.Text), ". ")}
		i, ok := at[key]
		if !ok {
			i = len(groups)
			at[key] = i
			groups = append(groups, key)
		}
		g := &groups[i]
		g.count += max(e.Count, 1)
		if item := itemOf(&e); g.item == "" || item != "" && item < g.item {
			g.item = item // the first by name, so that the text stays the same
		}
	}
	rank := map[cove.DataSource]int{0: len(v.Findings)}
	for i, f := range bySeverity(v.Findings) {
		rank[f.Source] = i
	}
	slices.SortStableFunc(groups, func(a, b errorGroup) int {
		return cmp.Or(cmp.Compare(rank[a.source], rank[b.source]), cmp.Compare(b.count, a.count), cmp.Compare(a.text, b.text))
	})
	return groups
}

// itemOf returns the file of an error, or the mailbox or site with the path in
// it.
func itemOf(e *cove.SessionError) string {
	item, path := text.Show(e.Item, wordLimit), text.Show(e.Path, wordLimit)
	if path != item && strings.Trim(path, `/\`) != "" {
		item = strings.TrimSpace(item + " " + path)
	}
	return item
}

// errorLines writes the errors of a device, "Error: Access is denied:
// D:\q3.xlsx (and 14 more). Likely: permissions.", and returns what to do first
// about them.
func (f *Fleet) errorLines(v *Verdict, list []cove.SessionError) (lines, steps []string) {
	const most = 4
	groups := group(v, list)
	said := map[string]bool{}
	for i, g := range groups {
		if i == most {
			lines = append(lines, strconv.Itoa(len(groups)-most)+" more kinds of error are in the Cove console.")
			break
		}
		line := cmp.Or(where(len(v.Findings) > 1 && g.source != 0, sourceName(g.source)+" error: "), "Error: ")
		line += text.Markdown(g.text) + where(g.item != "" && !strings.Contains(g.text, g.item), ": "+text.Markdown(g.item)) +
			where(g.count > 1, " (and "+strconv.FormatInt(g.count-1, 10)+" more)") + "."
		if c, ok := f.rules.cause(v.Class, g.text); ok && !said[c.Cause] {
			said[c.Cause] = true
			line += " Likely: " + c.Cause + "." + where(c.Link != "", " See "+c.Link)
			if c.Step != "" {
				steps = append(steps, c.Step)
			}
		}
		lines = append(lines, line)
	}
	return lines, steps
}

// oneCause returns the cause that explains a tenant as a whole: every service
// fails, and every error that was read has the same cause.
func (f *Fleet) oneCause(v *Verdict, list []cove.SessionError) string {
	other := func(x Finding) bool { return x.Condition != Failed }
	if v.Class != ClassM365 || len(list) == 0 || len(v.Findings) < v.Device.Sources.Len() || slices.ContainsFunc(v.Findings, other) {
		return ""
	}
	first, _ := f.rules.cause(v.Class, list[0].Text)
	for i := range list {
		if c, _ := f.rules.cause(v.Class, list[i].Text); c.Cause != first.Cause {
			return ""
		}
	}
	return first.Cause
}

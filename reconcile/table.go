package reconcile

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Text is the plan as [Plan.WriteTable] prints it for a terminal of 100 columns.
func (p Plan) Text() string {
	var b strings.Builder
	_ = p.WriteTable(&b, 100) // a strings.Builder does not fail
	return b.String()
}

// minTableWidth is what the fixed columns and a few words need.
const minTableWidth = 60

// WriteTable prints the plan for people, no line longer than width characters
// (at least 60): a line with kind, severity, ticket and summary for each
// action, its reason below, and the kept ones counted by reason at the end.
// Control characters in texts are not printed.
func (p Plan) WriteTable(w io.Writer, width int) error {
	width = max(width, minTableWidth)
	var out strings.Builder
	for _, line := range wrap(fmt.Sprintf("Plan of %s for %s: %s", p.At.UTC().Format("2006-01-02 15:04:05 UTC"), p.Owner, p.countLine()), width) {
		fmt.Fprintln(&out, line)
	}
	kept := make(map[ReasonCode]int)
	for _, a := range p.Actions {
		if a.Kind == Keep {
			kept[a.Code]++
			continue
		}
		writeAction(&out, a, width)
	}
	codes := make([]ReasonCode, 0, len(kept))
	for c := range kept {
		codes = append(codes, c)
	}
	slices.SortFunc(codes, func(a, b ReasonCode) int {
		return cmp.Or(cmp.Compare(kept[b], kept[a]), cmp.Compare(a, b))
	})
	for _, c := range codes {
		fmt.Fprintln(&out, cut(fmt.Sprintf("%-7s %d × %s", Keep, kept[c], c), width))
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// countLine is "1 create, 2 hold, 30 keep", in the order of kinds.
func (p Plan) countLine() string {
	counts := p.Counts()
	var parts []string
	for _, k := range kindOrder {
		if counts[k] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[k], k))
		}
	}
	if len(parts) == 0 {
		return "nothing to account for"
	}
	return strings.Join(parts, ", ")
}

func writeAction(w *strings.Builder, a Action, width int) {
	ticket, severity := "-", "-"
	if a.Ticket != 0 {
		ticket = fmt.Sprintf("#%d", a.Ticket)
	}
	if a.Issue != nil {
		severity = a.Issue.Severity.String()
	}
	kind := string(a.Kind)
	if a.Would != "" {
		kind += " (" + string(a.Would) + ")"
	}
	what := oneLine(a.Summary)
	if what == "" && a.Key != (Key{}) {
		what = oneLine(a.Key.String())
	}
	fmt.Fprintln(w, cut(fmt.Sprintf("%-13s %-8s %-9s %s", kind, severity, ticket, what), width))
	for _, line := range wrap(a.Reason(), width-14) {
		fmt.Fprintf(w, "%14s%s\n", "", line)
	}
}

// cut shortens a line to width characters.
func cut(s string, width int) string {
	if utf8.RuneCountInString(s) <= width {
		return strings.TrimRight(s, " ")
	}
	return string([]rune(s)[:width-1]) + "…"
}

// wrap breaks a sentence into lines of at most width characters.
func wrap(s string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(oneLine(s)) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width:
			line += " " + word
		default:
			lines = append(lines, cut(line, width))
			line = word
		}
	}
	return append(lines, cut(line, width))
}

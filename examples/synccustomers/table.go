package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/covedesk/covedesk/cove"
)

// row is a customer in the comparison.
type row struct {
	customer, id, reference, rule, company, identifier, reason string
	issues                                                     int
	linked, disabled                                           bool
}

func (s *syncer) rows() (rows []row) {
	for link := range s.links.All() {
		c := link.Customer
		r := row{customer: c.Name, id: c.ID, rule: string(link.Rule), reason: link.Reason, issues: s.issues[c.ID], linked: link.Matched(), disabled: link.Disabled}
		if id, err := strconv.ParseInt(c.CompanyID, 10, 64); err == nil {
			r.reference = cove.Reference{CompanyID: id, Identifier: c.CompanyIdentifier}.String()
		}
		if link.Matched() && len(link.Candidates) == 1 {
			r.company, r.identifier = link.Candidates[0].Name, link.Candidates[0].Identifier
		}
		rows = append(rows, r)
	}
	slices.SortStableFunc(rows, func(a, b row) int { return strings.Compare(strings.ToLower(a.customer), strings.ToLower(b.customer)) })
	return rows
}

// table prints the comparison and its totals.
func table(out io.Writer, rows []row) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "CUSTOMER\tREFERENCE\tRULE\tCOMPANY\tIDENTIFIER\tISSUES")
	var linked, disabled, issues, waiting int
	for _, r := range rows {
		company := r.company
		switch {
		case r.disabled:
			disabled++
			company = "switched off"
		case r.linked:
			linked++
		default:
			company = "- " + r.reason
			waiting += r.issues
		}
		issues += r.issues
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\n", r.customer, r.reference, r.rule, company, r.identifier, r.issues)
	}
	_ = w.Flush()
	percent := func(n, of int) string {
		if of == 0 {
			return "0"
		}
		return fmt.Sprintf("%d (%d %%)", n, (n*100+of/2)/of)
	}
	n := len(rows)
	_, _ = fmt.Fprintf(out, "\n%d customers: %s with a company, %s without, %s switched off. %d devices with issues, %s of them without a company.\n",
		n, percent(linked, n), percent(n-linked-disabled, n), percent(disabled, n), issues, percent(waiting, issues))
}

var columns = []string{"Customer", "CustomerID", "Reference", "Rule", "Company", "Identifier", "Issues", "Reason", "Disabled"}

// list returns the comparison as a table, which a person can complete and the
// program can read again.
func list(rows []row) [][]string {
	lines := [][]string{columns}
	for _, r := range rows {
		disabled := ""
		if r.disabled {
			disabled = "yes"
		}
		lines = append(lines, []string{r.customer, r.id, r.reference, r.rule, r.company, r.identifier, strconv.Itoa(r.issues), r.reason, disabled})
	}
	return lines
}

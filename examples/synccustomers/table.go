package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/reconcile/match"
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

// writeCSV writes the comparison, to be completed by hand and read again.
func writeCSV(out io.Writer, rows []row) error {
	w := csv.NewWriter(out)
	lines := [][]string{columns}
	for _, r := range rows {
		disabled := ""
		if r.disabled {
			disabled = "yes"
		}
		lines = append(lines, []string{program.Cell(r.customer), r.id, program.Cell(r.reference), r.rule, program.Cell(r.company), program.Cell(r.identifier), strconv.Itoa(r.issues), program.Cell(r.reason), disabled})
	}
	return w.WriteAll(lines)
}

// readMapping reads who is who: a mapping of ours, the list that writeCSV wrote, or
// a list of the PowerShell tool with the columns EndCustomer and Reference.
func readMapping(data []byte) (*match.Mapping, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	first, _, _ := bytes.Cut(data, []byte("\n"))
	head := strings.ToLower(string(first))
	if !strings.Contains(head, "customerid") && !strings.Contains(head, "endcustomer") {
		return match.ReadMapping(bytes.NewReader(data))
	}
	r := csv.NewReader(bytes.NewReader(data))
	if strings.Count(head, ";") > strings.Count(head, ",") {
		r.Comma = ';'
	}
	lines, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	column := map[string]int{}
	for i, name := range lines[0] {
		column[strings.ToLower(strings.TrimSpace(name))] = i + 1
	}
	m := &match.Mapping{}
	seen := map[string]bool{}
	for _, line := range lines[1:] {
		cell := func(names ...string) string {
			for _, name := range names {
				if i := column[name]; i > 0 {
					if text := strings.TrimPrefix(strings.TrimSpace(line[i-1]), "'"); text != "" {
						return text
					}
				}
			}
			return ""
		}
		row := match.Row{Customer: cell("customerid", "endcustomer"), Company: cell("identifier", "company"), Disabled: cell("disabled") != ""}
		if reference, ok := cove.ParseReference(cell("reference")); ok && row.Company == "" {
			row.Company = strconv.FormatInt(reference.CompanyID, 10)
		}
		// The older tool's list has a line for each device.
		if row.Customer == "" || row.Company == "" && !row.Disabled || seen[row.Customer] {
			continue
		}
		seen[row.Customer] = true
		m.Rows = append(m.Rows, row)
	}
	if len(m.Rows) == 0 {
		return nil, errors.New("it names no company")
	}
	return m, m.Validate()
}

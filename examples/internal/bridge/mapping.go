package bridge

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strconv"
	"strings"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/reconcile/match"
)

// ReadMapping reads a mapping of customers to companies: a mapping file, the
// list that synccustomers wrote, or a list of the PowerShell tool with the
// columns EndCustomer and Reference.
func ReadMapping(data []byte) (*match.Mapping, error) {
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

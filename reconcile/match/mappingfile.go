package match

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/covedesk/covedesk/internal/strict"
	"github.com/covedesk/covedesk/internal/text"
)

// columns are those of the CSV form, in the order in which they are written.
// The last two are written only when there are configurations.
var columns = []string{"customer", "company", "disabled", "note", "device", "configuration"}

// ReadMapping reads a mapping that a person wrote, that [Mapping.WriteCSV] wrote,
// or that encoding/json made of a [Mapping], and validates it. It reports all
// faults at once, each with its line or path.
//
// CSV begins with a line of column names, in any order: customer, company,
// disabled (yes or no), note, device, configuration. A row is about a customer
// or about a device. Cells are separated by commas, semicolons or tabs. JSON is
// an object in the form of [Mapping]. Both are UTF-8, with or without a
// byte-order mark; any other encoding is an error that names it. Unknown
// columns and members are errors.
func ReadMapping(r io.Reader) (*Mapping, error) {
	m := &Mapping{}
	data, err := strict.Read(r, 64<<20)
	if err == nil {
		read := m.readCSV
		if start := bytes.TrimSpace(data); len(start) > 0 && (start[0] == '{' || start[0] == '[') {
			read = m.readJSON
		}
		err = read(data)
	}
	if err == nil {
		err = m.Validate()
	}
	if err != nil {
		return nil, fmt.Errorf("mapping: %w", err)
	}
	return m, nil
}

func (m *Mapping) readJSON(data []byte) error {
	err := strict.Decode(data, m)
	for i := range m.Rows {
		m.Rows[i].place = fmt.Sprintf("customers[%d]", i)
	}
	for i := range m.Configurations {
		m.Configurations[i].place = fmt.Sprintf("configurations[%d]", i)
	}
	return err
}

func (m *Mapping) readCSV(data []byte) error {
	rows, err := strict.CSV(data, nil, columns)
	if err != nil {
		return err
	}
	var faults strict.Faults
	for _, row := range rows {
		place := fmt.Sprintf("line %d", row.Line)
		cell := func(column string) string { return text.FromCSV(row.Cell(column)) }
		r := Row{Customer: cell("customer"), Company: cell("company"), Note: cell("note"), place: place}
		switch s := cell("disabled"); strings.ToLower(s) {
		case "", "no", "false", "0":
		case "yes", "true", "1":
			r.Disabled = true
		default:
			faults.Add(place, "disabled is %q: want yes or no", s)
		}
		c := ConfigurationRow{Device: cell("device"), Configuration: cell("configuration"), Note: r.Note, place: place}
		switch {
		case c.Device == "" && c.Configuration == "":
			m.Rows = append(m.Rows, r)
		case r.Customer == "" && r.Company == "" && !r.Disabled:
			m.Configurations = append(m.Configurations, c)
		default:
			faults.Add(place, "a row is about a customer or about a device, not about both")
		}
	}
	return faults.Err()
}

// WriteCSV writes the mapping as CSV with a line of column names. Every cell is
// one line that no spreadsheet takes for a formula. The feed is not written.
// A text that already looks like an escaped formula could not be read back: it
// is an error. Write JSON then.
func (m *Mapping) WriteCSV(w io.Writer) error {
	table := [][]string{columns}
	var faults strict.Faults
	add := func(place string, cells ...string) {
		for i, s := range cells {
			cells[i] = text.CSV(s)
			faults.Need(text.FromCSV(cells[i]) == text.Line(s), place, "CSV cannot hold %q without changing it; JSON can", s)
		}
		table = append(table, cells)
	}
	for i, r := range m.Rows {
		add(r.at(i), r.Customer, r.Company, map[bool]string{true: "yes"}[r.Disabled], r.Note, "", "")
	}
	for i, c := range m.Configurations {
		add(c.at(i), "", "", "", c.Note, c.Device, c.Configuration)
	}
	if len(m.Configurations) == 0 {
		for i, row := range table {
			table[i] = row[:len(row)-2]
		}
	}
	err := faults.Err()
	if err == nil {
		err = csv.NewWriter(w).WriteAll(table)
	}
	if err != nil {
		return fmt.Errorf("mapping: %w", err)
	}
	return nil
}

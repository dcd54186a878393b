package match

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/covedesk/covedesk/internal/strict"
	"github.com/covedesk/covedesk/internal/text"
)

// columns are those of the CSV form, in the order in which they are written.
// The last two are written only when there are configurations.
var columns = []string{"customer", "company", "disabled", "note", "device", "configuration"}

// ReadMapping reads a mapping that a person, [Mapping.WriteCSV] or
// [Mapping.WriteJSON] wrote, and validates it. It reports all faults at once,
// each with its line or path.
//
// CSV begins with a line of column names, in any order: customer, company,
// disabled (yes or no), note, device, configuration. A row is about a customer
// or about a device. Cells are separated by commas, semicolons or tabs. JSON is
// an object in the form of [Mapping]. Both are UTF-8, with or without a
// byte-order mark; any other encoding is an error that names it. Unknown
// columns and members are errors.
func ReadMapping(r io.Reader) (*Mapping, error) {
	data, err := strict.Read(r, 64<<20)
	if err != nil {
		return nil, fmt.Errorf("mapping: %w", err)
	}
	read := readCSV
	if start := bytes.TrimSpace(data); len(start) > 0 && (start[0] == '{' || start[0] == '[') {
		read = readJSON
	}
	m, err := read(data)
	if err == nil {
		err = m.Validate()
	}
	if err != nil {
		return nil, fmt.Errorf("mapping: %w", err)
	}
	return m, nil
}

func readJSON(data []byte) (*Mapping, error) {
	m := &Mapping{}
	if err := strict.Decode(data, m); err != nil {
		return nil, err
	}
	for i := range m.Rows {
		m.Rows[i].place = fmt.Sprintf("customers[%d]", i)
	}
	for i := range m.Configurations {
		m.Configurations[i].place = fmt.Sprintf("configurations[%d]", i)
	}
	return m, nil
}

func readCSV(data []byte) (*Mapping, error) {
	rows, err := strict.CSV(data, nil, columns)
	if err != nil {
		return nil, err
	}
	m := &Mapping{}
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
	return m, faults.Err()
}

// WriteCSV writes the mapping as CSV with a line of column names. Every cell is
// one line that no spreadsheet takes for a formula. The feed is not written.
// A text that already looks like an escaped formula could not be read back: it
// is an error. Write JSON then.
func (m *Mapping) WriteCSV(w io.Writer) error {
	table := [][]string{columns}
	for i, r := range m.Rows {
		disabled := ""
		if r.Disabled {
			disabled = "yes"
		}
		row, err := toCSV(r.at(i), r.Customer, r.Company, disabled, r.Note, "", "")
		if err != nil {
			return err
		}
		table = append(table, row)
	}
	for i, c := range m.Configurations {
		row, err := toCSV(c.at(i), "", "", "", c.Note, c.Device, c.Configuration)
		if err != nil {
			return err
		}
		table = append(table, row)
	}
	out := csv.NewWriter(w)
	for _, row := range table {
		if len(m.Configurations) == 0 {
			row = row[:len(row)-2]
		}
		if err := out.Write(row); err != nil {
			return fmt.Errorf("mapping: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("mapping: %w", err)
	}
	return nil
}

// toCSV escapes the cells of a row.
func toCSV(place string, cells ...string) ([]string, error) {
	for i, s := range cells {
		cells[i] = text.CSV(s)
		if text.FromCSV(cells[i]) != text.Line(s) {
			return nil, fmt.Errorf("mapping: %s: CSV cannot hold %s without changing it; JSON can", place, strconv.Quote(s))
		}
	}
	return cells, nil
}

// WriteJSON writes the mapping as indented JSON.
func (m *Mapping) WriteJSON(w io.Writer) error {
	out := *m
	if out.Rows == nil {
		out.Rows = []Row{}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(out); err != nil {
		return fmt.Errorf("mapping: %w", err)
	}
	return nil
}

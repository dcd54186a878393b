package match

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Mapping is what people have decided by hand. The zero value decides
// nothing.
type Mapping struct {
	Entries []Entry `json:"entries"`
}

// Entry is one row of a [Mapping].
type Entry struct {
	// Customer is the id of the customer: an EndCustomer or a site.
	Customer string `json:"customer"`

	// CustomerName is for the reader and decides nothing.
	CustomerName string `json:"customerName,omitzero"`

	// Company is the id of the company the customer belongs to.
	Company int64 `json:"company,omitzero"`

	// CompanyName is for the reader and decides nothing.
	CompanyName string `json:"companyName,omitzero"`

	// Disabled switches the customer off: no tickets, those that are open are
	// kept.
	Disabled bool `json:"disabled,omitzero"`
}

// columns are those of the CSV form, as they are written.
var columns = []string{"customer", "customerName", "company", "companyName", "disabled"}

// Validate returns every fault of the mapping at once: rows without a
// customer, rows that neither name a company nor are disabled, and rows of one
// customer that contradict each other.
func (m Mapping) Validate() error {
	var faults []error
	first := map[string]int{}
	for i, e := range m.Entries {
		fault := func(format string, args ...any) {
			faults = append(faults, fmt.Errorf("mapping row %d: %s", i+1, fmt.Sprintf(format, args...)))
		}
		if e.Customer == "" {
			fault("no customer")
			continue
		}
		switch {
		case e.Company < 0:
			fault("company %d of customer %s is negative", e.Company, e.Customer)
		case e.Company == 0 && !e.Disabled:
			fault("customer %s has no company and is not disabled", e.Customer)
		}
		at, again := first[e.Customer]
		if !again {
			first[e.Customer] = i
			continue
		}
		if o := m.Entries[at]; o.Company != e.Company || o.Disabled != e.Disabled {
			fault("customer %s stands in row %d already, with another company or state", e.Customer, at+1)
		}
	}
	return errors.Join(faults...)
}

// ReadMapping reads a mapping in the form that [Mapping.WriteCSV] or
// [Mapping.WriteJSON] writes, and validates it. CSV needs a header line with
// customer and company at least; the columns may stand in any order, be
// separated by commas, semicolons or tabs, and be preceded by a byte order
// mark. Columns and members that are not known are errors.
func ReadMapping(r io.Reader) (Mapping, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return Mapping{}, fmt.Errorf("mapping: %w", err)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	read := readCSV
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		read = readJSON
	}
	m, err := read(data)
	if err != nil {
		return Mapping{}, fmt.Errorf("mapping: %w", err)
	}
	if err := m.Validate(); err != nil {
		return Mapping{}, err
	}
	return m, nil
}

func readJSON(data []byte) (Mapping, error) {
	var m Mapping
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return Mapping{}, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Mapping{}, errors.New("text after the end")
	}
	return m, nil
}

func readCSV(data []byte) (Mapping, error) {
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma = separator(data)
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return Mapping{}, errors.New("the file is empty")
	}
	if err != nil {
		return Mapping{}, err
	}
	at, err := columnOrder(header)
	if err != nil {
		return Mapping{}, err
	}
	var m Mapping
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err != nil {
			return Mapping{}, err
		}
		line, _ := r.FieldPos(0)
		e, err := entry(row, at)
		if err != nil {
			return Mapping{}, fmt.Errorf("line %d: %w", line, err)
		}
		m.Entries = append(m.Entries, e)
	}
}

// separator is the one of the separators that the header line has most of.
func separator(data []byte) rune {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	best, most := ',', 0
	for _, c := range ",;\t" {
		if n := bytes.Count(line, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

// columnOrder returns where each column stands, -1 for those that do not.
func columnOrder(header []string) ([]int, error) {
	at := slices.Repeat([]int{-1}, len(columns))
	for i, name := range header {
		k := slices.IndexFunc(columns, func(c string) bool { return strings.EqualFold(c, strings.TrimSpace(name)) })
		switch {
		case k < 0:
			return nil, fmt.Errorf("unknown column %q; the columns are %s", name, strings.Join(columns, ", "))
		case at[k] >= 0:
			return nil, fmt.Errorf("column %q stands there twice", name)
		}
		at[k] = i
	}
	for k, name := range columns {
		if at[k] < 0 && (name == "customer" || name == "company") {
			return nil, fmt.Errorf("column %q is missing", name)
		}
	}
	return at, nil
}

func entry(row []string, at []int) (Entry, error) {
	cell := func(k int) string {
		if at[k] < 0 {
			return ""
		}
		return row[at[k]]
	}
	e := Entry{Customer: strings.TrimSpace(cell(0)), CustomerName: cell(1), CompanyName: cell(3)}
	if s := strings.TrimSpace(cell(2)); s != "" {
		id, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return Entry{}, fmt.Errorf("company %q is not an id", s)
		}
		e.Company = id
	}
	switch s := strings.ToLower(strings.TrimSpace(cell(4))); s {
	case "", "false", "no", "0":
	case "true", "yes", "1":
		e.Disabled = true
	default:
		return Entry{}, fmt.Errorf("disabled is %q, want true or false", s)
	}
	return e, nil
}

// WriteCSV writes the mapping as CSV with a header line.
func (m Mapping) WriteCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	rows := [][]string{columns}
	for _, e := range m.Entries {
		company := ""
		if e.Company != 0 {
			company = strconv.FormatInt(e.Company, 10)
		}
		rows = append(rows, []string{e.Customer, e.CustomerName, company, e.CompanyName, strconv.FormatBool(e.Disabled)})
	}
	if err := c.WriteAll(rows); err != nil {
		return fmt.Errorf("mapping: %w", err)
	}
	return nil
}

// WriteJSON writes the mapping as indented JSON.
func (m Mapping) WriteJSON(w io.Writer) error {
	if m.Entries == nil {
		m.Entries = []Entry{}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(m); err != nil {
		return fmt.Errorf("mapping: %w", err)
	}
	return nil
}

package monitor

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/covedesk/covedesk/internal/strict"
	"github.com/covedesk/covedesk/internal/text"
)

// A Format is how a list is written.
type Format string

// The formats.
const (
	// CSV has a header line. An apostrophe precedes a text that a spreadsheet
	// would take for a formula. Every cell is one line.
	CSV Format = "csv"
	// JSONLines has one object a line, with the columns of CSV as members.
	JSONLines Format = "jsonl"
)

// writeTable writes rows of a struct whose fields are the columns, without
// secrets.
func writeTable[T any](w io.Writer, format Format, rows []T) error {
	for i := range rows {
		for row, n := reflect.ValueOf(&rows[i]).Elem(), 0; n < row.NumField(); n++ {
			if field := row.Field(n); field.Kind() == reflect.String {
				field.SetString(text.Hide(field.String()))
			}
		}
	}
	switch format {
	case CSV:
		out := csv.NewWriter(w)
		line := make([]string, reflect.TypeFor[T]().NumField())
		for i := range line {
			line[i] = reflect.TypeFor[T]().Field(i).Name
		}
		_ = out.Write(line) // the writer keeps its first error
		for i := range rows {
			row := reflect.ValueOf(&rows[i]).Elem()
			for i := range line {
				line[i] = cell(row.Field(i))
			}
			_ = out.Write(line)
		}
		out.Flush()
		return out.Error()
	case JSONLines:
		out := json.NewEncoder(w)
		out.SetEscapeHTML(false)
		for i := range rows {
			if err := out.Encode(&rows[i]); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("monitor: no format %q", format)
}

// cell writes a cell; texts cannot become formulas.
func cell(v reflect.Value) string {
	switch {
	case v.Kind() == reflect.String:
		return text.CSV(v.String())
	case v.Kind() == reflect.Pointer && v.IsNil():
		return ""
	}
	return fmt.Sprint(reflect.Indirect(v).Interface())
}

// readTable reads rows in either format. It ignores columns that T has no field
// for and leaves fields without a column empty; the column key must be there.
// An empty file has no rows and no error.
func readTable[T any](r io.Reader, key string) ([]T, error) {
	data, err := strict.Read(r, 256<<20)
	if err != nil {
		return nil, err
	}
	switch text := bytes.TrimSpace(data); {
	case len(text) == 0:
		return nil, nil
	case text[0] == '{':
		return readLines[T](data)
	}
	if bytes.HasPrefix(data, []byte("#TYPE ")) { // Windows PowerShell writes such a first line
		_, data, _ = bytes.Cut(data, []byte("\n"))
	}
	table, err := strict.CSV(data, []string{key}, nil)
	if err != nil {
		return nil, err
	}
	rows := make([]T, len(table))
	for i, line := range table {
		row := reflect.ValueOf(&rows[i]).Elem()
		for n := range row.NumField() {
			name := row.Type().Field(n).Name
			if err := setCell(row.Field(n), line.Cell(name)); err != nil {
				return nil, strict.Faults{{Path: fmt.Sprintf("line %d", line.Line), Text: fmt.Sprintf("%s: %v", name, err)}}
			}
		}
	}
	return rows, nil
}

func readLines[T any](data []byte) (rows []T, err error) {
	in := json.NewDecoder(bytes.NewReader(data))
	for line := 1; ; line++ {
		var row T
		switch err := in.Decode(&row); {
		case err == io.EOF:
			return rows, nil
		case err != nil:
			return nil, strict.Faults{{Path: fmt.Sprintf("line %d", line), Text: err.Error()}}
		}
		rows = append(rows, row)
	}
}

// setCell reads what cell wrote. An empty cell leaves the field zero.
func setCell(v reflect.Value, s string) error {
	switch s = text.FromCSV(s); {
	case v.Kind() == reflect.String:
		v.SetString(s)
	case s != "":
		// Spreadsheets write TRUE, and in some countries 1,5.
		return json.Unmarshal([]byte(strings.Replace(strings.ToLower(s), ",", ".", 1)), v.Addr().Interface())
	}
	return nil
}

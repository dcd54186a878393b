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

// hidden hides the secrets in rows of a struct.
func hidden[T any](rows []T) []T {
	for i := range rows {
		for row, n := reflect.ValueOf(&rows[i]).Elem(), 0; n < row.NumField(); n++ {
			if field := row.Field(n); field.Kind() == reflect.String {
				field.SetString(text.Hide(field.String()))
			}
		}
	}
	return rows
}

// writeTable writes rows of a struct whose fields are the columns as CSV, with a
// header line.
func writeTable[T any](w io.Writer, rows []T) error {
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

// readTable reads what writeTable wrote. It ignores columns that T has no field
// for and leaves fields without a column empty; the column key must be there.
// An empty file has no rows: the PowerShell tool writes one where it did nothing.
func readTable[T any](r io.Reader, key string) ([]T, error) {
	data, err := strict.Read(r, 256<<20)
	if err != nil || len(bytes.TrimSpace(data)) == 0 {
		return nil, err
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

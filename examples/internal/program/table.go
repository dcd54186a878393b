package program

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
)

// The forms that Table writes.
const (
	FormTable = "table"
	FormCSV   = "csv"
	FormJSON  = "json"
)

// Table writes rows, the first of which names the columns: as a table for
// people, as CSV, or as JSON, which shows raw instead. Cells may come from
// outside.
func Table(to io.Writer, form string, rows [][]string, raw any) error {
	switch form {
	case FormJSON:
		e := json.NewEncoder(to)
		e.SetIndent("", "\t")
		return e.Encode(raw)
	case FormCSV:
		w := csv.NewWriter(to)
		for _, row := range rows {
			cells := make([]string, len(row))
			for i := range row {
				cells[i] = Cell(OneLine(row[i]))
			}
			if err := w.Write(cells); err != nil {
				return err
			}
		}
		w.Flush()
		return w.Error()
	}
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		for i, cell := range row {
			end := "\t"
			if i == len(row)-1 {
				end = "\n"
			}
			if _, err := fmt.Fprint(w, OneLine(cell), end); err != nil {
				return err
			}
		}
	}
	return w.Flush()
}

// OneLine returns a text from outside as one printable line.
func OneLine(text string) string { return strings.Join(strings.Fields(Printable(text)), " ") }

// Printable returns a text from outside without control characters. Line breaks
// stay.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r == '\n' || r == '\u00a0' || strconv.IsPrint(r):
			return r
		}
		return -1
	}, strings.ToValidUTF8(text, "\ufffd"))
}

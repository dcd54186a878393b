package strict

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Row is one line of a table.
type Row struct {
	// Line is the row's line in the file, from 1; faults of its cells have the
	// path "line 7".
	Line  int
	cells map[string]string
}

// Cell returns the text of a column, without blanks around it; "" if the table
// has no such column. The case of the name does not matter.
func (r Row) Cell(column string) string { return r.cells[strings.ToLower(column)] }

// CSV reads a table that a person keeps: a line of column names, then rows. The
// columns may be in any order, and the case of their names does not matter. A
// required column that is missing is a fault; so is a column that is neither
// required nor optional, unless optional is nil. The separator is the most
// frequent one of comma, semicolon and tab in the first line. Empty lines are
// skipped. The error is of type [Faults].
func CSV(data []byte, required, optional []string) ([]Row, error) {
	data, err := inUTF8(data)
	if err != nil {
		return nil, err
	}
	in := csv.NewReader(bytes.NewReader(data))
	in.Comma = separator(data)
	in.FieldsPerRecord = -1
	head, err := in.Read()
	if err != nil {
		return nil, csvFault(err)
	}
	columns, faults := header(head, required, optional)
	var rows []Row
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, append(faults, csvFault(err)...)
		}
		line, _ := in.FieldPos(0)
		if strings.TrimSpace(strings.Join(cells, "")) == "" {
			continue
		}
		if len(cells) != len(columns) {
			faults.Add(fmt.Sprintf("line %d", line), "has %d cells where the first line names %d columns", len(cells), len(columns))
			continue
		}
		row := Row{line, make(map[string]string, len(cells))}
		for i, cell := range cells {
			row.cells[columns[i]] = strings.TrimSpace(cell)
		}
		rows = append(rows, row)
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return rows, nil
}

// header returns the names of the columns in lower case.
func header(head, required, optional []string) (columns []string, faults Faults) {
	known := slices.Concat(required, optional)
	for _, name := range head {
		name = strings.TrimSpace(name)
		column := strings.ToLower(name)
		switch {
		case optional != nil && !slices.ContainsFunc(known, func(c string) bool { return strings.EqualFold(c, name) }):
			faults.Add("line 1", "the column %s is not known; the nearest are %s", shown(name), quoted(Nearest(name, known, 3)))
		case slices.Contains(columns, column):
			faults.Add("line 1", "the column %q stands there twice", column)
		}
		columns = append(columns, column)
	}
	for _, name := range required {
		if !slices.Contains(columns, strings.ToLower(name)) {
			faults.Add("line 1", "the column %q is missing", name)
		}
	}
	return columns, faults
}

// separator returns the separator that the first line has most of.
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

func csvFault(err error) Faults {
	var parse *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return Faults{{"", "is empty"}}
	case errors.As(err, &parse):
		return Faults{{fmt.Sprintf("line %d", parse.Line), parse.Err.Error()}}
	}
	return Faults{{"", err.Error()}}
}

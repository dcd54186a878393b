package cove

import (
	"strings"
)

// A ColumnType is what the text of a column means.
type ColumnType uint8

// The column types and the Go types that suit them in a tagged struct.
const (
	ColumnText     ColumnType = iota // string
	ColumnID                         // int64
	ColumnCount                      // int64
	ColumnBytes                      // Bytes, int64
	ColumnTime                       // time.Time; Unix seconds, UTC
	ColumnSeconds                    // time.Duration
	ColumnHours                      // time.Duration; may be negative
	ColumnEnum                       // OSType, AccountType, SeedingMode, SyncStatus, RecoveryMode
	ColumnBitmask                    // uint64
	ColumnFlag                       // bool
	ColumnStatus                     // SessionStatus
	ColumnColorBar                   // ColorBar
	ColumnSources                    // DataSourceSet
)

// A Column describes a column of device statistics. Every column has up to
// two spellings, both of which the API takes wherever a column is named; it
// answers with the one that was asked for.
type Column struct {
	Code   string // new spelling: "I6", "D01F00"; "" where there is none
	Legacy string // legacy spelling: "TS", "F0"; "" where there is none
	Name   string // "" when the meaning is not known
	Type   ColumnType
	Source DataSource // the data source, zero for columns of the whole device
}

var columnsByCode = func() map[string]Column {
	all := make(map[string]Column)
	for _, c := range deviceColumns {
		column := Column{Code: c.code, Legacy: c.legacy, Name: c.name, Type: c.kind}
		for _, code := range []string{c.code, c.legacy} {
			if code != "" {
				all[code] = column
			}
		}
	}
	return all
}()

// LookupColumn describes a column by either spelling. It reports false for
// codes the catalogue does not hold, which may be used all the same: tenants
// have custom columns ("AA" and a number), and the API grows.
func LookupColumn(code string) (Column, bool) {
	if c, ok := columnsByCode[code]; ok {
		return c, true
	}
	source, number, ok := splitSourceColumn(code)
	if !ok {
		return Column{}, false
	}
	for _, f := range sourceFields {
		if int(f.number) != number {
			continue
		}
		c := Column{Name: source.Name() + ": " + f.name, Type: f.kind, Source: source}
		if d := source.String(); strings.HasPrefix(d, "D") {
			c.Code = d + fieldCode(number)
		}
		if letter := source.Letter(); letter != "" && f.legacy != 0 {
			c.Legacy = letter + string(rune(f.legacy))
		}
		return c, true
	}
	return Column{}, false
}

func fieldCode(number int) string {
	return "F" + string(rune('0'+number/10)) + string(rune('0'+number%10))
}

package cove

import (
	"fmt"
	"strings"
)

// A ColumnType says how to read the text of a column.
type ColumnType uint8

// The column types, and the Go types that suit them in a tagged struct.
const (
	TypeText        ColumnType = iota // string
	TypeNumber                        // int64: ids and counts
	TypeBytes                         // Bytes, or int64
	TypeTime                          // time.Time; zero when "", "0" or missing
	TypeSeconds                       // time.Duration
	TypeHours                         // time.Duration; may be negative
	TypeEnumeration                   // OSType, AccountType, SeedingMode, SyncStatus, RecoveryMode
	TypeBitmask                       // uint64
	TypeFlag                          // bool
	TypeStatus                        // SessionStatus
	TypeColorBar                      // ColorBar
	TypeSources                       // DataSourceSet
)

var columnTypes = [...]string{"text", "number", "bytes", "time", "seconds", "hours", "enumeration", "bitmask", "flag", "status", "colorbar", "sources"}

// String returns the type in one word.
func (t ColumnType) String() string { return enumName("ColumnType", uint8(t), columnTypes[:]...) }

// A Column describes a column of device statistics. Every column has one or two
// spellings. The API accepts both wherever a column is named, and answers with
// the spelling that was asked for.
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

// LookupColumn describes a column by either spelling. D-codes may lack their
// zeros ("D1F0"). It reports false for codes that are not in the catalogue.
// Such codes can still be asked for: tenants have custom columns ("AA" and a
// number), and the API may get new ones.
func LookupColumn(code string) (Column, bool) {
	if c, ok := columnsByCode[code]; ok {
		return c, true
	}
	source, number, ok := splitSourceColumn(code)
	if !ok || source.Name() == source.String() {
		return Column{}, false
	}
	return source.column(number)
}

func (s DataSource) column(number int) (Column, bool) {
	for _, f := range sourceFields {
		if int(f.number) != number {
			continue
		}
		c := Column{Name: s.Name() + ": " + f.name, Type: f.kind, Source: s}
		if d := s.String(); strings.HasPrefix(d, "D") {
			c.Code = fmt.Sprintf("%sF%02d", d, number)
		}
		if letter := s.Letter(); letter != "" && f.legacy != 0 {
			c.Legacy = letter + string(rune(f.legacy))
		}
		return c, c.Code != "" || c.Legacy != ""
	}
	return Column{}, false
}

package cove

import (
	"fmt"
	"iter"
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

// Codes of common columns, for filters, orders and DeviceQuery.Columns. Each
// but ANY has a second spelling, which [LookupColumn] returns.
const (
	ColumnDeviceID        = "AU"  // account id
	ColumnDeviceName      = "AN"  // unique login name of the device
	ColumnDeviceAlias     = "AL"  // name given in the console
	ColumnComputerName    = "MN"  // absent on Microsoft 365
	ColumnCustomer        = "AR"  // name of the owning partner
	ColumnReference       = "PF"  // external code of the owning partner
	ColumnProduct         = "PN"  // name of the retention policy
	ColumnProfileID       = "OI"  // id of the backup profile
	ColumnProfile         = "OP"  // name of the backup profile
	ColumnOS              = "OS"  // text: "Windows Server 2019 Standard (17763), 64-bit"
	ColumnOSType          = "OT"  // see OSType
	ColumnAccountType     = "AT"  // see AccountType
	ColumnSources         = "I78" // active data sources: "D01D02"
	ColumnCreated         = "CD"  // Unix seconds
	ColumnExpires         = "ED"  // Unix seconds; 0: never
	ColumnSeen            = "TS"  // last contact, Unix seconds
	ColumnUsedStorage     = "US"  // bytes
	ColumnStorageLocation = "LN"  // text
	ColumnTotalStatus     = "T0"  // status of the last session of any source
	ColumnTotalErrors     = "T7"  // errors of all sources
	ColumnTotalSuccess    = "TL"  // newest success of all sources, Unix seconds; hides a source that stopped
	ColumnAnyText         = "ANY" // in filters only: any text column
)

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

// Columns yields the whole catalogue: the columns of a device, then those of
// each data source.
func Columns() iter.Seq[Column] {
	return func(yield func(Column) bool) {
		for _, c := range deviceColumns {
			if !yield(Column{Code: c.code, Legacy: c.legacy, Name: c.name, Type: c.kind}) {
				return
			}
		}
		for _, s := range DataSources() {
			for _, f := range sourceFields {
				if c, ok := s.column(int(f.number)); ok && !yield(c) {
					return
				}
			}
		}
	}
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

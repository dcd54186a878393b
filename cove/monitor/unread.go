package monitor

import (
	"slices"

	"github.com/covedesk/covedesk/cove"
)

// unread finds the needed columns that could not be read, or that this user may
// not read: those about the device, and the sources that have such a column.
// The values are left out, because they may be anything.
func (j *judge) unread() (columns []string, sources cove.DataSourceSet) {
	var codes []string
	for i := range j.Malformed {
		codes = append(codes, j.Malformed[i].Column)
	}
	for _, code := range append(codes, j.Refused...) {
		switch s, needed := j.needs(code); {
		case needed && s != 0 && s != cove.SourceTotal:
			sources |= cove.DataSourcesOf(s)
		case needed:
			columns = append(columns, code)
		}
	}
	if sources.Has(cove.SourceSystemState) {
		sources |= cove.DataSourcesOf(cove.SourceVSSSystemState) // both sources have the same columns
	}
	return columns, sources
}

// neededFields are the columns that a verdict depends on: of a source, and of
// all sources together.
var neededFields = [...][]string{{"F00", "F06", "F09", "F17"}, {"F00", "F09", "F18"}}

// needs reports whether a verdict depends on a column, and which source it
// belongs to. A column that is in no catalogue was asked for because a rule
// needs it.
func (j *judge) needs(code string) (cove.DataSource, bool) {
	c, known := cove.LookupColumn(code)
	switch {
	case !known:
		return 0, true
	case c.Type == cove.TypeColorBar:
		return c.Source, j.class.Failures > 1
	case c.Source == cove.SourceTotal:
		return c.Source, slices.Contains(neededFields[1], c.Code[3:])
	case c.Source != 0:
		return c.Source, c.Code == "" || slices.Contains(neededFields[0], c.Code[3:])
	case slices.Contains(recoveryColumns, code):
		return 0, j.class.Recovery > 0
	case c.Legacy == "YS", slices.Contains(storageColumns, code):
		return 0, j.class.Storage
	case c.Type == cove.TypeText:
		return 0, len(j.rules.Overrides) > 0 || c.Legacy == "OS" && j.OSType == cove.OSUndefined
	}
	return 0, c.Type != cove.TypeBytes && c.Type != cove.TypeSeconds && c.Type != cove.TypeHours && c.Legacy != "PD" && c.Legacy != "CD"
}

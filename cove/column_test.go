package cove

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// table reads a table of tab-separated values with a comment line.
func table(t *testing.T, name string) [][]string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "#") {
			rows = append(rows, strings.Split(strings.TrimRight(line, "\n"), "\t"))
		}
	}
	return rows
}

// The catalogue and the published tables have the same columns.
func TestColumnsAgainstTheTables(t *testing.T) {
	type key struct{ code, legacy, kind string }
	published := make(map[key]bool)
	for _, row := range table(t, "columns.tsv") {
		published[key{row[0], row[1], row[2]}] = true
	}
	for _, row := range table(t, "source_columns.tsv") {
		published[key{row[0], row[1], row[2]}] = true
	}
	ours := make(map[key]bool)
	for c := range Columns() {
		k := key{c.Code, c.Legacy, c.Type.String()}
		if ours[k] && k.legacy != "" {
			t.Errorf("%v is in the catalogue twice", k)
		}
		ours[k] = true
		if !published[k] {
			t.Errorf("%v is in the catalogue only", k)
		}
		for _, code := range []string{c.Code, c.Legacy} {
			if code == "" {
				continue
			}
			got, ok := LookupColumn(code)
			if shared := c.Source == SourceVSSSystemState && code == c.Legacy; !ok || got != c && !shared {
				t.Errorf("LookupColumn(%s) = %+v, %v; want %+v", code, got, ok, c)
			}
			if err := checkCode(code); err != nil {
				t.Errorf("%s: %v", code, err)
			}
		}
	}
	for k := range published {
		if !ours[k] && k.code+k.legacy != "" {
			t.Errorf("%v is published and not in the catalogue", k)
		}
	}
}

// New 06 is legacy 7 and new 07 is legacy 6, for every source.
func TestErrorsAndProtectedSizeCross(t *testing.T) {
	for _, s := range DataSources() {
		if s.Letter() == "" {
			continue
		}
		for field, legacy := range map[string]string{"F06": "7", "F07": "6"} {
			c, ok := LookupColumn(s.Letter() + legacy)
			if !ok || c.Legacy != s.Letter()+legacy || c.Code != "" && !strings.HasSuffix(c.Code, field) {
				t.Errorf("%s of %s: %+v", field, s, c)
			}
			if got, err := sourceColumn(s.Letter(), field); err != nil || got != c.Legacy {
				t.Errorf("tag %s in %s: %q, %v", field, s.Letter(), got, err)
			}
		}
	}
	for code, want := range map[string]ColumnType{"D01F06": TypeNumber, "F7": TypeNumber, "T7": TypeNumber, "D01F07": TypeBytes, "F6": TypeBytes, "T6": TypeBytes} {
		if c, _ := LookupColumn(code); c.Type != want {
			t.Errorf("%s is %v", code, c.Type)
		}
	}
}

func TestLookupColumn(t *testing.T) {
	for code, want := range map[string]string{
		"AU": "I0", "I0": "I0", "TS": "I6", "TL": "D09F09", "D9F9": "D09F09", "D1F0": "D01F00", "S0": "D02F00", "TZ": "I24", "NO": "D06F18", "GM": "D19F20", "T@": "D09F21", "B2": "D17F02",
	} {
		if c, ok := LookupColumn(code); !ok || c.Code != want {
			t.Errorf("%s: %+v, %v; want %s", code, c, ok, want)
		}
	}
	for _, code := range []string{"", "AA843", "I7", "D13F00", "D01F26", "D01", "F", "ZZ", "au", "D00F00", "D99F00", "D999999999F0", "DQ", "D1F", "D1F123", "D1FX"} {
		if c, ok := LookupColumn(code); ok {
			t.Errorf("%q: %+v", code, c)
		}
	}
}

func TestColumnTypes(t *testing.T) {
	if TypeText.String() != "text" || TypeHours.String() != "hours" || TypeSources.String() != "sources" || ColumnType(99).String() != "ColumnType99" {
		t.Error(TypeText, TypeHours, TypeSources, ColumnType(99))
	}
	for _, code := range []string{ColumnDeviceID, ColumnSources, ColumnTotalSuccess, ColumnReference} {
		if _, ok := LookupColumn(code); !ok {
			t.Errorf("constant %s is in no table", code)
		}
	}
}

func TestDataSources(t *testing.T) {
	all := DataSources()
	if len(all) != 21 || !slices.IsSorted(all) {
		t.Errorf("%v", all)
	}
	for text, want := range map[string]DataSourceSet{
		"": 0, "D01D02": DataSourcesOf(1, 2), "D1,D2": DataSourcesOf(1, 2), "D01, D2 D10": DataSourcesOf(1, 2, 10), "D10D01": DataSourcesOf(1, 10),
		"FSZ": DataSourcesOf(1, 2, 10), "D19D20D05D23": DataSourcesOf(5, 19, 20, 23), "D13": DataSourcesOf(13), "RK": DataSourcesOf(SourceRemovableMedia, SourceLinuxSystemState),
	} {
		var got DataSourceSet
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"D", "D0", "D62", "D999999", "Ü", "DD", "1", "O"} {
		var got DataSourceSet
		if err := got.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
	for text, want := range map[string]DataSource{"": 0, "D10": SourceMSSQL, "D1": SourceFilesAndFolders, "K": SourceLinuxSystemState} {
		var got DataSource
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
		if again, err := got.MarshalText(); err != nil || len(text) != 2 && string(again) != text {
			t.Errorf("%q is written %q, %v", text, again, err)
		}
	}
	for _, text := range []string{"D01D02", "files", "D99"} {
		if got := SourceMSSQL; got.UnmarshalText([]byte(text)) == nil || got != SourceMSSQL {
			t.Errorf("%q is read as %v", text, got)
		}
	}
	set := DataSourcesOf(SourceMSSQL, SourceFilesAndFolders)
	if set.String() != "D01D10" || set.Len() != 2 || !set.Has(SourceMSSQL) || set.Has(SourceHyperV) || set.Has(200) {
		t.Errorf("%v", set)
	}
	for s := range set.All() {
		if s != SourceFilesAndFolders {
			t.Errorf("first is %v", s)
		}
		break
	}
	if SourceLinuxSystemState.String() != "K" || DataSource(13).Name() != "D13" || SourceMSSQL.Name() != "MS SQL" || !SourceM365Teams.M365() || SourceM365Teams.Letter() != "" {
		t.Error("names")
	}
}

func TestDeviceSourceCoversTheCatalogue(t *testing.T) {
	var d Device
	for _, s := range DataSources() {
		stats, ok := d.Source(s)
		if ok != (stats != nil) {
			t.Errorf("%v: %v %v", s, stats, ok)
		}
		// Those are the sources that no device reports as active.
		rare := s == SourceVirtualRecovery || s == SourceBareMetalRestore || s == SourceRemovableMedia || s == SourceLinuxSystemState
		if ok == rare {
			t.Errorf("%v: %v", s, ok)
		}
	}
	if n := testing.AllocsPerRun(100, func() { d.Source(SourceMSSQL) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

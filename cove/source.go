package cove

import (
	"fmt"
	"iter"
	"math/bits"
	"strings"
)

// A DataSource is one kind of data that a device backs up. Its number is that
// of the API's D-code: D01 is 1, D23 is 23. Two sources have only a legacy
// letter; their numbers are above all D-codes.
//
// The zero value is not a source.
type DataSource uint8

// The data sources of the API. The list of active sources (column I78) holds
// only sources with a D-code, and never D03, D07, D09, D16 and D17.
const (
	SourceFilesAndFolders  DataSource = 1  // D01, letter F
	SourceSystemState      DataSource = 2  // D02, letter S
	SourceMSSQLLegacy      DataSource = 3  // D03, letter Q; superseded by SourceMSSQL
	SourceExchange         DataSource = 4  // D04, letter X; on-premises, through VSS
	SourceM365SharePoint   DataSource = 5  // D05, no letter
	SourceNetworkShares    DataSource = 6  // D06, letter N
	SourceVSSSystemState   DataSource = 7  // D07, shares letter S with D02
	SourceVMware           DataSource = 8  // D08, letter W
	SourceTotal            DataSource = 9  // D09, letter T; all sources together
	SourceMSSQL            DataSource = 10 // D10, letter Z
	SourceSharePoint       DataSource = 11 // D11, letter P; on-premises
	SourceOracle           DataSource = 12 // D12, letter Y
	SourceHyperV           DataSource = 14 // D14, letter H
	SourceMySQL            DataSource = 15 // D15, letter L
	SourceVirtualRecovery  DataSource = 16 // D16, letter V
	SourceBareMetalRestore DataSource = 17 // D17, letter B
	SourceM365Exchange     DataSource = 19 // D19, letter G
	SourceM365OneDrive     DataSource = 20 // D20, letter J
	SourceM365Teams        DataSource = 23 // D23, no letter
	SourceRemovableMedia   DataSource = 62 // legacy letter R only
	SourceLinuxSystemState DataSource = 63 // legacy letter K only
)

// sources is the table of data sources in the API's documentation of column
// codes.
var sources = [64]struct {
	name   string
	letter byte
	m365   bool
}{
	SourceFilesAndFolders:  {"Files and Folders", 'F', false},
	SourceSystemState:      {"System State", 'S', false},
	SourceMSSQLLegacy:      {"MS SQL (old plug-in)", 'Q', false},
	SourceExchange:         {"Exchange", 'X', false},
	SourceM365SharePoint:   {"M365 SharePoint", 0, true},
	SourceNetworkShares:    {"Network Shares", 'N', false},
	SourceVSSSystemState:   {"VSS System State", 'S', false},
	SourceVMware:           {"VMware", 'W', false},
	SourceTotal:            {"Total", 'T', false},
	SourceMSSQL:            {"MS SQL", 'Z', false},
	SourceSharePoint:       {"SharePoint", 'P', false},
	SourceOracle:           {"Oracle", 'Y', false},
	SourceHyperV:           {"Hyper-V", 'H', false},
	SourceMySQL:            {"MySQL", 'L', false},
	SourceVirtualRecovery:  {"Virtual Disaster Recovery", 'V', false},
	SourceBareMetalRestore: {"Bare-Metal Restore", 'B', false},
	SourceM365Exchange:     {"M365 Exchange", 'G', true},
	SourceM365OneDrive:     {"M365 OneDrive", 'J', true},
	SourceM365Teams:        {"M365 Teams", 0, true},
	SourceRemovableMedia:   {"Removable Media", 'R', false},
	SourceLinuxSystemState: {"Linux System State", 'K', false},
}

// sourceOfLetter finds the source of a legacy letter. D02 and D07 share the
// letter S; it is read as D02, which is the one that devices report.
func sourceOfLetter(letter byte) (DataSource, bool) {
	for s, row := range sources {
		if row.letter == letter && letter != 0 {
			return DataSource(s), true
		}
	}
	return 0, false
}

// DataSources returns every data source, ordered by number.
func DataSources() []DataSource {
	var all []DataSource
	for s, row := range sources {
		if row.name != "" {
			all = append(all, DataSource(s))
		}
	}
	return all
}

// String returns the D-code with two digits ("D01"), or the legacy letter of a
// source without a D-code.
func (s DataSource) String() string {
	if s == SourceRemovableMedia || s == SourceLinuxSystemState {
		return string(rune(sources[s].letter))
	}
	return fmt.Sprintf("D%02d", uint8(s))
}

// Name returns the name that the console shows ("Files and Folders"), or the
// code of a source that is not known.
func (s DataSource) Name() string {
	if int(s) < len(sources) && sources[s].name != "" {
		return sources[s].name
	}
	return s.String()
}

// MarshalText writes the code as [DataSource.String] does. The zero value
// becomes an empty text.
func (s DataSource) MarshalText() ([]byte, error) {
	if s == 0 {
		return nil, nil
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads one code in any form that column I78 has ("D01", "D1",
// "F"). An empty text is the zero value.
func (s *DataSource) UnmarshalText(text []byte) error {
	set, err := parseDataSourceSet(text)
	if err != nil || set.Len() > 1 {
		return fmt.Errorf("%s is not a data source such as \"D10\"", quoteShort(text))
	}
	*s = 0
	for *s = range set.All() {
	}
	return nil
}

// Letter returns the letter that begins the legacy column codes of the source
// ("F" in F0), or "" where there is none: Microsoft 365 SharePoint and Teams.
func (s DataSource) Letter() string {
	if int(s) < len(sources) && sources[s].letter != 0 {
		return string(rune(sources[s].letter))
	}
	return ""
}

// M365 tells whether the source is a Microsoft 365 service.
func (s DataSource) M365() bool { return int(s) < len(sources) && sources[s].m365 }

// A DataSourceSet is a set of sources. It is comparable, and its zero value is
// empty. No source has a number above 63.
//
// In a tagged struct it reads column I78 (active sources) in every known form:
// "D01D02", "D1,D2", a mix of both, and the letters of the legacy column AP.
type DataSourceSet uint64

// DataSourcesOf returns the set of the given sources.
func DataSourcesOf(list ...DataSource) DataSourceSet {
	var set DataSourceSet
	for _, s := range list {
		set |= 1 << (s & 63)
	}
	return set
}

// Has tells whether s is in the set.
func (set DataSourceSet) Has(s DataSource) bool { return s < 64 && set&(1<<s) != 0 }

// Len returns the number of sources in the set.
func (set DataSourceSet) Len() int { return bits.OnesCount64(uint64(set)) }

// All yields the sources, ordered by number.
func (set DataSourceSet) All() iter.Seq[DataSource] {
	return func(yield func(DataSource) bool) {
		for rest := uint64(set); rest != 0; rest &= rest - 1 {
			if !yield(DataSource(bits.TrailingZeros64(rest))) {
				return
			}
		}
	}
}

// String returns the codes one after another, as column I78 does: "D01D02".
func (set DataSourceSet) String() string {
	var b strings.Builder
	for s := range set.All() {
		b.WriteString(s.String())
	}
	return b.String()
}

// UnmarshalText reads any form of columns I78 and AP.
func (set *DataSourceSet) UnmarshalText(text []byte) error {
	parsed, err := parseDataSourceSet(text)
	if err == nil {
		*set = parsed
	}
	return err
}

func parseDataSourceSet(text []byte) (DataSourceSet, error) {
	var set DataSourceSet
	for i := 0; i < len(text); {
		c := text[i]
		switch c {
		case ',', ' ', ';':
			i++
		case 'D':
			n, j := 0, i+1
			for j < len(text) && text[j] >= '0' && text[j] <= '9' && n < 1000 {
				n = n*10 + int(text[j]-'0')
				j++
			}
			if j == i+1 || n == 0 || n >= int(SourceRemovableMedia) {
				return 0, fmt.Errorf("no list of data sources: %s", quoteShort(text))
			}
			set |= 1 << n
			i = j
		default:
			s, ok := sourceOfLetter(c)
			if !ok {
				return 0, fmt.Errorf("no list of data sources: %s", quoteShort(text))
			}
			set |= 1 << s
			i++
		}
	}
	return set, nil
}

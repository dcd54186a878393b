package covetest

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// column is one statistics column. Both of its spellings find the same column.
type column struct {
	index  int // position in a row's cells
	code   string
	legacy string
	name   string
	number bool // compares and sorts as a number

	// At most one of these fields returns its value.
	device  deviceCell
	partner func(*Partner) string
	source  string // code of the source, "" for columns of devices
	field   string
	cell    sourceCell
}

// Device columns: new spelling, legacy spelling, kind (n number, s text),
// meaning. A "-" stands for a spelling that does not exist.
const deviceColumns = `
I0 AU n Device ID
I1 AN s Device name
I2 AL s Device name alias
I3 QW s Password
I4 CD n Creation date
I5 ED n Expiration date
I6 TS n Time stamp
I8 AR s Customer
I9 PD n Product ID
I10 PN s Product
I11 LN s Storage location
I12 AG s Device group name
I13 OU s Own user name
I14 US n Used storage
I15 EM s E-mail
I16 OS s OS version
I17 VN s Client version
I18 MN s Computer name
I19 IP s Internal IPs
I20 EI s External IPs
I21 MA s MAC address
I22 DF n Dashboard frequency
I23 DL s Dashboard language
I24 TZ n Time offset
I26 SE n Cabinet storage efficiency
I27 CC n Total cabinets count
I28 E0 n Efficient cabinet count 0-25
I29 E1 n Efficient cabinet count 26-50
I30 E2 n Efficient cabinet count 50-75
I31 UV n Used virtual storage
I32 OT n OS type
I33 IS n Seeding mode
I34 AC n Anti-crypto enabled
I35 VE n LSV
I36 YS n Storage status
I37 YV n LSV status
I38 AS s Archived size
I39 RU s Retention units
I40 DS s Activity description
I41 HN s Number of Hyper-V virtual machines
I42 EN s Number of ESX virtual machines
I43 ES s Encryption status
I44 MF s Computer manufacturer
I45 MO s Computer model
I46 II s Installation ID
I47 IM n Installation mode
I48 REM s Restore e-mail
I49 RDF n Restore dashboard frequency
I50 RDL s Restore dashboards language
I54 OI n Profile ID
I55 OV s Profile version
I56 OP s Profile
I57 KU s Stock keeping unit
I58 PU s Stock keeping unit of the previous month
I59 AT n Account type
I60 PT n Proxy type
I62 RP s Most recent restore plug-in
I63 NC s Company name
I64 AD s Address
I65 ZP s ZIP code
I66 CY s Country
I67 CT s City
I68 PH s Phone number
I69 FX s Fax number
I70 CP s Contract name
I71 GN s Group name
I72 DE n Demo
I73 EU n Edu
I74 AI s Unattended installation account ID
I75 IF n First installation flag
I76 MV s Maximum allowed version
I77 PF s Customer reference
I78 - s Active data sources
AP - s Active data sources by letter
I80 - n Recovery testing
I81 - s Physicality
I82 - s Passphrase
I83 - n Customer partner ID
I84 - n CPU cores
I85 - n RAM
I86 - s FIPS status
I87 - s Not described
I88 - s mTLS status
I89 - s Not described
I90 - s Not described
ER - s Last error
ST - s Client status
SP - s Feature flag
ORC - s Feature flag
RTG - n Last restore time
IE - n Standby Image enabled
IT - n Standby Image status
RV0 - n Recovery verification status
RV7 - n Recovery verification errors
RVJ - n Recovery verification last completed status
RVK - s Recovery verification data
RVL - n Recovery verification last success time
RVO - n Recovery verification last completed time
`

// Data sources: code, legacy letter, name. D02 and D07 share a letter, which
// means D02.
const dataSources = `
D01 F Files and folders
D02 S System State
D03 Q MS SQL
D04 X Exchange
D05 - SharePoint Online
D06 N Network shares
D07 - VSS System State
D08 W VMware
D09 T Total
D10 Z VSS MS SQL
D11 P VSS SharePoint
D12 Y Oracle
D14 H Hyper-V
D15 L MySQL
D16 V Virtual disaster recovery
D17 B Bare-metal restore
D19 G Exchange Online
D20 J OneDrive
D23 - Teams
R R Removable media
K K Linux System State
`

// Field codes: new code, legacy character, kind, meaning. The digits of F06
// and F07 cross.
const fieldCodes = `
F00 0 n Status of the last session
F01 1 n Selected count
F02 2 n Processed count
F03 3 n Selected size
F04 4 n Processed size
F05 5 n Sent size
F06 7 n Errors count
F07 6 n Protected size
F08 B s Colour bar of the last 28 days
F09 L n Last successful session time
F10 8 n Selected count before
F11 9 n Selected size before
F12 A n Session duration
F13 I n License items count
F14 R n Retention
F15 G n Last session time stamp
F16 Q n Status of the last successful session
F17 J n Status of the last completed session
F18 O n Last completed session time
F19 K s Verification data
F20 M n Protected users
F21 @ n Shared mailboxes
F22 - n Protected sites
F23 - n Teams
F24 - n Channels
F25 - n Further count
F27 - n Offboarded total
`

// columnTable is the catalogue: device columns first, then a block of fields
// for each source.
type columnTable struct {
	list        []*column // by index
	byCode      map[string]*column
	sources     []string // in table order
	sourceOrder map[string]int
	deviceCount int
	twice       error
}

var columns = func() *columnTable {
	t, err := buildColumns(deviceColumns, dataSources, fieldCodes)
	if err != nil {
		panic("covetest: " + err.Error())
	}
	return t
}()

func buildColumns(deviceTable, sourceTable, fieldTable string) (*columnTable, error) {
	t := &columnTable{byCode: map[string]*column{}, sourceOrder: map[string]int{}}
	devices, err1 := tableRows(deviceTable, 4)
	sources, err2 := tableRows(sourceTable, 3)
	fields, err3 := tableRows(fieldTable, 4)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	for _, f := range devices {
		c := t.add(f[0], dash(f[1]), f[2], f[3])
		c.device, c.partner = deviceCells[f[0]], partnerCells[f[0]]
	}
	t.deviceCount = len(t.list)
	for i, f := range sources {
		source, letter, name := f[0], dash(f[1]), f[2]
		t.sourceOrder[source] = i
		t.sources = append(t.sources, source)
		for _, fd := range fields {
			code, legacy := source+fd[0], ""
			if letter != "" && fd[1] != "-" {
				legacy = letter + fd[1]
			}
			if source == letter {
				code = "" // no new spelling, as for R and K
			}
			c := t.add(code, legacy, fd[2], name+": "+fd[3])
			c.source, c.field, c.cell = source, fd[0], sourceCells[fd[0]]
		}
	}
	return t, t.twice
}

// add appends a column under its spellings. A column without a spelling is only
// a placeholder, so that all blocks have the same size.
func (t *columnTable) add(code, legacy, kind, name string) *column {
	c := &column{index: len(t.list), code: code, legacy: legacy, name: name, number: kind == "n"}
	t.list = append(t.list, c)
	for _, spelling := range []string{code, legacy} {
		if spelling == "" {
			continue
		}
		if t.byCode[spelling] != nil {
			t.twice = fmt.Errorf("column code %s stands twice", spelling)
		}
		t.byCode[spelling] = c
	}
	return c
}

// letters are the legacy letters of sources.
var letters = func() map[string]string {
	list := map[string]string{}
	rows, err := tableRows(dataSources, 3)
	for _, row := range rows {
		list[row[0]] = dash(row[1])
	}
	if err != nil {
		panic("covetest: " + err.Error())
	}
	return list
}()

// at returns the position of a device column.
func at(code string) int { return columns.byCode[code].index }

func dash(text string) string {
	if text == "-" {
		return ""
	}
	return text
}

func knownSource(code string) bool { _, ok := columns.sourceOrder[code]; return ok }

var looseCode = regexp.MustCompile(`^D0?(\d{1,2})F0?(\d{1,2})$`)

// findColumn finds a column by code. It accepts source codes without padding
// ("D1F0") unless Switches.PaddedCodesOnly is set.
func (s *Server) findColumn(code string) *column {
	if c := columns.byCode[code]; c != nil {
		if s.cfg.Bugs.CrossedErrors && code == c.legacy && c.index >= columns.deviceCount {
			switch code[1] {
			case '6':
				return columns.byCode[code[:1]+"7"]
			case '7':
				return columns.byCode[code[:1]+"6"]
			}
		}
		return c
	}
	if s.switches().PaddedCodesOnly {
		return nil
	}
	m := looseCode.FindStringSubmatch(code)
	if m == nil {
		return nil
	}
	return columns.byCode[fmt.Sprintf("D%02sF%02s", m[1], m[2])]
}

// forbiddenColumn tells whether the tenant refuses a code.
func (s *Server) forbiddenColumn(code string) bool {
	return slices.ContainsFunc(s.switches().ForbiddenColumns, func(f string) bool {
		if code == f {
			return true
		}
		source, field, ok := strings.Cut(code, "F")
		return ok && field != "" && source == f
	})
}

package covetest_test

import (
	"strings"
	"testing"

	"github.com/covedesk/covedesk/cove/covetest"
)

// The letters of the sources and the characters of the fields, from the
// published tables of column codes.
const (
	letters    = "D01=F D02=S D03=Q D04=X D06=N D08=W D09=T D10=Z D11=P D12=Y D14=H D15=L D16=V D17=B D19=G D20=J"
	characters = "F00=0 F01=1 F02=2 F03=3 F04=4 F05=5 F06=7 F07=6 F08=B F09=L F10=8 F11=9 F12=A F13=I F14=R F15=G F16=Q F17=J F18=O F19=K F20=M F21=@"
)

func TestLegacyCodes(t *testing.T) {
	var columns []string
	newOf := map[string]string{}
	for source := range strings.FieldsSeq(letters) {
		code, letter, _ := strings.Cut(source, "=")
		for field := range strings.FieldsSeq(characters) {
			f, char, _ := strings.Cut(field, "=")
			newOf[letter+char] = code + f
			columns = append(columns, letter+char)
		}
	}
	if len(newOf) != 16*22 {
		t.Fatalf("%d codes", len(newOf))
	}
	extra := map[string]string{"I78": "D01", "AP": "F", "R0": "removable", "K7": "linux", "D05F22": "sites", "D23F25": "further", "D09F27": "off", "D07F00": "vss", "TM": "billable"}
	for legacy, code := range newOf {
		if legacy != "TM" {
			extra[code] = "value of " + code
		}
	}
	w := dial(t, covetest.NewServer(covetest.Config{}))
	w.srv.AddDevice(covetest.Device{Name: "d", Extra: extra})
	got := w.rows(map[string]any{"Columns": append(columns, "R0", "K7", "D05F22", "D5F22", "D23F25", "D9F27", "D07F00", "I78", "AP")})[0].cells()
	for legacy, code := range newOf {
		want := "value of " + code
		if legacy == "TM" {
			want = "billable"
		}
		if got[legacy] != want {
			t.Errorf("%s holds %q, want %q", legacy, got[legacy], want)
		}
	}
	for code, want := range map[string]string{"R0": "removable", "K7": "linux", "D05F22": "sites", "D5F22": "sites", "D23F25": "further", "D9F27": "off", "D07F00": "vss", "I78": "D01", "AP": "F"} {
		if got[code] != want {
			t.Errorf("%s holds %q, want %q", code, got[code], want)
		}
	}
}

func TestDeviceCodes(t *testing.T) {
	pairs := map[string]string{"I0": "AU", "I1": "AN", "I2": "AL", "I3": "QW", "I4": "CD", "I5": "ED", "I6": "TS", "I8": "AR", "I9": "PD", "I10": "PN", "I11": "LN",
		"I14": "US", "I16": "OS", "I17": "VN", "I18": "MN", "I19": "IP", "I20": "EI", "I21": "MA", "I24": "TZ", "I32": "OT", "I35": "VE", "I36": "YS", "I37": "YV",
		"I46": "II", "I48": "REM", "I54": "OI", "I55": "OV", "I56": "OP", "I57": "KU", "I59": "AT", "I62": "RP", "I63": "NC", "I65": "ZP", "I71": "GN", "I77": "PF"}
	extra := map[string]string{"I80": "2", "RV0": "5", "IE": "1", "ER": "text", "F5.new": "future", "AA9": "custom"}
	columns := []string{"I80", "RV0", "IE", "ER", "F5.new", "AA9"}
	for code, legacy := range pairs {
		extra[code] = "value of " + code
		columns = append(columns, code, legacy)
	}
	w := dial(t, covetest.NewServer(covetest.Config{}))
	id := w.srv.AddDevice(covetest.Device{Name: "d", Extra: extra})
	got := w.rows(map[string]any{"Columns": columns})[0].cells()
	for code, legacy := range pairs {
		if want := "value of " + code; got[code] != want || got[legacy] != want {
			t.Errorf("%s and %s hold %q and %q", code, legacy, got[code], got[legacy])
		}
	}
	if got["I80"] != "2" || got["RV0"] != "5" || got["IE"] != "1" || got["ER"] != "text" || got["F5.new"] != "future" || got["AA9"] != "custom" {
		t.Errorf("cells %v", got)
	}
	w.srv.EditDevice(id, func(d *covetest.Device) { d.Absent = []string{"AR", "PF", "AA9", "RV0"} })
	got = w.rows(map[string]any{"Columns": columns})[0].cells()
	for _, code := range []string{"AR", "I8", "PF", "AA9", "RV0"} {
		if v, ok := got[code]; ok {
			t.Errorf("%s is not absent: %q", code, v)
		}
	}
}

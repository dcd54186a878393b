package match_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

// said compares what mappings say, wherever their rows were.
var said = cmp.Options{cmpopts.IgnoreUnexported(match.Row{}, match.ConfigurationRow{}), cmpopts.EquateEmpty()}

func TestReadMapping(t *testing.T) {
	want := &match.Mapping{
		Rows: []match.Row{
			{Customer: "101", Company: "BirchDental", Note: `Birch, "Dental"`},
			{Customer: "Oak Group / Tampa", Disabled: true},
			{Customer: "*", Company: "1"},
		},
		Configurations: []match.ConfigurationRow{{Device: "3785154", Configuration: "SRV01", Note: "old"}},
	}
	const asJSON = `{"customers":[{"customer":"101","company":"BirchDental","note":"Birch, \"Dental\""},{"customer":"Oak Group / Tampa","disabled":true},
		{"customer":"*","company":"1"}],"configurations":[{"device":"3785154","configuration":"SRV01","note":"old"}]}`
	for name, content := range map[string]string{
		"csv": "customer,company,disabled,note,device,configuration\n101,BirchDental,no,\"Birch, \"\"Dental\"\"\",,\nOak Group / Tampa,,yes,,,\n*,1,,,,\n,,,old,3785154,SRV01\n",
		"other order": "\ufeffCompany;Customer;Device;DISABLED;configuration;note\r\nBirchDental;101;;false;;\"Birch, \"\"Dental\"\"\"\r\n;Oak Group / Tampa;;TRUE;;\r\n" +
			"1;*;;0;;\r\n\r\n;;3785154;;SRV01;old\r\n",
		"tabs":          "customer\tcompany\tdisabled\tnote\tdevice\tconfiguration\n101\tBirchDental\t\t\"Birch, \"\"Dental\"\"\"\t\t\nOak Group / Tampa\t\t1\t\t\t\n*\t1\t\t\t\t\n\t\t\told\t3785154\tSRV01\n",
		"json":          asJSON,
		"json with bom": "\ufeff\n" + asJSON,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := match.ReadMapping(strings.NewReader(content))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, said); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if got, err := match.ReadMapping(strings.NewReader("customer\n")); err != nil || len(got.Rows) != 0 {
		t.Errorf("no rows: %+v, %v", got, err)
	}
}

// A row without effect is reported with its place.
func TestUnusedRowsSayWhere(t *testing.T) {
	for content, want := range map[string]string{
		"customer,company\n\n20,250\n99,250\n":                                              `line 4: there is no customer "99"`,
		`{"customers":[{"customer":"20","company":"250"},{"customer":"99","company":"1"}]}`: `customers[1]: there is no customer "99"`,
	} {
		m, err := match.ReadMapping(strings.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		unused := links(t, oaks, companies, match.Options{Whole: true, Mapping: m}).Unused()
		if len(unused) != 1 || unused[0].Reason != want || unused[0].Row.Customer != "99" {
			t.Errorf("unused %+v, want %s", unused, want)
		}
	}
	for content, want := range map[string]string{
		"device,configuration\nSRV01,501\nSRV99,501\n":                               `line 3: there is no device "SRV99"`,
		`{"customers":[],"configurations":[{"device":"SRV99","configuration":"1"}]}`: `configurations[0]: there is no device "SRV99"`,
	} {
		m, err := match.ReadMapping(strings.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		got, err := match.Configurations([]reconcile.Device{{Name: "SRV01"}}, []match.Configuration{{ID: "501"}}, match.Links{}, match.ConfigurationOptions{Whole: true, Mapping: m})
		if err != nil {
			t.Fatal(err)
		}
		if unused := got.Unused(); len(unused) != 1 || unused[0].Reason != want || unused[0].Row.Device != "SRV99" {
			t.Errorf("unused %+v, want %s", unused, want)
		}
	}
}

func TestReadMappingRefuses(t *testing.T) {
	for _, tt := range []struct{ name, content, want string }{
		{"nothing", "", "mapping: "},
		{"unknown column", "customer,company,color\n1,2,red\n", `"color"`},
		{"column twice", "customer,company,Customer\n1,2,3\n", `the column "customer" stands there twice`},
		{"disabled that is neither", "customer,company,disabled\n1,2,maybe\n", `mapping: line 2: disabled is "maybe": want yes or no`},
		{"disabled in the wrong place", "customer,disabled\n0001662,disabled\n", `mapping: line 2: disabled is "disabled"`},
		{"no customer", "customer,company\n,2\n", "mapping: line 2: no customer"},
		{"no company", "customer,company\n1,\n", `mapping: line 2: customer "1" has no company and is not disabled`},
		{"contradiction", "customer,company\n1,2\n\n1,3\n", `mapping: line 4: customer "1" stands in line 2 already`},
		{"all faults at once", "customer,company\n,2\n1,\n", `line 3: customer "1" has no company`},
		{"customer and device", "customer,company,device,configuration\n1,2,3,4\n", "line 2: a row is about a customer or about a device"},
		{"off and a device", "customer,disabled,device,configuration\n,yes,3,4\n", "line 2: a row is about a customer or about a device"},
		{"a company and a device", "company,device,configuration\n2,3,4\n", "line 2: a row is about a customer or about a device"},
		{"a device and no configuration", "device,configuration\n3,\n", `line 2: device "3" has no configuration`},
		{"a configuration and no device", "device,configuration\n,3\n", "line 2: no device"},
		{"unknown member", `{"customers":[{"customer":"1","company":"2","color":"red"}]}`, "customers[0].color"},
		{"a list", `[{"customer":"1","company":"2"}]`, "mapping: "},
		{"contradiction in JSON", `{"customers":[{"customer":"1","company":"2"},{"customer":"1","company":"3"}]}`, `customers[1]: customer "1" stands in customers[0] already`},
		{"text after the end", `{"customers":[]} x`, "mapping: "},
		{"broken JSON", `{"customers":`, "mapping: "},
		{"Windows-1252", "customer,company\nM\xfcller,2\n", "Windows-1252"},
		{"UTF-16", "\xff\xfec\x00u\x00s\x00", "UTF-16"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := match.ReadMapping(strings.NewReader(tt.content))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("mapping %+v, error %v; want %q", m, err, tt.want)
			}
			if m != nil {
				t.Errorf("a refused mapping is returned: %+v", m)
			}
		})
	}
	gone := errors.New("gone")
	if _, err := match.ReadMapping(iotest.ErrReader(gone)); !errors.Is(err, gone) {
		t.Errorf("error %v, want that of the reader", err)
	}
}

// TestCaseW17: a cell that a spreadsheet would run is written as text, and is
// read back unchanged.
func TestCaseW17(t *testing.T) {
	m := &match.Mapping{Rows: []match.Row{
		{Customer: "=cmd|' /C calc'!A0", Company: "x;=cmd|calc"}, {Customer: "@SUM(1)", Company: "-1", Note: "+1\nsecond line"}, {Customer: "O'Brien", Company: "'x"},
	}}
	var b bytes.Buffer
	if err := m.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	if want := "customer,company,disabled,note\n'=cmd|' /C calc'!A0,x;'=cmd|calc,,\n'@SUM(1),'-1,,'+1 second line\nO'Brien,'x,,\n"; b.String() != want {
		t.Errorf("wrote\n%s, want\n%s", b.String(), want)
	}
	got, err := match.ReadMapping(&b)
	if err != nil {
		t.Fatal(err)
	}
	m.Rows[1].Note = "+1 second line"
	if diff := cmp.Diff(m, got, said); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name, m := range map[string]*match.Mapping{
		"row 1":               {Rows: []match.Row{{Customer: "'=x", Company: "1"}}},
		"configuration row 1": {Configurations: []match.ConfigurationRow{{Device: "1", Configuration: "'+x"}}},
	} {
		if err := m.WriteCSV(&b); err == nil || !strings.HasPrefix(err.Error(), "mapping: "+name+": CSV cannot hold ") {
			t.Errorf("error %v", err)
		}
	}
}

// failing is a writer that always fails.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, os.ErrClosed }

// mappingGen makes mappings that are valid.
var mappingGen = rapid.Custom(func(t *rapid.T) *match.Mapping {
	word := rapid.StringOfN(rapid.RuneFrom([]rune(`aB,;"' |=+-@#{`+"\t\nü€＝；")), 1, 12, -1)
	name := rapid.Custom(func(t *rapid.T) string { return "n" + word.Draw(t, "word") + "n" })
	m := &match.Mapping{}
	for i := range rapid.IntRange(0, 5).Draw(t, "rows") {
		r := match.Row{Customer: string(rune('=' + i)), Note: word.Draw(t, "note"), Disabled: rapid.Bool().Draw(t, "disabled")}
		if r.Company = name.Draw(t, "company"); r.Disabled && rapid.Bool().Draw(t, "no company") {
			r.Company = ""
		}
		m.Rows = append(m.Rows, r)
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "configurations") {
		m.Configurations = append(m.Configurations, match.ConfigurationRow{Device: string(rune('0' + i)), Configuration: name.Draw(t, "configuration"), Note: word.Draw(t, "note")})
	}
	return m
})

func TestMappingRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := mappingGen.Draw(t, "mapping")
		m.Feed = rapid.SampledFrom([]string{"", "cove"}).Draw(t, "feed")
		var b bytes.Buffer
		if err := json.NewEncoder(&b).Encode(m); err != nil {
			t.Fatal(err)
		}
		got, err := match.ReadMapping(&b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m, got, said); diff != "" {
			t.Fatalf("JSON (-want +got):\n%s", diff)
		}
		if err := m.WriteCSV(&b); err != nil {
			return // a text that only JSON can hold
		}
		once, err := match.ReadMapping(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatalf("%v\n%s", err, b.String())
		}
		if len(once.Rows) != len(m.Rows) || len(once.Configurations) != len(m.Configurations) {
			t.Fatalf("rows were lost:\n%s", b.String())
		}
		var again bytes.Buffer
		if err := once.WriteCSV(&again); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(b.String(), again.String()); diff != "" {
			t.Fatalf("CSV, written again:\n%s", diff)
		}
	})
	m := match.Mapping{Rows: []match.Row{{Customer: "1", Company: "2"}}}
	if err := m.WriteCSV(failing{}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("WriteCSV: %v", err)
	}
	large := match.Mapping{Rows: []match.Row{{Customer: strings.Repeat("x", 10_000), Company: "2"}}}
	if err := large.WriteCSV(failing{}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("WriteCSV of much: %v", err)
	}
}

// FuzzReadMapping: any file is read or refused, and a mapping that was read can
// be written and read again.
func FuzzReadMapping(f *testing.F) {
	for _, s := range []string{"customer,company\n1,2\n", "customer;disabled\n'=1;yes\n", `{"customers":[{"customer":"1","company":"2"}],"configurations":[{"device":"a","configuration":"b"}]}`,
		"device\tconfiguration\na\tb\n", "\ufeff{}", "[", "\xff\xfe"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := match.ReadMapping(bytes.NewReader(data))
		if err != nil {
			if strings.ContainsAny(err.Error(), "\x00\x1b\r") {
				t.Fatalf("error %q", err)
			}
			return
		}
		var b bytes.Buffer
		if err := json.NewEncoder(&b).Encode(m); err != nil {
			t.Fatal(err)
		}
		got, err := match.ReadMapping(&b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m, got, said); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func ExampleReadMapping() {
	m, err := match.ReadMapping(strings.NewReader("customer,company,disabled\nAcme Ltd,250,\nOak Group / Tampa,,yes\n*,OurMSP,\n"))
	if err != nil {
		panic(err)
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	if err := out.Encode(m); err != nil {
		panic(err)
	}
	// Output:
	// {
	//   "customers": [
	//     {
	//       "customer": "Acme Ltd",
	//       "company": "250"
	//     },
	//     {
	//       "customer": "Oak Group / Tampa",
	//       "disabled": true
	//     },
	//     {
	//       "customer": "*",
	//       "company": "OurMSP"
	//     }
	//   ]
	// }
}

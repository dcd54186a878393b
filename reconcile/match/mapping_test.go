package match_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/reconcile/match"
)

func TestReadMapping(t *testing.T) {
	want := match.Mapping{Entries: []match.Entry{
		{Customer: "101", CustomerName: `Birch, "Dental"`, Company: 250, CompanyName: "Birch Dental Group"},
		{Customer: "102", CustomerName: "Harbor", Disabled: true},
	}}
	for name, text := range map[string]string{
		"csv":           "customer,customerName,company,companyName,disabled\n101,\"Birch, \"\"Dental\"\"\",250,Birch Dental Group,false\n102,Harbor,,,true\n",
		"other order":   "\ufeffCompany;Customer;DISABLED;companyname;customerName\r\n250;101;no;Birch Dental Group;\"Birch, \"\"Dental\"\"\"\r\n;102;yes;;Harbor\r\n",
		"json":          `{"entries":[{"customer":"101","customerName":"Birch, \"Dental\"","company":250,"companyName":"Birch Dental Group"},{"customer":"102","customerName":"Harbor","disabled":true}]}`,
		"json with bom": "\ufeff\n" + `{"entries":[{"customer":"101","customerName":"Birch, \"Dental\"","company":250,"companyName":"Birch Dental Group"},{"customer":"102","customerName":"Harbor","disabled":true}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := match.ReadMapping(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if got, err := match.ReadMapping(strings.NewReader("customer\tcompany\n1\t2\n")); err != nil || len(got.Entries) != 1 || got.Entries[0].Company != 2 {
		t.Errorf("tabs and the two needed columns only: %+v, %v", got, err)
	}
}

func TestReadMappingRefuses(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"nothing", "", "the file is empty"},
		{"unknown column", "customer,company,color\n", `unknown column "color"`},
		{"column twice", "customer,company,Customer\n", `column "Customer" stands there twice`},
		{"no company column", "customer\n1\n", `column "company" is missing`},
		{"company that is no id", "customer,company\n1,2\n3,x\n", `line 3: company "x" is not an id`},
		{"disabled that is neither", "customer,company,disabled\n1,2,maybe\n", `disabled is "maybe"`},
		{"short row", "customer,company\n1\n", "wrong number of fields"},
		{"broken header", "\"customer,company\n", "extraneous or missing"},
		{"no customer", "customer,company\n,2\n", "mapping row 1: no customer"},
		{"no company", "customer,company\n1,\n", "mapping row 1: customer 1 has no company and is not disabled"},
		{"negative company", "customer,company\n1,-2\n", "company -2 of customer 1 is negative"},
		{"contradiction", "customer,company\n1,2\n1,3\n", "mapping row 2: customer 1 stands in row 1 already"},
		{"all faults at once", "customer,company\n,2\n1,\n", "mapping row 2"},
		{"unknown member", `{"entries":[{"customer":"1","color":"red"}]}`, `"color"`},
		{"text after the end", `{"entries":[]} x`, "text after the end"},
		{"broken JSON", `{"entries":`, "unexpected EOF"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := match.ReadMapping(strings.NewReader(tt.text))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("mapping %+v, error %v; want %q", m, err, tt.want)
			}
			if len(m.Entries) != 0 {
				t.Errorf("a refused mapping has rows: %+v", m)
			}
		})
	}
	gone := errors.New("gone")
	if _, err := match.ReadMapping(iotest.ErrReader(gone)); !errors.Is(err, gone) {
		t.Errorf("error %v, want that of the reader", err)
	}
}

// failing is a writer that has no room.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestMappingRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// CSV readers turn \r\n inside a cell into \n; names hold neither.
		text := rapid.StringOfN(rapid.RuneFrom([]rune(`aB,;"' |=	ü€#{`)), 0, 12, -1)
		var m match.Mapping
		for i := range rapid.IntRange(0, 5).Draw(t, "rows") {
			e := match.Entry{Customer: string(rune('a' + i)), CustomerName: text.Draw(t, "customer"), CompanyName: text.Draw(t, "company name"),
				Company: rapid.Int64Range(0, 1<<40).Draw(t, "company")}
			e.Disabled = e.Company == 0 || rapid.Bool().Draw(t, "disabled")
			m.Entries = append(m.Entries, e)
		}
		for name, write := range map[string]func(*bytes.Buffer) error{
			"csv":  func(b *bytes.Buffer) error { return m.WriteCSV(b) },
			"json": func(b *bytes.Buffer) error { return m.WriteJSON(b) },
		} {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			got, err := match.ReadMapping(&b)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(m.Entries, got.Entries, cmp.Transformer("nil", func(e []match.Entry) []match.Entry { return append([]match.Entry{}, e...) })); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", name, diff)
			}
		}
	})
	m := match.Mapping{Entries: []match.Entry{{Customer: "1", Company: 2}}}
	if err := m.WriteCSV(failing{}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("WriteCSV: %v", err)
	}
	if err := m.WriteJSON(failing{}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("WriteJSON: %v", err)
	}
}

func ExampleReadMapping() {
	m, err := match.ReadMapping(strings.NewReader("customer,company,disabled\n101,250,\n102,,yes\n"))
	if err != nil {
		panic(err)
	}
	if err := m.WriteCSV(os.Stdout); err != nil {
		panic(err)
	}
	// Output:
	// customer,customerName,company,companyName,disabled
	// 101,,250,,false
	// 102,,,,true
}

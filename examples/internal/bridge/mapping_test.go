package bridge

import (
	"strings"
	"testing"
)

func TestReadMapping(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text string
		want string // customer=company of the rows; "": an error
	}{
		"a mapping":       {"customer,company\nOak,OakTampa\n", "Oak=OakTampa"},
		"ours":            {"\ufeffCustomer,CustomerID,Reference,Rule,Company,Identifier,Issues,Reason,Disabled\nOak,7,,name,Oak Ltd,OakLtd,0,,\nElm,8,,,,,0,,\nAsh,9,,,,,0,,yes\n", "7=OakLtd 9="},
		"the older tool":  {"AccountID;EndCustomer;Reference\n1;'=Oak;Gold | CWM:250:Oak\n2;'=Oak;CWM:250:Oak\n3;Elm;\n", "=Oak=250"},
		"nobody":          {"Customer,CustomerID,Company\n", ""},
		"broken":          {"Customer,CustomerID,Company\n\"x,1\n", ""},
		"unknown columns": {"customer,firm\nOak,x\n", ""},
	} {
		m, err := ReadMapping([]byte(test.text))
		if (err != nil) != (test.want == "") {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var rows []string
		if m != nil && err == nil {
			for _, r := range m.Rows {
				rows = append(rows, r.Customer+"="+r.Company)
			}
		}
		if got := strings.Join(rows, " "); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

package program

import (
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	rows := [][]string{{"name", "text"}, {"a", "=1+1"}, {"longer", "two\nlines \x1b[31mred"}}
	for form, want := range map[string]string{
		FormTable: "name    text\na       =1+1\nlonger  two lines [31mred\n",
		FormCSV:   "name,text\na,'=1+1\nlonger,two lines [31mred\n",
		FormJSON:  "7\n",
	} {
		var b strings.Builder
		if err := Table(&b, form, rows, 7); err != nil || b.String() != want {
			t.Errorf("%s: %v\n%s", form, err, b.String())
		}
	}
	if got := Printable("a\tb\r\n\u202ec\xff"); got != "a b\nc\ufffd" {
		t.Errorf("%q", got)
	}
}

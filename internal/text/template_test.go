package text

import (
	"fmt"
	"strings"
	"testing"
	"text/template"
)

// W19: a template that never ends, or grows without end, is an error.
func TestW19_TemplatesWithoutEnd(t *testing.T) {
	for source, want := range map[string]string{
		`{{range 100000000000000}}{{end}}`: "turns",
		`{{range .N}}{{end}}`:              "turns",
		`{{if true}}{{with 1}}{{range 100000000000000}}{{end}}{{end}}{{end}}`:                           "turns",
		`{{if false}}{{else}}{{range 100000000000000}}{{end}}{{end}}`:                                   "turns",
		`{{with 0}}{{else}}{{range 100000000000000}}{{end}}{{end}}`:                                     "turns",
		`{{range 0}}{{else}}{{range 100000000000000}}{{end}}{{end}}`:                                    "turns",
		`{{range 1000}}{{range 1000}}{{range 1000}}{{end}}{{end}}{{end}}`:                               "turns",
		`{{range 100000000000000}}{{continue}}{{end}}`:                                                  "turns",
		`{{$n := 100000000000000}}{{range $n}}{{$n}}{{break}}{{end}}{{range $n}}{{if 0}}{{end}}{{end}}`: "turns",
		`{{range 99999}}long{{end}}`:                                                                    "longer",
		`{{define "a"}}{{range 100000000000000}}{{end}}{{end}}{{template "a"}}`:                         "turns",
		`{{template "0"}}` + doubling(40):                                                               "turns",
	} {
		tmpl, err := template.New("x").Parse(source)
		if err != nil {
			t.Fatal(source, err)
		}
		Bound(tmpl, nil)
		if got, err := Execute(tmpl, "x", map[string]int64{"N": 1 << 40}); err == nil || got != "" || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %q, %v", source, got, err)
		}
	}
	tmpl := template.Must(template.New("x").Parse(" {{range $i, $v := .}}{{if $i}}, {{end}}{{$v}}{{else}}none{{end}}\n"))
	Bound(tmpl, nil)
	for want, list := range map[string][]string{"none": nil, "a, b": {"a", "b"}} {
		if got, err := Execute(tmpl, "x", list); got != want || err != nil {
			t.Errorf("%v: %q, %v", list, got, err)
		}
	}
	// A template that is shared with another set is counted there, or not at all.
	shared := template.Must(template.New("x").Parse(`{{range 200000}}{{end}}fine`))
	clone := template.Must(shared.Clone())
	Bound(clone, shared)
	if got, err := Execute(clone, "x", nil); got != "fine" || err != nil {
		t.Errorf("shared: %q, %v", got, err)
	}
	if got, err := Execute(tmpl, "y", nil); err == nil {
		t.Errorf("no such template: %q", got)
	}
}

// doubling defines templates that call the next one twice.
func doubling(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{{define "%d"}}{{template "%d"}}{{template "%[2]d"}}{{end}}`, i, i+1)
	}
	fmt.Fprintf(&b, `{{define "%d"}}{{end}}`, n)
	return b.String()
}

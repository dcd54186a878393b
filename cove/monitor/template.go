package monitor

import (
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"
	"time"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/reconcile"
)

//go:embed templates/*.tmpl
var templateFiles embed.FS

// templateNames are the texts that there are.
var templateNames = []string{"create", "update", "close", "suppressed", "storm", "discussion"}

// textLimit bounds a text, and every part that a template makes on the way, in
// bytes; stepLimit bounds how many parts a template may run through.
const (
	textLimit = 32 << 10
	stepLimit = 100_000
)

var (
	errTooLong = fmt.Errorf("the text is longer than %d bytes", textLimit)
	errEndless = fmt.Errorf("the text does not end within %d steps", stepLimit)
)

// short gives the functions of package template that make texts, as ones that
// make no long ones, and the step that counts.
func short(steps *int) template.FuncMap {
	bounded := func(make func(...any) string) func(...any) (string, error) {
		return func(args ...any) (string, error) {
			s := make(args...)
			if len(s) > textLimit {
				return "", errTooLong
			}
			return s, nil
		}
	}
	return template.FuncMap{
		"print": bounded(fmt.Sprint), "println": bounded(fmt.Sprintln),
		"html": bounded(template.HTMLEscaper), "js": bounded(template.JSEscaper), "urlquery": bounded(template.URLQueryEscaper),
		"printf": func(format string, args ...any) (string, error) {
			return bounded(func(...any) string { return fmt.Sprintf(format, args...) })()
		},
		"step": func() (string, error) {
			if *steps++; *steps > stepLimit {
				return "", errEndless
			}
			return "", nil
		},
	}
}

// defaultTemplates are the embedded ones.
var defaultTemplates = template.Must(template.New("").Funcs(short(new(int))).ParseFS(templateFiles, "templates/*.tmpl"))

// step is the node {{step}}.
var step = template.Must(template.New("").Funcs(short(new(int))).Parse("{{step}}")).Root.Nodes[0]

// templates are the embedded texts with those of the rules in their place. It
// parses and tries each of them on pages of every kind, so that a text that
// fails or never ends is found before a ticket needs it.
func (r *Rules) templates() (*template.Template, error) {
	if len(r.Templates) == 0 {
		return defaultTemplates, nil
	}
	set, err := defaultTemplates.Clone()
	if err != nil {
		return nil, err
	}
	for name, text := range r.Templates {
		if !slices.Contains(templateNames, name) {
			return nil, fmt.Errorf("%s: no such text: one of %q", name, templateNames)
		}
		if _, err := set.New(name + ".tmpl").Parse(text); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	for _, t := range set.Templates() {
		if own := defaultTemplates.Lookup(t.Name()); t.Tree != nil && (own == nil || own.Tree != t.Tree) {
			countSteps(t.Root)
		}
	}
	for name := range r.Templates {
		for _, p := range samplePages() {
			if (p.Verdict == nil) != (name == "storm") {
				continue
			}
			if _, err := render(set, name, p); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return set, nil
}

// countSteps makes every part of a template count when it is run through.
func countSteps(list *parse.ListNode) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		branch := (*parse.BranchNode)(nil)
		switch node := node.(type) {
		case *parse.RangeNode:
			branch = &node.BranchNode
		case *parse.IfNode:
			branch = &node.BranchNode
		case *parse.WithNode:
			branch = &node.BranchNode
		default:
			continue
		}
		countSteps(branch.List)
		countSteps(branch.ElseList)
	}
	list.Nodes = slices.Insert(list.Nodes, 0, step.Copy())
}

// samplePages are pages of a storm, a problem, a recovery and a suppressed
// device.
func samplePages() []Page {
	at := time.Date(2026, time.January, 5, 7, 0, 0, 0, time.UTC)
	pages := []Page{{Headline: "sample", Details: []string{"sample"}}}
	for _, outcome := range [...]Outcome{Problem, Healthy, Suppressed} {
		v := &Verdict{Device: &cove.Device{ID: 1, ComputerName: "SAMPLE"}, Class: ClassServer, Outcome: outcome}
		if outcome == Problem {
			v.Findings = []Finding{{Source: cove.SourceFilesAndFolders, Condition: Failed, LastGood: at, Since: at}}
		}
		pages = append(pages, Page{Action: reconcile.Action{Kind: reconcile.Create}, Verdict: v, Headline: "sample", Device: "SAMPLE"})
	}
	return pages
}

// render writes a text.
func render(set *template.Template, name string, p Page) (string, error) {
	set, err := set.Clone()
	if err != nil {
		return "", err
	}
	var b bounded
	err = set.Funcs(short(new(int))).ExecuteTemplate(&b, name+".tmpl", p)
	for _, limit := range [...]error{errTooLong, errEndless} {
		if errors.Is(err, limit) {
			err = limit // without the template's own words around it
		}
	}
	return strings.TrimSpace(b.text.String()), err
}

// bounded is a buffer that refuses to grow beyond textLimit.
type bounded struct{ text strings.Builder }

// Write appends a part of a text.
func (b *bounded) Write(p []byte) (int, error) {
	if b.text.Len()+len(p) > textLimit {
		return 0, errTooLong
	}
	return b.text.Write(p)
}

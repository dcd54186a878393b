package monitor

import (
	"embed"
	"fmt"
	"slices"
	"text/template"
	"time"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

//go:embed templates/*.tmpl
var templateFiles embed.FS

// templateNames are the names of all texts.
var templateNames = []string{"create", "update", "close", "suppressed", "storm", "discussion"}

// defaultTemplates are the embedded texts.
var defaultTemplates = template.Must(template.New("").ParseFS(templateFiles, "templates/*.tmpl"))

// templates returns the embedded texts, replaced by those of the rules. It
// parses each one and tries it on pages of every kind, so that a text that
// fails or never ends is found before a ticket needs it.
func (r *Rules) templates() (*template.Template, error) {
	if len(r.Templates) == 0 {
		return defaultTemplates, nil
	}
	set, err := defaultTemplates.Clone()
	if err != nil {
		return nil, err
	}
	for name, written := range r.Templates {
		if !slices.Contains(templateNames, name) {
			return nil, fmt.Errorf("%s: no such text: one of %q", name, templateNames)
		}
		if _, err := set.New(name + ".tmpl").Parse(written); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	text.Bound(set, defaultTemplates)
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

// samplePages returns pages of a storm, a problem, a recovery and a suppressed
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
	return text.Execute(set, name+".tmpl", p)
}

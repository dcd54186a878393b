package setup

import (
	"context"
	"slices"
	"text/template"

	"github.com/covedesk/covedesk/connectwise/desk"
	bounded "github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

// words are templates for the texts of new tickets, over the action of the
// create. If a template is missing or returns an empty text, the monitor's text
// stays.
type words struct {
	// Title is the summary of tickets: "Backup: {{.Issue.Summary}}".
	Title wording `json:"title"`
	// Description is the text that the customer can read, if discussion is on.
	Description wording `json:"description"`
	// Internal is the internal analysis, which the customer cannot see.
	Internal wording `json:"internal"`
}

// wording is a template whose run always ends.
type wording struct{ template *template.Template }

func (w *wording) UnmarshalText(data []byte) (err error) {
	if w.template, err = template.New("template").Option("missingkey=zero").Parse(string(data)); err == nil {
		bounded.Bound(w.template, nil)
		_, err = bounded.Execute(w.template, "template", reconcile.Action{Issue: &reconcile.Issue{}})
	}
	return err
}

// reword replaces a text by the result of the template.
func (w wording) reword(text *string, a reconcile.Action) {
	if w.template == nil {
		return
	}
	if made, err := bounded.Execute(w.template, "template", a); err == nil && made != "" {
		*text = made
	}
}

// Monitor returns a monitor whose new tickets have the title, description and
// internal analysis of the file. If the file sets none, it returns m unchanged.
func (f *File) Monitor(m desk.Monitor) desk.Monitor {
	if f.own.Desk.words == (words{}) {
		return m
	}
	return &reworded{m, f.own.Desk.words}
}

type reworded struct {
	desk.Monitor
	words words
}

func (m *reworded) Unwrap() desk.Monitor { return m.Monitor }

func (m *reworded) Look(ctx context.Context, r reconcile.Request) (*reconcile.Snapshot, error) {
	s, err := m.Monitor.Look(ctx, r)
	if err != nil || s == nil {
		return s, err
	}
	s.Issues = slices.Clone(s.Issues)
	ours := map[reconcile.Key]bool{} // a storm has its own text
	for i := range s.Issues {
		issue := s.Issues[i]
		ours[issue.Key] = true
		m.words.Title.reword(&s.Issues[i].Summary, reconcile.Action{Kind: reconcile.Create, Key: issue.Key, Summary: issue.Summary, Since: issue.Since, Issue: &issue})
	}
	compose := s.Compose
	s.Compose = func(ctx context.Context, a reconcile.Action) (text reconcile.Text, err error) {
		if compose == nil {
			text = a.Text()
		} else {
			text, err = compose(ctx, a)
		}
		if a.Kind == reconcile.Create && ours[a.Key] {
			m.words.Description.reword(&text.Discussion, a)
			m.words.Internal.reword(&text.Internal, a)
		}
		return text, err
	}
	return s, nil
}

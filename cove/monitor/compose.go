package monitor

import (
	"context"
	"embed"
	"fmt"
	"strings"
	"text/template"

	"github.com/covedesk/covedesk/reconcile"
)

//go:embed templates/*.tmpl
var templateFiles embed.FS

var templates = template.Must(template.New("").Option("missingkey=error").ParseFS(templateFiles, "templates/*.tmpl"))

// Compose writes the text of an action. Its signature is that of a desk's
// composer; it is called only for actions that write. Actions that write no
// text (adopting, marking) get an empty one.
//
// The internal text is for technicians. The discussion is safe to show to a
// customer: it holds no file names, mailboxes, addresses or raw errors.
func (f *Fleet) Compose(ctx context.Context, a reconcile.Action) (reconcile.Text, error) {
	if err := ctx.Err(); err != nil {
		return reconcile.Text{}, err
	}
	name := templateOf(&a)
	if name == "" {
		return reconcile.Text{}, nil
	}
	v, ok := f.find(&a)
	if !ok {
		return gone(&a)
	}
	p := f.page(a, v)
	internal, err := render(name, p)
	if err != nil {
		return reconcile.Text{}, err
	}
	discussion, err := render("discussion", p)
	if err != nil {
		return reconcile.Text{}, err
	}
	return reconcile.Text{Internal: internal, Discussion: discussion}, nil
}

// templateOf chooses the template of an action; "" for one without text.
func templateOf(a *reconcile.Action) string {
	switch a.Kind {
	case reconcile.Create, reconcile.Reopen:
		return "create"
	case reconcile.Update:
		switch {
		case a.Recovery == reconcile.RecoveryNote:
			return "close"
		case a.Issue == nil:
			return "parked"
		}
		return "update"
	case reconcile.Close:
		return "close"
	}
	return ""
}

// gone is the text about a device that the run did not meet.
func gone(a *reconcile.Action) (reconcile.Text, error) {
	if a.Issue != nil {
		return reconcile.Text{Internal: a.Issue.Detail}, nil
	}
	text := "The device is no longer listed: it was deleted, or moved out of what is watched."
	return reconcile.Text{Internal: text, Discussion: text}, nil
}

func render(name string, p Page) (string, error) {
	var b strings.Builder
	if err := templates.ExecuteTemplate(&b, name+".tmpl", p); err != nil {
		return "", fmt.Errorf("monitor: compose %s for device %d: %w", name, p.Verdict.Device.ID, err)
	}
	return strings.TrimSpace(b.String()), nil
}

package desk

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile"
)

// files are the documents of a ticket by name.
func (b *bench) files(ticket int64) map[string]string {
	b.t.Helper()
	files := map[string]string{}
	for d, err := range b.client.System.Documents.Of("Ticket", ticket).List(b.t.Context(), nil) {
		must(b.t, err)
		got, err := b.client.System.Documents.Download(b.t.Context(), d.ID)
		must(b.t, err)
		text, err := io.ReadAll(got)
		must(b.t, errors.Join(err, got.Close()))
		files[d.FileName] = string(text)
		if d.PublicFlag != (d.FileName == "public.txt") {
			b.t.Errorf("%s: public %t", d.FileName, d.PublicFlag)
		}
	}
	return files
}

func TestAttach(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) {
		c.Attach = func(_ context.Context, a reconcile.Action) ([]Attachment, error) {
			return []Attachment{{Name: string(a.Kind) + ".txt", Data: []byte(a.Key.Subject)}, {Name: "public.txt", Title: "For you", Data: []byte("x"), Public: true}}, nil
		}
	}).open()
	r := b.only(b.run(world{"1": "bad"}), reconcile.Create, Done)
	if diff := cmp.Diff(map[string]string{"create.txt": "1", "public.txt": "x"}, b.files(r.Ticket)); diff != "" {
		t.Error(diff)
	}
	b.later(2 * time.Hour)
	b.only(b.run(world{"1": "worse"}), reconcile.Update, Done)
	b.only(b.run(world{"1": ""}), reconcile.Close, Done)
	if diff := cmp.Diff(map[string]string{"create.txt": "1", "update.txt": "1", "close.txt": "1", "public.txt": "x"}, b.files(r.Ticket)); diff != "" {
		t.Error(diff)
	}
	if mails := b.srv.Mails(); len(mails) != 0 {
		t.Errorf("mails %+v", mails)
	}
}

// After a failed upload the file is returned and never sent twice, and the
// ticket and its note stay.
func TestAttachFailed(t *testing.T) {
	for _, kind := range []connectwisetest.FaultKind{connectwisetest.StatusBefore, connectwisetest.ResetAfter} {
		b := newBench(t, func(_ *connectwisetest.Config, c *Config) {
			c.Attach = func(context.Context, reconcile.Action) ([]Attachment, error) {
				return []Attachment{{Name: `..\..\shot.png`, Data: []byte("pixels")}}, nil
			}
		}).open()
		var err error
		b.desk.client, err = b.client.With(connectwise.WithRetry(connectwise.Retry{Attempts: 3, Base: time.Millisecond}))
		must(t, err)
		b.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "system/documents", Kind: kind, Status: 403})
		w := world{"1": "bad"}
		r := b.only(b.run(w), reconcile.Create, Done)
		if r.Degraded == nil || r.Err != nil {
			t.Errorf("degraded %v, error %v", r.Degraded, r.Err)
		}
		if len(r.Unattached) != 1 || string(r.Unattached[0].Data) != "pixels" {
			t.Errorf("handed back: %+v", r.Unattached)
		}
		b.later(2 * time.Hour)
		b.run(w)
		if n := b.srv.Count("POST", "system/documents"); n != 1 || len(b.srv.Tickets()) != 1 {
			t.Errorf("%d uploads, %d tickets, want one each", n, len(b.srv.Tickets()))
		}
		want := map[string]string{}
		if kind == connectwisetest.ResetAfter { // the server has it; only the answer was lost
			want[`..\..\shot.png`] = "pixels"
		}
		if diff := cmp.Diff(want, b.files(r.Ticket)); diff != "" {
			t.Errorf("fault %v (-want +got):\n%s", kind, diff)
		}
	}
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) { c.LongText = -1 })
	if _, err := New(t.Context(), b.client, b.config); err == nil || !strings.Contains(err.Error(), "LongText") {
		t.Errorf("error %v", err)
	}
}

func TestAttachHookFails(t *testing.T) {
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) {
		c.Attach = func(context.Context, reconcile.Action) ([]Attachment, error) { return nil, errors.New("no screenshot") }
	}).open()
	if r := b.only(b.run(world{"1": "bad"}), reconcile.Create, Done); r.Degraded == nil || !strings.Contains(r.Degraded.Error(), "no screenshot") {
		t.Errorf("degraded %v", r.Degraded)
	}
}

// D16: a long text is cut at a line and attached whole.
func TestLongText(t *testing.T) {
	long := strings.Repeat("A line of thirty characters...\n", 20)
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) { c.LongText = 100 }).open()
	b.compose = func(_ context.Context, a reconcile.Action) (reconcile.Text, error) {
		if a.Kind == reconcile.Close {
			return reconcile.Text{Internal: "short"}, nil
		}
		return reconcile.Text{Internal: string(a.Kind) + "\n" + long}, nil
	}
	r := b.only(b.run(world{"1": "bad"}), reconcile.Create, Done)
	b.later(2 * time.Hour)
	u := b.only(b.run(world{"1": "worse"}), reconcile.Update, Done)
	b.later(2 * time.Hour)
	b.only(b.run(world{"1": ""}), reconcile.Close, Done)
	files := b.files(r.Ticket)
	want := map[string]string{"text-" + r.Action.ID + ".txt": "create\n" + long, "text-" + u.Action.ID + ".txt": "update\n" + long}
	if diff := cmp.Diff(want, files); diff != "" {
		t.Error(diff)
	}
	notes := b.srv.Notes(r.Ticket)
	line := "A line of thirty characters...\n"
	begin := line + line + strings.TrimSpace(line) + "\n\nThe whole text is in the attached file text-"
	if len(notes) != 3 || notes[0].Text != "create\n"+begin+r.Action.ID+".txt." || !strings.HasPrefix(notes[1].Text, "update\n"+begin) || !isNoteOf(notes[1].Text, noteRef(u.Action.ID, false)) || !strings.HasPrefix(notes[2].Text, "short") {
		t.Errorf("notes %+v", notes)
	}
}

// A note that an interrupted run left missing brings its files with it, once;
// those of the action that finds it missing are attached once, too.
func TestAttachSettled(t *testing.T) {
	calls := map[reconcile.ActionKind]int{}
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) {
		c.Attach = func(_ context.Context, a reconcile.Action) ([]Attachment, error) { calls[a.Kind]++; return nil, nil }
	}).open()
	r := b.only(b.run(world{"1": "bad"}), reconcile.Create, Done)
	b.later(2 * time.Hour)
	b.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "/notes", Kind: connectwisetest.StatusBefore, Status: 403})
	b.only(b.run(world{"1": "worse"}), reconcile.Update, Failed)
	if calls[reconcile.Update] != 0 {
		t.Errorf("files of an action that failed: %v", calls)
	}
	b.later(2 * time.Hour)
	b.only(b.run(world{"1": ""}), reconcile.Close, Done)
	if diff := cmp.Diff(map[reconcile.ActionKind]int{reconcile.Create: 1, reconcile.Update: 1, reconcile.Close: 1}, calls); diff != "" {
		t.Error(diff)
	}
	if n := len(b.refs(r.Ticket)); n != 2 {
		t.Errorf("%d notes", n)
	}
}

package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/callback"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// queued counts the cases that are to be looked at.
func (w *world) queued() (n int) {
	w.Helper()
	w.must(w.store.change(w.Context(), func(tx *tx) error {
		tx.One("SELECT count(*) FROM queue", nil, &n)
		return nil
	}))
	return n
}

// genuine is a delivery as the service desk sent it.
func genuine(w *world) (body []byte, signature string) {
	w.Helper()
	w.must(w.drain(w.Context()))
	sent := &capture{}
	w.mu.Lock()
	before := w.handler
	w.handler = sent
	w.mu.Unlock()
	w.clock.Advance(time.Second)
	w.must(w.person().CloseTicket(w.ticketOf(1).ID))
	w.settle()
	w.mu.Lock()
	w.handler = before
	w.mu.Unlock()
	return sent.body, sent.signature
}

type capture struct {
	body      []byte
	signature string
}

func (c *capture) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.body, _ = io.ReadAll(r.Body)
	c.signature = r.Header.Get(callback.SignatureHeader)
	w.WriteHeader(http.StatusNoContent)
}

func (w *world) post(body []byte, signature string) int {
	r := httptest.NewRequestWithContext(w.Context(), http.MethodPost, hook+"?recordId=1&action=updated", bytes.NewReader(body))
	r.Header.Set(callback.SignatureHeader, signature)
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, r)
	return answer.Code
}

func TestCallbacks(t *testing.T) {
	w, number := opened(t)
	body, signature := genuine(w)
	forged := bytes.Replace(body, []byte("updated"), []byte("deleted"), 1)
	if code := w.post(forged, signature); code != http.StatusUnauthorized || w.queued() != 0 {
		t.Errorf("forged: %d, %d queued", code, w.queued())
	}
	if code := w.post(body, ""); code != http.StatusUnauthorized || w.queued() != 0 {
		t.Errorf("not signed: %d, %d queued", code, w.queued())
	}
	for range 3 { // repeated
		if code := w.post(body, signature); code != http.StatusNoContent || w.queued() != 1 {
			t.Errorf("genuine: %d, %d queued", code, w.queued())
		}
	}
	w.must(w.drain(t.Context()))
	if got := w.caseOf(number).Status; got != "Closed" {
		t.Errorf("%q", got)
	}
	// Late and out of order: what it says is old by now, and nobody believes it.
	w.clock.Advance(time.Minute)
	w.must(w.person().ReopenTicket(w.ticketOf(number).ID))
	w.settle()
	w.must(w.drain(t.Context()))
	w.must(w.received(t.Context(), callback.Event{Action: callback.Deleted, Type: "ticket", ID: w.ticketOf(number).ID, Entity: []byte(`{"status":{"name":"Closed"}}`)}))
	w.must(w.drain(t.Context()))
	if got := w.caseOf(number); got.Status != "New" || got.Link.State != "" {
		t.Errorf("%+v", got)
	}
	if code := httptest.NewRecorder(); true {
		w.handler.ServeHTTP(code, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "https://twoway.example/cw/other", nil))
		if code.Code != http.StatusNotFound {
			t.Errorf("another path: %d", code.Code)
		}
	}
}

func TestACallbackThatIsNotOursLeavesNoTrace(t *testing.T) {
	w, _ := opened(t)
	w.must(w.drain(t.Context()))
	calls := w.srv.Calls()
	stranger := w.srv.AddTicket(connectwisetest.Ticket{Summary: "other", Company: connectwisetest.ByID(w.company)})
	w.must(w.person().CloseTicket(stranger))
	w.settle()
	for kind, id := range map[string]int64{"company": w.ticketOf(1).ID, "ticket": stranger} {
		w.must(w.received(t.Context(), callback.Event{Type: kind, ID: id}))
	}
	if w.queued() != 0 {
		t.Errorf("%d queued", w.queued())
	}
	w.must(w.drain(t.Context()))
	if n := w.srv.Count("", "service/tickets"); n > calls {
		t.Errorf("%d calls about a ticket that is not ours", n-calls)
	}
}

// 10,000 callbacks in a minute are answered in time and cost one look at each case.
func TestTenThousandCallbacks(t *testing.T) {
	w, number := opened(t)
	w.must(w.drain(t.Context()))
	ticket := w.ticketOf(number).ID
	w.srv.ResetRequests()
	began := time.Now()
	var slowest time.Duration
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range int64(1250) {
				start := time.Now()
				if err := w.received(context.WithoutCancel(t.Context()), callback.Event{Type: "ticket", ID: ticket + i%2}); err != nil {
					t.Error(err)
				}
				mu.Lock()
				slowest = max(slowest, time.Since(start))
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if took := time.Since(began); took > time.Minute || slowest > 4*time.Second {
		t.Errorf("took %v, the slowest %v", took, slowest)
	}
	w.must(w.drain(t.Context()))
	if n := w.srv.Count(http.MethodGet, "allNotes"); n != 1 {
		t.Errorf("%d looks at one case", n)
	}
}

func TestTheCallbackIsRegisteredAgain(t *testing.T) {
	w, _ := opened(t)
	callbacks := w.client(http.DefaultClient).System.Callbacks
	list := func() []*connectwise.Callback {
		all, err := callbacks.All(t.Context(), nil)
		w.must(err)
		return all
	}
	if all := list(); len(all) != 1 || all[0].URL != hook+"?recordId=" {
		t.Fatalf("%+v", all)
	}
	_, err := callbacks.Patch(t.Context(), list()[0].ID, connectwise.Set("inactiveFlag", true))
	w.must(err)
	w.must(w.subscribe(t.Context()))
	if all := list(); len(all) != 1 || all[0].InactiveFlag {
		t.Errorf("deactivated: %+v", all)
	}
	w.must(callbacks.Delete(t.Context(), list()[0].ID))
	w.must(w.subscribe(t.Context()))
	if all := list(); len(all) != 1 {
		t.Errorf("gone: %+v", all)
	}
}

// ConnectWise is away for an hour: nothing is lost, nothing is written twice, and
// few requests are made meanwhile.
func TestAwayForAnHour(t *testing.T) {
	w, number := opened(t)
	w.comment(number, "while away")
	w.status(number, "Waiting")
	w.srv.Inject(connectwisetest.Fault{Kind: connectwisetest.HTML, Times: -1})
	w.srv.ResetRequests()
	var polled, mapped, rest time.Time
	mapped = w.clock.Now()
	for range 60 {
		if !w.clock.Now().Before(rest) {
			err := w.round(t.Context(), &polled, &mapped)
			if !away(err) || program.ExitOf(err) != program.Blind {
				t.Fatalf("%v", err)
			}
			rest = w.clock.Now().Add(pause)
		}
		w.clock.Advance(time.Minute)
	}
	if n := w.srv.Calls(); n > 500 {
		t.Errorf("%d requests to a service that is away", n)
	}
	w.srv.ClearFaults()
	w.must(w.round(t.Context(), &polled, &mapped))
	w.quiet()
	w.agree(number, []string{"text of printer", "while away"}, nil)
	if s := w.ticketOf(number).Status.Name; s != "Waiting" {
		t.Errorf("%q", s)
	}
}

func TestARefusedWriteKeepsBackNothing(t *testing.T) {
	w, number := opened(t)
	w.srv.Inject(connectwisetest.Fault{Method: http.MethodPost, Path: "notes", Kind: connectwisetest.StatusBefore, Status: http.StatusForbidden, Times: 2})
	w.comment(number, "refused at first")
	w.attach(number, "x.txt", "x")
	for range 2 {
		if err := w.drain(t.Context()); !errors.Is(err, connectwise.ErrForbidden) {
			t.Errorf("%v", err)
		}
		w.clock.Advance(2 * time.Minute)
	}
	w.files(number, []string{"x"})
	w.one(eventRefused)
	w.quiet()
	w.quiet()
	w.agree(number, []string{"text of printer", "refused at first"}, nil)
}

func TestTheDatabaseIsLockedOrFull(t *testing.T) {
	w, number := opened(t)
	body, signature := genuine(w)
	other, err := openStore(t.Context(), w.path, w.clock.Now)
	w.must(err)
	defer func() { _ = other.db.Close() }()
	held, err := other.db.BeginTx(t.Context(), nil)
	w.must(err)
	_, err = w.store.db.ExecContext(t.Context(), "PRAGMA busy_timeout = 1")
	w.must(err)
	if code := w.post(body, signature); code != http.StatusTooManyRequests {
		t.Errorf("locked: %d; the service desk does not try again", code)
	}
	w.must(held.Rollback())
	if code := w.post(body, signature); code != http.StatusNoContent {
		t.Errorf("free again: %d", code)
	}
	_, err = w.store.db.ExecContext(t.Context(), "PRAGMA max_page_count = 1")
	w.must(err)
	large := strings.Repeat("x", 1<<20)
	err = w.store.change(t.Context(), func(tx *tx) error {
		return tx.edit(number, "alice", func(c *Case) ([]Event, error) {
			c.attach("x", []byte(large), "alice")
			return []Event{{Kind: eventModified}}, nil
		})
	})
	if err == nil || !strings.Contains(err.Error(), "disk is full") {
		t.Errorf("full: %v", err)
	}
	_, err = w.store.db.ExecContext(t.Context(), "PRAGMA max_page_count = 1000000")
	w.must(err)
	if c := w.caseOf(number); len(c.Attachments) != 0 {
		t.Error("half of the change was kept")
	}
	w.quiet()
	w.agree(number, []string{"text of printer"}, nil)
}

func TestADatabaseOfANewerVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.store.db.ExecContext(t.Context(), "PRAGMA user_version = 99")
	w.must(err)
	_ = w.store.db.Close()
	if _, err := openStore(t.Context(), w.path, w.clock.Now); err == nil || !strings.Contains(err.Error(), "newer twoway") {
		t.Errorf("%v", err)
	}
}

func TestEventsStay(t *testing.T) {
	w, _ := opened(t)
	for _, statement := range []string{"DELETE FROM events", "UPDATE events SET text = ''"} {
		if _, err := w.store.db.ExecContext(t.Context(), statement); err == nil {
			t.Errorf("%s: done", statement)
		}
	}
}

func TestMapping(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []connectwisetest.Contact{
		{FirstName: "P", Company: connectwisetest.ByID(w.srv.AddCompany(connectwisetest.Company{Identifier: "Public", Name: "Public"})), Email: "x@gmail.com", Default: true},
		{FirstName: "S", Company: connectwisetest.ByID(w.srv.AddCompany(connectwisetest.Company{Identifier: "One", Name: "One"})), Email: "x@shared.example", Default: true},
		{FirstName: "T", Company: connectwisetest.ByID(w.srv.AddCompany(connectwisetest.Company{Identifier: "Two", Name: "Two"})), Email: "y@shared.example", Default: true},
	} {
		w.srv.AddContact(c)
	}
	w.must(w.store.change(t.Context(), func(tx *tx) error {
		for name, email := range map[string]string{"Gmail": "us@gmail.com", "Shared": "us@shared.example", "Nobody": "", "Unknown": "x@unknown.example"} {
			tx.Exec("INSERT INTO groups (name, email) VALUES (?, ?)", name, email)
		}
		return nil
	}))
	for range 3 {
		w.must(w.mapAuto(t.Context()))
	}
	w.must(w.store.change(t.Context(), func(tx *tx) error {
		for _, m := range tx.mappings() {
			want := map[string]int64{"Birch": w.company, "Birch/srv1": w.configuration}[m.Name]
			if m.Theirs != want {
				t.Errorf("%s %s → %d, want %d: %s", m.Kind, m.Name, m.Theirs, want, m.Reason)
			}
		}
		return nil
	}))
	if list := w.events(mapGroup + eventMappingFailed); len(list) != 4 {
		t.Errorf("failures, once each: %q", list)
	}
}

func TestItsOwnCertificate(t *testing.T) {
	w, _ := opened(t)
	model := httptest.NewTLSServer(nil)
	defer model.Close()
	pair := model.TLS.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	w.must(err)
	certFile, keyFile := filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	w.must(os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]}), 0o600))
	w.must(os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), 0o600))
	keys := w.srv.Credentials()
	environment := map[string]string{
		"CWM_SITE": keys.Site, "CWM_COMPANY": keys.Company, "CWM_PUBLIC_KEY": keys.PublicKey, "CWM_PRIVATE_KEY": keys.PrivateKey, "CWM_CLIENT_ID": keys.ClientID,
	}
	w.Lookup = func(name string) (string, bool) { value, ok := environment[name]; return value, ok }
	free, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	w.must(err)
	address := free.Addr().String()
	_ = free.Close()
	stop, err := w.listen(t.Context(), address, certFile, keyFile)
	w.must(err)
	defer stop()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+address+"/cw/8f2c1d3e5a?recordId=7", strings.NewReader("{}"))
	w.must(err)
	answer, err := model.Client().Do(request)
	w.must(err)
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("%d to a delivery that nobody signed", answer.StatusCode)
	}
}

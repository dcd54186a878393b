package transport_test

import (
	"bytes"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/internal/transport"
)

func TestHTTP2(t *testing.T) {
	var n atomic.Int32
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("protocol %s", r.Proto)
		}
		if n.Add(1) == 1 {
			panic(http.ErrAbortHandler) // resets the stream
		}
	}))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	defer srv.Close()
	hc := transport.New(srv.Client(), transport.Config{Retry: quick})
	if _, _, err := do(t, hc, t.Context(), http.MethodPost, srv.URL, "{}"); !errors.Is(err, transport.ErrOutcomeUnknown) || n.Load() != 1 {
		t.Errorf("write on a stream that was reset: %v after %d requests", err, n.Load())
	}
	n.Store(0)
	if status, _, err := do(t, hc, t.Context(), http.MethodGet, srv.URL, ""); err != nil || status != 200 || n.Load() != 2 {
		t.Errorf("read on a stream that was reset: status %d, error %v after %d requests", status, err, n.Load())
	}
}

// More clients of one host than net/http keeps connections by default: each
// finds the connection that another has left.
func TestCaseW20_ConnectionsAreReused(t *testing.T) {
	const clients = 500
	var dialled atomic.Int32
	arrived := make(chan struct{}, clients)
	release := make(chan struct{})
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		arrived <- struct{}{}
		<-release
	}))
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			dialled.Add(1)
		}
	}
	srv.Start()
	defer srv.Close()
	var wg sync.WaitGroup
	chains := make([]*transport.Chain, clients)
	for round := range 3 {
		for i := range chains {
			if round == 0 {
				chains[i] = transport.New(nil, transport.Config{})
			}
			wg.Go(func() {
				if _, _, err := do(t, chains[i], t.Context(), http.MethodGet, srv.URL, ""); err != nil {
					t.Error(err)
				}
			})
		}
		if round == 0 {
			for range clients { // all at once
				<-arrived
			}
			close(release)
		}
		wg.Wait()
		for len(arrived) > 0 {
			<-arrived
		}
	}
	if n := dialled.Load(); n > clients*11/10 {
		t.Errorf("%d connections for %d clients with three requests each", n, clients)
	}
}

// net/http writes to the standard logger what a server sends beyond the
// announced length.
func TestNetHTTPLogsNoVisa(t *testing.T) {
	const visa = "33491-50121-1-1512737001-77B1F0C2AA"
	var buf lockedBuffer
	log.SetOutput(&buf)
	defer log.SetOutput(os.Stderr)
	logged := 0
	for _, surplus := range []string{`"visa":"` + visa + `"}`, visa, "HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n" + visa} {
		url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			conn, rw, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.WriteString(rw, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"+surplus)
			_ = rw.Flush()
			time.Sleep(50 * time.Millisecond)
			_ = conn.Close()
		})
		if _, body, err := do(t, transport.New(nil, transport.Config{}), t.Context(), http.MethodPost, url, "{}"); err != nil || body != "{}" {
			t.Errorf("body %q, %v", body, err)
		}
		for range 50 {
			if strings.Count(buf.String(), "\n") > logged {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		logged = strings.Count(buf.String(), "\n")
	}
	if strings.Contains(buf.String(), visa) || strings.Count(buf.String(), "Unsolicited") != 3 {
		t.Errorf("the log of net/http: %s", buf.String())
	}
}

// The small buffer is large enough for the headers and chunks of any answer.
func TestLongHeadersAndChunksAreRead(t *testing.T) {
	long := strings.Repeat("x", 5000)
	url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		hijack(t, w, "HTTP/1.1 200 OK\r\nX-Long: "+long+"\r\nTransfer-Encoding: chunked\r\n\r\n"+
			"1388      \r\n"+long+"\r\n5;name=value of some kind\r\nabcde\r\n0\r\n\r\n")
	})
	if _, body, err := do(t, transport.New(nil, transport.Config{}), t.Context(), http.MethodPost, url, "{}"); err != nil || body != long+"abcde" {
		t.Errorf("%d bytes, %v", len(body), err)
	}
}

// lockedBuffer is a buffer that several goroutines write to.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// What net/http quotes from a server's answer is printable and holds no secret.
func TestCaseW18_FaultsOnTheLineAreFitToPrint(t *testing.T) {
	const key, visa = "pr1vate-Key-4711", "33491-50121-1-1512737001-77B1F0C2AA"
	url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		hijack(t, w, "\x1b[31m{\"visa\":\""+visa+"\",\"key\":\""+key+"\"}"+strings.Repeat("x", 3000)+"\r\n\r\n")
	})
	_, _, err := do(t, transport.New(nil, transport.Config{Retry: quick, Hide: text.NewSecrets(key)}), t.Context(), http.MethodPost, url, "{}")
	if err == nil || strings.Contains(err.Error(), key) || strings.Contains(err.Error(), visa) || strings.ContainsAny(err.Error(), "\x1b\n") || len(err.Error()) > 700 {
		t.Errorf("error %q", err)
	}
}

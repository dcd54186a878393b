package testserver

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Answer is what goes back to a caller, or how the connection ends instead.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	end    ending
}

// ending is how a connection ends.
type ending uint8

const (
	whole   ending = iota
	cut            // in the middle of the body
	reset          // before a status line
	refused        // no connection was made
)

// NewAnswer returns an answer with a content type and a body.
func NewAnswer(status int, contentType, body string) Answer {
	return Answer{Status: status, Header: http.Header{"Content-Type": {contentType}}, Body: []byte(body)}
}

// Page returns the answer of a gateway: an HTML page that only names the
// status.
func Page(status int) Answer {
	title := fmt.Sprintf("%d %s", status, http.StatusText(status))
	return NewAnswer(status, "text/html", "<html>\r\n<head><title>"+title+"</title></head>\r\n<body><center><h1>"+title+"</h1></center></body>\r\n</html>\r\n")
}

// Sent returns the status that the caller sees. It is 0 if the connection
// breaks before a status is sent.
func (a Answer) Sent() int { return a.Status }

// SetDate sets the Date header. The zero time removes it.
func (a Answer) SetDate(t time.Time) {
	switch {
	case a.Header == nil:
	case t.IsZero():
		a.Header["Date"] = nil
	default:
		a.Header.Set("Date", t.UTC().Format(http.TimeFormat))
	}
}

// Handler answers a request whose body was read.
type Handler func(r *http.Request, body []byte) Answer

// ServeHTTP reads the body, up to [MaxBody] and one byte more, and sends the
// answer.
func (h Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := readBody(r)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	h(r, body).send(w)
}

// MaxBody is the longest request body that the servers accept. A longer body is
// cut one byte after that, so that the handler notices and can say so.
const MaxBody = 64 << 20

func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	return io.ReadAll(io.LimitReader(r.Body, MaxBody+1))
}

func (a Answer) send(w http.ResponseWriter) {
	if a.end >= reset {
		drop(w)
		return
	}
	h := w.Header()
	for name, values := range a.Header {
		h[name] = values
	}
	if a.Status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(len(a.Body)))
	}
	w.WriteHeader(a.Status)
	if a.end == cut {
		_, _ = w.Write(a.Body[:len(a.Body)/2])
		_ = http.NewResponseController(w).Flush()
		drop(w)
		return
	}
	_, _ = w.Write(a.Body)
}

// drop resets the connection if it can be taken over (HTTP/2 cannot).
func drop(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	raw := conn
	if secure, ok := conn.(*tls.Conn); ok {
		raw = secure.NetConn()
	}
	if tcp, ok := raw.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // a reset instead of an orderly end
	}
	_ = raw.Close()
}

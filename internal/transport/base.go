package transport

import (
	"net/http"
	"sync"
)

const (
	// idlePerHost is how many idle connections to one host are kept: enough
	// for hundreds of clients, whose tenants live on one host.
	idlePerHost = 4096

	// readBuffer bounds the line that net/http itself writes to the standard
	// logger when a server sends more than it announced: the line shows what
	// the buffer holds, which could be the end of an answer with a visa. This
	// is shorter than a visa, and long enough for the size line of a chunk.
	// Bodies are read past the buffer.
	readBuffer = 32
)

var shared struct {
	once sync.Once
	base *http.Transport
}

// defaultBase returns the transport of clients that are given none. It is one
// for all, so that they share their connections.
func defaultBase() http.RoundTripper {
	own, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport // replaced, by a test's mock for one
	}
	shared.once.Do(func() {
		shared.base = own.Clone()
		shared.base.MaxIdleConns = 0 // no bound over all hosts
		shared.base.MaxIdleConnsPerHost = idlePerHost
		shared.base.ReadBufferSize = readBuffer
	})
	return shared.base
}

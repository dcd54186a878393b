package transport

import (
	"net/http"
	"sync"
)

const (
	// idlePerHost is how many idle connections to one host are kept: enough for
	// hundreds of clients, whose tenants share one host.
	idlePerHost = 4096

	// readBuffer limits the line that net/http itself writes to the standard
	// logger when a server sends more than it announced. The line shows the
	// content of the buffer, which may be the end of an answer with a visa. This
	// size is smaller than a visa, and large enough for the size line of a chunk.
	// Bodies do not pass through the buffer.
	readBuffer = 32
)

var shared struct {
	once sync.Once
	base *http.Transport
}

// defaultBase returns the transport for clients without one of their own. All
// of them share it and its connections.
func defaultBase() http.RoundTripper {
	own, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport // something replaced it, for example a test's mock
	}
	shared.once.Do(func() {
		shared.base = own.Clone()
		shared.base.MaxIdleConns = 0 // no limit over all hosts
		shared.base.MaxIdleConnsPerHost = idlePerHost
		shared.base.ReadBufferSize = readBuffer
	})
	return shared.base
}

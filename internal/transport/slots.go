package transport

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"time"
)

// slots lets at most so many requests run at once as the gate has slots.
type slots struct {
	next http.RoundTripper
	gate *Gate
}

func (s *slots) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	start := time.Now()
	select {
	case s.gate.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, held(req, ended(ctx))
	}
	attemptOf(req).waited += time.Since(start)
	leave := sync.OnceFunc(func() { <-s.gate.slots })

	resp, err := s.next.RoundTrip(req)
	if err != nil {
		leave()
		return nil, err
	}
	if _, whole := resp.Body.(*readBody); whole || resp.Body == nil {
		leave()
		return resp, nil
	}
	resp.Body = onEnd(resp.Body, leave)
	return resp, nil
}

// onEnd calls f, which bears being called twice, when the body has been read
// to its end or closed.
func onEnd(body io.ReadCloser, f func()) io.ReadCloser {
	return &endBody{body, f}
}

type endBody struct {
	io.ReadCloser
	end func()
}

func (b *endBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		b.end()
	}
	return n, err
}

func (b *endBody) Close() error {
	err := b.ReadCloser.Close()
	b.end()
	return err
}

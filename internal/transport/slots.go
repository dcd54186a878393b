package transport

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"
)

// slotted lets at most as many requests run at once as the gate has slots.
func slotted(next link, gate *Gate) link {
	return func(ctx context.Context, req *http.Request) (*http.Response, error) {
		start := time.Now()
		select {
		case gate.slots <- struct{}{}:
		case <-ctx.Done():
			return nil, held(req, ended(ctx))
		}
		attemptOf(ctx).waited += time.Since(start)
		return untilRead(func() { <-gate.slots }, func() (*http.Response, error) { return next(ctx, req) })
	}
}

// untilRead calls send, and done once when nothing more of the answer has to
// be waited for: at once when it is in memory or there is none, and when the
// body has been read to its end or closed when it is a stream.
func untilRead(done func(), send func() (*http.Response, error)) (*http.Response, error) {
	resp, err := send()
	if err != nil || resp.Body == nil {
		done()
		return resp, err
	}
	if _, whole := resp.Body.(*readBody); whole {
		done()
		return resp, nil
	}
	resp.Body = &endBody{resp.Body, sync.OnceFunc(done)}
	return resp, nil
}

// endBody calls end when its stream is over.
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

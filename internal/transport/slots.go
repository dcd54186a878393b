package transport

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"
)

// slotted lets only as many requests run at once as the gate has slots.
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

// untilRead calls send, and calls done once when the answer is complete: at
// once if there is no body or it is in memory, else when the stream has been
// read to its end or closed.
func untilRead(done func(), send func() (*http.Response, error)) (resp *http.Response, err error) {
	defer func() { // also when send panics
		if err == nil && resp != nil && resp.Body != nil {
			if _, whole := resp.Body.(*readBody); !whole {
				resp.Body = &endBody{resp.Body, sync.OnceFunc(done)}
				return
			}
		}
		done()
	}()
	return send()
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

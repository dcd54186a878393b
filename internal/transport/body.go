package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// ErrBodyTooLarge says that an answer was larger than the client reads.
var ErrBodyTooLarge = errors.New("the answer is too large")

// BodyError is an answer whose headers arrived and whose body could not be
// read whole. It wraps the cause: [io.ErrUnexpectedEOF] for one cut short,
// [ErrBodyTooLarge], or what the connection said.
type BodyError struct {
	Status int
	Read   int64 // bytes read until then
	Err    error
}

func (e *BodyError) Error() string {
	if errors.Is(e.Err, ErrBodyTooLarge) {
		return e.Err.Error()
	}
	return fmt.Sprintf("the answer broke off after %d bytes: %v", e.Read, e.Err)
}

// Unwrap returns the cause.
func (e *BodyError) Unwrap() error { return e.Err }

// mostAhead bounds the memory that is taken on the word of a Content-Length.
const mostAhead = 16 << 20

// byteOrderMark is what some servers put before their JSON. No decoder of
// JSON takes it.
var byteOrderMark = []byte("\ufeff")

// readBodies reads answers whole, up to a limit, while the request still
// counts as running, so that an answer that breaks off is a failed attempt
// and not a surprise to whoever decodes it. An answer of status 400 and above
// is handed on even when it breaks off: its status counts more than its text.
func readBodies(next link, most int64) link {
	return func(ctx context.Context, req *http.Request) (*http.Response, error) {
		resp, err := next(ctx, req)
		if err != nil || resp.Body == nil {
			return resp, err
		}
		failed := resp.StatusCode >= 400
		if isStream(ctx) && !failed {
			return resp, nil
		}
		limit := most
		if asked, ok := ctx.Value(keyMaxBody).(int64); ok {
			limit = asked
		}
		data, err := readUpTo(resp, limit)
		if err != nil {
			err = &BodyError{Status: resp.StatusCode, Read: int64(len(data)), Err: err}
			if !failed {
				return nil, err
			}
		}
		resp.Body = &readBody{data: bytes.TrimPrefix(data, byteOrderMark), err: err}
		return resp, nil
	}
}

// readUpTo reads a body and closes it. It returns what could be read, at most
// limit bytes.
func readUpTo(resp *http.Response, limit int64) ([]byte, error) {
	var buf bytes.Buffer
	if n := resp.ContentLength; n > 0 {
		buf.Grow(int(min(n, limit, mostAhead)) + bytes.MinRead)
	}
	_, err := buf.ReadFrom(io.LimitReader(resp.Body, limit+1))
	_ = resp.Body.Close() // all of it that is wanted has been read
	if int64(buf.Len()) > limit {
		buf.Truncate(int(limit))
		err = fmt.Errorf("%w: more than %d bytes", ErrBodyTooLarge, limit)
	}
	return buf.Bytes(), err
}

// readBody is a body in memory, followed by the error that ended it.
type readBody struct {
	data []byte
	err  error
}

func (b *readBody) Read(p []byte) (int, error) {
	if len(b.data) == 0 {
		if b.err != nil {
			return 0, b.err
		}
		return 0, io.EOF
	}
	n := copy(p, b.data)
	b.data = b.data[n:]
	return n, nil
}

func (b *readBody) Close() error { return nil }

// inMemory is what the chain has read of an answer's body; nil of a stream.
func inMemory(resp *http.Response) []byte {
	if b, ok := resp.Body.(*readBody); ok {
		return b.data
	}
	return nil
}

// ReadBody returns the body of an answer without copying what the chain has
// already in memory, and the error that ended it. What could be read is
// returned beside an error. It is to be called once, and not to be written to.
func ReadBody(resp *http.Response) ([]byte, error) {
	if b, ok := resp.Body.(*readBody); ok {
		data := b.data
		b.data = nil
		return data, b.err
	}
	if resp.Body == nil {
		return nil, nil
	}
	data, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close() // the body was read; there is nothing its error could tell
	return data, err
}

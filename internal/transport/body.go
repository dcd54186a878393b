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

// BodyError means that the headers of an answer arrived but its body could not
// be read completely. It wraps the cause: [io.ErrUnexpectedEOF] for a body that
// was cut off, [ErrBodyTooLarge], or the connection's error.
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

// mostAhead limits the memory that is allocated because of a Content-Length.
const mostAhead = 16 << 20

// byteOrderMark precedes the JSON of some servers. No JSON decoder accepts it.
var byteOrderMark = []byte("\ufeff")

// readBodies reads answers completely, up to a limit, while the request still
// counts as running. An answer that breaks off is then a failed attempt, not an
// error in the caller's decoder. An answer of status 400 and above is passed on
// even when it breaks off, because its status matters more than its text.
func readBodies(next link, most int64) link {
	return func(ctx context.Context, req *http.Request) (*http.Response, error) {
		resp, err := next(ctx, req)
		if err != nil || resp.Body == nil {
			return resp, err
		}
		failed := resp.StatusCode >= 400
		if flag(ctx, keyStream) && !failed {
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
	_ = resp.Body.Close() // everything needed has been read
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

// inMemory returns the body that the chain has read; nil for a stream.
func inMemory(resp *http.Response) []byte {
	if b, ok := resp.Body.(*readBody); ok {
		return b.data
	}
	return nil
}

// ReadBody returns the body of an answer and the error that ended it. A body
// that the chain has already read is not copied. With an error it returns what
// could be read. Call it once, and do not write to the result.
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
	_ = resp.Body.Close() // the body was read; an error here means nothing
	return data, err
}

package transport

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
)

func TestBodyIsReadWholeAndClosed(t *testing.T) {
	body := &trackedBody{Reader: strings.NewReader("0123456789")}
	b := readBodies(fake(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Body: body, ContentLength: 10}, nil
	}).link(), 10)
	resp, err := run(b, request(t, t.Context(), http.MethodGet, ""))
	if err != nil {
		t.Fatal(err)
	}
	if !body.closed {
		t.Error("the body was left open")
	}
	if got := bodyOf(t, resp); got != "0123456789" {
		t.Errorf("body %q", got)
	}
}

func TestBodyBound(t *testing.T) {
	b := readBodies(reply(200, "0123456789x").link(), 10)
	resp, err := run(b, request(t, t.Context(), http.MethodGet, ""))
	finish(resp)
	var body *BodyError
	if !errors.Is(err, ErrBodyTooLarge) || !errors.As(err, &body) || body.Status != 200 || body.Read != 10 {
		t.Errorf("error %#v", err)
	}
	if want := "the answer is too large: more than 10 bytes"; err.Error() != want {
		t.Errorf("text %q, want %q", err, want)
	}
}

// endless is a body without an end. It counts how much is read.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) { e.read += len(p); return len(p), nil }
func (e *endless) Close() error               { return nil }

func TestBodyIsNotReadBeyondTheBound(t *testing.T) {
	body := &endless{}
	b := readBodies(fake(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Body: body}, nil
	}).link(), 1<<10)
	resp, err := run(b, request(t, t.Context(), http.MethodGet, ""))
	finish(resp)
	if !errors.Is(err, ErrBodyTooLarge) || body.read > 1<<10+1 {
		t.Errorf("%d bytes were read, error %v", body.read, err)
	}
}

func TestBodyBoundOfARequest(t *testing.T) {
	for limit, fits := range map[int64]bool{5: true, 4: false, 1 << 30: true} {
		resp, err := run(over(reply(200, "12345"), Config{MaxBody: 3}), request(t, WithMaxBody(t.Context(), limit), http.MethodGet, ""))
		finish(resp)
		if errors.Is(err, ErrBodyTooLarge) == fits {
			t.Errorf("5 bytes where %d are asked for: %v", limit, err)
		}
	}
}

// An answer that bursts when it is decompressed is read up to the limit, no
// further.
func TestCaseW4_CompressedAnswersAreBoundedAsTheyAreRead(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(bytes.Repeat([]byte(`{},`), 1<<18)) // 768 KiB
	_ = w.Close()
	url, hits := serveGzip(t, bytes.Repeat(packed.Bytes(), 64)) // 48 MiB
	req, err := http.NewRequestWithContext(WithMaxBody(t.Context(), 1<<20), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	resp, err := New(nil, Config{}).Do(req)
	runtime.ReadMemStats(&after)
	finish(resp)
	if !errors.Is(err, ErrBodyTooLarge) || *hits != 1 {
		t.Errorf("error %v after %d requests", err, *hits)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 16<<20 {
		t.Errorf("%d KiB were taken for an answer of at most 1 MiB", took>>10)
	}
}

func serveGzip(t *testing.T, packed []byte) (url string, hits *int) {
	t.Helper()
	hits = new(int)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		*hits++
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed)
	}))
	t.Cleanup(srv.Close)
	return srv.URL, hits
}

// No memory is allocated for a Content-Length alone.
func TestAnAnnouncedLengthTakesNoMemory(t *testing.T) {
	huge := fake(func(*http.Request) (*http.Response, error) {
		resp := answer(200, "{}")
		resp.ContentLength = 1 << 40
		return resp, nil
	})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	resp, err := run(over(huge, Config{MaxBody: 1 << 40}), request(t, t.Context(), http.MethodGet, ""))
	runtime.ReadMemStats(&after)
	finish(resp)
	if took := after.TotalAlloc - before.TotalAlloc; err != nil || took > 3*mostAhead {
		t.Errorf("%d KiB, %v", took>>10, err)
	}
}

func TestCaseW6_ByteOrderMark(t *testing.T) {
	for in, want := range map[string]string{"\ufeff[1]": "[1]", "[\ufeff]": "[\ufeff]", "\ufeff": "", "\xef\xbb": "\xef\xbb"} {
		resp, err := run(over(reply(200, in), Config{}), request(t, t.Context(), http.MethodGet, ""))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ReadBody(resp); string(got) != want || err != nil {
			t.Errorf("%q is read as %q, %v", in, got, err)
		}
	}
}

func TestBodyThatBreaksOff(t *testing.T) {
	b := readBodies(broken(200, "half").link(), 100)
	resp, err := run(b, request(t, t.Context(), http.MethodGet, ""))
	finish(resp)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error %v, want io.ErrUnexpectedEOF", err)
	}
	if want := "the answer broke off after 4 bytes: unexpected EOF"; err == nil || err.Error() != want {
		t.Errorf("text %q, want %q", err, want)
	}
}

func TestErrorAnswerIsHandedOnThoughItBreaksOff(t *testing.T) {
	b := readBodies(broken(400, `{"code":"Inva`).link(), 100)
	resp, err := run(b, request(t, t.Context(), http.MethodPost, "x"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadBody(resp)
	if string(got) != `{"code":"Inva` || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("body %q, error %v", got, err)
	}
	again, err := io.ReadAll(resp.Body)
	if len(again) != 0 || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("read again: %q, %v", again, err)
	}
}

func TestStreamIsHandedOnUnreadUnlessItFailed(t *testing.T) {
	for status, streamed := range map[int]bool{200: true, 404: false} {
		b := readBodies(answers(status).link(), 3)
		resp, err := run(b, request(t, WithStream(t.Context()), http.MethodGet, ""))
		if err != nil {
			t.Fatal(err)
		}
		finish(resp)
		if _, whole := resp.Body.(*readBody); whole == streamed {
			t.Errorf("status %d: read into memory: %v", status, whole)
		}
	}
}

func TestReadBodyOfAnAnswerFromElsewhere(t *testing.T) {
	body := &trackedBody{Reader: strings.NewReader("abc")}
	got, err := ReadBody(&http.Response{Body: body})
	if string(got) != "abc" || err != nil || !body.closed {
		t.Errorf("%q, %v, closed %v", got, err, body.closed)
	}
	if got, err := ReadBody(&http.Response{}); got != nil || err != nil {
		t.Errorf("without a body: %q, %v", got, err)
	}
}

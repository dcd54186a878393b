package transport

import (
	"errors"
	"io"
	"net/http"
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

// endless is a body without an end that counts what is read of it.
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

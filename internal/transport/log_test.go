package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/internal/text"
)

// logTo returns a logger and what it has written, a map a line.
func logTo(t *testing.T, level slog.Level) (*slog.Logger, func() []map[string]any) {
	var buf bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&buf, &slog.HandlerOptions{Level: level}))
	return log, func() []map[string]any {
		t.Helper()
		var lines []map[string]any
		for line := range strings.Lines(buf.String()) {
			var m map[string]any
			if err := json.Unmarshal([]byte(line), &m); err != nil {
				t.Fatalf("line %q: %v", line, err)
			}
			delete(m, "time")
			lines = append(lines, m)
		}
		return lines
	}
}

func TestLogHasALinePerAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, lines := logTo(t, slog.LevelDebug)
		base, _ := script(t, reply(429, "", "Retry-After", "3"), errReset, reply(200, "", "X-Cw-Request-Id", "r-1"))
		rt := over(base, Config{Logger: log, Retry: Retry{Base: 1}})
		resp, err := run(rt, request(t, t.Context(), http.MethodGet, ""))
		if err != nil {
			t.Fatal(err)
		}
		finish(resp)
		got := lines()
		for _, m := range got {
			if d, ok := m["waited"].(float64); ok {
				m["waited"] = d >= float64(time.Second)
			}
		}
		const url = "https://api.example/v1/things?q=1"
		want := []map[string]any{
			{"level": "WARN", "msg": "http", "method": "GET", "url": url, "status": 429.0, "attempt": 1.0, "waited": false, "took": 0.0},
			{"level": "WARN", "msg": "http", "method": "GET", "url": url, "status": 0.0, "attempt": 2.0, "waited": true, "took": 0.0, "error": "read tcp: connection reset by peer"},
			{"level": "DEBUG", "msg": "http", "method": "GET", "url": url, "status": 200.0, "attempt": 3.0, "waited": false, "took": 0.0, "request_id": "r-1"},
		}
		// The third attempt may have to wait for its turn at the halved rate.
		got[2]["waited"] = false
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestLogAtWarnLeavesOutWhatIsFine(t *testing.T) {
	log, lines := logTo(t, slog.LevelWarn)
	for _, status := range []int{200, 404, 429, 500} {
		l := logged(answers(status).link(), log, text.NewSecrets())
		resp, err := run(l, request(t, t.Context(), http.MethodGet, ""))
		if err != nil {
			t.Fatal(err)
		}
		finish(resp)
	}
	var statuses []any
	for _, m := range lines() {
		statuses = append(statuses, m["status"])
	}
	if diff := cmp.Diff([]any{429.0, 500.0}, statuses); diff != "" {
		t.Errorf("statuses logged (-want +got):\n%s", diff)
	}
}

func TestLogShowsBodiesOnlyWhenAskedTo(t *testing.T) {
	for level, want := range map[slog.Level]bool{slog.LevelDebug: false, LevelWire: true} {
		log, lines := logTo(t, level)
		l := logged(readBodies(fake(func(*http.Request) (*http.Response, error) {
			return answer(200, `{"result":`+strings.Repeat("1", maxLogBody)+`}`), nil
		}).link(), 1<<20), log, text.NewSecrets())
		resp, err := run(l, request(t, t.Context(), http.MethodPost, `{"id":"jsonrpc"}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := len(bodyOf(t, resp)); got < maxLogBody {
			t.Errorf("the log took the body away: %d bytes left", got)
		}
		var bodies []string
		for _, m := range lines() {
			if b, ok := m["body"].(string); ok {
				bodies = append(bodies, b)
			}
		}
		if !want {
			if len(bodies) != 0 {
				t.Errorf("level %v: bodies %q", level, bodies)
			}
			continue
		}
		if len(bodies) != 2 || bodies[0] != `{"id":"jsonrpc"}` || len(bodies[1]) != maxLogBody {
			t.Errorf("level %v: %d bodies, %.40q", level, len(bodies), bodies)
		}
	}
}

func TestLogShowsNoBodyThatCannotBeReadTwice(t *testing.T) {
	log, lines := logTo(t, LevelWire)
	l := logged(reply(200, "stream").link(), log, text.NewSecrets())
	bodies := map[string]func(*http.Request){
		"none":     func(req *http.Request) { req.Body = nil },
		"streamed": func(req *http.Request) { req.GetBody = nil },
		"gone":     func(req *http.Request) { req.GetBody = func() (io.ReadCloser, error) { return nil, io.EOF } },
		"cut": func(req *http.Request) {
			req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(iotest.ErrReader(io.ErrUnexpectedEOF)), nil }
		},
	}
	for name, spoil := range bodies {
		req := request(t, t.Context(), http.MethodPost, "body")
		spoil(req)
		resp, err := run(l, req)
		if err != nil {
			t.Fatal(err)
		}
		if got := bodyOf(t, resp); got != "stream" {
			t.Errorf("%s: the log took from the answer: %q is left", name, got)
		}
	}
	for _, m := range lines() {
		if b, ok := m["body"]; ok && b != "" {
			t.Errorf("line %v shows a body", m)
		}
	}
}

// Nothing secret is in a log line, whatever the level and the outcome.
func TestLogHoldsNoSecrets(t *testing.T) {
	const private, client, visa, password, cookie = "pr1vate/Key+1", "c11ent-id", "v1sa-v1sa", "passw0rd!", "c00kie-value"
	var buf bytes.Buffer
	log := slog.New(slog.NewTextHandler(&buf, &slog.HandlerOptions{Level: LevelWire}))
	rt := logged(readBodies(fake(func(req *http.Request) (*http.Response, error) {
		if req.Header.Get("Fail") != "" {
			return nil, errors.New(`Get "https://x/?token=` + visa + `": key ` + private + ` is wrong; Bearer ` + visa)
		}
		return answer(400, `{"visa":"`+visa+`","error":"bad key `+private+`"}`, "Set-Cookie", cookie), nil
	}).link(), 1<<20), log, text.NewSecrets(private))
	for _, fail := range []string{"", "yes"} {
		req := request(t, t.Context(), http.MethodPost, `{"visa":"`+visa+`","params":{"username":"u","password":"`+password+`"}}`)
		req.Header.Set("Authorization", "Basic "+private)
		req.Header.Set("clientId", client)
		req.Header.Set("Cookie", cookie)
		if fail != "" {
			req.Header.Set("Fail", fail)
		}
		req.URL.RawQuery = "access_token=" + visa
		req.URL.User = nil
		resp, _ := run(rt, req)
		finish(resp)
	}
	for _, secret := range []string{private, client, visa, password, cookie} {
		if strings.Contains(buf.String(), secret) {
			t.Errorf("%s is in the log:\n%s", secret, buf.String())
		}
	}
	if n := strings.Count(buf.String(), "\n"); n != 5 {
		t.Errorf("%d lines, want 5", n)
	}
}

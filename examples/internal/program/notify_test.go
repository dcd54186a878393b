package program

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// heard is a web server that keeps what it is told.
func heard(t *testing.T, status int) (url string, list *[]string) {
	t.Helper()
	list = new([]string)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := make([]byte, r.ContentLength)
		_, _ = r.Body.Read(body)
		*list = append(*list, r.Method+" "+string(body))
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server.URL, list
}

func TestAfterTellsOnceAndOnceAgain(t *testing.T) {
	t.Parallel()
	p, _, stderr := surroundings(t, nil)
	hook, told := heard(t, http.StatusOK)
	beat, beats := heard(t, http.StatusOK)
	notify := Notify{Emergency: []string{hook + "/hush"}, Heartbeat: beat}
	state := filepath.Join(p.Folder, "a.json")
	for _, step := range []struct {
		code        Exit
		told, beats int
	}{
		{Fine, 0, 1}, {News, 0, 2}, {Blind, 1, 2}, {Failed, 1, 2}, {Wrong, 1, 2}, {News, 2, 3}, {Fine, 2, 4}, {Failed, 3, 4},
	} {
		p.After(t.Context(), notify, state, step.code, "3 of 4 <failed>")
		if len(*told) != step.told || len(*beats) != step.beats {
			t.Fatalf("after %d: told %q, %d beats, want %d and %d", step.code, *told, len(*beats), step.told, step.beats)
		}
	}
	for i, want := range []string{"does not work", "works again", "does not work"} {
		if text := (*told)[i]; !strings.Contains(text, want) || !strings.Contains(text, "3 of 4") || !strings.HasPrefix(text, "POST {\"text\":\"tried on ") {
			t.Errorf("told %q, want %q", text, want)
		}
	}
	data, err := os.ReadFile(filepath.Join(p.Folder, "a.health.json"))
	if err != nil || !strings.Contains(string(data), `"exit":1`) || !strings.Contains(string(data), `"lastGood":"2026-11-29T07:00:00Z"`) {
		t.Errorf("%s %v", data, err)
	}
	if stderr.Len() > 0 {
		t.Errorf("%s", stderr)
	}
}

// Who could not be told is told by the next run.
func TestAfterTriesAgain(t *testing.T) {
	t.Parallel()
	p, _, stderr := surroundings(t, nil)
	hook, told := heard(t, http.StatusNotFound)
	state := filepath.Join(p.Folder, "a.json")
	for n := 1; n <= 2; n++ {
		p.After(t.Context(), Notify{Emergency: []string{hook + "/hush"}}, state, Failed, "")
		if len(*told) != n {
			t.Errorf("told %d times, want %d", len(*told), n)
		}
	}
	text := stderr.String()
	if !strings.Contains(text, "404") || strings.Contains(text, "hush") {
		t.Errorf("%q", text)
	}
}

func TestAddressesAreNotShown(t *testing.T) {
	t.Parallel()
	p, _, stderr := surroundings(t, nil)
	p.After(t.Context(), Notify{Emergency: []string{"http://127.0.0.1:1/hush"}, Heartbeat: "http://127.0.0.1:1/hush"}, filepath.Join(p.Folder, "a.json"), Failed, "")
	p.After(t.Context(), Notify{Heartbeat: "http://127.0.0.1:1/hush"}, filepath.Join(p.Folder, "a.json"), Fine, "")
	if text := stderr.String(); strings.Contains(text, "hush") || strings.Count(text, "127.0.0.1") < 2 {
		t.Errorf("%q", text)
	}
}

func TestNotifyValidate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		notify Notify
		want   []string // in the error; none: it is right
	}{
		"zero":         {},
		"none":         {notify: Notify{Emergency: []string{"none"}}},
		"mail":         {notify: Notify{Emergency: []string{"a@b.example"}, SMTP: "smtp.b.example:587", From: "c@b.example"}},
		"webhook":      {notify: Notify{Emergency: []string{"https://hooks.example.com/x"}}},
		"loopback":     {notify: Notify{Heartbeat: "http://127.0.0.1:8080/x"}},
		"none and one": {Notify{Emergency: []string{"https://x.example", "none"}}, []string{"emergency[1]"}},
		"no server":    {Notify{Emergency: []string{"a@b.example"}}, []string{"smtp, from"}},
		"no address":   {Notify{Emergency: []string{"oncall"}, SMTP: "s:25", From: "c@b.example"}, []string{"emergency[0]", "oncall"}},
		"in the clear": {Notify{Emergency: []string{"http://hooks.example.com/hush"}}, []string{"emergency[0]", "https"}},
		"bad members":  {Notify{SMTP: "smtp.example.com", From: "x", Heartbeat: "ftp://x.example"}, []string{"smtp:", "from:", "heartbeat:"}},
		"bad port":     {Notify{SMTP: "smtp.example.com:0"}, []string{"smtp:"}},
	} {
		err := test.notify.Validate()
		if (err != nil) != (len(test.want) > 0) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, want := range test.want {
			if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hush") {
				t.Errorf("%s: %v, want %q in it", name, err, want)
			}
		}
	}
}

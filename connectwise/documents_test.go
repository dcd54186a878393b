package connectwise

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// movingCloud is a tenant that was upgraded after the first call.
func movingCloud(t *testing.T) (*fakeCloud, *Client) {
	t.Helper()
	cloud := &fakeCloud{code: "v2025_1/", routed: "v2025_1/"}
	c, err := NewClient(testCredentials, WithHTTPClient(&http.Client{Transport: cloud}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.System.Documents.Of("Ticket", 1).Get(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	cloud.routed, cloud.code = "v2026_1/", "v2026_1/"
	time.Sleep(time.Minute)
	return cloud, c
}

func TestDocumentsOfAnUpgradedTenant(t *testing.T) {
	link := Upload{RecordType: "Ticket", RecordID: 1, URL: "https://example.com/"}
	file := func() Upload {
		return Upload{RecordType: "Ticket", RecordID: 1, FileName: "a.txt", File: strings.NewReader("content")}
	}
	t.Run("a link is sent again", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			cloud, c := movingCloud(t)
			made, err := c.System.Documents.Create(t.Context(), link)
			if err != nil || made.ID != 1 || !strings.HasPrefix(cloud.urls[len(cloud.urls)-1], "https://api-na.myconnectwise.net/v2026_1/") {
				t.Errorf("%+v, %v, %v", made, err, cloud.urls)
			}
		})
	})
	t.Run("a file is not, and the next one arrives", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			cloud, c := movingCloud(t)
			_, err := c.System.Documents.Create(t.Context(), file())
			if !errors.Is(err, ErrServer) || errors.Is(err, ErrOutcomeUnknown) || !strings.Contains(err.Error(), "send the file again") {
				t.Errorf("%v", err)
			}
			n := 0
			for _, u := range cloud.urls {
				if strings.HasSuffix(u, "/system/documents") {
					n++
				}
			}
			if n != 1 {
				t.Errorf("the file was sent %d times", n)
			}
			if made, err := c.System.Documents.Create(t.Context(), file()); err != nil || made.ID != 1 {
				t.Errorf("%+v, %v", made, err)
			}
		})
	})
	t.Run("a download is asked for again", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			_, c := movingCloud(t)
			d, err := c.System.Documents.Download(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(d)
			if string(text) != `{"id":1}` || err != nil || d.Close() != nil {
				t.Errorf("%s, %v", text, err)
			}
		})
	})
}

func TestDownloadsOfPagesAreNoFiles(t *testing.T) {
	for _, tc := range []struct {
		kind, disposition string
		file              bool
	}{
		{"application/octet-stream", "", true},
		{"application/octet-stream", `attachment; filename="a.txt"`, true},
		{"text/html; charset=utf-8", `attachment; filename="page.html"`, true},
		{"application/json", `attachment; filename="a.json"`, true},
		{"text/html; charset=utf-8", "", false},
		{"application/json; charset=utf-8", "", false},
		{"application/vnd.connectwise.com+json; version=2025.1", "inline", false},
	} {
		s := newTestServer(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", tc.kind)
			w.Header().Set("Content-Disposition", tc.disposition)
			_, _ = io.WriteString(w, "<title>Sign in</title>")
		})
		d, err := s.client(t).System.Documents.Download(t.Context(), 1)
		if (err == nil) != tc.file || (err != nil && !errors.Is(err, ErrServer)) {
			t.Errorf("%s, %s: %v, %v", tc.kind, tc.disposition, d, err)
		}
		if err == nil {
			_ = d.Close()
		}
	}
}

// lostSeeker can seek to its end but not back.
type lostSeeker struct{ io.Reader }

func (lostSeeker) Seek(_ int64, whence int) (int64, error) {
	if whence == io.SeekStart {
		return 0, errors.New("no way back")
	}
	return 7, nil
}

// deafSeeker is like a pipe: it has the method Seek but cannot seek.
type deafSeeker struct{ io.Reader }

func (deafSeeker) Seek(int64, int) (int64, error) { return 0, errors.New("illegal seek") }

func TestFilesThatCannotSeek(t *testing.T) {
	s := newTestServer(t, answerWith(201, `{"id":9}`))
	documents := s.client(t).System.Documents
	upload := Upload{RecordType: "Ticket", RecordID: 1, FileName: "a.txt", File: lostSeeker{strings.NewReader("content")}}
	if _, err := documents.Create(t.Context(), upload); !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), "no way back") || len(s.seen()) != 0 {
		t.Errorf("%v, %d requests", err, len(s.seen()))
	}
	upload.File = deafSeeker{strings.NewReader("content")}
	if _, err := documents.Create(t.Context(), upload); err != nil || !strings.Contains(s.seen()[0].Body, "content") {
		t.Errorf("%v, %+v", err, s.seen())
	}
}

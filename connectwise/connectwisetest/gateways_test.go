package connectwisetest_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// Tests of gateways between a client and its tenant, and of wrong answers.
// Tests are named after the cases.

func TestD18_NoEndpoint(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	a.do("POST", "service/tickets", minimal).want(201)
	a.srv.Inject(connectwisetest.Fault{Path: "service/tickets/70001", Kind: connectwisetest.StatusBefore, Status: 404, Body: `{"code":"ConnectWiseApi","message":"The endpoint does not exist."}`})
	if got := a.get("service/tickets/70001").want(404).body; !strings.Contains(got, "endpoint") {
		t.Error(got)
	}
	a.get("service/tickets/70001").want(200)
}

// After an upgrade the old codebase is unknown, while companyinfo still names
// it for some time.
func TestD18_Upgrade(t *testing.T) {
	now := noon
	a := desk(t, connectwisetest.Config{Now: func() time.Time { return now }})
	told := func() string {
		info := a.get("/login/companyinfo/training").want(200).object()
		return fmt.Sprint(info["Codebase"], info["VersionCode"])
	}
	path := "/v2025_1/apis/3.0/system/info"
	a.get(path).want(200)
	a.srv.Upgrade("v2026_1/", time.Minute)
	if got := a.get(path).want(404).body; got != `{"code":"ConnectWiseApi","message":"The endpoint does not exist."}` {
		t.Error(got)
	}
	a.get("/v2026_1/apis/3.0/system/info").want(200)
	a.get("system/info").want(200)
	if got := told(); got != "v2025_1/v2025.1" {
		t.Errorf("at once companyinfo says %s", got)
	}
	now = noon.Add(time.Minute)
	if got := told(); got != "v2026_1/v2026.1" {
		t.Errorf("a minute later companyinfo says %s", got)
	}
}

// A gateway's page replaces the answer, although the create was executed.
func TestD19_GatewayPages(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	for i, status := range []int{408, 403, 413, 502} {
		a.srv.Inject(connectwisetest.Fault{Method: "POST", Kind: connectwisetest.HTMLAfter, Status: status})
		r := a.do("POST", "service/tickets", minimal).want(status)
		if json.Valid([]byte(r.body)) || r.header.Get("Content-Type") != "text/html" || len(a.srv.Tickets()) != i+1 {
			t.Errorf("%d: %s, %d tickets", status, r.body, len(a.srv.Tickets()))
		}
	}
}

// Answers that are valid JSON but wrong.
func TestD21_MangledAnswers(t *testing.T) {
	a := sample(t, connectwisetest.Config{})
	a.srv.Inject(
		connectwisetest.Fault{Method: "GET", Path: "service/tickets", Kind: connectwisetest.StatusBefore, Status: 200, Body: "[]"},
		connectwisetest.Fault{Method: "POST", Path: "notes", Kind: connectwisetest.StatusAfter, Status: 201, Body: `{"id":7,"text":"another"}`},
		connectwisetest.Fault{Method: "POST", Path: "service/tickets", Kind: connectwisetest.Garbage, Body: `{"id":`},
	)
	if got := a.get("service/tickets").want(200).body; got != "[]" {
		t.Error(got)
	}
	a.do("POST", "service/tickets/1/notes", `{"text":"mine","internalAnalysisFlag":true}`).want(201)
	if got := a.do("POST", "service/tickets", minimal).want(200).body; got != `{"id":` {
		t.Error(got)
	}
	if len(a.srv.Notes(1)) != 1 || len(a.srv.Tickets()) != 5 {
		t.Errorf("%d notes, %d tickets", len(a.srv.Notes(1)), len(a.srv.Tickets()))
	}
}

func many(t *testing.T, n int, sw connectwisetest.Switches) *api {
	a := desk(t, connectwisetest.Config{Switches: sw})
	for i := range n {
		a.srv.AddTicket(connectwisetest.Ticket{Summary: fmt.Sprint(i), Company: connectwisetest.ByID(250)})
	}
	return a
}

// Pages are capped, and the Link header is missing, from a gateway or
// unreadable, in both modes.
func TestW1_CappedPages(t *testing.T) {
	for links, want := range map[connectwisetest.Links]func(string, bool) bool{
		connectwisetest.LinksPlain:   func(link string, _ bool) bool { return strings.Contains(link, `rel="next"`) },
		connectwisetest.LinksMissing: func(_ string, ok bool) bool { return !ok },
		connectwisetest.LinksPreload: func(link string, _ bool) bool {
			return strings.Contains(link, "rel=preload") && !strings.Contains(link, "next")
		},
		connectwisetest.LinksUnreadable: func(link string, _ bool) bool {
			return strings.Contains(link, `<%zz:`) && strings.Contains(link, `rel="next"`)
		},
	} {
		a := many(t, 7, connectwisetest.Switches{PageCap: 3, Links: links})
		for _, mode := range []string{"", "forward-only"} {
			var seen []string
			query := "service/tickets?pageSize=1000&fields=id&orderBy=id"
			for page := 1; len(seen) < 7 && page < 9; page++ {
				r := a.do("GET", query, "", "pagination-type", mode).want(200)
				if link, ok := r.header["Link"]; page == 1 && !want(strings.Join(link, ""), ok) {
					t.Errorf("%d %q: Link %q", links, mode, link)
				}
				if len(r.list()) > 3 {
					t.Fatalf("a page of %d", len(r.list()))
				}
				seen = append(seen, strings.Fields(ids(r.list()))...)
				query = fmt.Sprintf("service/tickets?pageSize=1000&fields=id&orderBy=id&page=%d&pageId=%s", page+1, seen[len(seen)-1])
			}
			if len(seen) != 7 {
				t.Errorf("%d %q: %v", links, mode, seen)
			}
		}
	}
	a := many(t, 7, connectwisetest.Switches{PageCap: 3, LinkHost: "evil.example"})
	if got := a.get("service/tickets").header.Get("Link"); !strings.HasPrefix(got, "<http://evil.example/") {
		t.Errorf("Link %s", got)
	}
}

// Pages without an end: each names a next one and has no new rows.
func TestW3_EndlessPages(t *testing.T) {
	for pages, want := range map[connectwisetest.Pages]string{connectwisetest.PagesRepeat: `[{"id":70001},{"id":70002}]`, connectwisetest.PagesEmpty: `[]`} {
		for _, mode := range []string{"", "forward-only"} {
			a := many(t, 5, connectwisetest.Switches{Pages: pages})
			path, cursors := "service/tickets?pageSize=2&fields=id", map[string]bool{}
			for page := range 6 {
				r := a.do("GET", path, "", "pagination-type", mode).want(200)
				if page > 0 && r.body != want {
					t.Errorf("page %d: %s, want %s", page, r.body, want)
				}
				target, _, _ := strings.Cut(strings.TrimPrefix(r.header.Get("Link"), "<"), ">")
				u, err := url.Parse(target)
				if err != nil || u.Path == "" || cursors[u.RawQuery] {
					t.Fatalf("page %d names the next %q", page, target)
				}
				cursors[u.RawQuery] = true
				path = "service/tickets?" + u.RawQuery
			}
		}
	}
}

// The delivery of a server without a listener can be verified as documented:
// the key comes from the URL in the body, over the server's own transport.
func TestW11_CallbacksInMemory(t *testing.T) {
	var body, signature atomic.Value
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		body.Store(b)
		signature.Store(r.Header.Get("x-content-signature"))
	}))
	defer hook.Close()
	a := desk(t, quick())
	a.subscribe(hook.URL+"/?recordId=", "ticket", "owner", 0, "").want(201)
	a.do("POST", "service/tickets", minimal).want(201)
	a.settle()
	var sent struct {
		FromURL  string `json:"FromUrl"`
		Metadata struct {
			KeyURL string `json:"key_url"`
		}
	}
	raw, _ := body.Load().([]byte)
	if err := json.Unmarshal(raw, &sent); err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(sent.Metadata.KeyURL)
	if err != nil {
		t.Fatal(err)
	}
	if u.Scheme != "https" || u.Host != sent.FromURL || !strings.HasSuffix(u.Host, ".myconnectwise.net") {
		t.Errorf("key URL %s, from %s", sent.Metadata.KeyURL, sent.FromURL)
	}
	key, _ := a.get(u.RequestURI()).want(200).object()["signing_key"].(string)
	secret := sha256.Sum256([]byte(key))
	mac := hmac.New(sha256.New, secret[:])
	mac.Write(raw)
	if diff := cmp.Diff(base64.StdEncoding.EncodeToString(mac.Sum(nil)), signature.Load()); diff != "" {
		t.Error(diff)
	}
}

func TestW12_ForeignSite(t *testing.T) {
	a := desk(t, connectwisetest.Config{Switches: connectwisetest.Switches{ForeignSite: "evil.example"}})
	if got := a.get("/login/companyinfo/training").want(200).object()["SiteUrl"]; got != "evil.example" {
		t.Errorf("SiteUrl %v", got)
	}
	if got := in(a.do("POST", "service/tickets", minimal).want(201).object(), "board._info.board_href"); got != "https://na.myconnectwise.net/v2025_1/apis/3.0//service/boards/1" {
		t.Errorf("links lead to %v", got)
	}
}

// A file keeps the name that was sent; the client must clean it.
func TestW14_HostileFileNames(t *testing.T) {
	a := sample(t, connectwisetest.Config{})
	for _, name := range []string{"../../etc/cron.d/x", `..\..\boot.ini`, "a\u202egnp.exe"} {
		body, kind := form(map[string]string{"recordType": "Ticket", "recordId": "1"}, "FILE", "x")
		body = strings.Replace(body, `filename="FILE"`, `filename="`+strings.ReplaceAll(name, `\`, `\\`)+`"`, 1)
		made := a.do("POST", "system/documents", body, "Content-Type", kind).want(201).object()
		if made["fileName"] != name || made["title"] != name {
			t.Errorf("%q became %q, titled %q", name, made["fileName"], made["title"])
		}
		a.get(fmt.Sprintf("system/documents/%v/download", made["id"])).want(200)
	}
}

package cove_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/time/rate"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/covetest"
)

// asked is a request as a server sees it.
type asked struct {
	Method string
	Params struct {
		PartnerID int64
		AccountID int64
		Accounts  []int64
		Query     json.RawMessage // an object of statistics, a text of storage nodes
		Range     struct{ Offset, Size int }
	}
	query struct {
		StartRecordNumber, RecordsCount int
		Columns                         []string
	}
	host string
}

// replies answers each request with a text; it logs in by itself.
type replies func(asked) string

func (f replies) RoundTrip(r *http.Request) (*http.Response, error) {
	var a asked
	if err := json.NewDecoder(r.Body).Decode(&a); err != nil {
		return nil, err
	}
	_ = json.Unmarshal(a.Params.Query, &a.query) // of statistics
	a.host = r.URL.Host
	text := goodLogin
	if a.Method != "Login" {
		text = f(a)
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(text)), Request: r}, nil
}

func through(t *testing.T, transport http.RoundTripper, opts ...cove.Option) *cove.Client {
	t.Helper()
	c, err := cove.NewClient(cove.Credentials{Username: "u", Password: "hunter2-secret"}, append([]cove.Option{
		cove.WithHTTPClient(&http.Client{Transport: transport}), cove.WithLimiter(rate.NewLimiter(rate.Inf, 1)), cove.WithRetry(cove.Retry{Attempts: 1}),
	}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// listing answers a list of the given ids, cut as wanted.
func listing(row string, ids []int64) string {
	parts := make([]string, len(ids))
	for i, id := range ids {
		parts[i] = strings.ReplaceAll(row, "ID", fmt.Sprint(id))
	}
	return `{"result":{"result":[` + strings.Join(parts, ",") + `]}}`
}

func numbers(n int) []int64 {
	ids := make([]int64, n)
	for i := range ids {
		ids[i] = int64(n - i) // newest first
	}
	return ids
}

// lists are all lists that are asked for by ranges: how to answer one, and how
// many rows a client reads.
var lists = map[string]struct {
	row  string
	from func(asked) int
	read func(context.Context, *cove.Client) (int, error)
}{
	"devices": {`{"AccountId":ID,"Settings":[]}`, func(a asked) int { return a.query.StartRecordNumber }, func(ctx context.Context, c *cove.Client) (int, error) {
		all, err := cove.AllDevices[accountID](ctx, c, cove.DeviceQuery{})
		return len(all), err
	}},
	"installations": {`{"AccountId":ID,"Settings":[]}`, func(a asked) int { return a.query.StartRecordNumber }, func(ctx context.Context, c *cove.Client) (int, error) {
		all, err := cove.AllDevices[accountID](ctx, c, cove.DeviceQuery{Mode: cove.SelectPerInstallation})
		return len(all), err
	}},
	"children": {`{"Info":{"Id":ID}}`, func(a asked) int { return a.Params.Range.Offset }, func(ctx context.Context, c *cove.Client) (int, error) {
		all, err := c.AllChildren(ctx, 2, cove.ChildQuery{NamePattern: "*"})
		return len(all), err
	}},
	"sessions": {`{"Id":ID}`, func(a asked) int { return a.Params.Range.Offset }, func(ctx context.Context, c *cove.Client) (int, error) {
		all, err := c.Sessions(ctx, system(), cove.SessionQuery{})
		return len(all), err
	}},
	"errors": {`{"Id":ID}`, func(a asked) int { return a.Params.Range.Offset }, func(ctx context.Context, c *cove.Client) (int, error) {
		all, err := c.SessionErrors(ctx, system(), cove.SessionErrorQuery{})
		return len(all), err
	}},
	"tenant's sessions": {`{"Id":ID}`, func(a asked) int { return a.Params.Range.Offset }, func(ctx context.Context, c *cove.Client) (int, error) {
		all, err := c.Sessions(ctx, tenant(), cove.SessionQuery{})
		return len(all), err
	}},
	"tenant's errors": {`{"Id":ID,"Item":"item ID"}`, func(a asked) int { return a.Params.Range.Offset }, func(ctx context.Context, c *cove.Client) (int, error) {
		all, err := c.SessionErrors(ctx, tenant(), cove.SessionErrorQuery{Source: cove.SourceM365Exchange})
		return len(all), err
	}},
}

type accountID struct {
	ID int64 `cove:"account"`
}

func account(text string) *cove.Account {
	a := new(cove.Account)
	if err := json.Unmarshal([]byte(text), a); err != nil {
		panic(err)
	}
	a.Node.Host = "node.example"
	return a
}

func system() *cove.Account { return account(`{"Id":7,"Name":"n","Token":"1b5e0c0a-token"}`) }
func tenant() *cove.Account {
	return account(`{"Id":7,"Name":"n","Token":"1b5e0c0a-token","Type":"Office365"}`)
}

// wrap makes the answer of a method from a list.
func wrap(name, list string) string {
	if name != "children" {
		return list
	}
	return strings.Replace(strings.Replace(list, `{"result":[`, `{"result":{"ActualChildCount":1,"Children":[`, 1), `]}}`, `]}}}`, 1)
}

// A server that gives less than it is asked for, in pages of whatever length,
// loses no row.
func TestW1_PagesOfAnyLength(t *testing.T) {
	for name, list := range lists {
		for _, lengths := range [][]int{{250}, {1}, {2}, {10, 1, 7}, {3, 1, 1}, {1000, 1, 200}} {
			ids, calls := numbers(703), 0
			c := through(t, replies(func(a asked) string {
				calls++
				from := min(list.from(a), len(ids))
				return wrap(name, listing(list.row, ids[from:min(from+min(lengths[calls%len(lengths)], a.Params.Range.Size+a.query.RecordsCount), len(ids))]))
			}))
			if n, err := list.read(t.Context(), c); err != nil || n != len(ids) {
				t.Errorf("%s, pages of %v: %d rows of %d, %v", name, lengths, n, len(ids), err)
			}
		}
	}
}

// A server that does not move on, whatever it is asked for, ends in an error
// after a few requests.
func TestW2_ServerThatIgnoresTheStart(t *testing.T) {
	for name, list := range lists {
		for _, fleet := range []int{1, 2, 150} {
			calls := 0
			c := through(t, replies(func(asked) string {
				if calls++; calls > 50 {
					t.Fatalf("%s: no end", name)
				}
				return wrap(name, listing(list.row, numbers(fleet)))
			}))
			n, err := list.read(t.Context(), c)
			if !errors.Is(err, cove.ErrMalformed) || calls > 13 {
				t.Errorf("%s, %d rows: %d requests, %d rows, %v", name, fleet, calls, n, err)
			}
		}
	}
}

// Pages that alternate, that are empty behind the first, or that hold ever new
// rows where the last ones stood, end in an error after a few requests.
func TestW3_PagesWithoutEnd(t *testing.T) {
	for name, list := range lists {
		for kind, page := range map[string]func(call, from int) []int64{
			"alternating":            func(call, _ int) []int64 { return numbers(20)[call%2*10:][:10] },
			"empty behind the first": func(_, from int) []int64 { return numbers(20)[:max(0, 20-20*from)] },
			"ever others": func(call, _ int) []int64 {
				ids := numbers(10)
				for i := range ids {
					ids[i] += int64(1000 * call)
				}
				return ids
			},
		} {
			calls := 0
			c := through(t, replies(func(a asked) string {
				if calls++; calls > 60 {
					t.Fatalf("%s, %s: no end", name, kind)
				}
				return wrap(name, listing(list.row, page(calls, list.from(a))))
			}))
			if n, err := list.read(t.Context(), c); !errors.Is(err, cove.ErrMalformed) || calls > 20 {
				t.Errorf("%s, %s: %d requests, %d rows, %v", name, kind, calls, n, err)
			}
		}
	}
}

// meter counts what is read of a body.
type meter struct {
	io.Reader
	n *int64
}

func (m meter) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	*m.n += int64(n)
	return n, err
}

// endless repeats a text.
type endless string

func (e endless) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		n += copy(p[n:], e)
	}
	return n, nil
}

// An answer is read as far as what was asked for can reach, and no further.
func TestW4_MoreThanWasAskedFor(t *testing.T) {
	for name, tt := range map[string]struct {
		head, row string
		most      int64
		read      func(*cove.Client) error
	}{
		"devices": {`{"result":{"result":[`, `{"AccountId":1,"Settings":[]},`, 4 << 20, func(c *cove.Client) error {
			_, err := cove.AllDevices[cove.Device](t.Context(), c, cove.DeviceQuery{PageSize: 10})
			return err
		}},
		"sessions": {`{"result":{"result":[`, `{"Id":1},`, 6 << 20, func(c *cove.Client) error {
			_, err := c.Sessions(t.Context(), system(), cove.SessionQuery{})
			return err
		}},
		"one partner": {`{"result":{"result":{"Id":2,"Flags":[`, `"x",`, 2 << 20, func(c *cove.Client) error { _, err := c.Partner(t.Context(), 2); return err }},
	} {
		var read int64
		c := through(t, sender(func(r *http.Request) (*http.Response, error) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			answer := io.Reader(strings.NewReader(goodLogin))
			if !strings.Contains(string(body), `"Login"`) {
				answer = meter{io.MultiReader(strings.NewReader(tt.head), endless(tt.row)), &read}
			}
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(answer), Request: r}, nil
		}))
		if err := tt.read(c); err == nil || read > tt.most {
			t.Errorf("%s: %d bytes read, %v", name, read, err)
		}
	}
}

// Rows count too: a small answer can hold many.
func TestW4_MoreRowsThanWereAskedFor(t *testing.T) {
	for name, list := range lists {
		c := through(t, replies(func(a asked) string {
			ids := numbers(a.query.RecordsCount + a.Params.Range.Size + 1)
			return wrap(name, listing(list.row, ids))
		}))
		if n, err := list.read(t.Context(), c); !errors.Is(err, cove.ErrMalformed) || n > 0 {
			t.Errorf("%s: %d rows, %v", name, n, err)
		}
	}
	rows := `{"result":{"result":[` + strings.Repeat(`{},`, 1<<20) + `{}]}}`
	c := through(t, replies(func(asked) string { return rows }))
	for name, read := range map[string]func() error{
		"sessions": func() error { _, err := c.Sessions(t.Context(), system(), cove.SessionQuery{}); return err },
		"products": func() error { _, err := c.Products(t.Context(), 2, false); return err },
		"columns":  func() error { _, err := c.CustomColumns(t.Context(), 0); return err },
	} {
		if err := read(); !errors.Is(err, cove.ErrMalformed) {
			t.Errorf("%s without ids: %v", name, err)
		}
	}
}

// The bound counts what has been decompressed.
func TestW4_Compressed(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = io.WriteString(w, `{"result":{"result":[`+strings.Repeat(`{"AccountId":1,"Settings":[]},`, 1_000_000)) // to memory
	_ = w.Close()
	srv, closeServer := listen(t, func(w http.ResponseWriter, r *http.Request) {
		if body, err := io.ReadAll(r.Body); err == nil && strings.Contains(string(body), `"Login"`) {
			_, _ = io.WriteString(w, goodLogin)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed.Bytes())
	})
	defer closeServer()
	c, err := cove.NewClient(cove.Credentials{Username: "u", Password: "p"}, cove.WithBaseURL(srv), cove.WithRetry(cove.Retry{Attempts: 1}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cove.AllDevices[accountID](t.Context(), c, cove.DeviceQuery{PageSize: 100}); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("got %v", err)
	}
}

// The default limiter gives up at once when the deadline comes too soon, and
// that is what the error says.
func TestW5_DeadlineTooShortForTheLimiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := cove.NewClient(cove.Credentials{Username: "u", Password: "p"},
			cove.WithHTTPClient(&http.Client{Transport: replies(func(asked) string { return goodPartner })}))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		for range 10 {
			if _, err = c.Partner(ctx, 2); err != nil {
				break
			}
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

// A byte-order mark is no part of an answer.
func TestW6_ByteOrderMark(t *testing.T) {
	c := through(t, replies(func(asked) string { return "\ufeff" + goodPartner }))
	if p, err := c.Partner(t.Context(), 2); err != nil || p.ID != 2 {
		t.Errorf("%+v, %v", p, err)
	}
}

// Answers that hold a secret hide it wherever they are cut, and in the title of
// a page.
func TestW10_SecretsInLongErrors(t *testing.T) {
	for name, said := range map[string]string{
		"at the cut":  `{"error":{"code":-32603,"message":"` + strings.Repeat("x", 490) + ` hunter2-secret"}}`,
		"other case":  `{"error":{"code":-32603,"message":"HUNTER2-SECRET is wrong"}}`,
		"escaped":     `{"error":{"code":-32603,"message":"hunter2&#45;secret is wrong"}}`,
		"in a title":  `<html><head><TITLE>bad hunter2-secret</TITLE></head></html>`,
		"in a text":   `hunter2-secret is wrong`,
		"as an error": `{"error":"hunter2-secret"}`,
	} {
		c := through(t, replies(func(asked) string { return said }))
		_, err := c.Partner(t.Context(), 2)
		if text := strings.ToLower(fmt.Sprint(err)); err == nil || strings.Contains(text, "hunter2") || strings.Contains(text, "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
	long := strings.Repeat("ü", 2000)
	c := through(t, replies(func(asked) string { return `{"error":{"message":"` + long + `"}}` }))
	var e *cove.Error
	if _, err := c.Partner(t.Context(), 2); !errors.As(err, &e) || len([]rune(e.Message)) > 500 || strings.ContainsRune(e.Message, '\ufffd') {
		t.Errorf("%v", err)
	}
}

// What a server says is printed on one line and moves no cursor.
func TestW18_ErrorsArePrintable(t *testing.T) {
	for _, said := range []string{
		`{"error":{"code":-32603,"message":"\u001b[31mred\nFirst step: run this\u202egnp"}}`, "<title>\x1b[2Jgone\n</title>", "\x1b[2Jtext\r\nmore",
		`{"result":{"result":{"Id":2,"CreationTime":"\u001b[2J"}}}`,
	} {
		c := through(t, replies(func(asked) string { return said }))
		if _, err := c.Partner(t.Context(), 2); err == nil || strings.ContainsAny(err.Error(), "\x1b\n\r\u202e") {
			t.Errorf("%q", fmt.Sprint(err))
		}
	}
}

// An answer in Latin-1 is an error that names the option, or read with it; no
// letter is lost in silence.
func TestW21_Latin1(t *testing.T) {
	page := replies(func(a asked) string {
		if a.query.StartRecordNumber > 0 {
			return `{"result":{"result":[]}}`
		}
		return "{\"result\":{\"result\":[{\"AccountId\":1,\"Settings\":[{\"AN\":\"M\xfcller\"}]}]}}"
	})
	type row struct {
		Name string `cove:"AN"`
	}
	all, err := cove.AllDevices[row](t.Context(), through(t, page), cove.DeviceQuery{})
	if !errors.Is(err, cove.ErrMalformed) || !strings.Contains(err.Error(), "WithLatin1") || len(all) > 0 {
		t.Errorf("%+v, %v", all, err)
	}
	page = func(a asked) string {
		if a.query.StartRecordNumber > 0 {
			return listing("", nil)
		}
		return "{\"result\":{\"result\":[{\"AccountId\":1,\"Settings\":[{\"AN\":\"M\xfcller\"}]},{\"AccountId\":2,\"Settings\":[{\"AN\":\"x\"}]}]}}"
	}
	got, err := cove.DevicesPage[row](t.Context(), through(t, page, cove.WithLatin1()), cove.DeviceQuery{}, 0)
	if err != nil || len(got.Devices) != 2 || got.Devices[0].Name != "Müller" {
		t.Errorf("%+v, %v", got, err)
	}
}

// Sessions bear the names of the console's own filters.
func TestR5_SessionMembers(t *testing.T) {
	for name, want := range map[string]cove.SessionStatus{
		"Undefined": cove.StatusNone, "InProcess": cove.StatusInProcess, "Failed": cove.StatusFailed, "Aborted": cove.StatusAborted, "Completed": cove.StatusCompleted,
		"Interrupted": cove.StatusInterrupted, "NotStarted": cove.StatusNotStarted, "CompletedWithErrors": cove.StatusCompletedWithErrors,
		"InProcessWithFaults": cove.StatusInProgressWithFaults, "InProgressWithFaults": cove.StatusInProgressWithFaults, "OverQuota": cove.StatusOverQuota,
		"NoSelection": cove.StatusNoSelection, "Restarted": cove.StatusRestarted, "Blocked": cove.StatusBlocked, "13": cove.StatusBlocked,
	} {
		var got cove.SessionStatus = 99
		if err := got.UnmarshalText([]byte(name)); err != nil || got != want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// The reporting service names the source of a session in either member.
func TestR22_DataSourceAndDataSourceType(t *testing.T) {
	c := through(t, replies(func(a asked) string {
		if a.Params.Range.Offset > 0 {
			return listing("", nil)
		}
		return `{"result":{"result":[{"Id":4,"DataSourceType":"OneDrive"},{"Id":3,"DataSource":"Exchange"},{"Id":2,"DataSource":"Teams","DataSourceType":"Teams"},{"Id":1}]}}`
	}))
	got, err := c.Sessions(t.Context(), tenant(), cove.SessionQuery{Limit: 4})
	var sources []cove.DataSource
	for _, s := range got {
		sources = append(sources, s.Source)
	}
	if diff := cmp.Diff([]cove.DataSource{cove.SourceM365OneDrive, cove.SourceM365Exchange, cove.SourceM365Teams, 0}, sources); diff != "" || err != nil {
		t.Errorf("(-want +got):\n%s%v", diff, err)
	}
}

// refusing answers statistics like a tenant that refuses some columns.
func refusing(calls *int, refused ...string) replies {
	return func(a asked) string {
		*calls++
		for _, code := range refused {
			if slices.Contains(a.query.Columns, code) {
				return `{"error":{"code":-32603,"data":13501,"message":"Operation failed because of security reasons"}}`
			}
		}
		ids := numbers(3)
		slices.Reverse(ids)
		from := min(a.query.StartRecordNumber, 3)
		return listing(`{"AccountId":ID,"PartnerId":2,"Settings":[{"AN":"device ID"}]}`, ids[from:min(from+a.query.RecordsCount, 3)])
	}
}

// Columns that this user may not read are found, left out and reported; the
// list goes on.
func TestS11_RefusedColumns(t *testing.T) {
	for _, refused := range [][]string{{"PF"}, {"S0"}, {"D01F00", "D01F06", "D10F18"}, {"AN", "D23F07"}} {
		calls := 0
		c := through(t, refusing(&calls, refused...))
		all, err := cove.AllDevices[cove.Device](t.Context(), c, cove.DeviceQuery{})
		if err != nil || len(all) != 3 {
			t.Fatalf("%v: %d devices, %v", refused, len(all), err)
		}
		for _, d := range all {
			if diff := cmp.Diff(slices.Sorted(slices.Values(refused)), slices.Sorted(slices.Values(d.Refused))); diff != "" {
				t.Errorf("device %d (-want +got):\n%s", d.ID, diff)
			}
		}
		if most := 12 + 18*len(refused); calls > most {
			t.Errorf("%v: %d requests, want at most %d", refused, calls, most)
		}
		calls = 0
		if _, err := cove.AllDevices[cove.Device](t.Context(), c, cove.DeviceQuery{}); err != nil || calls != 3 {
			t.Errorf("%v: the second query took %d requests, %v", refused, calls, err)
		}
	}
}

// A struct without a field for them gets an error first, and the rows behind
// it.
func TestS11_RefusedColumnsOfAnyStruct(t *testing.T) {
	calls := 0
	c := through(t, refusing(&calls, "PF"))
	type row struct {
		Name      string `cove:"AN"`
		Reference string `cove:"PF"`
	}
	var names []string
	told := 0
	for d, err := range cove.Devices[row](t.Context(), c, cove.DeviceQuery{PageSize: 2, Where: cove.Where("AU in (?)", numbers(1500))}) {
		var refused *cove.RefusedColumnsError
		if errors.As(err, &refused) {
			if told++; len(names) > 0 || !slices.Equal(refused.Columns, []string{"PF"}) || !errors.Is(err, cove.ErrForbidden) || !strings.Contains(err.Error(), "PF") {
				t.Errorf("after %d rows: %v", len(names), err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, d.Name)
	}
	if told != 1 || len(names) != 3 {
		t.Errorf("told %d times, %v", told, names)
	}
	all, err := cove.AllDevices[row](t.Context(), c, cove.DeviceQuery{})
	if refused := (*cove.RefusedColumnsError)(nil); !errors.As(err, &refused) || len(all) != 3 {
		t.Errorf("%d rows, %v", len(all), err)
	}
	page, err := cove.DevicesPage[row](t.Context(), c, cove.DeviceQuery{}, 0)
	if refused := (*cove.RefusedColumnsError)(nil); !errors.As(err, &refused) || len(page.Devices) != 3 {
		t.Errorf("%+v, %v", page, err)
	}
	type only struct {
		Reference string   `cove:"PF"`
		Refused   []string `cove:"refused"`
	}
	if all, err := cove.AllDevices[only](t.Context(), c, cove.DeviceQuery{}); err != nil || len(all) != 3 {
		t.Errorf("nothing but a refused column: %+v, %v", all, err)
	}
}

// When it is not the columns that are refused, the error stands.
func TestS11_RefusedForAnotherReason(t *testing.T) {
	calls := 0
	c := through(t, replies(func(asked) string {
		calls++
		return `{"error":{"code":-32603,"data":13501,"message":"Operation failed because of security reasons"}}`
	}))
	if all, err := cove.AllDevices[cove.Device](t.Context(), c, cove.DeviceQuery{}); !errors.Is(err, cove.ErrForbidden) || len(all) > 0 || calls != 2 {
		t.Errorf("%d requests, %v", calls, err)
	}
	var fewer *cove.RefusedColumnsError
	c = through(t, refusing(&calls, strings.Fields("AN MN AL AR PF PD PN OI OP OS OT AT I78 I81 CD TS ED IS MF MO US YS LN EI IP TZ "+strings.Repeat("D01F00 ", 1)+
		"D01F03 D01F05 D01F07 D01F09 D04F00 D04F06 D04F09 D04F18 D06F00 D06F06 D06F09 D10F03 D10F08 D10F12 D11F00 D11F06 D12F00 D12F07 D14F00 D14F08 D15F00 D19F05 D20F05 D23F05")...))
	if _, err := cove.AllDevices[accountAndMore](t.Context(), c, cove.DeviceQuery{}); errors.As(err, &fewer) || !errors.Is(err, cove.ErrForbidden) {
		t.Errorf("a search without end: %v", err)
	}
}

type accountAndMore struct{ cove.Device }

// Devices that have been silent for a long time are devices.
func TestO13_SilentDevices(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	for _, days := range []int{0, 31, 91} {
		srv.AddDevice(covetest.Device{Name: fmt.Sprintf("silent-%d", days), Seen: time.Now().AddDate(0, 0, -days)})
	}
	srv.AddDevice(covetest.Device{Name: "never"})
	all, err := cove.AllDevices[cove.Device](t.Context(), c, cove.DeviceQuery{})
	if err != nil || len(all) != 4 {
		t.Errorf("%d devices, %v", len(all), err)
	}
}

// The accounts of a customer cost two requests, and the newest errors of a
// device one.
func TestO16_CallsForErrors(t *testing.T) {
	calls := make(map[string]int)
	c := through(t, replies(func(a asked) string {
		calls[a.Method]++
		switch a.Method {
		case "EnumerateAccounts":
			return listing(`{"Id":ID,"Name":"n","Token":"token-of-ID","StorageId":41}`, numbers(30))
		case "EnumerateStorageNodesByAccountId":
			if len(a.Params.Accounts) != 30 {
				t.Errorf("asked for the nodes of %v", a.Params.Accounts)
			}
			return `{"result":{"result":{"StorageNodes":{"Id":5,"CommonInfo":{"Host":"Node.example:443","StorageId":41}}}}}`
		case "QueryErrors":
			return listing(`{"Id":ID,"Text":"x"}`, numbers(3))
		}
		return listing("", nil)
	}))
	all, err := c.Accounts(t.Context(), 0)
	if err != nil || len(all) != 30 {
		t.Fatalf("%d accounts, %v", len(all), err)
	}
	for i := range all {
		list, err := c.SessionErrors(t.Context(), &all[i], cove.SessionErrorQuery{Since: day, Limit: 50})
		if err != nil || len(list) != 3 {
			t.Fatalf("%d errors, %v", len(list), err)
		}
	}
	if diff := cmp.Diff(map[string]int{"EnumerateAccounts": 1, "EnumerateStorageNodesByAccountId": 1, "QueryErrors": 30}, calls); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A device's token goes to that device's node. Where the list of nodes leaves
// open which that is, the API is asked, once.
func TestAccountsOnSeveralNodes(t *testing.T) {
	for _, nodes := range []string{
		`{"result":{"result":[{"Id":5,"CommonInfo":{"Host":"a.example","StorageId":41}},{"Id":6,"CommonInfo":{"Host":"b.example","StorageId":41}}]}}`,
		`{"result":{"result":{"StorageNodes":[{"Id":5,"CommonInfo":{"Host":"a.example","StorageId":40}}]}}}`,
		`{"result":{"result":[]}}`, `{"result":{"result":[{}]}}`, `{"error":{"code":-32601,"message":"no"}}`,
	} {
		whole := 0
		c := through(t, replies(func(a asked) string {
			switch a.Method {
			case "EnumerateAccounts":
				return `{"result":{"result":[{"Id":7,"Name":"n","Token":"t","StorageId":41},{"Id":8,"Type":"Office365","Token":"u","StorageId":41}]}}`
			case "EnumerateStorageNodesByAccountId":
				return nodes
			case "GetAccountInfoById":
				whole++
				return `{"result":{"result":{"Id":7,"Token":"t"},"homeNodeInfo":{"CommonInfo":{"Host":"node.example"}}}}`
			}
			if a.host != "node.example" {
				t.Errorf("the token went to %s", a.host)
			}
			return listing("", nil)
		}))
		all, err := c.Accounts(t.Context(), 2)
		if err != nil || len(all) != 2 || all[0].Node.Host != "" || all[1].Node.Host != "" {
			t.Fatalf("%s: %+v, %v", nodes, all, err)
		}
		for range 3 {
			if _, err := c.Sessions(t.Context(), &all[0], cove.SessionQuery{}); err != nil {
				t.Error(err)
			}
		}
		if whole != 1 {
			t.Errorf("asked %d times for the node", whole)
		}
	}
}

// Custom columns are found by their names.
func TestCustomColumnByName(t *testing.T) {
	c := through(t, replies(func(a asked) string {
		if a.Method != "EnumerateCustomColumns" || a.Params.PartnerID != 2 {
			t.Errorf("asked %s of partner %d", a.Method, a.Params.PartnerID)
		}
		return `{"result":{"result":[{"Id":843,"Name":"Notes"},{"Id":844,"Name":"Twice"},{"Id":845,"Name":"TWICE"}]}}`
	}))
	if column, err := c.CustomColumn(t.Context(), 0, "notes"); err != nil || column.Code() != "AA843" {
		t.Errorf("%+v, %v", column, err)
	}
	if _, err := c.CustomColumn(t.Context(), 0, "Note"); !errors.Is(err, cove.ErrNotFound) || !strings.Contains(err.Error(), `"Notes"`) {
		t.Errorf("no such column: %v", err)
	}
	if _, err := c.CustomColumn(t.Context(), 0, "Twice"); !errors.Is(err, cove.ErrInvalid) {
		t.Errorf("two such columns: %v", err)
	}
}

package cove

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"weak"

	"golang.org/x/time/rate"
)

// fleet answers statistics for many devices without storing them.
type fleet struct{ devices, page int }

var startOf = regexp.MustCompile(`"StartRecordNumber":(\d+)`)

func (f fleet) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	m := startOf.FindSubmatch(body)
	if m == nil {
		const login = `{"result":{"result":{"Id":1,"PartnerId":2}},"visa":"v"}`
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, ContentLength: int64(len(login)), Body: io.NopCloser(strings.NewReader(login)), Request: req}, nil
	}
	from, err := strconv.Atoi(string(m[1]))
	if err != nil {
		return nil, err
	}
	a := &fleetAnswer{next: from, end: max(from, min(from+f.page, f.devices))}
	length := len(fleetHead) + len(fleetTail) + (a.end-a.next)*fleetRow
	a.left.WriteString(fleetHead)
	if a.next < a.end {
		length-- // no comma before the first
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, ContentLength: int64(length), Body: io.NopCloser(a), Request: req}, nil
}

const (
	fleetHead = `{"result":{"result":[`
	fleetTail = `]},"visa":"v"}`
)

// fleetAnswer writes its rows as they are read, so that the server's memory
// does not count as the client's.
type fleetAnswer struct {
	next, end int
	begun     bool
	left      bytes.Buffer
	done      bool
}

func (a *fleetAnswer) Read(p []byte) (int, error) {
	if a.left.Len() == 0 && !a.done {
		if a.next < a.end {
			if a.begun {
				a.left.WriteByte(',')
			}
			a.begun = true
			fleetDevice(&a.left, a.next)
			a.next++
		} else {
			a.done = true
			a.left.WriteString(fleetTail)
		}
	}
	return a.left.Read(p)
}

func fleetDevice(w *bytes.Buffer, i int) {
	_, _ = fmt.Fprintf(w, `{"AccountId":%d,"PartnerId":2,"Settings":[{"AU":"%[1]d"},{"AN":"device-%[1]d"},{"AR":"A customer with a long name %[1]d"},`+
		`{"OS":"Windows Server 2019 Standard (17763), 64-bit"},{"TS":"1763766000"},{"D09F08":"5555585555555555555555555555"},{"D01F00":"5"},{"D01F06":"7"},`+
		`{"D01F09":"1763766000"},{"D01F18":"1763766000"},{"D01F03":"483729375232"},{"D02F00":"5"},{"D02F09":"1763766000"},{"D02F18":"1763766000"},`+
		`{"D10F00":"5"},{"D10F09":"1763766000"},{"D10F18":"1763766000"},{"I78":"D01D02D10"},{"IP":"10.0.0.5, 10.0.1.5"},{"EI":"203.0.113.9"},{"PN":"All-In"}]}`, 10_000_000+i)
}

// fleetRow is the length of a row with its comma.
var fleetRow = func() int {
	var b bytes.Buffer
	fleetDevice(&b, 0)
	return b.Len() + 1
}()

// Enumerating a large fleet takes the memory of two pages, whatever its size.
func TestMemoryOfALargeFleet(t *testing.T) {
	const devices, size = 100_000, 5000
	c, err := NewClient(Credentials{Username: "u", Password: "p"},
		WithHTTPClient(&http.Client{Transport: fleet{devices, size}}), WithLimiter(rate.NewLimiter(rate.Inf, 1)))
	if err != nil {
		t.Fatal(err)
	}
	live := func() uint64 {
		runtime.GC()
		runtime.GC() // what pools kept from the first is gone now
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	type row struct {
		ID    int64    `cove:"AU"`
		Name  string   `cove:"AN"`
		Owner string   `cove:"AR"`
		OS    string   `cove:"OS"`
		Bar   ColorBar `cove:"D09F08"`
	}
	resp, err := fleet{size, size}.RoundTrip(httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(`"StartRecordNumber":0`)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || int64(len(answer)) != resp.ContentLength {
		t.Fatal(len(answer), resp.ContentLength, err)
	}
	before := live()
	d, err := newDecoder[row](nil)
	if err != nil {
		t.Fatal(err)
	}
	p := &page[row]{}
	if _, err := d.decodePage(answer, 5000, p); err != nil {
		t.Fatal(err)
	}
	onePage := live() - before + uint64(len(answer))
	runtime.KeepAlive(answer)
	runtime.KeepAlive(p)
	runtime.KeepAlive(d)

	before = live()
	var most uint64
	n := 0
	for _, err := range Devices[row](t.Context(), c, DeviceQuery{PageSize: size}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n%2500 == 0 {
			most = max(most, live())
		}
	}
	if n != devices {
		t.Fatalf("%d devices", n)
	}
	if used := most - min(before, most); used > memoryPages*onePage {
		t.Errorf("%d kB in use, a page takes %d kB", used>>10, onePage>>10)
	} else {
		t.Logf("%d kB in use, a page takes %d kB", used>>10, onePage>>10)
	}
}

// A list whose pages use the memory of earlier ones holds no values of those.
func TestValuesOfOldPagesAreFreed(t *testing.T) {
	c := clientOf(t, celled{pages(func(start, size int) []int64 { return cut(upTo(22), start, size) }), `{"AN":"x"}`})
	type row struct {
		ID   int64   `cove:"account"`
		Name *string `cove:"AN"`
	}
	var fifth weak.Pointer[string]
	for d, err := range Devices[row](t.Context(), c, DeviceQuery{PageSize: 10}) {
		switch {
		case err != nil:
			t.Fatal(err)
		case d.ID == 5:
			fifth = weak.Make(d.Name)
		case d.ID == 21: // the third page, shorter than the first
			if runtime.GC(); fifth.Value() != nil {
				t.Error("a value of the first page is held")
			}
		}
	}
}

package cove_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jarcoal/httpmock"
	"golang.org/x/time/rate"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/covetest"
)

func TestDeviceFields(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	at := time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)
	customer := srv.AddPartner(covetest.Partner{Name: "Birch Dental (it@birch.example)", ExternalCode: "CWM:250:BirchDental"})
	id := srv.AddDevice(covetest.Device{
		PartnerID: customer, Name: "srv-01_x2", ComputerName: "SRV-01", Alias: "front desk", OSType: 2,
		OS: "Windows Server 2019 Standard (17763), 64-bit", Physicality: "Virtual", Created: at.Add(-time.Hour), Seen: at,
		ProfileID: 5038, Profile: "Documents", Location: "us-tr1", InternalIPs: "10.0.0.5", ExternalIPs: "203.0.113.9",
		TimeOffset: -5, Manufacturer: "Example", Model: "R1", UsedStorage: 1 << 40, Flags: []string{"AutoDeployed"},
		Sources: map[string]covetest.Source{
			"D01": {Status: 8, Errors: 15, LastSuccess: at.Add(-2 * time.Hour), LastSuccessStatus: 5, LastCompleted: at, LastCompletedStatus: 8, ColorBar: "5558"},
			"D02": {Status: 5, LastSuccess: at},
		},
	})
	devices, err := collect[cove.Device](t, c, cove.DeviceQuery{})
	if err != nil || len(devices) != 1 {
		t.Fatalf("got %d devices, error %v", len(devices), err)
	}
	got := devices[0]
	if got.FilesAndFolders.ColorBar.Ago(0) != cove.StatusCompletedWithErrors || got.FilesAndFolders.ColorBar.Ago(3) != cove.StatusCompleted {
		t.Errorf("colour bar %v", got.FilesAndFolders.ColorBar)
	}
	files := got.FilesAndFolders
	files.ColorBar = cove.ColorBar{}
	want := cove.SourceStats{
		Status: cove.StatusCompletedWithErrors, Errors: 15, LastSession: files.LastSession, LastSuccess: at.Add(-2 * time.Hour),
		LastSuccessStatus: cove.StatusCompleted, LastCompleted: at, LastCompletedStatus: cove.StatusCompletedWithErrors,
	}
	if diff := cmp.Diff(want, files); diff != "" {
		t.Errorf("files and folders (-want +got):\n%s", diff)
	}
	if s, ok := got.Source(cove.SourceSystemState); !ok || s.Status != cove.StatusCompleted || !s.LastSuccess.Equal(at) {
		t.Errorf("system state: %+v, %v", s, ok)
	}
	if got.Total.Status == cove.StatusNone {
		t.Error("no total")
	}
	plain := map[string][2]any{
		"ID":           {got.ID, id},
		"PartnerID":    {got.PartnerID, customer},
		"Name":         {got.Name, "srv-01_x2"},
		"ComputerName": {got.ComputerName, "SRV-01"},
		"Customer":     {got.Customer, "Birch Dental (it@birch.example)"},
		"Reference":    {got.Reference, "CWM:250:BirchDental"},
		"ProfileID":    {got.ProfileID, int64(5038)},
		"OSType":       {got.OSType, cove.OSServer},
		"AccountType":  {got.AccountType, cove.AccountBackupManager},
		"Sources":      {got.Sources, cove.DataSourcesOf(cove.SourceFilesAndFolders, cove.SourceSystemState)},
		"Physicality":  {got.Physicality, cove.Virtual},
		"Seen":         {got.Seen, at},
		"UTCOffset":    {got.UTCOffset, -5 * time.Hour},
		"UsedStorage":  {got.UsedStorage, cove.Bytes(1 << 40)},
		"Location":     {got.StorageLocation, "us-tr1"},
		"Model":        {got.Model, "R1"},
	}
	for name, pair := range plain {
		if diff := cmp.Diff(pair[1], pair[0]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if len(got.Flags) != 1 || got.Flags[0] != "AutoDeployed" || got.Malformed != nil {
		t.Errorf("flags %v, malformed %v", got.Flags, got.Malformed)
	}
}

type idName struct {
	ID   int64  `cove:"AU"`
	Name string `cove:"I1"`
}

func fill(srv *covetest.Server, n int) {
	for i := range n {
		srv.AddDevice(covetest.Device{Name: fmt.Sprintf("dev-%05d", i)})
	}
}

// All pages are read, even when the server returns fewer rows than asked for.
func TestDevicesReadsAllPages(t *testing.T) {
	for _, limit := range []int{0, 1, 2, 7, 10, 11} {
		for _, size := range []int{0, 1, 2, 10} {
			for _, n := range []int{0, 1, 2, 9, 10, 11, 19, 20, 21} {
				for _, mode := range []cove.SelectionMode{"", cove.SelectPerInstallation} {
					srv, c := unwired(t, covetest.Config{Switches: covetest.Switches{PageLimit: limit}})
					fill(srv, n)
					all, err := collect[idName](t, c, cove.DeviceQuery{PageSize: size, Mode: mode})
					if err != nil {
						t.Fatal(err)
					}
					if len(all) != n {
						t.Errorf("limit %d, page size %d, %s: got %d devices of %d", limit, size, mode, len(all), n)
					}
					for i := 1; i < len(all); i++ {
						if all[i-1].ID >= all[i].ID {
							t.Errorf("device %d after %d", all[i].ID, all[i-1].ID)
						}
					}
					if calls := srv.Count("EnumerateAccountStatistics"); n == 0 && calls != 1 {
						t.Errorf("%d calls for an empty fleet", calls)
					}
				}
			}
		}
	}
}

// A list costs two calls more than it has pages: one returns only the device
// that pages overlap by, and one returns nothing.
func TestDevicesCallsGrowWithPages(t *testing.T) {
	for size, want := range map[int]int{0: 3, 410: 3, 411: 3, 200: 5, 100: 7} {
		srv, c := unwired(t, covetest.Config{})
		fill(srv, 410)
		if _, err := collect[idName](t, c, cove.DeviceQuery{PageSize: size}); err != nil {
			t.Fatal(err)
		}
		if got := srv.Count("EnumerateAccountStatistics"); got != want {
			t.Errorf("page size %d: %d calls, want %d", size, got, want)
		}
	}
}

func TestDevicesFoldsShiftedRows(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	fill(srv, 60)
	ids := srv.DeviceIDs()
	seen := map[int64]int{}
	count := 0
	for d, err := range cove.Devices[idName](t.Context(), c, cove.DeviceQuery{PageSize: 10}) {
		if err != nil {
			t.Fatal(err)
		}
		seen[d.ID]++
		if count++; count == 5 || count == 25 {
			// Rows of pages already read disappear: all others move up.
			for _, id := range ids[count-5 : count-2] {
				srv.RemoveDevice(id)
			}
		}
	}
	for _, id := range srv.DeviceIDs() {
		if seen[id] != 1 {
			t.Errorf("device %d was yielded %d times", id, seen[id])
		}
	}
}

func TestDevicesStopsWithTheCaller(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	fill(srv, 100)
	for d, err := range cove.Devices[idName](t.Context(), c, cove.DeviceQuery{PageSize: 10}) {
		if err != nil || d.ID == 0 {
			t.Fatal(d, err)
		}
		break
	}
	if got := srv.Count("EnumerateAccountStatistics"); got != 1 {
		t.Errorf("%d calls for one row: the next page is begun at the second", got)
	}
	n := 0
	for _, err := range cove.Devices[idName](t.Context(), c, cove.DeviceQuery{PageSize: 10}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 11 { // the second page has come, the third is not asked for yet
			break
		}
	}
	if got := srv.Count("EnumerateAccountStatistics"); got > 3 {
		t.Errorf("%d calls for eleven rows", got)
	}
}

func TestDevicesEmptyListAsksNothing(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	fill(srv, 3)
	all, err := collect[idName](t, c, cove.DeviceQuery{Where: cove.Where("AU in (?)", []int64{})})
	if err != nil || len(all) != 0 || srv.Calls() != 0 {
		t.Errorf("got %d devices, error %v, %d calls", len(all), err, srv.Calls())
	}
}

func TestDevicesFilterOrderExclude(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	a := srv.AddPartner(covetest.Partner{Name: "A"})
	b := srv.AddPartner(covetest.Partner{Name: "B"})
	for i, p := range []int64{a, b, a, b} {
		srv.AddDevice(covetest.Device{PartnerID: p, Name: fmt.Sprintf("n%d", i), OSType: 1 + i%2})
	}
	names := func(q cove.DeviceQuery) []string {
		t.Helper()
		all, err := collect[idName](t, c, q)
		if err != nil {
			t.Fatal(err)
		}
		var list []string
		for _, d := range all {
			list = append(list, d.Name)
		}
		return list
	}
	for _, tt := range []struct {
		name string
		q    cove.DeviceQuery
		want []string
	}{
		{"partner", cove.DeviceQuery{PartnerID: a}, []string{"n0", "n2"}},
		{"exclude", cove.DeviceQuery{Exclude: []int64{a}}, []string{"n1", "n3"}},
		{"filter", cove.DeviceQuery{Where: cove.Where("OT == ? and AN in (?)", cove.OSServer, []string{"n1", "n2"})}, []string{"n1"}},
		{"pattern", cove.DeviceQuery{Where: cove.Where("AN =~ ?", cove.Pattern("*2"))}, []string{"n2"}},
		{"order", cove.DeviceQuery{OrderBy: "AN DESC"}, []string{"n3", "n2", "n1", "n0"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, names(tt.q)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDevicesRest(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	srv.AddDevice(covetest.Device{Name: "n", Custom: map[int64]string{843: "Notes | “quoted”"}})
	type row struct {
		Name string            `cove:"AN"`
		Rest map[string]string `cove:"rest"`
	}
	all, err := collect[row](t, c, cove.DeviceQuery{Columns: []string{"AA843", "AA844"}})
	if err != nil {
		t.Fatal(err)
	}
	want := []row{{Name: "n", Rest: map[string]string{"AA843": "Notes | “quoted”"}}}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := collect[idName](t, c, cove.DeviceQuery{Columns: []string{"AA843"}}); err == nil {
		t.Error("a column without a place was accepted")
	}
}

func TestDevicesMalformedColumn(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	srv.AddDevice(covetest.Device{Name: "good"})
	bad := srv.AddDevice(covetest.Device{Name: "bad", Extra: map[string]string{"TS": "yesterday"}})
	srv.AddDevice(covetest.Device{Name: "behind"})

	t.Run("listed", func(t *testing.T) {
		all, err := collect[cove.Device](t, c, cove.DeviceQuery{})
		if err != nil || len(all) != 3 {
			t.Fatalf("got %d devices, error %v", len(all), err)
		}
		m := all[1].Malformed
		if len(m) != 1 || m[0].AccountID != bad || m[0].Column != "TS" || m[0].Value != "yesterday" || !all[1].Seen.IsZero() {
			t.Errorf("malformed %+v", m)
		}
	})
	t.Run("ends the sequence", func(t *testing.T) {
		type row struct {
			Name string    `cove:"AN"`
			Seen time.Time `cove:"TS"`
		}
		all, err := collect[row](t, c, cove.DeviceQuery{})
		var ce *cove.ColumnError
		if len(all) != 1 || !errors.As(err, &ce) || ce.AccountID != bad {
			t.Errorf("got %d devices, error %v", len(all), err)
		}
	})
}

func TestDevicesUnreadableAnswerIsNoEmptyFleet(t *testing.T) {
	for _, f := range []covetest.Fault{
		{Kind: covetest.HTML}, {Kind: covetest.HTML, Status: 502}, {Kind: covetest.Garbage}, {Kind: covetest.Truncate},
		{Kind: covetest.ResetBefore}, {Kind: covetest.ResetAfter}, {Kind: covetest.StatusBefore, Status: 500}, {Kind: covetest.StatusAfter, Status: 429, RetryAfter: "9999"},
	} {
		t.Run(fmt.Sprint(f.Kind, f.Status), func(t *testing.T) {
			srv, c := start(t, covetest.Config{}, cove.WithRetry(cove.Retry{Attempts: 2, Base: time.Millisecond}))
			fill(srv, 30)
			f.Method, f.Times, f.Skip = "EnumerateAccountStatistics", -1, 1
			srv.Inject(f)
			all, err := collect[idName](t, c, cove.DeviceQuery{PageSize: 10})
			if err == nil {
				t.Fatalf("no error after %d of 30 devices", len(all))
			}
			t.Log(err)
		})
	}
}

func TestDevicesLongList(t *testing.T) {
	srv, c := unwired(t, covetest.Config{})
	fill(srv, 30)
	ids := srv.DeviceIDs()
	wanted := append([]int64{}, ids[:10]...)
	for i := range 2500 {
		wanted = append(wanted, int64(90_000_000+i))
	}
	wanted = append(wanted, ids[5:20]...) // some listed twice
	all, err := collect[idName](t, c, cove.DeviceQuery{Where: cove.Where("AU in (?)", wanted)})
	if err != nil || len(all) != 20 {
		t.Errorf("%d devices, %v", len(all), err)
	}
}

func TestDevicesPage(t *testing.T) {
	srv, c := unwired(t, covetest.Config{})
	fill(srv, 30)
	p, err := cove.DevicesPage[idName](t.Context(), c, cove.DeviceQuery{PageSize: 10, Totals: []string{"COUNT(1)"}}, 25)
	if err != nil || len(p.Devices) != 5 || p.Totals == nil {
		t.Errorf("%+v, %v", p, err)
	}
	if p, err := cove.DevicesPage[idName](t.Context(), c, cove.DeviceQuery{}, 0); err != nil || len(p.Devices) != 30 || p.Totals != nil {
		t.Errorf("%+v, %v", p, err)
	}
	if p, err := cove.DevicesPage[idName](t.Context(), c, cove.DeviceQuery{Where: cove.Where("AU in ?", []int{})}, 0); err != nil || len(p.Devices) != 0 {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := cove.DevicesPage[idName](t.Context(), c, cove.DeviceQuery{}, -1); err == nil {
		t.Error("a negative row")
	}
}

// Queries about the past use the same structs.
func TestDevicesInThePast(t *testing.T) {
	srv, c := unwired(t, covetest.Config{})
	fill(srv, 3)
	if _, err := collect[idName](t, c, cove.DeviceQuery{At: time.Now().Add(-time.Hour)}); err != nil {
		t.Error(err)
	}
	if srv.Count("EnumerateAccountHistoryStatistics") == 0 || srv.Count("EnumerateAccountStatistics") != 0 {
		t.Error("the present was asked for")
	}
}

// A server that always answers the same page causes an error.
func TestDevicesFromAServerThatDoesNotMoveOn(t *testing.T) {
	mock := httpmock.NewMockTransport()
	mock.RegisterResponder(http.MethodPost, "https://api.backup.management/jsonapi", func(req *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		if strings.Contains(string(body), `"Login"`) {
			return httpmock.NewStringResponse(200, `{"result":{"result":{"Id":1,"PartnerId":2}},"visa":"v"}`), nil
		}
		return httpmock.NewStringResponse(200, `{"result":{"result":[{"AccountId":1,"Settings":[{"AU":"1"}]},{"AccountId":2,"Settings":[{"AU":"2"}]}]}}`), nil
	})
	c, err := cove.NewClient(cove.Credentials{Username: "u", Password: "p"}, cove.WithHTTPClient(&http.Client{Transport: mock}), cove.WithLimiter(rate.NewLimiter(rate.Inf, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if all, err := collect[idName](t, c, cove.DeviceQuery{}); !errors.Is(err, cove.ErrMalformed) || len(all) != 2 {
		t.Errorf("%d devices, %v", len(all), err)
	}
	if all, err := collect[idName](t, c, cove.DeviceQuery{Mode: cove.SelectPerInstallation}); !errors.Is(err, cove.ErrMalformed) || len(all) != 2 {
		t.Errorf("installations: %d, %v", len(all), err)
	}
	if calls := mock.GetTotalCallCount(); calls > 20 {
		t.Errorf("%d calls", calls)
	}
}

func TestDevicesContextEnds(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	fill(srv, 30)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	n := 0
	for _, err := range cove.Devices[idName](ctx, c, cove.DeviceQuery{PageSize: 10}) {
		if n++; n == 3 {
			cancel()
		}
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("ended with %v after %d rows", last, n)
	}
}

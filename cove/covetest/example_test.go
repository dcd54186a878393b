package covetest_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/covedesk/covedesk/cove/covetest"
)

// Any HTTP client can talk to the server. The one that Server.Client returns
// trusts the server's certificate.
func Example() {
	srv := covetest.StartTLS(covetest.Config{Now: func() time.Time { return time.Unix(1763769600, 0) }})
	defer srv.Close()

	customer := srv.AddPartner(covetest.Partner{Name: "Birch Dental", ExternalCode: "CWM:250:BirchDental"})
	srv.AddDevice(covetest.Device{
		PartnerID: customer, Name: "srv-01", ComputerName: "SRV-01", OSType: 2,
		Sources: map[string]covetest.Source{"D01": {Status: 8, Errors: 15}},
	})

	post := func(body string) string {
		resp, err := srv.Client().Post(srv.URL+"/jsonapi", "application/json", strings.NewReader(body)) //nolint:noctx // shortest possible client
		if err != nil {
			return err.Error()
		}
		defer func() { _ = resp.Body.Close() }()
		out, _ := io.ReadAll(resp.Body)
		return string(out)
	}
	api := srv.Credentials()
	login := post(fmt.Sprintf(`{"jsonrpc":"2.0","id":"1","method":"Login","params":{"partner":%q,"username":%q,"password":%q}}`, api.Partner, api.Username, api.Password))
	_, visa, _ := strings.Cut(login, `"visa":"`)
	visa = strings.TrimRight(visa, `"}`)
	rows := post(fmt.Sprintf(`{"jsonrpc":"2.0","id":"2","visa":%q,"method":"EnumerateAccountStatistics","params":{"query":{
		"PartnerId":%d,"Filter":"F7 > 0","RecordsCount":10,"Columns":["AN","F0","D01F06","PF"]}}}`, visa, customer))
	rows, _, _ = strings.Cut(rows, `,"visa"`)
	fmt.Println(rows)
	// Output:
	// {"id":"2","jsonrpc":"2.0","result":{"result":[{"AccountId":3785154,"PartnerId":400001,"Flags":null,"Settings":[{"AN":"srv-01"},{"D01F06":"15"},{"F0":"8"},{"PF":"CWM:250:BirchDental"}]}],"totalStatistics":null}
}

// The server takes its time from a clock that the test sets. Visas expire by
// it, and the Date header shows it.
func ExampleClock() {
	var clock covetest.Clock
	clock.Set(time.Date(2026, time.March, 2, 8, 0, 0, 0, time.UTC))
	clock.Run(0) // stops the clock
	srv := covetest.NewServer(covetest.Config{Now: clock.Now})
	for range 2 {
		resp, err := srv.Client().Post(srv.URL+"/jsonapi", "application/json", strings.NewReader("{}")) //nolint:noctx // shortest possible client
		if err != nil {
			fmt.Println(err)
			return
		}
		_ = resp.Body.Close()
		fmt.Println(resp.Header.Get("Date"))
		clock.Advance(36 * time.Hour)
	}
	// Output:
	// Mon, 02 Mar 2026 08:00:00 GMT
	// Tue, 03 Mar 2026 20:00:00 GMT
}

// Faults make chosen requests fail. The journal shows all requests.
func ExampleServer_Inject() {
	srv := covetest.NewServer(covetest.Config{})
	srv.Inject(covetest.Fault{Kind: covetest.StatusBefore, Status: http.StatusTooManyRequests, RetryAfter: "2", Method: "Login"})

	client := srv.Client()
	for range 2 {
		resp, err := client.Post(srv.URL+"/jsonapi", "application/json", //nolint:noctx // shortest possible client
			strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"Login","params":{"partner":"","username":"","password":""}}`))
		if err != nil {
			fmt.Println(err)
			return
		}
		_ = resp.Body.Close()
		fmt.Printf("%d %q\n", resp.StatusCode, resp.Header.Get("Retry-After"))
	}
	fmt.Println(srv.Count("Login"), "logins, failed:", srv.Requests()[1].Data)
	// Output:
	// 429 "2"
	// 200 ""
	// 2 logins, failed: 2100
}

// Switches set points on which tenants differ.
func ExampleSwitches() {
	srv := covetest.NewServer(covetest.Config{Switches: covetest.Switches{
		ActiveSources: covetest.SourcesCommas,   // I78 is "D1,D2"
		NoSuccess:     covetest.NoSuccessZero,   // a source that never succeeded says "0"
		GroupDetails:  covetest.DetailsFilename, // files are named by Filename instead of Path
	}})
	fmt.Println(srv.URL, srv.NodeHost)
	// Output: https://cove.test node.cove.test:443
}

// printer is a [covetest.T] that prints.
type printer struct{}

func (printer) Helper()                  {}
func (printer) Context() context.Context { return context.Background() }
func (printer) Logf(string, ...any)      {}
func (printer) Errorf(format string, args ...any) {
	fmt.Printf(format+"\n", args...)
}
func (printer) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// Conform finds that a server has the error counts under the wrong code.
func ExampleConform() {
	srv := covetest.NewServer(covetest.Config{Bugs: covetest.Bugs{CrossedErrors: true}})
	srv.AddDevice(covetest.Device{Name: "srv-01", Sources: map[string]covetest.Source{"D01": {Status: 8, Errors: 15, ProtectedSize: 4096}}})
	covetest.Conform(printer{}, srv.URL, srv.Credentials(),
		covetest.ConformClient(srv.Client()))
	// Output:
	// device 3785154: T7 is "4096", D09F06 is "15"
	// device 3785154: F7 is "4096", D01F06 is "15"
	// device 3785154: F6 is "15", D01F07 is "4096"
}

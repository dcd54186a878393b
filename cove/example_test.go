package cove_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log"
	"net/http"
	"time"

	"golang.org/x/time/rate"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/covetest"
)

// demo returns a client of an in-memory Cove with a customer, a server and a
// Microsoft 365 tenant.
func demo() (c *cove.Client, srv *covetest.Server, customer, server int64) {
	return demoOf(covetest.Config{})
}

func demoOf(cfg covetest.Config) (c *cove.Client, srv *covetest.Server, customer, server int64) {
	srv = covetest.Start(cfg)
	at := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	customer = srv.AddPartner(covetest.Partner{Name: "Birch Dental (it@birch.example)", ExternalCode: "Gold"})
	site := srv.AddPartner(covetest.Partner{Name: "Birch Dental - West", ParentID: customer, Level: "Site"})
	server = srv.AddDevice(covetest.Device{
		PartnerID: site, Name: "srv-01_x2", ComputerName: "SRV-01", OSType: 2, Seen: at, Custom: map[int64]string{843: "call Jo first"},
		Sources: map[string]covetest.Source{
			"D01": {Status: 8, Errors: 15, LastSuccess: at.Add(-26 * time.Hour), ColorBar: "5555558"},
			"D02": {Status: 5, LastSuccess: at},
		},
	})
	srv.AddSession(server, covetest.Session{Source: "D01", Status: 8, Start: at, End: at.Add(time.Hour), Errors: []covetest.SessionError{
		{Text: "Access is denied", Filename: `D:\Shares\q3.xlsx`, Count: 15, Time: at},
	}})
	srv.AddDevice(covetest.Device{PartnerID: customer, Name: "birch.onmicrosoft.example", AccountType: 2, Sources: map[string]covetest.Source{"D19": {Status: 5, LastSuccess: at}}})
	// The HTTP client trusts the test server, which needs no rate limit.
	c, err := cove.NewClient(cove.Credentials(srv.Credentials()),
		cove.WithBaseURL(srv.URL), cove.WithHTTPClient(srv.Client()), cove.WithLimiter(rate.NewLimiter(rate.Inf, 1)))
	if err != nil {
		log.Fatal(err)
	}
	return c, srv, customer, server
}

// Devices fills structs whose tags say which columns they want.
func ExampleDevices() {
	client, srv, _, _ := demo()
	defer srv.Close()

	type backup struct {
		Name   string             `cove:"AN"`
		Active cove.DataSourceSet `cove:"I78"`
		Files  struct {
			Status  cove.SessionStatus `cove:"F00"`
			Errors  *int64             `cove:"F06"` // nil: no such column on the device
			Success time.Time          `cove:"F09"`
			Bar     cove.ColorBar      `cove:"F08"`
		} `cove:"D01"`
		Notes string `cove:"AA843"` // a custom column
	}
	for d, err := range cove.Devices[backup](context.Background(), client, cove.DeviceQuery{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: %v, files %v", d.Name, d.Active, d.Files.Status)
		if d.Files.Errors != nil {
			fmt.Printf(", %d errors, yesterday %v, %s", *d.Files.Errors, d.Files.Bar.Ago(1), d.Notes)
		}
		fmt.Println()
	}
	// Output:
	// srv-01_x2: D01D02, files CompletedWithErrors, 15 errors, yesterday Completed, call Jo first
	// birch.onmicrosoft.example: D19, files None
}

// A filter is evaluated on the server; values are quoted by their type.
func ExampleWhere() {
	client, srv, customer, _ := demo()
	defer srv.Close()

	query := cove.DeviceQuery{
		PartnerID: customer,
		Where:     cove.Where("AT == ? and AN =~ ?", cove.AccountBackupManager, cove.Pattern("srv-*")),
		OrderBy:   "AN ASC",
	}
	fmt.Println(query.Where)
	for d, err := range cove.Devices[cove.Device](context.Background(), client, query) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(d.Name, d.FilesAndFolders.Status)
	}
	fmt.Println(errors.Is(cove.Where("AN == ?", `both ' and "`).Err(), cove.ErrUnquotable))
	// Output:
	// AT == 1 and AN =~ 'srv-*'
	// srv-01_x2 CompletedWithErrors
	// true
}

// Columns that the struct does not have, for programs that serve many tenants.
func ExampleDeviceQuery_columns() {
	client, srv, _, server := demo()
	defer srv.Close()

	type device struct {
		Name string            `cove:"AN"`
		Rest map[string]string `cove:"rest"`
	}
	query := cove.DeviceQuery{Where: cove.Where("AU in (?)", []int64{server}), Columns: []string{"AA843", "T7"}}
	for d, err := range cove.Devices[device](context.Background(), client, query) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(d.Name, d.Rest)
	}
	// Output: srv-01_x2 map[AA843:call Jo first T7:15]
}

func ExampleLookupColumn() {
	for _, code := range []string{"TS", "D01F06", "F6", "AA843"} {
		c, ok := cove.LookupColumn(code)
		fmt.Println(c.Code, c.Legacy, c.Name, c.Type, ok)
	}
	// Output:
	// I6 TS Last contact time true
	// D01F06 F7 Files and Folders: Errors number true
	// D01F07 F6 Files and Folders: Protected size bytes true
	//    text false
}

// One visa serves all goroutines; a program logs in to see early whether its
// credentials work.
func ExampleClient_Login() {
	client, srv, _, _ := demo()
	defer srv.Close()

	user, err := client.Login(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(user.PartnerID == srv.RootID())

	wrong, err := cove.NewClient(cove.Credentials{Partner: "acme", Username: "jo", Password: "x"}, cove.WithBaseURL(srv.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 3 {
		_, err = wrong.Login(context.Background())
	}
	fmt.Println(errors.Is(err, cove.ErrUnauthorized), srv.Count("Login"))
	// Output:
	// true
	// true 2
}

// Two calls read the whole hierarchy; the tree then answers without a call.
func ExampleNewTree() {
	client, srv, _, server := demo()
	defer srv.Close()

	partners, err := client.Partners(context.Background(), 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	tree := cove.NewTree(partners)
	account, err := client.Account(context.Background(), server)
	if err != nil {
		fmt.Println(err)
		return
	}
	customer, _ := tree.EndCustomer(account.PartnerID)
	site, _ := tree.Partner(account.PartnerID)
	fmt.Println(customer.Name, "/", site.Name)
	// Output: Birch Dental (it@birch.example) / Birch Dental - West
}

// SetReference writes the tag of a ConnectWise company and keeps other text.
func ExampleClient_SetReference() {
	client, srv, customer, _ := demo()
	defer srv.Close()

	changed, err := client.SetReference(context.Background(), customer, cove.Reference{CompanyID: 250, Identifier: "BirchDental"})
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := client.Partner(context.Background(), customer)
	if err != nil {
		fmt.Println(err)
		return
	}
	ref, _ := cove.ParseReference(p.ExternalCode)
	fmt.Println(changed, p.ExternalCode, ref.CompanyID)
	// Output: true Gold | CWM:250:BirchDental 250
}

// SessionErrors tells why a device's backup failed.
func ExampleClient_SessionErrors() {
	client, srv, _, server := demo()
	defer srv.Close()
	ctx := context.Background()

	account, err := client.Account(ctx, server)
	if err != nil {
		fmt.Println(err)
		return
	}
	sessions, err := client.Sessions(ctx, account, cove.SessionQuery{Without: []cove.SessionStatus{cove.StatusCompleted}, Limit: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range sessions {
		list, err := client.SessionErrors(ctx, account, cove.SessionErrorQuery{SessionID: s.ID})
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, e := range list {
			fmt.Printf("%s %v: %s %s (%d times)\n", s.Source.Name(), s.Status, e.Text, e.Item, e.Count)
		}
	}
	// Output: Files and Folders CompletedWithErrors: Access is denied D:\Shares\q3.xlsx (15 times)
}

// Self-hosted storage nodes sign their own certificates. The error holds the
// certificate that the node presented. After a person has checked it, the
// program can pin it.
func ExampleUntrustedNodeError() {
	client, srv, _, server := demoOf(covetest.Config{Switches: covetest.Switches{SelfSignedNode: true}})
	defer srv.Close()
	ctx := context.Background()

	account, err := client.Account(ctx, server)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Sessions(ctx, account, cove.SessionQuery{})
	var untrusted *cove.UntrustedNodeError
	var presented *tls.CertificateVerificationError
	if !errors.As(err, &untrusted) || !errors.As(err, &presented) {
		fmt.Println(err)
		return
	}
	pool := x509.NewCertPool()
	pool.AddCert(presented.UnverifiedCertificates[0])
	client, err = client.With(cove.WithHTTPClient(&http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
	}}))
	if err != nil {
		fmt.Println(err)
		return
	}
	sessions, err := client.Sessions(ctx, account, cove.SessionQuery{})
	fmt.Println(len(sessions), err)
	// Output: 1 <nil>
}

// An error says what was asked, what the server said and what to check.
// errors.Is tells its class.
func ExampleError() {
	client, srv, _, _ := demo()
	defer srv.Close()

	_, err := client.Account(context.Background(), 424242)
	var refused *cove.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.Method, refused.Code, errors.Is(err, cove.ErrNotFound))
	}
	// Output: GetAccountInfoById -32603 true
}

// Call calls any method; result receives the return value.
func ExampleClient_Call() {
	client, srv, _, _ := demo()
	defer srv.Close()

	var roles []struct {
		ID   int `json:"Id"`
		Name string
	}
	if err := client.Call(context.Background(), "EnumerateUserRoles", map[string]any{"partnerId": srv.RootID()}, &roles); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(roles), roles[0].Name)
	// Output: 7 SuperUser
}

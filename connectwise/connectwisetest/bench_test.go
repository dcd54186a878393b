package connectwisetest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// BenchmarkList reads one page of 1,000 out of 100,000 tickets. A filtered page
// takes less than 60 ms.
func BenchmarkList(b *testing.B) {
	begun := time.Now()
	srv := connectwisetest.NewServer(connectwisetest.Config{})
	srv.AddBoard(connectwisetest.Board{Name: "Service Desk"})
	company := srv.AddCompany(connectwisetest.Company{Identifier: "ACME", Name: "Acme Ltd"})
	for i := range 100_000 {
		srv.AddTicket(connectwisetest.Ticket{Summary: fmt.Sprintf("ticket %d", i), Company: connectwisetest.ByID(company), ExternalXRef: fmt.Sprintf("cdk1:%d", i)})
	}
	creds := srv.Credentials()
	b.Logf("start with 100,000 tickets: %v", time.Since(begun))
	for name, query := range map[string]url.Values{
		"whole":      {"pageSize": {"1000"}, "page": {"20"}},
		"conditions": {"pageSize": {"1000"}, "conditions": {`board/name = "Service Desk" and closedFlag = false and externalXRef like "cdk1:%"`}, "fields": {"id,summary,status,externalXRef"}},
		"sorted":     {"pageSize": {"1000"}, "orderBy": {"summary desc"}, "fields": {"id"}},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				r, _ := http.NewRequestWithContext(b.Context(), http.MethodGet, "http://cw.test/v4_6_release/apis/3.0/service/tickets?"+query.Encode(), nil)
				r.SetBasicAuth(creds.Company+"+"+creds.PublicKey, creds.PrivateKey)
				r.Header.Set("clientId", creds.ClientID)
				resp, err := srv.Client().Do(r)
				if err != nil || resp.StatusCode != http.StatusOK {
					b.Fatal(resp, err)
				}
				_ = resp.Body.Close()
			}
		})
	}
}

// BenchmarkNewServer creates a tenant.
func BenchmarkNewServer(b *testing.B) {
	for b.Loop() {
		connectwisetest.NewServer(connectwisetest.Config{})
	}
}

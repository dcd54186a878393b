package covetest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/cove/covetest"
)

// exchange is a published request with its answer. The server's answer may have
// more members, but not other values.
type exchange struct {
	Section, Path, Note string
	Bearer              bool     // the visa goes into the Authorization header
	Differs             []string // paths whose values may differ
	Request, Answer     map[string]any
}

// published is a server with the data of the published samples.
func published(t *testing.T) *covetest.Server {
	t.Helper()
	at := func(unix int64) time.Time { return time.Unix(unix, 0) }
	srv := covetest.NewServer(covetest.Config{
		Now: func() time.Time { return at(1763769600) },
		Partner: covetest.Partner{ID: 345678, ParentID: 273266, Name: "Acme MSP (ops@acme.example)", LocationID: 12, Created: at(1580515200),
			GUID: "6f1c2b0e-6d0a-4b8e-9a57-2f6f0d4c1e11", UID: "b7d0a4c2-51f3-4e0e-8a21-90c3d1f7e5aa",
			Company: &covetest.Company{LegalCompanyName: "Acme MSP LLC", Address: "1 Main St", City: "Troy", Country: "US", State: "NY", ZipCode: "12180"}},
		User: covetest.User{Email: "api-sync@acme.example", Password: "tok_5f2c", FirstName: "Api", LastName: "Sync", FirstLogin: at(1690000000)},
	})
	srv.NodeHost = "us-tr1-0110-07.cloudbackup.management:443"
	srv.AddPartner(covetest.Partner{ID: 400001, Name: "Birch Dental (it@birch.example)", ExternalCode: "CWM:250:BirchDental", Created: at(1611100800),
		Company: &covetest.Company{LegalCompanyName: "Birch Dental PC"}})
	srv.AddPartner(covetest.Partner{ID: 400002, ParentID: 400001, Name: "Birch Dental - West", Level: "Site", Created: at(1655000000), Company: &covetest.Company{}})
	srv.AddPartner(covetest.Partner{ID: 400009, Name: "Cedar Law", Created: at(1655000000)})
	srv.AddPartner(covetest.Partner{ID: 400043, Name: "Gone"})
	srv.RemovePartner(400043)
	good := covetest.Source{Status: 5, LastSuccess: at(1763766000), ColorBar: "5555585555555555555555555555"}
	srv.AddDevice(covetest.Device{ID: 3785154, PartnerID: 400001, Name: "ext1012c_6qwxr", ComputerName: "EXT1012C", OSType: 2, Created: at(1700000000), Seen: at(1763766300),
		ProductID: 21266, ProfileID: 5038, Password: "pw-6qwxr", Token: "1b5e0c0a-3f0d-4a52-9c1e-8d2f6b7a9c10",
		Sources: map[string]covetest.Source{"D01": good, "D02": good}})
	srv.AddDevice(covetest.Device{ID: 3790001, PartnerID: 400002, Name: "lap-07_x1", ComputerName: "LAP-07", OSType: 1, Created: at(1763600000), Seen: at(1763760000), Flags: []string{"AutoDeployed"}})
	cloud := srv.AddDevice(covetest.Device{ID: 3790100, PartnerID: 400001, Name: "birch-m365", AccountType: 2, Created: at(1700000000), Seen: at(1763766300),
		Token: "7c1d2e3f-0a4b-4c5d-8e6f-1a2b3c4d5e6f", Sources: map[string]covetest.Source{"D19": good}})
	srv.AddSession(3785154, covetest.Session{ID: 825, Source: "D01", Status: 5, Start: at(1763600400), End: at(1763603700)})
	srv.AddSession(3785154, covetest.Session{ID: 826, Source: "D01", Status: 8, Start: at(1763686800), End: at(1763690100), Flags: []string{"Synchronized"}, Version: "26.1.0.26067",
		SelectedSize: 483729375232, ProcessedSize: 13207024435, ChangedSize: 6120328397, SentSize: 5583457484,
		SelectedCount: 412337, ProcessedCount: 2211, ChangedCount: 2190, RemovedCount: 4,
		Errors: []covetest.SessionError{{ID: 9911, Code: 1800, Text: "Access is denied", Filename: `D:\Shares\Accounting\q3.xlsx`, Count: 15, Time: at(1763690062)}}})
	srv.AddSession(cloud, covetest.Session{ID: 67890, Source: "D19", Status: 8, Start: at(1763764000), End: at(1763765000), Errors: []covetest.SessionError{{
		ID: 55, Filename: "jo@birch.example", Time: at(1763765000),
		Description: `{"description":"Graph API request failed: 404 (Not Found); Request: GET https://graph…; Request body size: 0; ReplyBodyError: { ErrorCode: \"MailboxNotEnabledForRESTAPI\", ErrorMessage: \"The mailbox is either inactive, soft-deleted, or hosted on-premise.\" }","entity":"jo@birch.example","path":"/Inbox"}`,
	}}})
	return srv
}

func TestPublishedExchanges(t *testing.T) {
	files, err := filepath.Glob("testdata/exchanges/*.json")
	if err != nil || len(files) < 14 {
		t.Fatalf("%d exchanges: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var x exchange
			if err := json.Unmarshal(text, &x); err != nil {
				t.Fatal(err)
			}
			srv := published(t)
			w := dial(t, srv)
			if x.Request["visa"] != nil {
				x.Request["visa"] = w.visa
			}
			body, err := json.Marshal(x.Request)
			if err != nil {
				t.Fatal(err)
			}
			base := srv.URL
			if x.Path == "/repserv_json" {
				base = "https://" + srv.NodeHost
			}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+x.Path, strings.NewReader(string(body)))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/json")
			if x.Bearer {
				req.Header.Set("Authorization", "Bearer "+w.visa)
			}
			resp, err := w.http.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = resp.Body.Close() }()
			out, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			var got any
			if err := json.Unmarshal(out, &got); err != nil || resp.StatusCode != http.StatusOK {
				t.Fatalf("HTTP %d, %v: %s", resp.StatusCode, err, out)
			}
			for _, d := range differences("", x.Answer, got, x.Differs) {
				t.Error(d)
			}
			if t.Failed() {
				t.Logf("answer: %s", out)
			}
		})
	}
}

// differences lists where got lacks a member of want or has another value.
func differences(path string, want, got any, except []string) []string {
	path = strings.TrimPrefix(path, ".")
	if slices.Contains(except, path) {
		return nil
	}
	switch want := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s is %v, want an object", path, got)}
		}
		var list []string
		for name, v := range want {
			if _, there := g[name]; !there {
				list = append(list, fmt.Sprintf("%s.%s is missing", path, name))
				continue
			}
			if name == "visa" && path == "" {
				a, _ := v.(string)
				b, _ := g[name].(string)
				if a[:strings.LastIndex(a, "-")] != b[:strings.LastIndex(b, "-")] {
					list = append(list, fmt.Sprintf("visa %q, want one like %q", b, a))
				}
				continue
			}
			list = append(list, differences(path+"."+name, v, g[name], except)...)
		}
		return list
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(want) {
			return []string{fmt.Sprintf("%s is %v, want %d elements", path, got, len(want))}
		}
		var list []string
		for i := range want {
			list = append(list, differences(fmt.Sprintf("%s.%d", path, i), want[i], g[i], except)...)
		}
		return list
	}
	if want != got {
		return []string{fmt.Sprintf("%s is %v, want %v", path, got, want)}
	}
	return nil
}

package monitor

import (
	"testing"

	"pgregory.net/rapid"
)

func TestAdoptFinds(t *testing.T) {
	for summary, want := range map[string]string{
		"COVE SVR SRV-01 #2345678 - FS Failed - Access is denied - File: D:\\Shares\\q3.xlsx": "2345678",
		"COVE WKS LAP-07 #3790001 - FS/SS Stale (4d 2h)":                                      "3790001",
		"COVE 365  #5131534 - EX/OD Failed(62)":                                               "5131534",
		"cove doc EXT1012C #3785154 \t- FS Stale":                                             "3785154",
		"Cove: [Server] SRV-01 (ID: 2345678) - Critical - Backup failed":                      "2345678",
		"COVE SVR SRV-01 #002345678 - Files failed":                                           "2345678",
		"Backup of SRV-01 #2345678 - failed":                                                  "",
		"COVE SVR A NAME THAT PUSHED ITS ID OUT OF THE SUMMARY OF THE TICKET...":              "",
		"COVE SVR X #0 - y":                       "",
		"COVE SVR X #99999999999999999999999 - y": "",
		"COV": "", "": "",
	} {
		key, _, ok := Adopt(summary)
		if key.Subject != want || ok != (want != "") || ok && key.Feed != Source {
			t.Errorf("%q: %v %v, want %q", summary, key, ok, want)
		}
	}
}

// TestAdoptFindsOurs: tickets of ours can be adopted as well.
func TestAdoptFindsOurs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := troubled.Draw(t, "device")
		d.ID = rapid.Int64Range(1, 1e17).Draw(t, "short id")
		v := check(d)
		if key, _, ok := Adopt(v.Summary); !ok || key != v.Key() {
			t.Fatalf("%q is claimed as %v", v.Summary, key)
		}
	})
}

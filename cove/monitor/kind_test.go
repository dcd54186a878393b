package monitor

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/cove"
)

func TestKindOf(t *testing.T) {
	for summary, want := range map[string]string{
		"COVE SVR SRV-FS01 #2345678 - Files failed":                                     "failed",
		"COVE SVR SRV-FS01 #2345678 - Files failed, System State stale":                 "failed",
		"COVE WKS PC - 7 #2345678 - nothing selected for backup":                        "noselection",
		"COVE WKS failed #2345678 - offline":                                            "offline",
		"COVE 365 birch.example #5 - SharePoint completed with errors":                  "errors",
		"COVE 365 birch.example #5 - SharePoint and OneDrive completed...":              "",
		"COVE 365 b.example #5 - SharePoint, OneDrive and Teams failed, Exchange stale": "failed",
		"COVE SVR SRV-FS01 #2345678 - unfailed":                                         "",
		"COVE SVR SRV-FS01 #2345678 -":                                                  "",
		"Cove: [Server] SRV-01 (ID: 2345678) - Backup failed":                           "",
		"Many problems at once: Birch Dental":                                           "",
		"Printer failed":                                                                "",
		"":                                                                              "",
	} {
		if got := KindOf(summary); got != want {
			t.Errorf("%q: %q, want %q", summary, got, want)
		}
	}
}

// What Check calls a problem is what its ticket is known by, unless the summary
// had to be cut.
func TestKindOfIsTheVerdictsKind(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := Verdict{Device: server()}
		v.Device.ComputerName = rapid.StringN(0, 90, -1).Draw(t, "name")
		for range rapid.IntRange(1, 4).Draw(t, "findings") {
			f := Finding{
				Condition: Condition(rapid.IntRange(1, len(conditionWords)-1).Draw(t, "condition")),
				Source:    rapid.SampledFrom([]cove.DataSource{0, cove.SourceFilesAndFolders, cove.SourceVSSSystemState, cove.SourceMSSQL}).Draw(t, "source"),
			}
			v.Findings = append(v.Findings, f)
			v.Kind = max(v.Kind, f.Condition)
		}
		text := summary(&v, "")
		wasCut := strings.HasSuffix(text, "...") && utf8.RuneCountInString(issueText(v.Findings)) > issueLimit
		if got := KindOf(text); got != v.Kind.String() && (got != "" || !wasCut) {
			t.Fatalf("%q: %q, want %q", text, got, v.Kind)
		}
	})
}

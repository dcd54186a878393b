package monitor

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/reconcile"
)

// sameZone compares zones by name.
var sameZone = cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })

// TestRulesRoundTrip: written rules can be read again, and are then written the
// same.
func TestRulesRoundTrip(t *testing.T) {
	full := DefaultRules()
	full.Server.Storage, full.Workstation.Recovery = true, 35*day
	full.PartnerID, full.Server.Off, full.M365.Failures, full.M365.MinErrors = 7, true, 3, 9
	full.Sources = map[cove.DataSource]time.Duration{cove.SourceMSSQL: 2 * time.Hour, cove.SourceM365SharePoint: 90 * time.Minute}
	full.Overrides = []Override{{Name: "KIOSK-*", Class: ClassDocuments}, {Customer: 9, Exclude: true}}
	full.Ignore = []Ignore{{Text: "*.pst is locked"}, {Source: cove.SourceM365Exchange, Text: "*inactive*"}}
	full.Causes = []Cause{{Text: "*x*", Cause: "y", Link: "https://example.com"}}
	full.Templates = map[string]string{"update": "{{.Headline}}"}
	full.Zone = time.UTC
	for _, name := range Presets() {
		preset, ok := Preset(name)
		if !ok {
			t.Fatal(name)
		}
		roundTrip(t, name, preset)
	}
	roundTrip(t, "full", full)
}

func roundTrip(t *testing.T, name string, r Rules) {
	t.Helper()
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	got, err := LoadRules(strings.NewReader(string(data)))
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, data)
	}
	if diff := cmp.Diff(r, got, sameZone, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
	if again, err := json.MarshalIndent(got, "", "  "); err != nil || string(again) != string(data) {
		t.Errorf("%s is written differently the second time: %v\n%s", name, err, again)
	}
	if name == "covedesk" {
		golden(t, "rules", string(data)+"\n")
	}
}

// TestLoadRules: an absent field keeps its value, and every fault names its
// field.
func TestLoadRules(t *testing.T) {
	r, err := LoadRules(strings.NewReader(`{"preset":"script-v10.4","server":{"stale":"20h"},"sources":{"D10":"2h","D5":"1h"},"overrides":[{"name":"KIOSK-*","class":"documents"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want, _ := Preset("script-v10.4")
	want.Server.Stale = 20 * time.Hour
	want.Sources = map[cove.DataSource]time.Duration{cove.SourceMSSQL: 2 * time.Hour, cove.SourceM365SharePoint: time.Hour}
	want.Overrides = []Override{{Name: "KIOSK-*", Class: ClassDocuments}}
	if diff := cmp.Diff(want, r, sameZone); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for text, want := range map[string]string{
		`{"server":{"stail":"26h"}}`:                                  `server.stail: is not known; the nearest are "stale"`,
		`{"servers":{}}`:                                              `servers: is not known; the nearest are "server"`,
		`{"server":{"stale":"26 hours"}}`:                             `server.stale: "26 hours" is not a duration`,
		`{"server":{"stale":26}}`:                                     "server.stale: is 26 where text is needed",
		`{"server":7}`:                                                "server: is 7 where an object is needed",
		`{"m365":{"stale":"0h"}}`:                                     "m365.stale: must be above zero",
		`{"workstation":{"failures":99}}`:                             "workstation.failures:",
		`{"severityAges":{"high":"1h"}}`:                              "severityAges.high: must be above",
		`{"sources":{"D99":"2h"}}`:                                    `sources.D99: "D99" is not a data source`,
		`{"sources":{"D09":"2h"}}`:                                    "sources.D09:",
		`{"zone":"Mars"}`:                                             `zone: "Mars" is not a time zone`,
		`{"preset":"v9"}`:                                             `preset: "v9" is none of`,
		`{"overrides":[{"name":"x","class":"mainframe"}]}`:            `overrides[0].class: no class "mainframe"`,
		`{"overrides":[{"name":"x","klass":"server"}]}`:               "overrides[0].klass: is not known",
		`{"overrides":[{"class":"server"}]}`:                          "overrides[0]: needs a name",
		`{"overrides":[{"name":"x"}]}`:                                "overrides[0]: changes nothing",
		`{"ignore":[{"text":"*"}]}`:                                   "ignore[0].text: would ignore every error",
		`{"ignore":[{"source":"files","text":"x"}]}`:                  `ignore[0].source: "files" is not a data source`,
		`{"causes":[{"text":"x"}]}`:                                   "causes[0]: needs a pattern and a cause",
		`{"summary":"{name} failed"}`:                                 `summary: must begin with "COVE "`,
		`{"summary":"COVE {name}"}`:                                   "summary: must hold",
		`{"summary":"COVE #7 - {name} #{id} - {issue}"}`:              "summary: must hold",
		`{"templates":{"creat":"x"}}`:                                 "templates: creat: no such text",
		`{"templates":{"update":"{{.Headlin}}"}}`:                     "templates: update:",
		`{"templates":{"update":"{{"}}`:                               "templates: update:",
		`{"templates":{"update":"{{range 99999}}long{{end}}"}}`:       "templates: update: the text is longer",
		`{"templates":{"update":"{{range 100000000000000}}{{end}}"}}`: "templates: update: the loops and templates take more",
		`{"templates":{"update":"{{define \"a\"}}{{template \"a\"}}{{end}}{{template \"a\"}}"}}`: "templates: update: the loops and templates take more",
		`{"templates":{"update":"{{$x := \"x\"}}{{range 99}}{{$x = print $x $x}}{{end}}"}}`:      "templates: update: the text is longer",
		`{"server":{"severity":"bad"}}`:                                  "server.severity:",
		`{"server":{"stale":"20h"},"server":{}}`:                         "server: stands there twice",
		`{"server":null}`:                                                "server: is null",
		`{"server":{"stale":null}}`:                                      "server.stale: is null",
		`{"zone":"Local"}`:                                               "is another zone on every machine",
		`{"server":{"storage":"yes"}}`:                                   `server.storage: is the text "yes" where true or false is needed`,
		`{"server":{"recovery":"-1h"}}`:                                  "server.recovery: must not be negative",
		`{"customerStates":[]}`:                                          "customerStates: must name",
		`{"overrides":[{"column":"aa2048","value":"x","exclude":true}]}`: `overrides[0].column: "aa2048" is not a code`,
		`[]`:  "rules:",
		`{`:   "rules:",
		`nul`: "rules:",
	} {
		if _, err := LoadRules(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}

func TestOverrides(t *testing.T) {
	r := DefaultRules()
	r.Overrides = []Override{
		{Name: "srv-fs*", Profile: "Kiosk", Exclude: true},
		{Name: "srv-fs*", Class: ClassDocuments},
		{Customer: 400001, Exclude: true},
	}
	aliased := failingServer()
	aliased.ComputerName, aliased.Alias = "PC", "SRV-FS9"
	if v := Check(aliased, birch, &r, now); v.Class != ClassDocuments {
		t.Errorf("named by its alias: %v", v.Class)
	}
	d := server()
	d.FilesAndFolders.LastSuccess = ago(10 * day)
	d.Seen = ago(time.Hour)
	if v := Check(d, birch, &r, now); v.Class != ClassDocuments || v.Outcome != Healthy {
		t.Errorf("judged as a documents device: %v %v %q", v.Class, v.Outcome, v.State)
	}
	d.Profile = "kiosk"
	if v := Check(d, birch, &r, now); v.Outcome != Suppressed || v.Reason != "excluded by the rules" {
		t.Errorf("excluded by name and profile: %v %q", v.Outcome, v.Reason)
	}
	if v := Check(tenant(), birch, &r, now); v.Outcome != Suppressed {
		t.Errorf("excluded by customer: %v", v.Outcome)
	}
	if v := Check(failingServer(), Customer{ID: 5}, &Rules{Overrides: r.Overrides[2:], Server: r.Server, SeverityAges: r.SeverityAges, CustomerStates: r.CustomerStates}, now); v.Outcome != Problem {
		t.Errorf("another customer: %v %q", v.Outcome, v.Reason)
	}
}

func TestLike(t *testing.T) {
	for _, row := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true}, {"", "x", false}, {"*", "", true}, {"*", "x", true}, {"abc", "ABC", true}, {"abc", "abcd", false},
		{"a*", "abc", true}, {"*c", "abc", true}, {"a*c", "abc", true}, {"a*c", "abcd", false}, {"a*b*c", "axbxc", true},
		{"*b*", "abc", true}, {"*aab*", "aaab", true}, {"a*a", "a", false}, {"*ab*ab", "ab", false}, {"**", "x", true},
	} {
		if got := like(row.pattern, row.text); got != row.want {
			t.Errorf("like(%q, %q) = %v", row.pattern, row.text, got)
		}
	}
}

// TestMadeUpZone: a zone that could not be read again is not written.
func TestMadeUpZone(t *testing.T) {
	if data, err := json.Marshal(eastern()); err == nil || !strings.Contains(err.Error(), "zone") {
		t.Errorf("%v, %s", err, data)
	}
}

// TestPresets checks the table of the differences between presets.
func TestPresets(t *testing.T) {
	script := DefaultRules()
	for c, stale := range map[Class]time.Duration{ClassServer: 24 * time.Hour, ClassWorkstation: 24 * time.Hour, ClassDocuments: 14 * day, ClassM365: 12 * time.Hour} {
		cr := script.Class(c)
		cr.Stale, cr.Offline, cr.UntilContact, cr.TolerateMissed, cr.Severity = stale, 30*day, false, true, reconcile.SeverityHigh
	}
	script.Server.Severity, script.M365.Severity = reconcile.SeverityCritical, reconcile.SeverityMedium
	script.SeverityAges, script.Ignore = SeverityAges{}, nil
	for name, want := range map[string]Rules{"covedesk": DefaultRules(), "script-v10.4": script} {
		got, ok := Preset(name)
		if diff := cmp.Diff(want, got); !ok || diff != "" || got.Validate() != nil {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if _, ok := Preset("v9"); ok {
		t.Error("v9 is not a preset")
	}
}

package match_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/reconcile/match"
)

var configurations = []match.Configuration{
	{ID: 501, Company: 250, Identifier: "cove-778", Name: "SRV01", MAC: "00155D012A01", Serial: "ABC-1234"},
	{ID: 502, Company: 250, Name: "srv02.birch.local", MAC: "00:15:5d:01:2a:02", Serial: "To be filled by O.E.M."},
	{ID: 503, Company: 250, Name: "WS01", MAC: "aa-bb-cc-dd-ee-ff", Serial: "DEF5678"},
	{ID: 504, Company: 250, Name: "ws01", MAC: "AABB.CCDD.EEFF"},
	{ID: 505, Company: 251, Identifier: "cove-900", Name: "SRV01", Serial: "ABC1234"},
	{ID: 506, Company: 250, Identifier: "cove-901", Name: "OLD", Serial: "OLD12345", Inactive: true},
	{ID: 507, Company: 250, Name: "Zero", MAC: "000000000000", Serial: "00000000"},
}

func TestConfigurations(t *testing.T) {
	for _, tt := range []struct {
		name       string
		device     match.Device
		want       int64
		rule       match.Rule
		candidates []int64
	}{
		{"identifier", match.Device{ID: "1", Company: 250, Identifier: "COVE-778", Name: "other"}, 501, match.RuleIdentifier, []int64{501}},
		{"identifier of another company is a finding", match.Device{ID: "1", Company: 250, Identifier: "cove-900", Name: "SRV01"}, 0, match.RuleIdentifier, []int64{505}},
		{"identifier of an inactive one is a finding", match.Device{ID: "1", Company: 250, Identifier: "cove-901", Name: "SRV01"}, 0, match.RuleIdentifier, []int64{506}},
		{"MAC in another notation", match.Device{ID: "1", Company: 250, Identifier: "cove-1", MAC: "00-15-5D-01-2A-01"}, 501, match.RuleMAC, []int64{501}},
		{"one MAC of several", match.Device{ID: "1", Company: 250, MAC: "11:22:33:44:55:66, 0015.5d01.2a02"}, 502, match.RuleMAC, []int64{502}},
		{"two MACs of one configuration and one of another", match.Device{ID: "1", Company: 250, MAC: "00155D012A01;00155D012A02"}, 0, match.RuleMAC, []int64{501, 502}},
		{"MAC of two configurations", match.Device{ID: "1", Company: 250, MAC: "AABBCCDDEEFF"}, 0, match.RuleMAC, []int64{503, 504}},
		{"blank MAC", match.Device{ID: "1", Company: 250, MAC: "00:00:00:00:00:00"}, 0, match.RuleNone, nil},
		{"MAC in another company", match.Device{ID: "1", Company: 251, MAC: "00155D012A01"}, 0, match.RuleNone, nil},
		{"serial", match.Device{ID: "1", Company: 250, Serial: "abc 1234"}, 501, match.RuleSerial, []int64{501}},
		{"serial inside the company", match.Device{ID: "1", Company: 251, Serial: "abc1234"}, 505, match.RuleSerial, []int64{505}},
		{"placeholder serial", match.Device{ID: "1", Company: 250, Serial: "To Be Filled By O.E.M."}, 0, match.RuleNone, nil},
		{"serial of zeros", match.Device{ID: "1", Company: 250, Serial: "00000000"}, 0, match.RuleNone, nil},
		{"short serial", match.Device{ID: "1", Company: 250, Serial: "AB1"}, 0, match.RuleNone, nil},
		{"serial of an inactive one", match.Device{ID: "1", Company: 250, Serial: "OLD12345"}, 0, match.RuleNone, nil},
		{"name", match.Device{ID: "1", Company: 250, Name: "srv01.corp.local"}, 501, match.RuleName, []int64{501}},
		{"name without the domain", match.Device{ID: "1", Company: 250, Name: "SRV02"}, 502, match.RuleName, []int64{502}},
		{"name of two", match.Device{ID: "1", Company: 250, Name: "WS01"}, 0, match.RuleName, []int64{503, 504}},
		{"a name with a dot and spaces is no host name", match.Device{ID: "1", Company: 250, Name: "srv01. old"}, 0, match.RuleNone, nil},
		{"nothing", match.Device{ID: "1", Company: 250}, 0, match.RuleNone, nil},
		{"no company", match.Device{ID: "1", Name: "SRV01"}, 0, match.RuleNone, nil},
		{"no id", match.Device{Company: 250, Name: "SRV01"}, 0, match.RuleNone, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := match.Configurations([]match.Device{tt.device}, configurations).Get(tt.device.ID)
			if !ok {
				t.Fatal("the device has no link")
			}
			var candidates []int64
			for _, c := range got.Candidates {
				candidates = append(candidates, c.ID)
			}
			if got.Configuration != tt.want || got.Rule != tt.rule || got.Matched() != (tt.want != 0) {
				t.Errorf("configuration %d by %q, want %d by %q (%s)", got.Configuration, got.Rule, tt.want, tt.rule, got.Reason)
			}
			if diff := cmp.Diff(tt.candidates, candidates); diff != "" {
				t.Errorf("candidates (-want +got):\n%s", diff)
			}
			if got.Reason == "" {
				t.Error("no reason")
			}
		})
	}
}

func TestConfigurationsOfADeviceGivenTwice(t *testing.T) {
	links := match.Configurations([]match.Device{
		{ID: "1", Company: 250, Name: "SRV01"}, {ID: "1", Company: 250, Name: "SRV02"}, {ID: "1", Company: 250, Name: "SRV02"},
		{ID: "2", Company: 250, Name: "SRV01"}, {ID: "2", Company: 250, Name: "SRV01"},
	}, configurations)
	if l, _ := links.Get("1"); l.Matched() {
		t.Errorf("different contents: %+v", l)
	}
	if l, _ := links.Get("2"); l.Configuration != 501 || links.Len() != 2 {
		t.Errorf("equal contents: %+v of %d", l, links.Len())
	}
	if _, ok := links.Get("3"); ok {
		t.Error("a device that was not given has a link")
	}
}

func TestConfigurationsDoNotDependOnInputOrder(t *testing.T) {
	text := rapid.SampledFrom([]string{"", "a", "cove-1", "SRV01", "00155D012A01", "ABC1234"})
	device := rapid.Custom(func(t *rapid.T) match.Device {
		return match.Device{ID: fmt.Sprint(rapid.IntRange(0, 11).Draw(t, "id")), Company: rapid.Int64Range(0, 2).Draw(t, "company"),
			Identifier: text.Draw(t, "identifier"), MAC: text.Draw(t, "mac"), Serial: text.Draw(t, "serial"), Name: text.Draw(t, "name")}
	})
	configuration := rapid.Custom(func(t *rapid.T) match.Configuration {
		return match.Configuration{ID: rapid.Int64Range(1, 6).Draw(t, "id"), Company: rapid.Int64Range(1, 2).Draw(t, "company"),
			Identifier: text.Draw(t, "identifier"), MAC: text.Draw(t, "mac"), Serial: text.Draw(t, "serial"), Name: text.Draw(t, "name"),
			Inactive: rapid.Bool().Draw(t, "inactive")}
	})
	rapid.Check(t, func(t *rapid.T) {
		devices := rapid.SliceOf(device).Draw(t, "devices")
		assets := rapid.SliceOf(configuration).Draw(t, "configurations")
		first := slices.Collect(match.Configurations(devices, assets).All())
		second := slices.Collect(match.Configurations(
			rapid.Permutation(devices).Draw(t, "devices again"), rapid.Permutation(assets).Draw(t, "configurations again")).All())
		if diff := cmp.Diff(first, second); diff != "" {
			t.Fatalf("another order gives another result:\n%s", diff)
		}
		for _, l := range first {
			if l.Matched() && (len(l.Candidates) != 1 || l.Candidates[0].Inactive || l.Candidates[0].Company != l.Device.Company) {
				t.Fatalf("unsound link %+v", l)
			}
		}
	})
}

func ExampleConfigurations() {
	links := match.Configurations(
		[]match.Device{{ID: "3785154", Company: 250, Identifier: "cove-3785154", MAC: "00-15-5D-01-2A-01", Name: "SRV01"}},
		[]match.Configuration{{ID: 501, Company: 250, Name: "srv01.birch.local", MAC: "00155D012A01"}},
	)
	l, _ := links.Get("3785154")
	fmt.Println(l.Configuration, l.Rule)
	// Output: 501 mac address
}

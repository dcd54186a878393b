package match_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

var configurations = []match.Configuration{
	{ID: "501", Company: "250", Identifier: "cove-778", Name: "SRV01", MAC: "00155D012A01", Serial: "ABC-1234"},
	{ID: "502", Company: "250", Name: "srv02.birch.local", MAC: "00:15:5d:01:2a:02", Serial: "To be filled by O.E.M."},
	{ID: "503", Company: "250", Name: "WS01", MAC: "aa-bb-cc-dd-ee-ff", Serial: "DEF5678"},
	{ID: "504", Company: "250", Name: "ws01", MAC: "AABB.CCDD.EEFF"},
	{ID: "505", Company: "251", Identifier: "cove-900", Name: "SRV01", Serial: "ABC1234"},
	{ID: "506", Company: "250", Identifier: "cove-901", Name: "OLD", Serial: "OLD12345", Inactive: true},
	{ID: "507", Company: "250", Name: "Zero", MAC: "000000000000", Serial: "00000000"},
	{ID: "508", Company: "251", Name: "NAS 1", MAC: "00155D012A08"},
}

// key returns the key of the device with an id.
func key(id string) reconcile.Key {
	k := reconcile.Key{}
	k.Subject = id
	return k
}

// owners are the customers of the devices: birch has company 250, harbor 251,
// nobody none, off is switched off.
func owners(t *testing.T) match.Links {
	return links(t, []reconcile.Customer{{ID: "birch", Name: "Birch Dental Group"}, {ID: "harbor", Name: "Harbor Law, LLC"}, {ID: "nobody", Name: "Nobody"}, {ID: "off", Name: "Off"}},
		companies, match.Options{Whole: true, Mapping: &match.Mapping{Rows: []match.Row{{Customer: "off", Disabled: true}}}})
}

func configured(t *testing.T, devices []reconcile.Device, o match.ConfigurationOptions) match.ConfigurationLinks {
	t.Helper()
	got, err := match.Configurations(devices, configurations, owners(t), o)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// asset summarises the link of a device.
type asset struct {
	Configuration, Company string
	Rule                   match.Rule
	Candidates             []string
}

func assetOf(l match.ConfigurationLink) asset {
	a := asset{Configuration: l.Configuration, Company: l.Company, Rule: l.Rule}
	for _, c := range l.Candidates {
		a.Candidates = append(a.Candidates, c.ID)
	}
	return a
}

func found(configuration, company string, rule match.Rule) asset {
	return asset{configuration, company, rule, []string{configuration}}
}

func notFound(rule match.Rule, candidates ...string) asset {
	return asset{Rule: rule, Candidates: candidates}
}

func TestConfigurations(t *testing.T) {
	for name, tt := range map[string]struct {
		device reconcile.Device
		want   asset
	}{
		"identifier":                   {reconcile.Device{Customer: "birch", Identifier: "COVE-778", Name: "other"}, found("501", "250", match.RuleIdentifier)},
		"identifier of another's":      {reconcile.Device{Customer: "birch", Identifier: "cove-900", Name: "SRV01"}, notFound(match.RuleIdentifier, "505")},
		"identifier of an inactive":    {reconcile.Device{Customer: "birch", Identifier: "cove-901", Name: "SRV01"}, notFound(match.RuleIdentifier, "506")},
		"MAC in another notation":      {reconcile.Device{Customer: "birch", Identifier: "cove-1", MAC: "00-15-5D-01-2A-01"}, found("501", "250", match.RuleMAC)},
		"one MAC of several":           {reconcile.Device{Customer: "birch", MAC: "11:22:33:44:55:66, 0015.5d01.2a02"}, found("502", "250", match.RuleMAC)},
		"name in the company it names": {reconcile.Device{Customer: "nobody", Company: "250", Name: "srv01"}, found("501", "250", match.RuleName)},
		"MACs of two":                  {reconcile.Device{Customer: "birch", MAC: "00155D012A02;00155D012A01"}, notFound(match.RuleMAC, "501", "502")},
		"MAC of two":                   {reconcile.Device{Customer: "birch", MAC: "AABBCCDDEEFF"}, notFound(match.RuleMAC, "503", "504")},
		"blank MAC":                    {reconcile.Device{Customer: "birch", MAC: "00:00:00:00:00:00"}, notFound(match.RuleNone)},
		"MAC in another company":       {reconcile.Device{Customer: "harbor", MAC: "00155D012A01"}, notFound(match.RuleNone)},
		"serial":                       {reconcile.Device{Customer: "birch", Serial: "abc 1234"}, found("501", "250", match.RuleSerial)},
		"serial inside the company":    {reconcile.Device{Customer: "harbor", Serial: "abc1234"}, found("505", "251", match.RuleSerial)},
		"placeholder serial":           {reconcile.Device{Customer: "birch", Serial: "To Be Filled By O.E.M."}, notFound(match.RuleNone)},
		"serial of zeros":              {reconcile.Device{Customer: "birch", Serial: "00000000"}, notFound(match.RuleNone)},
		"short serial":                 {reconcile.Device{Customer: "birch", Serial: "AB1"}, notFound(match.RuleNone)},
		"serial of an inactive one":    {reconcile.Device{Customer: "birch", Serial: "OLD12345"}, notFound(match.RuleNone)},
		"name":                         {reconcile.Device{Customer: "birch", Name: "srv01.corp.local"}, found("501", "250", match.RuleName)},
		"name without the domain":      {reconcile.Device{Customer: "birch", Name: "SRV02"}, found("502", "250", match.RuleName)},
		"name of two":                  {reconcile.Device{Customer: "birch", Name: "WS01"}, notFound(match.RuleName, "503", "504")},
		"a blank makes it no host":     {reconcile.Device{Customer: "birch", Name: "srv01. old"}, notFound(match.RuleNone)},
		"a dot at the front is a name": {reconcile.Device{Customer: "birch", Name: ".srv01"}, notFound(match.RuleNone)},
		"nothing":                      {reconcile.Device{Customer: "birch"}, notFound(match.RuleNone)},
		"no company: identifier":       {reconcile.Device{Customer: "nobody", Identifier: "cove-900"}, found("505", "251", match.RuleIdentifier)},
		"no company: MAC":              {reconcile.Device{Customer: "nobody", MAC: "00155D012A01"}, found("501", "250", match.RuleMAC)},
		"no company: inactive":         {reconcile.Device{Customer: "nobody", Identifier: "cove-901"}, notFound(match.RuleIdentifier, "506")},
		"no company: serial":           {reconcile.Device{Customer: "nobody", Serial: "DEF5678"}, notFound(match.RuleNone)},
		"no company: name":             {reconcile.Device{Customer: "?", Name: "SRV02"}, notFound(match.RuleNone)},
		"switched off":                 {reconcile.Device{Customer: "off", Identifier: "cove-778"}, notFound(match.RuleNone)},
	} {
		t.Run(name, func(t *testing.T) {
			tt.device.Key = key("1")
			got, ok := configured(t, []reconcile.Device{tt.device}, match.ConfigurationOptions{}).Get(key("1"))
			if !ok {
				t.Fatal("the device has no link")
			}
			if diff := cmp.Diff(tt.want, assetOf(got)); diff != "" {
				t.Errorf("(-want +got):\n%s\n%s", diff, got.Reason)
			}
			if got.Reason == "" || got.Matched() != (tt.want.Configuration != "") {
				t.Errorf("%+v", got)
			}
		})
	}
}

// Rules link one to one: a configuration that two devices share is linked to
// neither, unless a surer rule leads one of them there. Two keys of one machine
// count as one.
func TestConfigurationsOneToOne(t *testing.T) {
	for name, tt := range map[string]struct {
		a, b  reconcile.Device
		wantA asset
		wantB asset
	}{
		"the same MAC":    {reconcile.Device{MAC: "00155D012A01"}, reconcile.Device{MAC: "00155D012A01", Name: "x"}, notFound(match.RuleMAC, "501"), notFound(match.RuleMAC, "501")},
		"the same serial": {reconcile.Device{Serial: "ABC1234"}, reconcile.Device{Serial: "ABC-1234", Name: "x"}, notFound(match.RuleSerial, "501"), notFound(match.RuleSerial, "501")},
		"the same name":   {reconcile.Device{Name: "SRV01"}, reconcile.Device{Name: "srv01.x"}, notFound(match.RuleName, "501"), notFound(match.RuleName, "501")},
		"a surer rule":    {reconcile.Device{Identifier: "cove-778"}, reconcile.Device{MAC: "00155D012A01"}, found("501", "250", match.RuleIdentifier), notFound(match.RuleMAC, "501")},
		"one machine":     {reconcile.Device{MAC: "00155D012A01"}, reconcile.Device{MAC: "00155D012A01"}, found("501", "250", match.RuleMAC), found("501", "250", match.RuleMAC)},
	} {
		tt.a.Key, tt.b.Key, tt.a.Customer, tt.b.Customer = key("1"), key("2"), "birch", "birch"
		got := configured(t, []reconcile.Device{tt.a, tt.b}, match.ConfigurationOptions{})
		a, _ := got.Get(key("1"))
		b, _ := got.Get(key("2"))
		if diff := cmp.Diff([]asset{tt.wantA, tt.wantB}, []asset{assetOf(a), assetOf(b)}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if name == "the same MAC" && !strings.HasSuffix(a.Reason, fmt.Sprintf(`: configuration 501 "SRV01" is also the answer for device %s "x"`, key("2"))) {
			t.Error(a.Reason)
		}
	}
}

func TestConfigurationsByHand(t *testing.T) {
	devices := []reconcile.Device{
		{Key: key("1"), Customer: "birch", Name: "HV01"}, {Key: key("2"), Customer: "birch", Name: "HV01"}, {Key: key("3"), Customer: "birch", Name: "VM-A"},
		{Key: key("4"), Customer: "harbor", Name: "VM-A", MAC: "x"}, {Key: key("5"), Customer: "birch", MAC: "00155D012A01"}, {Key: key("6"), Customer: "nobody", Name: "Lone"},
		{Key: key("7"), Customer: "off", Name: "Off"},
	}
	for name, tt := range map[string]struct {
		rows   []match.ConfigurationRow
		device string
		want   asset
		unused string
	}{
		"by id":                        {[]match.ConfigurationRow{{Device: "3", Configuration: "502"}}, "3", found("502", "250", match.RuleMapping), ""},
		"by key":                       {[]match.ConfigurationRow{{Device: key("3").String(), Configuration: "502"}}, "3", found("502", "250", match.RuleMapping), ""},
		"by name and identifier":       {[]match.ConfigurationRow{{Device: "lone", Configuration: "COVE-778"}}, "6", found("501", "250", match.RuleMapping), ""},
		"by name in its company":       {[]match.ConfigurationRow{{Device: "3", Configuration: "srv01"}}, "3", found("501", "250", match.RuleMapping), ""},
		"by customer and name":         {[]match.ConfigurationRow{{Device: "birch dental group / vm-a", Configuration: "502"}}, "3", found("502", "250", match.RuleMapping), ""},
		"several to one":               {[]match.ConfigurationRow{{Device: "3", Configuration: "501"}, {Device: "1", Configuration: "501"}}, "1", found("501", "250", match.RuleMapping), ""},
		"nothing is taken away":        {[]match.ConfigurationRow{{Device: "3", Configuration: "501"}}, "5", found("501", "250", match.RuleMAC), ""},
		"two keys of one machine":      {[]match.ConfigurationRow{{Device: "HV01", Configuration: "502"}}, "2", found("502", "250", match.RuleMapping), ""},
		"a name of two":                {[]match.ConfigurationRow{{Device: "VM-A", Configuration: "502"}}, "3", notFound(match.RuleNone), fmt.Sprintf(`configuration row 1: device "VM-A" is device %s "VM-A" and device %s "VM-A": name it by its id`, key("3"), key("4"))},
		"no device":                    {[]match.ConfigurationRow{{Device: "x", Configuration: "502"}}, "3", notFound(match.RuleNone), `configuration row 1: there is no device "x"`},
		"no configuration":             {[]match.ConfigurationRow{{Device: "3", Configuration: "x"}}, "3", notFound(match.RuleMapping), `configuration row 1: there is no configuration "x"`},
		"a configuration of two":       {[]match.ConfigurationRow{{Device: "3", Configuration: "ws01"}}, "3", notFound(match.RuleMapping, "503", "504"), `configuration row 1: several configurations are called "ws01": name it by its id`},
		"of another company":           {[]match.ConfigurationRow{{Device: "3", Configuration: "505"}}, "3", notFound(match.RuleMapping, "505"), `configuration row 1: configuration 505 "SRV01" belongs to company 251, not to 250`},
		"an inactive one":              {[]match.ConfigurationRow{{Device: "3", Configuration: "506"}}, "3", notFound(match.RuleMapping, "506"), `configuration row 1: configuration 506 "OLD" is inactive`},
		"the same twice":               {[]match.ConfigurationRow{{Device: "3", Configuration: "502"}, {Device: "Birch Dental Group / VM-A", Configuration: "srv02.birch.local"}}, "3", found("502", "250", match.RuleMapping), ""},
		"different rows":               {[]match.ConfigurationRow{{Device: "3", Configuration: "502"}, {Device: "Birch Dental Group / VM-A", Configuration: "501"}}, "3", notFound(match.RuleMapping, "501", "502"), ""},
		"one of them is wrong":         {[]match.ConfigurationRow{{Device: "3", Configuration: "x"}, {Device: "Birch Dental Group / VM-A", Configuration: "501"}}, "3", notFound(match.RuleMapping, "501"), `configuration row 1: there is no configuration "x"`},
		"off stays off":                {[]match.ConfigurationRow{{Device: "7", Configuration: "501"}}, "7", notFound(match.RuleNone), ""},
		"a row for one, not the other": {[]match.ConfigurationRow{{Device: "4", Configuration: "NAS 1"}}, "4", found("508", "251", match.RuleMapping), ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := configured(t, devices, match.ConfigurationOptions{Whole: true, Mapping: &match.Mapping{Configurations: tt.rows}})
			l, _ := got.Get(key(tt.device))
			if diff := cmp.Diff(tt.want, assetOf(l)); diff != "" {
				t.Errorf("(-want +got):\n%s\n%s", diff, l.Reason)
			}
			reason := ""
			for _, u := range got.Unused() {
				reason += u.Reason
			}
			if reason != tt.unused {
				t.Errorf("unused %q, want %q", reason, tt.unused)
			}
		})
	}
	some := configured(t, devices, match.ConfigurationOptions{Mapping: &match.Mapping{Configurations: []match.ConfigurationRow{{Device: "x", Configuration: "502"}}}})
	if len(some.Unused()) != 0 {
		t.Errorf("not all devices are given, unused %v", some.Unused())
	}
}

func TestConfigurationRulesAndOptions(t *testing.T) {
	d := []reconcile.Device{{Key: key("1"), Customer: "birch", MAC: "00155D012A01", Name: "SRV02"}}
	m := &match.Mapping{Feed: "cove", Configurations: []match.ConfigurationRow{{Device: "1", Configuration: "503"}}}
	for _, tt := range []struct {
		rules []match.Rule
		want  asset
	}{
		{nil, found("503", "250", match.RuleMapping)},
		{[]match.Rule{match.RuleName, match.RuleMAC}, found("502", "250", match.RuleName)},
		{[]match.Rule{match.RuleMAC, match.RuleMapping}, found("501", "250", match.RuleMAC)},
		{[]match.Rule{match.RuleSerial}, notFound(match.RuleNone)},
		{[]match.Rule{}, notFound(match.RuleNone)},
	} {
		l, _ := configured(t, d, match.ConfigurationOptions{Rules: tt.rules, Mapping: m}).Get(key("1"))
		if diff := cmp.Diff(tt.want, assetOf(l)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.rules, diff)
		}
	}
	for want, o := range map[string]match.ConfigurationOptions{
		`there is no rule "domain"`:  {Rules: []match.Rule{match.RuleDomain}},
		`belongs to the feed "cove"`: {Mapping: m, Feed: "rmm"},
		"no device":                  {Mapping: &match.Mapping{Configurations: []match.ConfigurationRow{{}}}},
	} {
		if _, err := match.Configurations(d, configurations, match.Links{}, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestConfigurationsOfADeviceGivenTwice(t *testing.T) {
	got := configured(t, []reconcile.Device{
		{Key: key("1"), Customer: "birch", Name: "SRV01"}, {Key: key("1"), Customer: "birch", Name: "SRV02"}, {Key: key("1"), Customer: "birch", Name: "SRV02"},
		{Key: key("10"), Customer: "birch", Name: "SRV01"}, {Key: key("10"), Customer: "birch", Name: "SRV01"}, {Key: key("9"), Customer: "birch"},
	}, match.ConfigurationOptions{})
	if l, _ := got.Get(key("1")); l.Matched() || !strings.HasSuffix(l.Reason, "was given twice, with different contents") {
		t.Errorf("different contents: %+v", l)
	}
	if l, _ := got.Get(key("10")); l.Configuration != "501" || got.Len() != 3 {
		t.Errorf("equal contents: %+v of %d", l, got.Len())
	}
	if _, ok := got.Get(key("3")); ok {
		t.Error("a device that was not given has a link")
	}
	var order []string
	for l := range got.All() {
		order = append(order, l.Device.Key.Subject)
	}
	if want := []string{"1", "9", "10"}; !slices.Equal(order, want) {
		t.Errorf("order %v, want %v", order, want)
	}
}

// A configuration that was read twice while it was being changed counts once,
// with its less fit contents; one without an id does not count.
func TestAConfigurationReadTwice(t *testing.T) {
	for _, inactive := range []bool{true, false} {
		twice := []match.Configuration{{ID: "1", Company: "250", Name: "A", Inactive: inactive}, {ID: "1", Company: "250", Name: "A", Inactive: !inactive}, {Company: "250", Name: "A"}}
		got, err := match.Configurations([]reconcile.Device{{Key: key("1"), Customer: "birch", Name: "A"}}, twice, owners(t), match.ConfigurationOptions{})
		if l, _ := got.Get(key("1")); err != nil || l.Matched() || len(l.Candidates) != 0 {
			t.Errorf("%+v, %v", l, err)
		}
	}
}

func TestConfigurationsDoNotDependOnInputOrder(t *testing.T) {
	text := rapid.SampledFrom([]string{"", "a", "cove-1", "SRV01", "00155D012A01", "ABC1234"})
	device := rapid.Custom(func(t *rapid.T) reconcile.Device {
		return reconcile.Device{Key: key(fmt.Sprint(rapid.IntRange(0, 11).Draw(t, "id"))), Customer: rapid.SampledFrom([]string{"birch", "harbor", "nobody", "off"}).Draw(t, "customer"),
			Identifier: text.Draw(t, "identifier"), MAC: text.Draw(t, "mac"), Serial: text.Draw(t, "serial"), Name: text.Draw(t, "name")}
	})
	configuration := rapid.Custom(func(t *rapid.T) match.Configuration {
		return match.Configuration{ID: fmt.Sprint(rapid.IntRange(1, 6).Draw(t, "id")), Company: rapid.SampledFrom([]string{"250", "251"}).Draw(t, "company"),
			Identifier: text.Draw(t, "identifier"), MAC: text.Draw(t, "mac"), Serial: text.Draw(t, "serial"), Name: text.Draw(t, "name"),
			Inactive: rapid.Bool().Draw(t, "inactive")}
	})
	links := owners(t)
	rapid.Check(t, func(t *rapid.T) {
		devices := rapid.SliceOf(device).Draw(t, "devices")
		assets := rapid.SliceOf(configuration).Draw(t, "configurations")
		m := &match.Mapping{Configurations: []match.ConfigurationRow{{Device: "1", Configuration: "2"}, {Device: "SRV01", Configuration: "a"}}}
		all := func(devices []reconcile.Device, assets []match.Configuration) []match.ConfigurationLink {
			got, err := match.Configurations(devices, assets, links, match.ConfigurationOptions{Mapping: m})
			if err != nil {
				t.Fatal(err)
			}
			return slices.Collect(got.All())
		}
		first := all(devices, assets)
		if diff := cmp.Diff(first, all(rapid.Permutation(devices).Draw(t, "devices again"), rapid.Permutation(assets).Draw(t, "configurations again"))); diff != "" {
			t.Fatalf("another order gives another result:\n%s", diff)
		}
		taken := map[string]reconcile.Device{}
		for _, l := range first {
			if !l.Matched() {
				continue
			}
			owner, _ := links.Get(l.Device.Customer)
			if len(l.Candidates) != 1 || l.Candidates[0].Inactive || l.Company != l.Candidates[0].Company || owner.Matched() && l.Company != owner.Company || owner.Disabled {
				t.Fatalf("unsound link %+v", l)
			}
			if l.Rule == match.RuleMapping {
				continue
			}
			machine := l.Device
			machine.Key = key("")
			if other, again := taken[l.Configuration]; again && other != machine {
				t.Fatalf("configuration %s is that of two machines", l.Configuration)
			}
			taken[l.Configuration] = machine
		}
	})
}

func ExampleConfigurations() {
	links, err := match.Companies([]reconcile.Customer{{ID: "400001", Name: "Birch Dental"}}, []match.Company{{ID: "250", Name: "Birch Dental"}}, match.Options{Whole: true})
	if err != nil {
		panic(err)
	}
	device := reconcile.Device{Key: reconcile.Key{}, Customer: "400001", Identifier: "cove-3785154", MAC: "00-15-5D-01-2A-01", Name: "SRV01"}
	device.Key.Subject = "3785154"
	found, err := match.Configurations([]reconcile.Device{device},
		[]match.Configuration{{ID: "501", Company: "250", Name: "srv01.birch.local", MAC: "00155D012A01"}}, links, match.ConfigurationOptions{})
	if err != nil {
		panic(err)
	}
	l, _ := found.Get(device.Key)
	fmt.Println(l.Configuration, l.Rule)
	// Output: 501 mac address
}

package cove_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/covetest"
)

// suite uses a server as programs do, and returns an error for everything that
// is read back differently.
func suite(ctx context.Context, cfg covetest.Config) error {
	srv := covetest.NewServer(cfg)
	c, err := cove.NewClient(cove.Credentials(srv.Credentials()),
		cove.WithBaseURL(srv.URL), cove.WithHTTPClient(&http.Client{Transport: srv.Transport()}), cove.WithLimiter(rate.NewLimiter(rate.Inf, 1)))
	if err != nil {
		return err
	}
	var wrong []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, fmt.Errorf(format, args...))
		}
	}
	now := time.Now().UTC().Truncate(time.Second)

	customer := srv.AddPartner(covetest.Partner{Name: "Birch", ExternalCode: "Gold"})
	site := srv.AddPartner(covetest.Partner{Name: "West", ParentID: customer, Level: "Site"})
	var ids []int64
	for i := range 35 {
		ids = append(ids, srv.AddDevice(covetest.Device{
			PartnerID: site, Name: fmt.Sprintf("dev-%02d", i), OSType: 1 + i%2, Seen: now,
			Sources: map[string]covetest.Source{
				"D01": {Status: 5, Errors: int64(i), ProtectedSize: 1 << 20, LastSuccess: now.Add(-time.Hour)},
				"D02": {Status: 2},
			},
		}))
	}
	tenant := srv.AddDevice(covetest.Device{PartnerID: customer, Name: "tenant", AccountType: 2, Sources: map[string]covetest.Source{"D05": {Status: 8, Errors: 2}, "D19": {Status: 5}}})
	srv.AddSession(ids[0], covetest.Session{ID: 7, Source: "D02", Status: 2, Start: now, End: now.Add(time.Minute), Errors: []covetest.SessionError{{Text: "VSS error", Time: now}}})
	srv.AddSession(tenant, covetest.Session{ID: 8, Source: "D05", Status: 8, Start: now, End: now.Add(time.Minute), Errors: []covetest.SessionError{{Text: "Gone", Filename: "site", Time: now}}})

	// Devices, over pages, in both spellings.
	type row struct {
		cove.Device
		OldErrors int64      `cove:"F7"`
		OldSize   cove.Bytes `cove:"F6"`
	}
	seen := make(map[int64]int)
	for d, err := range cove.Devices[row](ctx, c, cove.DeviceQuery{PageSize: 10}) {
		if err != nil {
			wrong = append(wrong, err)
			break
		}
		seen[d.ID]++
		check(d.Malformed == nil, "device %d: %v", d.ID, d.Malformed)
		if d.ID == tenant {
			check(d.Sources == cove.DataSourcesOf(cove.SourceM365SharePoint, cove.SourceM365Exchange), "sources %v", d.Sources)
			check(d.M365SharePoint.Status == cove.StatusCompletedWithErrors && d.M365SharePoint.Errors == 2, "tenant %+v", d.M365SharePoint)
			continue
		}
		i := slices.Index(ids, d.ID)
		files := d.FilesAndFolders
		check(d.Sources == cove.DataSourcesOf(cove.SourceFilesAndFolders, cove.SourceSystemState), "sources %v", d.Sources)
		check(files.Errors == int64(i) && d.OldErrors == int64(i), "device %d: errors %d, %d", i, files.Errors, d.OldErrors)
		check(files.ProtectedSize == 1<<20 && d.OldSize == 1<<20, "device %d: sizes %d, %d", i, files.ProtectedSize, d.OldSize)
		check(files.LastSuccess.Equal(now.Add(-time.Hour)) && d.SystemState.LastSuccess.IsZero(), "device %d: last success %v, %v", i, files.LastSuccess, d.SystemState.LastSuccess)
		check(d.SystemState.Status == cove.StatusFailed, "device %d: system state %v", i, d.SystemState.Status)
	}
	for _, id := range append(ids, tenant) {
		check(seen[id] == 1, "device %d came %d times", id, seen[id])
	}
	calls := srv.Count("EnumerateAccountStatistics")
	check(calls == 6 || cfg.Switches.PageLimit > 0, "%d calls for 36 devices in tens", calls)
	n := 0
	for d, err := range cove.Devices[idName](ctx, c, cove.DeviceQuery{Where: cove.Where("OT == ? and AU in (?)", cove.OSServer, ids[:4])}) {
		check(err == nil && (d.ID == ids[1] || d.ID == ids[3]), "filtered %+v, %v", d, err)
		n++
	}
	check(n == 2, "%d filtered", n)

	// Partners.
	all, err := c.Partners(ctx, 0)
	check(err == nil && len(all) == 3, "%d partners, %v", len(all), err)
	end, ok := cove.NewTree(all).EndCustomer(site)
	check(ok && end.ID == customer, "end customer %+v", end)
	up, err := c.Ancestors(ctx, site)
	check(err == nil && len(up) >= 3 && up[0].ID == site, "ancestors %+v, %v", up, err)
	_, err = c.SetReference(ctx, customer, cove.Reference{CompanyID: 250})
	p, readErr := c.Partner(ctx, customer)
	check(err == nil && readErr == nil && p.ExternalCode == "Gold | CWM:250", "reference %+v, %v, %v", p, err, readErr)
	err = c.Call(ctx, "GetNothing", nil, nil)
	check(err != nil, "an unknown method: %v", err)

	// Sessions.
	for id, text := range map[int64]string{ids[0]: "VSS error", tenant: "Gone"} {
		a, err := c.Account(ctx, id)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		failed, err := c.Sessions(ctx, a, cove.SessionQuery{Without: []cove.SessionStatus{cove.StatusCompleted}})
		check(err == nil && len(failed) == 1, "sessions %+v, %v", failed, err)
		list, err := c.SessionErrors(ctx, a, cove.SessionErrorQuery{Files: true})
		check(err == nil && len(list) == 1 && list[0].Text == text, "errors %+v, %v", list, err)
	}

	// A pause that visas survive, and one that they do not.
	time.Sleep(8 * time.Minute)
	_, err = c.Partner(ctx, customer)
	check(err == nil, "after 8 minutes: %v", err)
	logins := srv.Count("Login")
	check(logins == 1 || cfg.Switches.SupersededVisaDies && logins <= 3, "%d logins in 8 minutes", logins)
	time.Sleep(20 * time.Minute)
	_, err = c.Partner(ctx, customer)
	check(err == nil && srv.Count("Login") == logins+1, "after 28 minutes: %d logins, %v", srv.Count("Login"), err)
	return errors.Join(wrong...)
}

// The client works with every setting of the points on which sources differ.
// TestSystemSessions covers NodeNeedsVisa: the visa is sent only to the
// configured host, and here the node is another host.
func TestEverySwitch(t *testing.T) {
	for name, sw := range map[string]covetest.Switches{
		"default":                {},
		"SupersededVisaDies":     {SupersededVisaDies: true},
		"ErrorsWithoutVisa":      {ErrorsWithoutVisa: true},
		"PaddedCodesOnly":        {PaddedCodesOnly: true},
		"SourcesCommas":          {ActiveSources: covetest.SourcesCommas},
		"SourcesMixed":           {ActiveSources: covetest.SourcesMixed},
		"UnknownColumnForbidden": {UnknownColumnForbidden: true},
		"AllRecordsByDefault":    {AllRecordsByDefault: true},
		"AncestorsWithoutSelf":   {AncestorsWithoutSelf: true},
		"LoginNeedsPartner":      {LoginNeedsPartner: true},
		"DetailsFilename":        {GroupDetails: covetest.DetailsFilename},
		"DetailsBoth":            {GroupDetails: covetest.DetailsBoth},
		"UnknownMethodInternal":  {UnknownMethodInternal: true},
		"FlatEnumerateColumns":   {FlatEnumerateColumns: true},
		"ArrayValues":            {ArrayValues: true},
		"NoSuccessZero":          {NoSuccess: covetest.NoSuccessZero},
		"NoSuccessBlank":         {NoSuccess: covetest.NoSuccessBlank},
		"EverythingPartner":      {EverythingPartner: true},
		"ForbiddenColumns":       {ForbiddenColumns: []string{"D02", "D03"}},
		"PageLimit":              {PageLimit: 3},
		"PatternMatchesCase":     {PatternMatchesCase: true},
		"QuotesBackslash":        {Quotes: covetest.QuotesBackslash},
		"QuotesDoubled":          {Quotes: covetest.QuotesDoubled},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if err := suite(t.Context(), covetest.Config{Switches: sw}); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// The suite fails when the server has a bug.
func TestSuiteNoticesBugs(t *testing.T) {
	for name, bugs := range map[string]covetest.Bugs{
		"CrossedErrors": {CrossedErrors: true},
		"ShortVisa":     {ShortVisa: true},
		"ShiftedPages":  {ShiftedPages: true},
		"IgnoredFilter": {IgnoredFilter: true},
		"LostWrites":    {LostWrites: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				err := suite(t.Context(), covetest.Config{Bugs: bugs})
				if err == nil {
					t.Error("nothing noticed")
				}
			})
		})
	}
}

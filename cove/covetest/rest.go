package covetest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/testserver"
)

// page answers a GET request of a service other than JSON-RPC. The caller holds
// the lock for reading.
type page func(c *call, r *http.Request) answer

// pages holds the pages, by path.
var pages = map[string]page{
	"HTTP /statistics-reporting/high-watermark-usage-report": usageReport,
	"HTTP /draas/actual-statistics/v1/dashboard/":            recoveryDashboard,
}

// get answers a GET request if the table has its path. The visa comes as a
// bearer token.
func (s *Server) get(r *http.Request) (answer, bool) {
	path := strings.TrimSuffix(r.URL.Path, "/")
	for _, name := range []string{"HTTP " + path, "HTTP " + path + "/"} {
		m := methods[name]
		if m.page == nil {
			continue
		}
		p, f := s.check(bearer(r))
		if f != nil {
			return textAnswer(http.StatusUnauthorized, f.message), true
		}
		s.mu.RLock()
		defer s.mu.RUnlock()
		return m.page(&call{s: s, user: p.user}, r), true
	}
	return answer{}, false
}

// nowhere answers for a path that is not served.
func nowhere(path string) answer {
	for name, m := range methods {
		if prefix, ok := strings.CutPrefix(name, "HTTP "); ok && m.access == "none" && strings.HasPrefix(path+"/", prefix+"/") {
			return textAnswer(http.StatusNotImplemented, "This test server does not serve "+path)
		}
	}
	return testserver.Page(http.StatusNotFound)
}

// usageReport answers with the highest usage of each of a partner's devices
// between two days. The captions of the real workbook are not public.
func usageReport(c *call, r *http.Request) answer {
	q := r.URL.Query()
	partner, err1 := strconv.ParseInt(q.Get("partnerId"), 10, 64)
	from, err2 := time.Parse(time.DateOnly, first(q.Get("dateFrom"), 10))
	to, err3 := time.Parse(time.DateOnly, first(q.Get("dateTo"), 10))
	if err1 != nil || err2 != nil || err3 != nil || to.Before(from) || to.Sub(from) > 366*24*time.Hour {
		return textAnswer(http.StatusBadRequest, "partnerId, dateFrom and dateTo are needed, at most a year apart")
	}
	if _, f := c.s.visiblePartner(c.user, partner); f != nil {
		return textAnswer(http.StatusForbidden, f.message)
	}
	scope := c.s.subtree(partner)
	c.s.addRemoved(scope, from)
	highest := map[int64]*entry{}
	for at := from.Add(24 * time.Hour); !at.After(to.Add(24 * time.Hour)); at = at.Add(24 * time.Hour) {
		for _, e := range c.s.devicesAt(at.Add(-time.Second)) {
			d, seen := highest[e.ID]
			if !scope[e.PartnerID] || seen && d.UsedStorage >= e.UsedStorage {
				continue
			}
			highest[e.ID] = e
		}
	}
	rows := [][]string{{"Customer", "Customer ID", "Device ID", "Device name", "Computer name", "Product", "Used storage", "Protected users"}}
	for _, id := range slices.Sorted(maps.Keys(highest)) {
		d := highest[id]
		mail, _ := d.source("D19")
		rows = append(rows, []string{c.s.ownerOf(d, c.s.now()).Name, strconv.FormatInt(d.PartnerID, 10), strconv.FormatInt(id, 10),
			d.Name, d.ComputerName, d.Product, strconv.FormatInt(d.UsedStorage, 10), strconv.FormatInt(mail.ProtectedUsers, 10)})
	}
	out := testserver.NewAnswer(http.StatusOK, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", string(workbook(rows)))
	out.Header.Set("Content-Disposition", fmt.Sprintf("attachment; filename=usage-%s.xlsx", q.Get("dateTo")))
	return out
}

func first(text string, n int) string { return text[:min(n, len(text))] }

// recoveryDashboard lists the devices with recovery testing, as JSON:API.
func recoveryDashboard(c *call, r *http.Request) answer {
	q := r.URL.Query()
	number := func(name string, other int) int {
		if n, err := strconv.Atoi(q.Get(name)); err == nil && n >= 0 {
			return n
		}
		return other
	}
	types := q.Get("filter[type.in]")
	list := []map[string]any{}
	for _, e := range c.s.devices {
		path := c.s.partnerPath(e.PartnerID)
		if e.Recovery == nil || !c.s.within(c.user.PartnerID, e.PartnerID) ||
			types != "" && !slices.Contains(strings.Split(types, ","), "RECOVERY_TESTING") ||
			!strings.Contains(path, q.Get("filter[partner_materialized_path.contains]")) ||
			q.Get("filter[backup_cloud_device_id.eq]") != "" && q.Get("filter[backup_cloud_device_id.eq]") != strconv.FormatInt(e.ID, 10) ||
			!strings.Contains(strings.ToLower(e.Name+" "+e.ComputerName), strings.ToLower(q.Get("search"))) {
			continue
		}
		list = append(list, c.s.recoveryRow(e))
	}
	if q.Get("sort") == "-last_recovery_timestamp" {
		at := func(row map[string]any) int64 {
			return row["attributes"].(map[string]any)["last_recovery_timestamp"].(int64)
		}
		slices.SortStableFunc(list, func(a, b map[string]any) int { return int(at(b) - at(a)) })
	}
	body := marshal(map[string]any{"data": cut(list, int64(number("offset", 0)), int64(number("limit", 200))), "meta": map[string]any{"count": len(list)}})
	return testserver.NewAnswer(http.StatusOK, "application/vnd.api+json", string(body))
}

func (s *Server) recoveryRow(e *entry) map[string]any {
	r := e.Recovery
	status := s.statusName(r.Status)
	return map[string]any{"type": "DashboardItem", "id": strconv.FormatInt(e.ID, 10), "attributes": map[string]any{
		"backup_cloud_device_id": e.ID, "backup_cloud_device_name": e.Name, "backup_cloud_device_machine_name": e.ComputerName,
		"backup_cloud_partner_name": s.partners[e.PartnerID].Name, "current_recovery_status": status, "last_recovery_status": status,
		"last_recovery_timestamp": unix(r.Last), "last_recovery_errors_count": r.Errors, "last_boot_test_status": r.Boot,
		"plan_name": r.Plan, "data_sources": e.active(), "type": "RECOVERY_TESTING",
	}}
}

// partnerPath returns a path of ids such as "/1/2/3/", from the topmost partner
// down.
func (s *Server) partnerPath(id int64) string {
	path := "/"
	for p := s.partners[id]; p != nil; p = s.partners[p.ParentID] {
		path = "/" + strconv.FormatInt(p.ID, 10) + path
	}
	return path
}

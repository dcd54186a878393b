package connectwisetest_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// sample returns a server with four tickets: 1 is open, 2 is closed, 3 is open,
// belongs to another company and has no reference, 4 has a difficult text.
func sample(t *testing.T, cfg connectwisetest.Config) *api {
	a := desk(t, cfg)
	a.srv.AddCustomField(connectwisetest.CustomField{ID: 45, Entity: "Ticket", Caption: "Vendor Ticket"})
	for i, v := range []connectwisetest.Ticket{
		{Summary: "Cove: backup failed", ExternalXRef: "cdk1:a", Status: connectwisetest.ByName("New"), CustomFields: map[string]any{"Vendor Ticket": "123"}},
		{Summary: "cove: all well", ExternalXRef: "cdk1:b", Status: connectwisetest.ByName("Closed"), Type: connectwisetest.ByName("Backup")},
		{Summary: "Printer 50% [hall]", Company: connectwisetest.ByIdentifier("BOLT"), Severity: "High"},
		{Summary: `He said "no" \ it's`, Board: connectwisetest.ByID(2), Entered: noon.Add(-time.Hour)},
	} {
		v.ID = int64(i + 1)
		if v.Company == (connectwisetest.Ref{}) {
			v.Company = connectwisetest.ByID(250)
		}
		a.srv.AddTicket(v)
	}
	return a
}

func ids(rows []map[string]any) string {
	var out []string
	for _, r := range rows {
		out = append(out, fmt.Sprint(r["id"]))
	}
	return strings.Join(out, " ")
}

func TestConditions(t *testing.T) {
	a := sample(t, connectwisetest.Config{})
	for cond, want := range map[string]string{
		``:                                "1 2 3 4",
		`id = 3`:                          "3",
		`id in (1, 4)`:                    "1 4",
		`id not in (1, 4)`:                "2 3",
		`id >= 2 and id < 4`:              "2 3",
		`closedFlag = true`:               "2",
		`closedFlag=False AND board/id=1`: "1 3",
		`closedFlag != TRUE`:              "1 3 4",
		`status/name = "closed"`:          "2",
		`(status/name="New" or status/name='Inbox') and company/identifier = "ACME"`: "1 4",
		`id = 1 or id = 2 and closedFlag = false`:                                    "1",
		`summary contains "cove"`:                                                    "1 2",
		`summary not contains "cove"`:                                                "3 4",
		`summary like "cove%"`:                                                       "1 2",
		`summary like "*failed"`:                                                     "1",
		`summary like "printer 50[%] [[]hall]"`:                                      "3",
		`summary like "prin_er*"`:                                                    "3",
		`summary contains "50%"`:                                                     "3",
		`summary contains 'said "no"'`:                                               "4",
		`summary contains "\ it"`:                                                    "4",
		`type/name = null`:                                                           "1 3 4",
		`type/name != null`:                                                          "2",
		`type/name != "Backup"`:                                                      "",
		`owner/id = null`:                                                            "1 2 3 4",
		`severity = "high"`:                                                          "3",
		`severity in ("High", "Low")`:                                                "3",
		`severity != "High"`:                                                         "1 2 4",
		`dateEntered < [2026-06-03T12:00:00Z]`:                                       "4",
		`lastUpdated >= [2026-06-03]`:                                                "1 2 3 4",
		`LastUpdated > [2026-06-03T14:00:00+02:00]`:                                  "",
		`Board/Name = "Help Desk"`:                                                   "1 2 3",
		`priority/sort = 3`:                                                          "1 2 3 4",
		`externalXRef like "cdk1:%" and id > 1`:                                      "2",
		`budgetHours = null`:                                                         "1 2 3 4",
		`_ = 1`:                                                                      "400 _ is not a recognized name.",
		`typeids = 1`:                                                                "400 typeids is not a recognized name.",
		`board = 1`:                                                                  "400 board is not a recognized name.",
		`customFields/value = "1"`:                                                   "400 customFields/value is not a recognized name.",
		`_info/lastUpdated > [2026-01-01]`:                                           "1 2 3 4",
		`_info/dateEntered < [2026-06-03T12:00:00Z]`:                                 "4",
		`_info/enteredBy = "admin" and enteredBy = "admin"`:                          "400 enteredBy is not a recognized name.",
		`_info/sortByDate > [2026-01-01]`:                                            "400 _info/sortByDate is not a recognized name.",
		`owner = null`:                                                               "1 2 3 4",
		`type != null`:                                                               "2",
		`board like "Help%"`:                                                         "400 board is not a recognized name.",
		`initialDescription = "Text"`:                                                "400 initialDescription is not a recognized name.",
		`severity like "H%"`:                                                         "400 Enum value supplied was invalid",
		`severity = "Urgent"`:                                                        "400 Enum value supplied was invalid",
		`id=4ANDboard/id=1`:                                                          "400 Condition Syntax Error (Line 1, Character 4) - Unrecognized value: 4ANDboard/id\n",
		`(id = 1)or(id in(2,4))`:                                                     "1 2 4",
		`id = 1 and(id = 2)`:                                                         "",
		`id = 1and id = 2`:                                                           "400 Condition Syntax Error (Line 1, Character 6) - Unrecognized value: 1and\n",
		"id = 1\nand id ==":                                                          "400 Condition Syntax Error (Line 2, Character 9) - Unrecognized value: =\n",
		`id = `:                                                                      "400 Condition Syntax Error (Line 1, Character 6) - Unrecognized value: end of condition\n",
		`summary = "a`:                                                               "400 Condition Syntax Error (Line 1, Character 11) - Unrecognized value: \"a\n",
		`summary = "say \"no\""`:                                                     "400 Condition Syntax Error (Line 1, Character 20)",
		`(id = 1`:                                                                    "400 Condition Syntax Error (Line 1, Character 8)",
		`id = 1)`:                                                                    "400 Condition Syntax Error (Line 1, Character 7) - Unrecognized value: )",
		`id in ()`:                                                                   "400 Condition Syntax Error",
		`id = "1"`:                                                                   "400 The value supplied for id does not have its type.",
		`summary = 1`:                                                                "400 The value supplied for summary does not have its type.",
		`closedFlag = 1`:                                                             "400 The value supplied for closedFlag does not have its type.",
		`dateEntered > "2026-01-01"`:                                                 "400 The value supplied for dateEntered does not have its type.",
		`dateEntered > [yesterday]`:                                                  "400 Condition Syntax Error (Line 1, Character 15) - Unrecognized value: [yesterday]\n",
	} {
		t.Run(cond, func(t *testing.T) {
			r := a.get("service/tickets", "conditions", cond, "orderBy", "id asc")
			r.t = t
			if msg, bad := strings.CutPrefix(want, "400 "); bad {
				o := r.want(400).object()
				if o["code"] != "ApiFindCondition" || !strings.HasPrefix(o["message"].(string), msg) {
					t.Errorf("%v, want ApiFindCondition %q", o, msg)
				}
				return
			}
			if got := ids(r.want(200).list()); got != want {
				t.Errorf("rows %q, want %q", got, want)
			}
			count := a.get("service/tickets/count", "conditions", cond)
			if n := len(strings.Fields(want)); count.body != fmt.Sprintf(`{"count":%d}`, n) {
				t.Errorf("count %s, want %d", count.body, n)
			}
			search := a.do("POST", "service/tickets/search?pageSize=1000", `{"conditions":`+quoteJSON(cond)+`,"orderBy":"id asc"}`)
			search.t = t
			if got := ids(search.want(200).list()); got != want {
				t.Errorf("search finds %q, want %q", got, want)
			}
		})
	}
}

func quoteJSON(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

func TestChildAndCustomFieldConditions(t *testing.T) {
	a := sample(t, connectwisetest.Config{})
	a.srv.AddCompany(connectwisetest.Company{ID: 300, Identifier: "C", Name: "C", Types: []string{"Vendor", "Partner"}})
	for cond, want := range map[string]string{
		`caption="Vendor Ticket" AND value != null`: "1",
		`id=45 and value = "123"`:                   "1",
		`caption="Vendor Ticket" and value = "9"`:   "",
	} {
		if got := ids(a.get("service/tickets", "customFieldConditions", cond).want(200).list()); got != want {
			t.Errorf("%s finds %q, want %q", cond, got, want)
		}
	}
	if got := ids(a.get("company/companies", "childConditions", `types/name = "partner"`).want(200).list()); got != "300" {
		t.Errorf("child conditions find %q", got)
	}
	a.get("company/companies", "conditions", `types/name = "Partner"`).want(400)
	a.get("company/companies", "childConditions", `name = "Acme"`).want(400)
}

func TestEscapeDialects(t *testing.T) {
	for dialect, cond := range map[connectwisetest.Escapes]string{
		connectwisetest.EscapeNone:      `summary contains 'said "no" \ it'`,
		connectwisetest.EscapeBackslash: `summary contains "said \"no\" \\ it"`,
		connectwisetest.EscapeDoubled:   `summary contains "said ""no"" \ it"`,
	} {
		a := sample(t, connectwisetest.Config{Switches: connectwisetest.Switches{Escapes: dialect}})
		if got := ids(a.get("service/tickets", "conditions", cond).want(200).list()); got != "4" {
			t.Errorf("dialect %d finds %q", dialect, got)
		}
	}
	a := sample(t, connectwisetest.Config{Switches: connectwisetest.Switches{ContainsWildcards: true}})
	if got := ids(a.get("service/tickets", "conditions", `summary contains "c*e"`).want(200).list()); got != "1 2" {
		t.Errorf("contains with wildcards finds %q", got)
	}
}

func TestFieldsAndOrder(t *testing.T) {
	a := sample(t, connectwisetest.Config{})
	got := a.get("service/tickets", "fields", "id,status/id,company/identifier,summary", "orderBy", "company/identifier desc, id asc", "pageSize", "2").want(200)
	if want := `[{"id":3,"summary":"Printer 50% [hall]","status":{"id":16},"company":{"identifier":"BOLT"}},{"id":1,"summary":"Cove: backup failed","status":{"id":16},"company":{"identifier":"ACME"}}]`; got.body != want {
		t.Errorf("got  %s\nwant %s", got.body, want)
	}
	if got := a.get("service/tickets/1", "fields", "_info/lastUpdated").want(200).body; got != `{"_info":{"lastUpdated":"2026-06-03T12:00:00Z"}}` {
		t.Errorf("_info trimmed to %s", got)
	}
	if got := a.get("service/tickets/1", "fields", "id,dateEntered").want(200).body; got != `{"id":1}` {
		t.Errorf("unknown fields: %s", got)
	}
	a.get("service/tickets", "orderBy", "nothing").want(400)
	a.get("service/tickets", "orderBy", "id sideways").want(400)
	strict := sample(t, connectwisetest.Config{Switches: connectwisetest.Switches{StrictFields: true}})
	strict.get("service/tickets/1", "fields", "id,dateEntered").want(400)
}

// walk reads all pages by following the Link headers.
func walk(t *testing.T, a *api, path string, header ...string) (rows []string, pages int) {
	t.Helper()
	for path != "" {
		r := a.do("GET", path, "", header...).want(200)
		pages++
		for _, row := range r.list() {
			rows = append(rows, fmt.Sprint(row["id"]))
		}
		path = ""
		for part := range strings.SplitSeq(r.header.Get("Link"), ", ") {
			if target, ok := strings.CutSuffix(part, `; rel="next"`); ok {
				u, err := url.Parse(strings.Trim(target, "<>"))
				if err != nil {
					t.Fatal(err)
				}
				path = strings.TrimPrefix(u.Path, "/v4_6_release/apis/3.0/") + "?" + u.RawQuery
			}
		}
	}
	return rows, pages
}

func TestPaging(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	var want []string
	for i := range 60 {
		id := a.srv.AddTicket(connectwisetest.Ticket{Summary: fmt.Sprintf("t%d", i), Company: connectwisetest.ByID(int64(250 + i%2))})
		if i%2 == 0 {
			want = append(want, fmt.Sprint(float64(id)))
		}
	}
	path := "service/tickets?pageSize=7&conditions=" + url.QueryEscape("company/id = 250")
	for name, header := range map[string][]string{"pages": nil, "forward-only": {"pagination-type", "forward-only"}} {
		rows, pages := walk(t, a, path, header...)
		if pages != 5 || !slices.Equal(rows, want) {
			t.Errorf("%s: %d pages with %v, want 5 with %v", name, pages, rows, want)
		}
	}
	if n := len(a.get("service/tickets").list()); n != 25 {
		t.Errorf("default page holds %d", n)
	}
	first := a.get("service/tickets", "pageSize", "20", "page", "1").header.Get("Link")
	middle := a.get("service/tickets", "pageSize", "20", "page", "2").header.Get("Link")
	last := a.get("service/tickets", "pageSize", "20", "page", "3").header.Get("Link")
	link := func(page int, rel string) string {
		return fmt.Sprintf(`<http://cw.test/v4_6_release/apis/3.0/service/tickets?pageSize=20&page=%d>; rel="%s"`, page, rel)
	}
	for got, want := range map[string]string{
		first:  link(2, "next") + ", " + link(3, "last"),
		middle: link(3, "next") + ", " + link(1, "prev") + ", " + link(1, "first") + ", " + link(3, "last"),
		last:   link(2, "prev") + ", " + link(1, "first"),
	} {
		if got != want {
			t.Errorf("Link %s\nwant %s", got, want)
		}
	}
	if r := a.get("service/tickets", "pageSize", "20", "page", "9").want(200); r.body != "[]" {
		t.Errorf("past the end: %s", r.body)
	}
	if r := a.get("service/tickets", "pageSize", "5000").want(200); len(r.list()) != 60 || r.header["Link"] != nil {
		t.Errorf("one page: %d rows, Link %v", len(r.list()), r.header["Link"])
	}
	end := a.do("GET", "service/tickets?pageSize=60", "", "pagination-type", "forward-only")
	if l, ok := end.header["Link"]; !ok || l[0] != "" {
		t.Errorf("Link at the end of forward-only: %v", end.header)
	}
	old := desk(t, connectwisetest.Config{Switches: connectwisetest.Switches{PageSizeError: true}})
	if got := old.get("service/boards", "pageSize", "500").want(400).body; !strings.Contains(got, "The field pageSize must be between 1 and 100.") {
		t.Error(got)
	}
}

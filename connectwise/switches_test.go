package connectwise_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

func tenantClient(t testing.TB, s *connectwisetest.Server, opts ...connectwise.Option) *connectwise.Client {
	t.Helper()
	keys := s.Credentials()
	opts = append([]connectwise.Option{
		connectwise.WithHTTPClient(&http.Client{Transport: s.Transport()}),
		connectwise.WithLimiter(rate.NewLimiter(rate.Inf, 1)),
		connectwise.WithRetry(connectwise.Retry{Base: time.Millisecond}),
	}, opts...)
	c, err := connectwise.NewClient(connectwise.Credentials{
		Site: "psa.msp.test", Company: keys.Company, PublicKey: keys.PublicKey, PrivateKey: keys.PrivateKey, ClientID: keys.ClientID,
	}, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// tenant is a server with two boards and two companies.
func tenant(cfg connectwisetest.Config) *connectwisetest.Server {
	s := connectwisetest.NewServer(cfg)
	s.AddCompany(connectwisetest.Company{ID: 250, Identifier: "ACME", Name: "Acme Ltd"})
	s.AddCompany(connectwisetest.Company{ID: 251, Identifier: "OTHER", Name: `O'Neil & Sons`})
	s.AddBoard(connectwisetest.Board{ID: 1, Name: "Help Desk"})
	s.AddBoard(connectwisetest.Board{ID: 2, Name: "Projects"})
	s.AddCustomField(connectwisetest.CustomField{Entity: "Ticket", Caption: "Vendor Ticket"})
	s.AddCustomField(connectwisetest.CustomField{Entity: "Ticket", Caption: "Room"})
	return s
}

func wrong(format string, args ...any) error { return fmt.Errorf(format, args...) }

// everyday uses the client as programs do, against a tenant, and returns the
// first difference from what it expects.
func everyday(ctx context.Context, s *connectwisetest.Server, c *connectwise.Client) error {
	tickets := c.Service.Tickets
	long := strings.Repeat("x", 90)

	var ids []int64
	for i := range 25 {
		company := connectwise.ByID(250)
		if i%2 == 1 {
			company = connectwise.ByIdentifier("OTHER")
		}
		made, err := tickets.Create(ctx, &connectwise.Ticket{
			Summary: fmt.Sprintf("Backup %02d %s", i, long[:80]), Company: company, Board: connectwise.ByName("Help Desk"), ExternalXRef: long + fmt.Sprint(i),
			InitialDescription: "first\nnote",
		}, connectwise.Set("processNotifications", false), connectwise.Set("automaticEmailContactFlag", false))
		if err != nil {
			return wrong("create: %v", err)
		}
		if made.ID == 0 || made.Status.Name != "New" || made.Board.ID != 1 || made.Company.ID == 0 || made.ClosedFlag || made.ExternalXRef != long+fmt.Sprint(i) || made.Info.DateEntered.IsZero() {
			return wrong("created %+v", made)
		}
		ids = append(ids, made.ID)
	}
	if mails := s.Mails(); len(mails) > 0 {
		return wrong("mails %v", mails)
	}

	// Every way of paging returns every matching ticket once.
	of := func(opts connectwise.ListOptions) ([]int64, error) {
		var got []int64
		for ticket, err := range tickets.List(ctx, &opts) {
			if err != nil {
				return nil, err
			}
			got = append(got, ticket.ID)
		}
		return got, nil
	}
	acme := connectwise.Where("company/identifier = ? and board/name = ? and summary like ?", "ACME", "Help Desk", connectwise.Pattern("Backup%"))
	var ofAcme []int64
	for i, id := range ids {
		if i%2 == 0 {
			ofAcme = append(ofAcme, id)
		}
	}
	reversed := slices.Clone(ofAcme)
	slices.Reverse(reversed)
	for name, tc := range map[string]struct {
		opts connectwise.ListOptions
		want []int64
	}{
		"forward":   {connectwise.ListOptions{Where: acme, PageSize: 3}, ofAcme},
		"one page":  {connectwise.ListOptions{Where: acme}, ofAcme},
		"ordered":   {connectwise.ListOptions{Where: acme, PageSize: 3, OrderBy: "id desc"}, reversed},
		"fields":    {connectwise.ListOptions{Where: acme, PageSize: 4, Fields: []string{"id", "summary"}}, ofAcme},
		"in":        {connectwise.ListOptions{Where: connectwise.Where("id in ?", ids[3:9]), PageSize: 2}, ids[3:9]},
		"search":    {connectwise.ListOptions{Where: connectwise.Where("id in ?", append(ids[:5:5], many(3000)...)), PageSize: 2}, ids[:5]},
		"quote":     {connectwise.ListOptions{Where: connectwise.Where("company/name = ?", "O'Neil & Sons"), PageSize: 100, Fields: []string{"id"}}, slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return slices.Contains(ofAcme, id) })},
		"open":      {connectwise.ListOptions{Where: connectwise.Where("closedFlag = ? and id <= ?", false, ids[2])}, ids[:3]},
		"date":      {connectwise.ListOptions{Where: connectwise.Where("dateEntered > ? and id = ?", time.Now().Add(-24*time.Hour), ids[0])}, ids[:1]},
		"none":      {connectwise.ListOptions{Where: connectwise.Where("externalXRef = ?", "no such")}, nil},
		"contains":  {connectwise.ListOptions{Where: connectwise.Where("summary contains ?", "Backup 07")}, ids[7:8]},
		"no owner":  {connectwise.ListOptions{Where: connectwise.Where("owner/id = null and id < ?", ids[1])}, ids[:1]},
		"or and in": {connectwise.ListOptions{Where: connectwise.Where("(id = ? or id = ?) and id not in ?", ids[1], ids[2], ids[2:3])}, ids[1:2]},
	} {
		got, err := of(tc.opts)
		if err != nil {
			return wrong("list %s: %v", name, err)
		}
		if !slices.Equal(got, tc.want) {
			return wrong("list %s: got %v, want %v", name, got, tc.want)
		}
		n, err := tickets.Count(ctx, &tc.opts)
		if err != nil {
			return wrong("count %s: %v", name, err)
		}
		if n != len(tc.want) {
			return wrong("count %s: got %d, want %d", name, n, len(tc.want))
		}
	}
	page, err := tickets.ListPage(ctx, &connectwise.ListOptions{Where: acme, PageSize: 5, Page: 2})
	if err != nil || len(page.Items) != 5 || page.Items[0].ID != ofAcme[5] || page.Next != 3 {
		return wrong("page %+v, %v", page, err)
	}

	// Changes: set, clear, close, reopen.
	id := ids[0]
	changed, err := tickets.Patch(ctx, id, connectwise.Set("summary", "shorter"), connectwise.Set("owner", connectwise.ByIdentifier("admin")), connectwise.Set("externalXRef", "key"), connectwise.Set("processNotifications", false))
	if err != nil || changed.Summary != "shorter" || changed.Owner.Identifier != "admin" || changed.ExternalXRef != "key" {
		return wrong("patch: %+v, %v", changed, err)
	}
	changed, err = tickets.Patch(ctx, id, connectwise.Remove("owner"), connectwise.Set("status", connectwise.ByName("Closed")), connectwise.Set("processNotifications", false))
	if err != nil || !changed.Owner.IsZero() || !changed.ClosedFlag || changed.ClosedDate.IsZero() || changed.Status.Name != "Closed" {
		return wrong("close: %+v, %v", changed, err)
	}
	changed, err = tickets.Patch(ctx, id, connectwise.Set("status", connectwise.ByName("New")))
	if err != nil || changed.ClosedFlag || !changed.ClosedDate.IsZero() {
		return wrong("reopen: %+v, %v", changed, err)
	}

	// Notes, the first one from the description.
	notes := tickets.Notes(id)
	note, err := notes.Create(ctx, &connectwise.TicketNote{Text: "Called & wrote <b>", InternalAnalysisFlag: true})
	if err != nil || note.ID == 0 || note.TicketID != id || !note.InternalAnalysisFlag || note.DateCreated.IsZero() {
		return wrong("note: %+v, %v", note, err)
	}
	var texts []string
	for n, err := range notes.List(ctx, &connectwise.ListOptions{PageSize: 1}) {
		if err != nil {
			return wrong("notes: %v", err)
		}
		texts = append(texts, n.Text)
	}
	if !slices.Equal(texts, []string{"first\nnote", "Called & wrote <b>"}) {
		return wrong("notes %q", texts)
	}
	if err := notes.Delete(ctx, note.ID); err != nil {
		return wrong("delete note: %v", err)
	}
	if _, err := notes.Get(ctx, note.ID); !errors.Is(err, connectwise.ErrNotFound) {
		return wrong("deleted note: %v", err)
	}

	// Set two custom fields by caption, one after the other.
	for caption, value := range map[string]string{"Vendor Ticket": "4711", "Room": "12"} {
		op, err := connectwise.SetCustomFields(changed.CustomFields, map[string]any{caption: value})
		if err != nil {
			return wrong("custom field %s: %v", caption, err)
		}
		if changed, err = tickets.Patch(ctx, id, op); err != nil {
			return wrong("custom field %s: %v", caption, err)
		}
	}
	held := map[string]string{}
	for _, f := range changed.CustomFields {
		held[f.Caption] = f.Text()
	}
	if held["Vendor Ticket"] != "4711" || held["Room"] != "12" {
		return wrong("custom fields %v", held)
	}

	// A file is accepted with status 200 and 201.
	document, err := c.System.Documents.Create(ctx, connectwise.Upload{
		RecordType: "Ticket", RecordID: id, Title: "Log", FileName: "log.txt", File: strings.NewReader("all of it"),
	})
	if err != nil || document.ID == 0 {
		return wrong("upload: %+v, %v", document, err)
	}

	// Refusals have the right class.
	if err := c.Company.Companies.Delete(ctx, 250); !errors.Is(err, connectwise.ErrConflict) && !errors.Is(err, connectwise.ErrInvalid) {
		return wrong("company in use: %v", err)
	}
	// Some servers answer for a missing record that there is no such path. They
	// also answer that for every record during an upgrade.
	if _, err := tickets.Patch(ctx, 999999, connectwise.Set("summary", "x")); errors.Is(err, connectwise.ErrNotFound) == errors.Is(err, connectwise.ErrNoEndpoint) {
		return wrong("patch of no ticket: %v", err)
	}
	type loose struct {
		connectwise.Ticket
		Bogus string `json:"bogus,omitzero"`
	}
	_, err = connectwise.NewCollection[loose](c, "service/tickets").Patch(ctx, id, connectwise.Set("bogus", "x"))
	if !errors.Is(err, connectwise.ErrInvalid) {
		return wrong("unknown member: %v", err)
	}
	_, err = connectwise.NewCollection[loose](c, "service/tickets").Create(ctx, &loose{Ticket: connectwise.Ticket{Summary: "x", Company: connectwise.ByID(250)}, Bogus: "x"})
	if !errors.Is(err, connectwise.ErrInvalid) {
		return wrong("unknown member: %v", err)
	}
	if _, err = tickets.Patch(ctx, id, connectwise.Set("status", connectwise.ByID(99999))); !errors.Is(err, connectwise.ErrInvalid) || errors.Is(err, connectwise.ErrNotFound) {
		return wrong("status of no board: %v", err)
	}
	if _, err = tickets.Get(ctx, 999999); !errors.Is(err, connectwise.ErrNotFound) {
		return wrong("no such ticket: %v", err)
	}
	if _, err = c.Company.Companies.Create(ctx, &connectwise.Company{Identifier: "ACME", Name: "Again", Site: connectwise.ByName("Main")}); !errors.Is(err, connectwise.ErrExists) {
		return wrong("company twice: %v", err)
	}
	for _, err := range tickets.List(ctx, &connectwise.ListOptions{Where: connectwise.Where("nosuch/name = 1")}) {
		if !errors.Is(err, connectwise.ErrInvalid) {
			return wrong("unknown name: %v", err)
		}
	}

	// A record that was read can be changed and written back.
	company, err := c.Company.Companies.Get(ctx, 250)
	if err != nil {
		return wrong("company: %v", err)
	}
	company.Name = "Acme Limited"
	replaced, err := c.Company.Companies.Replace(ctx, company.ID, company)
	if err != nil || replaced.Name != "Acme Limited" || replaced.Identifier != "ACME" {
		return wrong("replace: %+v, %v", replaced, err)
	}

	// Setup records and the caller's member.
	var names []string
	for status, err := range c.Service.Boards.Statuses(1).List(ctx, nil) {
		if err != nil {
			return wrong("statuses: %v", err)
		}
		names = append(names, fmt.Sprint(status.Name, status.ClosedStatus))
	}
	if !slices.Contains(names, "Closedtrue") || !slices.Contains(names, "Newfalse") {
		return wrong("statuses %v", names)
	}
	for what, n := range map[string]func() (int, error){
		"boards":     func() (int, error) { return c.Service.Boards.Count(ctx, nil) },
		"priorities": func() (int, error) { return c.Service.Priorities.Count(ctx, nil) },
		"sources":    func() (int, error) { return c.Service.Sources.Count(ctx, nil) },
		"statuses":   func() (int, error) { return c.Company.Statuses.Count(ctx, nil) },
		"members":    func() (int, error) { return c.System.Members.Count(ctx, nil) },
		"companies": func() (int, error) {
			return c.Company.Companies.Count(ctx, &connectwise.ListOptions{Where: connectwise.Where("deletedFlag = false")})
		},
	} {
		if got, err := n(); err != nil || got == 0 {
			return wrong("%s: %d, %v", what, got, err)
		}
	}
	me, err := c.System.Me(ctx)
	if err != nil || me.Identifier != "apimember" {
		return wrong("me: %+v, %v", me, err)
	}
	report, err := c.System.Check(ctx, connectwise.TicketSyncRequirements...)
	if err != nil || !report.OK() {
		return wrong("check: %v\n%s", err, report)
	}
	if err := tickets.Delete(ctx, id); err != nil {
		return wrong("delete: %v", err)
	}
	if _, err := tickets.Get(ctx, id); !errors.Is(err, connectwise.ErrNotFound) {
		return wrong("deleted ticket: %v", err)
	}
	return nil
}

func many(n int) []int64 {
	var list []int64
	for i := range n {
		list = append(list, int64(1_000_000+i))
	}
	return list
}

func TestClientAgainstTenant(t *testing.T) {
	for name, cfg := range map[string]connectwisetest.Config{
		"as seen live":           {},
		"on premises":            {OnPremise: true, Codebase: "v4_6_release/"},
		"limits 2022":            {Limits: connectwisetest.Limits2022},
		"limits 2026":            {Limits: connectwisetest.Limits2026},
		"null members":           {Switches: connectwisetest.Switches{NullMembers: true}},
		"escape backslash":       {Switches: connectwisetest.Switches{Escapes: connectwisetest.EscapeBackslash}},
		"escape doubled":         {Switches: connectwisetest.Switches{Escapes: connectwisetest.EscapeDoubled}},
		"contains wildcards":     {Switches: connectwisetest.Switches{ContainsWildcards: true}},
		"ignored sub-paths":      {Switches: connectwisetest.Switches{IgnoreSubPaths: true}},
		"strict fields":          {Switches: connectwisetest.Switches{StrictFields: true}},
		"page size error":        {Switches: connectwisetest.Switches{PageSizeError: true}},
		"no links":               {Switches: connectwisetest.Switches{Links: connectwisetest.LinksMissing}},
		"link host":              {Switches: connectwisetest.Switches{LinkHost: "http://na.myconnectwise.net"}},
		"no forward-only":        {Switches: connectwisetest.Switches{NoForwardOnly: true}},
		"text isCloud":           {Switches: connectwisetest.Switches{StringIsCloud: true}},
		"move needs status":      {Switches: connectwisetest.Switches{MoveNeedsStatus: true}},
		"padded":                 {Switches: connectwisetest.Switches{PaddedStrings: true}},
		"missing client id":      {Switches: connectwisetest.Switches{MissingClientIDStatus: 401}},
		"custom fields replaced": {Switches: connectwisetest.Switches{CustomFieldsReplaced: true}},
		"custom fields by id":    {Switches: connectwisetest.Switches{CustomFieldsByID: true}},
		"bare custom fields":     {Switches: connectwisetest.Switches{BareCustomFields: true}},
		"upload 200":             {Switches: connectwisetest.Switches{UploadStatus: 200}},
		"vendor types":           {Switches: connectwisetest.Switches{VendorTypes: true}},
		"missing as route":       {Switches: connectwisetest.Switches{MissingAsRoute: true}},
		"in use 400":             {Switches: connectwisetest.Switches{InUseStatus: 400}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := tenant(cfg)
			if err := everyday(t.Context(), s, tenantClient(t, s)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestClientSuiteSeesServerBugs(t *testing.T) {
	for name, bugs := range map[string]connectwisetest.Bugs{
		"conditions dropped on page two": {ConditionsDropped: true},
		"pageId ignored":                 {PageIDIgnored: true},
		"closedFlag not derived":         {ClosedFlagNotDerived: true},
		"long fields cut":                {LongFieldsCut: true},
		"unknown members accepted":       {UnknownMembersAccepted: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := tenant(connectwisetest.Config{Bugs: bugs})
			if err := everyday(t.Context(), s, tenantClient(t, s)); err == nil {
				t.Error("the suite passes with the bug")
			}
		})
	}
}

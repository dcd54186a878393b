package connectwisetest

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func conformed(t *testing.T, cfg Config) *Server {
	t.Helper()
	srv := Start(cfg)
	t.Cleanup(srv.Close)
	srv.AddBoard(Board{Name: "Service Desk"})
	srv.AddCompany(Company{Identifier: "ACME", Name: "Acme Ltd"})
	srv.AddCustomField(CustomField{Entity: "Ticket", Caption: "Tries", Type: "Number"})
	srv.AddCustomField(CustomField{Entity: "Ticket", Caption: "Device"})
	if err := srv.AsPerson("tech1").ConvertTicket(srv.AddTicket(Ticket{Summary: "grown", Company: ByIdentifier("ACME")}), ByName("Migration"), ByName("Cut-over")); err != nil {
		t.Fatal(err)
	}
	return srv
}

func TestConform(t *testing.T) {
	for name, switches := range map[string]Switches{
		"default":       {},
		"old":           {MissingClientIDStatus: 401, NullMembers: true, StringIsCloud: true, StrictDates: true, NoMemberByIdentifier: true, PaddedStrings: true},
		"backslashes":   {Escapes: EscapeBackslash, ContainsWildcards: true, StrictFields: true, IgnoreSubPaths: true, MoveNeedsStatus: true},
		"doubled":       {Escapes: EscapeDoubled, LinkHost: "na.myconnectwise.net"},
		"fields":        {CustomFieldsReplaced: true, DropCustomFields: true, BareCustomFields: true, CustomFieldsByID: true, RequiredOnlyWhenGiven: true},
		"projects":      {ListProjectTickets: true, RefuseInactive: true, RefuseForwardOrder: true, InUseStatus: 400, NoChildIn: true, EmptyArrayConditions: true, VendorTypes: true},
		"without notes": {MissingAsRoute: true, AllNotesStatus: 405, CannotRouteStatus: 404, UploadStatus: 200},
	} {
		t.Run(name, func(t *testing.T) {
			srv := conformed(t, Config{Switches: switches})
			Conform(t, srv.URL, srv.Credentials())
			if len(srv.Mails()) != 0 {
				t.Errorf("mails: %v", srv.Mails())
			}
		})
	}
}

func TestConformWaitsForLists(t *testing.T) {
	lagStep = 5 * time.Millisecond
	defer func() { lagStep = time.Second }()
	var ticks atomic.Int64
	srv := conformed(t, Config{Now: func() time.Time { return time.Unix(1_780_000_000+ticks.Add(1)/4, 0) }})
	srv.SetListLag(5 * time.Second)
	for _, err := range failures(t, srv) {
		t.Error(err)
	}
}

// failures runs all checks and returns their errors.
func failures(t *testing.T, srv *Server) map[string]error {
	t.Helper()
	p, err := newProbe(t.Context(), srv.URL, srv.Credentials())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]error{}
	for _, c := range checks {
		if err := c.run(p); err != nil {
			out[c.name] = err
		}
	}
	return out
}

// Every deliberate bug is found by the check for it.
func TestConformFindsBugs(t *testing.T) {
	lagStep = time.Millisecond
	defer func() { lagStep = time.Second }()
	for check, bugs := range map[string]Bugs{
		"paging: page mode":         {ConditionsDropped: true},
		"paging: forward-only mode": {PageIDIgnored: true},
		"close and reopen":          {ClosedFlagNotDerived: true},
		"whole text":                {LongFieldsCut: true},
		"unknown member":            {UnknownMembersAccepted: true},
	} {
		found := failures(t, conformed(t, Config{Bugs: bugs}))
		name, text, _ := strings.Cut(check, ": ")
		if err := found[name]; err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%+v: check %q says %v; all: %v", bugs, name, err, found)
		}
	}
}

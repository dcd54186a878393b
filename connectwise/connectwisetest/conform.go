package connectwisetest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// Conform checks with plain net/http that a ConnectWise PSA behaves as this
// package and the client assume. It runs against a [Server] or a sandbox
// tenant. Never run it against a production tenant.
//
// The base URL is scheme and host. The credentials must be allowed to list
// boards and companies and to add, edit, close and delete service tickets.
// Conform creates about a dozen tickets for the first company on the first
// board; their summaries begin with "conformance". It changes them and their
// first custom text field without notifications, adds a time entry of an hour
// to one of them if it may, and deletes everything at the end. Where sources
// about the real server disagree, each known behaviour passes. Each check is a
// subtest, so one run shows all differences. The checks named R1, O1 and so on
// are about undocumented behaviour that public clients rely on.
func Conform(t *testing.T, baseURL string, c Credentials) {
	t.Helper()
	p, err := newProbe(t.Context(), baseURL, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.ctx = context.WithoutCancel(p.ctx)
		for _, err := range p.cleanUp() {
			t.Error(err)
		}
	})
	for _, check := range checks {
		t.Run(check.name, func(t *testing.T) {
			if err := check.run(p); err != nil {
				t.Error(err)
			}
		})
	}
}

// checks are the checks of Conform, in their order.
var checks = []struct {
	name string
	run  func(*probe) error
}{
	{"unknown company", (*probe).unknownCompany},
	{"authentication", (*probe).authentication},
	{"unknown route", func(p *probe) error {
		return p.expect(http.StatusNotFound, "ConnectWiseApi", http.MethodGet, "service/nothing", "")
	}},
	{"missing record", func(p *probe) error {
		return p.expect(http.StatusNotFound, "NotFound", http.MethodGet, "service/tickets/2147480000", "")
	}},
	{"create", (*probe).create},
	{"unknown member", func(p *probe) error {
		return p.refused("ConnectWiseApi", `"thisMemberDoesNotExist":true`)
	}},
	{"scalar for reference", func(p *probe) error { return p.refused("ConnectWiseApi", `"owner":"1"`) }},
	{"over-long member", func(p *probe) error { return p.refused("MaxLengthField", `"poNumber":"`+strings.Repeat("x", 51)+`"`) }},
	{"whole text", (*probe).wholeText},
	{"missing member", func(p *probe) error {
		return p.expect(http.StatusBadRequest, "MissingRequiredField", http.MethodPost, "service/tickets", fmt.Sprintf(`{"company":{"id":%d},"processNotifications":false}`, p.company))
	}},
	{"foreign status", func(p *probe) error { return p.refused("NotFound", `"status":{"id":2147480000}`) }},
	{"patch", (*probe).patching},
	{"close and reopen", (*probe).closing},
	{"notes", (*probe).notes},
	{"discussion", (*probe).discussion},
	{"custom fields", (*probe).customFields},
	{"project tickets", (*probe).projectTickets},
	{"conditions", (*probe).conditions},
	{"fields", (*probe).fields},
	{"paging", (*probe).paging},
	{"count and search", (*probe).countAndSearch},
	{"R1 parameters in any letters", (*probe).parameterNames},
	{"R2 conditions on _info", (*probe).infoConditions},
	{"R3 members in any letters", (*probe).memberNames},
	{"R4 empty strings", (*probe).emptyStrings},
	{"R6 member by identifier", (*probe).memberByIdentifier},
	{"R7 days and addresses", (*probe).days},
	{"R8 error texts", (*probe).errorTexts},
	{"R9 shape of a ticket", (*probe).shape},
	{"R10 what clients ask for", (*probe).collections},
	{"R12 unpadded dates", (*probe).unpaddedDates},
	{"R13 unknown fields", (*probe).unknownFields},
	{"R14 order with forward-only", (*probe).forwardOrder},
	{"R15 references to nothing", func(p *probe) error { return p.refused("NotFound", `"agreement":{"id":2147480000}`) }},
	{"R16 tight conditions", (*probe).tightConditions},
	{"R17 time entry defaults", (*probe).timeDefaults},
	{"R18 tokens", (*probe).impersonation},
	{"R19 the later first", (*probe).laterFirst},
	{"O1 forward-only search", (*probe).forwardSearch},
	{"delete", (*probe).deletion},
}

package connectwisetest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// Conform checks over bare net/http that a ConnectWise PSA behaves the way
// this package and the client believe it does. It runs against a [Server] and
// against a sandbox tenant alike; never point it at a tenant in production.
//
// The base URL is scheme and host. The credentials need the right to list
// boards and companies and to add, edit, close and delete service tickets. It
// makes some dozen tickets at the first company on the first board, whose
// summaries begin with "conformance", writes them and the first text field among
// their custom fields without notifications, books an hour on one of them if it
// may, and deletes it all in the end. Where sources about the real server
// disagree, each of the known behaviours passes. A check that fails is an error
// of its subtest, so that one run shows all differences; checks named R1, O1 and
// so on are what public clients rely on beyond the documentation.
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

// checks are what Conform asserts, in this order.
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

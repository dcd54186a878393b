package connectwisetest

import (
	"slices"
	"strconv"
	"strings"
)

func (s *Server) drawInfo(b []byte, v *version, sub []string) []byte {
	b = append(b, '{')
	first := len(b)
	add := func(name string, draw func([]byte) []byte) {
		if len(sub) > 0 && !slices.Contains(sub, name) {
			return
		}
		if len(b) > first {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(b, name...)
		b = append(b, '"', ':')
		b = draw(b)
	}
	updatedBy := v.updatedBy
	if s.sw().PaddedStrings {
		updatedBy += "        "
	}
	add("lastUpdated", func(b []byte) []byte { return appendTime(b, v.updated) })
	add("updatedBy", func(b []byte) []byte { return appendString(b, updatedBy) })
	if tellsEntry[v.rec.t.name] {
		add("dateEntered", func(b []byte) []byte { return appendTime(b, v.entered) })
		add("enteredBy", func(b []byte) []byte { return appendString(b, v.enteredBy) })
	}
	if v.rec.t.discussion() {
		add("sortByDate", func(b []byte) []byte { return appendTime(b, v.entered) })
	}
	id := strconv.FormatInt(v.rec.id, 10)
	for _, h := range infoLinks[v.rec.t.name] {
		add(h.name, func(b []byte) []byte {
			b = append(b, '"')
			b = append(b, s.base...)
			b = append(b, strings.Replace(h.path, "#", id, 1)...)
			return append(b, '"')
		})
	}
	return append(b, '}')
}

// tellsEntry are the tables whose _info tells who entered a record, and when.
var tellsEntry = map[string]bool{"tickets": true, "projectTickets": true, "companies": true, "contacts": true, "configurations": true}

// discussion reports whether the records are notes of a discussion, which have
// their own date for sorting.
func (t *table) discussion() bool { return t.name == "allNotes" || t.name == "projectAllNotes" }

type infoLink struct{ name, path string }

// infoLinks are the links in _info, with raw blanks and quotes as the real
// server writes them. # stands for the id.
var infoLinks = map[string][]infoLink{
	"tickets": {
		{"activities_href", "sales/activities?conditions=ticket/id=#"},
		{"scheduleentries_href", "schedule/entries?conditions=type/id=4 AND objectId=#"},
		{"documents_href", "system/documents?recordType=Ticket&recordId=#"},
		{"configurations_href", "service/tickets/#/configurations"},
		{"tasks_href", "service/tickets/#/tasks"},
		{"notes_href", "service/tickets/#/notes"},
		{"products_href", "procurement/products?conditions=chargeToType='Ticket' AND chargeToId=#"},
		{"timeentries_href", "time/entries?conditions=(chargeToType='ServiceTicket' OR chargeToType='ProjectTicket') AND chargeToId=#"},
	},
	"companies": {
		{"contacts_href", "company/contacts?conditions=company/id=#"},
		{"agreements_href", "finance/agreements?conditions=company/id=#"},
		{"tickets_href", "service/tickets?conditions=company/id=#"},
		{"opportunities_href", "sales/opportunities?conditions=company/id=#"},
		{"activities_href", "sales/activities?conditions=company/id=#"},
		{"projects_href", "project/projects?conditions=company/id=#"},
		{"configurations_href", "company/configurations?conditions=company/id=#"},
		{"orders_href", "sales/orders?conditions=company/id=#"},
		{"documents_href", "system/documents?recordType=Company&recordId=#"},
		{"sites_href", "company/companies/#/sites"},
		{"teams_href", "company/companies/#/teams"},
		{"reports_href", "company/companies/#/managementSummaryReports"},
		{"notes_href", "company/companies/#/notes"},
	},
	"contacts": {
		{"communications_href", "company/contacts/#/communications"},
		{"notes_href", "company/contacts/#/notes"},
		{"tracks_href", "company/contacts/#/tracks"},
		{"portalSecurity_href", "company/contacts/#/portalSecurity"},
		{"activities_href", "sales/activities?conditions=contact/id=#"},
		{"documents_href", "system/documents?recordType=Contact&recordId=#"},
		{"configurations_href", "company/configurations?conditions=contact/id=#"},
		{"tickets_href", "service/tickets?conditions=contact/id=#"},
		{"opportunities_href", "sales/opportunities?conditions=contact/id=#"},
		{"projects_href", "project/projects?conditions=contact/id=#"},
		{"image_href", "company/contacts/#/image"},
	},
}

package connectwise

import (
	"net/http"
	"strings"
)

// needOf guesses from the path of a call which permission it needs.
func needOf(method, path string) (Requirement, bool) {
	_, path, found := strings.Cut(path, "/apis/3.0/")
	if !found {
		return Requirement{}, false
	}
	path = strings.ToLower(path)
	for _, row := range []struct{ prefix, module, function string }{
		{"service/tickets", "Service Desk", "Service Tickets"},
		{"project/tickets", "Project", "Project Tickets"},
		{"service/", "System", "Table Setup"},
		{"company/companies/types", "System", "Table Setup"},
		{"company/companies/statuses", "System", "Table Setup"},
		{"company/companies", "Companies", "Company Maintenance"},
		{"company/contacts", "Companies", "Contacts"},
		{"company/configurations", "Companies", "Configurations"},
		{"system/documents", "Companies", "Manage Documents"},
		{"system/members", "System", "Member Maintenance"},
		{"system/", "System", "Table Setup"},
		{"time/entries", "Time", "Time Entry"},
		{"finance/agreements", "Finance", "Agreements"},
	} {
		if !strings.HasPrefix(path, row.prefix) {
			continue
		}
		need := Requirement{Module: row.module, Function: row.function}
		switch method {
		case http.MethodGet:
			need.Inquire = LevelAll
		case http.MethodDelete:
			need.Delete = LevelAll
		case http.MethodPost:
			switch below := strings.TrimPrefix(path, row.prefix); {
			case strings.HasSuffix(below, "/search"):
				need.Inquire = LevelAll
			case strings.Count(below, "/") > 1: // a note on a ticket edits the ticket
				need.Edit = LevelAll
			default:
				need.Add = LevelAll
			}
		default:
			need.Edit = LevelAll
		}
		return need, true
	}
	return Requirement{}, false
}

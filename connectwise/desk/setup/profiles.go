package setup

import (
	"github.com/covedesk/covedesk/connectwise"
)

// Profiles are the rights that programs need, by what they do, for
// [connectwise.SystemModule.Check]: "tickets" keeps tickets of a board and
// attaches files to them; check the others as well, or alone. "reading"
// suffices for programs that only look: reports, exports, dry runs.
var Profiles = map[string][]connectwise.Requirement{
	"tickets": connectwise.TicketSyncRequirements,
	"companies": {
		{Module: "Companies", Function: "Company Maintenance", Add: connectwise.LevelAll, Edit: connectwise.LevelAll, Inquire: connectwise.LevelAll},
		setupTables,
	},
	"configurations": {
		companies,
		{Module: "Companies", Function: "Configurations", Add: connectwise.LevelAll, Edit: connectwise.LevelAll, Inquire: connectwise.LevelAll},
		setupTables,
	},
	// Reading what is attached takes a right that attaching does not.
	"documents": {{Module: "Companies", Function: "Manage Documents", Inquire: connectwise.LevelAll}},
	"callbacks": {{Module: "System", Function: "Table Setup", Add: connectwise.LevelAll, Edit: connectwise.LevelAll, Delete: connectwise.LevelAll, Inquire: connectwise.LevelAll}},
	"reading": {
		companies,
		{Module: "Service Desk", Function: "Service Tickets", Inquire: connectwise.LevelAll},
		setupTables,
	},
}

var (
	companies   = connectwise.Requirement{Module: "Companies", Function: "Company Maintenance", Inquire: connectwise.LevelAll}
	setupTables = connectwise.Requirement{Module: "System", Function: "Table Setup", Inquire: connectwise.LevelAll}
)

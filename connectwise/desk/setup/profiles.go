package setup

import (
	"github.com/covedesk/covedesk/connectwise"
)

// Profiles are the permissions that programs need, by task, for
// [connectwise.SystemModule.Check]. "tickets" is for programs that maintain
// tickets on a board and attach files; check further profiles in addition.
// "reading" is enough for programs that only read: reports, exports, dry runs.
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
	// Reading attachments needs a permission that attaching does not need.
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

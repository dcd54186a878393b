package connectwisetest

import (
	"strings"
)

// setupRow is a record of a set-up table, by JSON name of its members.
type setupRow map[string]any

// named returns rows with only a name. The first is the default, in tables that
// have one.
func named(names ...string) []setupRow {
	var rows []setupRow
	for i, name := range names {
		rows = append(rows, setupRow{"name": name, "defaultFlag": i == 0})
	}
	return rows
}

// levels are the rows of severities and impacts.
func levels() []setupRow {
	var rows []setupRow
	for _, name := range []string{"Low", "Medium", "High"} {
		rows = append(rows, setupRow{"name": name, "description": name, "defaultFlag": name == "Medium"})
	}
	return rows
}

// setupTables are the rows that every tenant has, in the order of creation:
// later rows may refer to earlier ones. Members that a table does not have are
// left out.
var setupTables = []struct {
	table string
	rows  []setupRow
}{
	{"countries", []setupRow{
		{"identifier": "US", "name": "United States", "defaultFlag": true}, {"identifier": "CA", "name": "Canada"}, {"identifier": "GB", "name": "United Kingdom"},
		{"identifier": "IE", "name": "Ireland"}, {"identifier": "AU", "name": "Australia"}, {"identifier": "NZ", "name": "New Zealand"},
		{"identifier": "ZA", "name": "South Africa"}, {"identifier": "DE", "name": "Germany"}, {"identifier": "FR", "name": "France"}, {"identifier": "NL", "name": "Netherlands"},
	}},
	{"states", states()},
	{"currencies", []setupRow{{"name": "US Dollars", "symbol": "$", "currencyCode": "USD", "decimalSeparator": ".", "numberOfDecimals": 2, "thousandsSeparator": ","}}},
	{"locations", []setupRow{{"name": "HQ", "structureLevel": Ref{ID: 2, Name: "Location"}}}},
	{"departments", []setupRow{{"identifier": "Services", "name": "Professional Services"}}},
	{"serviceLocations", []setupRow{
		{"name": "Remote", "where": "Remote", "defaultFlag": true}, {"name": "On-Site", "where": "OnSite"}, {"name": "In-House", "where": "InHouse"},
	}},
	{"sources", named("Phone", "Email Connector", "Portal", "Internal")},
	{"companyStatuses", named("Active", "Inactive", "Not-Approved")},
	{"companyTypes", named("Client", "Prospect", "Vendor")},
	{"noteTypes", named("General", "Comments", "Alerts")},
	{"teamRoles", []setupRow{{"name": "Account Manager", "accountManagerFlag": true}, {"name": "Technician", "techFlag": true}, {"name": "Sales", "salesFlag": true}}},
	{"severities", levels()},
	{"impacts", levels()},
	{"slas", []setupRow{{"name": "Standard", "defaultFlag": true, "basedOn": "MyCalendar"}, {"name": "Around the clock", "basedOn": "AllHours"}}},
	{"serviceCodes", []setupRow{{"name": "Backup", "description": "Backup"}}},
	{"workTypes", []setupRow{
		{"name": "Regular", "billTime": "Billable", "rateType": "Multiplier", "rate": 1.0, "overallDefaultFlag": true},
		{"name": "Remote", "billTime": "Billable", "rateType": "Multiplier", "rate": 1.0, "utilizationFlag": true},
		{"name": "After Hours", "billTime": "Billable", "rateType": "Multiplier", "rate": 1.5},
	}},
	{"workRoles", []setupRow{{"name": "Engineer", "hourlyRate": 100.0}, {"name": "Administrative", "hourlyRate": 60.0}}},
	{"scheduleTypes", []setupRow{
		{"identifier": "A", "name": "Activity"}, {"identifier": "C", "name": "Company"}, {"identifier": "P", "name": "Project Ticket"}, {"identifier": "S", "name": "Service Ticket"},
	}},
	{"scheduleStatuses", named("Firm", "Tentative")},
	{"configurationTypes", named("Managed Server", "Managed Workstation", "Managed Network Device", "Cloud Service")},
	{"projectStatuses", []setupRow{{"name": "Open", "defaultFlag": true}, {"name": "Closed", "closedFlag": true}}},
	{"projectTypes", named("Implementation")},
	{"opportunityTypes", []setupRow{{"description": "New Business"}}},
	{"opportunityStatuses", []setupRow{{"name": "Open"}, {"name": "Won", "wonFlag": true, "closedFlag": true}, {"name": "Lost", "lostFlag": true, "closedFlag": true}}},
	{"activityTypes", named("Call", "Appointment")},
	{"agreementTypes", named("Managed Services", "Backup")},
	{"billingStatuses", []setupRow{{"name": "Open", "defaultFlag": true}, {"name": "Closed", "closedFlag": true}}},
	{"recipients", []setupRow{{"identifier": "Contact", "name": "Contact"}, {"identifier": "Owner", "name": "Owner"}, {"identifier": "Resources", "name": "Resources"}, {"identifier": "Email", "name": "Email Address"}, {"identifier": "Dispatch", "name": "Dispatch"}}},
	{"reports", named("Agreement", "Company", "Configuration", "Contact", "Member", "Service", "Time")},
	{"communicationTypes", []setupRow{
		{"description": "Email", "emailFlag": true}, {"description": "Direct", "phoneFlag": true}, {"description": "Mobile", "phoneFlag": true}, {"description": "Fax", "faxFlag": true},
	}},
}

// states returns the states of the United States, ordered by name.
func states() []setupRow {
	const all = `AL Alabama,AK Alaska,AZ Arizona,AR Arkansas,CA California,CO Colorado,CT Connecticut,DE Delaware,FL Florida,GA Georgia,HI Hawaii,ID Idaho,` +
		`IL Illinois,IN Indiana,IA Iowa,KS Kansas,KY Kentucky,LA Louisiana,ME Maine,MD Maryland,MA Massachusetts,MI Michigan,MN Minnesota,MS Mississippi,` +
		`MO Missouri,MT Montana,NE Nebraska,NV Nevada,NH New Hampshire,NJ New Jersey,NM New Mexico,NY New York,NC North Carolina,ND North Dakota,OH Ohio,` +
		`OK Oklahoma,OR Oregon,PA Pennsylvania,RI Rhode Island,SC South Carolina,SD South Dakota,TN Tennessee,TX Texas,UT Utah,VT Vermont,VA Virginia,` +
		`WA Washington,WV West Virginia,WI Wisconsin,WY Wyoming,DC District of Columbia`
	var rows []setupRow
	for state := range strings.SplitSeq(all, ",") {
		identifier, name, _ := strings.Cut(state, " ")
		rows = append(rows, setupRow{"identifier": identifier, "name": name, "country": ByID(1)})
	}
	return rows
}

// makeTenant creates the rows that every tenant has.
func (s *Server) makeTenant() {
	a := seeder()
	for _, t := range setupTables {
		for _, row := range t.rows {
			s.plant(t.table, 0, 0, a, func(d *draft) {
				for name, x := range row {
					if d.has(name) {
						s.assignPlain(d, name, x)
					}
				}
			})
		}
	}
	for i, p := range []Priority{
		{Name: "Priority 1 - Critical", Level: "Critical", Color: "Red"},
		{Name: "Priority 2 - High", Level: "High", Color: "Orange"},
		{Name: "Priority 4 - Low", Level: "Low", Color: "White"},
		{Name: "Priority 3 - Normal", Level: "Medium", Color: "Yellow", Default: true},
	} {
		p.SortOrder = []int{1, 2, 4, 3}[i]
		s.addPriority(p)
	}
	s.addMember(Member{ID: 1, Identifier: administrator, FirstName: "System", LastName: "Administrator"})
	creds := s.credentials()
	s.addMember(Member{ID: 20, Identifier: apiMember, FirstName: "API", LastName: "Member", API: true, PublicKey: creds.PublicKey, PrivateKey: creds.PrivateKey})
}

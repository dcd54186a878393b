package connectwisetest

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"
)

// login is a pair of keys.
type login struct {
	member     int64
	identifier string
	private    string
	expires    time.Time // zero: never
}

// actor is the source of a change: an API login, or a person in the user
// interface.
type actor struct {
	name   string
	member int64
	login  *login // nil for people, rules and test data, which may do everything
	source string // source that the audit trail names
	quiet  bool   // set for test data: sends no e-mail and no callbacks, writes no audit entries
}

// apiMember is the identifier of the API member that every tenant has.
const apiMember = "apimember"

// Credentials returns the credentials of the API member that every server has.
func (s *Server) Credentials() Credentials {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.credentials()
}

func (s *Server) credentials() Credentials {
	c := Credentials{Site: cmp.Or(s.URL, s.cfg.SiteURL, "api-na.myconnectwise.net"), Company: s.cfg.Company, PublicKey: "apiPublicKey0001", PrivateKey: "apiPrivateKey001", ClientID: guid("client", 1)}
	if len(s.cfg.ClientIDs) > 0 {
		c.ClientID = s.cfg.ClientIDs[0]
	}
	return c
}

// authenticate checks keys and clientId. If they are refused, it returns the
// response.
func (s *Server) authenticate(r *http.Request) (*login, *response) {
	user, private, ok := r.BasicAuth()
	company, public, plus := strings.Cut(user, "+")
	if ok && plus && !strings.EqualFold(company, s.cfg.Company) {
		resp := cannotRoute()
		resp.status = cmp.Or(s.sw().CannotRouteStatus, resp.status)
		return nil, resp
	}
	s.mu.RLock()
	l := s.logins[public]
	var gone bool
	if l != nil {
		m := s.tables["members"].get(l.member)
		gone = m == nil || m.flag("inactiveFlag") || !l.expires.IsZero() && !s.now().Before(l.expires)
	}
	s.mu.RUnlock()
	if !ok || !plus || l == nil || gone || l.private != private {
		return nil, (&problem{status: http.StatusUnauthorized, code: "Unauthorized", message: "UserNotAuthenticated", noErrors: true}).response()
	}
	id := r.Header.Get("clientId")
	if id == "" || len(s.cfg.ClientIDs) > 0 && !slices.ContainsFunc(s.cfg.ClientIDs, func(x string) bool { return strings.EqualFold(x, id) }) {
		return nil, (&problem{status: cmp.Or(s.sw().MissingClientIDStatus, http.StatusForbidden), code: "Unauthorized", message: "A valid clientId header is required.", noErrors: true}).response()
	}
	return l, nil
}

// action is one of the four columns of a security role.
type action uint8

const (
	adding action = iota
	editing
	deleting
	inquiring
)

// level returns the actor's level for a module function. The name of the
// function may be singular or plural, because servers use both.
func (s *Server) level(a *actor, function string, do action) Level {
	if a.login == nil || function == "" {
		return All
	}
	role, restricted := s.roles[a.member]
	if !restricted {
		return All
	}
	for _, p := range role {
		if strings.EqualFold(strings.TrimSuffix(p.Function, "s"), strings.TrimSuffix(function, "s")) {
			l := [...]Level{adding: p.Add, editing: p.Edit, deleting: p.Delete, inquiring: p.Inquire}[do]
			if l == "" {
				return None
			}
			return l
		}
	}
	return None
}

// FullRole returns a role with all permissions that the server knows. Remove
// some to make a smaller role.
func FullRole() []Permission {
	var out []Permission
	for _, f := range moduleFunctions {
		out = append(out, Permission{Module: f.module, Function: f.function, Add: All, Edit: All, Delete: All, Inquire: All})
	}
	return out
}

// moduleFunctions are the rows of a security role that the server knows.
var moduleFunctions = []struct{ module, function string }{
	{"Companies", companyMaintenance},
	{"Companies", contacts},
	{"Companies", configurations},
	{"Companies", manageDocuments},
	{"Service Desk", serviceTickets},
	{"Service Desk", closeServiceTickets},
	{"Service Desk", resourceScheduling},
	{"System", tableSetup},
	{"System", memberMaintenance},
	{"System", apiReports},
	{"Time & Expense", timeEntry},
	{"Finance", agreements},
	{"Finance", invoicing},
	{"Procurement", productCatalog},
	{"Project", projectHeaders},
	{"Sales", opportunities},
}

// The functions whose permissions protect resources.
const (
	companyMaintenance  = "Company Maintenance"
	contacts            = "Contacts"
	configurations      = "Configurations"
	manageDocuments     = "Manage Documents"
	serviceTickets      = "Service Tickets"
	closeServiceTickets = "Close Service Tickets"
	tableSetup          = "Table Setup"
	memberMaintenance   = "Member Maintenance"
	timeEntry           = "Time Entry"
	resourceScheduling  = "Resource Scheduling"
	apiReports          = "API Reports"
	agreements          = "Agreements"
	invoicing           = "Invoicing"
	productCatalog      = "Product Catalog"
	projectHeaders      = "Project Headers"
	opportunities       = "Opportunities"
)

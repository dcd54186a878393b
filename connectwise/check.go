package connectwise

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Level is how far a permission reaches.
type Level string

// The levels of a permission. The zero Level asks for nothing.
const (
	LevelNone Level = "None"
	LevelMy   Level = "My" // own records only
	LevelAll  Level = "All"
)

// reaches reports whether a level is at least another.
func (l Level) reaches(other Level) bool {
	rank := func(l Level) int {
		return max(0, slices.IndexFunc([]Level{LevelNone, LevelMy, LevelAll}, func(x Level) bool { return strings.EqualFold(string(x), string(l)) }))
	}
	return rank(l) >= rank(other)
}

// Requirement is a permission a program needs: a function of the product, as
// the security role shows it, and how far each right must reach.
type Requirement struct {
	Module   string // "Service Desk"
	Function string // "Service Tickets"
	Add      Level
	Edit     Level
	Delete   Level
	Inquire  Level
}

// What programs built on this module are required to be permitted, for
// [SystemModule.Check].
var (
	// TicketSyncRequirements is for programs that keep tickets of a board: they
	// find companies, and add, edit and close tickets.
	TicketSyncRequirements = []Requirement{
		{Module: "Companies", Function: "Company Maintenance", Inquire: LevelAll},
		{Module: "Service Desk", Function: "Service Tickets", Add: LevelAll, Edit: LevelAll, Inquire: LevelAll},
		{Module: "Service Desk", Function: "Close Service Tickets", Edit: LevelAll, Inquire: LevelAll},
		{Module: "System", Function: "Member Maintenance", Inquire: LevelAll},
		{Module: "System", Function: "Table Setup", Inquire: LevelAll},
	}
	// ConfigurationSyncRequirements is for programs that keep configurations.
	ConfigurationSyncRequirements = []Requirement{
		{Module: "Companies", Function: "Company Maintenance", Inquire: LevelAll},
		{Module: "Companies", Function: "Configurations", Add: LevelAll, Edit: LevelAll, Inquire: LevelAll},
		{Module: "System", Function: "Table Setup", Inquire: LevelAll},
	}
	// ReadingRequirements is for programs that only look: reports, exports, dry
	// runs.
	ReadingRequirements = []Requirement{
		{Module: "Companies", Function: "Company Maintenance", Inquire: LevelAll},
		{Module: "Service Desk", Function: "Service Tickets", Inquire: LevelAll},
		{Module: "System", Function: "Table Setup", Inquire: LevelAll},
	}
)

// CheckResult is one thing that [SystemModule.Check] looked at.
type CheckResult struct {
	Name   string // "server", "sign-in", "permission Service Tickets"
	OK     bool
	Detail string // what was found
	Hint   string // what to do about it, when not OK
}

// CheckReport is what [SystemModule.Check] found, as data and, with String,
// as text.
type CheckReport struct {
	Host     string // the API host
	Codebase string // "v2025_1"
	Company  string
	Version  string // "v2025.1.10451"
	Region   string // "NA"; "" on premises
	Cloud    bool
	Results  []CheckResult
}

// OK reports whether nothing was found wrong.
func (r *CheckReport) OK() bool {
	return len(r.Results) > 0 && !slices.ContainsFunc(r.Results, func(s CheckResult) bool { return !s.OK })
}

// String lists the steps, one a line, with hints where something is wrong.
func (r *CheckReport) String() string {
	width := 0
	for _, s := range r.Results {
		width = max(width, len(s.Name))
	}
	var b strings.Builder
	for _, s := range r.Results {
		word := "ok  "
		if !s.OK {
			word = "FAIL"
		}
		fmt.Fprintf(&b, "%s  %-*s  %s\n", word, width, s.Name, s.Detail)
		if s.Hint != "" {
			fmt.Fprintf(&b, "      %-*s  %s\n", width, "", s.Hint)
		}
	}
	return b.String()
}

// Check is the "test connection" button: it looks whether the server is
// there, whether company, keys and client id are accepted, and whether the
// caller's security role permits what is needed, and tells all of it, also
// what works. What it finds wrong is in the report; it returns an error only
// when the context ends. Nothing is changed on the server.
//
//	report, err := client.System.Check(ctx, connectwise.TicketSyncRequirements...)
func (s *SystemModule) Check(ctx context.Context, needs ...Requirement) (*CheckReport, error) {
	r := &CheckReport{Host: s.c.server.site.Host, Company: s.c.credentials.Company}
	wrong := func(name string, err error) {
		step := CheckResult{Name: name, Detail: err.Error()}
		var e *Error
		if errors.As(err, &e) {
			step.Hint, e.Hint = e.Hint, ""
			step.Detail = e.Error()
			e.Hint = step.Hint
		}
		r.Results = append(r.Results, step)
	}
	base, err := s.c.server.apiBase(ctx, s.c.http)
	if err != nil {
		wrong("server", err)
		return r, ctx.Err()
	}
	scheme, rest, _ := strings.Cut(base, "://")
	r.Host, rest, _ = strings.Cut(rest, "/")
	r.Codebase, _, _ = strings.Cut(rest, "/")
	r.Results = append(r.Results, CheckResult{Name: "server", OK: true, Detail: fmt.Sprintf("%s://%s, company %s, codebase %s", scheme, r.Host, r.Company, r.Codebase)})

	rights, err := s.MySecurity(ctx)
	if err != nil {
		wrong("sign-in", err)
		return r, ctx.Err()
	}
	r.Results = append(r.Results, CheckResult{Name: "sign-in", OK: true, Detail: "company, keys and client id are accepted"})

	if info, err := s.Info(ctx); err != nil {
		wrong("version", err)
	} else {
		r.Version, r.Region, r.Cloud = info.Version, info.CloudRegion, info.IsCloud
		where := "on premises"
		if r.Cloud {
			where = strings.TrimSpace("cloud " + r.Region)
		}
		r.Results = append(r.Results, CheckResult{Name: "version", OK: true, Detail: info.Version + ", " + where})
	}
	for _, need := range needs {
		r.Results = append(r.Results, need.step(rights))
	}
	return r, ctx.Err()
}

// step holds a need against what a role may do.
func (n Requirement) step(rights []*Permission) CheckResult {
	step := CheckResult{Name: "permission " + n.Function}
	have := find(rights, n)
	if have == nil {
		step.Detail = "the security role does not list it"
		step.Hint = fmt.Sprintf("give the API member's security role %s: %s", n.Module, n)
		return step
	}
	step.OK = true
	var short []string
	for _, right := range []struct {
		name       string
		need, have Level
	}{
		{"add", n.Add, Level(have.AddLevel)},
		{"edit", n.Edit, Level(have.EditLevel)},
		{"delete", n.Delete, Level(have.DeleteLevel)},
		{"inquire", n.Inquire, Level(have.InquireLevel)},
	} {
		if right.need == "" {
			continue
		}
		got := right.have
		if got == "" {
			got = LevelNone
		}
		text := fmt.Sprintf("%s %s", right.name, got)
		if !right.have.reaches(right.need) {
			step.OK = false
			text += fmt.Sprintf(" (needs %s)", right.need)
		}
		short = append(short, text)
	}
	step.Detail = strings.Join(short, ", ")
	if !step.OK {
		step.Hint = fmt.Sprintf("give the API member's security role %s: %s", n.Module, n)
	}
	return step
}

// String names the function and the levels needed.
func (n Requirement) String() string {
	var levels []string
	for _, right := range []struct {
		name  string
		level Level
	}{{"add", n.Add}, {"edit", n.Edit}, {"delete", n.Delete}, {"inquire", n.Inquire}} {
		if right.level != "" {
			levels = append(levels, right.name+" "+string(right.level))
		}
	}
	return n.Function + " (" + strings.Join(levels, ", ") + ")"
}

// find returns the entry of a function. Servers differ in the plural of
// "Close Service Tickets", so an s at the end does not count.
func find(rights []*Permission, n Requirement) *Permission {
	plain := func(s string) string {
		return strings.TrimSuffix(strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(s, "_", " ")), " ")), "s")
	}
	for _, p := range rights {
		for _, name := range []string{p.ModuleFunctionName, p.ModuleFunctionDescription, p.ModuleFunctionIdentifier} {
			if plain(name) == plain(n.Function) {
				return p
			}
		}
	}
	return nil
}

// Explain says which permission a refused call ([ErrForbidden]) needs and what
// the caller's security role has, by reading mySecurity. For other errors,
// and for calls it does not know the permission of, it returns "".
func (s *SystemModule) Explain(ctx context.Context, refused error) string {
	var e *Error
	if !errors.As(refused, &e) || !errors.Is(e, ErrForbidden) {
		return ""
	}
	need, ok := needOf(e.Method, e.Path)
	if !ok {
		return ""
	}
	text := "the call needs " + need.Module + ": " + need.String()
	rights, err := s.MySecurity(ctx)
	if err != nil {
		return text
	}
	return text + "; the security role has: " + need.step(rights).Detail
}

// needOf guesses the permission of a call from its path.
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

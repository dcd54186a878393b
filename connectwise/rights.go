package connectwise

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/internal/text"
)

// Level is the extent of a permission: none, own records, or all.
type Level string

// The levels of a permission. The zero Level in a [Requirement] requires
// nothing.
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

// Requirement is a permission that a program needs: a function of the product,
// as the security role shows it, and the level that each right must have.
type Requirement struct {
	Module   string // "Service Desk"
	Function string // "Service Tickets"
	Add      Level
	Edit     Level
	Delete   Level
	Inquire  Level
}

// TicketSyncRequirements are the permissions of programs that maintain tickets
// on a board, for [SystemModule.Check]. Such programs find companies, and add,
// edit and close tickets. Package connectwise/desk/setup has the requirements
// of other programs.
var TicketSyncRequirements = []Requirement{
	{Module: "Companies", Function: "Company Maintenance", Inquire: LevelAll},
	{Module: "Service Desk", Function: "Service Tickets", Add: LevelAll, Edit: LevelAll, Inquire: LevelAll},
	{Module: "Service Desk", Function: "Close Service Tickets", Edit: LevelAll, Inquire: LevelAll},
	{Module: "System", Function: "Member Maintenance", Inquire: LevelAll},
	{Module: "System", Function: "Table Setup", Inquire: LevelAll},
}

// Check compares the requirement with the permissions of a security role, which
// [SystemModule.MySecurity] returns.
func (n Requirement) Check(permissions []*Permission) CheckResult {
	step := CheckResult{Name: "permission " + n.Function}
	have := FindPermission(permissions, n.Module, n.Function)
	if have == nil {
		step.Detail = "the security role does not list it"
		step.Hint = n.hint()
		return step
	}
	step.OK = true
	var short []string
	levels := map[string]string{"add": have.AddLevel, "edit": have.EditLevel, "delete": have.DeleteLevel, "inquire": have.InquireLevel}
	for _, right := range n.rights() {
		got := Level(cmp.Or(levels[right.name], string(LevelNone)))
		said := right.name + " " + text.Show(string(got), 20)
		if !got.reaches(right.level) {
			step.OK = false
			said += fmt.Sprintf(" (needs %s)", right.level)
		}
		short = append(short, said)
	}
	step.Detail = strings.Join(short, ", ")
	if !step.OK {
		step.Hint = n.hint()
	}
	return step
}

func (n Requirement) hint() string {
	hint := fmt.Sprintf("give the API member's security role %s: %s", n.Module, n)
	if n.Inquire == LevelAll {
		hint += "; with inquire My, lists lack rows without saying so"
	}
	return hint
}

// right is a right and how far it must reach.
type right struct {
	name  string
	level Level
}

// rights are those that are asked for.
func (n Requirement) rights() []right {
	all := []right{{"add", n.Add}, {"edit", n.Edit}, {"delete", n.Delete}, {"inquire", n.Inquire}}
	return slices.DeleteFunc(all, func(r right) bool { return r.level == "" })
}

// String names the function and the levels needed.
func (n Requirement) String() string {
	var levels []string
	for _, right := range n.rights() {
		levels = append(levels, right.name+" "+string(right.level))
	}
	return n.Function + " (" + strings.Join(levels, ", ") + ")"
}

// FindPermission returns a security role's permission for a function of the
// product, nil when the role does not list it. It compares whole names and
// ignores case: "Service Ticket - Dependencies" is not "Service Tickets". It
// also ignores an s at the end, because servers differ in the plural of "Close
// Service Tickets". Among functions with the same name it takes the one in the
// module.
func FindPermission(permissions []*Permission, module, function string) *Permission {
	var found *Permission
	for _, p := range permissions {
		switch {
		case p == nil, !sameFunction(function, p.ModuleFunctionName, p.ModuleFunctionDescription, p.ModuleFunctionIdentifier):
		case sameFunction(module, p.ModuleName, p.ModuleDescription, p.ModuleIdentifier):
			return p
		case found == nil:
			found = p
		}
	}
	return found
}

// sameFunction reports whether one of the names names the function.
func sameFunction(meant string, names ...string) bool {
	plain := func(s string) string {
		return strings.TrimSuffix(strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(s, "_", " ")), " ")), "s")
	}
	return slices.ContainsFunc(names, func(name string) bool { return name != "" && plain(name) == plain(meant) })
}

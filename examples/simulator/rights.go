package main

import (
	"strings"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// apiMember is the member whose keys the first line names.
const apiMember = "apimember"

var rightsOrders = []order{{
	path: "/rights", does: "changes what ConnectWise's API member may do",
	parameters: []parameter{
		{"module", "a module of the security role or a function of one, by its whole name: " + strings.Join(modules(), ", ") + ", Service Tickets, ..."},
		{"level", "None, My or All"},
		{"verb", "only this of add, edit, delete, inquire; all four without it"},
	},
	run: setRights,
}}

// modules are the modules of a role.
func modules() []string {
	var list []string
	for _, p := range connectwisetest.FullRole() {
		if len(list) == 0 || list[len(list)-1] != p.Module {
			list = append(list, p.Module)
		}
	}
	return list
}

func setRights(s *servers, a *arguments) map[string]any {
	module := a.required("module")
	level := connectwisetest.Level(a.choice("level", string(connectwisetest.None), string(connectwisetest.My), string(connectwisetest.All)))
	verb := ""
	if a.optional("verb") != "" {
		verb = a.choice("verb", "add", "edit", "delete", "inquire")
	}
	var known []string
	rows := 0
	for _, p := range connectwisetest.FullRole() {
		known = append(known, p.Module+"/"+p.Function)
		if strings.EqualFold(p.Module, module) || strings.EqualFold(p.Function, module) {
			rows++
		}
	}
	if rows == 0 {
		a.fail("there is no module %q: there are %s", module, strings.Join(known, ", "))
	}
	if a.err != nil {
		return nil
	}
	s.current().ConnectWise.EditMember(apiMember, func(m *connectwisetest.Member) {
		if m.Role == nil {
			m.Role = connectwisetest.FullRole()
		}
		for i := range m.Role {
			p := &m.Role[i]
			if !strings.EqualFold(p.Module, module) && !strings.EqualFold(p.Function, module) {
				continue
			}
			for name, right := range map[string]*connectwisetest.Level{"add": &p.Add, "edit": &p.Edit, "delete": &p.Delete, "inquire": &p.Inquire} {
				if verb == "" || verb == name {
					*right = level
				}
			}
		}
	})
	return map[string]any{"rows": rows}
}

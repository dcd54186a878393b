package main

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/cove/covetest"
	"github.com/covedesk/covedesk/internal/strict"
)

var switchOrders = []order{{
	path: "/switch", does: "changes a point on which tenants or sources differ",
	parameters: []parameter{
		{"name", "Cove: " + strings.Join(switchNames[covetest.Switches](), ", ") + ". ConnectWise: ListLag, " + strings.Join(switchNames[connectwisetest.Switches](), ", ")},
		{"value", "true without it; false, a number, a duration, a text or a list with commas, as the switch has it"},
		{"api", "cove or connectwise, where both have the name; both without it"},
	},
	run: turnSwitch,
}}

// words are the names of the values of switches, in the order of their
// constants.
var words = map[reflect.Type][]string{
	reflect.TypeFor[covetest.ActiveSourcesFormat](): {"padded", "commas", "mixed"},
	reflect.TypeFor[covetest.GroupDetailsField]():   {"path", "filename", "both"},
	reflect.TypeFor[covetest.NoSuccessValue]():      {"absent", "zero", "blank"},
	reflect.TypeFor[covetest.QuoteDialect]():        {"either", "plain", "backslash", "doubled"},
	reflect.TypeFor[connectwisetest.Escapes]():      {"none", "backslash", "doubled"},
	reflect.TypeFor[connectwisetest.Links]():        {"plain", "missing", "preload", "unreadable"},
	reflect.TypeFor[connectwisetest.Pages]():        {"plain", "repeat", "empty"},
	reflect.TypeFor[connectwisetest.XRef]():         {"kept", "dropped", "overwritten", "hidden"},
}

// switchNames returns the names of an API's switches, without SelfSignedNode,
// because the storage node's certificate is chosen when its socket opens.
func switchNames[T any]() []string {
	var names []string
	for _, field := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		if field.Name != "SelfSignedNode" {
			names = append(names, field.Name)
		}
	}
	return names
}

// findSwitch returns the exact name of a switch, "" if the API has no such
// switch.
func findSwitch[T any](name string) string {
	names := switchNames[T]()
	if i := slices.IndexFunc(names, func(known string) bool { return strings.EqualFold(known, name) }); i >= 0 {
		return names[i]
	}
	return ""
}

func turnSwitch(s *servers, a *arguments) map[string]any {
	w, name, api := s.current(), a.required("name"), a.api()
	ofCove, ofConnectWise := findSwitch[covetest.Switches](name), findSwitch[connectwisetest.Switches](name)
	lag := strings.EqualFold(name, "ListLag") // ConnectWise has its own method for it
	switch api {
	case connectwiseAPI:
		ofCove = ""
	case coveAPI:
		ofConnectWise, lag = "", false
	}
	if ofCove == "" && ofConnectWise == "" && !lag {
		all := append(switchNames[covetest.Switches](), switchNames[connectwisetest.Switches]()...)
		a.fail("there is no switch %q; near it are %s, and GET / lists them all", name, strings.Join(strict.Nearest(name, all, 3), ", "))
	}
	// Try it on copies first, so that a refused order changes nothing.
	setField(a, new(covetest.Switches), ofCove)
	setField(a, new(connectwisetest.Switches), ofConnectWise)
	wait := time.Duration(0)
	if lag {
		a.required("value")
		wait = read(a, "value", strict.ParseDuration)
	}
	if a.err != nil {
		return nil
	}
	w.Cove.EditSwitches(func(s *covetest.Switches) { setField(a, s, ofCove) })
	w.ConnectWise.EditSwitches(func(s *connectwisetest.Switches) { setField(a, s, ofConnectWise) })
	if lag {
		w.ConnectWise.SetListLag(wait)
	}
	return nil
}

// setField sets the field of this name of *switches from the argument value.
func setField(a *arguments, switches any, name string) {
	if name == "" {
		return
	}
	field := reflect.ValueOf(switches).Elem().FieldByName(name)
	if field.Kind() != reflect.Bool && field.Kind() != reflect.String && field.Kind() != reflect.Slice {
		a.required("value")
	}
	if names, found := words[field.Type()]; found {
		word := a.choice("value", names...)
		field.SetUint(uint64(max(0, slices.Index(names, word))))
		return
	}
	switch field.Kind() {
	case reflect.Bool:
		field.SetBool(a.optional("value") == "" || read(a, "value", yesOrNo))
	case reflect.Int:
		field.SetInt(int64(read(a, "value", whole)))
	case reflect.Int64:
		field.SetInt(int64(read(a, "value", strict.ParseDuration)))
	case reflect.String:
		field.SetString(a.optional("value"))
	case reflect.Slice:
		field.Set(reflect.ValueOf(strings.FieldsFunc(a.optional("value"), func(r rune) bool { return r == ',' || r == ' ' })))
	default:
		a.fail("the switch %s cannot be set here", name)
	}
}

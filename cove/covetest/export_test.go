package covetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Matches is the wildcard match with the switch off.
func Matches(text, pattern string) bool { return matches(text, pattern, false) }

// CheckFilter parses a filter and runs it over all devices.
func CheckFilter(s *Server, filter string, quotes QuoteDialect) error {
	d := s.devicesDialect()
	d.quotes = quotes
	eval, err := d.parse(filter)
	if err != nil {
		return err
	}
	for _, v := range s.selectRows(query{user: &s.first, scope: s.subtree(s.rootID)}) {
		eval(&v)
	}
	return nil
}

// Answer runs a statistics query without HTTP and returns the answer's length.
func Answer(s *Server, params map[string]any) int {
	e, f := readEnvelope(fmt.Appendf(nil, `{"jsonrpc":"2.0","id":1,"method":"EnumerateAccountStatistics","params":{"query":%s}}`, marshal(params)))
	if f != nil {
		panic(f.message)
	}
	r, f := statistics(&call{s: s, user: &s.first, args: args{object: e.params}})
	if f != nil {
		panic(f.message)
	}
	return len(r.value.(json.RawMessage))
}

// Evaluate evaluates an expression of numbers.
func Evaluate(s *Server, filter string) (float64, error) {
	eval, err := s.devicesDialect().parse(filter)
	if err != nil {
		return 0, err
	}
	n, _ := eval(&view{}).asNumber()
	return n, nil
}

// CheckTables builds the tables with one more row each and one more served
// method.
func CheckTables(methodRow, served, columnRow string) error {
	more := maps.Clone(runs)
	if served != "" {
		more[served] = webBranding
	}
	_, err1 := buildMethods(methodTable+methodRow, more, pages)
	_, err2 := buildColumns(deviceColumns+columnRow, dataSources, fieldCodes)
	return errors.Join(err1, err2)
}

// Served lists the methods with one of these kinds of access.
func Served(access ...string) []string {
	var list []string
	for name, m := range methods {
		if slices.Contains(access, m.access) {
			list = append(list, name)
		}
	}
	return list
}

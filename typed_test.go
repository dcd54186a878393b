package covedesk_test

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// The in-memory ConnectWise serves every collection that the client has a type
// for: none answers that there is no such endpoint, or that it is not served.
func TestTypedCollectionsAreServed(t *testing.T) {
	srv := connectwisetest.NewServer(connectwisetest.Config{})
	srv.AddBoard(connectwisetest.Board{Name: "Service Desk"})
	company := srv.AddCompany(connectwisetest.Company{Identifier: "ACME", Name: "Acme"})
	srv.AddTicket(connectwisetest.Ticket{Summary: "x", Company: connectwisetest.ByID(company)})
	client, err := connectwise.NewClient(connectwise.Credentials(srv.Credentials()), connectwise.WithHTTPClient(srv.Client()), connectwise.WithLimiter(noPace{}))
	if err != nil {
		t.Fatal(err)
	}
	counted := 0
	for collection, path := range collections(reflect.ValueOf(client).Elem(), "client", 0) {
		out := collection.MethodByName("Count").Call([]reflect.Value{reflect.ValueOf(t.Context()), reflect.Zero(reflect.TypeFor[*connectwise.ListOptions]())})
		counted++
		if err, _ := out[1].Interface().(error); err != nil && (strings.Contains(err.Error(), "endpoint") || strings.Contains(err.Error(), "NotServedHere")) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if counted < 30 {
		t.Errorf("only %d collections found", counted)
	}
}

// noPace lets everything through.
type noPace struct{}

func (noPace) Wait(context.Context) error { return nil }

// collections finds the collections below a value: in exported fields, and
// behind methods that take the id of a parent.
func collections(v reflect.Value, path string, depth int) map[reflect.Value]string {
	found := map[reflect.Value]string{}
	if depth > 4 {
		return found
	}
	add := func(x reflect.Value, name string) {
		if x.Kind() != reflect.Pointer || x.IsNil() || x.Elem().Kind() != reflect.Struct || !strings.Contains(x.Type().String(), "connectwise.") {
			return
		}
		if m := x.MethodByName("Count"); m.IsValid() && m.Type().NumIn() == 2 && m.Type().In(0) == reflect.TypeFor[context.Context]() && m.Type().In(1) == reflect.TypeFor[*connectwise.ListOptions]() {
			found[x] = path + "." + name
		}
		for k, name := range collections(x.Elem(), path+"."+name, depth+1) {
			found[k] = name
		}
	}
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.IsExported() {
			add(v.Field(i), f.Name)
		}
	}
	if !v.CanAddr() {
		return found
	}
	methods := v.Addr()
	for i := range methods.NumMethod() {
		m := methods.Method(i)
		if m.Type().NumIn() == 1 && m.Type().In(0).Kind() == reflect.Int64 && m.Type().NumOut() == 1 {
			add(m.Call([]reflect.Value{reflect.ValueOf(int64(1))})[0], methods.Type().Method(i).Name)
		}
	}
	return found
}

package main

import (
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/strict"
	"github.com/covedesk/covedesk/internal/testserver"
)

// faultOrders are the orders that inject faults.
var faultOrders = []order{{
	path: "/fault", does: "breaks requests that match all that is given",
	parameters: []parameter{
		{"api", "cove or connectwise"},
		{"kind", "refuse, reset, resetAfter, status, statusAfter, tooManyRequests, timeout, page, pageAfter, mangled, cut, hang, hangAfter, latency or late; none takes all faults of the API away"},
		{"method", "Cove's JSON-RPC method, such as EnumerateAccountStatistics"},
		{"verb", "the HTTP method"},
		{"path", "a part of the path, such as service/tickets"},
		{"nth", "the first of the matching requests that fails; 1 without it"},
		{"times", "how many fail from there on; 1 without it, -1 for all"},
		{"status", "the HTTP status of status, statusAfter, page, pageAfter and late"},
		{"body", "the body of page, pageAfter, mangled and late"},
		{"retryAfter", "the header of that name"},
		{"delay", "how long latency, hang, hangAfter and late take"},
	},
	run: breakRequests,
}}

// belowRoot returns a path without the root of ConnectWise's API, as the server
// compares paths.
func belowRoot(path string) string {
	if _, below, found := strings.Cut(path, "apis/3.0"); found {
		path = below
	}
	return strings.TrimPrefix(path, "/")
}

func breakRequests(s *servers, a *arguments) map[string]any {
	w := s.current()
	a.required("api")
	api, kind := a.api(), a.required("kind")
	fault := testserver.Fault{
		Path: belowRoot(a.optional("path")), Method: a.optional("method"), Times: read(a, "times", whole), Skip: read(a, "nth", whole) - 1,
		Status: read(a, "status", whole), Body: a.optional("body"), RetryAfter: a.optional("retryAfter"), Delay: read(a, "delay", strict.ParseDuration),
	}
	if a.optional("nth") == "" {
		fault.Skip = 0
	}
	verb := strings.ToUpper(a.optional("verb"))
	switch {
	case api == connectwiseAPI && fault.Method != "":
		a.fail("ConnectWise has no methods but the verbs of HTTP: leave method out")
	case fault.Method == "":
		fault.Method = verb
	case verb != "" && verb != "POST":
		a.fail("verb=%s: Cove's methods come by POST", verb)
	}
	if kind != "none" && a.err == nil {
		a.err = fault.Kind.UnmarshalText([]byte(kind))
	}
	checkFault(a, fault)
	if a.err != nil {
		return nil
	}
	inject, clear := w.Cove.Inject, w.Cove.ClearFaults
	if api == connectwiseAPI {
		inject, clear = w.ConnectWise.Inject, w.ConnectWise.ClearFaults
	}
	if kind == "none" {
		clear()
	} else {
		inject(fault)
	}
	return nil
}

// checkFault refuses numbers that no fault can have.
func checkFault(a *arguments, fault testserver.Fault) {
	switch {
	case fault.Skip < 0:
		a.fail("nth=%s: the first is 1", a.optional("nth"))
	case a.optional("times") != "" && fault.Times < 1 && fault.Times != -1:
		a.fail("times=%d: want at least 1, or -1 for all", fault.Times)
	case fault.Status != 0 && (fault.Status < 200 || fault.Status > 599):
		a.fail("status=%d: want 200 to 599", fault.Status)
	case fault.Delay < 0 || fault.Delay > 24*time.Hour:
		a.fail("delay=%v: want 0 to 24h", fault.Delay)
	}
}

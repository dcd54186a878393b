package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/testserver"
	"github.com/covedesk/covedesk/internal/transport"
)

// order is one thing that the control address does.
type order struct {
	path       string
	does       string
	parameters []parameter
	// run carries out the order. Its result is added to the answer.
	run func(s *servers, a *arguments) map[string]any
}

// parameter is a parameter of an order with its meaning.
type parameter struct{ name, means string }

// orders returns all orders of the control address, which also make up its
// page.
func orders() []order {
	return slices.Concat(clockOrders, deviceOrders, faultOrders, switchOrders, rightsOrders, technicianOrders, []order{{
		path: "/reset", does: "puts everything back as it was at the start: devices, tickets, clock, faults, switches, rights",
		run: func(s *servers, _ *arguments) map[string]any { s.reset(); return nil },
	}})
}

// listenControl accepts orders on a loopback address and returns its URL.
func (s *servers) listenControl(address string) (string, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return "", fmt.Errorf("control: %w", err)
	}
	if host != "" && !transport.Loopback(host) {
		return "", fmt.Errorf("control: %s is not this machine: anyone who reaches the control address may use it", host)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", s.page)
	for _, o := range orders() {
		mux.HandleFunc(o.path, func(w http.ResponseWriter, r *http.Request) { s.obey(w, r, o) })
	}
	url, err := s.listener.Listen(address, testserver.Plain, mux)
	if err != nil {
		return "", fmt.Errorf("control: %w", err)
	}
	return url, nil
}

// obey carries out one order.
func (s *servers) obey(w http.ResponseWriter, r *http.Request, o order) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, o.path+" takes POST; GET / says more", http.StatusMethodNotAllowed)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	a, err := argumentsOf(r, o)
	var result map[string]any
	if err == nil {
		result = o.run(s, a)
		err = a.err
	}
	if err != nil {
		http.Error(w, strings.Join(strings.Fields(o.path+": "+err.Error()), " "), http.StatusBadRequest)
		return
	}
	answer := map[string]any{"now": s.current().Now().Format(time.RFC3339)}
	for name, value := range result {
		answer[name] = value
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

// page lists the orders.
func (s *servers) page(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" {
		http.Error(w, "there is no such order; GET / lists them", http.StatusNotFound)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "/ takes GET", http.StatusMethodNotAllowed)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = fmt.Fprintf(w, "covedesk simulator, now %s\nCove %s, ConnectWise %s\n\n"+
		"Orders are sent by POST, with parameters in the query or as a form. A refused one changes nothing: 400 and a line that says why.\n",
		s.current().Now().Format(time.RFC3339), s.cove, s.connectwise)
	for _, o := range orders() {
		_, _ = fmt.Fprintf(w, "\nPOST %s\n  %s\n", o.path, o.does)
		for _, p := range o.parameters {
			_, _ = fmt.Fprintf(w, "    %-12s %s\n", p.name+"=", p.means)
		}
	}
}

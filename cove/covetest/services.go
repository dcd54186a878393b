package covetest

import "net/http"

// services are the JSON-RPC endpoints of a host.
func (s *Server) services(node bool) map[string]service {
	if node {
		return map[string]service{}
	}
	return map[string]service{"/jsonapi": s.management}
}

// rest answers what is not JSON-RPC.
func (s *Server) rest(*http.Request, bool) (answer, bool) { return answer{}, false }

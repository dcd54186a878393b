package covetest

// services are the JSON-RPC endpoints of a host.
func (s *Server) services(node bool) map[string]service {
	if node {
		return map[string]service{"/repserv_json": s.reporting}
	}
	return map[string]service{
		"/jsonapi":        s.management,
		"/reporting_api":  s.cloud(reportingMethods),
		"/management_api": s.cloud(cloudManagementMethods),
	}
}

package desk

import (
	"strings"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// ownerOf is what markers name as their owner, made of the configured name and
// the tenant. The tenant is the company of the login page, which stays when a tenant
// is moved to another host, and whether the host is one of ConnectWise's for
// trying things out, where a copy keeps the company.
func ownerOf(c Config, company, host string) (string, error) {
	tenant := strings.ToLower(strings.TrimSpace(company))
	if isTestHost(host) {
		tenant += "@staging"
	}
	if c.Tenant != "" {
		tenant = c.Tenant
	}
	return mark.OwnerOf(c.Owner, tenant)
}

// isTestHost reports whether a host, in lower case and without a port, is one of
// ConnectWise's own sandboxes or its staging system. Other names prove nothing:
// they may be anybody's server.
func isTestHost(host string) bool {
	if region, ok := strings.CutSuffix(host, ".myconnectwise.net"); ok {
		region = strings.TrimPrefix(region, "api-")
		return strings.HasPrefix(region, "sandbox") || strings.HasPrefix(region, "staging")
	}
	return host == "connectwisedev.com" || strings.HasSuffix(host, ".connectwisedev.com")
}

package desk

import (
	"strings"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// ownerOf returns the owner in markers, made from the configured name and the
// tenant. The tenant is the company of the login page, which stays the same
// when a tenant moves to another host. ConnectWise's test hosts count as other
// tenants, because a copy there has the same company.
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

// isTestHost reports whether a host, in lower case and without a port, is one
// of ConnectWise's sandboxes or its staging system. Other hosts are not test
// hosts, whatever their name, because they may be a provider's own server.
func isTestHost(host string) bool {
	if region, ok := strings.CutSuffix(host, ".myconnectwise.net"); ok {
		region = strings.TrimPrefix(region, "api-")
		return strings.HasPrefix(region, "sandbox") || strings.HasPrefix(region, "staging")
	}
	return host == "connectwisedev.com" || strings.HasSuffix(host, ".connectwisedev.com")
}

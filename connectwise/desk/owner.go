package desk

import (
	"crypto/sha256"
	"fmt"
	"strings"
)

const (
	// nameMax leaves room for '-' and the tenant in the owner of a marker.
	nameMax    = ownerMax - 1 - tenantSize
	tenantSize = 4
)

// ownerOf is what markers name as their owner: the configured name and a hash
// of the tenant, so that no desk takes the tickets of a copied tenant for its
// own. The tenant is the company of the login page, which stays when a tenant
// is moved to another host, and whether the host is one of ConnectWise's for
// trying things out, where a copy keeps the company.
func ownerOf(c Config, company, host string) string {
	tenant := strings.ToLower(strings.TrimSpace(company))
	if isTestHost(host) {
		tenant += "@staging"
	}
	if c.Tenant != "" {
		tenant = c.Tenant
	}
	sum := sha256.Sum256([]byte("tenant:" + tenant))
	return c.Owner + "-" + lowerBase32.EncodeToString(sum[:])[:tenantSize]
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

// ownerFault says what is wrong with the name of an owner; "" when nothing is.
func ownerFault(name string) string {
	if validOwner(name) && len(name) <= nameMax {
		return ""
	}
	return fmt.Sprintf("Owner %q: want 1 to %d characters of a-z, 0-9 and -; what tells one tenant from another is added to it", name, nameMax)
}

package monitor

import (
	"regexp"
	"strconv"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/reconcile"
)

var mailSuffix = regexp.MustCompile(`\s*\([^()\s]+@[^()\s]+\)\s*$`)

// short returns the name for people, without the e-mail address at the end.
func (c *Customer) short() string { return plainName(mailSuffix.ReplaceAllString(c.Name, "")) }

// forMatch returns the customer in the form that match compares with companies.
func (c *Customer) forMatch() reconcile.Customer {
	m := reconcile.Customer{ID: strconv.FormatInt(c.ID, 10), Name: c.Name, CompanyIdentifier: c.Reference}
	if ref, ok := cove.ParseReference(c.Reference); ok {
		m.CompanyID, m.CompanyIdentifier = strconv.FormatInt(ref.CompanyID, 10), ref.Identifier
	}
	return m
}

// customerOf finds the customer of a device. Sites belong to their end
// customer, whose reference counts for all of them. A device that is below no
// known end customer belongs to the partner that owns its row.
func customerOf(tree *cove.Tree, d *cove.Device) Customer {
	if p, ok := tree.EndCustomer(d.PartnerID); ok {
		c := Customer{ID: p.ID, Name: p.Name, Reference: p.ExternalCode, State: p.State}
		if site, ok := tree.Partner(d.PartnerID); ok && site.ID != p.ID {
			c.Site = site.Name
			if site.State != "" && p.State == cove.StateInProduction {
				c.State = site.State
			}
		}
		return c
	}
	c := Customer{ID: d.PartnerID, Name: d.Customer, Reference: d.Reference}
	if p, ok := tree.Partner(d.PartnerID); ok {
		c.Name, c.Reference, c.State = p.Name, p.ExternalCode, p.State
	}
	return c
}

package cove

import (
	"context"
	"fmt"
)

// Partner returns one partner by its id (API method GetPartnerInfoById).
func (c *Client) Partner(ctx context.Context, id int64) (*Partner, error) {
	p, err := get[Partner](ctx, c, "GetPartnerInfoById", map[string]any{"partnerId": id})
	if err == nil && p.ID != id {
		return nil, fmt.Errorf("cove: GetPartnerInfoById: %w: asked for partner %d, answered %d", ErrMalformed, id, p.ID)
	}
	return p, err
}

// Partners returns a partner and everything below it, the partner itself first.
// It makes two calls, however large the tree is: GetPartnerInfoById for the
// root and EnumeratePartners for all below it.
//
// An id of zero means the partner that the user of the credentials belongs to.
func (c *Client) Partners(ctx context.Context, parentID int64) ([]Partner, error) {
	parentID, err := c.orHome(ctx, parentID)
	if err != nil {
		return nil, err
	}
	root, err := c.Partner(ctx, parentID)
	if err != nil {
		return nil, err
	}
	below, err := list[Partner](ctx, c, "EnumeratePartners", map[string]any{
		"parentPartnerId": parentID, "fetchRecursively": true, "fields": partnerFields,
	})
	if err != nil {
		return nil, err
	}
	all := append(make([]Partner, 0, len(below)+1), *root)
	for _, p := range below {
		if p.ID != root.ID { // a server may name the parent too
			all = append(all, p)
		}
	}
	return all, nil
}

// PartnerByName returns the partner with exactly that name (API method
// GetPartnerInfo). Upper and lower case and an e-mail address in parentheses
// count.
func (c *Client) PartnerByName(ctx context.Context, name string) (*Partner, error) {
	p, err := get[Partner](ctx, c, "GetPartnerInfo", map[string]any{"name": name})
	if err == nil && p.Name != name {
		return nil, &Error{Method: "GetPartnerInfo", Message: fmt.Sprintf("partner %q not found, but one named %q", name, p.Name)}
	}
	return p, err
}

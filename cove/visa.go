package cove

import "context"

type visa struct{}

// Login logs in, or returns the user of the visa that is still good. Calls log
// in by themselves; a program calls Login to learn who it is, and to see early
// whether its credentials work.
func (c *Client) Login(ctx context.Context) (*User, error) {
	return nil, ctx.Err()
}

// home returns the partner that the user belongs to.
func (c *Client) home(ctx context.Context) (int64, error) {
	user, err := c.Login(ctx)
	if err != nil {
		return 0, err
	}
	return user.PartnerID, nil
}

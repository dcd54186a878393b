package cove

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A CustomColumn is a column that a partner defined for its own devices. Its
// number differs from tenant to tenant.
type CustomColumn struct {
	ID        int64  `json:"Id"`
	Name      string `json:"Name"`
	PartnerID int64  `json:"PartnerId"`
}

// Code returns the code of the column in statistics: "AA843".
func (c CustomColumn) Code() string { return "AA" + strconv.FormatInt(c.ID, 10) }

func (c *CustomColumn) valid() bool { return c.ID != 0 }

// CustomColumns returns the custom columns of a partner; zero means the partner
// that the user belongs to (API method EnumerateCustomColumns).
func (c *Client) CustomColumns(ctx context.Context, partnerID int64) ([]CustomColumn, error) {
	partnerID, err := c.orHome(ctx, partnerID)
	if err != nil {
		return nil, err
	}
	return list[CustomColumn](ctx, c, "EnumerateCustomColumns", map[string]any{"partnerId": partnerID})
}

// CustomColumn returns the custom column of a partner by its name, ignoring
// case. Zero means the partner that the user belongs to. Pass its Code to
// DeviceQuery.Columns and [Where]. The error is [ErrNotFound] when no column
// has the name, and [ErrInvalid] when several have it.
func (c *Client) CustomColumn(ctx context.Context, partnerID int64, name string) (*CustomColumn, error) {
	all, err := c.CustomColumns(ctx, partnerID)
	if err != nil {
		return nil, err
	}
	var found []CustomColumn
	var names []string
	for _, column := range all {
		if strings.EqualFold(column.Name, name) {
			found = append(found, column)
		}
		names = append(names, strconv.Quote(column.Name))
	}
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("cove: there is no custom column %q, but %s: %w", name, cmp.Or(strings.Join(names, ", "), "none at all"), ErrNotFound)
	case 1:
		return &found[0], nil
	}
	return nil, fmt.Errorf("cove: %d custom columns are named %q; use the code of one: %w", len(found), name, ErrInvalid)
}

// SetCustomColumnValues sets custom columns of a device, by column number;
// other columns keep their values (API method UpdateAccountCustomColumnValues).
// [Devices] reads them, through DeviceQuery.Columns or a tag.
func (c *Client) SetCustomColumnValues(ctx context.Context, accountID int64, values map[int64]string) error {
	if len(values) == 0 {
		return nil
	}
	pairs := make([][2]any, 0, len(values))
	for _, id := range slices.Sorted(maps.Keys(values)) {
		pairs = append(pairs, [2]any{id, values[id]})
	}
	return c.Call(ctx, "UpdateAccountCustomColumnValues", map[string]any{"accountId": accountID, "values": pairs}, nil)
}

package cove

import (
	"context"
	"fmt"
	"iter"
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

// PartnerByUID returns the partner with a uid, which deployment command lines
// contain (API method GetPartnerInfoByUid).
func (c *Client) PartnerByUID(ctx context.Context, uid string) (*Partner, error) {
	return get[Partner](ctx, c, "GetPartnerInfoByUid", map[string]any{"partnerUid": uid})
}

// Ancestors returns a partner and everything above it that the user may see,
// the partner first (API method EnumerateAncestorPartners). For many partners,
// use [Client.Partners] with [NewTree], which need fewer calls.
func (c *Client) Ancestors(ctx context.Context, partnerID int64) ([]Partner, error) {
	list, err := list[Partner](ctx, c, "EnumerateAncestorPartners", map[string]any{"partnerId": partnerID})
	if err != nil {
		return nil, err
	}
	if len(list) > 0 && list[0].ID == partnerID {
		return list, nil
	}
	// Some servers leave the partner itself out of the answer.
	self, err := c.Partner(ctx, partnerID)
	if err != nil {
		return nil, err
	}
	return append([]Partner{*self}, list...), nil
}

// ChildQuery filters the partners directly below another. The zero value
// returns all.
type ChildQuery struct {
	Levels      []Level
	States      []PartnerState
	NamePattern string // * stands for any run of characters
	PageSize    int    // zero means 1000
}

// Children enumerates the partners directly below one, page by page, ordered by
// level and name (API method EnumerateChildPartners). The sequence is lazy; an
// error ends it.
func (c *Client) Children(ctx context.Context, partnerID int64, q ChildQuery) iter.Seq2[Partner, error] {
	return func(yield func(Partner, error) bool) {
		if q.PageSize <= 0 {
			q.PageSize = 1000
		}
		filter := map[string]any{"SortOrder": "ByLevelAndName"}
		if len(q.Levels) > 0 {
			filter["Levels"] = q.Levels
		}
		if len(q.States) > 0 {
			filter["States"] = q.States
		}
		if q.NamePattern != "" {
			filter["NamePattern"] = q.NamePattern
		}
		// The documentation does not say whether ActualChildCount counts
		// partners that the filter leaves out, so the count is used only
		// without a filter.
		whole := len(filter) == 1
		rows := enumerate("EnumerateChildPartners", q.PageSize, false, (*Partner).id, func(r listRange) ([]Partner, int, error) {
			node := partnerNode{Children: rows[childNode]{most: r.Size}}
			err := c.call(maxRows(ctx, r.Size, 0), "EnumerateChildPartners", map[string]any{
				"partnerId": partnerID, "fields": childFields, "range": r, "partnerFilter": filter,
			}, &outer{value: &node})
			total := 0
			if whole {
				total = node.Count
			}
			if err == nil && node.Children.list == nil && total > r.Offset {
				err = fmt.Errorf("cove: EnumerateChildPartners: %w: %d partners are counted and none listed", ErrMalformed, node.Count)
			}
			return each(node.Children.list, func(n *childNode) Partner { return n.Info }), total, err
		})
		rows(yield)
	}
}

// AllChildren returns what [Client.Children] yields. With an error it returns
// the partners before the error.
func (c *Client) AllChildren(ctx context.Context, partnerID int64, q ChildQuery) ([]Partner, error) {
	return collect(c.Children(ctx, partnerID, q))
}

// childFields are the field numbers that the documentation passes to
// EnumerateChildPartners.
var childFields = []int{0, 1, 3, 4, 5, 8, 11, 12, 18, 21}

// partnerNode is the answer of EnumerateChildPartners: a partner with its
// children.
type partnerNode struct {
	Count    int             `json:"ActualChildCount"`
	Children rows[childNode] `json:"Children"`
}

type childNode struct {
	Info Partner `json:"Info"`
}

func (n *childNode) valid() bool { return n.Info.ID != 0 }

func (p *Partner) id() int64 { return p.ID }

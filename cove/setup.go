package cove

import (
	"context"
	"encoding/json"
)

// A Product is a retention policy (API struct ProductInfo).
type Product struct {
	ID        int64
	PartnerID int64
	Name      string
	Features  map[string]string // by name, such as "DailyRetention"
}

// UnmarshalJSON reads the API struct ProductInfo, whose features are a list of
// pairs.
func (p *Product) UnmarshalJSON(data []byte) error {
	var w struct {
		ID        int64        `json:"Id"`
		PartnerID int64        `json:"PartnerId"`
		Name      string       `json:"Name"`
		Features  [][2]anyText `json:"Features"`
	}
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	*p = Product{ID: w.ID, PartnerID: w.PartnerID, Name: w.Name, Features: make(map[string]string, len(w.Features))}
	for _, f := range w.Features {
		p.Features[string(f[0])] = string(f[1])
	}
	return nil
}

// Products returns the products that a partner may use (API method
// EnumerateProducts). With own it returns only those that the partner created.
func (c *Client) Products(ctx context.Context, partnerID int64, own bool) ([]Product, error) {
	return list[Product](ctx, c, "EnumerateProducts", map[string]any{"partnerId": partnerID, "currentPartnerOnly": own})
}

// A Profile is a backup profile (API struct AccountProfileInfo).
type Profile struct {
	ID        int64          `json:"Id"`
	PartnerID int64          `json:"PartnerId"`
	Name      string         `json:"Name"`
	Version   json.Number    `json:"Version"`
	Data      map[string]any `json:"ProfileData"` // schedules, selections and exclusions, as the API sends them
}

// Profiles returns the profiles of a partner (API method
// EnumerateAccountProfiles).
func (c *Client) Profiles(ctx context.Context, partnerID int64) ([]Profile, error) {
	return list[Profile](ctx, c, "EnumerateAccountProfiles", map[string]any{"partnerId": partnerID})
}

func (p *Product) valid() bool { return p.ID != 0 }
func (p *Profile) valid() bool { return p.ID != 0 }

// Users returns the users of the given partners (API method EnumerateUsers).
// Without a partner it returns none.
func (c *Client) Users(ctx context.Context, partnerIDs ...int64) ([]User, error) {
	if len(partnerIDs) == 0 {
		return nil, nil
	}
	return list[User](ctx, c, "EnumerateUsers", map[string]any{"partnerIds": partnerIDs})
}

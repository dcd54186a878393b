package cove

import (
	"context"
	"errors"
	"fmt"
)

// A NewPartner is a partner to add. ParentID, Name and Level are required.
type NewPartner struct {
	ParentID     int64
	Name         string // unique in the whole system
	Level        Level
	ServiceType  ServiceType  // empty means ServiceAllInclusive
	State        PartnerState // empty leaves it to the API
	Country      string       // name or ISO code; the API may require it
	ExternalCode string
	Company      *PartnerCompany
}

// partnerInfo is the API struct PartnerInfo with the members that this package
// sends.
type partnerInfo struct {
	ID                int64           `json:"Id,omitzero"`
	ParentID          *int64          `json:"ParentId,omitzero"`
	Name              *string         `json:"Name,omitzero"`
	Level             *Level          `json:"Level,omitzero"`
	State             *PartnerState   `json:"State,omitzero"`
	ServiceType       *ServiceType    `json:"ServiceType,omitzero"`
	ChildServiceTypes []ServiceType   `json:"ChildServiceTypes,omitzero"`
	Country           string          `json:"Country,omitzero"`
	ExternalCode      *string         `json:"ExternalCode,omitzero"`
	Company           *PartnerCompany `json:"Company,omitzero"`
}

// AddPartner adds a partner and returns its id (API method AddPartner). It is
// never sent twice. When the outcome is unknown, the error matches
// ErrOutcomeUnknown; [Client.PartnerByName] then tells whether the partner
// exists.
func (c *Client) AddPartner(ctx context.Context, p NewPartner) (int64, error) {
	if p.ParentID == 0 || p.Name == "" || p.Level == "" {
		return 0, errors.New("cove: AddPartner needs a parent, a name and a level")
	}
	if p.ServiceType == "" {
		p.ServiceType = ServiceAllInclusive
	}
	info := partnerInfo{
		ParentID: &p.ParentID, Name: &p.Name, Level: &p.Level, ServiceType: &p.ServiceType, ChildServiceTypes: []ServiceType{p.ServiceType},
		Country: p.Country, Company: p.Company,
	}
	if p.State != "" {
		info.State = &p.State
	}
	if p.ExternalCode != "" {
		info.ExternalCode = &p.ExternalCode
	}
	id, err := get[int64](ctx, c, "AddPartner", map[string]any{"partnerInfo": info, "createDefaultAccount": false})
	if err == nil && *id == 0 {
		err = fmt.Errorf("cove: AddPartner: %w: %w: a partner without an id", ErrOutcomeUnknown, ErrMalformed)
	}
	if err != nil {
		return 0, err
	}
	return *id, nil
}

// A PartnerChange holds the members of a partner to change. A nil member is not
// changed, nor is an empty text of the company. A pointer to "" empties a text.
type PartnerChange struct {
	ParentID     *int64
	Name         *string
	ServiceType  *ServiceType
	ExternalCode *string
	Company      *PartnerCompany
}

// ModifyPartner changes a partner (API method ModifyPartner). It sets values,
// so it is safe to call it again after ErrOutcomeUnknown.
func (c *Client) ModifyPartner(ctx context.Context, partnerID int64, change PartnerChange) error {
	if partnerID == 0 {
		return errors.New("cove: ModifyPartner needs a partner")
	}
	return c.Call(ctx, "ModifyPartner", map[string]any{"partnerInfo": partnerInfo{
		ID: partnerID, ParentID: change.ParentID, Name: change.Name, ServiceType: change.ServiceType,
		ExternalCode: change.ExternalCode, Company: change.Company,
	}}, nil)
}

// SetReference writes the tag of a ConnectWise company into a partner's
// external code and keeps all other text there. It writes nothing when the tag
// is right already, and reports whether it wrote. The zero Reference removes
// the tag.
//
// SetReference reads the text, edits it and writes it back, so a change that a
// person makes in between is lost. It is safe to call it again after
// ErrOutcomeUnknown.
func (c *Client) SetReference(ctx context.Context, partnerID int64, ref Reference) (changed bool, err error) {
	p, err := c.Partner(ctx, partnerID)
	if err != nil {
		return false, err
	}
	code := EditReference(p.ExternalCode, ref)
	if code == p.ExternalCode {
		return false, nil
	}
	err = c.ModifyPartner(ctx, partnerID, PartnerChange{ExternalCode: &code})
	return err == nil, err
}

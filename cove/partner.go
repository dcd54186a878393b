package cove

import (
	"encoding/json"
	"errors"
	"time"
)

// A Level is the place of a partner in the hierarchy.
type Level string

// The levels, from the top down. Devices may belong to a partner of any level.
// Usually the owner is an end customer, or a site, which is a part of an end
// customer.
const (
	LevelUndefined           Level = "Undefined"
	LevelRoot                Level = "Root"
	LevelSubRoot             Level = "SubRoot"
	LevelDistributor         Level = "Distributor"
	LevelSubDistributor      Level = "SubDistributor"
	LevelReseller            Level = "Reseller"
	LevelServiceOrganization Level = "ServiceOrganization"
	LevelEndCustomer         Level = "EndCustomer"
	LevelSite                Level = "Site"
)

// A PartnerState says whether a partner is in production. The API has further
// states, for expired trials and closed partners; their names are not
// published.
type PartnerState string

// The published states.
const (
	StateUndefined    PartnerState = "Undefined"
	StateInProduction PartnerState = "InProduction"
	StateInTrial      PartnerState = "InTrial"
	StateRegistered   PartnerState = "Registered"
)

// A ServiceType says who runs the storage.
type ServiceType string

// The service types.
const (
	ServiceUndefined    ServiceType = "Undefined"
	ServiceAllInclusive ServiceType = "AllInclusive"
	ServiceSoftwareOnly ServiceType = "SoftwareOnly" // self-hosted storage nodes
)

// A Partner is a node of the customer tree; the console calls it a customer
// (API struct PartnerInfo). Members that the API left out are zero.
type Partner struct {
	ID           int64           `json:"Id"`
	ParentID     int64           `json:"ParentId"`
	Name         string          `json:"Name"` // unique in the whole system, often "Company (email)"
	Level        Level           `json:"Level"`
	State        PartnerState    `json:"State"`
	ServiceType  ServiceType     `json:"ServiceType"`
	ExternalCode string          `json:"ExternalCode"` // the customer reference; see Reference
	UID          string          `json:"Uid"`          // used in deployment command lines
	GUID         string          `json:"Guid"`
	LocationID   int64           `json:"LocationId"`
	MailFrom     string          `json:"MailFrom"`
	Flags        []string        `json:"Flags"`   // "HasCustomBranding", "CanInvoiceOthers" and others
	Company      *PartnerCompany `json:"Company"` // nil when not filled in
	Created      time.Time       `json:"Created,omitzero"`
	TrialStart   time.Time       `json:"TrialStart,omitzero"` // zero: no trial
	TrialEnd     time.Time       `json:"TrialEnd,omitzero"`   // zero: no trial
}

// A PartnerCompany is the business behind a partner.
type PartnerCompany struct {
	LegalName   string       `json:"LegalCompanyName,omitempty"`
	Phone       string       `json:"PhoneNumber,omitempty"`
	Website     string       `json:"WebsiteAddress,omitempty"`
	VATNumber   string       `json:"VatNumber,omitempty"`
	PostAddress *PostAddress `json:"PostAddress,omitempty"` // nil when not filled in
}

// A PostAddress is where a partner's business is.
type PostAddress struct {
	Address, City, Country, District, State, ZipCode string
}

// UnmarshalJSON reads the API struct PartnerInfo. Texts may be null, which
// leaves them empty.
func (p *Partner) UnmarshalJSON(data []byte) error {
	type plain Partner
	w := struct {
		plain
		CreationTime, TrialRegistrationTime, TrialExpirationTime unixTime
	}{}
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	if w.ID == 0 {
		return errors.New("a partner without an Id")
	}
	*p = Partner(w.plain)
	w.CreationTime.into(&p.Created)
	w.TrialRegistrationTime.into(&p.TrialStart)
	w.TrialExpirationTime.into(&p.TrialEnd)
	return nil
}

// partnerFields are the numbers of every known member of PartnerInfo. Known
// clients pass 0 to 22 to ask for all.
var partnerFields = []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22}

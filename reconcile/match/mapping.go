package match

// Mapping is what people have decided by hand. The zero value decides
// nothing.
type Mapping struct {
	Entries []Entry `json:"entries"`
}

// Entry is one row of a [Mapping].
type Entry struct {
	// Customer is the id of the customer: an EndCustomer or a site.
	Customer string `json:"customer"`

	// CustomerName is for the reader and decides nothing.
	CustomerName string `json:"customerName,omitzero"`

	// Company is the id of the company the customer belongs to.
	Company int64 `json:"company,omitzero"`

	// CompanyName is for the reader and decides nothing.
	CompanyName string `json:"companyName,omitzero"`

	// Disabled switches the customer off: no tickets, those that are open are
	// kept.
	Disabled bool `json:"disabled,omitzero"`
}

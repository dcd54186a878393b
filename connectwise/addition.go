package connectwise

// Addition is a product that an agreement bills in each cycle,
// finance/agreements/{id}/additions. Amounts are in the agreement's currency.
type Addition struct {
	ID                       int64         `json:"id,omitzero" cw:"readonly"`
	Product                  Ref           `json:"product,omitzero"` // required; by id or identifier
	Quantity                 Number        `json:"quantity,omitzero"`
	LessIncluded             Number        `json:"lessIncluded,omitzero"` // the part of the quantity that is not billed
	UnitPrice                Number        `json:"unitPrice,omitzero"`
	UnitCost                 Number        `json:"unitCost,omitzero"`
	BillCustomer             string        `json:"billCustomer,omitzero"` // required; one of Billable, DoNotBill, NoCharge
	EffectiveDate            Time          `json:"effectiveDate,omitzero"`
	CancelledDate            Time          `json:"cancelledDate,omitzero"` // set this to end the addition
	TaxableFlag              bool          `json:"taxableFlag,omitzero"`
	SerialNumber             string        `json:"serialNumber,omitzero" cw:"max=50"`
	InvoiceDescription       string        `json:"invoiceDescription,omitzero" cw:"max=6000"`
	PurchaseItemFlag         bool          `json:"purchaseItemFlag,omitzero"`
	SpecialOrderFlag         bool          `json:"specialOrderFlag,omitzero"`
	AgreementID              int64         `json:"agreementId,omitzero" cw:"readonly"`
	Description              string        `json:"description,omitzero"`
	BilledQuantity           Number        `json:"billedQuantity,omitzero" cw:"readonly"`
	UOM                      string        `json:"uom,omitzero"`                    // unit of measure
	ExtPrice                 Number        `json:"extPrice,omitzero" cw:"readonly"` // price of the whole quantity
	ExtCost                  Number        `json:"extCost,omitzero" cw:"readonly"`
	SequenceNumber           Number        `json:"sequenceNumber,omitzero"`
	Margin                   Number        `json:"margin,omitzero" cw:"readonly"`
	ProrateCost              Number        `json:"prorateCost,omitzero" cw:"readonly"`
	ProratePrice             Number        `json:"proratePrice,omitzero" cw:"readonly"`
	ExtendedProrateCost      Number        `json:"extendedProrateCost,omitzero" cw:"readonly"`
	ExtendedProratePrice     Number        `json:"extendedProratePrice,omitzero" cw:"readonly"`
	ProrateCurrentPeriodFlag bool          `json:"prorateCurrentPeriodFlag,omitzero"`
	Opportunity              Ref           `json:"opportunity,omitzero"`
	AgreementStatus          string        `json:"agreementStatus,omitzero" cw:"readonly"` // one of Active, Cancelled, Expired, Inactive
	InvoiceGrouping          Ref           `json:"invoiceGrouping,omitzero"`
	Info                     Info          `json:"_info,omitzero" cw:"readonly"`
	CustomFields             []CustomField `json:"customFields,omitzero"`
}

package connectwise

// FinanceModule is the finance module of the API, finance/...: agreements.
type FinanceModule struct {
	Agreements *AgreementsService
}

func newFinanceModule(c *Client) *FinanceModule {
	return &FinanceModule{Agreements: &AgreementsService{NewCollection[Agreement](c, "finance/agreements")}}
}

// AgreementsService is finance/agreements: the [Collection] of agreements and
// what belongs to each. Reading them needs the permission Finance, Agreements.
type AgreementsService struct {
	*Collection[Agreement]
}

// Additions returns the additions of an agreement: the products that it bills
// in each cycle.
func (s *AgreementsService) Additions(agreementID int64) *Collection[Addition] {
	return below[Addition](s.core, agreementID, "additions")
}

package connectwise

// CompanyService is the company module: companies and their setup.
type CompanyService struct {
	Companies *Collection[Company]
	Statuses  *Collection[CompanyStatus]
	Types     *Collection[CompanyType]
}

func newCompanyService(c *Client) *CompanyService {
	return &CompanyService{
		Companies: NewCollection[Company](c, "company/companies"),
		Statuses:  NewCollection[CompanyStatus](c, "company/companies/statuses"),
		Types:     NewCollection[CompanyType](c, "company/companies/types"),
	}
}

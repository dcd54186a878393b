package connectwise

// CompanyModule is the company module of the API, company/...: companies,
// contacts and configurations. Each field is a [Collection].
type CompanyModule struct {
	Companies             *CompaniesService
	Statuses              *Collection[CompanyStatus]
	Types                 *Collection[CompanyType]
	Contacts              *ContactsService
	Configurations        *Collection[Configuration]
	ConfigurationTypes    *Collection[ConfigurationType]
	ConfigurationStatuses *Collection[ConfigurationStatus]
}

func newCompanyModule(c *Client) *CompanyModule {
	companies := NewCollection[Company](c, "company/companies")
	companies.check = checkCompany
	return &CompanyModule{
		Companies:             &CompaniesService{companies},
		Statuses:              NewCollection[CompanyStatus](c, "company/companies/statuses"),
		Types:                 NewCollection[CompanyType](c, "company/companies/types"),
		Contacts:              &ContactsService{NewCollection[Contact](c, "company/contacts")},
		Configurations:        NewCollection[Configuration](c, "company/configurations"),
		ConfigurationTypes:    NewCollection[ConfigurationType](c, "company/configurations/types"),
		ConfigurationStatuses: NewCollection[ConfigurationStatus](c, "company/configurations/statuses"),
	}
}

// CompaniesService is company/companies: the [Collection] of companies and what
// belongs to each. Lists include deleted companies unless you filter by
// "deletedFlag = false". A new company may appear in lists only after some
// seconds.
type CompaniesService struct {
	*Collection[Company]
}

// checkCompany checks the members that servers require of a new company.
func checkCompany(w writing, company map[string]any) []FieldError {
	if w != creating {
		return nil
	}
	var wrong []FieldError
	for _, field := range []string{"identifier", "name", "site"} {
		if value := company[field]; value == nil || value == "" {
			message := "required to create a company"
			if field == "site" {
				message += `; ByName("Main") makes one`
			}
			wrong = append(wrong, FieldError{Code: "MissingRequiredField", Resource: "company", Field: field, Message: message})
		}
	}
	return wrong
}

// Sites returns the sites of a company.
func (s *CompaniesService) Sites(companyID int64) *Collection[CompanySite] {
	return below[CompanySite](s.core, companyID, "sites")
}

// TypeAssociations returns the types of a company. They can be changed only
// here, not in the company itself.
func (s *CompaniesService) TypeAssociations(companyID int64) *Collection[CompanyTypeAssociation] {
	return below[CompanyTypeAssociation](s.core, companyID, "typeAssociations")
}

// Notes returns the notes of a company.
func (s *CompaniesService) Notes(companyID int64) *Collection[CompanyNote] {
	return below[CompanyNote](s.core, companyID, "notes")
}

// ContactsService is company/contacts: the [Collection] of contacts and what
// belongs to each.
type ContactsService struct {
	*Collection[Contact]
}

// Communications returns the e-mail addresses and numbers of a contact.
func (s *ContactsService) Communications(contactID int64) *Collection[ContactCommunication] {
	return below[ContactCommunication](s.core, contactID, "communications")
}

// Notes returns the notes of a contact.
func (s *ContactsService) Notes(contactID int64) *Collection[ContactNote] {
	return below[ContactNote](s.core, contactID, "notes")
}

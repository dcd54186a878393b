package connectwise

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
)

// CompanyService is the company module of the API, company/...: companies,
// contacts and configurations. Each field is a [Collection].
type CompanyService struct {
	Companies             *CompaniesService
	Statuses              *Collection[CompanyStatus]
	Types                 *Collection[CompanyType]
	Contacts              *ContactsService
	ContactTypes          *Collection[ContactType]
	ContactDepartments    *Collection[ContactDepartment]
	CommunicationTypes    *Collection[CommunicationType]
	Configurations        *ConfigurationsService
	ConfigurationTypes    *ConfigurationTypesService
	ConfigurationStatuses *Collection[ConfigurationStatus]
}

func newCompanyService(c *Client) *CompanyService {
	companies := NewCollection[Company](c, "company/companies")
	companies.check = checkCompany
	return &CompanyService{
		Companies:             &CompaniesService{companies},
		Statuses:              NewCollection[CompanyStatus](c, "company/companies/statuses"),
		Types:                 NewCollection[CompanyType](c, "company/companies/types"),
		Contacts:              &ContactsService{NewCollection[Contact](c, "company/contacts")},
		ContactTypes:          NewCollection[ContactType](c, "company/contacts/types"),
		ContactDepartments:    NewCollection[ContactDepartment](c, "company/contacts/departments"),
		CommunicationTypes:    NewCollection[CommunicationType](c, "company/communicationTypes"),
		Configurations:        &ConfigurationsService{NewCollection[Configuration](c, "company/configurations")},
		ConfigurationTypes:    &ConfigurationTypesService{NewCollection[ConfigurationType](c, "company/configurations/types")},
		ConfigurationStatuses: NewCollection[ConfigurationStatus](c, "company/configurations/statuses"),
	}
}

// CompaniesService is company/companies: the [Collection] of companies and
// what belongs to each. Deleted companies stay in lists; filter by
// "deletedFlag = false". A new one may take seconds to show in lists.
type CompaniesService struct {
	*Collection[Company]
}

// checkCompany demands what servers ask for when a company is created.
func checkCompany(w writing, company map[string]any) []FieldError {
	if w != creating {
		return nil
	}
	var wrong []FieldError
	for _, field := range []string{"identifier", "name", "site"} {
		if value := company[field]; value == nil || value == "" {
			message := "required to create a company"
			if field == "site" {
				message += `; Named("Main") makes one`
			}
			wrong = append(wrong, FieldError{Code: "MissingRequiredField", Resource: "company", Field: field, Message: message})
		}
	}
	return wrong
}

// Sites returns the sites of a company.
func (s *CompaniesService) Sites(companyID int64) *Collection[CompanySite] {
	return of[CompanySite](s.Collection, companyID, "sites")
}

// TypeAssociations returns the types of a company, which can be changed here
// and not in the company itself.
func (s *CompaniesService) TypeAssociations(companyID int64) *Collection[CompanyTypeAssociation] {
	return of[CompanyTypeAssociation](s.Collection, companyID, "typeAssociations")
}

// Notes returns the notes of a company.
func (s *CompaniesService) Notes(companyID int64) *Collection[CompanyNote] {
	return of[CompanyNote](s.Collection, companyID, "notes")
}

// ContactsService is company/contacts: the [Collection] of contacts and what
// belongs to each.
type ContactsService struct {
	*Collection[Contact]
}

// Communications returns the mail addresses and numbers of a contact.
func (s *ContactsService) Communications(contactID int64) *Collection[ContactCommunication] {
	return of[ContactCommunication](s.Collection, contactID, "communications")
}

// Notes returns the notes of a contact.
func (s *ContactsService) Notes(contactID int64) *Collection[ContactNote] {
	return of[ContactNote](s.Collection, contactID, "notes")
}

// ConfigurationsService is company/configurations: the [Collection] of
// configurations and writes of many at once.
type ConfigurationsService struct {
	*Collection[Configuration]
}

// BulkResult is what became of one record of a bulk write.
type BulkResult struct {
	Success       bool          `json:"success"`
	OriginalIndex int           `json:"originalIndex"` // of the record in the request
	StatusCode    int           `json:"statusCode"`
	Data          Configuration `json:"data"`
	Error         *BulkError    `json:"error"`
}

// BulkError is why a record of a bulk write was refused.
type BulkError struct {
	Code    string       `json:"code"`
	Message string       `json:"message"`
	Errors  []FieldError `json:"errors"`
}

// CreateMany creates configurations in one request. An error says that the
// request failed; what became of each record is in the results, in the
// server's order.
func (s *ConfigurationsService) CreateMany(ctx context.Context, records ...*Configuration) ([]BulkResult, error) {
	return s.bulk(ctx, http.MethodPost, creating, records)
}

// ReplaceMany replaces configurations, each with its ID, in one request. See
// CreateMany for the results.
func (s *ConfigurationsService) ReplaceMany(ctx context.Context, records ...*Configuration) ([]BulkResult, error) {
	return s.bulk(ctx, http.MethodPut, replacing, records)
}

// DeleteMany deletes configurations in one request. See CreateMany for the
// results.
func (s *ConfigurationsService) DeleteMany(ctx context.Context, ids ...int64) ([]BulkResult, error) {
	body, err := encode(ids)
	if err != nil {
		return nil, err
	}
	return s.sendBulk(ctx, request{method: http.MethodDelete, path: s.path + "/bulk", body: body})
}

func (s *ConfigurationsService) bulk(ctx context.Context, method string, w writing, records []*Configuration) ([]BulkResult, error) {
	r := request{method: method, path: s.path + "/bulk"}
	var wrong []FieldError
	list := make([]json.RawMessage, 0, len(records))
	for i, record := range records {
		body, bad := bodyOf(w, record, nil, nil)
		for _, f := range bad {
			f.Field = itoa(int64(i)) + "/" + f.Field
			wrong = append(wrong, f)
		}
		if w == replacing && len(bad) == 0 {
			// The id says which record is meant; elsewhere it is in the path.
			tree, err := toTree(json.RawMessage(body))
			if object, ok := tree.(map[string]any); ok && err == nil {
				object["id"] = record.ID
				body, err = encode(object)
			}
			if err != nil {
				return nil, r.invalid([]FieldError{{Message: err.Error()}})
			}
		}
		list = append(list, body)
	}
	if len(wrong) > 0 {
		return nil, r.invalid(wrong)
	}
	var err error
	if r.body, err = encode(list); err != nil {
		return nil, r.invalid([]FieldError{{Message: err.Error()}})
	}
	return s.sendBulk(ctx, r)
}

func (s *ConfigurationsService) sendBulk(ctx context.Context, r request) ([]BulkResult, error) {
	a, err := s.c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	var said struct {
		Payload *[]BulkResult `json:"payload"`
	}
	if err := a.decode(&said); err != nil {
		return nil, err
	}
	if said.Payload == nil {
		return nil, a.unreadable(errors.New("no payload"))
	}
	return *said.Payload, nil
}

// ConfigurationTypesService is company/configurations/types: the [Collection]
// of types and the questions each asks.
type ConfigurationTypesService struct {
	*Collection[ConfigurationType]
}

// Questions returns the questions of a type.
func (s *ConfigurationTypesService) Questions(typeID int64) *Collection[ConfigurationTypeQuestion] {
	return of[ConfigurationTypeQuestion](s.Collection, typeID, "questions")
}

// QuestionValues returns the answers to choose from for a question.
func (s *ConfigurationTypesService) QuestionValues(typeID, questionID int64) *Collection[ConfigurationTypeQuestionValue] {
	return of[ConfigurationTypeQuestionValue](s.Collection, typeID, "questions/"+itoa(questionID)+"/values")
}

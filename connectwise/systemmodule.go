package connectwise

import (
	"context"
	"net/url"
)

// SystemModule is the system module of the API, system/...: members and
// rights, documents, callbacks, and the server itself. Each field is a
// [Collection].
type SystemModule struct {
	c *Client

	Members           *Collection[Member]
	MemberInfos       *Collection[MemberInfo] // for callers with few rights; only read
	APIMembers        *Collection[Member]
	SecurityRoles     *SecurityRolesService
	Documents         *DocumentsService
	Callbacks         *CallbacksService
	Locations         *Collection[Location]
	Departments       *Collection[Department]
	UserDefinedFields *Collection[UserDefinedField]
}

func newSystemModule(c *Client) *SystemModule {
	return &SystemModule{
		c:                 c,
		Members:           NewCollection[Member](c, "system/members"),
		MemberInfos:       NewCollection[MemberInfo](c, "system/info/members"),
		APIMembers:        NewCollection[Member](c, "system/apiMembers"),
		SecurityRoles:     &SecurityRolesService{NewCollection[SecurityRole](c, "system/securityroles")},
		Documents:         &DocumentsService{c},
		Callbacks:         newCallbacksService(c),
		Locations:         NewCollection[Location](c, "system/locations"),
		Departments:       NewCollection[Department](c, "system/departments"),
		UserDefinedFields: NewCollection[UserDefinedField](c, "system/userDefinedFields"),
	}
}

// Info describes the server.
func (s *SystemModule) Info(ctx context.Context) (*SystemInfo, error) {
	return get[SystemInfo](ctx, s.c, "system/info")
}

// MySecurity returns what the caller's security role may do, one entry per
// function of the product.
func (s *SystemModule) MySecurity(ctx context.Context) ([]*Permission, error) {
	list := NewCollection[Permission](s.c, "system/mySecurity")
	page, err := list.ListPage(ctx, nil) // the whole of it; it has no pages
	if err != nil {
		return nil, err
	}
	return page.Items, nil
}

// Me returns the member the client signs in as; for API keys the API member.
func (s *SystemModule) Me(ctx context.Context) (*Member, error) {
	return get[Member](ctx, s.c, "system/myMembers")
}

// AuditTrail returns the changes of one record in words. Types are Ticket,
// Contact, Company, Opportunity, Time, Activity, ProductCatalog,
// ProjectTicket, Purchasing, Configuration, Schedule, Agreement,
// AgreementAddition, Project, Invoice, PurchaseOrder and Expense. It can only
// be listed and counted.
func (s *SystemModule) AuditTrail(recordType string, recordID int64) *Collection[AuditTrailEntry] {
	return NewCollection[AuditTrailEntry](s.c, "system/audittrail").
		fixed(url.Values{"type": {recordType}, "id": {itoa(recordID)}})
}

// SystemInfo describes a server, system/info.
type SystemInfo struct {
	Version                   string       `json:"version,omitzero"` // "v2025.1.10451"
	IsCloud                   bool         `json:"isCloud,omitzero"`
	ServerTimeZone            string       `json:"serverTimeZone,omitzero"` // Windows name, "Eastern Standard Time"
	LicenseBits               []LicenseBit `json:"licenseBits,omitzero"`
	CloudRegion               string       `json:"cloudRegion,omitzero"` // "NA"
	MaxWorkFlowRecordsAllowed int64        `json:"maxWorkFlowRecordsAllowed,omitzero"`
}

// LicenseBit is a part of the product that a server is licensed for.
type LicenseBit struct {
	Name       string `json:"name,omitzero"`
	ActiveFlag bool   `json:"activeFlag,omitzero"`
}

// SecurityRolesService is system/securityroles: the [Collection] of security
// roles and what each may do.
type SecurityRolesService struct {
	*Collection[SecurityRole]
}

// Settings returns what a role may do. It can only be read.
func (s *SecurityRolesService) Settings(roleID int64) *Collection[Permission] {
	return NewCollection[Permission](s.c, "system/securityRoles/"+itoa(roleID)+"/settings")
}

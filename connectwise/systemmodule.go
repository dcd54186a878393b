package connectwise

import (
	"context"
	"net/http"
)

// SystemModule is the system module of the API, system/...: members and
// rights, documents, callbacks, and the server itself. Each field is a
// [Collection].
type SystemModule struct {
	c *Client

	Members           *Collection[Member]
	MemberInfos       *Collection[MemberInfo] // for members with few rights; read-only
	APIMembers        *Collection[Member]
	Documents         *DocumentsService
	Callbacks         *CallbacksService
	UserDefinedFields *Collection[UserDefinedField]
}

func newSystemModule(c *Client) *SystemModule {
	return &SystemModule{
		c:                 c,
		Members:           NewCollection[Member](c, "system/members"),
		MemberInfos:       NewCollection[MemberInfo](c, "system/info/members"),
		APIMembers:        NewCollection[Member](c, "system/apiMembers"),
		Documents:         &DocumentsService{c},
		Callbacks:         newCallbacksService(c),
		UserDefinedFields: NewCollection[UserDefinedField](c, "system/userDefinedFields"),
	}
}

// Info returns a description of the server.
func (s *SystemModule) Info(ctx context.Context) (*SystemInfo, error) {
	info := new(SystemInfo)
	if err := s.c.Do(ctx, http.MethodGet, "system/info", nil, nil, info); err != nil {
		return nil, err
	}
	return info, nil
}

// MySecurity returns the permissions of the member's security role, one for
// each function of the product.
func (s *SystemModule) MySecurity(ctx context.Context) ([]*Permission, error) {
	list := NewCollection[Permission](s.c, "system/mySecurity")
	page, err := list.fetch(ctx, query{size: maxPageSize, page: 1}) // the answer is complete; it has no pages
	if err != nil {
		return nil, err
	}
	var all []*Permission
	for _, data := range page.rows {
		r, err := list.row(page.answer, data)
		if err != nil {
			return nil, err
		}
		all = append(all, r.item.(*Permission))
	}
	return all, nil
}

// Me returns the member that the client logs in as; for API keys the API
// member.
func (s *SystemModule) Me(ctx context.Context) (*Member, error) {
	me := new(Member)
	if err := s.c.Do(ctx, http.MethodGet, "system/myMembers", nil, nil, me); err != nil {
		return nil, err
	}
	return me, nil
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

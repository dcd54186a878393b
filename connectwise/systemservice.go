package connectwise

import "context"

// SystemService is the system module: members, the caller's own rights, and
// the server itself.
type SystemService struct {
	c *Client

	Members *Collection[Member]
}

func newSystemService(c *Client) *SystemService {
	return &SystemService{c: c, Members: NewCollection[Member](c, "system/members")}
}

// Info describes the server.
func (s *SystemService) Info(ctx context.Context) (*SystemInfo, error) {
	return get[SystemInfo](ctx, s.c, "system/info")
}

// MySecurity returns what the caller's security role may do, one entry per
// function of the product.
func (s *SystemService) MySecurity(ctx context.Context) ([]*Permission, error) {
	var all []*Permission
	for p, err := range NewCollection[Permission](s.c, "system/mySecurity").List(ctx, nil) {
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// Me returns the member the client signs in as; for API keys the API member.
func (s *SystemService) Me(ctx context.Context) (*Member, error) {
	return get[Member](ctx, s.c, "system/myMembers")
}

// SystemInfo describes a server.
type SystemInfo struct {
	Version                   string       `json:"version,omitzero"` // "v2025.1.10451"
	IsCloud                   bool         `json:"isCloud,omitzero"`
	ServerTimeZone            string       `json:"serverTimeZone,omitzero"` // Windows name, "Eastern Standard Time"
	LicenseBits               []LicenseBit `json:"licenseBits,omitzero"`
	CloudRegion               string       `json:"cloudRegion,omitzero"` // "NA"
	MaxWorkFlowRecordsAllowed int64        `json:"maxWorkFlowRecordsAllowed,omitzero"`
}

// LicenseBit is one part of the product a server is licensed for.
type LicenseBit struct {
	Name       string `json:"name,omitzero"`
	ActiveFlag bool   `json:"activeFlag,omitzero"`
}

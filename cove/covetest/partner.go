package covetest

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Partner is a partner (console: customer) as the server keeps it. Columns and
// the members of PartnerInfo are derived from it.
type Partner struct {
	ID       int64  // 0: the next free number
	ParentID int64  // 0: the server's own partner, see Server.RootID
	Name     string // unique in the system
	Level    string // Root ... Reseller, EndCustomer, Site; empty: EndCustomer
	State    string // empty: InProduction

	ServiceType       string   // empty: AllInclusive
	ChildServiceTypes []string // nil: the service type
	ExternalCode      string   // customer reference, column PF
	MailFrom          string
	UID, GUID         string // empty: derived from the id
	LocationID        int64
	Flags             []string
	Created           time.Time // zero: the server's clock
	TrialRegistered   time.Time
	TrialExpires      time.Time
	Company           *Company
	Properties        [][2]string // ExternalPartnerProperties
}

// Company is the address of a partner.
type Company struct {
	LegalCompanyName, PhoneNumber, FaxNumber, WebsiteAddress, VatNumber string
	Address, City, Country, District, State, ZipCode                    string
}

func (p Partner) clone() Partner {
	p.ChildServiceTypes = slices.Clone(p.ChildServiceTypes)
	p.Flags = slices.Clone(p.Flags)
	p.Properties = slices.Clone(p.Properties)
	if p.Company != nil {
		c := *p.Company
		p.Company = &c
	}
	return p
}

// AddPartner adds a partner and returns its id. It panics if the id or name is
// taken or the parent does not exist, because wrong test data is a defect of
// the test.
func (s *Server) AddPartner(p Partner) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.ParentID == 0 {
		p.ParentID = s.rootID
	}
	id, err := s.addPartner(p)
	if err != nil {
		panic("covetest: " + err.Error())
	}
	return id
}

func (s *Server) addPartner(p Partner) (int64, error) {
	if _, ok := s.partners[p.ParentID]; !ok {
		return 0, fmt.Errorf("partner %q: no parent %d", p.Name, p.ParentID)
	}
	return s.putPartner(p)
}

// putPartner stores a partner without checking that its parent exists, because
// the topmost partner's does not.
func (s *Server) putPartner(p Partner) (int64, error) {
	p = p.clone()
	if p.ID == 0 {
		for p.ID = s.nextPartner; s.partners[p.ID] != nil; p.ID++ {
			continue
		}
	}
	if s.partners[p.ID] != nil {
		return 0, fmt.Errorf("partner id %d is taken", p.ID)
	}
	if p.Name == "" {
		return 0, fmt.Errorf("partner %d has no name", p.ID)
	}
	if _, ok := s.partnerNames[p.Name]; ok {
		return 0, fmt.Errorf("partner name %q is taken", p.Name)
	}
	s.nextPartner = max(s.nextPartner, p.ID+1)
	fill(&p.Level, "EndCustomer")
	fill(&p.State, "InProduction")
	fill(&p.ServiceType, "AllInclusive")
	fill(&p.UID, uuid("partner-uid", p.ID))
	fill(&p.GUID, uuid("partner-guid", p.ID))
	if p.ChildServiceTypes == nil {
		p.ChildServiceTypes = []string{p.ServiceType}
	}
	if p.Created.IsZero() {
		p.Created = s.now()
	}
	s.partners[p.ID] = &p
	s.partnerNames[p.Name] = p.ID
	s.children[p.ParentID] = append(s.children[p.ParentID], p.ID)
	slices.Sort(s.children[p.ParentID])
	return p.ID, nil
}

// EditPartner changes a partner in place; id and parent stay as they are.
// It reports whether there is such a partner.
func (s *Server) EditPartner(id int64, change func(*Partner)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.partners[id]
	if old == nil {
		return false
	}
	p := old.clone()
	change(&p)
	p.ID, p.ParentID = old.ID, old.ParentID
	if p.Name != old.Name {
		if _, ok := s.partnerNames[p.Name]; ok || p.Name == "" {
			panic(fmt.Sprintf("covetest: partner name %q is taken or empty", p.Name))
		}
		delete(s.partnerNames, old.Name)
		s.partnerNames[p.Name] = id
	}
	p = p.clone()
	s.partners[id] = &p
	return true
}

// RemovePartner removes a partner that has neither devices nor children and
// reports whether it did.
func (s *Server) RemovePartner(id int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.removePartner(id)
}

func (s *Server) removePartner(id int64) bool {
	p := s.partners[id]
	if p == nil || id == s.rootID || len(s.children[id]) > 0 {
		return false
	}
	for _, d := range s.devices {
		if d.PartnerID == id {
			return false
		}
	}
	delete(s.partners, id)
	delete(s.partnerNames, p.Name)
	s.children[p.ParentID] = slices.DeleteFunc(s.children[p.ParentID], func(c int64) bool { return c == id })
	s.removedPartners[id] = &removedPartner{p, s.now()}
	return true
}

// removedPartner is a partner that was removed, and when.
type removedPartner struct {
	*Partner
	at time.Time
}

// Partner returns a copy of a partner.
func (s *Server) Partner(id int64) (Partner, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p := s.partners[id]
	if p == nil {
		return Partner{}, false
	}
	return p.clone(), true
}

// Partners returns copies of all partners, ordered by id.
func (s *Server) Partners() []Partner {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := make([]Partner, 0, len(s.partners))
	for _, id := range slices.Sorted(maps.Keys(s.partners)) {
		all = append(all, s.partners[id].clone())
	}
	return all
}

// RootID returns the id of the topmost partner.
func (s *Server) RootID() int64 { return s.rootID }

// subtree returns the ids of a partner and all partners below it.
func (s *Server) subtree(root int64) map[int64]bool {
	set := map[int64]bool{}
	todo := []int64{root}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !set[id] && s.partners[id] != nil {
			set[id] = true
			todo = append(todo, s.children[id]...)
		}
	}
	return set
}

// within tells whether a partner is root or below it.
func (s *Server) within(root, id int64) bool {
	for seen := 0; seen <= len(s.partners); seen++ {
		if id == root {
			return true
		}
		p := s.partners[id]
		if p == nil {
			return false
		}
		id = p.ParentID
	}
	return false
}
